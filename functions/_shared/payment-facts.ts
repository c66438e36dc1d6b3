import type Stripe from 'stripe'
import { z } from 'zod'
import type { CallSql } from './sql.ts'

/** What the provider says about money that comes in or goes out, reduced to what we act on. */
export type PaymentFact = IntentFact | RefundFact | DisputeFact | AccountFact | TransferFact | PayoutFact

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
  /** What the provider charges for it, in minor units; absent while it took nothing. */
  fee_amount?: number
}

/** A store's account as it stands. */
export interface AccountFact {
  kind: 'account'
  account_id: string
  country: string | null
  default_currency: string | null
  details_submitted: boolean
  charges_enabled: boolean
  transfers_enabled: boolean
  payouts_enabled: boolean
  /** What the provider still wants to know, in its words. */
  requirements: string[]
  disabled_reason: string | null
}

/** A transfer with what was taken back of it; `transfer_id` and `reversal_id` are ours, null for what we did not make. */
export interface TransferFact {
  kind: 'transfer'
  transfer_id: string | null
  provider_transfer_id: string
  account_id: string | null
  amount: number
  currency: string
  reversals: { reversal_id: string | null; provider_reversal_id: string; amount: number }[]
}

/** A payout of a store's account; `payout_id` is ours. */
export interface PayoutFact {
  kind: 'payout'
  payout_id: string | null
  provider_payout_id: string
  account_id: string
  status: string
  amount: number
  currency: string
  failure_code: string | null
  failure_message: string | null
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
    ...(dispute.balance_transactions?.length
      ? { fee_amount: dispute.balance_transactions.reduce((total, { fee }) => total + fee, 0) }
      : {}),
  }
}

/** What a connected account says. */
export function factOfAccount(account: Stripe.Account): AccountFact {
  return {
    kind: 'account',
    account_id: account.id,
    country: account.country ?? null,
    default_currency: account.default_currency?.toUpperCase() ?? null,
    details_submitted: account.details_submitted ?? false,
    charges_enabled: account.charges_enabled ?? false,
    transfers_enabled: account.capabilities?.transfers === 'active',
    payouts_enabled: account.payouts_enabled ?? false,
    requirements: account.requirements?.currently_due ?? [],
    disabled_reason: account.requirements?.disabled_reason ?? null,
  }
}

/** What a transfer says. */
export function factOfTransfer(transfer: Stripe.Transfer): TransferFact {
  return {
    kind: 'transfer',
    transfer_id: uuidOrNull(transfer.metadata['transfer_id']),
    provider_transfer_id: transfer.id,
    account_id: idOf(transfer.destination),
    amount: transfer.amount,
    currency: transfer.currency.toUpperCase(),
    reversals: transfer.reversals.data.map((reversal) => ({
      reversal_id: uuidOrNull(reversal.metadata?.['reversal_id']),
      provider_reversal_id: reversal.id,
      amount: reversal.amount,
    })),
  }
}

/** What a payout of this connected account says. */
export function factOfPayout(payout: Stripe.Payout, accountId: string): PayoutFact {
  return {
    kind: 'payout',
    payout_id: uuidOrNull(payout.metadata?.['payout_id']),
    provider_payout_id: payout.id,
    account_id: accountId,
    status: payout.status,
    amount: payout.amount,
    currency: payout.currency.toUpperCase(),
    failure_code: payout.failure_code ?? null,
    failure_message: payout.failure_message ?? null,
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
