import { expect, test, vi } from 'vitest'
import { createHandler } from '../../functions/payments-reconcile/handler.ts'
import { answerOf, type Answers, post, sqlOf, useOutside } from './support.ts'

const outside = await useOutside()

function build(answers: Answers) {
  const database = sqlOf({
    list_payments_to_reconcile: [],
    list_refunds_to_issue: [],
    apply_payment_event: { outcome: 'applied', refund_ids: [] },
    attach_refund: (args: { refund_id: string; status: string }) => args,
    ...answers,
  })
  const handler = createHandler({ sql: database.sql, stripe: outside.stripe })
  return { ...database, run: () => handler(post('/payments-reconcile', {})).then(answerOf) }
}

const intent = (confirm: boolean) =>
  outside.stripe.paymentIntents.create({
    amount: 4200,
    currency: 'inr',
    ...(confirm ? { confirm, payment_method: 'pm_card_visa', return_url: 'https://shop.example' } : {}),
  })

const open = (providerIntentId: string | null, action: 'check' | 'cancel') => ({
  payment_id: crypto.randomUUID(),
  checkout_id: crypto.randomUUID(),
  attempt: 1,
  provider_intent_id: providerIntentId,
  action,
})

test('a payment whose event was lost is found and applied', async () => {
  const paid = await intent(true)
  const { run, called } = build({ list_payments_to_reconcile: [open(paid.id, 'check')] })
  expect(await run()).toEqual([200, { checked: 1, refunded: 0, failed: 0 }])
  expect(called('apply_payment_event')[0]!.args).toMatchObject({
    event_id: `check_${paid.id}_succeeded_${String(paid.latest_charge)}`,
    fact: { kind: 'intent', status: 'succeeded', amount_received: 4200 },
  })
})

test('the intent of a checkout that is over is canceled', async () => {
  const waiting = await intent(false)
  const { run, called } = build({ list_payments_to_reconcile: [open(waiting.id, 'cancel')] })
  await run()
  expect((await outside.stripe.paymentIntents.retrieve(waiting.id)).status).toBe('canceled')
  expect(called('apply_payment_event')[0]!.args).toMatchObject({ fact: { status: 'canceled' } })
})

test('an intent that was paid at the last moment is reported as paid', async () => {
  const paid = await intent(true)
  const { run, called } = build({ list_payments_to_reconcile: [open(paid.id, 'cancel')] })
  expect(await run()).toMatchObject([200, { checked: 1, failed: 0 }])
  expect(called('apply_payment_event')[0]!.args).toMatchObject({ fact: { status: 'succeeded' } })
})

test('a payment without an intent was never payable', async () => {
  const { run, called } = build({ list_payments_to_reconcile: [open(null, 'check')] })
  expect(await run()).toMatchObject([200, { checked: 1 }])
  expect(called('apply_payment_event')).toEqual([])
})

test('refunds that wait are issued, and one that fails does not stop the others', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const paid = await intent(true)
  const due = (intentId: string) => ({
    refund_id: crypto.randomUUID(),
    provider_intent_id: intentId,
    amount: 200,
    currency: 'INR',
  })
  const { run } = build({
    list_payments_to_reconcile: [open('pi_unknown', 'check')],
    list_refunds_to_issue: [due('pi_unknown'), due(paid.id), due(paid.id)],
  })
  expect(await run()).toEqual([200, { checked: 0, refunded: 2, failed: 2 }])
  expect((await outside.stripe.refunds.list({ payment_intent: paid.id })).data).toHaveLength(2)
  log.mockRestore()
})
