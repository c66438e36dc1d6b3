import type Stripe from 'stripe'
import { z } from 'zod'
import type { CallSql } from './sql.ts'

/** What the provider says about a payment, a refund or a dispute, reduced to what we act on. */
export type PaymentFact = IntentFact | RefundFact | DisputeFact

/** A payment intent as it stands. Amounts are in minor units, `amount_received` what was captured. */
export interface IntentFact {
  kind: 'intent'
  intent_id: string
  status: string
  amount: number
  amount_received: number
  currency: string
  payment_id: string | null
  checkout_id: string | null
  failure_code: string | null
  /** What the provider wrote for the card's holder; null where it wrote for developers only. */
  failure_message: string | null
  /** The payment method that failed: tells one try from the next where no charge was made. */
  failed_method_id?: string
  charge_id: string | null
}

/** A refund as it stands; `refund_id` is ours, null for one that was made at the provider. */
export interface RefundFact {
  kind: 'refund'
  provider_refund_id: string
  intent_id: string | null
  refund_id: string | null
  amount: number
  currency: string
  status: string
  failure_reason: string | null
}

/** A customer's bank takes a payment back, or tries to. `evidence_due_at` is UTC, null when it wants none. */
export interface DisputeFact {
  kind: 'dispute'
  dispute_id: string
  intent_id: string | null
  amount: number
  currency: string
  reason: string
  status: string
  evidence_due_at: string | null
}

const Applied = z.object({
  outcome: z.enum(['applied', 'duplicate', 'ignored', 'mismatch']),
  refund_ids: z.array(z.uuid()).nullish().transform((ids) => ids ?? []),
})
/** What became of a fact, and the refunds that it made due. */
export type Applied = z.infer<typeof Applied>

/** Where a fact comes from. */
export interface Source {
  /** Taken once: the same id changes nothing a second time. */
  eventId: string
  eventType: string
  occurredAt: Date
  livemode: boolean
}

/** Records a fact and applies it, in one transaction. A null fact is recorded only. */
export function applyFact(sql: CallSql, source: Source, fact: PaymentFact | null): Promise<Applied> {
  return sql('apply_payment_event', {
    event_id: source.eventId,
    event_type: source.eventType,
    occurred_at: source.occurredAt.toISOString(),
    livemode: source.livemode,
    fact,
  }, Applied)
}

/** What a PaymentIntent says. */
export function factOfIntent(intent: Stripe.PaymentIntent): IntentFact {
  const error = intent.last_payment_error
  return {
    kind: 'intent',
    intent_id: intent.id,
    status: intent.status,
    amount: intent.amount,
    amount_received: intent.amount_received,
    currency: intent.currency.toUpperCase(),
    payment_id: uuidOrNull(intent.metadata['payment_id']),
    checkout_id: uuidOrNull(intent.metadata['checkout_id']),
    failure_code: error?.decline_code ?? error?.code ?? null,
    failure_message: error?.type === 'card_error' ? error.message ?? null : null,
    ...(error?.payment_method ? { failed_method_id: error.payment_method.id } : {}),
    charge_id: idOf(intent.latest_charge),
  }
}

/** What a refund says. */
export function factOfRefund(refund: Stripe.Refund): RefundFact {
  return {
    kind: 'refund',
    provider_refund_id: refund.id,
    intent_id: idOf(refund.payment_intent),
    refund_id: uuidOrNull(refund.metadata?.['refund_id']),
    amount: refund.amount,
    currency: refund.currency.toUpperCase(),
    status: refund.status ?? 'pending',
    failure_reason: refund.failure_reason ?? null,
  }
}

/** What a dispute says. */
export function factOfDispute(dispute: Stripe.Dispute): DisputeFact {
  return {
    kind: 'dispute',
    dispute_id: dispute.id,
    intent_id: idOf(dispute.payment_intent),
    amount: dispute.amount,
    currency: dispute.currency.toUpperCase(),
    reason: dispute.reason,
    status: dispute.status,
    evidence_due_at: timeOf(dispute.evidence_details?.due_by ?? null),
  }
}

/** The id of something that may be expanded. */
function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : reference?.id ?? null
}

/** A moment of the provider's, told in seconds, as ISO 8601. */
function timeOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString()
}

// Metadata can be typed by anyone with access to the provider's dashboard: what is no id of ours is no id at all.
function uuidOrNull(text: string | undefined): string | null {
  return z.uuid().safeParse(text).data ?? null
}
