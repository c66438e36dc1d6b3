import Stripe from 'stripe'
import { z } from 'zod'
import { atOnce } from '../_shared/at-once.ts'
import { messageOf } from '../_shared/http.ts'
import { applyFact, factOfPayout } from '../_shared/payment-facts.ts'
import { checkAccount } from '../_shared/payout-accounts.ts'
import { Amount, type CallSql, Currency } from '../_shared/sql.ts'
import { answerDispute, DisputeAnswer } from './disputes.ts'
import { carryOut, Refused } from './once.ts'

/** What money is sent with. */
export interface Dependencies {
  sql: CallSql
  stripe: Stripe
  /** Whether real money is moved here. */
  livemode: boolean
  /** Reads a file of evidence. */
  readEvidence(name: string): Promise<Blob>
}

/** What one run did. */
export interface Report {
  transfers: number
  reversals: number
  payouts: number
  /** Answers to disputes that were sent. */
  answers: number
  /** What was only asked for: fees, accounts, payouts under way. */
  checked: number
  failed: number
}

const BATCH = 200
/** How many calls are under way at a time. */
const AT_ONCE = 8
/** Leaves time to finish what is in hand before the platform ends the request. */
const RUN_MS = 40_000

/**
 * Carries out what the database has decided about money of stores. Each step is a row first, then a call under a key of
 * that row, then the answer in the row; a worker that dies in between leaves the row as it was, and the same call under
 * the same key finds what was made. One that fails does not stop the rest.
 */
export async function sendDue(deps: Dependencies): Promise<Report> {
  const report: Report = { transfers: 0, reversals: 0, payouts: 0, answers: 0, checked: 0, failed: 0 }
  const until = Date.now() + RUN_MS
  const all = async <T>(
    what: Exclude<keyof Report, 'failed'>,
    list: string,
    shape: z.ZodType<T>,
    work: (item: T) => Promise<boolean>,
  ) => {
    for (;;) {
      const items = await deps.sql(list, { max_rows: BATCH }, z.array(shape))
      await atOnce(AT_ONCE, items, async (item) => {
        try {
          if (await work(item)) report[what]++
        } catch (error) {
          report.failed++
          console.error(`${list}, ${JSON.stringify(item)} failed:`, messageOf(error))
        }
      })
      // A list that is asked again gives what is next, except where asking changed nothing.
      if (items.length < BATCH || what === 'checked' || Date.now() >= until) return
    }
  }
  await all('checked', 'list_payout_accounts_to_check', ListedAccount, (account) => refresh(deps, account))
  await all('checked', 'list_payments_without_fee', ListedPayment, (payment) => learnFee(deps, payment))
  await all('reversals', 'list_reversals_to_make', ListedReversal, (listed) => reverse(deps, listed))
  await all('transfers', 'list_transfers_to_make', ListedTransfer, (listed) => transfer(deps, listed))
  await all('answers', 'list_dispute_answers_to_send', DisputeAnswer, (answer) => answerDispute(deps, answer))
  // After the transfers: what they bring can be paid out.
  await all('payouts', 'list_payouts_to_send', ListedPayout, (listed) => payOut(deps, listed))
  await all('checked', 'list_payouts_to_check', SentPayout, (payout) => checkPayout(deps, payout))
  return report
}

/** Compares what the provider has with what the ledger says, each currency. What does not fit raises an alert there. */
export async function compareBalances(deps: Dependencies): Promise<Comparison[]> {
  const balance = await deps.stripe.balance.retrieve()
  const totals = new Map<string, number>()
  for (const { currency, amount } of [...balance.available, ...balance.pending]) {
    totals.set(currency, (totals.get(currency) ?? 0) + amount)
  }
  return Promise.all(
    [...totals].map(([currency, amount]) =>
      deps.sql('compare_provider_balance', { currency: currency.toUpperCase(), amount }, Comparison)
    ),
  )
}

const Comparison = z.object({ currency: Currency, difference: z.number() })
type Comparison = z.infer<typeof Comparison>

const ListedAccount = z.object({ account_id: z.string() })

async function refresh(deps: Dependencies, listed: z.infer<typeof ListedAccount>): Promise<boolean> {
  await checkAccount(deps.stripe, deps.sql, listed.account_id, deps.livemode)
  return true
}

const ListedPayment = z.object({ payment_id: z.uuid(), provider_charge_id: z.string() })

async function learnFee(deps: Dependencies, payment: z.infer<typeof ListedPayment>): Promise<boolean> {
  const charge = await deps.stripe.charges.retrieve(payment.provider_charge_id, {
    expand: ['balance_transaction'],
  })
  const booked = charge.balance_transaction
  if (booked === null || typeof booked === 'string') return false
  await deps.sql(
    'record_payment_fee',
    { payment_id: payment.payment_id, fee_amount: booked.fee },
    z.object({ payment_id: z.uuid() }),
  )
  return true
}

/** What stands in every row that the provider is told of. */
const Due = z.object({
  status: z.string(),
  attempt: z.number().int().positive(),
  amount: Amount,
  currency: Currency,
  /** When this attempt was first handed out; null for the first time. */
  called_at: z.string().nullable(),
})
const Recorded = z.object({ status: z.string() })

const ListedTransfer = z.object({ transfer_id: z.uuid() })
const DueTransfer = Due.extend({
  transfer_id: z.uuid(),
  account_id: z.string().nullable(),
  source_charge_id: z.string().nullable(),
  transfer_group: z.string().nullable(),
})

async function transfer(deps: Dependencies, listed: z.infer<typeof ListedTransfer>): Promise<boolean> {
  const due = await deps.sql('prepare_transfer_for_job', listed, DueTransfer)
  const { account_id: destination, transfer_group: group } = due
  if (due.status !== 'pending' || destination === null) return false
  const { stripe } = deps
  const made = await carryOut<Stripe.Transfer>(due, {
    key: `transfer-${due.transfer_id}-${due.attempt}`,
    create: (options) =>
      stripe.transfers.create({
        amount: due.amount,
        currency: due.currency.toLowerCase(),
        destination,
        metadata: { transfer_id: due.transfer_id },
        ...(due.source_charge_id === null ? {} : { source_transaction: due.source_charge_id }),
        ...(group === null ? {} : { transfer_group: group }),
      }, options),
    known: () =>
      stripe.transfers.list({
        destination,
        limit: 100,
        ...(group === null ? {} : { transfer_group: group }),
      }),
    isIt: ({ metadata, amount }) => metadata['transfer_id'] === due.transfer_id && amount === due.amount,
  })
  if (made instanceof Refused) {
    const { code, message } = made
    await deps.sql('record_transfer_failure', { transfer_id: due.transfer_id, code, message }, Recorded)
    return false
  }
  await deps.sql(
    'record_transfer',
    { transfer_id: due.transfer_id, provider_transfer_id: made.id },
    Recorded,
  )
  return true
}

const ListedReversal = z.object({ reversal_id: z.uuid() })
const DueReversal = Due.extend({ reversal_id: z.uuid(), provider_transfer_id: z.string().nullable() })

async function reverse(deps: Dependencies, listed: z.infer<typeof ListedReversal>): Promise<boolean> {
  const due = await deps.sql('prepare_reversal_for_job', listed, DueReversal)
  const { reversal_id, provider_transfer_id: of } = due
  if (due.status !== 'pending' || of === null) return false
  const { stripe } = deps
  const made = await carryOut<Stripe.TransferReversal>(due, {
    key: `reversal-${reversal_id}-${due.attempt}`,
    create: (options) =>
      stripe.transfers.createReversal(of, { amount: due.amount, metadata: { reversal_id } }, options),
    known: () => stripe.transfers.listReversals(of, { limit: 100 }),
    isIt: ({ metadata, amount }) => metadata?.['reversal_id'] === reversal_id && amount === due.amount,
  })
  if (made instanceof Refused) {
    const { code, message } = made
    await deps.sql('record_reversal_failure', { reversal_id, code, message }, Recorded)
    return false
  }
  await deps.sql('record_reversal', { reversal_id, provider_reversal_id: made.id }, Recorded)
  return true
}

const ListedPayout = z.object({ payout_id: z.uuid(), account_id: z.string(), currency: Currency })
const DuePayout = Due.extend({ payout_id: z.uuid(), account_id: z.string() })

async function payOut(deps: Dependencies, listed: z.infer<typeof ListedPayout>): Promise<boolean> {
  const { stripe } = deps
  const acting = { stripeAccount: listed.account_id }
  const { available } = await stripe.balance.retrieve({}, acting)
  const currency = listed.currency.toLowerCase()
  const due = await deps.sql('prepare_payout_for_job', {
    payout_id: listed.payout_id,
    available_amount: available.find((entry) => entry.currency === currency)?.amount ?? 0,
  }, DuePayout)
  if (due.status !== 'requested') return false
  const { payout_id } = due
  const made = await carryOut<Stripe.Payout>(due, {
    key: `payout-${payout_id}-${due.attempt}`,
    create: (options) =>
      stripe.payouts.create({ amount: due.amount, currency, metadata: { payout_id } }, {
        ...options,
        ...acting,
      }),
    known: () => stripe.payouts.list({ limit: 100 }, acting),
    isIt: ({ metadata, amount }) => metadata?.['payout_id'] === payout_id && amount === due.amount,
  })
  if (made instanceof Refused) {
    const { code, message } = made
    await deps.sql('record_payout_failure', { payout_id, code, message }, Recorded)
    return false
  }
  await deps.sql('record_payout', {
    payout_id,
    provider_payout_id: made.id,
    status: made.status,
    failure_code: made.failure_code ?? null,
    failure_message: made.failure_message ?? null,
  }, Recorded)
  return true
}

const SentPayout = z.object({ account_id: z.string(), provider_payout_id: z.string() })

/** Asks what became of a payout whose event has not come, or was lost. */
async function checkPayout(deps: Dependencies, sent: z.infer<typeof SentPayout>): Promise<boolean> {
  const askedAt = new Date()
  const payout = await deps.stripe.payouts.retrieve(sent.provider_payout_id, {}, {
    stripeAccount: sent.account_id,
  })
  await applyFact(deps.sql, {
    // The same state is one event however often it is seen.
    eventId: `check_${payout.id}_${payout.status}`,
    eventType: 'payout.checked',
    occurredAt: askedAt,
    livemode: payout.livemode,
  }, factOfPayout(payout, sent.account_id))
  return true
}
