import { beforeAll, describe, expect, test } from 'vitest'
import {
  must,
  randomPhone,
  refusal,
  type SignedIn,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { type Article, ask, buy, offer, openStore, type Placed } from './world.ts'

/** How long an event of the provider may take. */
const PATIENCE = { timeout: 15_000 }

describe('currencies', () => {
  let platform: TestPlatform
  let owner: SignedIn

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await platform.signIn(randomPhone())
  })

  /** A store that adds a tenth of tax, with one thing to sell. */
  async function shopIn(
    currency: string,
    price: number,
    taxRate = 1000,
  ): Promise<{ storeId: string; article: Article }> {
    const storeId = await openStore(owner, { name: `Harbour ${currency} ${price}`, currency })
    await must(
      owner.client.from('stores').update({ is_tax_inclusive: false, tax_rate_bps: taxRate }).eq(
        'id',
        storeId,
      ),
    )
    return { storeId, article: await offer(owner, storeId, 'Lamp', price, 20) }
  }

  function payByCard(customer: SignedIn, placed: Placed) {
    return customer.client.functions.invoke('payments/intents', {
      body: { checkout_id: placed.checkout_id, payment_method: 'pm_card_visa' },
    })
  }

  /** The machine code that a function answered with. */
  async function refusedBy(answer: PromiseLike<{ error: { context?: Response } | null }>): Promise<unknown> {
    const { error } = await answer
    return error?.context === undefined ? undefined : (await error.context.json() as { code: string }).code
  }

  test.each([
    // currency, price, what three cost with a tenth of tax, what one of them gives back
    ['JPY', 1501, 4953, 1651],
    ['USD', 333, 1099, 366],
    ['KWD', 12_340, 40_720, 13_570],
  ])('an order in %s is paid and refunded to what can be charged', async (currency, price, due, back) => {
    const { storeId, article } = await shopIn(currency, price)
    const customer = await platform.signIn(randomPhone())
    const placed = await buy(customer, article, { quantity: 3, method: 'card' })
    expect(placed).toMatchObject({ currency, total_amount: due })

    expect((await payByCard(customer, placed)).error).toBeNull()
    const order = async () =>
      await must(
        customer.client.from('orders').select('*, order_lines(id)').eq('id', placed.orders[0]!.id).single(),
      )
    await expect.poll(async () => (await order()).payment_status, PATIENCE).toBe('paid')
    const [payment] = await platform.sql`
      select captured_amount::integer as captured, currency from public.payments where checkout_id = ${placed.checkout_id}`
    expect(payment).toEqual({ captured: due, currency })

    const refund = await ask<{ id: string; amount: number }>(customer.client, 'request_refund', {
      order_id: placed.orders[0]!.id,
      lines: [{ order_line_id: (await order()).order_lines[0].id, quantity: 1 }],
    })
    expect(refund.amount).toBe(back)
    await ask(owner.client, 'decide_refund', { refund_id: refund.id, approve: true, restock: true })
    const issued = await owner.client.functions.invoke('payments/refunds', { body: { refund_id: refund.id } })
    expect(issued.error).toBeNull()
    await expect.poll(async () => (await order()).refunded_amount, PATIENCE).toBe(back)
    expect(await order()).toMatchObject({ payment_status: 'partially_refunded', store_id: storeId })
    expect(await must(platform.service().rpc('check_invariants'))).toEqual([])
  })

  test('what is too little for a card is said so, and can be paid in cash', async () => {
    const { article } = await shopIn('USD', 49, 0)
    const customer = await platform.signIn(randomPhone())
    const placed = await buy(customer, article, { method: 'card' })
    expect(await refusedBy(payByCard(customer, placed))).toBe('amount_not_payable')
    await ask(customer.client, 'cancel_order', { order_id: placed.orders[0]!.id })
    // What was given up is back in the cart, and one more makes two.
    expect(await buy(customer, article)).toMatchObject({ status: 'confirmed', total_amount: 98 })
    expect(await must(platform.service().rpc('check_invariants'))).toEqual([])
  })

  test('rates and coupons in another currency than the store’s are refused, not kept for nobody', async () => {
    const { storeId } = await shopIn('EUR', 1000)
    const { client } = owner
    const rate = { store_id: storeId, name: 'Post', kind: 'flat', rate_amount: 500 }
    expect((await refusal(client.from('shipping_methods').insert({ ...rate, currency: 'USD' }))).code)
      .toBe('unknown_reference')
    expect((await refusal(client.from('shipping_methods').insert({ ...rate, currency: 'EUR' }))).code)
      .toBeUndefined()
    const coupon = { store_id: storeId, code: 'FIVE', kind: 'amount', amount: 500 }
    expect((await refusal(client.from('coupons').insert({ ...coupon, currency: 'USD' }))).code).toBe(
      'coupon_currency_mismatch',
    )
    expect((await refusal(client.from('coupons').insert({ ...coupon, currency: 'EUR' }))).code)
      .toBeUndefined()
  })

  test('stores of two currencies are paid one by one', async () => {
    const yen = await shopIn('JPY', 300)
    const euro = await shopIn('EUR', 1000)
    const customer = await platform.signIn(randomPhone())
    for (const { article } of [yen, euro]) {
      await ask(customer.client, 'add_to_cart', { variant_id: article.variantId, quantity: 2 })
    }
    const cart = await ask(customer.client, 'get_cart')
    expect(cart).toMatchObject({ currency: null, total_amount: null, item_count: 4 })
    const address = {
      recipient_name: 'Nina Castell',
      line1: '12 Elm Row',
      city: 'Albany',
      postal_code: '12203',
      country_code: 'US',
    }
    const order = (more: object) =>
      customer.client.rpc('checkout', {
        idempotency_key: crypto.randomUUID(),
        payment_method: 'cash_on_delivery',
        shipping_address: address,
        ...more,
      })
    expect((await refusal(order({}))).code).toBe('mixed_currencies')
    expect(await must(order({ store_ids: [yen.storeId] }))).toMatchObject({
      currency: 'JPY',
      total_amount: 660,
    })
    expect(await must(order({}))).toMatchObject({ currency: 'EUR', total_amount: 2200 })
    expect(await must(platform.service().rpc('check_invariants'))).toEqual([])
  })
})
