import { inWords } from './amounts.ts'
import type { Dispute, Event, PaymentIntent, Refund } from './objects.ts'

/** What a person reads of an event. */
export interface Notice {
  /** The payment that it is about. */
  payment: string
  subject: string
  text: string
}

/** How each event that a person wants to know of begins. */
const SUBJECTS: Record<string, string> = {
  'payment_intent.succeeded': 'Paid',
  'payment_intent.payment_failed': 'Payment declined',
  'payment_intent.requires_action': 'Waiting for the bank',
  'payment_intent.amount_capturable_updated': 'Authorized',
  'payment_intent.canceled': 'Payment canceled',
  'refund.created': 'Refund',
  'refund.failed': 'Refund failed',
  'charge.dispute.created': 'Dispute',
}

/** Puts an event into words; the ones that only repeat another give nothing. */
export function noticeOf({ type, data }: Event): Notice | undefined {
  const subject = SUBJECTS[type]
  if (subject === undefined) return undefined
  const subjectOf = data.object as PaymentIntent | Refund | Dispute
  const payment = subjectOf.object === 'payment_intent' ? subjectOf.id : subjectOf.payment_intent
  const facts = {
    amount: inWords(subjectOf.amount, subjectOf.currency),
    payment,
    ...(subjectOf.object === 'payment_intent' ? {} : { [subjectOf.object]: subjectOf.id }),
    status: subjectOf.status,
    ...(subjectOf.object === 'payment_intent' && subjectOf.last_payment_error !== null
      ? { reason: String(subjectOf.last_payment_error['message'] ?? subjectOf.last_payment_error['code']) }
      : {}),
    ...(subjectOf.object === 'refund' && subjectOf.failure_reason !== undefined
      ? { reason: subjectOf.failure_reason }
      : {}),
    ...subjectOf.metadata,
  }
  return {
    payment,
    subject: `${subject}: ${facts.amount}`,
    text: Object.entries(facts).map(([name, value]) => `${name}: ${value}`).join('\n'),
  }
}
