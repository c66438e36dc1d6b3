import { addBankAccount, bankAccountByToken } from './bank-debits.ts'
import { type Card, cardByNumber, cardByToken } from './cards.ts'
import { invalidRequest, noSuch, StripeError } from './errors.ts'
import { newId, now, type PaymentMethod, type Store } from './objects.ts'
import type { Params } from './params.ts'

const NEXT_YEARS = 3

/** Finds a payment method by id; a test token (`pm_card_visa`) makes a new one, as in test mode. */
export function resolvePaymentMethod(store: Store, id: string): () => PaymentMethod {
  const known = store.paymentMethods.get(id)
  if (known) return () => known
  const bankAccount = bankAccountByToken(id)
  if (bankAccount) return () => addBankAccount(store, bankAccount)
  const card = cardByToken(id)
  if (card) return () => addPaymentMethod(store, card, {}, null)
  throw noSuch('PaymentMethod', id, 'payment_method')
}

/**
 * Reads the description of a card: `{type: 'card', card: {number, exp_month, exp_year, cvc}}` or `{card: {token}}`.
 * Nothing is stored until the returned function is called.
 */
export function describePaymentMethod(store: Store, data: Params): () => PaymentMethod {
  data.only('type', 'card', 'billing_details', 'metadata', 'allow_redisplay')
  const type = data.requiredString('type')
  if (type !== 'card') {
    throw invalidRequest(`The sandbox knows payment methods of type card only, not ${type}.`, {
      param: 'type',
    })
  }
  const fields = data.object('card')
  if (!fields) {
    throw invalidRequest('Missing required param: card.', { code: 'parameter_missing', param: 'card' })
  }
  fields.only('number', 'exp_month', 'exp_year', 'cvc', 'token')
  const card = readCard(fields)
  const metadata = data.metadata()
  const billing = data.raw('billing_details')
  return () => addPaymentMethod(store, card, metadata, billing)
}

/** The card behind a stored payment method. */
export function cardOf(store: Store, paymentMethod: string): Card {
  const card = store.cards.get(paymentMethod)
  if (!card) throw noSuch('PaymentMethod', paymentMethod, 'payment_method')
  return card
}

function readCard(fields: Params): Card {
  const token = fields.string('token')
  if (token !== null) {
    const card = cardByToken(token)
    if (!card) throw noSuch('token', token, 'card[token]')
    return card
  }
  const number = fields.requiredString('number')
  const month = fields.requiredInteger('exp_month')
  const year = fields.requiredInteger('exp_year')
  const card = cardByNumber(number)
  if (!card) throw cardError('incorrect_number', 'Your card number is incorrect.', 'number')
  if (month > 12) {
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month')
  }
  const fullYear = year < 100 ? 2000 + year : year
  // A card is good until its month has ended.
  if (Date.UTC(fullYear, month) <= Date.now()) {
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year')
  }
  const cvc = fields.string('cvc')
  if (cvc !== null && !/^\d{3,4}$/.test(cvc)) {
    throw cardError('invalid_cvc', "Your card's security code is invalid.", 'cvc')
  }
  return card
}

function cardError(code: string, message: string, param: string): StripeError {
  return new StripeError(402, { type: 'card_error', code, message, param })
}

function addPaymentMethod(
  store: Store,
  card: Card,
  metadata: Record<string, string>,
  billing: unknown,
): PaymentMethod {
  const method = store.paymentMethods.add({
    id: newId('pm'),
    object: 'payment_method',
    billing_details: billing ?? { address: null, email: null, name: null, phone: null },
    card: {
      brand: card.brand,
      last4: card.last4,
      exp_month: 12,
      exp_year: new Date().getUTCFullYear() + NEXT_YEARS,
      funding: 'credit',
      country: 'US',
    },
    created: now(),
    customer: null,
    livemode: false,
    metadata,
    type: 'card',
  })
  store.cards.set(method.id, card)
  return method
}
