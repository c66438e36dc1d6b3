import { invalidRequest } from './errors.ts'
import type { Store } from './objects.ts'

/** How an object that stands behind an id is found. */
const FINDERS: [prefix: string, find: (store: Store, id: string) => unknown][] = [
  ['pi_', (store, id) => store.intents.get(id)],
  ['ch_', (store, id) => store.charges.get(id)],
  ['pm_', (store, id) => store.paymentMethods.get(id)],
  ['cus_', (store, id) => store.customers.get(id)],
  ['acct_', (store, id) => store.accounts.get(id)],
  ['tr_', (store, id) => store.transfers.get(id)],
  ['po_', (store, id) => store.payouts.get(id)],
  ['txn_', (store, id) => store.balanceTransactions.get(id)],
]

/**
 * Replaces ids in an answer by the objects they stand for (https://docs.stripe.com/api/expanding_objects).
 * @param fields such as `latest_charge`, `charge.customer`, `data.payment_intent`
 * @throws {StripeError} for a field that cannot be expanded
 */
export function expand(store: Store, answer: unknown, fields: string[]): unknown {
  return fields.reduce((expanded, field) => replace(store, expanded, field.split('.')), answer)
}

function replace(store: Store, value: unknown, path: string[]): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (Array.isArray(value)) return value.map((item) => replace(store, item, path))
  if (typeof value !== 'object' || value === null) return value
  const entry = (value as Record<string, unknown>)[name]
  if (entry === undefined) {
    throw invalidRequest(`This property cannot be expanded (${name}).`, { param: 'expand' })
  }
  const object = typeof entry === 'string' ? lookUp(store, entry) ?? entry : entry
  // Copied on the way down: the stored object keeps its id.
  return { ...value, [name]: replace(store, object, rest) }
}

function lookUp(store: Store, id: string): unknown {
  return FINDERS.find(([prefix]) => id.startsWith(prefix))?.[1](store, id)
}
