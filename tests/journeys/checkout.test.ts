import { beforeAll, describe, expect, test } from 'vitest'
import { refusal } from '../support/index.ts'
import {
  ADDRESS,
  type Article,
  ask,
  buy,
  offer,
  openShop,
  openStore,
  type Placed,
  type Shop,
} from './world.ts'

describe('checkout', () => {
  let shop: Shop
  let lamp: Article
  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 100)
    const { error } = await shop.owner.client.from('shipping_methods').insert([
      {
        store_id: shop.storeId,
        name: 'Post',
        kind: 'free_over',
        rate_amount: 450,
        free_over_amount: 5000,
        currency: 'USD',
      },
      { store_id: shop.storeId, name: 'Pick up', kind: 'pickup', currency: 'USD', position: 1 },
    ], { defaultToNull: false })
    expect(error).toBeNull()
  })

  test('a checkout makes one order per store, with its own shipping and tax, and the customer reads it whole', async () => {
    const other = await openStore(shop.owner, { name: 'Second Quay' })
    await shop.owner.client.from('stores').update({ is_tax_inclusive: false, tax_rate_bps: 825 }).eq(
      'id',
      other,
    )
    const shade = await offer(shop.owner, other, 'Shade', 999)
    const customer = await shop.platform.signIn()
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    const quote = await ask<{ total_amount: number; stores: unknown[] }>(customer.client, 'add_to_cart', {
      variant_id: shade.variantId,
      quantity: 3,
    })
    expect(quote).toMatchObject({ total_amount: 2500 + 450 + 2997 + 247 })

    const placed = await ask<Placed>(customer.client, 'checkout', {
      idempotency_key: crypto.randomUUID(),
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
      expected_total_amount: quote.total_amount,
    })
    expect(placed).toMatchObject({ status: 'confirmed', total_amount: quote.total_amount })
    const { data } = await customer.client.from('orders')
      .select(
        'status, total_amount, shipping_amount, tax_amount, shipping_address, order_lines(product_name, quantity, total_amount), shipments(*)',
      )
      .eq('checkout_id', placed.checkout_id).order('total_amount')
    expect(data).toEqual([
      {
        status: 'confirmed',
        total_amount: 2950,
        shipping_amount: 450,
        tax_amount: 0,
        shipping_address: expect.objectContaining({ city: 'Albany', line2: null }),
        order_lines: [{ product_name: 'Lamp', quantity: 1, total_amount: 2500 }],
        shipments: [],
      },
      {
        status: 'confirmed',
        total_amount: 3244,
        shipping_amount: 0,
        tax_amount: 247,
        shipping_address: expect.objectContaining({ city: 'Albany' }),
        order_lines: [{ product_name: 'Shade', quantity: 3, total_amount: 3244 }],
        shipments: [],
      },
    ])
  })

  test('shipping is free over its amount, and pickup needs no address', async () => {
    const customer = await shop.platform.signIn()
    expect(await buy(customer, lamp, { quantity: 2 })).toMatchObject({ total_amount: 5000 })
    const { data } = await customer.client.from('shipping_methods').select('id').eq('store_id', shop.storeId)
      .eq('kind', 'pickup').single()
    expect(
      await buy(customer, lamp, {
        more: { shipping_address: undefined, shipping_methods: { [shop.storeId]: data!.id } },
      }),
    ).toMatchObject({ total_amount: 2500 })
  })

  test("an order can go to an address of one's own book", async () => {
    const customer = await shop.platform.signIn()
    const { data: address } = await customer.client.from('addresses').insert(ADDRESS).select('id').single()
    const placed = await buy(customer, lamp, {
      more: { shipping_address: undefined, shipping_address_id: address!.id },
    })
    const { data: order } = await customer.client.from('orders').select('shipping_address').eq(
      'id',
      placed.orders[0]!.id,
    ).single()
    expect(order).toMatchObject({
      shipping_address: { recipient_name: 'Nina Castell', postal_code: '12203' },
    })

    const stranger = await shop.platform.signIn()
    await ask(stranger.client, 'add_to_cart', { variant_id: lamp.variantId })
    expect(
      await refusal(stranger.client.rpc('checkout', {
        idempotency_key: 'k',
        payment_method: 'card',
        shipping_address_id: address!.id,
      })),
    ).toEqual({ status: 404, code: 'address_not_found' })
  })

  test('a repeated request is one order, and another body under its key is refused', async () => {
    const customer = await shop.platform.signIn()
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    const request = {
      idempotency_key: 'press-1',
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
    }
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(customer.client, 'checkout', request)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await refusal(customer.client.rpc('checkout', { ...request, payment_method: 'card' }))).toEqual({
      status: 409,
      code: 'idempotency_key_reused',
    })
    const { count } = await customer.client.from('orders').select('*', { count: 'exact', head: true })
      .eq('customer_id', customer.user.id)
    expect(count).toBe(1)
  })

  test('nothing that a client sends decides a price, a status or an owner', async () => {
    const customer = await shop.platform.signIn()
    const { status } = await refusal(customer.client.rpc('checkout', {
      idempotency_key: 'k',
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
      total_amount: 1,
      status: 'received',
    }))
    expect(status).toBe(404)
    const inserted = await customer.client.from('orders').insert({ total_amount: 1, status: 'confirmed' })
    expect([inserted.status, inserted.error?.code]).toEqual([403, '42501'])
  })

  test('too little stock, an empty cart and a visitor get the documented error, and nothing is half done', async () => {
    const rare = await offer(shop.owner, shop.storeId, 'Rare', 500, 1)
    const [first, second] = [await shop.platform.signIn(), await shop.platform.signIn()]
    await ask(second.client, 'add_to_cart', { variant_id: rare.variantId })
    await buy(first, rare, { method: 'card' })
    const request = { idempotency_key: 'k', payment_method: 'card', shipping_address: ADDRESS }
    expect(await refusal(second.client.rpc('checkout', request))).toEqual({
      status: 409,
      code: 'out_of_stock',
    })
    const third = await shop.platform.signIn()
    expect(await refusal(third.client.rpc('checkout', request))).toEqual({ status: 409, code: 'cart_empty' })
    expect(await refusal(shop.platform.visitor().rpc('checkout', request))).toEqual({
      status: 401,
      code: 'not_signed_in',
    })
    const violations = await ask<unknown[]>(shop.platform.service(), 'check_invariants')
    expect(violations).toEqual([])
  })

  test('what nobody paid is back in the cart, and the customer is told why', async () => {
    const customer = await shop.platform.signIn()
    const placed = await buy(customer, lamp, { method: 'card', quantity: 2 })
    expect(await ask(customer.client, 'get_cart')).toMatchObject({ id: null, items: [] })
    const { sql } = shop.platform
    await sql`update public.checkouts set expires_at = now() where id = ${placed.checkout_id}`
    await sql`select private.expire_checkouts()`
    expect(await ask(customer.client, 'get_cart')).toMatchObject({ items: [{ name: 'Lamp', quantity: 2 }] })
    const { data: order } = await customer.client.from('orders').select('status, cancel_reason')
      .eq('id', placed.orders[0]!.id).single()
    expect(order).toEqual({ status: 'cancelled', cancel_reason: 'payment_expired' })
    const { data: told } = await customer.client.from('notifications').select('kind, body, data')
    expect(told).toEqual([{
      kind: 'order_cancelled',
      body: 'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
      data: expect.objectContaining({ order_id: placed.orders[0]!.id, reason: 'payment_expired' }),
    }])
  })

  test('a signed-out token moves nothing', async () => {
    const customer = await shop.platform.signIn()
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    const { data: { session } } = await customer.client.auth.getSession()
    await customer.client.auth.signOut()
    const stale = shop.platform.visitor({
      global: { headers: { authorization: `Bearer ${session!.access_token}` } },
    })
    expect(
      await refusal(stale.rpc('checkout', {
        idempotency_key: 'k',
        payment_method: 'card',
        shipping_address: ADDRESS,
      })),
    ).toEqual({ status: 401, code: 'session_revoked' })
  })
})
