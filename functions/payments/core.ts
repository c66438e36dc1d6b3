import Stripe from 'stripe'
import { z } from 'zod'
import { applyFact, factOfIntent } from '../_shared/payment-facts.ts'
import { Problem } from '../_shared/problem.ts'
import { returnAddress, type ShopSites } from '../_shared/site.ts'
import { issueRefund, providerProblem } from '../_shared/refunds.ts'
import { Amount, type CallSql, Currency } from '../_shared/sql.ts'

/** What payments are decided with. */
export interface Dependencies {
  /** As the signed-in user: the database decides what is theirs. */
  asUser: CallSql
  /** As the service, for what no client may call: writing down what the provider said. */
  asService: CallSql
  stripe: Stripe
  /** Where the shop lives. */
  sites: ShopSites
}

/** A customer's wish to pay. */
export interface PaymentWish {
  checkoutId: string
  /** The provider's token of a card. Absent: the client confirms by itself, with the client secret. */
  paymentMethod?: string | undefined
  /** Where the bank's page sends the customer back to. */
  returnUrl?: string | undefined
}

/** How far a payment is. */
export interface PaymentState {
  payment_id: string
  status: string
  client_secret: string | null
  /** What the customer must do next, such as confirm at her bank. */
  next_action: unknown
}

const Due = z.object({
  payment_id: z.uuid(),
  checkout_id: z.uuid(),
  attempt: z.number().int().positive(),
  amount: Amount,
  currency: Currency,
  status: z.string(),
  provider_intent_id: z.string().nullable(),
  receipt_email: z.string().nullable(),
  description: z.string().nullish(),
})
type Due = z.infer<typeof Due>

const PreparedRefund = z.object({
  refund_id: z.uuid(),
  amount: Amount,
  currency: Currency,
  status: z.string(),
  provider_intent_id: z.string().nullable(),
})

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action']
/** An intent that was canceled at the provider is replaced once. */
const ROUNDS = 2

/**
 * Makes the one PaymentIntent of a checkout, or takes up the one that is there, and confirms it if a card is given.
 * Whatever breaks in between, asking again continues where it stopped: an intent is written down before it can be paid.
 * That the order is paid is not decided here but by the provider's signed event.
 */
export async function startPayment(deps: Dependencies, wish: PaymentWish): Promise<PaymentState> {
  const returnUrl = returnAddress(wish.returnUrl, `/checkouts/${wish.checkoutId}`, deps.sites)
  for (let round = 0; round < ROUNDS; round++) {
    const due = await deps.asUser('prepare_payment', { checkout_id: wish.checkoutId }, Due)
    const intent = await findOrCreateIntent(deps, due)
    if (intent.status === 'canceled') {
      await applyFact(deps.asService, {
        eventId: `check_${intent.id}_canceled`,
        eventType: 'payment_intent.checked',
        occurredAt: new Date(),
        livemode: intent.livemode,
      }, factOfIntent(intent))
      continue
    }
    if (intent.amount !== due.amount || intent.currency.toUpperCase() !== due.currency) {
      throw new Error(`${intent.id} is over another amount than payment ${due.payment_id}`)
    }
    if (wish.paymentMethod === undefined || !CONFIRMABLE.includes(intent.status)) return stateOf(due, intent)
    return stateOf(due, await confirm(deps.stripe, intent, wish.paymentMethod, returnUrl))
  }
  throw new Problem(409, 'payment_canceled', 'This payment was canceled.')
}

/** Hands an approved refund to the provider. Who may do so, and how much it is, the database says. */
export async function refund(
  deps: Dependencies,
  refundId: string,
): Promise<{ refund_id: string; status: string }> {
  const prepared = await deps.asUser('prepare_refund', { refund_id: refundId }, PreparedRefund)
  if (prepared.status !== 'pending') return { refund_id: refundId, status: prepared.status }
  if (prepared.provider_intent_id === null) {
    throw new Error(`Refund ${refundId} is due but has no card payment`)
  }
  const due = { ...prepared, provider_intent_id: prepared.provider_intent_id }
  return { refund_id: refundId, status: await issueRefund(deps.stripe, deps.asService, due) }
}

async function findOrCreateIntent(deps: Dependencies, due: Due): Promise<Stripe.PaymentIntent> {
  try {
    if (due.provider_intent_id !== null) {
      return await deps.stripe.paymentIntents.retrieve(due.provider_intent_id)
    }
    const intent = await createIntent(deps.stripe, due)
    // Before anybody can pay it: an intent that we do not know of must never be one that was paid.
    await deps.asService('attach_payment_intent', {
      payment_id: due.payment_id,
      attempt: due.attempt,
      provider_intent_id: intent.id,
    }, z.object({ provider_intent_id: z.literal(intent.id) }))
    return intent
  } catch (error) {
    throw providerProblem(error)
  }
}

async function createIntent(stripe: Stripe, due: Due): Promise<Stripe.PaymentIntent> {
  const key = `checkout-${due.checkout_id}-${due.attempt}`
  const create = (idempotencyKey: string) =>
    stripe.paymentIntents.create({
      amount: due.amount,
      currency: due.currency.toLowerCase(),
      automatic_payment_methods: { enabled: true },
      metadata: { checkout_id: due.checkout_id, payment_id: due.payment_id },
      // What is sent on to the stores of a checkout belongs to it.
      transfer_group: due.checkout_id,
      ...(due.description ? { description: due.description } : {}),
      ...(due.receipt_email ? { receipt_email: due.receipt_email } : {}),
    }, { idempotencyKey })
  try {
    return await create(key)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'amount') {
      throw new Problem(422, 'amount_not_payable', 'No card can be charged this amount.', { cause: error })
    }
    if (!(error instanceof Stripe.errors.StripeAPIError)) throw error
    // The provider repeats its own failure for a day under this key. A second intent does no harm: nobody gets to know
    // the first one, so nobody can pay it.
    return await create(`${key}-${crypto.randomUUID()}`)
  }
}

async function confirm(
  stripe: Stripe,
  intent: Stripe.PaymentIntent,
  paymentMethod: string,
  returnUrl: string,
): Promise<Stripe.PaymentIntent> {
  try {
    // Without a key of ours: an intent is charged at most once whatever happens, and a key would repeat a decline to a
    // customer who has since put money on the card.
    return await stripe.paymentIntents.confirm(intent.id, {
      payment_method: paymentMethod,
      return_url: returnUrl,
    })
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) {
      throw new Problem(402, 'card_declined', error.message, {
        cause: error,
        details: { reason: error.decline_code ?? error.code ?? null },
      })
    }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      // Two confirmations raced, and the other one won.
      if (error.code === 'payment_intent_unexpected_state') {
        return await stripe.paymentIntents.retrieve(intent.id)
      }
      if (error.code === 'resource_missing' && error.param === 'payment_method') {
        throw new Problem(
          422,
          'payment_method_unknown',
          'The payment provider does not know this payment method.',
        )
      }
    }
    throw providerProblem(error)
  }
}

function stateOf(due: Due, intent: Stripe.PaymentIntent): PaymentState {
  return {
    payment_id: due.payment_id,
    status: intent.status,
    client_secret: intent.client_secret,
    next_action: intent.next_action ?? null,
  }
}
