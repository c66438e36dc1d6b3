import type { Account, Cause } from './account.ts'
import { TEST_BANKS } from './accounts.ts'
import { checkCurrency } from './amounts.ts'
import { balanceOf, book } from './balances.ts'
import type { Endpoint } from './endpoint.ts'
import { insufficientBalance, invalidRequest, noSuch } from './errors.ts'
import { list } from './lists.ts'
import { newId, now, type Payout, type Store } from './objects.ts'

/** Banks take days; here a developer is waiting. */
const SETTLES_AFTER_MS = 500
/** When money arrives, as the provider says it, in seconds. */
const ARRIVES_AFTER_S = 2 * 24 * 3600

/** Why a bank sent money back (https://docs.stripe.com/api/payouts/failures). */
const FAILURES: Record<string, string> = {
  account_closed: 'The bank account has been closed.',
  no_account: 'The bank account could not be located.',
  could_not_process: 'The bank could not process this payout.',
}

const BY_THE_BANK: Cause = { requestId: null, idempotencyKey: null }

/** `POST /v1/payouts`: what an account has, to its bank. */
export const createPayout: Endpoint = ({ account, params, cause, actsFor }) => {
  params.only(
    'amount',
    'currency',
    'description',
    'metadata',
    'method',
    'source_type',
    'statement_descriptor',
  )
  const { store } = account
  const amount = params.requiredInteger('amount')
  const currency = checkCurrency(params.requiredString('currency'))
  params.oneOf('method', ['standard'])
  params.oneOf('source_type', ['card'])
  const description = params.string('description')
  const statement = params.string('statement_descriptor')
  const metadata = params.metadata()
  const holder = actsFor === null ? null : store.accounts.get(actsFor)!
  return () => {
    if (holder === null || !holder.payouts_enabled) {
      throw invalidRequest(
        'Cannot create payouts: this account does not have payouts enabled. Check its requirements.',
        { code: 'payouts_not_allowed' },
      )
    }
    const bank = holder.external_accounts.data.find((candidate) => candidate.currency === currency)
    if (!bank) {
      throw invalidRequest(
        `Sorry, you don't have any external accounts in that currency (${currency}).`,
        { param: 'currency' },
      )
    }
    if (balanceOf(store, holder.id, currency).available < amount) {
      throw insufficientBalance(
        'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. ' +
          'You can use the the /v1/balance endpoint to view your Stripe balance (for more details, see ' +
          'stripe.com/docs/api#balance).',
      )
    }
    const id = newId('po')
    const booked = book(store, { type: 'payout', amount: -amount, currency, source: id, holder: holder.id })
    const made = store.payouts.add({
      id,
      object: 'payout',
      amount,
      arrival_date: now() + ARRIVES_AFTER_S,
      automatic: false,
      balance_transaction: booked.id,
      created: now(),
      currency,
      description,
      destination: bank.id,
      failure_balance_transaction: null,
      failure_code: null,
      failure_message: null,
      livemode: false,
      metadata,
      method: 'standard',
      source_type: 'card',
      statement_descriptor: statement,
      status: 'pending',
      type: 'bank_account',
    })
    store.holders.set(id, holder.id)
    account.emit('payout.created', made, cause, undefined, holder.id)
    settleLater(account, made)
    return made
  }
}

/** `GET /v1/payouts/:id` */
export const retrievePayout: Endpoint = ({ account, params, id, actsFor }) => {
  params.only()
  const found = find(account.store, id, actsFor)
  return () => found
}

/** `GET /v1/payouts` */
export const listPayouts: Endpoint = ({ account, params, path, actsFor }) => {
  const status = params.string('status')
  const matching = account.store.payouts.all()
    .filter((payout) => (account.store.holders.get(payout.id) ?? null) === actsFor)
    .filter((payout) => status === null || payout.status === status)
  return list(matching, params, path, ['status'])
}

/** `POST /v1/payouts/:id/cancel`: while the bank has not got it. */
export const cancelPayout: Endpoint = ({ account, params, id, cause, actsFor }) => {
  params.only()
  const payout = find(account.store, id, actsFor)
  return () => {
    if (payout.status !== 'pending') {
      throw invalidRequest('Payouts can only be canceled while they are pending.', {
        code: 'payout_not_cancelable',
      })
    }
    giveBack(account, payout, 'payout_cancel')
    payout.status = 'canceled'
    account.emit('payout.canceled', payout, cause, undefined, actsFor)
    return payout
  }
}

/**
 * A bank's answer. What it has paid it may still send back, days later.
 * @param failure why it sends the money back; null pays
 * @returns false where it has said so before
 */
export function settlePayout(account: Account, payout: Payout, failure: string | null): boolean {
  const from = failure === null ? ['pending', 'in_transit'] : ['pending', 'in_transit', 'paid']
  if (!from.includes(payout.status)) return false
  const holder = account.store.holders.get(payout.id) ?? null
  if (failure === null) payout.status = 'paid'
  else {
    payout.failure_balance_transaction = giveBack(account, payout, 'payout_failure')
    payout.status = 'failed'
    payout.failure_code = failure
    payout.failure_message = FAILURES[failure] ?? FAILURES['could_not_process']!
  }
  account.emit(failure === null ? 'payout.paid' : 'payout.failed', payout, BY_THE_BANK, undefined, holder)
  return true
}

/** Goes on with the payouts of the last run that their banks have not answered. */
export function resumePayouts(account: Account): void {
  for (const payout of account.store.payouts.all()) {
    if (payout.status === 'pending') settleLater(account, payout)
  }
}

function settleLater(account: Account, payout: Payout): void {
  const holder = account.store.accounts.get(account.store.holders.get(payout.id) ?? '')
  const bank = holder?.external_accounts.data.find(({ id }) => id === payout.destination)
  const outcome = Object.values(TEST_BANKS).find(({ last4 }) => last4 === bank?.last4)?.outcome ?? 'paid'
  if (outcome === 'waits') return
  setTimeout(
    () => settlePayout(account, payout, outcome === 'paid' ? null : outcome),
    SETTLES_AFTER_MS,
  ).unref()
}

function giveBack(account: Account, payout: Payout, type: string): string {
  const { amount, currency, id } = payout
  const holder = account.store.holders.get(id) ?? null
  return book(account.store, { type, amount, currency, source: id, holder }).id
}

function find(store: Store, id: string, holder: string | null): Payout {
  const payout = store.payouts.get(id)
  if (!payout || (store.holders.get(id) ?? null) !== holder) throw noSuch('payout', id, 'payout')
  return payout
}
