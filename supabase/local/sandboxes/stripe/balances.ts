import type { Endpoint } from './endpoint.ts'
import { noSuch } from './errors.ts'
import { list } from './lists.ts'
import { type BalanceTransaction, type Charge, newId, now, type Store } from './objects.ts'

/** What a card payment costs: 2.9 % and 30 minor units. */
const FEE_BPS = 290
const FEE_FIXED = 30
/** When money of a payment can be moved on, in seconds. */
const AVAILABLE_AFTER_S = 2 * 24 * 3600

/** A change of a balance. */
export interface Change {
  type: string
  /** In minor units; negative leaves the balance. */
  amount: number
  fee?: number
  currency: string
  source: string | null
  /** The connected account whose balance it is; absent for the platform's. */
  holder?: string | null
  /** In seconds; absent: at once. */
  availableOn?: number
}

/** Books a change of a balance. */
export function book(store: Store, change: Change): BalanceTransaction {
  const { type, amount, currency, source, fee = 0 } = change
  const availableOn = change.availableOn ?? now()
  const booked = store.balanceTransactions.add({
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: availableOn,
    created: now(),
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0
      ? []
      : [{ amount: fee, currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: type,
    source,
    status: availableOn <= now() ? 'available' : 'pending',
    type,
  })
  if (change.holder) store.holders.set(booked.id, change.holder)
  return booked
}

/** Books what a payment brought in, less what it costs. */
export function bookCharge(store: Store, charge: Charge): void {
  const isAvailable = store.cards.get(charge.payment_method)?.behaviour.available === true
  charge.balance_transaction = book(store, {
    type: 'charge',
    amount: charge.amount_captured,
    fee: Math.round(charge.amount_captured * FEE_BPS / 10_000) + FEE_FIXED,
    currency: charge.currency,
    source: charge.id,
    availableOn: isAvailable ? now() : now() + AVAILABLE_AFTER_S,
  }).id
}

/** What a balance holds of a currency, in minor units: the part that can be moved, and all of it. */
export function balanceOf(
  store: Store,
  holder: string | null,
  currency: string,
): { available: number; total: number } {
  const changes = changesOf(store, holder).filter((change) => change.currency === currency)
  const sum = (some: BalanceTransaction[]) => some.reduce((total, change) => total + change.net, 0)
  return { available: sum(changes.filter((change) => change.available_on <= now())), total: sum(changes) }
}

/** Lets two days pass: everything that is pending can be moved. */
export function makeAvailable(store: Store): void {
  for (const change of store.balanceTransactions.all()) {
    change.available_on = Math.min(change.available_on, now())
  }
}

/** `GET /v1/balance` */
export const retrieveBalance: Endpoint = ({ account, params, actsFor }) => {
  params.only()
  return () => {
    const currencies = [...new Set(changesOf(account.store, actsFor).map(({ currency }) => currency))].sort()
    const held = currencies.map((currency) => ({ currency, ...balanceOf(account.store, actsFor, currency) }))
    const entry = (currency: string, amount: number) => ({ amount, currency, source_types: { card: amount } })
    return {
      object: 'balance',
      available: held.map(({ currency, available }) => entry(currency, available)),
      pending: held.map(({ currency, available, total }) => entry(currency, total - available)),
      livemode: false,
    }
  }
}

/** `GET /v1/balance_transactions/:id` */
export const retrieveBalanceTransaction: Endpoint = ({ account, params, id, actsFor }) => {
  params.only()
  const found = changesOf(account.store, actsFor).find((change) => change.id === id)
  if (!found) throw noSuch('balance transaction', id)
  return () => shown(found)
}

/** `GET /v1/balance_transactions` */
export const listBalanceTransactions: Endpoint = ({ account, params, path, actsFor }) => {
  const filters = ['type', 'source', 'currency', 'payout'] as const
  const [type, source, currency, payout] = filters.map((name) => params.string(name))
  const matching = changesOf(account.store, actsFor).map(shown)
    .filter((change) => type === null || change.type === type)
    .filter((change) => source === null || change.source === source)
    .filter((change) => payout === null || change.source === payout)
    .filter((change) => currency === null || change.currency === currency)
  return list(matching, params, path, [...filters])
}

function changesOf(store: Store, holder: string | null): BalanceTransaction[] {
  return store.balanceTransactions.all().filter(({ id }) => (store.holders.get(id) ?? null) === holder)
}

function shown(change: BalanceTransaction): BalanceTransaction {
  return { ...change, status: change.available_on <= now() ? 'available' : 'pending' }
}
