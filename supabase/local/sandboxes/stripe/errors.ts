/** What Stripe puts under `error` in a failed answer (https://docs.stripe.com/api/errors). */
export interface StripeErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error'
  code?: string
  decline_code?: string
  param?: string
  message: string
  doc_url?: string
  charge?: string
  payment_intent?: unknown
  payment_method?: unknown
}

/** An answer other than success, thrown anywhere below the router. */
export class StripeError extends Error {
  override readonly name = 'StripeError'
  constructor(readonly status: number, readonly body: StripeErrorBody) {
    super(body.message)
  }
}

/** 400: the request itself is wrong. */
export function invalidRequest(
  message: string,
  details: { code?: string; param?: string } = {},
): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...documented(details) })
}

/** 404: no object with this id. */
export function noSuch(kind: string, id: string, param = 'id'): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    message: `No such ${kind}: '${id}'`,
    param,
    ...documented({ code: 'resource_missing' }),
  })
}

/** 403: the key gives no access to this connected account, or there is none such. */
export function noAccess(account: string): StripeError {
  return new StripeError(403, {
    type: 'invalid_request_error',
    message:
      `The provided key does not have access to account '${account}' (or that account does not exist). ` +
      'Application access may have been revoked.',
    ...documented({ code: 'account_invalid' }),
  })
}

/** 400: there is not that much money to move. */
export function insufficientBalance(message: string): StripeError {
  return invalidRequest(message, { code: 'balance_insufficient' })
}

/** 400: the object exists, but its state does not allow this. */
export function unexpectedState(message: string, paymentIntent: unknown): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    message,
    payment_intent: paymentIntent,
    ...documented({ code: 'payment_intent_unexpected_state' }),
  })
}

function documented<T extends { code?: string }>(details: T): T & { doc_url?: string } {
  return details.code === undefined
    ? details
    : { ...details, doc_url: `https://docs.stripe.com/error-codes/${details.code.replaceAll('_', '-')}` }
}
