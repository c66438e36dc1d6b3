import Stripe from 'stripe'
import { providerProblem } from '../_shared/refunds.ts'

/** The provider has said no: nothing was made. */
export class Refused {
  constructor(readonly code: string, readonly message: string) {}
}

/** How the provider is told of one row. */
interface Telling<T> {
  /** The row's id and attempt: the same key, the same request. */
  key: string
  create(options: { idempotencyKey: string }): Promise<T>
  /** What the provider may have made of it, newest first. */
  known(): AsyncIterable<T>
  isIt(candidate: T): boolean
}

/** The provider remembers a key for a day; an hour before that it is looked for instead. */
const KEY_LASTS_MS = 23 * 3600 * 1000

/**
 * Tells the provider of a row, so that however often and wherever it is interrupted one thing is made of it: within a day
 * the key finds what was made, after that the row's id in its metadata does.
 * @returns what was made, or that the provider refused; only then may the next attempt have another key
 * @throws {Problem} 503 if nobody knows: ask again, with the same key
 */
export async function carryOut<T>(
  due: { called_at: string | null },
  telling: Telling<T>,
): Promise<T | Refused> {
  const calledBefore = due.called_at !== null
  try {
    if (due.called_at !== null && Date.now() - new Date(due.called_at).getTime() > KEY_LASTS_MS) {
      const found = await find(telling)
      if (found !== undefined) return found
    }
    return await telling.create({ idempotencyKey: telling.key })
  } catch (error) {
    if (isRefusal(error)) return new Refused(error.code ?? error.type, error.message)
    // The provider broke, and repeats that under this key for a day. Did it break before or after?
    if (calledBefore && error instanceof Stripe.errors.StripeAPIError && isReplay(error)) {
      return await find(telling) ?? new Refused('provider_failed', error.message)
    }
    throw providerProblem(error)
  }
}

async function find<T>(telling: Telling<T>): Promise<T | undefined> {
  for await (const candidate of telling.known()) {
    if (telling.isIt(candidate)) return candidate
  }
  return undefined
}

/** Whether it is an answer to this very request that will stay the same. */
function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof Stripe.errors.StripeInvalidRequestError ||
    (error instanceof Stripe.errors.StripePermissionError)
}

function isReplay(error: Stripe.errors.StripeError): boolean {
  return error.headers?.['idempotent-replayed'] === 'true'
}
