/** How many seconds one bucket of a rate covers, and over how many a rate is averaged. */
const BUCKET_SECONDS = 5
const WINDOW_SECONDS = 60

/** How often something happens, averaged over the last minute. */
export class Rate {
  readonly #buckets = new Map<number, number>()
  readonly #firstBucket = bucketNow()

  /** @param limit events a second above which the rate counts as exceeded */
  constructor(readonly limit: number) {}

  /** Notes that it happened, `count` times. */
  add(count = 1): void {
    const bucket = bucketNow()
    if (!this.#buckets.has(bucket)) this.#forget(bucket)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
  }

  /** Events a second. A rate that has been watched for less than a minute is averaged over that time. */
  get average(): number {
    const now = bucketNow()
    this.#forget(now)
    let sum = 0
    for (const count of this.#buckets.values()) sum += count
    const watched = (now - this.#firstBucket + 1) * BUCKET_SECONDS
    return sum / Math.min(watched, WINDOW_SECONDS)
  }

  /** Whether the average has passed the limit. */
  get exceeded(): boolean {
    return this.average > this.limit
  }

  #forget(now: number): void {
    for (const bucket of this.#buckets.keys()) {
      if (bucket <= now - WINDOW_SECONDS / BUCKET_SECONDS) this.#buckets.delete(bucket)
    }
  }
}

const bucketNow = () => Math.floor(Date.now() / 1000 / BUCKET_SECONDS)

/** Allows so many calls in a window that starts with the first of them. */
export class CallWindow {
  #calls = 0
  #endsAt = 0

  constructor(readonly limit: number, readonly windowMs: number) {}

  /** Counts a call. False if it is one too many. */
  allow(): boolean {
    const now = Date.now()
    if (now > this.#endsAt) {
      this.#calls = 0
      this.#endsAt = now + this.windowMs
    }
    if (this.#calls >= this.limit) return false
    this.#calls += 1
    return true
  }
}
