/**
 * The catalog at two sizes in one run: `npm run bench -- products`. Sizes come from BENCH_PRODUCTS_SMALL and
 * BENCH_PRODUCTS_LARGE (1,000 and 1,000,000 unless said). Calls alternate between the two, so that whatever else the machine
 * does falls on both. A call is measured twice: as the client waits for it, and as the CPU time of its backend (where the
 * system tells it, as Linux does), which the neighbours of a shared machine do not change.
 */
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import type postgres from 'postgres'
import {
  applyMigrations,
  cloneDatabase,
  connect,
  connectAsOwner,
  type Database,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'
import { measureCatalogRls } from './access.ts'
import { cpuTime, growthOf, timeBoth, type Timing, type Timings } from './growth.ts'
import type { Measurement } from './report.ts'

const SMALL = Number(process.env['BENCH_PRODUCTS_SMALL'] ?? 1_000)
const LARGE = Number(process.env['BENCH_PRODUCTS_LARGE'] ?? 1_000_000)
const CALLS = 120
const WARM_UP = 10

/** Generates both catalogs, measures, throws them away. */
export async function benchProducts(): Promise<Measurement[]> {
  // A server for a million products has memory for what is asked often; both catalogs get the same.
  const { database, remove } = await startTemporaryPostgres({ sharedBuffers: '2GB' })
  try {
    await applyMigrations(database, 'migrations')
    const small = await cloneDatabase(database, 'small')
    const large = await cloneDatabase(database, 'large')
    await generate(small, SMALL)
    await generate(large, LARGE)
    return await measureProducts(small, large)
  } finally {
    await remove()
  }
}

/** Growth of every shape of query from one catalog to the other, and what RLS costs in the large one. */
export async function measureProducts(small: Database, large: Database): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const searches: Timings = [[], []]
  const catalogs = [await Catalog.open(small), await Catalog.open(large)] as const
  try {
    for (const [name, shape] of Object.entries(SHAPES)) {
      const random = generator(42)
      const dice = Array.from({ length: WARM_UP + CALLS }, () => Array.from({ length: 4 }, random))
      const timings = await timeBoth(
        { warmUp: WARM_UP, counted: CALLS },
        (size, call) => catalogs[size].time(shape(catalogs[size], dice[call]!)),
      )
      measurements.push(...growthOf(name, [SMALL, LARGE], timings))
      if (name.startsWith('search, ')) {
        searches[0].push(...timings[0])
        searches[1].push(...timings[1])
      }
    }
  } finally {
    for (const catalog of catalogs) await catalog.close()
  }
  return [
    ...measurements,
    ...growthOf('all these searches together', [SMALL, LARGE], searches),
    ...await measureCatalogRls(large),
  ]
}

type Shape = (catalog: Catalog, dice: number[]) => [string, unknown[]]

const SHAPES: Record<string, Shape> = {
  'search, no words': () => ['select public.search_products()', []],
  'search, a word': (catalog, [a]) => ['select public.search_products($1)', [catalog.noun(a!)]],
  'search, a very common word': (
    catalog,
    [a],
  ) => ['select public.search_products($1)', [catalog.adjective(a!)]],
  'search, a rare word': (catalog, [a]) => ['select public.search_products($1)', [catalog.rare(a!)]],
  'search, the name of a category': (
    catalog,
    [a],
  ) => ['select public.search_products($1)', [catalog.category(a!).name]],
  'search, two words': (catalog, [a, b]) => [
    'select public.search_products($1)',
    [`${catalog.adjective(a!)} ${catalog.noun(b!)}`],
  ],
  'search, word, category, price, stock, by price': (catalog, [a, b]) => [
    `select public.search_products($1, category_ids => array[$2]::uuid[], min_price => 5000, max_price => 40000,
      in_stock => true, sort => 'price_asc')`,
    [catalog.noun(a!), catalog.category(b!).id],
  ],
  'search, word, price, stock, by price': (catalog, [a]) => [
    "select public.search_products($1, min_price => 5000, in_stock => true, sort => 'price_asc')",
    [catalog.noun(a!)],
  ],
  'search, word, rating, newest': (catalog, [a]) => [
    "select public.search_products($1, min_rating => 3, sort => 'newest')",
    [catalog.noun(a!)],
  ],
  'search, word, on discount': (catalog, [a]) => [
    'select public.search_products($1, on_discount => true)',
    [catalog.noun(a!)],
  ],
  'search, word in a store': (catalog, [a, b]) => [
    'select public.search_products($1, store_id => $2)',
    [catalog.adjective(a!), catalog.store(b!).id],
  ],
  'search, a store, newest': (catalog, [a]) => [
    "select public.search_products(store_id => $1, sort => 'newest')",
    [catalog.store(a!).id],
  ],
  'search, a category, by price': (catalog, [a]) => [
    "select public.search_products(category_ids => array[$1]::uuid[], sort => 'price_desc')",
    [catalog.category(a!).id],
  ],
  'search, a mistyped word': (catalog, [a]) => {
    const word = catalog.noun(a!)
    return ['select public.search_products($1)', [word.slice(0, 3) + word.slice(4)]]
  },
  'catalog page of a store': (
    catalog,
    [a],
  ) => ['select public.get_store_catalog($1)', [catalog.store(a!).slug]],
  'product detail': (catalog, [a]) => ['select public.get_product($1)', [catalog.product(a!)]],
  'product list of 20 (table)': () => [
    'select * from public.products order by published_at desc, id desc limit 20',
    [],
  ],
  'textSearch of 20 (table)': (catalog, [a]) => [
    "select id, name from public.products where search @@ plainto_tsquery('english', $1) limit 20",
    [catalog.noun(a!)],
  ],
}

/** One connection to a generated catalog, and what there is to ask it for. */
class Catalog {
  private constructor(
    readonly sql: postgres.Sql,
    readonly pid: number,
    readonly words: string[],
    readonly categories: { id: string; name: string }[],
    readonly stores: { id: string; slug: string }[],
    readonly products: string[],
  ) {}

  static async open(
    database: Database,
    sql = connectAs(database, 'anon', { role: 'anon' }),
  ): Promise<Catalog> {
    const owner = connectAsOwner(database)
    const list = async (statement: string) =>
      (await owner.unsafe(statement)).map((row) => Object.values(row)[0] as string)
    try {
      return new Catalog(
        sql,
        (await sql`select pg_backend_pid() as pid`)[0]!['pid'] as number,
        await list('select bench.word(number) from generate_series(0, 4699) as number'),
        await owner<{ id: string; name: string }[]>`
          select id, name from public.categories where slug like 'bench-%' order by length(slug), slug`,
        await owner<{ id: string; slug: string }[]>`
          select id, slug from public.stores where slug like 'bench-%' order by length(slug), slug`,
        await list("select id from public.products where slug like 'bench-%' and is_sampled limit 2000"),
      )
    } finally {
      await owner.end()
    }
  }

  // The dice fall as the generator's did: small numbers far more often.
  readonly adjective = (dice: number) => this.words[Math.floor(60 * dice ** 2.5)]!
  readonly noun = (dice: number) => this.words[100 + Math.floor(400 * dice ** 2.5)]!
  readonly rare = (dice: number) => this.words[600 + Math.floor(4000 * dice ** 2.5)]!
  readonly category = (dice: number) => this.categories[Math.floor(this.categories.length * dice ** 2.5)]!
  readonly store = (dice: number) => this.stores[Math.floor(this.stores.length * dice ** 2.5)]!
  readonly product = (dice: number) => this.products[Math.floor(this.products.length * dice)]!

  async time([statement, parameters]: [string, unknown[]]): Promise<Timing> {
    const before = cpuTime([this.pid])
    const started = performance.now()
    await this.sql.unsafe(statement, parameters as never[], { prepare: true })
    return { waited: performance.now() - started, worked: cpuTime([this.pid]) - before }
  }

  async close(): Promise<void> {
    await this.sql.end()
  }
}

function connectAs(database: Database, role: string, claims: object): postgres.Sql {
  return connect(database, 'authenticator', {
    max: 1,
    connection: { role, 'request.jwt.claims': JSON.stringify(claims) } as never,
  })
}

async function generate(database: Database, count: number): Promise<void> {
  const started = performance.now()
  const say = (what: string) =>
    console.log(
      `  ${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${
        count.toLocaleString('en')
      }: ${what}`,
    )
  const sql = connect(database, 'supabase_admin', {
    max: 1,
    onnotice: (notice) => say(notice['message'] ?? ''),
  })
  try {
    await sql.unsafe(await readFile(new URL('products.sql', import.meta.url), 'utf8')).simple()
    await sql.unsafe(
      `set work_mem = '256MB'; set maintenance_work_mem = '1GB'; select bench.generate_products(${count})`,
    ).simple()
    await sql.unsafe('vacuum analyze').simple()
    if (count <= 10_000) {
      const [difference] = await sql.unsafe('select * from bench.differences() limit 1')
      if (difference !== undefined) {
        throw new Error(`The generated catalog is not a true one: ${JSON.stringify(difference)}`)
      }
    }
    say('done')
  } finally {
    await sql.end()
  }
}

/** The same numbers from 0 to 1 in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
}
