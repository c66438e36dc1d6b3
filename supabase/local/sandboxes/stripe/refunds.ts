import type { Account, Cause } from './account.ts'
import { inWords } from './amounts.ts'
import { book } from './balances.ts'
import { isContested, lostAmount } from './disputes.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noSuch } from './errors.ts'
import { list } from './lists.ts'
import { type Charge, newId, now, type Refund } from './objects.ts'

/** How long a refund that its bank takes time over stays `pending`. */
const SETTLES_AFTER_MS = 500

/** `POST /v1/refunds`: of a charge, by its id or its payment intent's; the whole rest unless an amount is given. */
export const createRefund: Endpoint = ({ account, params, cause }) => {
  params.only('payment_intent', 'charge', 'amount', 'reason', 'metadata')
  const charge = findCharge(account, params.string('payment_intent'), params.string('charge'))
  const asked = params.integer('amount')
  const reason = params.oneOf('reason', ['duplicate', 'fraudulent', 'requested_by_customer'])
  const metadata = params.metadata()
  return () => {
    const rest = charge.amount_captured - charge.amount_refunded - lostAmount(account.store, charge)
    if (rest <= 0 && charge.amount_captured > 0) {
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      })
    }
    if (isContested(account.store, charge)) {
      throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
        code: 'charge_disputed',
      })
    }
    const amount = asked ?? rest
    if (amount > rest) {
      throw invalidRequest(
        `Refund amount (${inWords(amount, charge.currency)}) is greater than unrefunded amount on charge ` +
          `(${inWords(rest, charge.currency)})`,
        { param: 'amount' },
      )
    }
    return refund(account, charge, { amount, reason, metadata }, cause)
  }
}

/** `GET /v1/refunds/:id` */
export const retrieveRefund: Endpoint = ({ account, params, id }) => {
  params.only()
  const refund = account.store.refunds.get(id)
  if (!refund) throw noSuch('refund', id)
  return () => refund
}

/** `GET /v1/refunds` */
export const listRefunds: Endpoint = ({ account, params, path }) => {
  const intent = params.string('payment_intent')
  const charge = params.string('charge')
  const matching = account.store.refunds.all()
    .filter((refund) => intent === null || refund.payment_intent === intent)
    .filter((refund) => charge === null || refund.charge === charge)
  return list(matching, params, path, ['payment_intent', 'charge'])
}

function refund(
  account: Account,
  charge: Charge,
  wanted: { amount: number; reason: string | null; metadata: Record<string, string> },
  cause: Cause,
): Refund {
  const behaviour = account.store.cards.get(charge.payment_method)?.behaviour.refund
  const made = account.store.refunds.add({
    id: newId('re'),
    object: 'refund',
    amount: wanted.amount,
    charge: charge.id,
    created: now(),
    currency: charge.currency,
    metadata: wanted.metadata,
    payment_intent: charge.payment_intent,
    reason: wanted.reason,
    receipt_number: null,
    // A failing refund looks good at first, as it does at Stripe.
    status: behaviour === 'pending' ? 'pending' : 'succeeded',
  })
  charge.amount_refunded += made.amount
  charge.refunded = charge.amount_refunded === charge.amount_captured
  book(account.store, { type: 'refund', amount: -made.amount, currency: made.currency, source: made.id })
  account.emit('refund.created', made, cause)
  account.emit('charge.refunded', charge, cause)
  if (behaviour !== undefined) {
    setTimeout(() => settle(account, charge, made, behaviour), SETTLES_AFTER_MS).unref()
  }
  return made
}

function settle(account: Account, charge: Charge, refund: Refund, behaviour: 'pending' | 'failing'): void {
  const cause: Cause = { requestId: null, idempotencyKey: null }
  const previous = { status: refund.status }
  if (behaviour === 'pending') {
    refund.status = 'succeeded'
    account.emit('refund.updated', refund, cause, previous)
    return
  }
  refund.status = 'failed'
  refund.failure_reason = 'unknown'
  charge.amount_refunded -= refund.amount
  charge.refunded = false
  book(account.store, {
    type: 'refund_failure',
    amount: refund.amount,
    currency: refund.currency,
    source: refund.id,
  })
  account.emit('refund.updated', refund, cause, previous)
  account.emit('refund.failed', refund, cause)
}

function findCharge(account: Account, intentId: string | null, chargeId: string | null): Charge {
  if ((intentId === null) === (chargeId === null)) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  if (chargeId !== null) {
    const charge = account.store.charges.get(chargeId)
    if (!charge) throw noSuch('charge', chargeId, 'charge')
    return paid(charge, chargeId)
  }
  const intent = account.store.intents.get(intentId!)
  if (!intent) throw noSuch('payment_intent', intentId!, 'payment_intent')
  const charge = account.store.charges.get(intent.latest_charge ?? '')
  if (!charge || intent.status !== 'succeeded') {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    })
  }
  return paid(charge, charge.id)
}

function paid(charge: Charge, id: string): Charge {
  if (charge.paid && charge.captured) return charge
  throw invalidRequest(`Charge ${id} was not captured, so it cannot be refunded.`, { param: 'charge' })
}
