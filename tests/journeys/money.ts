/** Two stores whose owners are paid through the provider, and what happens to their money. */
import { createClient } from '@supabase/supabase-js'
import type Stripe from 'stripe'
import { expect } from 'vitest'
import { applyFact } from '../../functions/_shared/payment-facts.ts'
import { Problem } from '../../functions/_shared/problem.ts'
import { sqlThrough } from '../../functions/_shared/sql.ts'
import { createStripe } from '../../functions/_shared/stripe.ts'
import { startPayment } from '../../functions/payments/core.ts'
import { onboard } from '../../functions/payouts/core.ts'
import { type Dependencies, type Report, sendDue } from '../../functions/payouts-send/core.ts'
import { factOf } from '../../functions/stripe-webhook/core.ts'
import {
  clientOptions,
  confirmBySecondFactor,
  type SignedIn,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { ADDRESS, type Article, ask, offer, openStore, type Placed } from './world.ts'

/** A store whose owner is paid through the provider, with one article. */
export interface Seller {
  owner: SignedIn
  storeId: string
  accountId: string
  article: Article
}

/** A paid checkout: what it is called everywhere, and its orders by store. */
export interface Sale {
  customer: SignedIn
  checkoutId: string
  intent: string
  orders: Record<string, string>
}

/** The marketplace: A sells for 60.00 at 10 %, B for 40.00 at 12.5 %; nothing is held back after delivery. */
export interface Market {
  platform: TestPlatform
  stripe: Stripe
  a: Seller
  b: Seller
  /** The newest event that was delivered. */
  told: string | null
  /** What the sample orders brought in, of which the provider's sandbox knows nothing. */
  sampled: number
}

/** Opens it, on a platform of its own. */
export async function openMarket(): Promise<Market> {
  const platform = await startTestPlatform()
  const stripe = createStripe(platform.keys.stripeSecretKey, platform.inboxUrl)
  await platform.sql`update private.settings set payout_hold_days = 0`
  const market = { platform, stripe, told: null } as unknown as Market
  market.sampled = (await books(market))['provider'] ?? 0
  market.a = await openSeller(market, 'Harbour Light', 6000, 1000)
  market.b = await openSeller(market, 'Mugs & More', 4000, 1250)
  return market
}

/** What a store's account is opened with, as its owner. */
export const opening = (market: Market, owner: SignedIn) => ({
  asUser: sqlThrough(owner.client),
  asService: sending(market).sql,
  stripe: market.stripe,
  sites: { url: 'https://shop.example', others: [] },
  livemode: false,
})

async function openSeller(market: Market, name: string, price: number, bps: number): Promise<Seller> {
  const { platform } = market
  const owner = await platform.signIn()
  const storeId = await openStore(owner, { name })
  await ask(platform.service(), 'set_commission', { scope: 'store', scope_id: storeId, bps })
  // Auth names an authenticator by the e-mail address of its owner.
  await platform.sql`
    update auth.users set email = ${`${storeId}@sellers.example`}, email_confirmed_at = now()
    where id = ${owner.user.id}`
  await confirmBySecondFactor(owner)
  const { url } = await onboard(opening(market, owner), storeId, undefined)
  await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ answer: 'complete', bank: '000111111119' }),
    redirect: 'manual',
  })
  await tell(market)
  const account = await accountOf(market, storeId)
  expect(account).toMatchObject({ transfers_enabled: true, payouts_enabled: true })
  return {
    owner,
    storeId,
    accountId: account.provider_account_id!,
    article: await offer(owner, storeId, name, price, 1000),
  }
}

/** How a store's account stands here. */
export async function accountOf(market: Market, storeId: string) {
  const [row] = await market.platform.sql<{
    provider_account_id: string | null
    transfers_enabled: boolean
    payouts_enabled: boolean
    disabled_reason: string | null
  }[]>`select * from public.payout_accounts where store_id = ${storeId}`
  return row!
}

/**
 * Delivers the events that the provider has made since the last time, as its webhook does.
 * @param arrange in which order, how often, and whether at all
 */
export async function tell(market: Market, arrange = (events: Stripe.Event[]) => events): Promise<void> {
  const { data } = await market.stripe.events.list({
    limit: 100,
    ...(market.told === null ? {} : { ending_before: market.told }),
  })
  if (data.length === 0) return
  market.told = data[0]!.id
  const { sql } = sending(market)
  let waiting = arrange(data.toReversed())
  for (let round = 0; waiting.length > 0; round++) {
    expect(round).toBeLessThan(4)
    const early: Stripe.Event[] = []
    for (const event of waiting) {
      try {
        await applyFact(sql, {
          eventId: event.id,
          eventType: event.type,
          occurredAt: new Date(event.created * 1000),
          livemode: event.livemode,
        }, factOf(event))
      } catch (error) {
        // Too early: the provider delivers it again.
        if (!(error instanceof Problem)) throw error
        expect(error.code).toBe('payment_not_captured')
        early.push(event)
      }
    }
    waiting = early
  }
}

/** One checkout of these stores, paid by card. */
export async function sell(
  market: Market,
  sellers: Seller[],
  arrange?: (events: Stripe.Event[]) => Stripe.Event[],
): Promise<Sale> {
  const customer = await market.platform.signIn()
  for (const { article } of sellers) {
    await ask(customer.client, 'add_to_cart', { variant_id: article.variantId })
  }
  const { checkout_id, orders } = await ask<Placed>(customer.client, 'checkout', {
    idempotency_key: crypto.randomUUID(),
    payment_method: 'card',
    shipping_address: ADDRESS,
  })
  const { client_secret } = await startPayment({
    ...opening(market, customer),
  }, { checkoutId: checkout_id, paymentMethod: 'pm_card_visa' })
  await tell(market, arrange)
  return {
    customer,
    checkoutId: checkout_id,
    intent: client_secret!.split('_secret_')[0]!,
    orders: Object.fromEntries(orders.map(({ id, store_id }) => [store_id, id])),
  }
}

/** Delivers a store's order of a sale. */
export async function deliver(seller: Seller, sale: Sale): Promise<void> {
  for (const status of ['processing', 'shipped', 'delivered']) {
    await ask(seller.owner.client, 'advance_order', { order_id: sale.orders[seller.storeId], status })
  }
}

/** What the job works with. */
export function sending(market: Market): Dependencies {
  const client = createClient(market.platform.apiUrl, market.platform.keys.secretKey, clientOptions())
  return {
    sql: sqlThrough(client),
    stripe: market.stripe,
    livemode: false,
    async readEvidence(name) {
      const { data, error } = await client.storage.from('dispute-evidence').download(name)
      if (error) throw error
      return data
    },
  }
}

/** One run of the job, as if what waits had waited long enough. */
export async function send(market: Market, deps = sending(market)): Promise<Report> {
  const { sql } = market.platform
  for (const table of ['transfers', 'transfer_reversals', 'payouts']) {
    await sql`update ${sql(table)} set next_attempt_at = now() where next_attempt_at > now()`
  }
  return await sendDue(deps)
}

/** The marketplace's books in one currency: what the provider holds, what is kept, what it costs, what each store is owed. */
export async function books(market: Market): Promise<Record<string, number>> {
  const rows = await market.platform.sql<{ name: string; balance: number }[]>`
    select case ledger_accounts.kind when 'store' then ledger_accounts.store_id::text else ledger_accounts.kind end
      as name, sum(ledger_entries.amount)::int as balance
    from private.ledger_accounts
    join private.ledger_entries on ledger_entries.account_id = ledger_accounts.id
    where ledger_accounts.currency = 'USD' and ledger_accounts.kind not in ('wallet', 'wallets')
    group by 1
    having sum(ledger_entries.amount) <> 0`
  const named: Record<string, string> = { [market.a?.storeId]: 'A', [market.b?.storeId]: 'B' }
  return Object.fromEntries(rows.map(({ name, balance }) => [named[name] ?? name, balance]))
}

/** What an account of the provider holds in all, in USD; the marketplace's own without a name. */
export async function held(market: Market, account?: string): Promise<number> {
  const { available, pending } = await market.stripe.balance.retrieve(
    {},
    account === undefined ? {} : { stripeAccount: account },
  )
  return [...available, ...pending].filter(({ currency }) => currency === 'usd')
    .reduce((total, { amount }) => total + amount, 0)
}

/** A switch of the provider's sandbox. */
export async function control(
  market: Market,
  path: string,
  body: unknown,
  method = 'POST',
): Promise<Record<string, string>> {
  const response = await fetch(`${market.platform.inboxUrl}/_control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return await response.json() as Record<string, string>
}

/** Fails with every violated invariant, and where the provider has not what the books say. */
export async function expectBalanced(market: Market): Promise<void> {
  expect(await ask<unknown[]>(market.platform.service(), 'check_invariants')).toEqual([])
  expect(await held(market)).toBe(((await books(market))['provider'] ?? 0) - market.sampled)
}
