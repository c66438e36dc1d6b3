/**
 * How fast `checkout` is against the fastest thing that could do its work: one prepared function call that only writes the
 * same rows, asking and checking nothing. Both run on the same database, in turns, with the same number of connections.
 *
 * npx tsx tests/bench/checkout.ts postgres://postgres:postgres@127.0.0.1:54322/postgres [connections] [seconds]
 *
 * Writes demo stores, customers and orders into that database: give it one that you can throw away.
 */
import process from 'node:process'
import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { ADDRESS, createProduct, createStore, createUsers, type Product } from '../races/market.ts'

const [url, connections = '8', seconds = '5'] = process.argv.slice(2)
if (url === undefined) throw new Error('Name the database: npx tsx tests/bench/checkout.ts postgres://…')

const STORES = 12
const sql = postgres(url, { max: Number(connections), onnotice: () => {} })
const stores = await Promise.all(Array.from({ length: STORES }, () => createStore(sql)))
const products = await Promise.all(stores.map((store) => createProduct(sql, store, 1000, 1_000_000)))
const customers = await createUsers(sql, 500)

/** Writes what a cash checkout of one line writes, and nothing else. Kept out of the product: made and dropped here. */
const FLOOR = `
  create or replace function private.bench_floor(
    customer uuid, store uuid, product uuid, variant uuid, cart uuid, key text, address jsonb
  ) returns jsonb
  language plpgsql
  set search_path = ''
  as $$
  declare
    v_checkout_id uuid := private.uuid_v7();
    v_order_id uuid := private.uuid_v7();
    v_number bigint;
    v_response jsonb;
  begin
    update public.stock_levels set on_hand = on_hand - 1 where variant_id = variant;
    insert into public.checkouts (id, user_id, cart_id, payment_method, status, currency, total_amount)
    values (v_checkout_id, customer, cart, 'cash_on_delivery', 'confirmed', 'USD', 1000);
    insert into private.order_numbers (store_id, last_number) values (store, 1)
    on conflict (store_id) do update set last_number = order_numbers.last_number + 1
    returning last_number into v_number;
    insert into public.orders (
      id, checkout_id, store_id, customer_id, number, reference, status, payment_method, currency, item_count, subtotal_amount,
      discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount, shipping_address, customer_name,
      customer_phone, customer_email, confirmed_at
    )
    values (
      v_order_id, v_checkout_id, store, customer, v_number, 'MB' || v_number, 'confirmed', 'cash_on_delivery', 'USD', 1, 1000,
      0, 0, 0, 0, 1000, address, 'Ana Lima', '+15550000000', 'ana@example.com', now()
    );
    insert into public.order_lines (
      order_id, store_id, customer_id, position, product_id, variant_id, product_name, quantity, mrp_amount, list_amount,
      unit_price_amount, subtotal_amount, total_amount
    )
    values (v_order_id, store, customer, 1, product, variant, 'A thing', 1, 1000, 1000, 1000, 1000, 1000);
    insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
    values (variant, store, -1, 'sale', v_order_id, customer);
    update public.carts set status = 'checked_out', updated_at = now() where id = cart;
    v_response := jsonb_build_object('checkout_id', v_checkout_id);
    insert into private.idempotency_keys (actor, verb, key, request_hash, response)
    values (customer, 'checkout', key, sha256(convert_to(key, 'UTF8')), v_response);
    return v_response;
  end
  $$`

interface Cart {
  id: string
  customer: string
  product: Product
}

/** Carts that wait to be ordered, one per call, so that both sides only do the checkout. */
async function makeCarts(count: number): Promise<Cart[]> {
  const carts = Array.from({ length: count }, (_, index): Cart => ({
    id: randomUUID(),
    customer: customers[index % customers.length]!,
    product: products[index % products.length]!,
  }))
  for (let start = 0; start < carts.length; start += 1000) {
    const part = carts.slice(start, start + 1000)
    await sql.begin(async (transaction) => {
      await transaction`
        insert into public.carts (id, token_hash, expires_at)
        select id, sha256(uuid_send(id)), now() + interval '1 day' from unnest(${
        part.map(({ id }) => id)
      }::uuid[]) as id`
      await transaction`
        insert into public.cart_items (cart_id, variant_id, quantity)
        select cart_id, variant_id, 1
        from unnest(${part.map(({ id }) => id)}::uuid[], ${
        part.map(({ product }) => product.variantId)
      }::uuid[]) as line (cart_id, variant_id)`
    })
  }
  return carts
}

type Work = (connection: postgres.ReservedSql, cart: Cart) => Promise<unknown>

/** As the API does it: role and claims, then the call, in one transaction. The cart becomes the customer's first. */
const checkout: Work = async (connection, cart) => {
  await connection.unsafe('begin')
  await connection`
    select set_config('role', 'authenticated', true),
      set_config('request.jwt.claims', ${
    JSON.stringify({ role: 'authenticated', sub: cart.customer })
  }, true)`
  await connection`
    select public.checkout(idempotency_key => ${randomUUID()}, payment_method => 'cash_on_delivery', shipping_address => ${
    connection.json(ADDRESS)
  })`
  await connection.unsafe('commit')
}

const floor: Work = async (connection, cart) => {
  await connection.unsafe('begin')
  await connection`
    select set_config('application_name', 'bench', true),
      set_config('request.jwt.claims', ${
    JSON.stringify({ role: 'authenticated', sub: cart.customer })
  }, true)`
  await connection`
    select private.bench_floor(
      ${cart.customer}, ${cart.product.store.id}, ${cart.product.id}, ${cart.product.variantId}, ${cart.id}, ${randomUUID()},
      ${connection.json(ADDRESS)}
    )`
  await connection.unsafe('commit')
}

interface Measure {
  perSecond: number
  p95: number
}

/** Runs work on every connection until the time is over. A customer has one cart at a time, as the product demands. */
async function measure(work: Work, limitSeconds: number): Promise<Measure> {
  const carts = await makeCarts(Math.ceil(limitSeconds * 2500))
  const durations: number[] = []
  let next = 0
  const began = performance.now()
  const until = began + limitSeconds * 1000
  const width = Number(connections)
  await Promise.all(Array.from({ length: width }, async (_, worker) => {
    const connection = await sql.reserve()
    while (performance.now() < until && next < carts.length) {
      const cart = carts[next++]!
      cart.customer = customers[worker + width * (next % Math.floor(customers.length / width))] ??
        customers[worker]!
      if (work === checkout) {
        await connection`
          update public.carts set user_id = ${cart.customer} where id = ${cart.id}`
      } else {
        await connection`update public.carts set updated_at = now() where id = ${cart.id}`
      }
      const start = performance.now()
      await work(connection, cart)
      durations.push(performance.now() - start)
    }
    connection.release()
  }))
  durations.sort((a, b) => a - b)
  const busy = durations.reduce((sum, duration) => sum + duration, 0) / width / 1000
  return { perSecond: durations.length / busy, p95: durations[Math.floor(durations.length * 0.95)]! }
}

await sql.unsafe(FLOOR)
await measure(checkout, 1)
await measure(floor, 1)
const results: { name: string; result: Measure }[] = []
for (let round = 0; round < 3; round++) {
  results.push({ name: 'floor', result: await measure(floor, Number(seconds)) })
  results.push({ name: 'checkout', result: await measure(checkout, Number(seconds)) })
}
const best = (name: string) =>
  results.filter((entry) => entry.name === name).map((entry) => entry.result)
    .sort((a, b) => b.perSecond - a.perSecond)[0]!
for (const { name, result } of results) {
  console.log(
    `${name.padEnd(9)} ${result.perSecond.toFixed(0).padStart(6)}/s   p95 ${result.p95.toFixed(2)} ms`,
  )
}
console.log(`ratio ${(best('checkout').perSecond / best('floor').perSecond).toFixed(2)}`)
await sql.unsafe('drop function private.bench_floor')
await sql.end()
