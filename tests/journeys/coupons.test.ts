import { beforeAll, describe, expect, test } from 'vitest'
import { refusal } from '../support/index.ts'
import { ADDRESS, type Article, ask, buy, offer, openShop, type Shop } from './world.ts'

describe('coupons', () => {
  let shop: Shop
  let lamp: Article
  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 100)
    const { error } = await shop.owner.client.from('coupons').insert([
      {
        store_id: shop.storeId,
        code: 'WELCOME',
        kind: 'percentage',
        percent_bps: 1000,
        is_first_order_only: true,
      },
      {
        store_id: shop.storeId,
        code: 'ONCE',
        kind: 'amount',
        amount: 700,
        currency: 'USD',
        min_order_amount: 5000,
        per_customer_limit: 1,
      },
    ], { defaultToNull: false })
    expect(error).toBeNull()
  })

  test('a coupon for a first order counts on the cart and on the order, and not a second time', async () => {
    const customer = await shop.platform.signIn()
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    expect(await ask(customer.client, 'apply_coupon', { code: ' welcome' })).toMatchObject({
      discount_amount: 250,
      total_amount: 2250,
      coupons: [{ code: 'WELCOME', amount: 250, problem: null }],
    })
    expect(
      await ask(customer.client, 'checkout', {
        idempotency_key: 'first',
        payment_method: 'cash_on_delivery',
        shipping_address: ADDRESS,
      }),
    ).toMatchObject({ total_amount: 2250 })
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    expect(await refusal(customer.client.rpc('apply_coupon', { code: 'WELCOME' }))).toEqual({
      status: 409,
      code: 'coupon_first_order_only',
    })
  })

  test("a coupon's use comes back when the order is cancelled", async () => {
    const customer = await shop.platform.signIn()
    const withCoupon = async () => {
      await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
      await ask(customer.client, 'apply_coupon', { code: 'ONCE' })
      return buy(customer, lamp)
    }
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    expect(await refusal(customer.client.rpc('apply_coupon', { code: 'ONCE' }))).toEqual({
      status: 409,
      code: 'coupon_below_minimum',
    })
    const placed = await withCoupon().catch(() => undefined)
    expect(placed).toBeDefined()
    expect(placed!.total_amount).toBe(7500 - 700)
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId, quantity: 2 })
    expect(await refusal(customer.client.rpc('apply_coupon', { code: 'ONCE' }))).toEqual({
      status: 409,
      code: 'coupon_limit_reached',
    })
    await ask(customer.client, 'cancel_order', { order_id: placed!.orders[0]!.id })
    expect(await ask(customer.client, 'apply_coupon', { code: 'ONCE' })).toMatchObject({
      discount_amount: 700,
    })
  })

  test('customers neither list nor guess coupons', async () => {
    const customer = await shop.platform.signIn()
    const { data } = await customer.client.from('coupons').select('*')
    expect(data).toEqual([])
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    for (const code of ['', 'NOPE', 'WELC%', '💥', 'x'.repeat(100_000)]) {
      expect(await refusal(customer.client.rpc('apply_coupon', { code }))).toEqual({
        status: 404,
        code: 'coupon_not_found',
      })
    }
    expect((await refusal(customer.client.rpc('apply_coupon', { code: 'a\u0000b' }))).status).toBe(400)
  })
})
