import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { timingSafeEqual } from 'node:crypto'
import { BodyTooLarge, readBody, sendJson } from '../../http.ts'
import type { Faults } from '../faults.ts'
import { decodeForm, decodeMultipart, type Form, FormError } from '../form.ts'
import { Account, API_VERSION } from './account.ts'
import * as accounts from './accounts.ts'
import { AUTHENTICATION_PATH } from './charging.ts'
import { handleAuthentication } from './authentication-page.ts'
import * as balances from './balances.ts'
import { resumeDebits } from './bank-debits.ts'
import * as disputes from './disputes.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noAccess, StripeError } from './errors.ts'
import { expand } from './expand.ts'
import { type Answer, IdempotencyKeys } from './idempotency.ts'
import { Memory } from './memory.ts'
import { type Notice, noticeOf } from './notices.ts'
import { newId } from './objects.ts'
import { handleOnboarding, ONBOARDING_PATH } from './onboarding-page.ts'
import { Params } from './params.ts'
import * as intents from './payment-intents.ts'
import * as payouts from './payouts.ts'
import * as refunds from './refunds.ts'
import * as simple from './simple-resources.ts'
import * as transfers from './transfers.ts'
import { WebhookSender } from './webhooks.ts'

const LARGEST_BODY = 1024 * 1024
/** What is handed in as evidence is larger. */
const LARGEST_UPLOAD = 16 * 1024 * 1024

/** `:id` stands for one path segment. The first that fits serves. */
const ROUTES: [method: string, path: string, endpoint: Endpoint][] = [
  ['POST', '/v1/payment_intents', intents.createPaymentIntent],
  ['GET', '/v1/payment_intents', intents.listPaymentIntents],
  ['GET', '/v1/payment_intents/search', intents.searchPaymentIntents],
  ['GET', '/v1/payment_intents/:id', intents.retrievePaymentIntent],
  ['POST', '/v1/payment_intents/:id', intents.updatePaymentIntent],
  ['POST', '/v1/payment_intents/:id/confirm', intents.confirmPaymentIntent],
  ['POST', '/v1/payment_intents/:id/capture', intents.capturePaymentIntent],
  ['POST', '/v1/payment_intents/:id/cancel', intents.cancelPaymentIntent],
  ['POST', '/v1/refunds', refunds.createRefund],
  ['GET', '/v1/refunds', refunds.listRefunds],
  ['GET', '/v1/refunds/:id', refunds.retrieveRefund],
  ['POST', '/v1/customers', simple.createCustomer],
  ['GET', '/v1/customers', simple.listAll('customers', 'email')],
  ['GET', '/v1/customers/:id', simple.retrieve('customers', 'customer')],
  ['POST', '/v1/customers/:id', simple.updateCustomer],
  ['DELETE', '/v1/customers/:id', simple.deleteCustomer],
  ['POST', '/v1/payment_methods', simple.createPaymentMethod],
  ['GET', '/v1/payment_methods', simple.listAll('paymentMethods', 'customer', 'type')],
  ['GET', '/v1/payment_methods/:id', simple.retrieve('paymentMethods', 'PaymentMethod')],
  ['POST', '/v1/payment_methods/:id/attach', simple.attachPaymentMethod],
  ['POST', '/v1/payment_methods/:id/detach', simple.detachPaymentMethod],
  ['GET', '/v1/charges', simple.listAll('charges', 'payment_intent', 'customer')],
  ['GET', '/v1/charges/:id', simple.retrieve('charges', 'charge')],
  ['GET', '/v1/disputes', simple.listAll('disputes', 'charge', 'payment_intent')],
  ['GET', '/v1/disputes/:id', simple.retrieve('disputes', 'dispute')],
  ['POST', '/v1/disputes/:id', disputes.updateDispute],
  ['POST', '/v1/disputes/:id/close', disputes.closeDispute],
  ['POST', '/v1/files', disputes.createFile],
  ['GET', '/v1/files/:id', simple.retrieve('files', 'file upload')],
  ['GET', '/v1/events', simple.listAll('events', 'type')],
  ['GET', '/v1/events/:id', simple.retrieve('events', 'event')],
  ['POST', '/v1/accounts', accounts.createAccount],
  ['GET', '/v1/accounts', simple.listAll('accounts')],
  ['GET', '/v1/accounts/:id', simple.retrieve('accounts', 'account')],
  ['POST', '/v1/accounts/:id', accounts.updateAccount],
  ['POST', '/v1/account_links', accounts.createAccountLink],
  ['POST', '/v1/transfers', transfers.createTransfer],
  ['GET', '/v1/transfers', simple.listAll('transfers', 'destination', 'transfer_group')],
  ['GET', '/v1/transfers/:id', simple.retrieve('transfers', 'transfer')],
  ['POST', '/v1/transfers/:id/reversals', transfers.createReversal],
  ['GET', '/v1/transfers/:id/reversals', transfers.listReversals],
]

/** What a request may do for a connected account (`Stripe-Account`), and for the platform as well. */
const ACTING_ROUTES: typeof ROUTES = [
  ['GET', '/v1/balance', balances.retrieveBalance],
  ['GET', '/v1/balance_transactions', balances.listBalanceTransactions],
  ['GET', '/v1/balance_transactions/:id', balances.retrieveBalanceTransaction],
  ['POST', '/v1/payouts', payouts.createPayout],
  ['GET', '/v1/payouts', payouts.listPayouts],
  ['GET', '/v1/payouts/:id', payouts.retrievePayout],
  ['POST', '/v1/payouts/:id/cancel', payouts.cancelPayout],
]

/** What the Stripe sandbox is made with. */
export interface StripeOptions {
  /** The one API key it accepts (`sk_test_…`). */
  secretKey: string
  /** Where events are delivered; null delivers none. */
  webhookUrl: string | null
  /** What deliveries are signed with (`whsec_…`). */
  webhookSecret: string
  /** Base address of the sandbox's own pages, asked for when needed. */
  publicUrl: () => string
  faults: Faults
  /** Where payments are kept between runs; absent keeps them in memory only. */
  file?: string | undefined
  /** Told of each thing that happens to a payment, in words for a person. */
  onNotice?: (notice: Notice) => void
}

/** Answers as https://api.stripe.com does for one account in test mode. */
export class StripeSandbox {
  readonly account: Account
  readonly webhooks: WebhookSender
  readonly idempotency = new IdempotencyKeys()
  #options: StripeOptions
  #memory: Memory | null = null

  private constructor(options: StripeOptions) {
    const changed = () => this.#memory?.touch()
    this.#options = options
    this.webhooks = new WebhookSender(options.webhookUrl, options.webhookSecret, changed)
    this.account = new Account(this.webhooks, options.publicUrl, (event) => {
      changed()
      const notice = noticeOf(event)
      if (notice !== undefined) options.onNotice?.(notice)
    })
  }

  /**
   * Opens the account as the last run left it. Events that had not arrived by then are delivered now.
   * @throws {Failure} if the file of the last run cannot be understood
   */
  static async open(options: StripeOptions): Promise<StripeSandbox> {
    const sandbox = new StripeSandbox(options)
    if (options.file !== undefined) {
      const { store } = sandbox.account
      sandbox.#memory = await Memory.open(options.file, store)
      for (const event of store.events.all().reverse()) {
        if (event.pending_webhooks > 0) sandbox.webhooks.resend(event)
      }
      resumeDebits(sandbox.account)
      payouts.resumePayouts(sandbox.account)
    }
    return sandbox
  }

  /** Whether this path is the sandbox's. */
  serves(path: string): boolean {
    return ['/v1/', AUTHENTICATION_PATH, ONBOARDING_PATH].some((prefix) => path.startsWith(prefix))
  }

  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    if (url.pathname.startsWith(AUTHENTICATION_PATH)) return handleAuthentication(this.account, req, res, url)
    if (url.pathname.startsWith(ONBOARDING_PATH)) return handleOnboarding(this.account, req, res, url)
    const requestId = newId('req')
    const headers: OutgoingHttpHeaders = {
      'request-id': requestId,
      'stripe-version': String(req.headers['stripe-version'] ?? API_VERSION),
      'cache-control': 'no-cache, no-store',
    }
    const answer = await this.#answer(req, url, requestId, headers)
    if (answer === null) req.socket.destroy()
    else sendJson(res, answer.status, answer.body, headers)
  }

  async close(): Promise<void> {
    this.webhooks.close()
    await this.#memory?.close()
  }

  /** The answer, or null where the connection is to break. */
  async #answer(
    req: IncomingMessage,
    url: URL,
    requestId: string,
    headers: OutgoingHttpHeaders,
  ): Promise<Answer | null> {
    try {
      this.#checkKey(req)
      const method = req.method ?? 'GET'
      const actsFor = header(req, 'stripe-account')
      const { endpoint, id } = findEndpoint(method, url.pathname, actsFor)
      if (actsFor !== null && !this.account.store.accounts.get(actsFor)) throw noAccess(actsFor)
      const form = await readForm(req, url)
      const key = method === 'POST' ? header(req, 'idempotency-key') : null
      if (key !== null) headers['idempotency-key'] = key
      const carryOut = () => {
        const params = new Params(form)
        const cause = { requestId, idempotencyKey: key }
        const execute = endpoint({ account: this.account, params, cause, path: url.pathname, id, actsFor })
        return () => structuredClone(expand(this.account.store, execute(), params.list('expand') ?? []))
      }
      if (key === null) return await this.#run(method, url.pathname, carryOut)

      const known = this.idempotency.begin(
        key,
        JSON.stringify([method, url.pathname, form, actsFor]),
        requestId,
      )
      if (known) {
        headers['idempotent-replayed'] = 'true'
        headers['original-request'] = known.original
        return known.replay
      }
      headers['original-request'] = requestId
      return await this.#run(method, url.pathname, carryOut, key)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      if (error.status >= 500) headers['stripe-should-retry'] = 'false'
      return failure(error)
    }
  }

  /** Checks, then executes; what came out of the execution is kept under the key. */
  async #run(
    method: string,
    path: string,
    carryOut: () => () => unknown,
    key: string | null = null,
  ): Promise<Answer | null> {
    let executed = false
    try {
      const fault = await this.#options.faults.take(method, path)
      if (fault?.when === 'before') return fault.status === null ? null : provoked(fault.status)
      const execute = carryOut()
      executed = true
      let answer: Answer
      try {
        answer = fault?.when === 'instead' ? provoked(fault.status ?? 500) : { status: 200, body: execute() }
      } catch (error) {
        if (!(error instanceof StripeError)) throw error
        answer = failure(error)
      }
      if (method !== 'GET') this.#memory?.touch()
      if (key !== null) this.idempotency.finish(key, answer)
      if (fault) return fault.status === null ? null : provoked(fault.status)
      return answer
    } finally {
      if (!executed && key !== null) this.idempotency.release(key)
    }
  }

  #checkKey(req: IncomingMessage): void {
    const key = presentedKey(header(req, 'authorization') ?? '')
    if (key === null) {
      throw new StripeError(401, {
        type: 'invalid_request_error',
        message:
          'You did not provide an API key. You need to provide your API key in the Authorization header, using ' +
          "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      })
    }
    if (!sameText(key, this.#options.secretKey)) {
      throw new StripeError(401, {
        type: 'invalid_request_error',
        message: `Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}`,
      })
    }
  }
}

function findEndpoint(
  method: string,
  path: string,
  actsFor: string | null,
): { endpoint: Endpoint; id: string } {
  const segments = path.split('/')
  const routes = actsFor === null ? [...ROUTES, ...ACTING_ROUTES] : ACTING_ROUTES
  for (const [routeMethod, routePath, endpoint] of routes) {
    const pattern = routePath.split('/')
    if (routeMethod !== method || pattern.length !== segments.length) continue
    if (pattern.every((part, index) => part === ':id' ? segments[index] !== '' : part === segments[index])) {
      const at = pattern.indexOf(':id')
      return { endpoint, id: at === -1 ? '' : decodeSegment(segments[at]!) }
    }
  }
  throw new StripeError(501, {
    type: 'invalid_request_error',
    message: `The Stripe sandbox does not serve this request URL (${method}: ${path})${
      actsFor === null ? '' : ' for connected accounts'
    }.`,
  })
}

async function readForm(req: IncomingMessage, url: URL): Promise<Form> {
  try {
    if (req.method === 'GET' || req.method === 'DELETE') return decodeForm(url.search.slice(1))
    const type = header(req, 'content-type') ?? ''
    const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(type)?.[1]
    if (boundary !== undefined) return decodeMultipart(await readBody(req, LARGEST_UPLOAD), boundary)
    const body = (await readBody(req, LARGEST_BODY)).toString('utf8')
    if (body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
      throw invalidRequest(
        'Invalid request: bodies must be form-encoded (Content-Type: application/x-www-form-urlencoded).',
      )
    }
    return decodeForm(body)
  } catch (error) {
    if (error instanceof FormError) throw invalidRequest(error.message)
    if (error instanceof BodyTooLarge) {
      throw new StripeError(413, { type: 'invalid_request_error', message: error.message })
    }
    throw error
  }
}

function presentedKey(authorization: string): string | null {
  const [scheme, value] = authorization.split(' ')
  if (!value) return null
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() === 'basic') {
    return Buffer.from(value, 'base64').toString('utf8').split(':')[0] || null
  }
  return null
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function header(req: IncomingMessage, name: string): string | null {
  const value = req.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const failure = (error: StripeError): Answer => ({
  status: error.status,
  body: { error: structuredClone(error.body) },
})

const provoked = (status: number): Answer => ({
  status,
  body: { error: { type: 'api_error', message: 'An error that was asked for at /_control.' } },
})
