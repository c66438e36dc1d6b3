import { type Event, newId, now, Store } from './objects.ts'
import type { WebhookSender } from './webhooks.ts'

/** The version of Stripe's API whose shapes the sandbox speaks. */
export const API_VERSION = '2026-10-28.endive'

/** The request that caused an event, as events show it. */
export interface Cause {
  requestId: string | null
  idempotencyKey: string | null
}

/** An address of the onboarding page. */
export interface OnboardingLink {
  /** Whose. */
  account: string
  returnUrl: string
  refreshUrl: string
  /** In seconds. */
  expiresAt: number
  isUsed: boolean
}

/** One Stripe account in test mode: its objects, and the events that tell of their changes. */
export class Account {
  readonly store = new Store()
  /** The addresses of the onboarding page that were given out, by what is secret of them. */
  readonly onboarding = new Map<string, OnboardingLink>()
  #webhooks: WebhookSender
  #publicUrl: () => string
  #onEvent: (event: Event) => void

  /**
   * @param publicUrl base address under which the sandbox's own pages are reached
   * @param onEvent told of each event, once it has been recorded
   */
  constructor(webhooks: WebhookSender, publicUrl: () => string, onEvent: (event: Event) => void) {
    this.#webhooks = webhooks
    this.#publicUrl = publicUrl
    this.#onEvent = onEvent
  }

  /** Base address under which a person reaches the sandbox's pages. */
  get publicUrl(): string {
    return this.#publicUrl()
  }

  /**
   * Records that an object changed, and tells the webhook endpoint. The object is copied as it is now.
   * @param of the connected account whose object it is; null for the platform's own
   */
  emit(
    type: string,
    object: unknown,
    cause: Cause,
    previous?: Record<string, unknown>,
    of: string | null = null,
  ): Event {
    const event = this.store.events.add({
      id: newId('evt'),
      object: 'event',
      ...(of === null ? {} : { account: of }),
      api_version: API_VERSION,
      created: now(),
      data: {
        object: structuredClone(object),
        ...(previous === undefined ? {} : { previous_attributes: previous }),
      },
      livemode: false,
      pending_webhooks: this.#webhooks.hasEndpoint ? 1 : 0,
      request: { id: cause.requestId, idempotency_key: cause.idempotencyKey },
      type,
    })
    this.#webhooks.send(event)
    this.#onEvent(event)
    return event
  }
}
