import Stripe from 'stripe'
import { z } from 'zod'
import { messageOf } from '../_shared/http.ts'
import { applyFact, factOfIntent } from '../_shared/payment-facts.ts'
import { DueRefund, issueRefund } from '../_shared/refunds.ts'
import type { CallSql } from '../_shared/sql.ts'

/** What the job works with. */
export interface Dependencies {
  sql: CallSql
  stripe: Stripe
}

/** What one run did. */
export interface Report {
  checked: number
  refunded: number
  failed: number
}

const Unsettled = z.object({
  payment_id: z.uuid(),
  checkout_id: z.uuid(),
  attempt: z.number().int(),
  provider_intent_id: z.string().nullable(),
  action: z.enum(['check', 'cancel']),
})
type Unsettled = z.infer<typeof Unsettled>

const MAX_ROWS = 50

/**
 * Catches up with the provider where events were lost: asks for the state of payments that have been open for long,
 * cancels those whose checkout is over, and issues refunds that nobody has issued. One that fails does not stop the rest.
 */
export async function reconcile(deps: Dependencies): Promise<Report> {
  const report: Report = { checked: 0, refunded: 0, failed: 0 }
  const attempt = async (what: string, count: 'checked' | 'refunded', work: () => Promise<unknown>) => {
    try {
      await work()
      report[count]++
    } catch (error) {
      report.failed++
      console.error(`reconciling ${what} failed:`, messageOf(error))
    }
  }

  const payments = await deps.sql('list_payments_to_reconcile', { max_rows: MAX_ROWS }, z.array(Unsettled))
  for (const payment of payments) {
    await attempt(`payment ${payment.payment_id}`, 'checked', () => settle(deps, payment))
  }
  // After the payments: settling one may have made a refund due.
  const refunds = await deps.sql('list_refunds_to_issue', { max_rows: MAX_ROWS }, z.array(DueRefund))
  for (const due of refunds) {
    await attempt(`refund ${due.refund_id}`, 'refunded', () => issueRefund(deps.stripe, deps.sql, due))
  }
  return report
}

async function settle(deps: Dependencies, payment: Unsettled): Promise<void> {
  // An intent is attached before anybody can pay it. None attached: nothing was paid.
  if (payment.provider_intent_id === null) return
  // What is told after this moment may be newer than the answer.
  const askedAt = new Date()
  const intent = payment.action === 'cancel'
    ? await cancel(deps.stripe, payment.provider_intent_id)
    : await deps.stripe.paymentIntents.retrieve(payment.provider_intent_id)
  await applyFact(deps.sql, {
    // The same state is one event however often it is seen; a new try with another card is a new charge.
    eventId: `check_${intent.id}_${intent.status}_${String(intent.latest_charge ?? 'none')}`,
    eventType: 'payment_intent.checked',
    occurredAt: askedAt,
    livemode: intent.livemode,
  }, factOfIntent(intent))
}

async function cancel(stripe: Stripe, intentId: string): Promise<Stripe.PaymentIntent> {
  try {
    return await stripe.paymentIntents.cancel(intentId, { cancellation_reason: 'abandoned' })
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    // It was paid, or canceled, in the meantime.
    return await stripe.paymentIntents.retrieve(intentId)
  }
}
