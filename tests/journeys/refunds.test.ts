import { beforeAll, describe, expect, test } from 'vitest'
import { refusal } from '../support/index.ts'
import { type Article, ask, buy, offer, openShop, pay, type Shop } from './world.ts'

describe('payments and refunds', () => {
  let shop: Shop
  let lamp: Article
  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 100)
  })

  test('a card order waits, is confirmed by its payment, and is refunded line by line', async () => {
    const customer = await shop.platform.signIn()
    const placed = await buy(customer, lamp, { quantity: 2, method: 'card' })
    expect(placed).toMatchObject({ status: 'pending', orders: [{ status: 'pending', reference: null }] })
    const orderId = placed.orders[0]!.id
    const intentId = await pay(shop.platform, customer, placed.checkout_id)

    const { data: order } = await customer.client.from('orders')
      .select('status, payment_status, number, order_lines(id)').eq('id', orderId).single()
    expect(order).toMatchObject({ status: 'confirmed', payment_status: 'paid', number: expect.any(Number) })

    const refund = await ask<{ id: string; amount: number }>(customer.client, 'request_refund', {
      order_id: orderId,
      lines: [{ order_line_id: order!.order_lines[0]!.id, quantity: 1 }],
      reason: 'The glass is cracked.',
    })
    expect(refund.amount).toBe(2500)
    expect(await refusal(customer.client.rpc('decide_refund', { refund_id: refund.id, approve: true })))
      .toEqual({
        status: 403,
        code: 'store_role_required',
      })
    expect(
      await ask(shop.owner.client, 'decide_refund', { refund_id: refund.id, approve: true, restock: true }),
    )
      .toMatchObject({ status: 'approved', is_restocked: true })
    expect(await ask(shop.owner.client, 'prepare_refund', { refund_id: refund.id })).toMatchObject({
      status: 'pending',
      provider_intent_id: intentId,
      amount: 2500,
    })
    await ask(shop.platform.service(), 'attach_refund', {
      refund_id: refund.id,
      provider_refund_id: 're_1',
      status: 'succeeded',
    })

    const { data: after } = await customer.client.from('orders').select('payment_status, refunded_amount').eq(
      'id',
      orderId,
    )
      .single()
    expect(after).toEqual({ payment_status: 'partially_refunded', refunded_amount: 2500 })
    expect(await refusal(customer.client.rpc('request_refund', { order_id: orderId, amount: 2501 }))).toEqual(
      {
        status: 409,
        code: 'refund_exceeds_payment',
      },
    )
    expect(await ask<unknown[]>(shop.platform.service(), 'check_invariants')).toEqual([])
  })

  test("another customer's checkout cannot be paid, a cancelled one cannot be paid any more", async () => {
    const customer = await shop.platform.signIn()
    const placed = await buy(customer, lamp, { method: 'card' })
    const stranger = await shop.platform.signIn()
    expect(await refusal(stranger.client.rpc('prepare_payment', { checkout_id: placed.checkout_id })))
      .toEqual({
        status: 404,
        code: 'checkout_not_found',
      })
    await ask(customer.client, 'cancel_order', { order_id: placed.orders[0]!.id })
    expect(await refusal(customer.client.rpc('prepare_payment', { checkout_id: placed.checkout_id })))
      .toEqual({
        status: 409,
        code: 'checkout_not_payable',
      })
  })

  test("the service's verbs are closed to everybody else", async () => {
    const customer = await shop.platform.signIn()
    for (
      const verb of ['check_invariants', 'service_health', 'read_metrics', 'evaluate_alerts', 'claim_outbox']
    ) {
      expect((await refusal(customer.client.rpc(verb))).status).toBe(403)
      expect((await refusal(shop.platform.visitor().rpc(verb))).status).toBe(401)
    }
  })
})
