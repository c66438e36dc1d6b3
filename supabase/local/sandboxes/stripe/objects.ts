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
  transfer_group?: string | null
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
  /** Absent on charges of older versions of the file. */
  balance_transaction?: string | null
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
  transfer_group?: string | null
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
  /** What it took from the balance and gave back; absent in files of older versions. */
  balance_transactions?: BalanceTransaction[]
  charge: string
  created: number
  currency: string
  evidence: Record<string, string>
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

/** A file that was handed in; what it holds is not kept. */
export interface File {
  id: string
  object: 'file'
  created: number
  filename: string
  purpose: string
  size: number
  title: null
  type: string
  url: null
}

/** Whoever is paid through the platform. */
export interface ConnectedAccount {
  id: string
  object: 'account'
  business_type: string | null
  capabilities: Record<string, CapabilityStatus>
  charges_enabled: boolean
  country: string
  created: number
  default_currency: string
  details_submitted: boolean
  email: string | null
  external_accounts: { object: 'list'; data: ExternalAccount[]; has_more: false; url: string }
  metadata: Record<string, string>
  payouts_enabled: boolean
  requirements: {
    current_deadline: number | null
    currently_due: string[]
    disabled_reason: string | null
    errors: unknown[]
    eventually_due: string[]
    past_due: string[]
    pending_verification: string[]
  }
  settings: { payouts: { schedule: { interval: string; delay_days: number } } }
  type: 'express'
}

/** How far a capability of an account is. */
export type CapabilityStatus = 'active' | 'inactive' | 'pending'

/** The bank account that payouts go to. */
export interface ExternalAccount {
  id: string
  object: 'bank_account'
  account: string
  bank_name: string
  country: string
  currency: string
  last4: string
  routing_number: string
  status: 'new' | 'errored'
}

/** Money from the platform to an account. */
export interface Transfer {
  id: string
  object: 'transfer'
  amount: number
  amount_reversed: number
  balance_transaction: string
  created: number
  currency: string
  description: string | null
  destination: string
  destination_payment: string
  livemode: false
  metadata: Record<string, string>
  reversals: { object: 'list'; data: Reversal[]; has_more: boolean; url: string }
  reversed: boolean
  source_transaction: string | null
  source_type: 'card'
  transfer_group: string | null
}

/** A transfer, or a part of one, taken back. */
export interface Reversal {
  id: string
  object: 'transfer_reversal'
  amount: number
  balance_transaction: string
  created: number
  currency: string
  destination_payment_refund: string
  metadata: Record<string, string>
  source_refund: null
  transfer: string
}

/** Money from a balance to a bank. */
export interface Payout {
  id: string
  object: 'payout'
  amount: number
  arrival_date: number
  automatic: boolean
  balance_transaction: string
  created: number
  currency: string
  description: string | null
  destination: string
  failure_balance_transaction: string | null
  failure_code: string | null
  failure_message: string | null
  livemode: false
  metadata: Record<string, string>
  method: 'standard'
  source_type: 'card'
  statement_descriptor: string | null
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled'
  type: 'bank_account'
}

/** One change of a balance: the platform's, or that of an account. */
export interface BalanceTransaction {
  id: string
  object: 'balance_transaction'
  amount: number
  available_on: number
  created: number
  currency: string
  description: string | null
  exchange_rate: null
  fee: number
  fee_details: { amount: number; currency: string; description: string; type: 'stripe_fee' }[]
  net: number
  reporting_category: string
  source: string | null
  status: 'available' | 'pending'
  type: string
}

/** What webhooks deliver. */
export interface Event {
  id: string
  object: 'event'
  /** The connected account that it is about; absent for the platform's own. */
  account?: string
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
  readonly files = new Collection<File>()
  readonly accounts = new Collection<ConnectedAccount>()
  readonly transfers = new Collection<Transfer>()
  readonly payouts = new Collection<Payout>()
  readonly balanceTransactions = new Collection<BalanceTransaction>()
  readonly events = new Collection<Event>(KEPT_EVENTS)
  /** The test card behind each payment method. */
  readonly cards = new Map<string, Card>()
  /** The test bank account behind each payment method of that type. */
  readonly bankAccounts = new Map<string, BankAccount>()
  /** Whose a payout or a change of balance is, by its id: a connected account; absent for the platform's own. */
  readonly holders = new Map<string, string>()

  /** Everything, ready to be written down. */
  snapshot(): Snapshot {
    const kept = (collection: Collection<{ id: string; created: number }>) => collection.all().reverse()
    return {
      collections: Object.fromEntries(KINDS.map((kind) => [kind, kept(this.#collection(kind))])),
      cards: [...this.cards],
      bankAccounts: [...this.bankAccounts],
      holders: [...this.holders],
    }
  }

  /** Takes over what a snapshot holds. */
  restore(snapshot: Snapshot): void {
    for (const kind of KINDS) {
      for (const item of snapshot.collections[kind] ?? []) this.#collection(kind).add(item)
    }
    for (const [id, card] of snapshot.cards) this.cards.set(id, card)
    for (const [id, bankAccount] of snapshot.bankAccounts ?? []) this.bankAccounts.set(id, bankAccount)
    for (const [id, holder] of snapshot.holders ?? []) this.holders.set(id, holder)
  }

  #collection(kind: (typeof KINDS)[number]): Collection<{ id: string; created: number }> {
    // Each holds one kind of object; what is restored is what was kept.
    return this[kind] as unknown as Collection<{ id: string; created: number }>
  }
}

const KINDS = [
  'intents',
  'charges',
  'refunds',
  'paymentMethods',
  'customers',
  'disputes',
  'files',
  'accounts',
  'transfers',
  'payouts',
  'balanceTransactions',
  'events',
] as const

/** What a store holds, as plain data. */
export interface Snapshot {
  collections: Partial<Record<string, { id: string; created: number }[]>>
  cards: [paymentMethod: string, card: Card][]
  /** Absent in files of older versions. */
  bankAccounts?: [paymentMethod: string, bankAccount: BankAccount][]
  holders?: [id: string, account: string][]
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
