/**
 * What the REST service costs beside the bare driver: the same statement, in the same role, with the same claims, at 16
 * connections, in one run. Run alone with `node supabase/local/bin/run.mjs tests/bench/rest.ts`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import postgres from 'postgres'
import {
  connect,
  type Database,
  type Keys,
  RestConfig,
  signJwtWithSecret,
  startRest,
  startTemporaryPostgres,
  verificationKeys,
} from '../../supabase/local/index.ts'
import { type Measurement, report } from './report.ts'

const CONNECTIONS = 16
const SECONDS = 4
const ROUNDS = 3
const USER = '11111111-1111-4111-8111-111111111111'

const SCHEMA = `
  create table public.bench_items (
    id integer primary key, owner uuid not null, name text not null, price bigint not null, created_at timestamptz default now()
  );
  alter table public.bench_items enable row level security;
  create policy own on public.bench_items for select to authenticated
    using (owner = (select (current_setting('request.jwt.claims', true)::json ->> 'sub')::uuid));
  insert into public.bench_items select n, '${USER}', 'item ' || n, n * 100 from generate_series(1, 2000) n;
  create function public.bench_add(a integer, b integer) returns integer language sql immutable as $$ select a + b $$;
  grant select on public.bench_items to authenticated;
  grant execute on function public.bench_add to authenticated;
`

/** What the service runs for `GET /bench_items?select=*&order=id&limit=20`. */
const SELECT = `
  with pgrst_source as (
    select "public"."bench_items".* from "public"."bench_items" order by "public"."bench_items"."id" limit $1 offset $2
  )
  select null::bigint, pg_catalog.count(_postgrest_t), coalesce(json_agg(_postgrest_t), '[]'),
    nullif(current_setting('response.headers', true), ''), nullif(current_setting('response.status', true), '')
  from (select * from pgrst_source) _postgrest_t`

/** What it runs for `POST /rpc/bench_add`. */
const CALL = `
  with pgrst_source as (
    select pgrst_call.pgrst_scalar from (select $1::json as json_data) pgrst_payload,
      lateral (select "a", "b" from json_to_record(pgrst_payload.json_data) as _("a" integer, "b" integer) limit 1) pgrst_body,
      lateral (select "public"."bench_add"("a" := pgrst_body."a", "b" := pgrst_body."b") pgrst_scalar) pgrst_call
  )
  select null::bigint, pg_catalog.count(_postgrest_t), coalesce(json_agg(_postgrest_t.pgrst_scalar) -> 0, 'null'),
    nullif(current_setting('response.headers', true), ''), nullif(current_setting('response.status', true), '')
  from (select * from pgrst_source) _postgrest_t`

/** Measures; takes about a minute. */
export async function benchRest(): Promise<Measurement[]> {
  const { database, keys, remove } = await startTemporaryPostgres({ durable: true })
  try {
    const admin = connect(database, 'supabase_admin', { max: 1 })
    await admin.unsafe(SCHEMA)
    await admin.end()
    return await measure(database, keys)
  } finally {
    await remove()
  }
}

async function measure(database: Database, keys: Keys): Promise<Measurement[]> {
  const service = fork(fileURLToPath(import.meta.url), ['serve'], {
    execArgv: [...process.execArgv, '--expose-gc', '--import', 'tsx'],
    env: { ...process.env, BENCH_KEYS: JSON.stringify(keys), BENCH_DATABASE: JSON.stringify(database) },
  })
  const [{ port }] = await once(service, 'message') as [{ port: number }]
  const token = await signJwtWithSecret({ role: 'authenticated', sub: USER }, keys.jwtSecret)
  const url = `http://127.0.0.1:${port}`
  const body = '{"a":1,"b":2}'
  try {
    const rates = { driverSelect: 0, restSelect: 0, driverCall: 0, restCall: 0 }
    // The rounds alternate, so that whatever else the machine does falls on both sides.
    for (let round = 0; round < ROUNDS; round++) {
      rates.driverSelect += await driverRate(database, SELECT, ['20', '0'])
      rates.restSelect += await httpRate(`${url}/bench_items?select=*&order=id&limit=20`, token)
      rates.driverCall += await driverRate(database, CALL, [body])
      rates.restCall += await httpRate(`${url}/rpc/bench_add`, token, body)
    }
    const settled = await memory(service)
    await httpRate(`${url}/bench_items?select=*&order=id&limit=20`, token, undefined, 20_000)
    const grown = await memory(service) - settled
    return [
      { name: 'select of 20 rows, driver alone', value: rates.driverSelect / ROUNDS, unit: '/s' },
      { name: 'select of 20 rows, REST', value: rates.restSelect / ROUNDS, unit: '/s' },
      {
        name: '… of the driver alone',
        value: rates.restSelect / rates.driverSelect,
        unit: 'x',
        atLeast: 0.5,
      },
      { name: 'trivial rpc, driver alone', value: rates.driverCall / ROUNDS, unit: '/s' },
      { name: 'trivial rpc, REST', value: rates.restCall / ROUNDS, unit: '/s' },
      { name: '… of the driver alone', value: rates.restCall / rates.driverCall, unit: 'x', atLeast: 0.5 },
      { name: 'heap grown by 20,000 requests', value: grown, unit: 'MB', atMost: 5 },
    ]
  } finally {
    service.kill()
  }
}

/** Transactions a second that set role and claims and run one statement, through the `postgres` driver. */
async function driverRate(database: Database, statement: string, parameters: string[]): Promise<number> {
  const sql = postgres({
    host: database.host,
    port: database.port,
    database: database.name,
    username: 'authenticator',
    password: database.password,
    max: CONNECTIONS,
    // The body goes as the text that it is.
    types: {
      json: { to: 114, from: [114], serialize: (text: string) => text, parse: (text: string) => text },
    },
  })
  const claims = JSON.stringify({ role: 'authenticated', sub: USER })
  let count = 0
  const end = performance.now() + SECONDS * 1000
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    while (performance.now() < end) {
      await sql.begin(async (transaction) => {
        await transaction`
          select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
        await transaction.unsafe(statement, parameters, { prepare: true })
      })
      count += 1
    }
  }))
  await sql.end()
  return count / SECONDS
}

/** Requests a second. */
async function httpRate(url: string, token: string, body?: string, amount?: number): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({
    url,
    connections: CONNECTIONS,
    ...(amount === undefined ? { duration: SECONDS } : { amount }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body }),
  })
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests to ${url} failed.`)
  return requests.average
}

/** Heap in use after a collection, in megabytes. */
async function memory(service: ReturnType<typeof fork>): Promise<number> {
  service.send('memory')
  const [bytes] = await once(service, 'message') as [number]
  return bytes / 1024 / 1024
}

/** The process of the service. */
async function serve(): Promise<void> {
  const rest = await startRest({
    database: JSON.parse(process.env['BENCH_DATABASE']!) as Database,
    verificationKeys: verificationKeys(JSON.parse(process.env['BENCH_KEYS']!) as Keys),
    config: RestConfig.parse({ schemas: ['public'] }),
  })
  const server = createServer((req, res) => void rest.handle(req, res))
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
  process.on('message', () => {
    globalThis.gc?.()
    process.send!(process.memoryUsage().heapUsed)
  })
  process.on('SIGTERM', () => void rest.close().then(() => process.exit(0)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'serve') await serve()
  else report('REST beside the bare driver', await benchRest())
}
