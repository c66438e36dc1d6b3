/**
 * Orders at two sizes in one run: `npm run bench -- orders`. Sizes come from BENCH_ORDERS_SMALL and BENCH_ORDERS_LARGE (1,000 and
 * 1,000,000 unless said). Every request is one that docs/api.md shows, sent by supabase-js through the REST service in the
 * role of its caller; customers and stores are met as often as they have orders.
 */
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import type { SupabaseClient } from '@supabase/supabase-js'
import {
  applyMigrations,
  cloneDatabase,
  connect,
  connectAsOwner,
  type Database,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'
import { measureRls } from './access.ts'
import { Api, type Call } from './api.ts'
import { growthOf, timeBoth, type Timing } from './growth.ts'
import type { Measurement } from './report.ts'

const SMALL = Number(process.env['BENCH_ORDERS_SMALL'] ?? 1_000)
const LARGE = Number(process.env['BENCH_ORDERS_LARGE'] ?? 1_000_000)
const CALLS = 200
const WARM_UP = 20
/** A platform admin, made here. */
const ADMIN = '00000000-0000-4000-8000-0000000000ad'

/** Generates both, measures, throws them away. */
export async function benchOrders(): Promise<Measurement[]> {
  // A server for a million orders has memory for what is asked often; both databases get the same.
  const { database, remove } = await startTemporaryPostgres({ sharedBuffers: '2GB' })
  try {
    await applyMigrations(database, 'migrations')
    const small = await cloneDatabase(database, 'small')
    const large = await cloneDatabase(database, 'large')
    await generateOrders(small, SMALL)
    await generateOrders(large, LARGE)
    return [...await measureGrowth(small, large), ...await measureOrdersRls(large)]
  } finally {
    await remove()
  }
}

/** Fills an empty marketplace with orders. */
export async function generateOrders(database: Database, count: number): Promise<void> {
  // Only a superuser may write without triggers and foreign keys.
  const sql = connect(database, 'supabase_admin', { max: 1 })
  try {
    await sql.unsafe(await readFile(new URL('orders.sql', import.meta.url), 'utf8')).simple()
    await sql.unsafe("set work_mem = '256MB'; set maintenance_work_mem = '1GB'").simple()
    await sql`select bench.generate_orders(${count})`
    await sql`insert into auth.users (id, email, email_confirmed_at) values (${ADMIN}, 'bench-admin@marketbase.example', now())`
    await sql`insert into private.platform_admins (user_id) values (${ADMIN})`
    await sql.unsafe('vacuum analyze').simple()
  } finally {
    await sql.end()
  }
}

/** An order by chance, and whom it concerns. */
interface Order {
  id: string
  customer: string
  store: string
  owner: string
}

/** A request about an order, and the user who makes it. */
type Shape = (order: Order) => { user: string; call: Call }

const HISTORY =
  'id, reference, status, payment_status, total_amount, currency, created_at, stores(name, slug), order_lines(*)'
const newest = { ascending: false }

const history = (client: SupabaseClient, { customer }: Order) =>
  client.from('orders').select(HISTORY).eq('customer_id', customer).order('id', newest).limit(20)
const sales = (client: SupabaseClient, { store }: Order) =>
  client.from('orders').select('*, order_lines(*)').eq('store_id', store).order('id', newest).limit(50)
const detail = (client: SupabaseClient, { id }: Order) =>
  client.from('orders').select('*, order_lines(*), shipments(*)').eq('id', id).single()
const happened = (client: SupabaseClient, { id }: Order) =>
  client.from('order_events').select('kind, from_status, to_status, data, created_at').eq('order_id', id)
    .order('id')

const SHAPES: Record<string, Shape> = {
  'order history, first page': (order) => ({
    user: order.customer,
    call: (client) => history(client, order),
  }),
  'order history, from there on': (order) => ({
    user: order.customer,
    call: (client) => history(client, order).lt('id', order.id),
  }),
  'one order with lines and parcels': (order) => ({
    user: order.customer,
    call: (client) => detail(client, order),
  }),
  'what happened to an order': (order) => ({
    user: order.customer,
    call: (client) => happened(client, order),
  }),
  "a store's orders, newest": (order) => ({ user: order.owner, call: (client) => sales(client, order) }),
  "a store's orders of a status": (order) => ({
    user: order.owner,
    call: (client) => sales(client, order).eq('status', 'received'),
  }),
  "a store's orders of a status, from there on": (order) => ({
    user: order.owner,
    call: (client) => sales(client, order).eq('status', 'received').lt('id', order.id),
  }),
  "a store's order in detail": (order) => ({
    user: order.owner,
    call: (client) => detail(client, order),
  }),
  'orders of all stores': () => ({
    user: ADMIN,
    call: (client) => client.from('admin_orders').select().order('id', newest).limit(50),
  }),
  'orders of all stores, from there on': (order) => ({
    user: ADMIN,
    call: (client) => client.from('admin_orders').select().lt('id', order.id).order('id', newest).limit(50),
  }),
}

/** Growth of every request from one database to the other. Calls alternate between the two. */
export async function measureGrowth(small: Database, large: Database): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const shops = [await Shop.open(small), await Shop.open(large)] as const
  try {
    for (const [name, shape] of Object.entries(SHAPES)) {
      const timings = await timeBoth(
        { warmUp: WARM_UP, counted: CALLS },
        (size, call) => shops[size].time(shape(shops[size].order(call))),
      )
      measurements.push(...growthOf(name, [SMALL, LARGE], timings))
    }
  } finally {
    for (const shop of shops) await shop.close()
  }
  return measurements
}

/** What RLS costs on the orders that orders.sql has generated. */
export async function measureOrdersRls(database: Database): Promise<Measurement[]> {
  const shop = await Shop.open(database)
  const order = shop.busiest
  await shop.close()
  const customer = { 'the customer': { role: 'authenticated', sub: order.customer } } as const
  const seller = { 'the seller': { role: 'authenticated', sub: order.owner } } as const
  return await measureRls(database, {
    'order history': { call: (client) => history(client, order), callers: customer },
    "a store's orders of a status": {
      call: (client) => sales(client, order).eq('status', 'received'),
      callers: seller,
    },
    'one order with lines and parcels': {
      call: (client) => detail(client, order),
      callers: { ...customer, ...seller },
    },
    'what happened to an order': {
      call: (client) => happened(client, order),
      callers: { ...customer, ...seller },
    },
  })
}

/** A database with generated orders, and clients of those whom they concern. */
class Shop {
  readonly #clients = new Map<string, SupabaseClient>()

  private constructor(private readonly api: Api, private readonly orders: Order[]) {}

  static async open(database: Database): Promise<Shop> {
    const sql = connectAsOwner(database)
    const orders = await sql<Order[]>`
      select orders.id, orders.customer_id as customer, orders.store_id as store, stores.owner_id as owner
      from public.orders
      join public.stores on stores.id = orders.store_id
      where hashtext(orders.checkout_id::text) % greatest((select count(*) from public.orders) / ${CALLS}, 1) = 0
      order by orders.checkout_id`
    await sql.end()
    return new Shop(await Api.open(database), orders)
  }

  /** An order by chance: always the same one for a number. */
  order(number: number): Order {
    return this.orders[number * 7919 % this.orders.length]!
  }

  /** One of the customer who orders most: ids are given in the order of size. */
  get busiest(): Order {
    return this.orders.toSorted((left, right) => left.customer < right.customer ? -1 : 1)[0]!
  }

  async time({ user, call }: ReturnType<Shape>): Promise<Timing> {
    let client = this.#clients.get(user)
    if (client === undefined) {
      client = await this.api.client('authenticated', user)
      this.#clients.set(user, client)
    }
    return await this.api.time(client, call)
  }

  async close(): Promise<void> {
    await this.api.close()
  }
}
