import { randomBytes } from 'node:crypto'
import type { BankAccount } from './bank-debits.ts'
import type { Card } from './cards.ts'

// The fields of Stripe's objects that the sandbox fills, named and shaped as https://docs.stripe.com/api has them.

/** What somebody means to pay, and how far that got. */
export interface PaymentIntent {
  id: string
  object: 'payment_intent'
  allowed_payment_method_types: string[] | null
  amount: number
  amount_capturable: number
  amount_received: number
  automatic_payment_methods: { enabled: boolean; allow_redirects: 'always' | 'never' }
  canceled_at: number | null
  cancellation_reason: string | null
  capture_method: 'automatic' | 'automatic_async' | 'manual'
  client_secret: string
  confirmation_method: 'automatic'
  created: number
  currency: string
  customer: string | null
  description: string | null
  last_payment_error: Record<string, unknown> | null
  latest_charge: string | null
  livemode: false
  metadata: Record<string, string>
  next_action: NextAction | null
  payment_method: string | null
  payment_method_types: string[]
  receipt_email: string | null
  setup_future_usage: string | null
  shipping: unknown
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status: PaymentIntentStatus
}

/** The steps of a payment; the last two are final. */
export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'requires_capture'
  | 'processing'
  | 'canceled'
  | 'succeeded'

/** What the payer has to do before the payment goes on. */
export type NextAction =
  | { type: 'redirect_to_url'; redirect_to_url: { return_url: string; url: string } }
  | { type: 'use_stripe_sdk'; use_stripe_sdk: Record<string, unknown> }

/** One attempt to take the money. */
export interface Charge {
  id: string
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  captured: boolean
  created: number
  currency: string
  customer: string | null
  description: string | null
  disputed: boolean
  failure_code: string | null
  failure_message: string | null
  livemode: false
  metadata: Record<string, string>
  outcome: { network_status: string; reason: string | null; seller_message: string; type: string }
  paid: boolean
  payment_intent: string
  payment_method: string
  payment_method_details:
    | { type: 'card'; card: { brand: string; last4: string } }
    | { type: 'us_bank_account'; us_bank_account: { bank_name: string; last4: string } }
  receipt_email: string | null
  refunded: boolean
  status: 'succeeded' | 'pending' | 'failed'
}

/** Money on its way back. */
export interface Refund {
  id: string
  object: 'refund'
  amount: number
  charge: string
  created: number
  currency: string
  failure_reason?: string
  metadata: Record<string, string>
  payment_intent: string
  reason: string | null
  receipt_number: null
  status: 'pending' | 'succeeded' | 'failed' | 'canceled'
}

/** A card or a bank account, as far as a shop may know it. */
export interface PaymentMethod {
  id: string
  object: 'payment_method'
  billing_details: unknown
  card?: {
    brand: string
    last4: string
    exp_month: number
    exp_year: number
    funding: string
    country: string
  }
  created: number
  customer: string | null
  livemode: false
  metadata: Record<string, string>
  type: 'card' | 'us_bank_account'
  us_bank_account?: {
    account_holder_type: string
    account_type: string
    bank_name: string
    last4: string
    routing_number: string
  }
}

/** A payer whom the shop knows again. */
export interface Customer {
  id: string
  object: 'customer'
  created: number
  currency: string | null
  description: string | null
  email: string | null
  livemode: false
  metadata: Record<string, string>
  name: string | null
  phone: string | null
}

/** A charge that the payer's bank takes back, or tries to. */
export interface Dispute {
  id: string
  object: 'dispute'
  amount: number
  charge: string
  created: number
  currency: string
  evidence: { uncategorized_text?: string }
  evidence_details: {
    due_by: number | null
    has_evidence: boolean
    past_due: boolean
    submission_count: number
  }
  is_charge_refundable: boolean
  livemode: false
  metadata: Record<string, string>
  payment_intent: string
  reason: string
  status: string
}

/** What webhooks deliver. */
export interface Event {
  id: string
  object: 'event'
  api_version: string
  created: number
  data: { object: unknown; previous_attributes?: Record<string, unknown> }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: string
}

/** Objects of one kind in the order they were made. */
export class Collection<T extends { id: string; created: number }> {
  #items = new Map<string, T>()
  #capacity: number

  /** @param capacity how many are kept; the oldest go first */
  constructor(capacity = Infinity) {
    this.#capacity = capacity
  }

  add(item: T): T {
    this.#items.set(item.id, item)
    if (this.#items.size > this.#capacity) this.#items.delete(this.#items.keys().next().value!)
    return item
  }

  get(id: string): T | undefined {
    return this.#items.get(id)
  }

  delete(id: string): boolean {
    return this.#items.delete(id)
  }

  /** Newest first, as every list of the API is. */
  all(): T[] {
    return [...this.#items.values()].reverse()
  }
}

/** Events are only worth looking at for a while. */
const KEPT_EVENTS = 1000

/** Everything one sandbox account holds. */
export class Store {
  readonly intents = new Collection<PaymentIntent>()
  readonly charges = new Collection<Charge>()
  readonly refunds = new Collection<Refund>()
  readonly paymentMethods = new Collection<PaymentMethod>()
  readonly customers = new Collection<Customer>()
  readonly disputes = new Collection<Dispute>()
  readonly events = new Collection<Event>(KEPT_EVENTS)
  /** The test card behind each payment method. */
  readonly cards = new Map<string, Card>()
  /** The test bank account behind each payment method of that type. */
  readonly bankAccounts = new Map<string, BankAccount>()

  /** Everything, ready to be written down. */
  snapshot(): Snapshot {
    const kept = (collection: Collection<{ id: string; created: number }>) => collection.all().reverse()
    return {
      collections: Object.fromEntries(KINDS.map((kind) => [kind, kept(this.#collection(kind))])),
      cards: [...this.cards],
      bankAccounts: [...this.bankAccounts],
    }
  }

  /** Takes over what a snapshot holds. */
  restore(snapshot: Snapshot): void {
    for (const kind of KINDS) {
      for (const item of snapshot.collections[kind] ?? []) this.#collection(kind).add(item)
    }
    for (const [id, card] of snapshot.cards) this.cards.set(id, card)
    for (const [id, bankAccount] of snapshot.bankAccounts ?? []) this.bankAccounts.set(id, bankAccount)
  }

  #collection(kind: (typeof KINDS)[number]): Collection<{ id: string; created: number }> {
    // Each holds one kind of object; what is restored is what was kept.
    return this[kind] as unknown as Collection<{ id: string; created: number }>
  }
}

const KINDS = ['intents', 'charges', 'refunds', 'paymentMethods', 'customers', 'disputes', 'events'] as const

/** What a store holds, as plain data. */
export interface Snapshot {
  collections: Partial<Record<string, { id: string; created: number }[]>>
  cards: [paymentMethod: string, card: Card][]
  /** Absent in files of older versions. */
  bankAccounts?: [paymentMethod: string, bankAccount: BankAccount][]
}

/** An id as Stripe makes them: a prefix and random letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(24)}`
}

/** Random letters and digits. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) text += randomBytes(length * 2).toString('base64').replace(/[^A-Za-z0-9]/g, '')
  return text.slice(0, length)
}

/** The present, in whole seconds. */
export const now = (): number => Math.floor(Date.now() / 1000)
