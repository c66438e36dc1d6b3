import { createClient } from '@supabase/supabase-js'
import { beforeAll, describe, expect, test } from 'vitest'
import { clientOptions, refusal } from '../support/index.ts'
import { ADDRESS } from '../support/market.ts'
import { type Article, ask, offer, openShop, type Shop } from './world.ts'

interface Cart {
  id: string
  token?: string
  item_count: number
  total_amount: number
  items: {
    variant_id: string
    name: string
    quantity: number
    unit_price_amount: number
    subtotal_amount: number
  }[]
}

describe('the cart', () => {
  let shop: Shop
  let lamp: Article
  let shade: Article
  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500)
    shade = await offer(shop.owner, shop.storeId, 'Shade', 900, 3)
  })

  test('a visitor adds, changes, removes and clears; the token may be an argument or a header', async () => {
    const visitor = shop.platform.visitor()
    const cart = await ask<Cart>(visitor, 'add_to_cart', { product_id: lamp.productId, quantity: 2 })
    expect(cart).toMatchObject({
      item_count: 2,
      total_amount: 5000,
      items: [{ name: 'Lamp', quantity: 2, unit_price_amount: 2500, subtotal_amount: 5000 }],
    })

    const withHeader = createClient(
      shop.platform.apiUrl,
      shop.platform.keys.publishableKey,
      clientOptions({ global: { headers: { 'x-cart-token': cart.token! } } }),
    )
    expect(await ask<Cart>(withHeader, 'add_to_cart', { variant_id: shade.variantId })).toMatchObject({
      item_count: 3,
    })
    expect(await ask<Cart>(withHeader, 'set_cart_quantity', { variant_id: lamp.variantId, quantity: 1 }))
      .toMatchObject({
        total_amount: 3400,
      })
    expect(await ask<Cart>(withHeader, 'remove_from_cart', { variant_id: shade.variantId })).toMatchObject({
      item_count: 1,
    })
    expect(await ask<Cart>(visitor, 'get_cart', { cart_token: cart.token })).toMatchObject({ item_count: 1 })
    expect(await ask<Cart>(withHeader, 'clear_cart')).toMatchObject({ item_count: 0, items: [] })
  })

  test('nobody reads or changes a cart by its id', async () => {
    const cart = await ask<Cart>(shop.platform.visitor(), 'add_to_cart', { variant_id: lamp.variantId })
    const stranger = await shop.platform.signIn()
    const { data } = await stranger.client.from('carts').select('*').eq('id', cart.id)
    expect(data).toEqual([])
    expect(await refusal(stranger.client.rpc('claim_cart', { cart_token: cart.id }))).toEqual({
      status: 422,
      code: 'invalid_cart_token',
    })
    const { error, status } = await shop.platform.visitor().from('carts').select('*')
    expect([status, error?.code]).toEqual([401, '42501'])
  })

  test('availability is checked while the cart is filled', async () => {
    const visitor = shop.platform.visitor()
    expect(await refusal(visitor.rpc('add_to_cart', { variant_id: shade.variantId, quantity: 4 }))).toEqual({
      status: 409,
      code: 'out_of_stock',
    })
    for (const quantity of [0, -1]) {
      expect(await refusal(visitor.rpc('add_to_cart', { variant_id: shade.variantId, quantity }))).toEqual({
        status: 422,
        code: 'invalid_quantity',
      })
    }
    for (const quantity of [1.5, 1e308, 'NaN', 'many', 99999999999]) {
      const { status } = await refusal(visitor.rpc('add_to_cart', { variant_id: shade.variantId, quantity }))
      expect(status).toBe(400)
    }
    expect((await refusal(visitor.rpc('add_to_cart', { variant_id: 'not-a-uuid' }))).status).toBe(400)
    expect(
      (await refusal(visitor.rpc('add_to_cart', { variant_id: lamp.variantId, cart_token: 'a\u0000b' })))
        .status,
    ).toBe(400)
    expect(await refusal(visitor.rpc('add_to_cart', { variant_id: crypto.randomUUID() }))).toEqual({
      status: 404,
      code: 'product_not_found',
    })
  })

  test("signing in makes it the customer's; what a browser kept locally is merged in", async () => {
    const guest = await ask<Cart>(shop.platform.visitor(), 'add_to_cart', {
      variant_id: lamp.variantId,
      quantity: 2,
    })
    const customer = await shop.platform.signIn()
    expect(await ask<Cart>(customer.client, 'claim_cart', { cart_token: guest.token })).toMatchObject({
      item_count: 2,
    })
    expect(await ask<Cart>(customer.client, 'claim_cart', { cart_token: guest.token })).toMatchObject({
      item_count: 2,
    })
    expect(
      await ask<Cart>(customer.client, 'merge_cart', {
        items: [{ variant_id: shade.variantId, quantity: 2 }, { variant_id: shade.variantId, quantity: 2 }],
      }),
    ).toMatchObject({ item_count: 5 })
  })

  test('who shows no cart asks for its token alone', async () => {
    const visitor = shop.platform.visitor()
    const { token, ...rest } = await ask<Cart>(visitor, 'add_to_cart', {
      variant_id: lamp.variantId,
      with_cart: false,
    })
    expect(rest).toEqual({ id: expect.any(String) })
    const again = { variant_id: lamp.variantId, cart_token: token, with_cart: false }
    expect(await ask(visitor, 'add_to_cart', again)).toEqual(rest)
    expect(await ask<Cart>(visitor, 'get_cart', { cart_token: token })).toMatchObject({
      id: rest.id,
      item_count: 2,
    })
  })

  test("who signs in to order has the visitor's cart claimed and ordered in one call, once", async () => {
    const fill = (variant_id: string) =>
      ask<Cart>(shop.platform.visitor(), 'add_to_cart', { variant_id, with_cart: false })
    const customer = await shop.platform.signIn()
    const order = (args: Record<string, unknown>) => ({
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
      ...args,
    })
    const guest = await fill(lamp.variantId)
    const first = order({ idempotency_key: crypto.randomUUID(), cart_token: guest.token })
    const placed = await ask<{ status: string; total_amount: number }>(customer.client, 'checkout', first)
    expect(placed).toMatchObject({ status: 'confirmed', total_amount: 2500 })
    expect(await ask(customer.client, 'checkout', first)).toEqual(placed)
    const another = order({ idempotency_key: crypto.randomUUID(), cart_token: guest.token })
    expect(await refusal(customer.client.rpc('checkout', another))).toMatchObject({ code: 'cart_empty' })
    const stranger = await shop.platform.signIn()
    expect(await refusal(stranger.client.rpc('checkout', another))).toEqual({
      status: 404,
      code: 'cart_not_found',
    })

    // Into a cart with something in it the lines are added, as claim_cart does; what is not ordered stays.
    await ask(stranger.client, 'add_to_cart', { variant_id: lamp.variantId })
    const second = await fill(lamp.variantId)
    const both = order({ idempotency_key: crypto.randomUUID(), cart_token: second.token })
    expect(await ask(stranger.client, 'checkout', both)).toMatchObject({ total_amount: 5000 })
    const third = await fill(lamp.variantId)
    const part = order({
      idempotency_key: crypto.randomUUID(),
      cart_token: third.token,
      store_ids: [shop.storeId],
    })
    expect(await ask(stranger.client, 'checkout', part)).toMatchObject({ total_amount: 2500 })
    expect(await ask<Cart>(stranger.client, 'get_cart')).toMatchObject({ id: third.id, item_count: 0 })
  })

  test('a customer may also change lines with plain writes', async () => {
    const customer = await shop.platform.signIn()
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    const { data } = await customer.client.from('cart_items').update({ quantity: 3 })
      .eq('variant_id', lamp.variantId).select('quantity')
    expect(data).toEqual([{ quantity: 3 }])
    const deleted = await customer.client.from('cart_items').delete().eq('variant_id', lamp.variantId).select(
      'quantity',
    )
    expect(deleted.data).toHaveLength(1)
    expect(await ask<Cart>(customer.client, 'get_cart')).toMatchObject({ item_count: 0 })
  })
})
