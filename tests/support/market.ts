/**
 * A small marketplace for tests that talk to the database directly: people, stores, products with stock, and calls of verbs
 * as the API makes them. Rows are written by the owner of the project, verbs are called as the role `authenticated` or `anon`.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type postgres from 'postgres'

/** A store with its owner. */
export interface Store {
  id: string
  ownerId: string
  currency: string
}

/** A product with one variant. */
export interface Product {
  id: string
  variantId: string
  store: Store
}

/** An address as `checkout` takes it. */
export const ADDRESS = {
  recipient_name: 'Nina Castell',
  line1: '12 Elm Row',
  city: 'Albany',
  region: 'NY',
  postal_code: '12203',
  country_code: 'US',
}

/** A user of the Auth service with confirmed phone and e-mail. */
export async function createUser(sql: postgres.Sql): Promise<string> {
  const id = randomUUID()
  const digits = BigInt(`0x${randomBytes(5).toString('hex')}`).toString().padStart(12, '1').slice(0, 12)
  await sql`
    insert into auth.users (id, aud, role, phone, phone_confirmed_at, email, email_confirmed_at, created_at, updated_at)
    values (${id}, 'authenticated', 'authenticated', ${`7${digits}`}, now(), ${`${id}@example.com`}, now(), now(), now())`
  return id
}

/** Several users. */
export function createUsers(sql: postgres.Sql, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => createUser(sql)))
}

/** An active store of a new owner: no tax, and nothing is charged for shipping. */
export async function createStore(sql: postgres.Sql): Promise<Store> {
  const ownerId = await createUser(sql)
  const id = randomUUID()
  const currency = 'USD'
  const slug = `store-${id}`
  await sql.begin(async (transaction) => {
    await transaction`
      insert into public.stores
        (id, owner_id, name, slug, status, line1, city, country_code, currency, tax_rate_bps, is_tax_inclusive, order_prefix)
      values
        (${id}, ${ownerId}, ${`Store ${
      id.slice(0, 8)
    }`}, ${slug}, 'active', 'Main street 1', 'Town', 'AE', ${currency}, 0, true, 'MB')`
    await transaction`insert into public.store_links (slug, store_id) values (${slug}, ${id})`
    await transaction`insert into public.store_members (store_id, user_id, role) values (${id}, ${ownerId}, 'owner')`
  })
  return { id, ownerId, currency }
}

/** A listed product with one variant and so much stock. */
export async function createProduct(
  sql: postgres.Sql,
  store: Store,
  price = 1000,
  stock = 100,
): Promise<Product> {
  const id = randomUUID()
  const variantId = randomUUID()
  await sql.begin(async (transaction) => {
    await transaction`insert into public.categories (name, slug) values ('Things', 'things') on conflict do nothing`
    const [category] = await transaction<
      { id: string }[]
    >`select id from public.categories where slug = 'things'`
    await transaction`
      insert into public.products (id, store_id, category_id, name, slug, status, currency)
      values (${id}, ${store.id}, ${category!.id}, ${`Thing ${
      id.slice(0, 8)
    }`}, ${`thing-${id}`}, 'active', ${store.currency})`
    await transaction`
      insert into public.product_variants (id, product_id, store_id, mrp_amount, price_amount, currency)
      values (${variantId}, ${id}, ${store.id}, ${price}, ${price}, ${store.currency})`
    if (stock > 0) await receiveStock(transaction, store.id, variantId, stock)
  })
  return { id, variantId, store }
}

async function receiveStock(
  sql: postgres.TransactionSql,
  storeId: string,
  variantId: string,
  quantity: number,
) {
  await sql`
    insert into public.stock_levels (variant_id, store_id, on_hand) values (${variantId}, ${storeId}, ${quantity})
    on conflict (variant_id) do update set on_hand = stock_levels.on_hand + excluded.on_hand`
  await sql`
    insert into public.stock_moves (variant_id, store_id, quantity, reason)
    values (${variantId}, ${storeId}, ${quantity}, 'initial')`
}

/** Makes these the lines of a user's cart without asking the verb, for tests about what comes after. */
export async function fillCart(
  sql: postgres.Sql,
  userId: string,
  lines: { product: Product; quantity?: number }[],
): Promise<void> {
  await sql.begin(async (transaction) => {
    const [cart] = await transaction<{ id: string }[]>`
      insert into public.carts (user_id, expires_at) values (${userId}, now() + interval '1 day')
      on conflict (user_id) where status = 'active' and user_id is not null do update set expires_at = excluded.expires_at
      returning id`
    await transaction`delete from public.cart_items where cart_id = ${cart!.id}`
    for (const { product, quantity } of lines) {
      await transaction`
        insert into public.cart_items (cart_id, variant_id, quantity)
        values (${cart!.id}, ${product.variantId}, ${quantity ?? 1})`
    }
  })
}

/** The answer of a verb, or the error it refused with; `unknown` when the connection broke before either arrived. */
export type Outcome<T> =
  | { outcome: 'ok'; value: T }
  | { outcome: 'failed'; status: string; code: string; message: string }
  | { outcome: 'unknown' }

/**
 * Calls a function of `public` as the API does: one transaction as the caller's role, with their claims: those of a
 * session with a second factor.
 * @param userId null is a visitor
 */
export async function call<T = unknown>(
  sql: postgres.Sql,
  userId: string | null,
  verb: string,
  args: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Outcome<T>> {
  const role = userId === null ? 'anon' : 'authenticated'
  const claims = JSON.stringify(userId === null ? { role } : { role, sub: userId, aal: 'aal2' })
  const names = Object.keys(args)
  const list = names.map((name, index) => `${name} => $${index + 1}`).join(', ')
  try {
    const value = await sql.begin(async (transaction) => {
      await transaction`
        select set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true),
          set_config('request.headers', ${JSON.stringify(headers)}, true)`
      const [row] = await transaction.unsafe(
        `select public.${verb}(${list}) as value`,
        names.map((name) => args[name]) as never[],
        { prepare: true },
      )
      return row!['value'] as T
    })
    return { outcome: 'ok', value: value as T }
  } catch (error) {
    const { code, detail, message } = error as { code?: string; detail?: string; message: string }
    if (code === undefined || /^CONN/.test(code)) return { outcome: 'unknown' }
    return { outcome: 'failed', status: code, code: detail ?? code, message }
  }
}

/** The value of a call that must succeed. */
export async function must<T>(outcome: Outcome<T> | Promise<Outcome<T>>): Promise<T> {
  const settled = await outcome
  if (settled.outcome !== 'ok') throw new Error(`the call did not succeed: ${JSON.stringify(settled)}`)
  return settled.value
}

/** What a cash checkout of the user's whole cart sends. */
export function cashCheckout(): Record<string, unknown> {
  return { idempotency_key: randomUUID(), payment_method: 'cash_on_delivery', shipping_address: ADDRESS }
}

/** What a card checkout of the user's whole cart sends. */
export function cardCheckout(): Record<string, unknown> {
  return { ...cashCheckout(), payment_method: 'card' }
}

/** Has a customer buy one piece of these products, one order for all of a store, and receive them. */
export async function receive(sql: postgres.Sql, userId: string, products: Product[]): Promise<void> {
  await fillCart(sql, userId, products.map((product) => ({ product })))
  const placed = await must(
    call<{ orders: { id: string }[] }>(sql, userId, 'checkout', cashCheckout()),
  )
  for (const { id } of placed.orders) {
    await sql`select public.record_cash_payment(${id})`
    await sql`select public.advance_order(${id}, 'shipped')`
    await sql`select public.advance_order(${id}, 'delivered')`
  }
}
