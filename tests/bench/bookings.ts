/**
 * Appointments: `npm run bench -- bookings`. Times are told as ratios of work done in the same minute on the same server, so
 * that a slow machine does not look like slow code. Measures, and never fails.
 */
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import type postgres from 'postgres'
import { connect } from '../../supabase/local/index.ts'
import {
  applyMigrations,
  connectAsOwner,
  startTemporaryPostgres,
} from '../../supabase/local/postgres/index.ts'
import { draws } from '../../supabase/local/testing/random.ts'
import { createStore, createUsers } from '../support/market.ts'
import { HttpClient } from './client.ts'
import { cpuTime, quantile } from './growth.ts'
import { closedLoop } from './load.ts'
import { startBenchPlatform } from './platform.ts'
import type { Measurement } from './report.ts'
import { checkOut, fillShelves, PRODUCT_LIST, signIn } from './shop.ts'

const STAFF = 10
const DAYS = 31
const OUTSIDE = 1_000_000
const BATCH = 50_000
/** How long the history may take to write; the label says how long it became. */
const FILL_SECONDS = Number(process.env['BENCH_FILL_SECONDS'] ?? 300)
const CONNECTIONS = 8
const SECONDS = 4
const ROUNDS = 5
/** Slots are asked for in milliseconds: more of these rounds cost little. */
const SLOT_ROUNDS = 15

/** Measures on a server of its own. */
export async function benchBookings(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ durable: true })
  const sql = connectAsOwner(database, { max: 50 })
  // Only a superuser may write without triggers and foreign keys.
  const admin = connect(database, 'supabase_admin', { max: 1 })
  try {
    await applyMigrations(database, 'migrations')
    const shop = await openShop(sql)
    await fill(admin, shop, 1, 10_000)
    const near = await slotsShare(sql, shop)
    // As many as a busy shop has in its history: none of them lies in the month asked for.
    let outside = 0
    for (
      const until = performance.now() + FILL_SECONDS * 1000;
      outside < OUTSIDE && performance.now() < until;
    ) {
      await fill(admin, shop, -1, BATCH, outside)
      outside += BATCH
    }
    const far = await slotsShare(sql, shop)
    return [
      { name: 'available_slots: 31 days, 10 staff, 10,000 bookings', value: near.milliseconds, unit: 'ms' },
      { name: '… found', value: near.found, unit: '' },
      { name: '… share of counting to a million', value: near.share, unit: 'x', atMost: 0.1 },
      {
        name: `… with ${outside.toLocaleString('en')} bookings at other times`,
        value: far.share,
        unit: 'x',
        atMost: 0.1,
      },
      ...await oneSlot(sql, '50 on one time', 0),
      ...await oneSlot(sql, '50 on times that overlap', 15),
      ...await differentSlots(sql),
      ...await overHttp(),
    ]
  } finally {
    await admin.end()
    await sql.end()
    await remove()
  }
}

interface BenchShop {
  storeId: string
  serviceId: string
  staffIds: string[]
}

async function openShop(sql: postgres.Sql, staff = STAFF): Promise<BenchShop> {
  const store = await createStore(sql)
  const staffRows = await sql<{ id: string }[]>`
    insert into public.staff (store_id, name)
    select ${store.id}, 'Staff ' || number from generate_series(1, ${staff}) as number
    returning id`
  await sql`
    insert into public.opening_hours (store_id, weekday, opens, closes)
    select ${store.id}, weekday, '00:00', '24:00' from generate_series(1, 7) as weekday`
  const [service] = await sql<{ id: string }[]>`
    insert into public.services (store_id, name, status, currency, duration_minutes, slot_step_minutes, max_advance_days)
    values (${store.id}, 'Haircut', 'active', ${store.currency}, 30, 15, 730)
    returning id`
  await sql`
    insert into public.service_staff (service_id, staff_id, store_id)
    select ${service!.id}, id, ${store.id} from public.staff where store_id = ${store.id}`
  return { storeId: store.id, serviceId: service!.id, staffIds: staffRows.map(({ id }) => id) }
}

/** Books so many appointments of 13 minutes, evenly over the staff, into the days after (or before) today. */
async function fill(
  sql: postgres.Sql,
  shop: BenchShop,
  direction: 1 | -1,
  count: number,
  first = 0,
): Promise<void> {
  const [customer] = await createUsers(sql, 1)
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`
    // Every 44 minutes and 38 seconds: a month of ten staff has 10,000 of them.
    await transaction`
      create temporary table made on commit drop as
      select
        private.uuid_v7() as session_id, staff.id as staff_id,
        date_trunc('day', now()) + ${direction} * interval '1 day'
          + ${direction} * (number / ${shop.staffIds.length}) * interval '44 minutes 38 seconds' as starts_at
      from generate_series(${first}::integer, ${first + count - 1}::integer) as number
      join (select id, row_number() over (order by id) - 1 as place from public.staff where store_id = ${shop.storeId}) as staff
        on staff.place = number % ${shop.staffIds.length}`
    await transaction`
      insert into public.booking_sessions (id, store_id, service_id, staff_id, period, busy, capacity, taken, status)
      select session_id, ${shop.storeId}, ${shop.serviceId}, staff_id,
        tstzrange(starts_at, starts_at + interval '13 minutes'), tstzrange(starts_at, starts_at + interval '13 minutes'),
        1, 1, 'active'
      from made`
    await transaction`
      insert into public.bookings (
        session_id, store_id, service_id, staff_id, customer_id, reference, status, starts_at, ends_at, time_zone,
        service_name, staff_name, currency, price_amount, deposit_amount, cancel_minutes, cancel_fee_bps, cancel_free_until
      )
      select session_id, ${shop.storeId}, ${shop.serviceId}, staff_id, ${customer!}, session_id::text, 'confirmed', starts_at,
        starts_at + interval '13 minutes', 'UTC', 'Haircut', 'Staff', 'USD', 0, 0, 1440, 10000, starts_at
      from made`
    await transaction`
      insert into private.staff_days (staff_id, utc_day, busy)
      select made.staff_id, day::date, range_agg(
        tstzrange(starts_at, starts_at + interval '13 minutes')
          * tstzrange(day at time zone 'UTC', (day + interval '1 day') at time zone 'UTC')
      )
      from made
      cross join lateral generate_series(
        date_trunc('day', starts_at at time zone 'UTC'),
        (starts_at + interval '12 minutes') at time zone 'UTC', interval '1 day'
      ) as day
      group by 1, 2
      on conflict (staff_id, utc_day) do update set busy = staff_days.busy + excluded.busy`
  })
  await sql.unsafe('vacuum analyze public.booking_sessions, public.bookings, private.staff_days')
}

/** The middle of some rounds, each of which counts to a million right after it has asked. */
async function slotsShare(
  sql: postgres.Sql,
  shop: BenchShop,
): Promise<{ share: number; milliseconds: number; found: number }> {
  const [customer] = await createUsers(sql, 1)
  const connection = await sql.reserve()
  const [{ pid }] = await connection<[{ pid: number }]>`select pg_backend_pid() as pid`
  try {
    await connection`select set_config('role', 'authenticated', false), set_config('request.jwt.claims', ${
      JSON.stringify({ role: 'authenticated', sub: customer! })
    }, false)`
    // By CPU time of the server's process, where the system tells it: the machine has other work.
    const clock = () => cpuTime([pid]) || performance.now()
    const timed = async (work: () => Promise<unknown>) => {
      const began = clock()
      await work()
      return clock() - began
    }
    let found = 0
    const ask = async () => {
      const [row] = await connection`
        select count(*)::int as count from public.available_slots(
          ${shop.serviceId}, date_trunc('day', now()) + interval '1 day',
          date_trunc('day', now()) + ${DAYS + 1} * interval '1 day'
        )`
      found = row!['count'] as number
    }
    const count = () => connection`select count(*) from generate_series(1, 1000000)`
    await ask()
    await count()
    const rounds = []
    for (let round = 0; round < SLOT_ROUNDS; round++) {
      const asked = await timed(ask)
      const counted = await timed(count)
      rounds.push({ share: asked / counted, milliseconds: asked, found })
    }
    return rounds.toSorted((left, right) => left.share - right.share)[Math.floor(SLOT_ROUNDS / 2)]!
  } finally {
    await connection`select set_config('role', 'none', false)`
    connection.release()
  }
}

/** Books as the API does: role and claims, then the call, in one transaction. */
async function book(
  connection: postgres.ReservedSql,
  customer: string,
  serviceId: string,
  staffId: string | null,
  startsAt: string,
): Promise<void> {
  await connection.unsafe('begin')
  try {
    await connection`
      select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${
      JSON.stringify({ role: 'authenticated', sub: customer })
    }, true)`
    await connection`select id from public.book_slot(${serviceId}, ${startsAt}, ${randomUUID()}, ${staffId})`
    await connection.unsafe('commit')
  } catch (error) {
    await connection.unsafe('rollback')
    throw error
  }
}

/** Fifty customers want one time, or two that differ by so many minutes, of which only one can be had. */
async function oneSlot(sql: postgres.Sql, name: string, minutes: number): Promise<Measurement[]> {
  const durations: number[] = []
  const outcomes: Record<string, number> = {}
  const customers = await createUsers(sql, 50)
  const deadlocks = async () => {
    const [row] = await sql<{ deadlocks: number }[]>`
      select deadlocks::int from pg_stat_database where datname = current_database()`
    return row!.deadlocks
  }
  const before = await deadlocks()
  for (let round = 0; round < ROUNDS; round++) {
    const shop = await openShop(sql, 1)
    const day = Math.ceil(Date.now() / 86_400_000 + 3) * 86_400_000
    await Promise.all(customers.map(async (customer, number) => {
      const startsAt = new Date(day + number % 2 * minutes * 60_000).toISOString()
      const connection = await sql.reserve()
      const began = performance.now()
      let outcome = 'booked'
      try {
        await book(connection, customer, shop.serviceId, null, startsAt)
      } catch (error) {
        outcome = (error as { detail?: string; code: string }).detail ?? (error as { code: string }).code
      } finally {
        durations.push(performance.now() - began)
        connection.release()
      }
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }))
  }
  durations.sort((left, right) => left - right)
  return [
    { name: `${name}: booked, of each round`, value: (outcomes['booked'] ?? 0) / ROUNDS, unit: '' },
    { name: '… slot_taken', value: (outcomes['slot_taken'] ?? 0) / ROUNDS, unit: '' },
    { name: '… deadlocks', value: await deadlocks() - before, unit: '', atMost: 0 },
    { name: '… p99', value: durations[Math.floor(durations.length * 0.99)]!, unit: 'ms' },
  ]
}

/** Writes what a booking writes, and nothing else. */
const FLOOR = `
  create or replace function private.bench_booking_floor(customer uuid, store uuid, service uuid, staff uuid, starts_at timestamptz, key text)
  returns void
  language plpgsql
  set search_path = ''
  set plan_cache_mode = force_generic_plan
  as $$
  declare
    v_session_id uuid := private.uuid_v7();
    v_period tstzrange := tstzrange(starts_at, starts_at + interval '30 minutes');
    v_booking public.bookings;
  begin
    insert into public.booking_sessions (id, store_id, service_id, staff_id, period, busy, capacity, taken, status)
    values (v_session_id, store, service, staff, v_period, v_period, 1, 1, 'active');
    insert into public.bookings (
      session_id, store_id, service_id, staff_id, customer_id, reference, status, starts_at, ends_at, time_zone,
      service_name, staff_name, currency, price_amount, deposit_amount, cancel_minutes, cancel_fee_bps, cancel_free_until
    )
    values (v_session_id, store, service, staff, customer, v_session_id::text, 'confirmed', starts_at, upper(v_period), 'UTC',
      'Haircut', 'Staff', 'USD', 0, 0, 1440, 10000, starts_at)
    returning * into v_booking;
    insert into private.staff_days (staff_id, utc_day, busy)
    values (staff, (starts_at at time zone 'UTC')::date, tstzmultirange(v_period))
    on conflict on constraint staff_days_pkey do update set busy = staff_days.busy + excluded.busy;
    insert into private.idempotency_keys (actor, verb, key, request_hash, response)
    values (customer, 'bench', key, sha256(convert_to(key, 'UTF8')), to_jsonb(v_booking));
  end;
  $$;`

/** Bookings of different times against writing the same rows, in turns. */
async function differentSlots(sql: postgres.Sql): Promise<Measurement[]> {
  await sql.unsafe(FLOOR)
  const customers = await createUsers(sql, CONNECTIONS)
  const measure = async (isFloor: boolean, seconds: number) => {
    const shop = await openShop(sql, CONNECTIONS)
    const from = Math.ceil(Date.now() / 86_400_000 + 2) * 86_400_000
    let done = 0
    const began = performance.now()
    await Promise.all(customers.map(async (customer, worker) => {
      const connection = await sql.reserve()
      const staffId = shop.staffIds[worker]!
      for (let number = 0; performance.now() - began < seconds * 1000 && number < 30_000; number++) {
        // Over the days first, as customers come.
        const startsAt = new Date(from + (number % 600) * 86_400_000 + Math.floor(number / 600) * 1_800_000)
          .toISOString()
        if (isFloor) {
          await connection.unsafe('begin')
          await connection`
            select set_config('application_name', 'bench', true), set_config('request.jwt.claims', ${
            JSON.stringify({ role: 'authenticated', sub: customer })
          }, true)`
          await connection`
            select private.bench_booking_floor(${customer}, ${shop.storeId}, ${shop.serviceId}, ${staffId}, ${startsAt}, ${randomUUID()})`
          await connection.unsafe('commit')
        } else {
          await book(connection, customer, shop.serviceId, staffId, startsAt)
        }
        done++
      }
      connection.release()
    }))
    return done / ((performance.now() - began) / 1000)
  }
  await measure(true, 1)
  await measure(false, 1)
  const rounds: { floor: number; booked: number }[] = []
  for (let round = 0; round < 3; round++) {
    const floor = await measure(true, SECONDS)
    rounds.push({ floor, booked: await measure(false, SECONDS) })
  }
  const share = (round: (typeof rounds)[number]) => round.booked / round.floor
  const middle = rounds.toSorted((left, right) => share(left) - share(right))[1]!
  return [
    { name: 'the floor: the same rows, written only', value: middle.floor, unit: '/s' },
    { name: 'bookings of different times, 8 clients', value: middle.booked, unit: '/s' },
    { name: '… share of the floor', value: share(middle), unit: 'x', atLeast: 0.5 },
  ]
}

const SALONS = 20
const HTTP_ROUNDS = 3
const WEEK = 7 * 86_400_000

/** What a frontend sees: a week's free times beside a list of products, whole bookings beside whole checkouts. */
async function overHttp(): Promise<Measurement[]> {
  const platform = await startBenchPlatform()
  const sql = connectAsOwner(platform.database, { max: 4 })
  const http = new HttpClient(platform.apiUrl, platform.keys.publishableKey)
  try {
    const products = await fillShelves(sql)
    const salons = await Promise.all(Array.from({ length: SALONS }, () => openShop(sql, 2)))
    await sql`
      update public.opening_hours set opens = '09:00', closes = '17:00'
      where store_id in ${sql(salons.map(({ storeId }) => storeId))}`
    await sql`
      update public.services set duration_minutes = 60, slot_step_minutes = 60
      where id in ${sql(salons.map(({ serviceId }) => serviceId))}`
    const tokens = await signIn(sql, platform.keys, await createUsers(sql, CONNECTIONS))
    const draw = draws()
    const anyOf = <Item>(items: Item[]) => items[Math.floor(draw() * items.length)]!
    const askWeek = async (serviceId: string, token?: string) => {
      const from = Date.now() + Math.floor(draw() * 90) * WEEK
      return JSON.parse(
        await http.rpc('available_slots', {
          service_id: serviceId,
          from_time: new Date(from).toISOString(),
          to_time: new Date(from + WEEK).toISOString(),
        }, token),
      ) as { starts_at: string; staff_id: string }[]
    }
    const list = () => http.call('GET', PRODUCT_LIST)
    const week = () => askWeek(anyOf(salons).serviceId)
    const checkout = (client: number) => checkOut(http, tokens[client]!, anyOf(products))
    const booking = async (client: number) => {
      const { serviceId } = anyOf(salons)
      const slot = anyOf(await askWeek(serviceId, tokens[client]!))
      const made = JSON.parse(
        await http.rpc('book_slot', {
          service_id: serviceId,
          starts_at: slot.starts_at,
          staff_id: slot.staff_id,
          idempotency_key: randomUUID(),
        }, tokens[client]!),
      ) as { status: string }
      if (made.status !== 'confirmed') throw new Error(`The booking is ${made.status}.`)
    }
    // In turns, for whatever else the machine does.
    const rates: Record<'list' | 'week' | 'checkout' | 'booking', number[]> = {
      list: [],
      week: [],
      checkout: [],
      booking: [],
    }
    for (let round = 0; round < HTTP_ROUNDS; round++) {
      for (const [name, call] of Object.entries({ list, week, checkout, booking })) {
        const load = await closedLoop(CONNECTIONS, SECONDS, call)
        for (const [what, times] of load.failures) console.error(`  over HTTP: ${times} x ${what}`)
        rates[name as keyof typeof rates].push(load.rate)
      }
    }
    const share = (of: number[], by: number[]) => quantile(of.map((rate, round) => rate / by[round]!), 0.5)
    return [
      { name: 'a week of free times over HTTP, 8 clients', value: quantile(rates.week, 0.5), unit: '/s' },
      { name: '… share of the product list', value: share(rates.week, rates.list), unit: 'x', atLeast: 0.5 },
      { name: 'whole bookings over HTTP, 8 clients', value: quantile(rates.booking, 0.5), unit: '/s' },
      {
        name: '… share of whole checkouts',
        value: share(rates.booking, rates.checkout),
        unit: 'x',
        atLeast: 0.8,
      },
    ]
  } finally {
    http.close()
    await sql.end()
    await platform.close()
  }
}
