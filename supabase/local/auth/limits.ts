import { AuthProblem } from './errors.ts'
import { secondsSince } from './times.ts'

const HOUR_MS = 3_600_000

/** Counts sends in windows of an hour; a limit of 0 allows none. */
export class HourlyCounter {
  #windowEnds = 0
  #taken = 0

  constructor(readonly limit: number) {}

  /** Takes one place. @returns false where the hour's places are used up */
  take(): boolean {
    if (Date.now() >= this.#windowEnds) {
      this.#windowEnds = Date.now() + HOUR_MS
      this.#taken = 0
    }
    if (this.#taken >= this.limit) return false
    this.#taken++
    return true
  }
}

/** Refuses a code for a user who was sent one less than `interval` seconds ago. */
export function requireInterval(
  sentAt: string | null,
  interval: number,
  code: 'over_email_send_rate_limit' | 'over_sms_send_rate_limit',
): void {
  if (sentAt === null || interval <= 0) return
  const left = interval - secondsSince(sentAt)
  if (left < 0) return
  throw new AuthProblem(
    429,
    code,
    `For security purposes, you can only request this after ${Math.trunc(left)} seconds.`,
  )
}

/** The places one kind of request has per address. */
interface Rate {
  /** Refills this many per `seconds`. */
  limit: number
  seconds: number
  /** The most that can be saved up. */
  burst: number
}

/** Kinds of request that are counted apart. */
export type LimitedRequest =
  | 'otp'
  | 'magiclink'
  | 'recover'
  | 'resend'
  | 'signup'
  | 'user'
  | 'token'
  | 'verify'
  | 'anonymous'
  | 'factor'

/** Addresses remembered at once; the longest unseen is forgotten first. */
const REMEMBERED = 10_000

/** A token bucket per address and kind of request. */
export class AddressLimiter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(readonly rates: Record<LimitedRequest, Rate>) {}

  /** @throws {AuthProblem} 429 where this address has asked too often */
  take(kind: LimitedRequest, address: string): void {
    const { limit, seconds, burst } = this.rates[kind]
    const key = `${kind} ${address}`
    const at = Date.now() / 1000
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at }
    const tokens = Math.min(burst, bucket.tokens + (at - bucket.at) * limit / seconds)
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: Math.max(0, tokens - 1), at })
    if (this.#buckets.size > REMEMBERED) this.#buckets.delete(this.#buckets.keys().next().value!)
    if (tokens < 1) {
      throw new AuthProblem(429, 'over_request_rate_limit', 'Request rate limit reached')
    }
  }
}
