import type { Account, Cause } from './account.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noSuch } from './errors.ts'
import { type Charge, type Dispute, newId, now, type Store } from './objects.ts'

/** How long evidence is taken, in seconds. */
const EVIDENCE_WITHIN_S = 7 * 24 * 3600

/** What a customer's bank may say besides its reason. */
export interface Claim {
  reason: string
  /** In minor units; absent: everything that was not refunded. */
  amount?: number | undefined
  /** It only asks; no money moves yet. */
  inquiry?: boolean | undefined
}

/** Opens a dispute about a charge, as its holder's bank would. */
export function openDispute(account: Account, charge: Charge, claim: Claim): Dispute {
  charge.disputed = true
  const opened = account.store.disputes.add({
    id: newId('du'),
    object: 'dispute',
    amount: claim.amount ?? charge.amount_captured - charge.amount_refunded,
    charge: charge.id,
    created: now(),
    currency: charge.currency,
    evidence: {},
    evidence_details: {
      due_by: now() + EVIDENCE_WITHIN_S,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: claim.inquiry === true,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: claim.reason,
    status: claim.inquiry ? 'warning_needs_response' : 'needs_response',
  })
  account.emit('charge.dispute.created', opened, BY_THE_BANK)
  if (!claim.inquiry) account.emit('charge.dispute.funds_withdrawn', opened, BY_THE_BANK)
  return opened
}

/** The bank's decision. Returns false where it has decided before. */
export function decideDispute(
  account: Account,
  dispute: Dispute,
  isWon: boolean,
  cause = BY_THE_BANK,
): boolean {
  if (!isOpen(dispute)) return false
  const isInquiry = dispute.status.startsWith('warning')
  dispute.status = isInquiry ? 'warning_closed' : isWon ? 'won' : 'lost'
  dispute.evidence_details.due_by = null
  account.emit('charge.dispute.closed', dispute, cause)
  if (isWon && !isInquiry) account.emit('charge.dispute.funds_reinstated', dispute, cause)
  return true
}

/** Whether a dispute of this charge is open that forbids refunds. */
export function isContested(store: Store, charge: Charge): boolean {
  return store.disputes.all().some((dispute) =>
    dispute.charge === charge.id && isOpen(dispute) && !dispute.is_charge_refundable
  )
}

/** What lost disputes took of a charge, in minor units. */
export function lostAmount(store: Store, charge: Charge): number {
  return store.disputes.all()
    .filter((dispute) => dispute.charge === charge.id && dispute.status === 'lost')
    .reduce((total, dispute) => total + dispute.amount, 0)
}

/**
 * `POST /v1/disputes/:id`: hands in evidence. As in Stripe's test mode, `evidence[uncategorized_text]` of
 * `winning_evidence` wins and `losing_evidence` loses; any other is under review.
 */
export const updateDispute: Endpoint = ({ account, params, id, cause }) => {
  params.only('evidence', 'metadata', 'submit')
  const dispute = find(account.store, id)
  const evidence = params.object('evidence')?.only('uncategorized_text') ?? null
  const text = evidence?.string('uncategorized_text') ?? null
  const isSubmitted = params.boolean('submit') ?? true
  const metadata = params.metadata(dispute.metadata)
  return () => {
    if (text !== null && !isOpen(dispute)) {
      throw invalidRequest('This dispute is already closed.', { code: 'dispute_closed' })
    }
    dispute.metadata = metadata
    if (text === null) return dispute
    dispute.evidence = { uncategorized_text: text }
    dispute.evidence_details.has_evidence = true
    if (!isSubmitted) return dispute
    dispute.evidence_details.submission_count++
    if (text === 'winning_evidence' || text === 'losing_evidence') {
      decideDispute(account, dispute, text === 'winning_evidence', cause)
    } else {
      dispute.status = dispute.status.startsWith('warning') ? 'warning_under_review' : 'under_review'
      account.emit('charge.dispute.updated', dispute, cause)
    }
    return dispute
  }
}

/** `POST /v1/disputes/:id/close`: accepts it as lost. */
export const closeDispute: Endpoint = ({ account, params, id, cause }) => {
  params.only()
  const dispute = find(account.store, id)
  return () => {
    if (!decideDispute(account, dispute, false, cause)) {
      throw invalidRequest('This dispute is already closed.', { code: 'dispute_closed' })
    }
    return dispute
  }
}

const BY_THE_BANK: Cause = { requestId: null, idempotencyKey: null }

function isOpen(dispute: Dispute): boolean {
  return /needs_response$|under_review$/.test(dispute.status)
}

function find(store: Store, id: string): Dispute {
  const dispute = store.disputes.get(id)
  if (!dispute) throw noSuch('dispute', id, 'dispute')
  return dispute
}
