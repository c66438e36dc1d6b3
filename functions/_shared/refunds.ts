import Stripe from 'stripe'
import { z } from 'zod'
import { applyFact, factOfRefund } from './payment-facts.ts'
import { Problem } from './problem.ts'
import { Amount, type CallSql, Currency } from './sql.ts'

/** A refund that the database has decided on. */
export const DueRefund = z.object({
  refund_id: z.uuid(),
  amount: Amount,
  currency: Currency,
  provider_intent_id: z.string(),
})
export type DueRefund = z.infer<typeof DueRefund>

const Prepared = DueRefund.extend({ status: z.string() })

const Attached = z.object({ refund_id: z.uuid(), status: z.string() })

/** How many refunds of one payment are looked through. */
const LOOKED_AT = 100

/**
 * Hands a refund to the provider, once however often it is called: first by looking for it, then under a key of its own.
 * (The provider forgets keys after a day; a refund that waited longer is found by its metadata.) Where somebody at the
 * provider was faster, what is left is refunded.
 * @returns the refund's status as the database has it now
 * @throws {Problem} 409 payment_disputed while the customer's bank decides, 409 refund_refused if the provider refuses it
 * for good, 503 payment_provider_unavailable if it may be tried again
 */
export async function issueRefund(stripe: Stripe, sql: CallSql, due: DueRefund): Promise<string> {
  try {
    const refund = await findRefund(stripe, due) ?? await stripe.refunds.create({
      payment_intent: due.provider_intent_id,
      amount: due.amount,
      metadata: { refund_id: due.refund_id },
      // The amount shrinks when somebody at the provider was faster; another amount is another request.
    }, { idempotencyKey: `refund-${due.refund_id}-${due.amount}` })
    return await attach(sql, due, refund.id, refund.status ?? 'pending', refund.failure_reason ?? null)
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw providerProblem(error)
    if (error.code === 'charge_disputed') {
      throw new Problem(409, 'payment_disputed', "The customer's bank is deciding about this payment.", {
        cause: error,
      })
    }
    if (error.code !== 'resource_missing') {
      const left = await learnWhatIsLeft(stripe, sql, due)
      if (left.status !== 'pending') return left.status
      // Each round asks for less than the one before.
      if (left.amount < due.amount) return issueRefund(stripe, sql, left)
    }
    // Too old, or unknown: asking again changes nothing, a person must look at it.
    await attach(sql, due, null, 'failed', error.message)
    throw new Problem(409, 'refund_refused', 'The payment provider refused this refund.', { cause: error })
  }
}

/** Takes over the payment's refunds whose events have not arrived yet. What is left of ours follows from them. */
async function learnWhatIsLeft(
  stripe: Stripe,
  sql: CallSql,
  due: DueRefund,
): Promise<z.infer<typeof Prepared>> {
  const intent = await stripe.paymentIntents.retrieve(due.provider_intent_id)
  for (const refund of await refundsOf(stripe, due)) {
    await applyFact(sql, {
      eventId: `check_${refund.id}_${refund.status}`,
      eventType: 'refund.checked',
      occurredAt: new Date(),
      livemode: intent.livemode,
    }, factOfRefund(refund))
  }
  return sql('prepare_refund_for_job', { refund_id: due.refund_id }, Prepared)
}

/**
 * What a failed call of the provider means to the caller.
 * @returns a 503 for what passes by itself; anything else unchanged
 */
export function providerProblem(error: unknown): unknown {
  const passes = error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeIdempotencyError
  if (!passes) return error
  return new Problem(
    503,
    'payment_provider_unavailable',
    'The payment provider cannot be reached. Nothing was charged twice; try again in a moment.',
    { cause: error },
  )
}

async function findRefund(stripe: Stripe, due: DueRefund): Promise<Stripe.Refund | undefined> {
  const made = await refundsOf(stripe, due)
  return made.find((refund) =>
    refund.metadata?.['refund_id'] === due.refund_id && refund.amount === due.amount
  )
}

async function refundsOf(stripe: Stripe, due: DueRefund): Promise<Stripe.Refund[]> {
  const made = await stripe.refunds.list({ payment_intent: due.provider_intent_id, limit: LOOKED_AT })
  return made.data
}

async function attach(
  sql: CallSql,
  due: DueRefund,
  providerRefundId: string | null,
  status: string,
  failure: string | null,
): Promise<string> {
  const attached = await sql('attach_refund', {
    refund_id: due.refund_id,
    provider_refund_id: providerRefundId,
    status,
    failure,
  }, Attached)
  return attached.status
}
