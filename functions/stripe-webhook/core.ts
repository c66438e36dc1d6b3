import type Stripe from 'stripe'
import { factOfDispute, factOfIntent, factOfRefund, type PaymentFact } from '../_shared/payment-facts.ts'

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
    default:
      return null
  }
}
