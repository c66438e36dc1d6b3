/**
 * What the books cost: a page of a statement where little and where very much was booked, transfers to stores, and a
 * checkout with the ledger and without: `npm run bench -- ledger`. The entries of the large account come from BENCH_ENTRIES
 * (1,000,000 unless said). What is compared is called in turns, so that whatever else the machine does falls on both.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { createClient } from '@supabase/supabase-js'
import type postgres from 'postgres'
import type Stripe from 'stripe'
import WebSocket from 'ws'
import { checkAccount } from '../../functions/_shared/payout-accounts.ts'
import { sqlThrough } from '../../functions/_shared/sql.ts'
import { createStripe } from '../../functions/_shared/stripe.ts'
import { sendDue } from '../../functions/payouts-send/core.ts'
import {
  applyMigrations,
  cloneDatabase,
  connect,
  connectAsOwner,
  type Database,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'
import {
  call,
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  createUsers,
  must,
  type Product,
} from '../support/market.ts'
import { Api, type Call } from './api.ts'
import { cpuTime, medianGrowthOf, quantile, timeBoth, type Timing, type Timings } from './growth.ts'
import { type BenchPlatform, startBenchPlatform } from './platform.ts'
import type { Measurement } from './report.ts'

const LARGE = Number(process.env['BENCH_ENTRIES'] ?? 1_000_000)
const SMALL = 1000
const PAGE = 100
const PAGES = { warmUp: 40, counted: 300 }

const STORES = 24
const TRANSFERS = 2000
const WARM_UP_TRANSFERS = 400
/** A second. */
const LEAST_TRANSFERS = 200

const CHECKOUTS = { warmUp: 60, counted: 400 }

/** Measures all three, each on a server of its own. */
export async function benchLedger(): Promise<Measurement[]> {
  return [...await benchStatement(), ...await benchTransfers(), ...await benchPostings()]
}

/** A page in the middle and the last one, and one of some days, as the store's owner. */
async function benchStatement(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ sharedBuffers: '1GB' })
  try {
    await applyMigrations(database, 'migrations')
    const sql = connect(database, 'supabase_admin', { max: 1 })
    const stores = [await createStore(sql), await createStore(sql)] as const
    try {
      await loadGenerators(sql)
      const customer = await createUser(sql)
      for (const [store, count] of [[stores[1], LARGE], [stores[0], SMALL]] as const) {
        await sql`select bench.generate_entries(${store.id}, ${customer}, ${count})`
      }
      await sql.unsafe('vacuum analyze').simple()
      await checkBooks(sql)
    } finally {
      await sql.end()
    }
    const api = await Api.open(database)
    try {
      const clients = [
        await api.client('authenticated', stores[0].ownerId),
        await api.client('authenticated', stores[1].ownerId),
      ] as const
      const page = (more: (entries: number) => Record<string, unknown>) => (which: 0 | 1): Call => (client) =>
        client.rpc('store_statement', { store_id: stores[which].id, ...more([SMALL, LARGE][which]!) })
          .then(({ data, error }) => {
            if (error === null && data.length !== PAGE) throw new Error(`A page has ${data.length} entries.`)
            return { error }
          })
      const kinds: [string, (which: 0 | 1) => Call][] = [
        ['a page in the middle', page((entries) => ({ after: entries / 2 }))],
        ['the last page', page((entries) => ({ after: entries - PAGE }))],
        ['a page of half a year', page(() => ({ from_date: daysAgo(200), to_date: daysAgo(20) }))],
      ]
      const measured: Measurement[] = []
      for (const [name, make] of kinds) {
        const calls = [make(0), make(1)] as const
        const timings = await timeBoth(PAGES, (which) => api.time(clients[which], calls[which]))
        measured.push(...medianGrowthOf(`statement, ${name}`, [SMALL, LARGE], timings, 1.2))
      }
      return measured
    } finally {
      await api.close()
    }
  } finally {
    await remove()
  }
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 24 * 3600 * 1000).toISOString().slice(0, 10)
}

async function loadGenerators(sql: postgres.Sql): Promise<void> {
  for (const file of ['orders.sql', 'ledger.sql']) {
    await sql.unsafe(await readFile(new URL(file, import.meta.url), 'utf8')).simple()
  }
}

/** What does not balance would measure something else. */
async function checkBooks(sql: postgres.Sql): Promise<void> {
  const violated = await sql`select * from private.check_ledger()`
  if (violated.length > 0) {
    throw new Error(`The books do not balance: ${JSON.stringify(violated.slice(0, 5))}`)
  }
}

/** The job that sends sales to their stores: how many a second, each of its own charge, with eight calls under way. */
async function benchTransfers(): Promise<Measurement[]> {
  const platform = await startBenchPlatform()
  const sql = connect(platform.database, 'supabase_admin', { max: 1 })
  try {
    await loadGenerators(sql)
    const stripe = createStripe(platform.keys.stripeSecretKey, platform.inboxUrl)
    // Events go to a function that is not running here.
    await fetch(`${platform.inboxUrl}/_control/webhooks`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'drop' }),
    })
    const deps = jobOf(platform, stripe)
    const stores: string[] = []
    for (let number = 0; number < STORES; number++) {
      const { id } = await createStore(sql)
      await openAccount(sql, stripe, platform, id)
      stores.push(id)
    }
    const orders = await sellTo(sql, stripe, stores, WARM_UP_TRANSFERS + TRANSFERS)
    const send = async (due: string[]) => {
      await sql`update private.earnings set release_at = now() where id = any (${due})`
      const [cpu, began] = [process.cpuUsage(), performance.now()]
      // One run; it ends by itself after a while, also where more is due.
      const { transfers, failed } = await sendDue(deps)
      if (transfers === 0 || failed > 0) throw new Error(`${transfers} were sent, ${failed} failed.`)
      const { user, system } = process.cpuUsage(cpu)
      return {
        rate: transfers / ((performance.now() - began) / 1000),
        worked: (user + system) / 1000 / transfers,
      }
    }
    await send(orders.slice(0, WARM_UP_TRANSFERS))
    const { rate, worked } = await send(orders.slice(WARM_UP_TRANSFERS))
    await checkBooks(sql)
    return [
      { name: 'transfers, 8 workers', value: rate, unit: '/s', atLeast: LEAST_TRANSFERS },
      // It runs on one core.
      { name: '… CPU of the job for each', value: worked, unit: 'ms', atMost: 1000 / LEAST_TRANSFERS },
    ]
  } finally {
    await sql.end()
    await platform.close()
  }
}

function jobOf({ apiUrl, keys }: BenchPlatform, stripe: Stripe) {
  const client = createClient(apiUrl, keys.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  })
  return {
    sql: sqlThrough(client),
    stripe,
    livemode: false,
    readEvidence: () => Promise.reject(new Error('There is no dispute here.')),
  }
}

/** A store's account at the provider, to which money can be sent. */
async function openAccount(
  sql: postgres.Sql,
  stripe: Stripe,
  platform: BenchPlatform,
  storeId: string,
): Promise<void> {
  const { id } = await stripe.accounts.create({
    type: 'express',
    country: 'US',
    capabilities: { transfers: { requested: true } },
  })
  const { url } = await stripe.accountLinks.create({
    account: id,
    type: 'account_onboarding',
    return_url: platform.apiUrl,
    refresh_url: platform.apiUrl,
  })
  await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'complete' }), redirect: 'manual' })
  await sql`insert into public.payout_accounts (store_id, provider_account_id) values (${storeId}, ${id})`
  await checkAccount(stripe, jobOf(platform, stripe).sql, id, false)
}

/** So many delivered orders of these stores, each paid by a charge that the provider knows; none may be sent yet. */
async function sellTo(
  sql: postgres.Sql,
  stripe: Stripe,
  stores: string[],
  count: number,
): Promise<string[]> {
  const charges: { checkout: string; intent: string; charge: string }[] = []
  let left = count
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (left-- > 0) {
      const checkout = randomUUID()
      const intent = await stripe.paymentIntents.create({
        amount: 1000,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        transfer_group: checkout,
      })
      charges.push({ checkout, intent: intent.id, charge: String(intent.latest_charge) })
    }
  }))
  const [sold] = await sql<{ orders: string[] }[]>`
    select bench.generate_sales(
      ${stores}::uuid[], ${await createUser(sql)}, ${charges.map(({ checkout }) => checkout)}::uuid[],
      ${charges.map(({ intent }) => intent)}::text[], ${charges.map(({ charge }) => charge)}::text[]
    ) as orders`
  await sql`select private.post_sales(${sold!.orders}::uuid[])`
  await sql.unsafe('vacuum analyze').simple()
  return sold!.orders
}

interface Market {
  sql: postgres.Sql
  products: Product[]
  customers: string[]
  time(work: () => Promise<unknown>): Promise<Timing>
}

/** The same orders in a database with the ledger and in a copy that posts no sales. */
async function benchPostings(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ durable: true })
  const markets: Market[] = []
  try {
    await applyMigrations(database, 'migrations')
    const copy = await cloneDatabase(database, 'without_ledger')
    for (const one of [copy, database]) markets.push(await openMarket(one))
    await markets[0]!.sql.unsafe(`
      create or replace function private.post_sales(order_ids uuid[]) returns void
      language sql volatile
      set search_path = ''
      as 'select'`)
    const timed = (work: (market: Market, number: number) => Promise<Timing>) =>
      timeBoth(CHECKOUTS, (which, number) => work(markets[which]!, number))
    const cash = await timed(orderByCash)
    const settled: Timings = [[], []]
    const card = await timeBoth(CHECKOUTS, async (which, number) => {
      const { whole, settling } = await orderByCard(markets[which]!, number)
      if (number >= CHECKOUTS.warmUp) settled[which].push(settling)
      return whole
    })
    return [
      ...shareOf('whole checkout by cash, with add_to_cart and record_cash_payment', cash),
      ...shareOf('whole checkout by card, with add_to_cart and the payment', card),
      ...shareOf('… of it the event that it was paid', settled),
    ]
  } finally {
    await Promise.all(markets.map(({ sql }) => sql.end()))
    await remove()
  }
}

async function openMarket(database: Database): Promise<Market> {
  // One connection, so that the CPU of its backend is that of its calls.
  const sql = connectAsOwner(database, { max: 1 })
  const stores = await Promise.all(Array.from({ length: 12 }, () => createStore(sql)))
  const products = await Promise.all(stores.map((store) => createProduct(sql, store, 1000, 1_000_000)))
  for (const { id } of stores) {
    await sql`insert into public.commission_rules (store_id, bps) values (${id}, 1000)`
  }
  const customers = await createUsers(sql, 500)
  const [{ pid }] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`
  return {
    sql,
    products,
    customers,
    async time(work) {
      const [cpu, start] = [cpuTime([pid]), performance.now()]
      await work()
      return { waited: performance.now() - start, worked: cpuTime([pid]) - cpu }
    },
  }
}

const anyOf = <Item>(items: Item[], number: number): Item => items[number % items.length]!

function orderByCash({ sql, products, customers, time }: Market, number: number): Promise<Timing> {
  const [customer, product] = [anyOf(customers, number), anyOf(products, number)]
  return time(async () => {
    await must(call(sql, customer, 'add_to_cart', { variant_id: product.variantId }))
    const { orders: [order] } = await must(
      call<{ orders: { id: string }[] }>(sql, customer, 'checkout', cashCheckout()),
    )
    await must(call(sql, product.store.ownerId, 'record_cash_payment', { order_id: order!.id }))
  })
}

async function orderByCard(
  { sql, products, customers, time }: Market,
  number: number,
): Promise<{ whole: Timing; settling: Timing }> {
  const [customer, product] = [anyOf(customers, number), anyOf(products, number)]
  let fact: Record<string, unknown> = {}
  const ordering = await time(async () => {
    await must(call(sql, customer, 'add_to_cart', { variant_id: product.variantId }))
    const { checkout_id } = await must(
      call<{ checkout_id: string }>(sql, customer, 'checkout', cardCheckout()),
    )
    const due = await must(
      call<{ payment_id: string; amount: number; currency: string }>(sql, customer, 'prepare_payment', {
        checkout_id,
      }),
    )
    const intent = `pi_${checkout_id}`
    await sql`select public.attach_payment_intent(${due.payment_id}, 1, ${intent})`
    fact = {
      kind: 'intent',
      intent_id: intent,
      status: 'succeeded',
      amount: due.amount,
      amount_received: due.amount,
      currency: due.currency,
      payment_id: due.payment_id,
      checkout_id,
      charge_id: `ch_${checkout_id}`,
    }
  })
  const settling = await time(async () => {
    const [row] = await sql<{ outcome: string }[]>`
      select public.apply_payment_event(
        ${`evt_${randomUUID()}`}, 'payment_intent.succeeded', now(), false, ${sql.json(fact as never)}
      ) ->> 'outcome' as outcome`
    if (row!.outcome !== 'applied') throw new Error(`The event was ${row!.outcome}.`)
  })
  return {
    whole: { waited: ordering.waited + settling.waited, worked: ordering.worked + settling.worked },
    settling,
  }
}

/** What it takes with the ledger, of what it takes without; by the server's CPU where the system tells it. */
function shareOf(name: string, [without, with_]: Timings): Measurement[] {
  const median = (timings: Timing[], what: keyof Timing) =>
    quantile(timings.map((timing) => timing[what]), 0.5)
  const what = median(without, 'worked') > 0 ? 'worked' : 'waited'
  return [
    { name: `${name}: median without the ledger`, value: median(without, what), unit: 'ms' },
    { name: '… with it', value: median(with_, what) / median(without, what), unit: 'x', atMost: 1.1 },
  ]
}
