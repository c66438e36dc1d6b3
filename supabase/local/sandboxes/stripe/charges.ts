import type { Account } from './account.ts'
import { type Charge, newId, now, type PaymentIntent, type PaymentMethod } from './objects.ts'

/** How an attempt to take money begins. */
export type ChargeOutcome = Pick<
  Charge,
  'amount_captured' | 'captured' | 'failure_code' | 'failure_message' | 'outcome' | 'paid' | 'status'
>

/** Records an attempt to take the money of an intent, as its latest. */
export function addCharge(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  outcome: ChargeOutcome,
): Charge {
  const made = account.store.charges.add({
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_refunded: 0,
    created: now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    livemode: false,
    metadata: { ...intent.metadata },
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(method),
    receipt_email: intent.receipt_email,
    refunded: false,
    balance_transaction: null,
    transfer_group: intent.transfer_group ?? null,
    ...outcome,
  })
  intent.latest_charge = made.id
  return made
}

function detailsOf(method: PaymentMethod): Charge['payment_method_details'] {
  if (method.us_bank_account) {
    const { bank_name, last4 } = method.us_bank_account
    return { type: 'us_bank_account', us_bank_account: { bank_name, last4 } }
  }
  const { brand, last4 } = method.card!
  return { type: 'card', card: { brand, last4 } }
}
