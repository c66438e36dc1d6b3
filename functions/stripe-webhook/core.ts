import type Stripe from 'stripe'
import {
  factOfAccount,
  factOfDispute,
  factOfIntent,
  factOfPayout,
  factOfRefund,
  factOfTransfer,
  type PaymentFact,
} from '../_shared/payment-facts.ts'

/**
 * What an event says, or null where it is none of our business. Events come in any order and more than once; what that
 * means is decided where they are applied.
 */
export function factOf(event: Stripe.Event): PaymentFact | null {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
    case 'payment_intent.requires_action':
    case 'payment_intent.canceled':
      return factOfIntent(event.data.object)
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return factOfRefund(event.data.object)
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return factOfDispute(event.data.object)
    case 'account.updated':
      return factOfAccount(event.data.object)
    case 'transfer.created':
    case 'transfer.updated':
    case 'transfer.reversed':
      return factOfTransfer(event.data.object)
    case 'payout.created':
    case 'payout.updated':
    case 'payout.paid':
    case 'payout.failed':
    case 'payout.canceled':
      // Of a store's account; what the marketplace pays out to its own bank is none of a store's.
      return event.account === undefined ? null : factOfPayout(event.data.object, event.account)
    default:
      return null
  }
}
