import type { Account, Cause } from './account.ts'
import { findAccount } from './accounts.ts'
import { checkCurrency, inWords } from './amounts.ts'
import { balanceOf, book } from './balances.ts'
import type { Endpoint } from './endpoint.ts'
import { insufficientBalance, invalidRequest, noSuch } from './errors.ts'
import { list } from './lists.ts'
import { type Charge, newId, now, randomText, type Reversal, type Store, type Transfer } from './objects.ts'

/**
 * `POST /v1/transfers`: money from the platform to an account. With `source_transaction` it is that payment's, which need
 * not be available yet, and all transfers of one payment are never more than it.
 */
export const createTransfer: Endpoint = ({ account, params, cause }) => {
  params.only(
    'amount',
    'currency',
    'destination',
    'description',
    'metadata',
    'source_transaction',
    'source_type',
    'transfer_group',
  )
  const { store } = account
  const amount = params.requiredInteger('amount')
  const currency = checkCurrency(params.requiredString('currency'))
  const destination = findAccount(store, params.requiredString('destination'), 'destination')
  const description = params.string('description')
  const metadata = params.metadata()
  const source = sourceOf(store, params.string('source_transaction'), currency)
  const group = groupOf(source, params.string('transfer_group'))
  params.oneOf('source_type', ['card'])
  return () => {
    if (destination.capabilities['transfers'] !== 'active') {
      throw invalidRequest(
        'Your destination account needs to have at least one of the following capabilities enabled: transfers, ' +
          'crypto_transfers, legacy_payments',
        { code: 'insufficient_capabilities_for_transfer' },
      )
    }
    if (source === null) checkAvailable(store, amount, currency)
    else checkSource(store, source, amount)
    const id = newId('tr')
    const payment = newId('py')
    const availableOn = source === null
      ? now()
      : store.balanceTransactions.get(source.balance_transaction ?? '')
        ?.available_on ?? now()
    const booked = book(store, { type: 'transfer', amount: -amount, currency, source: id, availableOn })
    book(store, {
      type: 'payment',
      amount,
      currency,
      source: payment,
      holder: destination.id,
      availableOn,
    })
    if (source !== null) source.transfer_group = group
    const made: Transfer = store.transfers.add({
      id,
      object: 'transfer',
      amount,
      amount_reversed: 0,
      balance_transaction: booked.id,
      created: now(),
      currency,
      description,
      destination: destination.id,
      destination_payment: payment,
      livemode: false,
      metadata,
      reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
      reversed: false,
      source_transaction: source?.id ?? null,
      source_type: 'card',
      transfer_group: group,
    })
    account.emit('transfer.created', made, cause)
    return made
  }
}

/** `POST /v1/transfers/:id/reversals`: takes back the rest of a transfer, or a part; the account must have it. */
export const createReversal: Endpoint = ({ account, params, id, cause }) => {
  params.only('amount', 'description', 'metadata', 'refund_application_fee')
  const transfer = find(account.store, id)
  const asked = params.integer('amount')
  const metadata = params.metadata()
  return () => {
    const rest = transfer.amount - transfer.amount_reversed
    if (rest === 0) {
      throw invalidRequest(`Transfer ${id} is already fully reversed.`, { code: 'transfer_already_reversed' })
    }
    const amount = asked ?? rest
    if (amount > rest) {
      throw invalidRequest(
        `Transfer reversal amount (${
          inWords(amount, transfer.currency)
        }) is greater than unreversed amount on transfer ` +
          `(${inWords(rest, transfer.currency)})`,
        { param: 'amount' },
      )
    }
    if (balanceOf(account.store, transfer.destination, transfer.currency).total < amount) {
      throw insufficientBalance(
        'The connected account has insufficient funds to reverse this transfer. ' +
          'As an alternative, debit it later or reverse less.',
      )
    }
    return reverse(account, transfer, amount, metadata, cause)
  }
}

/** `GET /v1/transfers/:id/reversals` */
export const listReversals: Endpoint = ({ account, params, id, path }) =>
  list(find(account.store, id).reversals.data, params, path)

function reverse(
  account: Account,
  transfer: Transfer,
  amount: number,
  metadata: Record<string, string>,
  cause: Cause,
): Reversal {
  const { store } = account
  const { currency, destination } = transfer
  const id = newId('trr')
  const refund = `pyr_${randomText(24)}`
  const availableOn = store.balanceTransactions.get(transfer.balance_transaction)?.available_on ?? now()
  const booked = book(store, { type: 'transfer_refund', amount, currency, source: id, availableOn })
  book(store, {
    type: 'payment_refund',
    amount: -amount,
    currency,
    source: refund,
    holder: destination,
    availableOn,
  })
  const made: Reversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction: booked.id,
    created: now(),
    currency,
    destination_payment_refund: refund,
    metadata,
    source_refund: null,
    transfer: transfer.id,
  }
  transfer.amount_reversed += amount
  transfer.reversed = transfer.amount_reversed === transfer.amount
  transfer.reversals.data = [made, ...transfer.reversals.data]
  account.emit('transfer.reversed', transfer, cause)
  return made
}

function sourceOf(store: Store, id: string | null, currency: string): Charge | null {
  if (id === null) return null
  const charge = store.charges.get(id)
  if (!charge) throw noSuch('charge', id, 'source_transaction')
  if (charge.status === 'failed' || !charge.captured) {
    throw invalidRequest('The source_transaction must be a successful, captured charge.', {
      param: 'source_transaction',
    })
  }
  if (charge.currency !== currency) {
    throw invalidRequest(
      `When creating a transfer from a source transaction, the currency must be the same: ${charge.currency}.`,
      { param: 'currency' },
    )
  }
  return charge
}

/** A payment has one group, and so have the transfers of it. */
function groupOf(source: Charge | null, asked: string | null): string | null {
  if (source === null) return asked
  const known = source.transfer_group ?? null
  if (known !== null && asked !== null && known !== asked) {
    throw invalidRequest(
      `The transfer_group of a transfer and that of its source transaction must be the same: ${known}.`,
      { param: 'transfer_group' },
    )
  }
  return known ?? asked ?? `group_${source.payment_intent}`
}

function checkAvailable(store: Store, amount: number, currency: string): void {
  if (balanceOf(store, null, currency).available >= amount) return
  throw insufficientBalance(
    'You have insufficient available funds in your Stripe account. Try adding funds directly to your available ' +
      'balance by creating Charges using the 4000000000000077 test card. See: ' +
      'https://stripe.com/docs/testing#available-balance',
  )
}

function checkSource(store: Store, source: Charge, amount: number): void {
  const already = store.transfers.all()
    .filter((transfer) => transfer.source_transaction === source.id)
    .reduce((total, transfer) => total + transfer.amount, 0)
  if (already + amount <= source.amount_captured) return
  throw invalidRequest(
    `Transfers using this transaction as a source must not exceed the source amount of ${
      inWords(source.amount_captured, source.currency)
    }. (There are already transfers using this source, totaling ${inWords(already, source.currency)}.)`,
    { param: 'amount' },
  )
}

function find(store: Store, id: string): Transfer {
  const transfer = store.transfers.get(id)
  if (!transfer) throw noSuch('transfer', id, 'id')
  return transfer
}
