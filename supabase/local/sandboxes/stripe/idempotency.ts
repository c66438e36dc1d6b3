import { invalidRequest, StripeError } from './errors.ts'

/** An answer as it went out, so that it can go out again. */
export interface Answer {
  status: number
  body: unknown
}

interface Entry {
  fingerprint: string
  /** Request id of the first request with this key. */
  requestId: string
  startedAt: number
  answer: Answer | null
}

/** Keys are forgotten after a day; the same key is then a new request. */
const LIFETIME_MS = 24 * 3600 * 1000
const LONGEST_KEY = 255

/**
 * Remembers the answers of POST requests by idempotency key (https://docs.stripe.com/api/idempotent_requests): whatever
 * came out once execution began is given again, failures included; what was refused before that is not remembered.
 */
export class IdempotencyKeys {
  #entries = new Map<string, Entry>()

  /**
   * Claims a key for a request, or finds the answer it already has.
   * @param fingerprint what the request asks for: another one under the same key is refused
   * @throws {StripeError} 400 for another request under this key, 409 while the first one is still running
   */
  begin(key: string, fingerprint: string, requestId: string): { replay: Answer; original: string } | null {
    if (key.length > LONGEST_KEY) {
      throw invalidRequest(
        `Idempotency keys can be at most ${LONGEST_KEY} characters; the key given has ${key.length}.`,
      )
    }
    const entry = this.#entries.get(key)
    if (!entry || Date.now() - entry.startedAt > LIFETIME_MS) {
      this.#entries.set(key, { fingerprint, requestId, startedAt: Date.now(), answer: null })
      return null
    }
    if (entry.fingerprint !== fingerprint) {
      throw new StripeError(400, {
        type: 'idempotency_error',
        message:
          'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
          `Try using a key other than '${key}' if you meant to execute a different request.`,
      })
    }
    if (entry.answer === null) {
      throw new StripeError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message:
          'There is currently another in-progress request using this Idempotent Key (that probably means you ' +
          `submitted twice, and the other request is still going through): ${key}. Please try again later.`,
      })
    }
    return { replay: entry.answer, original: entry.requestId }
  }

  /** Keeps the answer of a request whose execution began. */
  finish(key: string, answer: Answer): void {
    const entry = this.#entries.get(key)
    if (entry) entry.answer = answer
  }

  /** Gives a key back whose request was refused before execution began. */
  release(key: string): void {
    this.#entries.delete(key)
  }

  /** Forgets every key, as the passing of a day would. */
  expire(): void {
    this.#entries.clear()
  }
}
