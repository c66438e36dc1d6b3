import type { Account, Cause } from './account.ts'
import { book } from './balances.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noSuch } from './errors.ts'
import { type Charge, type Dispute, newId, now, type Store } from './objects.ts'

/** How long evidence is taken, in seconds. */
const EVIDENCE_WITHIN_S = 7 * 24 * 3600
/** What a dispute costs, in minor units; kept when it is won. */
const FEE = 1500

/** What may be handed in: texts, and ids of files. */
const EVIDENCE = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
]

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
    balance_transactions: [],
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
  if (!claim.inquiry) move(account.store, opened, -opened.amount, FEE)
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
  if (isWon && !isInquiry) move(account.store, dispute, dispute.amount, 0)
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
  const given = params.object('evidence')?.only(...EVIDENCE) ?? null
  const evidence = given && Object.fromEntries(
    EVIDENCE.flatMap((name) => given.has(name) ? [[name, given.requiredString(name)] as const] : []),
  )
  const isSubmitted = params.boolean('submit') ?? true
  const metadata = params.metadata(dispute.metadata)
  return () => {
    if (evidence !== null && !isOpen(dispute)) {
      throw invalidRequest('This dispute is already closed.', { code: 'dispute_closed' })
    }
    dispute.metadata = metadata
    if (evidence === null) return dispute
    dispute.evidence = { ...dispute.evidence, ...evidence }
    dispute.evidence_details.has_evidence = true
    if (!isSubmitted) return dispute
    dispute.evidence_details.submission_count++
    const text = dispute.evidence['uncategorized_text']
    if (text === 'winning_evidence' || text === 'losing_evidence') {
      decideDispute(account, dispute, text === 'winning_evidence', cause)
    } else {
      dispute.status = dispute.status.startsWith('warning') ? 'warning_under_review' : 'under_review'
      account.emit('charge.dispute.updated', dispute, cause)
    }
    return dispute
  }
}

/** `POST /v1/files`: a file of evidence, to be named in it. */
export const createFile: Endpoint = ({ account, params }) => {
  params.only('purpose', 'file')
  const purpose = params.oneOf('purpose', ['dispute_evidence'])
  const file = params.object('file')
  if (purpose === null || file === null) {
    const param = purpose === null ? 'purpose' : 'file'
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  }
  const filename = file.requiredString('name')
  const type = /[^/]+$/.exec(file.requiredString('type'))![0]
  const size = file.integer('size', 0) ?? 0
  return () =>
    account.store.files.add({
      id: newId('file'),
      object: 'file',
      created: now(),
      filename,
      purpose,
      size,
      title: null,
      type,
      url: null,
    })
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

/** What the bank takes, or gives back. */
function move(store: Store, dispute: Dispute, amount: number, fee: number): void {
  const { currency, id } = dispute
  const made = book(store, { type: 'adjustment', amount, fee, currency, source: id })
  dispute.balance_transactions = [...dispute.balance_transactions ?? [], made]
}

function isOpen(dispute: Dispute): boolean {
  return /needs_response$|under_review$/.test(dispute.status)
}

function find(store: Store, id: string): Dispute {
  const dispute = store.disputes.get(id)
  if (!dispute) throw noSuch('dispute', id, 'dispute')
  return dispute
}
