import { FunctionsHttpError, type SupabaseClient } from '@supabase/supabase-js'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { stripeSignature as signature } from '../../supabase/local/index.ts'
import { startTestPlatform, type TestPlatform } from '../support/index.ts'
import { fixture } from './support.ts'

let platform: TestPlatform

beforeAll(async () => {
  platform = await startTestPlatform({ withFunctions: true })
})

/** Status and body of a function called through the SDK, whatever it answers. */
async function invoke(
  client: SupabaseClient,
  name: string,
  options: Parameters<SupabaseClient['functions']['invoke']>[1] = {},
) {
  const { data, error } = await client.functions.invoke(name, options)
  if (error === null) return [200, data] as const
  if (!(error instanceof FunctionsHttpError)) throw error
  const response = error.context as Response
  return [response.status, await response.json()] as const
}

/** Sets how Stripe's events are delivered, see supabase/local/sandboxes/control.ts. */
const control = (method: string, path: string, body: unknown) =>
  fetch(`${platform.inboxUrl}/_control/webhooks${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const call = (name: string, init: RequestInit = {}) => fetch(`${platform.apiUrl}/functions/v1/${name}`, init)

/** Checks out one piece of something that is for sale, to be paid by card. */
async function buySomething(
  client: SupabaseClient,
): Promise<{ checkout_id: string; orders: { id: string }[] }> {
  const { data: products } = await client.from('products').select('id, product_variants(id)').eq(
    'is_in_stock',
    true,
  ).limit(1)
  const added = await client.rpc('add_to_cart', { variant_id: products![0]!.product_variants[0]!.id })
  expect(added.error).toBeNull()
  const { data, error } = await client.rpc('checkout', {
    idempotency_key: crypto.randomUUID(),
    payment_method: 'card',
    shipping_address: {
      recipient_name: 'Ana',
      phone: '+919876543210',
      line1: '1 Road',
      city: 'Pune',
      region: 'MH',
      postal_code: '411001',
      country_code: 'IN',
    },
  })
  expect(error).toBeNull()
  return data as { checkout_id: string; orders: { id: string }[] }
}

async function statusOf(client: SupabaseClient, orderId: string): Promise<string> {
  const { data } = await client.from('orders').select('status').eq('id', orderId).single()
  return (data as { status: string }).status
}

describe('the functions in Deno, with the real database', () => {
  test('a phone is signed in with a code that auth-send-sms sent', async () => {
    const { client, user } = await platform.signIn()
    expect(user.phone).toBeTruthy()
    const [{ count }] = await platform
      .sql`select count(*)::int from private.sms_messages where sent_at is not null` as unknown as [
        { count: number },
      ]
    expect(count).toBe(1)

    expect(await invoke(client, 'payments/intents', { body: { checkout_id: crypto.randomUUID() } }))
      .toMatchObject([404, { code: 'checkout_not_found' }])
    expect(await invoke(client, 'payments/refunds', { body: { refund_id: crypto.randomUUID() } }))
      .toMatchObject([404, { code: 'refund_not_found' }])
  })

  test('nobody pays without being signed in, and no user runs a job', async () => {
    const body = { checkout_id: crypto.randomUUID() }
    expect((await invoke(platform.visitor(), 'payments/intents', { body }))[0]).toBe(401)
    expect((await invoke(platform.service(), 'payments/intents', { body }))[0]).toBe(401)
    const { client } = await platform.signIn()
    for (const job of ['emails', 'payments-reconcile', 'images-sweep', 'metrics']) {
      expect((await invoke(client, job))[0]).toBe(401)
      expect((await invoke(platform.visitor(), job))[0]).toBe(401)
    }
  })

  test('a card pays an order, and a cancellation pays it back', async () => {
    const { client } = await platform.signIn()
    const { orders, checkout_id } = await buySomething(client)
    const pay = (payment_method: string) =>
      invoke(client, 'payments/intents', { body: { checkout_id, payment_method } })

    expect(await pay('pm_card_chargeDeclined')).toMatchObject([402, { code: 'card_declined' }])
    expect(await pay('pm_card_visa')).toMatchObject([200, { status: 'succeeded' }])
    await expect.poll(() => statusOf(client, orders[0]!.id), { timeout: 10_000 }).toBe('confirmed')
    // Paying once more answers what was paid, and charges nothing.
    expect(await pay('pm_card_visa')).toMatchObject([200, { status: 'succeeded' }])

    const cancelled = await client.rpc('cancel_order', { order_id: orders[0]!.id })
    expect(cancelled.error).toBeNull()
    expect(await invoke(platform.service(), 'payments-reconcile')).toMatchObject([200, {
      refunded: 1,
      failed: 0,
    }])
    await expect.poll(async () => (await client.from('refunds').select('status')).data, { timeout: 10_000 })
      .toEqual([{ status: 'succeeded' }])
    expect(await platform.sql`select * from private.check_invariants()`).toEqual([])
  })

  test('an address that mails come back from gets no more letters that are not transactional', async () => {
    const address = `bounced+${crypto.randomUUID()}@resend.dev`
    const write = (template: string) =>
      platform.sql`
        insert into private.outbox (template, recipient, payload)
        values (${template}, ${address}, '{"rule": "test", "message": "test"}')`
    await write('alert')
    expect(await invoke(platform.service(), 'emails')).toMatchObject([200, { failed: 0 }])
    const isKnown = async () =>
      (await platform.sql`
        select reason from private.suppressed_addresses where address_hash = private.address_hash(${address})`)
        .map(({ reason }) => reason as string)
    await expect.poll(isKnown, { timeout: 10_000 }).toEqual(['bounced'])
    await write('low_stock')
    await write('alert')
    expect(await invoke(platform.service(), 'emails')).toMatchObject([200, { sent: 1, failed: 0 }])
    const [skipped] = await platform.sql`
      select status from private.outbox where recipient = ${address} and template = 'low_stock'`
    expect(skipped!['status']).toBe('skipped')
  })

  test('the inbox shows what every letter looks like, and asks with a key that its page does not learn', async () => {
    const shown = await (await fetch(`${platform.inboxUrl}/previews`)).json() as { language: string }[]
    expect(new Set(shown.map(({ language }) => language))).toEqual(new Set(['en', 'de']))
    expect((await call('emails/previews')).status).toBe(401)
  })

  test('an order whose event was lost is confirmed by the reconciling job', async () => {
    const { client } = await platform.signIn()
    const { orders, checkout_id } = await buySomething(client)
    await control('PUT', '', { mode: 'drop' })
    await invoke(client, 'payments/intents', { body: { checkout_id, payment_method: 'pm_card_visa' } })
    await control('PUT', '', { mode: 'deliver' })
    expect(await statusOf(client, orders[0]!.id)).toBe('pending')
    await platform.sql`update public.payments set next_check_at = now() where checkout_id = ${checkout_id}`
    expect(await invoke(platform.service(), 'payments-reconcile')).toMatchObject([200, {
      checked: 1,
      failed: 0,
    }])
    expect(await statusOf(client, orders[0]!.id)).toBe('confirmed')
  })

  test('events that come in reverse, five times each and all at once confirm an order once', async () => {
    const { client } = await platform.signIn()
    const { orders, checkout_id } = await buySomething(client)
    await control('PUT', '', { mode: 'hold' })
    const pay = (payment_method: string) =>
      invoke(client, 'payments/intents', { body: { checkout_id, payment_method } })
    await pay('pm_card_chargeDeclined')
    await pay('pm_card_visa')
    await control('PUT', '', { mode: 'deliver', duplicates: 4 })
    await control('POST', '/release', { reversed: true })
    await expect.poll(() => statusOf(client, orders[0]!.id), { timeout: 10_000 }).toBe('confirmed')
    // The declined try arrives after the success, and changes nothing any more.
    const types = () =>
      platform.sql`
      select type from private.provider_events
      where fact ->> 'checkout_id' = ${checkout_id} and type like 'payment_intent.%'
      order by type
    `
    await expect.poll(async () => (await types()).map(({ type }) => type as string), { timeout: 10_000 })
      .toEqual(['payment_intent.payment_failed', 'payment_intent.succeeded'])
    expect(await statusOf(client, orders[0]!.id)).toBe('confirmed')
    expect((await client.from('payments').select('status')).data).toEqual([{ status: 'succeeded' }])
    await control('PUT', '', { mode: 'deliver' })
    expect(await platform.sql`select * from private.check_invariants()`).toEqual([])
  })

  test('an event of Stripe is recorded once', async () => {
    const body = JSON.stringify(fixture('payment_intent.succeeded'))
    const send = () =>
      call('stripe-webhook', {
        method: 'POST',
        body,
        headers: { 'stripe-signature': signature(body, platform.keys.stripeWebhookSecret) },
      })
    const outcomes = []
    for (const response of await Promise.all(Array.from({ length: 5 }, send))) {
      expect(response.status).toBe(200)
      outcomes.push((await response.json() as { outcome: string }).outcome)
    }
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(4)
    const rows = await platform.sql`select outcome from private.provider_events where id = 'evt_succeeded'`
    expect(rows).toHaveLength(1)
  })

  test('the outbox is drained into the inbox', async () => {
    await platform.sql`
      insert into private.outbox (template, recipient, payload)
      values ('alert', 'admin@example.com', '{"rule": "test", "message": "Something to look at."}')
    `
    expect(await invoke(platform.service(), 'emails')).toMatchObject([200, { failed: 0 }])
    expect(await platform.inbox.next({ to: 'admin@example.com' })).toMatchObject({ subject: 'Alert: test' })
    expect(await invoke(platform.service(), 'emails')).toEqual([200, { sent: 0, failed: 0, skipped: 0 }])
  })

  test('the reconciling job runs', async () => {
    expect(await invoke(platform.service(), 'payments-reconcile')).toEqual([
      200,
      { checked: 0, refunded: 0, failed: 0 },
    ])
  })

  test('a picture of a store gets its copies, and only its own members make them', async () => {
    const { client } = await platform.signIn()
    const created = await client.rpc('create_store', {
      name: 'Pictures',
      line1: '1 Road',
      city: 'Pune',
      region: 'MH',
      postal_code: '411001',
      country_code: 'IN',
      phone: '+919876543210',
    })
    expect(created.error).toBeNull()
    const { id, slug } = created.data as { id: string; slug: string }
    const path = `${id}/vase.jpg`
    const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
      .jpeg().toBuffer()
    expect(
      (await client.storage.from('store-media').upload(path, picture, { contentType: 'image/jpeg' })).error,
    ).toBeNull()

    const [status, body] = await invoke(client, 'images', { body: { path } })
    expect([status, body]).toMatchObject([200, {
      format: 'jpeg',
      renditions: [{ width: 900, height: 600 }, { width: 800 }, { width: 320 }],
    }])
    // Phones and old browsers have other words for the same.
    for (const [contentType, name] of [['image/jpg', 'phone.jpg'], ['image/pjpeg', 'old.jpeg']] as const) {
      const uploaded = await client.storage.from('store-media').upload(`${id}/${name}`, picture, {
        contentType,
      })
      expect([contentType, uploaded.error]).toEqual([contentType, null])
      expect(await invoke(client, 'images', { body: { path: `${id}/${name}` } })).toMatchObject([200, {
        format: 'jpeg',
      }])
    }
    const { renditions } = body as { renditions: { path: string; avif: object | null }[] }
    const made = renditions.length + renditions.filter(({ avif }) => avif !== null).length
    const copiesOf = async (path: string) =>
      (await platform.visitor().rpc('get_image_copies', { paths: [path] })).data as { path: string }[]
    expect((await copiesOf(path)).map((copy) => copy.path)).toEqual(
      renditions.map(({ path }) => path).reverse(),
    )
    const media = client.storage.from('store-media')
    const copy = await media.download(renditions[2]!.path)
    expect(copy.data?.type).toBe('image/webp')

    // Replaced under its name: the old copies are not named any more, and gone when the job has run.
    const other = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'red' } }).jpeg()
      .toBuffer()
    expect((await media.upload(path, other, { contentType: 'image/jpg', upsert: true })).error).toBeNull()
    expect(await copiesOf(path)).toEqual([])
    expect((await invoke(client, 'images', { body: { path } }))[0]).toBe(200)
    const [replaced] = await copiesOf(path)
    await platform.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica` // a trigger would write the present time
      await tx`update storage.objects set updated_at = updated_at - interval '2 hours' where name like ${`${id}/%`}`
    })
    expect(await invoke(platform.service(), 'images-sweep')).toEqual([200, { removed: made }])
    expect((await media.download(renditions[2]!.path)).error).not.toBeNull()
    expect((await media.download(replaced!.path)).error).toBeNull()
    expect((await media.remove([path])).error).toBeNull()
    expect((await invoke(platform.service(), 'images-sweep'))[1]).toMatchObject({
      removed: expect.any(Number),
    })
    expect((await media.download(replaced!.path)).error).not.toBeNull()
    expect((await media.upload(path, picture, { contentType: 'image/jpeg' })).error).toBeNull()

    const stranger = (await platform.signIn()).client
    expect((await invoke(stranger, 'images', { body: { path } }))[0]).toBeGreaterThanOrEqual(403)
    expect((await invoke(platform.visitor(), 'images', { body: { path } }))[0]).toBe(401)

    const link = await call(`store-links/${slug}`)
    expect([link.status, await link.json()]).toMatchObject([200, { name: 'Pictures', is_current: true }])
    expect(await invoke(client, 'store-links', { body: { store_id: id, link: `${slug}-new` } }))
      .toMatchObject([200, { link: `${slug}-new` }])
    const old = await call(`store-links/${slug}/qr.png`)
    expect([old.status, old.redirected, old.headers.get('content-type')]).toEqual([200, true, 'image/png'])
    expect(await invoke(stranger, 'store-links', { body: { store_id: id, link: 'stolen-link' } }))
      .toMatchObject([403, { code: 'store_role_required' }])
  })

  test('requests are counted, and the operator reads the numbers', async () => {
    expect((await call('metrics')).status).toBe(401)
    const read = async () => (await call('metrics', { headers: { apikey: platform.keys.secretKey } })).text()
    await expect.poll(read, { timeout: 5000 }).toMatch(
      /marketbase_request_duration_seconds_count\{[^}]*"payments"[^}]*\} \d/,
    )
    // As Prometheus asks.
    const scraped = (key: string) => call('metrics', { headers: { authorization: `Bearer ${key}` } })
    expect((await scraped(platform.keys.secretKey)).status).toBe(200)
    expect((await scraped(platform.keys.publishableKey)).status).toBe(401)
    expect((await scraped('sb_secret_of_somebody_else')).status).toBe(401)
    // What people called through REST is counted by verb, and what jobs did by job.
    expect(await read()).toMatch(/marketbase_verb_calls_total\{[^}]*verb="checkout"[^}]*\} [1-9]/)
  })

  test('a link without a store is a 404, without any key', async () => {
    const response = await call('store-links/nothing-here')
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'store_not_found' }])
  })

  test('a browser may send the cart token to every function that a storefront calls, by the function’s own answer', async () => {
    for (const name of ['payments/intents', 'images', 'store-links', 'health']) {
      const preflight = await call(name, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://shop.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,x-cart-token,x-unheard-of',
        },
      })
      const allowed = preflight.headers.get('access-control-allow-headers')!.split(', ')
      expect([name, allowed.includes('x-cart-token'), allowed.includes('x-unheard-of')]).toEqual([
        name,
        true,
        false,
      ])
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    }
    const nowhere = await call('nothing', {
      method: 'OPTIONS',
      headers: { origin: 'http://shop.example', 'access-control-request-method': 'POST' },
    })
    expect([nowhere.status, nowhere.headers.get('access-control-allow-methods')]).toEqual([404, null])
  })

  test('health tells of every part', async () => {
    const response = await call('health')
    expect(await response.json()).toMatchObject({
      checks: {
        auth: { status: 'ok' },
        storage: { status: 'ok' },
        realtime: { status: 'ok' },
        payments: { status: 'ok' },
      },
    })
  })
})
