import type { Account, Cause } from './account.ts'
import { bookCharge } from './balances.ts'
import { addCharge } from './charges.ts'
import { invalidRequest } from './errors.ts'
import { type Charge, newId, now, type PaymentIntent, type PaymentMethod, type Store } from './objects.ts'

/** What becomes of a debit of a test bank account, once its bank has had its time. */
export type DebitBehaviour = 'succeeds' | 'fails' | 'waits'

/** A bank account as the sandbox keeps it. */
export interface BankAccount {
  bankName: string
  last4: string
  behaviour: DebitBehaviour
}

/** Banks take days; here a developer is waiting. */
const SETTLES_AFTER_MS = 500

/** The test accounts, by the name they go by as `pm_usBankAccount_<name>` (https://docs.stripe.com/payments/ach-direct-debit). */
const ACCOUNTS: Record<string, { last4: string; behaviour: DebitBehaviour }> = {
  success: { last4: '6789', behaviour: 'succeeds' },
  insufficientFunds: { last4: '2227', behaviour: 'fails' },
  /** Stays `processing` until `POST /_control/debits` decides. */
  processing: { last4: '0009', behaviour: 'waits' },
}

/** The test bank account behind `pm_usBankAccount_<name>`, or null. */
export function bankAccountByToken(token: string): BankAccount | null {
  const found = ACCOUNTS[/^pm_usBankAccount_(\w+)$/.exec(token)?.[1] ?? '']
  return found ? { bankName: 'STRIPE TEST BANK', ...found } : null
}

/** A payment method for a bank account. */
export function addBankAccount(store: Store, bankAccount: BankAccount): PaymentMethod {
  const method = store.paymentMethods.add({
    id: newId('pm'),
    object: 'payment_method',
    billing_details: { address: null, email: null, name: null, phone: null },
    created: now(),
    customer: null,
    livemode: false,
    metadata: {},
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: bankAccount.bankName,
      last4: bankAccount.last4,
      routing_number: '110000000',
    },
  })
  store.bankAccounts.set(method.id, bankAccount)
  return method
}

/** Asks a bank for the money: the intent is `processing` until the bank has answered. */
export function debit(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  behaviour: DebitBehaviour,
  cause: Cause,
): void {
  if (intent.currency !== 'usd') {
    throw invalidRequest('The payment method type us_bank_account takes usd only.', {
      param: 'payment_method',
    })
  }
  const made = addCharge(account, intent, method, {
    amount_captured: 0,
    captured: true,
    failure_code: null,
    failure_message: null,
    outcome: {
      network_status: 'approved_by_network',
      reason: null,
      seller_message: 'Payment pending.',
      type: 'authorized',
    },
    paid: false,
    status: 'pending',
  })
  intent.status = 'processing'
  account.emit('charge.pending', made, cause)
  account.emit('payment_intent.processing', intent, cause)
  settleLater(account, intent, behaviour)
}

/** Goes on with the debits of the last run that their banks have not answered. */
export function resumeDebits(account: Account): void {
  for (const intent of account.store.intents.all()) {
    const bankAccount = account.store.bankAccounts.get(intent.payment_method ?? '')
    if (bankAccount) settleLater(account, intent, bankAccount.behaviour)
  }
}

/** The bank's answer. Returns false where it is not waited for. */
export function settleDebit(account: Account, intent: PaymentIntent, succeeds: boolean): boolean {
  const charge = account.store.charges.get(intent.latest_charge ?? '')
  if (intent.status !== 'processing' || charge?.status !== 'pending') return false
  if (succeeds) succeed(account, intent, charge)
  else fail(account, intent, charge)
  return true
}

function settleLater(account: Account, intent: PaymentIntent, behaviour: DebitBehaviour): void {
  if (behaviour === 'waits') return
  setTimeout(() => settleDebit(account, intent, behaviour === 'succeeds'), SETTLES_AFTER_MS).unref()
}

const BY_THE_BANK: Cause = { requestId: null, idempotencyKey: null }

function succeed(account: Account, intent: PaymentIntent, charge: Charge): void {
  charge.status = 'succeeded'
  charge.paid = true
  charge.amount_captured = charge.amount
  bookCharge(account.store, charge)
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  account.emit('charge.succeeded', charge, BY_THE_BANK)
  account.emit('payment_intent.succeeded', intent, BY_THE_BANK)
}

function fail(account: Account, intent: PaymentIntent, charge: Charge): void {
  const message = "The customer's account has insufficient funds to cover this payment."
  charge.status = 'failed'
  charge.captured = false
  charge.failure_code = 'insufficient_funds'
  charge.failure_message = message
  intent.status = 'requires_payment_method'
  intent.last_payment_error = {
    type: 'invalid_request_error',
    code: 'payment_intent_payment_attempt_failed',
    decline_code: 'insufficient_funds',
    charge: charge.id,
    message,
    payment_method: structuredClone(account.store.paymentMethods.get(charge.payment_method)),
  }
  intent.payment_method = null
  account.emit('charge.failed', charge, BY_THE_BANK)
  account.emit('payment_intent.payment_failed', intent, BY_THE_BANK)
}
