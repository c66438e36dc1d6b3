/** How many seconds one bucket of a rate covers, and over how many a rate is averaged. */
const BUCKET_SECONDS = 5
const WINDOW_SECONDS = 60

/** How often something happens, averaged over the last minute: a burst may be higher than the limit. */
export class Rate {
  readonly #buckets = new Map<number, number>()

  /** @param limit events a second above which the rate counts as exceeded */
  constructor(readonly limit: number) {}

  /** Notes that it happened, `count` times. */
  add(count = 1): void {
    const bucket = Math.floor(Date.now() / 1000 / BUCKET_SECONDS)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
  }

  /** Events a second. */
  get average(): number {
    const oldest = Math.floor(Date.now() / 1000 / BUCKET_SECONDS) - WINDOW_SECONDS / BUCKET_SECONDS
    let sum = 0
    for (const [bucket, count] of this.#buckets) {
      if (bucket > oldest) sum += count
      else this.#buckets.delete(bucket)
    }
    return sum / WINDOW_SECONDS
  }

  /** Whether the average has passed the limit. */
  get exceeded(): boolean {
    return this.average > this.limit
  }
}

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
