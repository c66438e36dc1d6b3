import { generateKeyPairSync } from 'node:crypto'
import type { SupabaseClient } from '@supabase/supabase-js'
import { exportJWK, importJWK, SignJWT } from 'jose'
import WebSocket from 'ws'
import { beforeAll, describe, expect, test } from 'vitest'
import { publicJwk } from '../../supabase/local/index.ts'
import { randomPhone, refusal, type SignedIn } from '../support/index.ts'
import { type Article, ask, buy, offer, openShop, PIXEL, type Placed, type Shop } from './world.ts'

// A token says who somebody was when it was made. Whoever signed out, was banned or deleted, never had an account, or
// made the token themselves, moves nothing; whoever was removed from a store is out at once.

interface Verb {
  name: string
  parameters: { name: string; type: string }[]
}

describe('tokens', () => {
  let shop: Shop
  let lamp: Article
  let placed: Placed
  let verbs: Verb[]

  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 100)
    placed = await buy(await shop.platform.signIn(), lamp)
    verbs = await shop.platform.sql<Verb[]>`
      select proname as name, (
        select coalesce(json_agg(json_build_object('name', proargnames[position], 'type', format_type(type, null)) order by position), '[]')
        from unnest(proargtypes::oid[]) with ordinality as argument (type, position)
        where position <= pronargs - pronargdefaults
      ) as parameters
      from pg_proc
      where pronamespace = 'public'::regnamespace and provolatile = 'v'
        and has_function_privilege('authenticated', oid, 'execute')
        -- A cart moves neither money nor stock, and visitors have one too. A link in a letter stands for who got it.
        and proname not in (
          'add_to_cart', 'apply_coupon', 'claim_cart', 'clear_cart', 'merge_cart', 'remove_coupon', 'remove_from_cart',
          'set_cart_quantity', 'cancel_by_token', 'reschedule_by_token', 'unsubscribe'
        )
      order by 1`
  })

  const tokenOf = async (person: SignedIn) =>
    (await person.client.auth.getSession()).data.session!.access_token

  /** A client that goes on using a token, whatever became of its session. */
  const holding = (token: string) =>
    shop.platform.visitor({ global: { headers: { authorization: `Bearer ${token}` } } })

  const answers = (token: string) => answersTo(holding(token))

  /** How every verb that changes something answers a client: status and code, by verb. */
  async function answersTo(client: SupabaseClient): Promise<Record<string, string>> {
    const known: Record<string, unknown> = {
      store_id: shop.storeId,
      product_id: lamp.productId,
      variant_id: lamp.variantId,
      order_id: placed.orders[0]!.id,
      checkout_id: placed.checkout_id,
      payment_method: 'card',
      status: 'active',
      role: 'staff',
    }
    const values: Record<string, unknown> = {
      'text': 'x',
      'integer': 1,
      'bigint': 1,
      'text[]': ['x'],
      'uuid': crypto.randomUUID(),
      'boolean': true,
      'date': '2030-01-01',
      'timestamp with time zone': '2030-01-01T10:00:00Z',
      'time without time zone': '10:00',
      'jsonb': [],
    }
    const given: Record<string, string> = {}
    for (const { name, parameters } of verbs) {
      const args = Object.fromEntries(parameters.map((parameter) => [
        parameter.name,
        known[parameter.name] ?? values[parameter.type],
      ]))
      const { status, error } = await client.rpc(name, args)
      given[name] = `${status} ${error?.details ?? error?.code}`
    }
    return given
  }

  /** The same answer of every verb. */
  const all = (answer: string) => Object.fromEntries(verbs.map(({ name }) => [name, answer]))

  test('there are verbs to attack', () => {
    expect(verbs.length).toBeGreaterThan(20)
  })

  test('every verb tells a call without a token to sign in', async () => {
    expect(await answersTo(shop.platform.visitor())).toEqual(all('401 not_signed_in'))
    expect(await refusal(shop.platform.visitor().rpc('claim_cart'))).toEqual({
      status: 401,
      code: 'not_signed_in',
    })
  })

  test('tokens of a session that was signed out move nothing', async () => {
    const person = await shop.platform.signIn()
    const token = await tokenOf(person)
    await person.client.auth.signOut()
    expect(await answers(token)).toEqual(all('401 session_revoked'))
  })

  test('tokens of somebody who is banned move nothing', async () => {
    const person = await shop.platform.signIn()
    const token = await tokenOf(person)
    const banned = await shop.platform.service().auth.admin.updateUserById(person.user.id, {
      ban_duration: '1h',
    })
    expect(banned.error).toBeNull()
    expect(await answers(token)).toEqual(all('401 session_revoked'))
  })

  test('tokens of somebody who was deleted move nothing', async () => {
    const person = await shop.platform.signIn()
    const token = await tokenOf(person)
    const deleted = await shop.platform.service().auth.admin.deleteUser(person.user.id)
    expect(deleted.error).toBeNull()
    expect(await answers(token)).toEqual(all('401 session_revoked'))

    const visitor = shop.platform.visitor()
    const cart = await ask<{ token: string }>(visitor, 'add_to_cart', { variant_id: lamp.variantId })
    for (
      const [verb, args] of [
        ['claim_cart', { cart_token: cart.token }],
        ['add_to_cart', { variant_id: lamp.variantId }],
        ['merge_cart', { items: [{ variant_id: lamp.variantId, quantity: 1 }] }],
      ] as const
    ) {
      const { status } = await holding(token).rpc(verb, args)
      expect([verb, status >= 400 && status < 500]).toEqual([verb, true])
    }
    // What could not be claimed is still the visitor's.
    expect(await ask(visitor, 'get_cart', { cart_token: cart.token })).toMatchObject({ item_count: 1 })
  })

  test('tokens of an anonymous account move nothing', async () => {
    const person = await shop.platform.signIn()
    const { session_id } = JSON.parse(atob((await tokenOf(person)).split('.')[1]!)) as { session_id: string }
    const anonymous = await sign({ sub: person.user.id, session_id, is_anonymous: true })
    expect(await answers(anonymous)).toEqual(all('403 account_required'))
  })

  /** A token as Auth would sign it. */
  async function sign(claims: Record<string, unknown>, expires: string | number = '1h'): Promise<string> {
    const key = shop.platform.keys.signingKeys[0]!
    return await new SignJWT({ role: 'authenticated', aud: 'authenticated', ...claims })
      .setProtectedHeader({ alg: key.alg!, kid: key.kid! })
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(await importJWK({ ...key, key_ops: ['sign'] }, key.alg!))
  }

  test('tokens that somebody made are refused by every service', async () => {
    const { keys, apiUrl } = shop.platform
    const victim = { sub: shop.owner.user.id, role: 'service_role', aud: 'authenticated' }
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const publicKey = publicJwk(keys.signingKeys[0]!)
    const signed = (header: { alg: string; kid?: string }, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT(victim).setProtectedHeader(header).setExpirationTime('1h').sign(key)
    const { kid } = keys.signingKeys[0]!
    const forged: Record<string, string> = {
      'alg none': `${part({ alg: 'none' })}.${part({ ...victim, exp: 9e9 })}.`,
      'alg None with a signature': `${part({ alg: 'None' })}.${part({ ...victim, exp: 9e9 })}.AAAA`,
      'a key of their own': await signed({ alg: 'ES256', kid: kid! }, own.privateKey),
      'an unknown kid': await signed({ alg: 'ES256', kid: 'unknown' }, own.privateKey),
      'a kid that is a path': await signed({ alg: 'ES256', kid: '../../dev/null' }, own.privateKey),
      'the public key as a shared secret': await signed(
        { alg: 'HS256', kid: kid! },
        Buffer.from(JSON.stringify(publicKey)),
      ),
      'the public point as a shared secret': await signed(
        { alg: 'HS256', kid: kid! },
        Buffer.from(publicKey.x!, 'base64url'),
      ),
      'a key inside the token': await new SignJWT(victim)
        .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(own.publicKey) })
        .setExpirationTime('1h').sign(own.privateKey),
      'an empty secret': `${part({ alg: 'HS256' })}.${part({ ...victim, exp: 9e9 })}.${'A'.repeat(43)}`,
      'an expired one': await sign({ sub: shop.owner.user.id }, Math.floor(Date.now() / 1000) - 3600),
      'a changed payload': (await sign({ sub: crypto.randomUUID() })).replace(
        /\.[^.]+\./,
        `.${part({ ...victim, exp: 9e9 })}.`,
      ),
    }
    for (const [what, token] of Object.entries(forged)) {
      const headers = {
        apikey: keys.publishableKey,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      }
      const send = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(`${apiUrl}${path}`, { ...init, headers })
        await response.text()
        return response.status
      }
      const refused = {
        rest: await send('/rest/v1/orders?select=*'),
        verb: await send('/rest/v1/rpc/check_invariants', { method: 'POST', body: '{}' }),
        auth: await send('/auth/v1/user'),
        admin: await send('/auth/v1/admin/users'),
        storage: await send('/storage/v1/bucket'),
      }
      expect([what, Object.values(refused).filter((status) => status < 400 || status >= 500)]).toEqual([
        what,
        [],
      ])
      expect([what, refused.rest, refused.verb]).toEqual([what, 401, 401])
    }
    for (const [what, token] of Object.entries(forged)) {
      expect([what, await joins(token)]).toEqual([what, false])
    }
  })

  /** Whether Realtime lets a token join the private channel of the store. */
  function joins(token: string): Promise<boolean> {
    const url = `${
      shop.platform.apiUrl.replace('http', 'ws')
    }/realtime/v1/websocket?vsn=1.0.0&apikey=${shop.platform.keys.publishableKey}`
    return new Promise((resolve) => {
      const socket = new WebSocket(url)
      const settle = (answer: boolean) => {
        socket.close()
        resolve(answer)
      }
      socket.on('error', () => settle(false))
      socket.on('close', () => settle(false))
      socket.on('open', () =>
        socket.send(JSON.stringify({
          topic: `realtime:store:${shop.storeId}:orders`,
          event: 'phx_join',
          ref: '1',
          join_ref: '1',
          payload: { access_token: token, config: { private: true } },
        })))
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { event: string; payload: { status?: string } }
        if (message.event === 'phx_reply') settle(message.payload.status === 'ok')
      })
    })
  }

  test('tokens of a member who was removed open nothing any more, at once', async () => {
    const helper = await shop.platform.signIn(randomPhone())
    const invited = await ask<{ token: string }>(shop.owner.client, 'invite_member', {
      store_id: shop.storeId,
      role: 'manager',
      phone: randomPhone(),
    })
    await ask(helper.client, 'accept_invitation', { token: invited.token })
    const token = await tokenOf(helper)
    const file = () =>
      helper.client.storage.from('store-media').upload(`${shop.storeId}/${crypto.randomUUID()}.png`, PIXEL, {
        contentType: 'image/png',
      })
    const tables = [
      'orders',
      'order_lines',
      'order_events',
      'stock_levels',
      'stock_moves',
      'store_members',
    ] as const
    const seen = async () => {
      const counts: number[] = []
      for (const table of tables) counts.push((await helper.client.from(table).select('*')).data!.length)
      return counts
    }
    expect((await seen()).every((count) => count > 0)).toBe(true)
    expect(await joins(token)).toBe(true)
    expect((await file()).error).toBeNull()

    await ask(shop.owner.client, 'remove_member', { store_id: shop.storeId, user_id: helper.user.id })
    expect(await seen()).toEqual(tables.map(() => 0))
    expect(await joins(token)).toBe(false)
    expect((await file()).error).not.toBeNull()
    const again = await helper.client.rpc('accept_invitation', { token: invited.token })
    expect(again.status).toBeGreaterThanOrEqual(400)
    const { status } = await helper.client.rpc('advance_order', {
      order_id: placed.orders[0]!.id,
      status: 'shipped',
    })
    expect(status).toBe(404)
  })

  test('rights are never taken from what people write about themselves', async () => {
    const person = await shop.platform.signIn()
    await person.client.auth.updateUser({
      data: { role: 'service_role', platform_admin: true, is_admin: true, store_id: shop.storeId },
    })
    await person.client.auth.refreshSession()
    expect((await person.client.from('admin_stores').select('*')).data ?? []).toEqual([])
    const { error } = await person.client.rpc('set_store_status', {
      store_id: shop.storeId,
      status: 'suspended',
    })
    expect(error).not.toBeNull()
    const claims = JSON.parse(atob((await tokenOf(person)).split('.')[1]!)) as Record<string, unknown>
    expect(claims).toMatchObject({
      role: 'authenticated',
      app_metadata: expect.not.objectContaining({ platform_admin: true }),
    })
  })
})
