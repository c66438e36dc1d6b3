/**
 * How fast `checkout` is against the fastest thing that could do its work: `npm run bench -- checkout`. The floor is one
 * prepared function call that only writes the same rows, asking and checking nothing, in a copy of the database where no
 * trigger of ours runs (foreign keys and checks stay). Both run on the same durable server, in turns, with the same number
 * of connections.
 */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import {
  applyMigrations,
  cloneDatabase,
  connectAsOwner,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'
import { ADDRESS, createProduct, createStore, createUsers, type Product } from '../support/market.ts'
import type { Measurement } from './report.ts'

const STORES = 12
const CUSTOMERS = 500
const CONNECTIONS = 8
const ROUNDS = 3
const ROUND_SECONDS = 5
const WARM_UP_SECONDS = 1

/** Measures both on a server of its own. */
export async function benchCheckout(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ durable: true })
  try {
    await applyMigrations(database, 'migrations')
    const copy = await cloneDatabase(database, 'floor')
    const [sql, floorSql] = [database, copy].map((one) => connectAsOwner(one, { max: CONNECTIONS })) as [
      postgres.Sql,
      postgres.Sql,
    ]
    try {
      await floorSql.unsafe(FLOOR).simple()
      return await compare({ work: checkout, ...await openMarket(sql) }, {
        work: floor,
        ...await openMarket(floorSql),
      })
    } finally {
      await Promise.all([sql.end(), floorSql.end()])
    }
  } finally {
    await remove()
  }
}

async function openMarket(sql: postgres.Sql): Promise<Market> {
  const stores = await Promise.all(Array.from({ length: STORES }, () => createStore(sql)))
  return {
    sql,
    products: await Promise.all(stores.map((store) => createProduct(sql, store, 1000, 1_000_000))),
    customers: await createUsers(sql, CUSTOMERS),
  }
}

async function compare(checkouts: Side, floors: Side): Promise<Measurement[]> {
  await measure(checkouts, WARM_UP_SECONDS)
  await measure(floors, WARM_UP_SECONDS)
  const rounds: { floor: Measure; checkout: Measure }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      floor: await measure(floors, ROUND_SECONDS),
      checkout: await measure(checkouts, ROUND_SECONDS),
    })
  }
  // The two of a round follow each other closely, so each compares like with like; the middle round is told.
  const share = (round: (typeof rounds)[number]) => round.checkout.perSecond / round.floor.perSecond
  const middle = rounds.toSorted((left, right) => share(left) - share(right))[Math.floor(ROUNDS / 2)]!
  return [
    { name: 'the floor: the same rows, written only', value: middle.floor.perSecond, unit: '/s' },
    { name: 'checkout', value: middle.checkout.perSecond, unit: '/s' },
    { name: 'checkout: p95', value: middle.checkout.p95, unit: 'ms' },
    { name: 'checkout, share of the floor', value: share(middle), unit: 'x', atLeast: 0.5 },
  ]
}

/** Writes what a cash checkout of one line writes, and nothing else: also what triggers write for it, which are off here. */
const FLOOR = `
  do $$
  declare
    v_table regclass;
  begin
    foreach v_table in array '{public.stock_levels, public.checkouts, public.orders, public.order_lines, public.order_events,
      public.stock_moves, public.notifications, public.carts}'::regclass[]
    loop
      execute format('alter table %s disable trigger user', v_table);
    end loop;
  end
  $$;

  create function private.bench_floor(
    customer uuid, store uuid, product uuid, variant uuid, cart uuid, key text, address jsonb
  ) returns jsonb
  language plpgsql
  set search_path = ''
  set plan_cache_mode = force_generic_plan
  as $$
  declare
    v_checkout_id uuid := private.uuid_v7();
    v_order_id uuid := private.uuid_v7();
    v_notification_id uuid := private.uuid_v7();
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
    insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, to_status)
    values (v_order_id, store, customer, customer, 'status', 'confirmed');
    insert into public.notifications (id, user_id, kind, title, data)
    values (
      v_notification_id, customer, 'order_confirmed', 'Your order MB1 of Bench is confirmed',
      jsonb_build_object('order_id', v_order_id, 'store_id', store, 'status', 'confirmed')
    );
    insert into realtime.messages (payload, event, topic, private, extension)
    values
      (
        jsonb_build_object(
          'order_id', v_order_id, 'status', 'confirmed', 'payment_status', 'unpaid', 'number', v_number, 'currency', 'USD',
          'total_amount', 1000, 'item_count', 1, 'at', now()
        ),
        'order_created', 'store:' || store || ':orders', true, 'broadcast'
      ),
      (
        jsonb_build_object('id', v_notification_id, 'kind', 'order_confirmed', 'title', 'Your order MB1 of Bench is confirmed'),
        'notification_created', 'user:' || customer, true, 'broadcast'
      );
    insert into private.outbox (template, user_id, store_id, payload)
    values
      ('order_confirmed', customer, null, jsonb_build_object('order_id', v_order_id)),
      ('order_placed_store', null, store, jsonb_build_object('order_id', v_order_id));
    insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
    values (variant, store, -1, 'sale', v_order_id, customer);
    insert into private.product_sales (variant_id, quantity) values (variant, 1);
    update public.carts set status = 'checked_out', updated_at = now() where id = cart;
    v_response := jsonb_build_object('checkout_id', v_checkout_id);
    insert into private.idempotency_keys (actor, verb, key, request_hash, response)
    values (customer, 'checkout', key, sha256(convert_to(key, 'UTF8')), v_response);
    return v_response;
  end
  $$`

interface Market {
  sql: postgres.Sql
  products: Product[]
  customers: string[]
}

interface Side extends Market {
  work: Work
}

interface Cart {
  id: string
  customer: string
  product: Product
}

/** Carts that wait to be ordered, one per call, so that both sides only do the checkout. */
async function makeCarts({ sql, products, customers }: Market, count: number): Promise<Cart[]> {
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
async function measure({ work, ...market }: Side, limitSeconds: number): Promise<Measure> {
  const { sql, customers } = market
  const carts = await makeCarts(market, Math.ceil(limitSeconds * 2500))
  const durations: number[] = []
  let next = 0
  const began = performance.now()
  const until = began + limitSeconds * 1000
  await Promise.all(Array.from({ length: CONNECTIONS }, async (_, worker) => {
    const connection = await sql.reserve()
    while (performance.now() < until && next < carts.length) {
      const cart = carts[next++]!
      cart.customer = customers[worker + CONNECTIONS * (next % Math.floor(customers.length / CONNECTIONS))] ??
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
  const busy = durations.reduce((sum, duration) => sum + duration, 0) / CONNECTIONS / 1000
  return { perSecond: durations.length / busy, p95: durations[Math.floor(durations.length * 0.95)]! }
}
