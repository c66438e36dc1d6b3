import type Stripe from 'stripe'
import { type AccountFact, applyFact, factOfAccount } from './payment-facts.ts'
import type { CallSql } from './sql.ts'

/** Asks the provider how a store's account stands, and takes it over: an event may be late, or lost. */
export async function checkAccount(
  stripe: Stripe,
  sql: CallSql,
  accountId: string,
  livemode: boolean,
): Promise<AccountFact> {
  // What is told after this moment may be newer than the answer.
  const askedAt = new Date()
  const fact = factOfAccount(await stripe.accounts.retrieve(accountId))
  await applyFact(sql, {
    eventId: `check_${accountId}_${askedAt.getTime()}`,
    eventType: 'account.checked',
    occurredAt: askedAt,
    livemode,
  }, fact)
  return fact
}
