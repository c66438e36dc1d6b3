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
import { cpuTime, quantile, timeBoth, type Timings } from './growth.ts'
import type { Measurement } from './report.ts'

const LARGE = Number(process.env['BENCH_REVIEWS'] ?? 1_000_000)
const SMALL = 10
const CALLS = 200
const WARM_UP = 20
const WRITERS = 16
const PER_WRITER = 25
/** Who submits in the first part; everybody else is somebody's critic in the second. */
const SINGLE = CALLS + WARM_UP
const BUYERS = SINGLE + 3 * WRITERS * PER_WRITER

/** Generates, measures, throws away. */
export async function benchReviews(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ sharedBuffers: '1GB', durable: true })
  try {
    await applyMigrations(database, 'migrations')
    const market = await generate(database)
    const sql = connectAsOwner(database, { max: WRITERS + 2 })
    try {
      return [
        ...await measureGrowth(sql, market),
        ...await measureHotProduct(sql, market),
        ...await measureSearch(sql, market),
      ]
    } finally {
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

/** What writing and reading cost at both sizes. */
async function measureGrowth(sql: postgres.Sql, market: Market): Promise<Measurement[]> {
  const products = [market.few, market.many] as const
  const timed = async (work: (product: Product, call: number) => Promise<unknown>): Promise<Timings> => {
    const own = await sql.reserve()
    try {
      const [{ pid }] = await own<[{ pid: number }]>`select pg_backend_pid() as pid`
      return await timeBoth({ warmUp: WARM_UP, counted: CALLS }, async (which, number) => {
        const [cpu, start] = [cpuTime([pid]), performance.now()]
        await work(products[which]!, number)
        return { waited: performance.now() - start, worked: cpuTime([pid]) - cpu }
      })
    } finally {
      own.release()
    }
  }
  const list = (more: Record<string, unknown>) => (product: Product) =>
    must(call(sql, null, 'list_reviews', { subject_type: 'product', subject_id: product.id, ...more }))
  const kinds: [string, (product: Product, call: number) => Promise<unknown>][] = [
    ['submit_review', (product, number) => submit(sql, market.buyers[number]!, product)],
    ['list_reviews, newest', list({})],
    ['list_reviews, helpful', list({ sort: 'helpful' })],
    ['list_reviews, lowest', list({ sort: 'lowest' })],
    ['list_reviews, one star', list({ rating: 1 })],
    [
      'bars: rating_totals',
      (product) =>
        sql`select * from public.rating_totals where subject_type = 'product' and subject_id = ${product.id}`,
    ],
  ]
  const measured: Measurement[] = []
  for (const [name, work] of kinds) {
    const [small, large] = await timed(work)
    const median = (timings: Timings[number]) => quantile(timings.map(({ waited }) => waited), 0.5)
    measured.push(
      { name: `${name}: median at ${SMALL}`, value: median(small), unit: 'ms' },
      {
        name: `… growth to ${LARGE.toLocaleString('en')}`,
        value: median(large) / median(small),
        unit: 'x',
        atMost: 1.2,
      },
    )
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
  await rate((writer) => market.cool[writer]!, SINGLE)
  const spread = await rate((writer) => market.cool[writer]!, SINGLE + WRITERS * PER_WRITER)
  const hot = await rate(() => market.hot, SINGLE)
  return [
    { name: `${WRITERS} writers on ${WRITERS} products`, value: spread, unit: '/s' },
    { name: `${WRITERS} writers on one product`, value: hot, unit: '/s' },
    { name: '… share of the rate', value: hot / spread, unit: 'x', atLeast: 0.5 },
  ]
}

/** A search page by rating, alone and while reviews of its products come in. */
async function measureSearch(sql: postgres.Sql, market: Market): Promise<Measurement[]> {
  const median = async () => {
    const waited: number[] = []
    for (let number = 0; number < CALLS; number++) {
      const start = performance.now()
      await must(call(sql, null, 'search_products', { store_id: market.storeId, sort: 'rating' }))
      waited.push(performance.now() - start)
    }
    return quantile(waited, 0.5)
  }
  await median()
  const alone = await median()
  let isOver = false
  let written = 0
  // Fifty a second: far more than any shop has, and not what the cores alone can do.
  const writing = (async () => {
    for (const buyer of market.buyers.slice(SINGLE + 2 * WRITERS * PER_WRITER)) {
      if (isOver) return
      const next = new Promise((resolve) => setTimeout(resolve, 20))
      await submit(sql, buyer, market.cool[written++ % WRITERS]!)
      await next
    }
  })()
  const busy = await median()
  isOver = true
  await writing
  return [
    { name: 'search page by rating, alone: median', value: alone, unit: 'ms' },
    { name: `… while ${written} reviews came in`, value: busy / alone, unit: 'x', atMost: 1.3 },
  ]
}
