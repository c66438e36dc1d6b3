/** The shop over HTTP, as a frontend uses it: `npm run bench -- shop`. Measures, and never fails. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { connectAsOwner, JwtSigner, type Keys } from '../../supabase/local/index.ts'
import { ADDRESS, createProduct, createStore, createUsers, type Product } from '../support/market.ts'
import { draws } from '../../supabase/local/testing/random.ts'
import { HttpClient } from './client.ts'
import { closedLoop, type Load } from './load.ts'
import { startBenchPlatform } from './platform.ts'
import type { Measurement } from './report.ts'

const SECONDS = 6
const STORES = 12

/** Lists, searches, cart and whole checkouts against a platform of its own; then one product that everybody wants. */
export async function benchShop(): Promise<Measurement[]> {
  const platform = await startBenchPlatform()
  const sql = connectAsOwner(platform.database, { max: 4 })
  const http = new HttpClient(platform.apiUrl, platform.keys.publishableKey)
  try {
    const products = await fillShelves(sql)
    const tokens = await signIn(sql, platform.keys, await createUsers(sql, 32))
    const draw = draws()
    const anyOf = <Item>(items: Item[]) => items[Math.floor(draw() * items.length)]!
    const words = ['coffee', 'candle', 'grinder', 'lamp', 'bike', 'fern', 'linen', 'plate']

    const lists = await closedLoop(8, SECONDS, () => http.call('GET', PRODUCT_LIST))
    const searches = await closedLoop(8, SECONDS, () => http.rpc('search_products', { query: anyOf(words) }))
    const adds = await closedLoop(
      8,
      SECONDS,
      () => http.rpc('add_to_cart', { variant_id: anyOf(products).variantId }),
    )
    const checkouts = await closedLoop(
      32,
      SECONDS,
      (client) => checkOut(http, tokens[client]!, anyOf(products)),
    )
    return [
      ...measured('product list of 20, 8 clients', lists, 1000),
      ...measured('search with facets, 8 clients', searches, 500),
      ...measured('add to a new guest cart, 8 clients', adds, 800),
      ...measured('whole checkout, 32 clients', checkouts, 300, 300),
      ...await hotItem(sql, http, platform.keys),
    ]
  } finally {
    http.close()
    await sql.end()
    await platform.close()
  }
}

/** The list of products that a store's page begins with. */
export const PRODUCT_LIST =
  '/rest/v1/products?select=id,name,slug,price_amount,mrp_amount,currency,rating_average,is_in_stock' +
  '&store_id=eq.5eed0002-0000-7000-8000-000000000005&is_listed=eq.true&order=published_at.desc,id.desc&limit=20'

/** Stores that ship, with a product each that does not run out. */
export async function fillShelves(sql: postgres.Sql): Promise<Product[]> {
  const stores = await Promise.all(Array.from({ length: STORES }, () => createStore(sql)))
  await sql`
    insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
    select id, 'Standard', 'flat', 500, currency from public.stores where id in ${
    sql(stores.map(({ id }) => id))
  }`
  return await Promise.all(stores.map((store) => createProduct(sql, store, 1000, 1_000_000)))
}

/** A whole checkout: a guest's cart, claimed by who signs in, ordered. */
export async function checkOut(http: HttpClient, token: string, product: Product): Promise<void> {
  const guest = JSON.parse(await http.rpc('add_to_cart', { variant_id: product.variantId })) as {
    token: string
  }
  await http.rpc('claim_cart', { cart_token: guest.token }, token)
  const checkout = JSON.parse(
    await http.rpc('checkout', {
      idempotency_key: randomUUID(),
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
      expected_total_amount: 1500,
    }, token),
  ) as { status: string }
  if (checkout.status !== 'confirmed') throw new Error(`The order is ${checkout.status}.`)
}

/** 200 buyers at once, 100 pieces. */
async function hotItem(
  sql: postgres.Sql,
  http: HttpClient,
  keys: Keys,
): Promise<Measurement[]> {
  const product = await createProduct(sql, await createStore(sql), 1000, 100)
  const tokens = await signIn(sql, keys, await createUsers(sql, 200))
  await Promise.all(tokens.map((token) => http.rpc('add_to_cart', { variant_id: product.variantId }, token)))
  const outcomes = await Promise.all(tokens.map((token) =>
    http.rpc('checkout', {
      idempotency_key: randomUUID(),
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
    }, token).then(() => 'ordered', (error: Error) =>
      /out_of_stock/.test(error.message) ? 'out_of_stock' : error.message)
  ))
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length
  const [ordered, refused] = [count('ordered'), count('out_of_stock')]
  const violations = await sql`select * from private.check_invariants()`
  return [
    { name: 'hot item, stock 100, 200 buyers: orders', value: ordered, unit: '' },
    { name: 'hot item: out_of_stock', value: refused, unit: '' },
    { name: 'hot item: anything else', value: 200 - ordered - refused, unit: '' },
    { name: 'invariants violated after all of it', value: violations.length, unit: '' },
  ]
}

/** Gives each of these people a session; answers their access tokens. */
export async function signIn(
  sql: postgres.Sql,
  keys: Keys,
  users: string[],
): Promise<string[]> {
  const signer = new JwtSigner(keys.signingKeys[0]!)
  const now = Math.floor(Date.now() / 1000)
  return await Promise.all(users.map(async (sub) => {
    const session_id = randomUUID()
    await sql`insert into auth.sessions (id, user_id, created_at, updated_at, aal) values (${session_id}, ${sub}, now(), now(), 'aal1')`
    return await signer.sign({
      sub,
      session_id,
      role: 'authenticated',
      aud: 'authenticated',
      iat: now,
      exp: now + 3600,
      is_anonymous: false,
    })
  }))
}

function measured(name: string, load: Load, atLeast: number, p95AtMost?: number): Measurement[] {
  for (const [what, times] of load.failures) console.error(`  ${name}: ${times} x ${what}`)
  return [
    { name, value: load.rate, unit: '/s', atLeast },
    {
      name: `${name}: p95`,
      value: load.p95,
      unit: 'ms',
      ...(p95AtMost === undefined ? {} : { atMost: p95AtMost }),
    },
  ]
}
