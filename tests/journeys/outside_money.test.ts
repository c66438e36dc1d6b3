import { setTimeout as sleep } from 'node:timers/promises'
import type Stripe from 'stripe'
import { beforeAll, describe, expect, test } from 'vitest'
import { createStripe } from '../../functions/_shared/stripe.ts'
import { refusal, type SignedIn, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { ADDRESS, type Article, ask, offer, openStore, type Placed } from './world.ts'

/** How long events of the provider may take. */
const PATIENCE = { timeout: 15_000 }

// Money that somebody else moves: refunds made at the provider, disputes, and banks that take their days. Everything goes
// through the provider's sandbox and its signed webhooks.
describe('money that moves outside our verbs', () => {
  let platform: TestPlatform
  let stripe: Stripe
  let ana: SignedIn
  let ben: SignedIn
  let lamp: Article
  let mug: Article

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    stripe = createStripe(platform.keys.stripeSecretKey, platform.inboxUrl)
    ana = await platform.signIn()
    ben = await platform.signIn()
    lamp = await offer(ana, await openStore(ana), 'Lamp', 2000, 100)
    mug = await offer(ben, await openStore(ben, { name: 'Mugs & More' }), 'Mug', 3000, 100)
  }, 60_000)

  /** One checkout of both stores, for 2000 and 3000, paid by this method as far as that goes. */
  async function placed(paymentMethod = 'pm_card_visa') {
    const customer = await platform.signIn()
    for (const { variantId } of [lamp, mug]) {
      await ask(customer.client, 'add_to_cart', { variant_id: variantId })
    }
    const { checkout_id, orders } = await ask<Placed>(customer.client, 'checkout', {
      idempotency_key: crypto.randomUUID(),
      payment_method: 'card',
      shipping_address: ADDRESS,
    })
    const { data, error } = await customer.client.functions.invoke('payments/intents', {
      body: { checkout_id, payment_method: paymentMethod },
    })
    if (error) throw error
    const intent = (data as { client_secret: string }).client_secret.split('_secret_')[0]!
    const idOf = (amount: number) => orders.find(({ total_amount }) => total_amount === amount)!.id
    return { customer, checkout_id, intent, lampOrder: idOf(2000), mugOrder: idOf(3000) }
  }

  async function paid() {
    const order = await placed()
    await eventually(order.checkout_id, ['confirmed paid 0+0', 'confirmed paid 0+0'])
    return order
  }

  /** The orders of a checkout, the lamp's first: status, payment status, what went back and what is about to. */
  async function stateOf(checkoutId: string): Promise<string[]> {
    const rows = await platform.sql<{ state: string }[]>`
      select format('%s %s %s+%s', status, payment_status, refunded_amount, refunding_amount) as state
      from public.orders where checkout_id = ${checkoutId} order by total_amount`
    return rows.map(({ state }) => state)
  }

  /** Waits for the webhooks to have led there. */
  async function eventually(checkoutId: string, expected: string[]): Promise<void> {
    await expect.poll(() => stateOf(checkoutId), PATIENCE).toEqual(expected)
    expect(await ask<unknown[]>(platform.service(), 'check_invariants')).toEqual([])
  }

  async function control(path: string, body: unknown): Promise<Record<string, string>> {
    const response = await fetch(`${platform.inboxUrl}/_control${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    return await response.json() as Record<string, string>
  }

  test('after a part went back at the provider, both orders can be cancelled and the rest goes back', async () => {
    const { customer, checkout_id, intent, lampOrder, mugOrder } = await paid()
    await stripe.refunds.create({ payment_intent: intent, amount: 500 })
    await eventually(checkout_id, [
      'confirmed partially_refunded 200+0',
      'confirmed partially_refunded 300+0',
    ])
    await ask(ana.client, 'cancel_order', { order_id: lampOrder })
    await ask(customer.client, 'cancel_order', { order_id: mugOrder })
    await platform.service().functions.invoke('payments-reconcile', { method: 'POST' })
    await eventually(checkout_id, ['cancelled refunded 2000+0', 'cancelled refunded 3000+0'])
    expect((await stripe.charges.list({ payment_intent: intent })).data[0]).toMatchObject({
      refunded: true,
      amount_refunded: 5000,
    })
  })

  test('a refund at the provider whose event is late is taken over when ours is issued', async () => {
    const { customer, checkout_id, intent, lampOrder, mugOrder } = await paid()
    const put = (mode: string) =>
      fetch(`${platform.inboxUrl}/_control/webhooks`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mode }),
      })
    await put('hold')
    await stripe.refunds.create({ payment_intent: intent, amount: 500 })
    await ask(customer.client, 'cancel_order', { order_id: lampOrder })
    await ask(customer.client, 'cancel_order', { order_id: mugOrder })
    expect(await stateOf(checkout_id)).toEqual(['cancelled paid 0+2000', 'cancelled paid 0+3000'])
    await platform.service().functions.invoke('payments-reconcile', { method: 'POST' })
    await eventually(checkout_id, ['cancelled refunded 2000+0', 'cancelled refunded 3000+0'])
    await control('/webhooks/release', { reversed: true })
    await put('deliver')
    await sleep(300)
    await eventually(checkout_id, ['cancelled refunded 2000+0', 'cancelled refunded 3000+0'])
  })

  test('what went back entirely at the provider is cancelled and cannot be shipped', async () => {
    const { checkout_id, intent, lampOrder } = await paid()
    await stripe.refunds.create({ payment_intent: intent })
    await eventually(checkout_id, ['cancelled refunded 2000+0', 'cancelled refunded 3000+0'])
    expect(await refusal(ana.client.rpc('advance_order', { order_id: lampOrder, status: 'shipped' })))
      .toEqual({
        status: 409,
        code: 'illegal_status',
      })
  })

  test('while a dispute is open nothing is refunded, and once it is won everything can be', async () => {
    const { customer, checkout_id, intent, lampOrder } = await paid()
    const refund = await ask<{ id: string }>(customer.client, 'request_refund', { order_id: lampOrder })
    const { dispute } = await control('/disputes', { payment_intent: intent })
    await told('needs_response', lampOrder)
    expect(await refusal(ana.client.rpc('decide_refund', { refund_id: refund.id, approve: true }))).toEqual({
      status: 409,
      code: 'payment_disputed',
    })
    const { data: shares } = await ana.client.from('dispute_shares').select('order_id, status, amount')
      .eq('order_id', lampOrder)
    expect(shares).toEqual([{ order_id: lampOrder, status: 'needs_response', amount: 2000 }])
    const { data: whole } = await ana.client.from('disputes').select('id')
    expect(whole).toEqual([])
    await stripe.disputes.update(dispute!, { evidence: { uncategorized_text: 'winning_evidence' } })
    await told('won', lampOrder)
    await ask(ana.client, 'decide_refund', { refund_id: refund.id, approve: true })
    const { error } = await ana.client.functions.invoke('payments/refunds', {
      body: { refund_id: refund.id },
    })
    expect(error).toBeNull()
    await eventually(checkout_id, ['confirmed refunded 2000+0', 'confirmed paid 0+0'])
    expect(await refusal(ana.client.rpc('advance_order', { order_id: lampOrder, status: 'shipped' })))
      .toEqual({
        status: 409,
        code: 'order_refunded',
      })
  })

  test('a dispute that is lost takes the money from the orders by what is left of each', async () => {
    const { customer, checkout_id, intent, lampOrder, mugOrder } = await paid()
    await ask(ben.client, 'advance_order', { order_id: mugOrder, status: 'shipped' })
    const { dispute } = await control('/disputes', { payment_intent: intent, amount: 1000 })
    await told('needs_response', mugOrder)
    await ask(customer.client, 'cancel_order', { order_id: lampOrder })
    await stripe.disputes.close(dispute!)
    await eventually(checkout_id, [
      'cancelled partially_refunded 400+1600',
      'shipped partially_refunded 600+0',
    ])
    await platform.service().functions.invoke('payments-reconcile', { method: 'POST' })
    await eventually(checkout_id, ['cancelled refunded 2000+0', 'shipped partially_refunded 600+0'])
  })

  /** Waits until the store of this order was told that its dispute has this status. */
  async function told(status: string, orderId: string): Promise<void> {
    await expect.poll(
      () =>
        platform.sql`
        select data ->> 'status' as status from public.notifications
        where kind = 'payment_disputed' and data ->> 'status' = ${status} and data ->> 'order_id' = ${orderId}`,
      PATIENCE,
    )
      .toEqual([{ status }])
  }

  const passTime = (checkoutId: string) =>
    platform.sql`update public.checkouts set expires_at = now() - interval '1 day' where id = ${checkoutId}`

  test('a bank debit keeps what it pays for until the bank has answered, whatever the clock says', async () => {
    const { customer, checkout_id, intent } = await placed('pm_usBankAccount_processing')
    await status(checkout_id, 'processing')
    await passTime(checkout_id)
    await platform.sql`select private.run_job('expire-checkouts')`
    expect(await stateOf(checkout_id)).toEqual(['pending unpaid 0+0', 'pending unpaid 0+0'])
    const { data } = await customer.client.functions.invoke('payments/intents', { body: { checkout_id } })
    expect(data).toMatchObject({ status: 'processing' })
    await platform.sql`update public.payments set next_check_at = now() where checkout_id = ${checkout_id}`
    await platform.service().functions.invoke('payments-reconcile', { method: 'POST' })
    await control('/debits', { payment_intent: intent, succeeds: true })
    await eventually(checkout_id, ['confirmed paid 0+0', 'confirmed paid 0+0'])
  })

  test('a bank debit that fails in time leaves time for another way to pay', async () => {
    const { customer, checkout_id } = await placed('pm_usBankAccount_insufficientFunds')
    await status(checkout_id, 'failed')
    expect(await stateOf(checkout_id)).toEqual(['pending unpaid 0+0', 'pending unpaid 0+0'])
    await customer.client.functions.invoke('payments/intents', {
      body: { checkout_id, payment_method: 'pm_card_visa' },
    })
    await eventually(checkout_id, ['confirmed paid 0+0', 'confirmed paid 0+0'])
  })

  test('a bank debit that fails when time is over ends the order at once', async () => {
    const { customer, checkout_id, intent } = await placed('pm_usBankAccount_processing')
    await status(checkout_id, 'processing')
    await passTime(checkout_id)
    await control('/debits', { payment_intent: intent, succeeds: false })
    await eventually(checkout_id, ['cancelled unpaid 0+0', 'cancelled unpaid 0+0'])
    expect(await refusal(customer.client.rpc('prepare_payment', { checkout_id }))).toEqual({
      status: 409,
      code: 'checkout_not_payable',
    })
  })

  test('a bank debit of an order that was cancelled meanwhile goes back when it arrives', async () => {
    const { customer, checkout_id, intent, lampOrder } = await placed('pm_usBankAccount_processing')
    await status(checkout_id, 'processing')
    await ask(customer.client, 'cancel_order', { order_id: lampOrder })
    await platform.service().functions.invoke('payments-reconcile', { method: 'POST' })
    await control('/debits', { payment_intent: intent, succeeds: true })
    await expect.poll(
      () => platform.sql`select refunded_amount::int from public.payments where checkout_id = ${checkout_id}`,
      PATIENCE,
    )
      .toEqual([{ refunded_amount: 5000 }])
    expect((await stripe.refunds.list({ payment_intent: intent })).data).toMatchObject([{ amount: 5000 }])
    await eventually(checkout_id, ['cancelled unpaid 0+0', 'cancelled unpaid 0+0'])
  })

  async function status(checkoutId: string, expected: string): Promise<void> {
    await expect.poll(
      () => platform.sql`select status from public.payments where checkout_id = ${checkoutId}`,
      PATIENCE,
    )
      .toEqual([{ status: expected }])
  }
})
