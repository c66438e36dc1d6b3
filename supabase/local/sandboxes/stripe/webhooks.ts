import { createHmac } from 'node:crypto'
import type { Event } from './objects.ts'

/** One try to deliver one event. */
export interface Delivery {
  event: string
  type: string
  attempt: number
  at: string
  /** HTTP status of the answer, or null where there was none. */
  status: number | null
}

/** What goes wrong on purpose between the sandbox and its listener. */
export interface WebhookFaults {
  /** `hold` keeps events until they are released, `drop` loses them. */
  mode: 'deliver' | 'hold' | 'drop'
  /** Every event is delivered this many times more. */
  duplicates: number
  /** Waits this long before the first try. */
  delayMs: number
}

const NO_FAULTS: WebhookFaults = { mode: 'deliver', duplicates: 0, delayMs: 0 }

/** Stripe waits hours and gives up after three days; here a developer is waiting. */
const FIRST_RETRY_MS = 250
const ATTEMPTS = 11
const ANSWER_WITHIN_MS = 10_000
const KEPT_DELIVERIES = 1000

/**
 * Delivers events to one endpoint, at least once, in no promised order: every answer but 2xx is tried again with
 * exponentially growing pauses, each try signed anew (https://docs.stripe.com/webhooks#verify-manually).
 */
export class WebhookSender {
  faults: WebhookFaults = { ...NO_FAULTS }
  readonly deliveries: Delivery[] = []
  #url: string | null
  #secret: string
  #held: Event[] = []
  #timers = new Set<NodeJS.Timeout>()
  #closing = new AbortController()
  #onDelivered: () => void

  /**
   * @param url where events go; null delivers nothing
   * @param onDelivered told whenever an event has arrived
   */
  constructor(url: string | null, secret: string, onDelivered: () => void) {
    this.#url = url
    this.#secret = secret
    this.#onDelivered = onDelivered
  }

  get hasEndpoint(): boolean {
    return this.#url !== null
  }

  send(event: Event): void {
    if (this.faults.mode === 'drop') return
    if (this.faults.mode === 'hold') this.#held.push(event)
    else this.#deliver(event)
  }

  /** Lets held events go, optionally last one first. Returns how many there were. */
  release(reversed = false): number {
    const events = reversed ? this.#held.toReversed() : this.#held
    this.#held = []
    for (const event of events) this.#deliver(event)
    return events.length
  }

  /** Delivers one event now, whatever happened to it before. */
  resend(event: Event): void {
    this.#schedule(event, 1, 0)
  }

  reset(): void {
    this.faults = { ...NO_FAULTS }
    this.#held = []
  }

  /** Stops retrying and cuts what is under way. */
  close(): void {
    this.#closing.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #deliver(event: Event): void {
    for (let copy = 0; copy <= this.faults.duplicates; copy++) this.#schedule(event, 1, this.faults.delayMs)
  }

  #schedule(event: Event, attempt: number, delayMs: number): void {
    if (this.#url === null || this.#closing.signal.aborted) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(event, attempt)
    }, delayMs)
    timer.unref()
    this.#timers.add(timer)
  }

  async #attempt(event: Event, attempt: number): Promise<void> {
    const status = await this.#post(event)
    if (this.#closing.signal.aborted) return
    this.deliveries.push({ event: event.id, type: event.type, attempt, at: new Date().toISOString(), status })
    if (this.deliveries.length > KEPT_DELIVERIES) this.deliveries.shift()
    if (status !== null && status >= 200 && status < 300) {
      event.pending_webhooks = 0
      this.#onDelivered()
    } else if (attempt < ATTEMPTS) {
      this.#schedule(event, attempt + 1, FIRST_RETRY_MS * 2 ** (attempt - 1))
    }
  }

  async #post(event: Event): Promise<number | null> {
    const body = JSON.stringify(event, null, 2)
    try {
      const response = await fetch(this.#url!, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signature(body, this.#secret),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      await response.body?.cancel()
      return response.status
    } catch {
      return null
    }
  }
}

/** The `Stripe-Signature` header for a body, as of now. */
export function signature(body: string, secret: string, at = Math.floor(Date.now() / 1000)): string {
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return `t=${at},v1=${mac}`
}
