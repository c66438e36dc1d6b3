import type { Account, Cause } from './account.ts'
import type { Params } from './params.ts'

/** One API request as an endpoint sees it. */
export interface Request {
  account: Account
  params: Params
  cause: Cause
  /** Path without query, such as `/v1/refunds`. */
  path: string
  /** The object's id where the path has one, else ''. */
  id: string
  /** The connected account that the request acts for (`Stripe-Account`); null for the platform itself. */
  actsFor: string | null
}

/**
 * Checks a request and returns what carries it out. The border between the two is what idempotency keys need: a
 * refusal before it is not remembered, everything after it is.
 */
export type Endpoint = (request: Request) => () => unknown
