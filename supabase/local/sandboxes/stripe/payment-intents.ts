import { checkAmount, checkCurrency, inWords } from './amounts.ts'
import { capture, confirm, type ConfirmOptions } from './charging.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noSuch, unexpectedState } from './errors.ts'
import { newId, now, type PaymentIntent, type PaymentMethod, randomText, type Store } from './objects.ts'
import type { Params } from './params.ts'
import { describePaymentMethod, resolvePaymentMethod } from './payment-methods.ts'
import { list } from './lists.ts'

const CONFIRM_FIELDS = [
  'payment_method',
  'payment_method_data',
  'return_url',
  'off_session',
  'error_on_requires_action',
  'use_stripe_sdk',
  'receipt_email',
  'shipping',
  'setup_future_usage',
]
const EDITABLE_FIELDS = [
  'amount',
  'currency',
  'customer',
  'description',
  'metadata',
  'allowed_payment_method_types',
  'statement_descriptor',
  'statement_descriptor_suffix',
]
const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
]
const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action']

/** `POST /v1/payment_intents` */
export const createPaymentIntent: Endpoint = ({ account, params, cause }) => {
  params.only(
    ...CONFIRM_FIELDS,
    ...EDITABLE_FIELDS,
    'confirm',
    'capture_method',
    'confirmation_method',
    'automatic_payment_methods',
    'transfer_group',
  )
  const amount = params.requiredInteger('amount')
  const currency = checkCurrency(params.requiredString('currency'))
  checkAmount(amount, currency)
  const confirmNow = params.boolean('confirm') ?? false
  params.oneOf('confirmation_method', ['automatic'])
  if (!confirmNow && params.has('error_on_requires_action')) {
    throw invalidRequest('error_on_requires_action may only be used when confirm is true.', {
      param: 'error_on_requires_action',
    })
  }
  const automatic = params.object('automatic_payment_methods')?.only('enabled', 'allow_redirects') ?? null
  const types = params.list('allowed_payment_method_types')
  for (const type of types ?? []) checkMethodType(type)
  const draft: PaymentIntent = {
    id: newId('pi'),
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    allowed_payment_method_types: types,
    automatic_payment_methods: {
      enabled: automatic?.boolean('enabled') ?? true,
      // Cards alone never leave the page.
      allow_redirects: automatic?.oneOf('allow_redirects', ['always', 'never']) ??
        (types === null ? 'always' : 'never'),
    },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.oneOf('capture_method', ['automatic', 'automatic_async', 'manual']) ??
      'automatic_async',
    client_secret: '',
    confirmation_method: 'automatic',
    created: now(),
    currency,
    customer: params.string('customer'),
    description: params.string('description'),
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: params.metadata(),
    next_action: null,
    payment_method: null,
    payment_method_types: currency === 'usd' && types === null ? ['card', 'us_bank_account'] : ['card'],
    receipt_email: params.string('receipt_email'),
    setup_future_usage: params.oneOf('setup_future_usage', ['on_session', 'off_session']),
    shipping: params.raw('shipping'),
    statement_descriptor: params.string('statement_descriptor'),
    statement_descriptor_suffix: params.string('statement_descriptor_suffix'),
    status: 'requires_payment_method',
    transfer_group: params.string('transfer_group'),
  }
  draft.client_secret = `${draft.id}_secret_${randomText(25)}`
  checkCustomer(account.store, draft.customer)
  const method = readMethod(account.store, params)
  const options = readConfirmOptions(params, draft, confirmNow)
  if (confirmNow && method === null) throw missingMethod(draft)
  return () => {
    const intent = account.store.intents.add(draft)
    account.emit('payment_intent.created', intent, cause)
    const chosen = method?.() ?? null
    if (chosen !== null && confirmNow) confirm(account, intent, chosen, options, cause)
    else if (chosen !== null) {
      intent.payment_method = chosen.id
      intent.status = 'requires_confirmation'
    }
    return intent
  }
}

/** `POST /v1/payment_intents/:id` */
export const updatePaymentIntent: Endpoint = ({ account, params, id }) => {
  params.only(
    ...EDITABLE_FIELDS,
    'payment_method',
    'payment_method_data',
    'receipt_email',
    'shipping',
    'setup_future_usage',
  )
  const intent = find(account.store, id)
  const currency = checkCurrency(params.string('currency') ?? intent.currency)
  const amount = params.integer('amount') ?? intent.amount
  checkAmount(amount, currency)
  const changes = {
    amount,
    currency,
    customer: params.string('customer') ?? intent.customer,
    description: params.string('description') ?? intent.description,
    metadata: params.metadata(intent.metadata),
    receipt_email: params.string('receipt_email') ?? intent.receipt_email,
    shipping: params.raw('shipping') ?? intent.shipping,
    statement_descriptor: params.string('statement_descriptor') ?? intent.statement_descriptor,
    statement_descriptor_suffix: params.string('statement_descriptor_suffix') ??
      intent.statement_descriptor_suffix,
  }
  checkCustomer(account.store, changes.customer)
  const method = readMethod(account.store, params)
  return () => {
    const moneyChanges = amount !== intent.amount || currency !== intent.currency || method !== null
    if (moneyChanges && !CONFIRMABLE.includes(intent.status)) {
      throw unexpectedState(
        `This PaymentIntent's ${
          method === null ? 'amount' : 'payment_method'
        } could not be updated because it has a ` +
          `status of ${intent.status}. You may only update it while its status is one of: ${
            CONFIRMABLE.join(', ')
          }.`,
        intent,
      )
    }
    Object.assign(intent, changes)
    const chosen = method?.() ?? null
    if (chosen !== null) {
      intent.payment_method = chosen.id
      intent.status = 'requires_confirmation'
      intent.next_action = null
    }
    return intent
  }
}

/** `POST /v1/payment_intents/:id/confirm` */
export const confirmPaymentIntent: Endpoint = ({ account, params, id, cause }) => {
  params.only(...CONFIRM_FIELDS, 'capture_method')
  const intent = find(account.store, id)
  const method = readMethod(account.store, params)
  const options = readConfirmOptions(params, intent, CONFIRMABLE.includes(intent.status))
  const receipt = params.string('receipt_email')
  return () => {
    if (intent.status === 'succeeded') {
      throw unexpectedState(
        'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
        intent,
      )
    }
    if (!CONFIRMABLE.includes(intent.status)) {
      throw unexpectedState(
        `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
          `one of the following statuses may be confirmed: ${CONFIRMABLE.join(', ')}.`,
        intent,
      )
    }
    const chosen = method?.() ?? account.store.paymentMethods.get(intent.payment_method ?? '')
    if (!chosen) throw missingMethod(intent)
    if (receipt !== null) intent.receipt_email = receipt
    confirm(account, intent, chosen, options, cause)
    return intent
  }
}

/** `POST /v1/payment_intents/:id/capture` */
export const capturePaymentIntent: Endpoint = ({ account, params, id, cause }) => {
  params.only('amount_to_capture', 'metadata')
  const intent = find(account.store, id)
  const asked = params.integer('amount_to_capture')
  const metadata = params.metadata(intent.metadata)
  return () => {
    if (intent.status !== 'requires_capture') {
      throw unexpectedState(
        `This PaymentIntent could not be captured because it has a status of ${intent.status}. ` +
          'Only a PaymentIntent with one of the following statuses may be captured: requires_capture.',
        intent,
      )
    }
    const amount = asked ?? intent.amount_capturable
    if (amount > intent.amount_capturable) {
      throw invalidRequest(
        `The remaining amount on this charge is ${
          inWords(intent.amount_capturable, intent.currency)
        }, which is less ` +
          'than the amount to capture.',
        { code: 'amount_too_large', param: 'amount_to_capture' },
      )
    }
    intent.metadata = metadata
    capture(account, intent, amount, cause)
    return intent
  }
}

/** `POST /v1/payment_intents/:id/cancel` */
export const cancelPaymentIntent: Endpoint = ({ account, params, id, cause }) => {
  params.only('cancellation_reason')
  const intent = find(account.store, id)
  const reason = params.oneOf('cancellation_reason', [
    'duplicate',
    'fraudulent',
    'requested_by_customer',
    'abandoned',
  ])
  return () => {
    if (!CANCELABLE.includes(intent.status)) {
      throw unexpectedState(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
          `one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
        intent,
      )
    }
    intent.status = 'canceled'
    intent.canceled_at = now()
    intent.cancellation_reason = reason
    intent.amount_capturable = 0
    intent.next_action = null
    account.emit('payment_intent.canceled', intent, cause)
    return intent
  }
}

/** `GET /v1/payment_intents/:id` */
export const retrievePaymentIntent: Endpoint = ({ account, params, id }) => {
  params.only('client_secret')
  const intent = find(account.store, id)
  const secret = params.string('client_secret')
  if (secret !== null && secret !== intent.client_secret) {
    throw invalidRequest(
      'The client_secret provided does not match the client_secret associated with the PaymentIntent.',
      { code: 'payment_intent_invalid_parameter', param: 'client_secret' },
    )
  }
  return () => intent
}

/** `GET /v1/payment_intents` */
export const listPaymentIntents: Endpoint = ({ account, params, path }) => {
  const customer = params.string('customer')
  return list(
    account.store.intents.all().filter((intent) => customer === null || intent.customer === customer),
    params,
    path,
    ['customer'],
  )
}

/**
 * `GET /v1/payment_intents/search`: the clauses `status:'…'` and `metadata['key']:'value'`, joined by AND.
 * Stripe's index lags up to a minute behind; this one never does.
 */
export const searchPaymentIntents: Endpoint = ({ account, params, path }) => {
  params.only('query', 'limit', 'page')
  const clauses = params.requiredString('query').split(/\s+AND\s+/i).map(readClause)
  return () => {
    const found = account.store.intents.all().filter((intent) => clauses.every((matches) => matches(intent)))
    return { object: 'search_result', url: path, has_more: false, next_page: null, data: found.slice(0, 100) }
  }
}

function readClause(clause: string): (intent: PaymentIntent) => boolean {
  const metadata = /^metadata\[(['"])(.+)\1\]:(['"])(.*)\3$/.exec(clause.trim())
  if (metadata) return (intent) => intent.metadata[metadata[2]!] === metadata[4]!
  const status = /^status:(['"])(.*)\1$/.exec(clause.trim())
  if (status) return (intent) => intent.status === status[2]!
  throw invalidRequest(`We were unable to parse your search query: ${clause}`, { param: 'query' })
}

function find(store: Store, id: string): PaymentIntent {
  const intent = store.intents.get(id)
  if (!intent) throw noSuch('payment_intent', id, 'intent')
  return intent
}

function checkMethodType(type: string): void {
  if (type !== 'card') {
    throw invalidRequest(`The payment method type "${type}" is invalid: the sandbox knows card only.`, {
      param: 'allowed_payment_method_types',
    })
  }
}

function checkCustomer(store: Store, customer: string | null): void {
  if (customer !== null && !store.customers.get(customer)) throw noSuch('customer', customer, 'customer')
}

function readMethod(store: Store, params: Params): (() => PaymentMethod) | null {
  const id = params.string('payment_method')
  if (id !== null) return resolvePaymentMethod(store, id)
  const data = params.object('payment_method_data')
  return data === null ? null : describePaymentMethod(store, data)
}

function readConfirmOptions(params: Params, intent: PaymentIntent, confirming: boolean): ConfirmOptions {
  const returnUrl = params.string('return_url')
  if (returnUrl !== null && !URL.canParse(returnUrl)) {
    throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: 'return_url' })
  }
  const mayRedirect = intent.automatic_payment_methods.enabled &&
    intent.automatic_payment_methods.allow_redirects === 'always'
  const sdk = params.boolean('use_stripe_sdk') ?? false
  if (confirming && mayRedirect && returnUrl === null && !sdk) {
    throw invalidRequest(
      'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these ' +
        'payment methods might redirect your customer off of your page, you must provide a `return_url`. If you ' +
        "don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and " +
        '`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.',
      { param: 'return_url' },
    )
  }
  return {
    returnUrl: sdk ? null : returnUrl,
    offSession: params.string('off_session') !== null && params.string('off_session') !== 'false',
    errorOnRequiresAction: params.boolean('error_on_requires_action') ?? false,
  }
}

function missingMethod(intent: PaymentIntent) {
  return unexpectedState(
    "You cannot confirm this PaymentIntent because it's missing a payment method. To confirm the PaymentIntent with " +
      `${intent.id}, specify a payment method attached to this customer along with the customer ID.`,
    intent,
  )
}
