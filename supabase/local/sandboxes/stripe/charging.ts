import type { Account, Cause } from './account.ts'
import { debit } from './bank-debits.ts'
import type { CardBehaviour } from './cards.ts'
import { bookCharge } from './balances.ts'
import { addCharge } from './charges.ts'
import { openDispute } from './disputes.ts'
import { StripeError } from './errors.ts'
import type { PaymentIntent, PaymentMethod } from './objects.ts'
import { cardOf } from './payment-methods.ts'

/** Where a person approves or declines a payment that its bank wants confirmed. */
export const AUTHENTICATION_PATH = '/redirect/authenticate/'

/** What a confirmation may ask for besides the payment method. */
export interface ConfirmOptions {
  returnUrl: string | null
  offSession: boolean
  errorOnRequiresAction: boolean
}

/**
 * Confirms an intent with a payment method: charges it, or leaves it waiting for its holder.
 * @throws {StripeError} 402 when the card is refused; the intent is then `requires_payment_method` again
 */
export function confirm(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  options: ConfirmOptions,
  cause: Cause,
): void {
  intent.payment_method = method.id
  intent.last_payment_error = null
  intent.next_action = null
  const bankAccount = account.store.bankAccounts.get(method.id)
  if (bankAccount) {
    debit(account, intent, method, bankAccount.behaviour, cause)
    return
  }
  const { behaviour } = cardOf(account.store, method.id)
  if (!behaviour.needsAuthentication) {
    charge(account, intent, method, behaviour, cause)
    return
  }
  if (options.offSession || options.errorOnRequiresAction) {
    refuse(account, intent, method, AUTHENTICATION_NEEDED, cause, null)
  }
  intent.status = 'requires_action'
  intent.next_action = options.returnUrl === null
    ? {
      type: 'use_stripe_sdk',
      use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: authenticationUrl(account, intent) },
    }
    : {
      type: 'redirect_to_url',
      redirect_to_url: { return_url: options.returnUrl, url: authenticationUrl(account, intent) },
    }
  account.emit('payment_intent.requires_action', intent, cause)
}

/**
 * The holder's answer to a payment waiting for authentication. Returns where the browser goes next, or null if the
 * confirmation named no return address.
 */
export function authenticate(account: Account, intent: PaymentIntent, approved: boolean): string | null {
  const action = intent.next_action
  const returnUrl = action?.type === 'redirect_to_url' ? action.redirect_to_url.return_url : null
  const method = account.store.paymentMethods.get(intent.payment_method ?? '')
  if (intent.status !== 'requires_action' || !method) return returnUrl
  const cause: Cause = { requestId: null, idempotencyKey: null }
  intent.next_action = null
  let succeeded = true
  try {
    if (approved) charge(account, intent, method, cardOf(account.store, method.id).behaviour, cause)
    else refuse(account, intent, method, AUTHENTICATION_FAILED, cause, null)
  } catch (error) {
    // The refusal stands on the intent; a browser coming back learns of it from `redirect_status`.
    if (!(error instanceof StripeError)) throw error
    succeeded = false
  }
  if (returnUrl === null) return null
  const target = new URL(returnUrl)
  target.searchParams.set('payment_intent', intent.id)
  target.searchParams.set('payment_intent_client_secret', intent.client_secret)
  target.searchParams.set('redirect_status', succeeded ? 'succeeded' : 'failed')
  return target.href
}

/** Takes money that a manual capture left reserved. */
export function capture(account: Account, intent: PaymentIntent, amount: number, cause: Cause): void {
  const charge = account.store.charges.get(intent.latest_charge ?? '')
  if (!charge) throw new Error(`${intent.id} is capturable but has no charge`)
  charge.captured = true
  charge.amount_captured = amount
  bookCharge(account.store, charge)
  intent.amount_capturable = 0
  intent.amount_received = amount
  intent.status = 'succeeded'
  account.emit('charge.captured', charge, cause)
  account.emit('payment_intent.succeeded', intent, cause)
}

const APPROVED = {
  network_status: 'approved_by_network',
  reason: null,
  seller_message: 'Payment complete.',
  type: 'authorized',
}

interface Refusal {
  code: string
  declineCode?: string
  message: string
}

const AUTHENTICATION_NEEDED: Refusal = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}
const AUTHENTICATION_FAILED: Refusal = {
  code: 'payment_intent_authentication_failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
    'PaymentMethod to attempt to fulfill this PaymentIntent again.',
}

function charge(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  behaviour: CardBehaviour,
  cause: Cause,
): void {
  const { decline } = behaviour
  const captured = intent.capture_method !== 'manual'
  const made = addCharge(account, intent, method, {
    amount_captured: captured && !decline ? intent.amount : 0,
    captured: captured && !decline,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    outcome: decline
      ? {
        network_status: 'declined_by_network',
        reason: decline.declineCode,
        seller_message: 'The bank did not return any further details with this decline.',
        type: 'issuer_declined',
      }
      : APPROVED,
    paid: !decline,
    status: decline ? 'failed' : 'succeeded',
  })
  if (decline) {
    account.emit('charge.failed', made, cause)
    refuse(account, intent, method, decline, cause, made.id)
  }
  if (captured) bookCharge(account.store, made)
  account.emit('charge.succeeded', made, cause)
  if (captured) {
    intent.status = 'succeeded'
    intent.amount_received = intent.amount
    account.emit('payment_intent.succeeded', intent, cause)
  } else {
    intent.status = 'requires_capture'
    intent.amount_capturable = intent.amount
    account.emit('payment_intent.amount_capturable_updated', intent, cause)
  }
  if (behaviour.disputed && captured) openDispute(account, made, { reason: 'fraudulent' })
}

function refuse(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  refusal: Refusal,
  cause: Cause,
  charge: string | null,
): never {
  const error = {
    type: refusal.code === 'payment_intent_authentication_failure' ? 'invalid_request_error' : 'card_error',
    code: refusal.code,
    ...(refusal.declineCode === undefined ? {} : { decline_code: refusal.declineCode }),
    doc_url: `https://docs.stripe.com/error-codes/${refusal.code.replaceAll('_', '-')}`,
    message: refusal.message,
    ...(charge === null ? {} : { charge }),
    payment_method: structuredClone(method),
  } as const
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.next_action = null
  intent.last_payment_error = error
  account.emit('payment_intent.payment_failed', intent, cause)
  throw new StripeError(402, { ...error, payment_intent: structuredClone(intent) })
}

function authenticationUrl(account: Account, intent: PaymentIntent): string {
  return `${account.publicUrl}${AUTHENTICATION_PATH}${intent.id}?client_secret=${intent.client_secret}`
}
