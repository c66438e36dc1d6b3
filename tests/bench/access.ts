/**
 * What row level security costs: the same request of supabase-js, answered over one connection of the REST service, by
 * turns in the role that no policy applies to and in those of a visitor, a customer and a seller.
 */
import { connectAsOwner, type Database } from '../../supabase/local/index.ts'
import { Api, type Call } from './api.ts'
import { quantile } from './growth.ts'
import type { Measurement } from './report.ts'

/** What one more role may cost, in percent. */
const PROMISE = 15
const ROUNDS = 9
const CALLS = 40

/** Whom policies are asked about: nobody, or somebody with an account. */
interface Caller {
  role: 'anon' | 'authenticated'
  sub?: string
}

/** A request, and who makes it. */
export interface Query {
  call: Call
  callers: Record<string, Caller>
}

/**
 * Each query's time without policies, and what each caller pays on top. Calls alternate between the roles; a round's answer is
 * the quotient of medians, and the answer is the median of the rounds, so that neither a slow moment nor a slow minute decides.
 */
export async function measureRls(
  database: Database,
  queries: Record<string, Query>,
): Promise<Measurement[]> {
  const api = await Api.open(database)
  const measurements: Measurement[] = []
  try {
    const free = await api.client('service_role')
    for (const [name, { call, callers }] of Object.entries(queries)) {
      const names = Object.keys(callers)
      const clients = await Promise.all(names.map((who) => api.client(callers[who]!.role, callers[who]!.sub)))
      const times: number[] = []
      const costs = names.map((): number[] => [])
      // One round before the first that counts: plans are made, pages are read.
      for (let round = 0; round <= ROUNDS; round++) {
        const timings = [free, ...clients].map((): number[] => [])
        for (let time = 0; time < CALLS; time++) {
          for (const [index, client] of [free, ...clients].entries()) {
            const { worked, waited } = await api.time(client, call)
            timings[index]!.push(worked > 0 ? worked : waited)
          }
        }
        if (round === 0) continue
        const [without, ...within] = timings.map((values) => quantile(values, 0.5))
        times.push(without!)
        within.forEach((time, index) => costs[index]!.push((time / without! - 1) * 100))
      }
      measurements.push({ name: `${name}, without RLS`, value: quantile(times, 0.5), unit: 'ms' })
      for (const [index, who] of names.entries()) {
        measurements.push({
          name: `… RLS costs ${who}`,
          value: quantile(costs[index]!, 0.5),
          unit: '%',
          atMost: PROMISE,
        })
      }
    }
  } finally {
    await api.close()
  }
  return measurements
}

/** What RLS costs on the catalog that products.sql has generated. */
export async function measureCatalogRls(database: Database): Promise<Measurement[]> {
  const sql = connectAsOwner(database)
  const [ids] = await sql<
    { category: string; store: string; owner: string; product: string; word: string }[]
  >`
    select products.category_id as category, products.store_id as store, stores.owner_id as owner, products.id as product,
      split_part(products.name, ' ', 2) as word
    from public.products
    join public.stores on stores.id = products.store_id
    where products.is_listed and products.is_sampled
    order by products.slug
    limit 1`
  await sql.end()
  const { category, store, owner, product, word } = ids!
  const callers: Record<string, Caller> = {
    'a visitor': { role: 'anon' },
    'a customer': { role: 'authenticated', sub: '00000000-0000-4000-8000-0000000000bf' },
    'a seller': { role: 'authenticated', sub: owner },
  }
  const newest = { ascending: false }
  const card = 'id, name, slug, price_amount, mrp_amount, currency, rating_average, is_in_stock'
  return await measureRls(database, {
    'list of 20': {
      call: (client) =>
        client.from('products').select(card).order('published_at', newest).order('id', newest).limit(20),
      callers,
    },
    '100 of a category': {
      call: (client) =>
        client.from('products').select(card).eq('category_id', category).order('sales_count', newest)
          .order('id', newest).limit(100),
      callers,
    },
    '20 of a store with category, pictures and variants': {
      call: (client) =>
        client.from('products')
          .select(
            'id, name, slug, price_amount, currency, categories(name), product_media(path, alt), product_variants(*)',
          )
          .eq('store_id', store).eq('is_listed', true).order('published_at', newest).limit(20),
      callers,
    },
    '20 of a store with a word': {
      call: (client) =>
        client.from('products').select(card).eq('store_id', store).textSearch('search', word).limit(20),
      callers,
    },
    'one product with all that belongs to it': {
      call: (client) =>
        client.from('products')
          .select('*, stores(name, slug), product_options(*), product_media(*), product_variants(*)')
          .eq('id', product).single(),
      callers,
    },
  })
}
