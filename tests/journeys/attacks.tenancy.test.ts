import { beforeAll, describe, expect, test } from 'vitest'
import { randomPhone, type SignedIn } from '../support/index.ts'
import {
  ADDRESS,
  type Article,
  ask,
  offer,
  openShop,
  openStore,
  pay,
  PIXEL,
  type Placed,
  type Shop,
} from './world.ts'

// One customer buys from two stores in one checkout. Everybody else (the other store, another customer, a visitor) tries
// to see or move what is not theirs. Whatever is refused leaves nothing behind: the tables are compared before and after.

describe('what belongs to others', () => {
  let shop: Shop
  let rival: SignedIn
  let rivalStoreId: string
  let customer: SignedIn
  let stranger: SignedIn
  let lamp: Article
  let chair: Article
  let sketch: Article
  let placed: Placed
  let addressId: string
  let refundId: string

  beforeAll(async () => {
    shop = await openShop()
    rival = await shop.platform.signIn()
    rivalStoreId = await openStore(rival, { name: 'Rival Lights' })
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 123_457)
    chair = await offer(rival, rivalStoreId, 'Chair', 7000, 100)
    sketch = await offer(shop.owner, shop.storeId, 'Sketch', 100, 1)
    await ask(shop.owner.client, 'set_product_status', { product_id: sketch.productId, status: 'draft' })
    customer = await shop.platform.signIn()
    stranger = await shop.platform.signIn()
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    await ask(customer.client, 'add_to_cart', { variant_id: chair.variantId })
    placed = await ask<Placed>(customer.client, 'checkout', {
      idempotency_key: crypto.randomUUID(),
      payment_method: 'card',
      shipping_address: ADDRESS,
    })
    await pay(shop.platform, customer, placed.checkout_id)
    ;({ id: refundId } = await ask<{ id: string }>(customer.client, 'request_refund', {
      order_id: orderAt(shop.storeId),
      amount: 100,
    }))
    const address = await customer.client.from('addresses').insert(ADDRESS).select('id').single()
    addressId = address.data!.id as string
    await customer.client.from('wishlist_items').insert({ product_id: lamp.productId })
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId, quantity: 2 })
    await shop.owner.client.from('coupons').insert({
      store_id: shop.storeId,
      code: 'SECRET',
      kind: 'percentage',
      percent_bps: 1000,
    })
    await shop.owner.client.from('shipping_methods').insert({
      store_id: shop.storeId,
      name: 'Secret van',
      kind: 'flat',
      rate_amount: 0,
      currency: 'USD',
      is_active: false,
    })
  })

  const orderAt = (storeId: string) => placed.orders.find((order) => order.store_id === storeId)!.id

  /** A request as anybody may write it, without a client library. */
  async function raw(who: SignedIn | null, path: string, init: RequestInit = {}) {
    const session = who === null ? null : (await who.client.auth.getSession()).data.session
    const response = await fetch(`${shop.platform.apiUrl}${path}`, {
      ...init,
      headers: {
        apikey: shop.platform.keys.publishableKey,
        ...(session === null ? {} : { authorization: `Bearer ${session.access_token}` }),
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers as Record<string, string>,
      },
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, rows: parse(text) }
  }

  function parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  }

  /** One number that changes with any row of any table of ours. */
  async function everything(): Promise<Record<string, string>> {
    const tables = await shop.platform.sql<{ name: string }[]>`
      select oid::regclass::text as name from pg_class
      where relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'storage'::regnamespace) and relkind in ('r', 'p') and not relispartition`
    const sums: Record<string, string> = {}
    for (const { name } of tables) {
      const qualified = name.includes('.') ? name : `public.${name}`
      const [row] = await shop.platform.sql.unsafe(
        `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as sum from ${qualified} as t`,
      )
      sums[qualified] = row!['sum'] as string
    }
    return sums
  }

  test('no table shows the rows of others: not by id, not by any filter, not by counting', async () => {
    const secrets = [
      'orders',
      'order_lines',
      'order_events',
      'checkouts',
      'payments',
      'refunds',
      'refund_lines',
      'shipments',
      'carts',
      'cart_items',
      'cart_coupons',
      'addresses',
      'notifications',
      'wishlist_items',
      'coupon_redemptions',
      'stock_levels',
      'stock_moves',
      'stock_reservations',
      'audit_log',
    ]
    for (const table of secrets) {
      const seen = await raw(stranger, `/rest/v1/${table}?select=*`, { headers: { prefer: 'count=exact' } })
      expect([table, seen.status, seen.rows, seen.headers.get('content-range')]).toEqual([
        table,
        200,
        [],
        '*/0',
      ])
      const head = await raw(stranger, `/rest/v1/${table}`, {
        method: 'HEAD',
        headers: { prefer: 'count=exact' },
      })
      expect([table, head.headers.get('content-range')]).toEqual([table, '*/0'])
      const visitor = await raw(null, `/rest/v1/${table}?select=*`)
      expect([table, visitor.status]).toEqual([table, 401])
    }
    const coupons = await raw(stranger, '/rest/v1/coupons?select=code')
    expect(coupons.rows).toEqual([])
    const methods = await raw(stranger, '/rest/v1/shipping_methods?name=eq.Secret van')
    expect(methods.rows).toEqual([])
    const members = await raw(stranger, '/rest/v1/store_members?select=*')
    expect(members.rows).toEqual([])
    const profiles = await raw(stranger, '/rest/v1/profiles?select=id')
    expect(profiles.rows).toEqual([{ id: stranger.user.id }])
  })

  test('a filter cannot be talked out of the policies', async () => {
    const order = orderAt(shop.storeId)
    for (
      const filter of [
        `id=eq.${order}`,
        `id=in.(${order})`,
        'or=(id.not.is.null,customer_id.not.is.null)',
        'or=(and(id.not.is.null),or(id.is.null,id.not.is.null))',
        'not.or=(id.is.null)',
        `customer_id=eq.${customer.user.id}&or=(status.eq.confirmed,status.neq.confirmed)`,
        'status=not.in.("x","y\\"),or=(id.gt.0")',
        'customer_name=like.*',
        'customer_name=imatch..*',
        'order=total_amount.desc&limit=1000000&offset=0',
        'shipping_address->>city=eq.Albany',
        `id=eq.${order}) or true--`,
      ]
    ) {
      const { status, rows, text } = await raw(stranger, `/rest/v1/orders?${encodeURI(filter)}`)
      expect(status).toBeLessThan(500)
      if (status < 400) expect([filter, rows]).toEqual([filter, []])
      else expect(text).not.toContain(ADDRESS.line1)
    }
  })

  test('walking along any foreign key ends where rights end', async () => {
    const edges = await shop.platform.sql<{ child: string; parent: string; key: string }[]>`
      select child.relname as child, parent.relname as parent, conname as key
      from pg_constraint
      join pg_class as child on child.oid = conrelid
      join pg_class as parent on parent.oid = confrelid
      where contype = 'f' and conparentid = 0 and child.oid <> parent.oid
        and child.relnamespace = 'public'::regnamespace and parent.relnamespace = 'public'::regnamespace
        -- Nobody walks along a column that nobody may read.
        and (
          select bool_and(has_column_privilege('authenticated', conrelid, number, 'select'))
          from unnest(conkey) as number
        )
      order by 1, 2, 3`
    expect(edges.length).toBeGreaterThan(30)
    const hidden = {
      stranger: [
        placed.checkout_id,
        customer.user.id,
        ADDRESS.line1,
        orderAt(shop.storeId),
        'SECRET',
        'Secret van',
        '"on_hand":123456',
      ],
      rival: [orderAt(shop.storeId), 'SECRET', 'Secret van', '"on_hand":123456'],
      visitor: [
        placed.checkout_id,
        customer.user.id,
        ADDRESS.line1,
        orderAt(shop.storeId),
        'SECRET',
        'Secret van',
      ],
    }
    // Of some tables a person may read some columns only, so each is asked for by name.
    const readable = Object.fromEntries((await shop.platform.sql<{ name: string; columns: string }[]>`
      select table_name as name, string_agg(column_name, ',') as columns
      from information_schema.column_privileges
      where table_schema = 'public' and grantee = 'authenticated' and privilege_type = 'SELECT'
      group by table_name`).map(({ name, columns }) => [name, columns]))
    for (const { child, parent, key } of edges) {
      for (
        const path of [
          `${parent}?select=${readable[parent]},walk:${child}!${key}(${readable[child]})`,
          `${child}?select=${readable[child]},walk:${parent}!${key}(${readable[parent]})`,
        ]
      ) {
        for (const [name, who] of Object.entries({ stranger, rival, visitor: null })) {
          const { status, text } = await raw(who, `/rest/v1/${path}&limit=1000`)
          // Visitors have no right to some of the tables at all.
          if (!(who === null && status === 401)) {
            expect([path, status, status === 200 ? '' : text]).toEqual([path, 200, ''])
          }
          const leaks = hidden[name as keyof typeof hidden].filter((secret) => text.includes(secret))
          expect([name, path, leaks]).toEqual([name, path, []])
        }
      }
    }
    const inner = await raw(stranger, '/rest/v1/stores?select=id,orders!inner(id)')
    expect(inner.rows).toEqual([])
    const filtered = await raw(
      stranger,
      '/rest/v1/stores?select=id,orders!inner(id)&orders.total_amount=gte.0',
    )
    expect(filtered.rows).toEqual([])
    const spread = await raw(stranger, '/rest/v1/stores?select=id,...orders(total_amount.sum())')
    expect(spread.text).not.toContain('9500')
  })

  test('a store sees its own part of a checkout, and nothing of the sibling', async () => {
    const { data } = await rival.client.from('orders').select('*, order_lines(*), checkouts(*), payments(*)')
    const { data: plain } = await rival.client.from('orders').select('*, order_lines(*), checkouts(*)')
    for (const orders of [data, plain]) {
      if (orders === null) continue
      expect(orders.map(({ id }) => id)).toEqual([orderAt(rivalStoreId)])
    }
    expect(plain![0]).toMatchObject({
      total_amount: 7000,
      checkouts: null,
      order_lines: [{ product_name: 'Chair' }],
    })
    expect(JSON.stringify(plain)).not.toContain('Lamp')
    expect(JSON.stringify(plain)).not.toContain('9500')
    expect((await rival.client.from('payments').select('*')).data).toEqual([])
    expect((await rival.client.from('checkouts').select('*')).data).toEqual([])
    expect((await rival.client.from('refunds').select('*')).data).toEqual([])
  })

  test('what a client never writes, it never writes, whatever it sends', async () => {
    const before = await everything()
    const writes: [table: string, row: Record<string, unknown>][] = [
      ['orders', {
        status: 'received',
        payment_status: 'paid',
        total_amount: 1,
        customer_id: stranger.user.id,
      }],
      ['order_lines', { unit_price_amount: 1, total_amount: 1 }],
      ['order_events', { kind: 'status', to_status: 'received' }],
      ['checkouts', { status: 'confirmed', total_amount: 0 }],
      ['payments', { status: 'succeeded', captured_amount: 1 }],
      ['refunds', { status: 'succeeded', amount: 1 }],
      ['refund_lines', { amount: 1 }],
      ['carts', { user_id: stranger.user.id, status: 'active' }],
      ['cart_coupons', { cart_id: crypto.randomUUID() }],
      ['coupon_redemptions', { amount: 0 }],
      ['stock_levels', { on_hand: 1000, reserved: 0 }],
      ['stock_moves', { quantity: 1000 }],
      ['stock_reservations', { quantity: 0 }],
      ['store_members', { store_id: shop.storeId, user_id: stranger.user.id, role: 'owner' }],
      ['store_links', { slug: 'mine', store_id: shop.storeId }],
      ['store_invitations', { store_id: shop.storeId, role: 'owner' }],
      ['stores', { owner_id: stranger.user.id, status: 'active', slug: 'mine', currency: 'JPY' }],
      ['products', {
        price_amount: 1,
        rating_score: 5,
        sales_count: 9,
        is_listed: true,
        store_id: rivalStoreId,
      }],
      ['product_variants', { price_amount: 1, mrp_amount: 1 }],
      ['product_options', { name: 'x' }],
      ['categories', { name: 'x', slug: 'x' }],
      ['profiles', { phone: '1', email: 'a@example.com', id: stranger.user.id, created_at: 'now' }],
      ['audit_log', { action: 'x' }],
      ['notifications', { user_id: customer.user.id, kind: 'x', data: {} }],
      ['currencies', { code: 'XXX', exponent: 0 }],
      ['countries', { code: 'XX' }],
    ]
    for (const who of [null, stranger, customer, shop.owner]) {
      for (const [table, row] of writes) {
        const inserted = await raw(who, `/rest/v1/${table}`, { method: 'POST', body: JSON.stringify(row) })
        const upserted = await raw(who, `/rest/v1/${table}`, {
          method: 'POST',
          headers: { prefer: 'resolution=merge-duplicates' },
          body: JSON.stringify([row]),
        })
        const column = Object.keys(row)[0]!
        const updated = await raw(who, `/rest/v1/${table}?${column}=not.is.null`, {
          method: 'PATCH',
          body: JSON.stringify(row),
        })
        const refused = [inserted, upserted, updated].map(({ status }) => status >= 400 && status < 500)
        expect([table, ...refused]).toEqual([table, true, true, true])
      }
    }
    expect(await everything()).toEqual(before)
  })

  test('without a filter one touches what is one’s own, or nothing', async () => {
    const before = await everything()
    const tables = [
      'addresses',
      'wishlist_items',
      'cart_items',
      'notifications',
      'back_in_stock_requests',
      'coupons',
      'discounts',
      'product_media',
      'shipping_methods',
      'store_invitations',
      'orders',
      'products',
      'stores',
      'carts',
    ]
    for (const who of [null, stranger]) {
      for (const table of tables) {
        expect((await raw(who, `/rest/v1/${table}`, { method: 'DELETE' })).status).toBeLessThan(500)
        expect(
          (await raw(who, `/rest/v1/${table}?or=(created_at.is.null,created_at.not.is.null)`, {
            method: 'DELETE',
          })).status,
        )
          .toBeLessThan(500)
      }
      for (
        const [table, row] of [
          ['products', { name: 'Stolen' }],
          ['stores', { name: 'Stolen', is_open: false }],
          ['cart_items', { quantity: 9 }],
          ['notifications', { read_at: '2026-01-01T00:00:00Z' }],
          ['shipments', { tracking_number: 'x' }],
          ['stock_levels', { low_stock_threshold: 1 }],
          ['coupons', { code: 'STOLEN' }],
          ['discounts', { is_active: false }],
          ['shipping_methods', { rate_amount: 0 }],
          ['product_media', { alt: 'x' }],
          ['addresses', { city: 'Elsewhere' }],
        ] as const
      ) {
        const { status, rows } = await raw(
          who,
          `/rest/v1/${table}?or=(created_at.is.null,created_at.not.is.null)`,
          {
            method: 'PATCH',
            headers: { prefer: 'return=representation' },
            body: JSON.stringify(row),
          },
        )
        expect(status).toBeLessThan(500)
        if (status < 400) expect([table, rows]).toEqual([table, []])
      }
    }
    expect(await everything()).toEqual(before)
  })

  test('an upsert does not reach the row of somebody else', async () => {
    const before = await everything()
    const attempts: [who: SignedIn, table: string, conflict: string, row: Record<string, unknown>][] = [
      [stranger, 'addresses', 'id', { ...ADDRESS, id: addressId, city: 'Stolen' }],
      [stranger, 'addresses', 'id', { ...ADDRESS, user_id: customer.user.id }],
      [stranger, 'wishlist_items', 'user_id,product_id', {
        user_id: customer.user.id,
        product_id: lamp.productId,
      }],
      [stranger, 'profiles', 'id', { id: customer.user.id, full_name: 'Stolen' }],
      [stranger, 'cart_items', 'cart_id,variant_id', { variant_id: lamp.variantId, quantity: 9 }],
      [rival, 'stores', 'id', { id: shop.storeId, name: 'Stolen' }],
      [rival, 'products', 'id', { id: lamp.productId, name: 'Stolen' }],
      [rival, 'shipping_methods', 'id', {
        store_id: shop.storeId,
        name: 'X',
        kind: 'flat',
        rate_amount: 0,
        currency: 'USD',
      }],
      [rival, 'coupons', 'id', {
        store_id: shop.storeId,
        code: 'FREE',
        kind: 'percentage',
        percent_bps: 10000,
      }],
      [rival, 'coupons', 'id', { code: 'FREE', kind: 'percentage', percent_bps: 10000 }],
      [rival, 'discounts', 'id', {
        store_id: shop.storeId,
        name: 'X',
        kind: 'percentage',
        percent_bps: 9999,
      }],
      [rival, 'discounts', 'id', {
        store_id: rivalStoreId,
        product_id: lamp.productId,
        name: 'X',
        kind: 'percentage',
        percent_bps: 1,
      }],
      [rival, 'product_media', 'id', {
        store_id: shop.storeId,
        product_id: lamp.productId,
        path: `${shop.storeId}/x.png`,
      }],
      [rival, 'product_media', 'id', {
        store_id: rivalStoreId,
        product_id: lamp.productId,
        path: `${rivalStoreId}/x.png`,
      }],
      [rival, 'product_media', 'id', {
        store_id: rivalStoreId,
        product_id: chair.productId,
        path: `${shop.storeId}/x.png`,
      }],
    ]
    for (const [who, table, conflict, row] of attempts) {
      for (const resolution of ['merge-duplicates', 'ignore-duplicates']) {
        const { status, text } = await raw(who, `/rest/v1/${table}?on_conflict=${conflict}`, {
          method: 'POST',
          headers: { prefer: `resolution=${resolution},return=representation` },
          body: JSON.stringify(row),
        })
        expect([table, row, text, status >= 400 && status < 500]).toEqual([table, row, text, true])
      }
    }
    expect(await everything()).toEqual(before)
  })

  test('a row stays whose it is', async () => {
    const before = await everything()
    const moves: [who: SignedIn, table: string, row: Record<string, unknown>][] = [
      [customer, 'addresses', { user_id: stranger.user.id }],
      [customer, 'profiles', { id: stranger.user.id }],
      [customer, 'notifications', { user_id: stranger.user.id }],
      [customer, 'cart_items', { cart_id: crypto.randomUUID() }],
      [shop.owner, 'coupons', { store_id: rivalStoreId }],
      [shop.owner, 'coupons', { store_id: null }],
      [shop.owner, 'coupons', { used_count: 0 }],
      [shop.owner, 'shipping_methods', { store_id: rivalStoreId }],
      [shop.owner, 'products', { store_id: rivalStoreId }],
      [shop.owner, 'stores', { owner_id: rival.user.id }],
      [shop.owner, 'stock_levels', { store_id: rivalStoreId }],
      [shop.owner, 'orders', { store_id: rivalStoreId }],
    ]
    for (const [who, table, row] of moves) {
      const { error, status } = await who.client.from(table).update(row).not('created_at', 'is', null)
      expect([table, row, error?.code, status]).toEqual([
        table,
        row,
        expect.stringMatching(/^(42501|42703)$/),
        expect.any(Number),
      ])
    }
    expect(await everything()).toEqual(before)
  })

  test('nobody asks for a transaction that did not happen', async () => {
    const { status, headers } = await raw(customer, `/rest/v1/addresses?id=eq.${addressId}`, {
      method: 'PATCH',
      headers: { prefer: 'tx=rollback' },
      body: JSON.stringify({ label: 'Home' }),
    })
    expect(status).toBe(204)
    expect(headers.get('preference-applied') ?? '').not.toContain('rollback')
    const { data } = await customer.client.from('addresses').select('label').eq('id', addressId).single()
    expect(data).toEqual({ label: 'Home' })
  })

  test('a verb answers about another’s row as about one that does not exist, and changes nothing', async () => {
    const before = await everything()
    const nowhere = crypto.randomUUID()
    const attempts: [
      who: SignedIn,
      verb: string,
      args: Record<string, unknown>,
      argument: string,
      id: string,
    ][] = []
    const order = orderAt(shop.storeId)
    for (const who of [stranger, rival]) {
      attempts.push(
        [who, 'cancel_order', {}, 'order_id', order],
        [who, 'advance_order', { status: 'shipped' }, 'order_id', order],
        [who, 'confirm_receipt', {}, 'order_id', order],
        [who, 'record_cash_payment', {}, 'order_id', order],
        [who, 'request_refund', {}, 'order_id', order],
        [who, 'decide_refund', { approve: true }, 'refund_id', refundId],
        [who, 'prepare_refund', {}, 'refund_id', refundId],
        [who, 'prepare_payment', {}, 'checkout_id', placed.checkout_id],
        [who, 'adjust_stock', { quantity: 1 }, 'variant_id', sketch.variantId],
        [who, 'set_stock', { expected: 1, quantity: 2 }, 'variant_id', sketch.variantId],
        [who, 'set_product_status', { status: 'archived' }, 'product_id', sketch.productId],
        [who, 'delete_product', {}, 'product_id', sketch.productId],
        [who, 'save_product', { store_id: rivalStoreId, name: 'Stolen' }, 'product_id', sketch.productId],
      )
    }
    attempts.push([
      rival,
      'checkout',
      {
        idempotency_key: 'x',
        payment_method: 'card',
      },
      'shipping_address_id',
      addressId,
    ])
    for (const [who, verb, args, argument, id] of attempts) {
      const foreign = await who.client.rpc(verb, { ...args, [argument]: id })
      const missing = await who.client.rpc(verb, { ...args, [argument]: nowhere })
      expect([verb, foreign.status >= 400 && foreign.status < 500]).toEqual([verb, true])
      expect([verb, foreign.status, foreign.error?.details, foreign.error?.message])
        .toEqual([verb, missing.status, missing.error?.details, missing.error?.message])
    }
    for (
      const [verb, args] of [
        ['invite_member', { role: 'manager', phone: randomPhone() }],
        ['change_member_role', { user_id: shop.owner.user.id, role: 'staff' }],
        ['remove_member', { user_id: shop.owner.user.id }],
        ['transfer_store', { user_id: rival.user.id }],
        ['rename_store_link', { link: 'stolen' }],
        ['close_store', {}],
        ['set_store_status', { status: 'suspended' }],
        ['save_product', { name: 'X', category: 'Y', price_amount: 1 }],
        ['import_products', { csv: 'name,category,price\nX,Y,1' }],
        ['export_products', {}],
        ['sales_summary', {}],
      ] as const
    ) {
      const { status } = await rival.client.rpc(verb, { ...args, store_id: shop.storeId })
      expect([verb, status]).toEqual([verb, 403])
    }
    expect(await everything()).toEqual(before)
  })

  test('operators’ and the service’s verbs are refused to everybody else', async () => {
    const verbs = await shop.platform.sql<{ name: string; parameters: string[] }[]>`
      select proname as name, coalesce(proargnames[1:pronargs - pronargdefaults], '{}') as parameters from pg_proc
      where pronamespace = 'public'::regnamespace and not has_function_privilege('authenticated', oid, 'execute')`
    expect(verbs.length).toBeGreaterThan(10)
    for (const { name, parameters } of verbs) {
      const args = Object.fromEntries(parameters.map((parameter) => [parameter, null]))
      expect([name, (await shop.owner.client.rpc(name, args)).error?.code]).toEqual([name, '42501'])
      expect([name, (await shop.platform.visitor().rpc(name, args)).status]).toEqual([name, 401])
    }
    for (const view of ['admin_stores', 'admin_products', 'admin_stock', 'admin_audit']) {
      const { data } = await stranger.client.from(view).select('*')
      expect([view, data ?? []]).toEqual([view, []])
      expect((await shop.platform.visitor().from(view).select('*')).status).toBe(401)
    }
    expect((await shop.owner.client.schema('private').from('outbox').select('*')).status).toBe(406)
    expect((await shop.owner.client.schema('private').rpc('is_platform_admin')).status).toBe(406)
    expect((await shop.owner.client.schema('auth').from('users').select('*')).status).toBe(406)
    expect(
      (await shop.owner.client.rpc('send', {
        payload: {},
        event: 'x',
        topic: `store:${shop.storeId}:orders`,
      })).status,
    ).toBe(404)
  })

  test('a cart token is a secret: long, never an id, never guessed, never taken over', async () => {
    const visitor = shop.platform.visitor()
    const cart = await ask<{ id: string; token: string }>(visitor, 'add_to_cart', {
      variant_id: lamp.variantId,
    })
    expect(cart.token).toMatch(/^[0-9a-f]{64}$/)
    const [row] = await shop.platform.sql`select carts::text as row from public.carts where id = ${cart.id}`
    expect(row!['row']).not.toContain(cart.token)
    for (
      const guess of [
        cart.id,
        '',
        ' ',
        cart.token.toUpperCase(),
        cart.token.slice(0, -1),
        `${cart.token} `,
        '%',
        'null',
        '\\x00',
        'x'.repeat(100_000),
        '0'.repeat(64),
      ]
    ) {
      const { data } = await visitor.rpc('get_cart', { cart_token: guess })
      expect([guess.slice(0, 20), data?.items ?? []]).toEqual([guess.slice(0, 20), []])
      const { data: claimed, error } = await stranger.client.rpc('claim_cart', { cart_token: guess })
      expect([guess.slice(0, 20), claimed, error?.details]).toEqual([
        guess.slice(0, 20),
        null,
        // What could be a token is not told from none.
        guess === '' || /^0+$/.test(guess) ? 'cart_not_found' : 'invalid_cart_token',
      ])
    }
    const invented = await ask<{ token: string }>(visitor, 'add_to_cart', {
      variant_id: lamp.variantId,
      cart_token: 'f'.repeat(64),
    })
    expect(invented.token).toMatch(/^(?!f+$)[0-9a-f]{64}$/)
    // A customer's own cart is never opened by a token, and a claimed token opens nothing any more.
    await ask(customer.client, 'claim_cart', { cart_token: cart.token })
    const { data: after } = await visitor.rpc('get_cart', { cart_token: cart.token })
    expect(after?.items ?? []).toEqual([])
  })

  test('files stay where their owner put them', async () => {
    const path = `${shop.storeId}/window.png`
    const put = await shop.owner.client.storage.from('store-media').upload(path, PIXEL, {
      contentType: 'image/png',
    })
    expect(put.error).toBeNull()
    await customer.client.storage.from('avatars').upload(`${customer.user.id}/me.png`, PIXEL, {
      contentType: 'image/png',
    })
    const before = await everything()
    const theirs = rival.client.storage.from('store-media')
    const avatars = rival.client.storage.from('avatars')
    const refused = await Promise.all([
      theirs.copy(path, `${rivalStoreId}/copied.png`),
      theirs.move(path, `${rivalStoreId}/moved.png`),
      theirs.createSignedUrl(path, 60),
      theirs.createSignedUploadUrl(`${shop.storeId}/signed.png`),
      theirs.update(path, PIXEL, { contentType: 'image/png' }),
      avatars.upload(`${customer.user.id}/me.png`, PIXEL, { contentType: 'image/png', upsert: true }),
      avatars.upload('me.png', PIXEL, { contentType: 'image/png' }),
      avatars.upload(`${rival.user.id.toUpperCase()}/me.png`, PIXEL, { contentType: 'image/png' }),
      theirs.upload(`${rivalStoreId}/logo.svg`, '<svg onload="alert(1)"/>', { contentType: 'image/svg+xml' }),
      theirs.upload(`${rivalStoreId}/logo.png`, '<script>alert(1)</script>', { contentType: 'text/html' }),
      theirs.upload(`${rivalStoreId}/large.png`, Buffer.alloc(11_000_000), { contentType: 'image/png' }),
    ])
    expect(refused.map(({ error }) => error !== null)).toEqual(refused.map(() => true))
    const landed: string[] = []
    for (
      const name of [
        `${rivalStoreId}/../${shop.storeId}/x.png`,
        `${rivalStoreId}/%2e%2e/${shop.storeId}/x.png`,
        `${rivalStoreId}%2f..%2f${shop.storeId}%2fx.png`,
        `${rivalStoreId}%252f..%252f${shop.storeId}/x.png`,
        `%2f${shop.storeId}/x.png`,
        `/${shop.storeId}/x.png`,
        `./${shop.storeId}/x.png`,
        `${rivalStoreId}/a%00.png`,
        `..%5c${shop.storeId}%5cx.png`,
      ]
    ) {
      const { status, rows } = await raw(rival, `/storage/v1/object/store-media/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body: PIXEL.toString('latin1'),
      })
      if (status === 200) landed.push((rows as { Key: string }).Key.replace(/^store-media\//, ''))
      else expect([name, status >= 400 && status < 500]).toEqual([name, true])
    }
    // Names are keys, not paths: dots walk nowhere, so what was taken lies below the folder it begins with.
    expect(landed.filter((name) => !name.startsWith(`${rivalStoreId}/`))).toEqual([])
    expect((await theirs.remove(landed)).data).toHaveLength(landed.length)
    for (const prefix of ['', shop.storeId, `${shop.storeId}/`, '..', '%']) {
      const { data } = await theirs.list(prefix)
      expect([prefix, (data ?? []).map(({ name }) => name).filter((name) => name !== rivalStoreId)]).toEqual([
        prefix,
        [],
      ])
    }
    expect((await theirs.remove([path, `${shop.storeId}/*`, '%'])).data ?? []).toEqual([])
    expect((await shop.platform.visitor().storage.from('store-media').list()).data ?? []).toEqual([])
    expect((await rival.client.storage.createBucket('mine')).error).not.toBeNull()
    expect((await rival.client.storage.updateBucket('store-media', { public: true })).error).not.toBeNull()
    expect((await rival.client.storage.emptyBucket('store-media')).error).not.toBeNull()
    expect(await everything()).toEqual(before)
  })
})
