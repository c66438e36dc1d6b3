/**
 * What a review costs where there are few, and where there are very many: `npm run bench -- reviews`. The size of the large
 * one comes from BENCH_REVIEWS (1,000,000 unless said). Calls of the two alternate, so that whatever else the machine does
 * falls on both; every ratio is of one run.
 */
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import type postgres from 'postgres'
import {
  applyMigrations,
  connect,
  connectAsOwner,
  type Database,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'
import { call, createProduct, createStore, must, type Product } from '../support/market.ts'
import { cpuTime, medianGrowthOf, quantile, timeBoth, type Timing, type Timings } from './growth.ts'
import type { Measurement } from './report.ts'

const LARGE = Number(process.env['BENCH_REVIEWS'] ?? 1_000_000)
const SMALL = 10
const CALLS = 200
const WARM_UP = 20
const WRITERS = 16
const PER_WRITER = 25
const ROUNDS = 3
/** Who submits in the first part; everybody else is somebody's critic in the second and third. */
const SINGLE = CALLS + WARM_UP
const BUYERS = SINGLE + (ROUNDS + 2) * WRITERS * PER_WRITER

/** Generates, measures, throws away. */
export async function benchReviews(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ sharedBuffers: '1GB', durable: true })
  try {
    await applyMigrations(database, 'migrations')
    const market = await generate(database)
    const sql = connectAsOwner(database, { max: WRITERS })
    // One connection, so that the CPU of its backend is that of its calls.
    const single = connectAsOwner(database, { max: 1 })
    try {
      return [
        ...await measureGrowth(single, market),
        ...await measureHotProduct(sql, market),
        ...await measureSearch(single, sql, market),
      ]
    } finally {
      await single.end()
      await sql.end()
    }
  } finally {
    await remove()
  }
}

interface Market {
  storeId: string
  few: Product
  many: Product
  hot: Product
  cool: Product[]
  buyers: string[]
}

/** A store whose buyers received everything, and two products that were reviewed before. */
async function generate(database: Database): Promise<Market> {
  const sql = connect(database, 'supabase_admin', { max: 1 })
  try {
    const store = await createStore(sql)
    const product = () => createProduct(sql, store, 1000, 1000)
    const [few, many, hot] = [await product(), await product(), await product()]
    const cool: Product[] = []
    for (let number = 0; number < WRITERS; number++) cool.push(await product())
    await sql.unsafe(await readFile(new URL('reviews.sql', import.meta.url), 'utf8')).simple()
    const [made] = await sql<
      { buyers: string[] }[]
    >`select bench.generate_buyers(${store.id}, ${BUYERS}) as buyers`
    for (const [{ id }, count] of [[few, SMALL], [many, LARGE], [hot, SMALL]] as const) {
      await sql`select bench.generate_reviews(${id}, ${count})`
    }
    for (const { id } of cool) await sql`select bench.generate_reviews(${id}, ${SMALL})`
    await sql.unsafe('vacuum analyze').simple()
    return { storeId: store.id, few, many, hot, cool, buyers: made!.buyers }
  } finally {
    await sql.end()
  }
}

const submit = (sql: postgres.Sql, buyer: string, product: Product) =>
  must(call(sql, buyer, 'submit_review', {
    subject_type: 'product',
    subject_id: product.id,
    rating: 5,
    body: 'Burns for fifty hours.',
  }))

/** Times what is done on the one connection of this pool. */
async function stopwatch(sql: postgres.Sql): Promise<(work: () => Promise<unknown>) => Promise<Timing>> {
  const [{ pid }] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`
  return async (work) => {
    const [cpu, start] = [cpuTime([pid]), performance.now()]
    await work()
    return { waited: performance.now() - start, worked: cpuTime([pid]) - cpu }
  }
}

/** What writing and reading cost at both sizes. */
async function measureGrowth(sql: postgres.Sql, market: Market): Promise<Measurement[]> {
  const products = [market.few, market.many] as const
  const time = await stopwatch(sql)
  const timed = (work: (product: Product, call: number) => Promise<unknown>): Promise<Timings> =>
    timeBoth(
      { warmUp: WARM_UP, counted: CALLS },
      (which, number) => time(() => work(products[which]!, number)),
    )
  const list = (more: Record<string, unknown>) => (product: Product) =>
    must(call(sql, null, 'list_reviews', { subject_type: 'product', subject_id: product.id, ...more }))
  // Pages as long as the few fill them, so that both products show as many.
  const kinds: [string, (product: Product, call: number) => Promise<unknown>][] = [
    ['submit_review', (product, number) => submit(sql, market.buyers[number]!, product)],
    ['list_reviews, newest', list({ page_size: SMALL })],
    ['list_reviews, helpful', list({ page_size: SMALL, sort: 'helpful' })],
    ['list_reviews, highest', list({ page_size: SMALL, sort: 'highest' })],
    ['list_reviews, lowest', list({ page_size: SMALL, sort: 'lowest' })],
    ['list_reviews, one star', list({ page_size: 1, rating: 1 })],
    [
      'bars: rating_totals',
      (product) =>
        sql`select * from public.rating_totals where subject_type = 'product' and subject_id = ${product.id}`,
    ],
  ]
  const measured: Measurement[] = []
  for (const [name, work] of kinds) {
    measured.push(...medianGrowthOf(name, [SMALL, LARGE], await timed(work), 1.2))
  }
  return measured
}

/** Reviews per second while so many write at once: all of one product, or each of another. */
async function measureHotProduct(sql: postgres.Sql, market: Market): Promise<Measurement[]> {
  const rate = async (of: (writer: number) => Product, from: number) => {
    const start = performance.now()
    await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
      for (let number = 0; number < PER_WRITER; number++) {
        await submit(sql, market.buyers[from + writer * PER_WRITER + number]!, of(writer))
      }
    }))
    return WRITERS * PER_WRITER / ((performance.now() - start) / 1000)
  }
  const first = (round: number) => SINGLE + round * WRITERS * PER_WRITER
  await rate((writer) => market.cool[writer]!, first(0))
  const rounds: { spread: number; hot: number }[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const spread = await rate((writer) => market.cool[writer]!, first(round))
    rounds.push({ spread, hot: await rate(() => market.hot, first(round)) })
  }
  const share = (round: (typeof rounds)[number]) => round.hot / round.spread
  const middle = rounds.toSorted((left, right) => share(left) - share(right))[Math.floor(ROUNDS / 2)]!
  return [
    { name: `${WRITERS} writers on ${WRITERS} products`, value: middle.spread, unit: '/s' },
    { name: `${WRITERS} writers on one product`, value: middle.hot, unit: '/s' },
    { name: '… share of the rate', value: share(middle), unit: 'x', atLeast: 0.5 },
  ]
}

/** A search page by rating, alone and while reviews of its products come in. */
async function measureSearch(
  reader: postgres.Sql,
  sql: postgres.Sql,
  market: Market,
): Promise<Measurement[]> {
  const time = await stopwatch(reader)
  const medians = async (): Promise<Timing> => {
    const timings: Timing[] = []
    for (let number = 0; number < CALLS; number++) {
      timings.push(
        await time(() =>
          must(call(reader, null, 'search_products', { store_id: market.storeId, sort: 'rating' }))
        ),
      )
    }
    const median = (what: keyof Timing) => quantile(timings.map((timing) => timing[what]), 0.5)
    return { waited: median('waited'), worked: median('worked') }
  }
  await medians()
  const alone = await medians()
  let isOver = false
  let written = 0
  // Fifty a second: far more than any shop has, and not what the cores alone can do.
  const writing = (async () => {
    for (const buyer of market.buyers.slice(SINGLE + (ROUNDS + 1) * WRITERS * PER_WRITER)) {
      if (isOver) return
      const next = new Promise((resolve) => setTimeout(resolve, 20))
      await submit(sql, buyer, market.cool[written++ % WRITERS]!)
      await next
    }
  })()
  const busy = await medians()
  isOver = true
  await writing
  return [
    { name: 'search page by rating, alone: median', value: alone.waited, unit: 'ms' },
    {
      name: `… growth while ${written} reviews came in`,
      value: busy.waited / alone.waited,
      unit: 'x',
      atMost: 1.3,
    },
    ...(alone.worked > 0
      ? [{
        name: '… growth, CPU of the server',
        value: busy.worked / alone.worked,
        unit: 'x' as const,
        atMost: 1.3,
      }]
      : []),
  ]
}
