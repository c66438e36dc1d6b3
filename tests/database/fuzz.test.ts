import process from 'node:process'
import type postgres from 'postgres'
import { beforeAll, expect, test } from 'vitest'
import { connectAs, createDatabase } from '../support/index.ts'
import { draws, SEED } from '../support/index.ts'
import {
  call,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  fillCart,
  must,
  type Store,
} from '../support/market.ts'

// Whatever a client sends, to every verb and into every column it may write: it is taken, or refused by a documented code.
// Nobody is told a constraint's name, a row that is not theirs, or that something went wrong inside.

/** A value as the API gives it to the database: text of a literal, or null. */
interface Value {
  text: string | null
  /** True where the literal itself is no value of its type; then Postgres refuses it before any of our code runs. */
  isMalformed?: boolean
}

const LONG = 'x'.repeat(30_000)
const TEXTS = [
  '',
  ' ',
  'plain',
  LONG,
  'two\nlines',
  '\u0007bell',
  'evil\u202Eeman',
  '\u200B',
  "'; select 1 --",
  '%s %',
  '\\',
  '{}',
  'null',
  'NaN',
  '-1',
  'active',
  'draft',
  'percentage',
  'amount',
  'staff',
  'USD',
  'DE',
  '+12025550121',
  'a@example.com',
  'e\u0301',
  '👩‍👩‍👧',
  '../x',
]
const JSONS = [
  'null',
  '[]',
  '{}',
  '""',
  '0',
  '-1e400',
  '1e-30',
  'true',
  '[null]',
  '[[]]',
  '[{}]',
  '[""]',
  '[{"id":null}]',
  '[{"variant_id":"x","quantity":1}]',
  '[{"variant_id":null,"quantity":"NaN"}]',
  '[{"name":"A","values":[null]}]',
  '[{"name":"A","values":["S","S ","s"]}]',
  '[{"name":{},"values":{}}]',
  '[{"name":"Size","values":["S"]},{"name":"Size ","values":["M"]}]',
  '[{"option_values":[],"price_amount":1e3}]',
  '[{"option_values":null,"price_amount":99999999999999999999}]',
  '[{"price_amount":100,"sku":"\\u0007"}]',
  '[{"price_amount":100,"is_active":null,"quantity":1.5}]',
  '[{"path":{}}]',
  '[{"name":"x","category":"y","price":"1e9"}]',
  '[{"name":"x","category":"y","price":"1","quantity":"9999999","sku":"\\u202e"}]',
  '[{"name":["x"],"category":{},"price":[1]}]',
  '{"recipient_name":{},"line1":[],"city":1}',
  '{"recipient_name":"\\u202e","line1":"x","city":"y","country_code":"DE"}',
  '{"kind":"intent"}',
  '{"kind":"refund","amount":"x"}',
  `{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
]
const UUID = 'not-a-uuid'
const VALUES: Record<string, Value[]> = {
  text: TEXTS.map((text) => ({ text })),
  uuid: [{ text: '00000000-0000-0000-0000-000000000000' }, { text: UUID, isMalformed: true }],
  'uuid[]': [{ text: '{}' }, { text: '{NULL}' }, { text: '{x}', isMalformed: true }],
  integer: ['0', '1', '-1', '2147483647', '-2147483648', '1000001'].map((text) => ({ text }))
    .concat([{ text: '2147483648', isMalformed: true } as never, { text: 'x', isMalformed: true } as never]),
  smallint: ['0', '1', '-1', '32767', '-32768'].map((text) => ({ text })),
  bigint: ['0', '1', '-1', '9223372036854775807', '-9223372036854775808', '1000000000001'].map((text) => ({
    text,
  })),
  numeric: ['0', '-1', 'NaN', 'Infinity', '-Infinity', '1e300', '4.999999'].map((text) => ({ text })),
  boolean: [{ text: 'true' }, { text: 'false' }, { text: 'perhaps', isMalformed: true }],
  'timestamp without time zone': [
    '2031-01-01T10:00',
    'infinity',
    '-infinity',
    '294276-12-31',
    '4713-01-01 BC',
  ]
    .map((text) => ({ text })),
  'timestamp with time zone': [
    '2026-01-01',
    '1000-01-01',
    'infinity',
    '-infinity',
    '294276-12-31',
    '4713-01-01 BC',
  ]
    .map((text) => ({ text })),
  date: ['2026-01-01', 'infinity', '-infinity', '5874897-12-31', '4713-01-01 BC'].map((text) => ({ text })),
  jsonb: [...JSONS.map((text) => ({ text })), { text: '"\\u0000"', isMalformed: true }],
  'smallint[]': [
    { text: '{}' },
    { text: '{NULL}' },
    { text: '{1,2,3}' },
    { text: '{0}' },
    { text: '{400}' },
    { text: '{1,2,3,4}' },
  ],
  'text[]': [{ text: '{}' }, { text: '{NULL}' }, { text: '{a,b,c,d}' }],
}

/** What PostgREST answers by itself for a literal that is none, and what a role may not do; see docs/errors.md. */
const MALFORMED = ['22P02', '22003', '22007', '22008', '22P05']

/** How many calls of each verb and how many writes of each column, per actor. */
const CALLS = Number(process.env['FUZZ_CALLS'] ?? 12)
const draw = draws()
const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)]!

let owner: postgres.Sql
let clients: postgres.Sql
let people: { name: string; id: string | null }[]
let ids: string[]
let texts: string[]

beforeAll(async () => {
  const database = await createDatabase('project')
  owner = connectAs(database, 'postgres', { max: 2 })
  clients = connectAs(database, 'authenticator', { max: 4, connection: { statement_timeout: '0' } })
  const [store, rival] = [await createStore(owner), await createStore(owner)]
  const customer = await createUser(owner)
  const admin = await createUser(owner)
  await owner`insert into private.platform_admins (user_id) values (${admin})`
  const [product, foreign] = [await createProduct(owner, store), await createProduct(owner, rival)]
  ids = [store, rival].map(({ id }: Store) => id).concat(
    [product, foreign].flatMap(({ id, variantId }) => [id, variantId]),
    customer,
    store.ownerId,
  )
  await fillCart(owner, customer, [{ product, quantity: 2 }, { product: foreign }])
  const placed = await must(
    call<{ checkout_id: string; orders: { id: string }[] }>(clients, customer, 'checkout', cashCheckout()),
  )
  ids.push(placed.checkout_id, ...placed.orders.map(({ id }) => id))
  for (const { id } of placed.orders) {
    await owner`select public.record_cash_payment(${id})`
    await owner`select public.advance_order(${id}, 'shipped')`
  }
  const refund = await must(
    call<string>(clients, customer, 'request_refund', { order_id: placed.orders[0]!.id }),
  )
  ids.push(/[0-9a-f-]{36}/.exec(String(refund))![0])
  await owner`insert into public.coupons (store_id, code, kind, percent_bps) values (${store.id}, 'FUZZ', 'percentage', 500)`
  await owner`insert into public.shipping_methods (store_id, name, currency) values (${store.id}, 'Post', 'USD')`
  await owner`insert into public.discounts (store_id, name, kind, percent_bps) values (${store.id}, 'Sale', 'percentage', 5)`
  await fillCart(owner, customer, [{ product, quantity: 1 }])
  const categories = await owner<{ id: string }[]>`select id from public.categories limit 2`
  ids.push(...categories.map(({ id }) => id))
  texts = ['FUZZ', 'Things', `${store.id}/a.jpg`, store.id]
  people = [
    { name: 'customer', id: customer },
    { name: 'seller', id: store.ownerId },
    { name: 'visitor', id: null },
    { name: 'admin', id: admin },
  ]
})

function valueOf(type: string): Value {
  const chance = draw()
  if (chance < 0.1) return { text: null }
  if (type === 'uuid' && chance < 0.85) return { text: pick(ids) }
  if (type === 'uuid[]' && chance < 0.6) return { text: `{${pick(ids)},${pick(ids)}}` }
  if (type === 'text' && chance < 0.3) return { text: pick(texts) }
  const values = VALUES[type]
  if (values === undefined) throw new Error(`no values of the type ${type}: add some to VALUES`)
  return pick(values)
}

/** What nobody should be told, or nothing. */
async function complaintOf(
  person: { name: string; id: string | null },
  statement: string,
  values: Value[],
): Promise<string | undefined> {
  const role = person.id === null ? 'anon' : 'authenticated'
  const claims = JSON.stringify({ role, ...(person.id === null ? {} : { sub: person.id }) })
  try {
    await clients.begin(async (sql) => {
      await sql`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true)`
      await sql.unsafe(statement, values.map(({ text }) => text))
      // What is checked at the end of a transaction is checked now.
      await sql`set constraints all immediate`
    })
    return undefined
  } catch (error) {
    const { code, message, detail, hint } = error as postgres.PostgresError
    if (/^PT[34]\d\d$/.test(code) && /^[a-z_]+$/.test(detail ?? '')) return undefined
    if (code === '42501') return undefined
    if (MALFORMED.includes(code) && values.some(({ isMalformed }) => isMalformed)) return undefined
    const sent = values.map(({ text }) => JSON.stringify(text)?.slice(0, 200)).join(', ')
    return `${person.name}: ${statement} [${sent}] → ${code} ${message} ${detail ?? ''} ${hint ?? ''}`
  }
}

test(
  'every verb answers whatever it is sent with success or a documented code',
  { timeout: 300_000 },
  async () => {
    const verbs = await owner<{ name: string; args: string[]; types: string[]; roles: string[] }[]>`
    select proname as name, proargnames[1:pronargs] as args,
      array(select format_type(type, null) from unnest(proargtypes) with ordinality as given (type, position) order by position)
        as types,
      array(select role from unnest(array['anon', 'authenticated']) as role
        where has_function_privilege(role, pg_proc.oid, 'execute')) as roles
    from pg_proc
    where pronamespace = 'public'::regnamespace
      and (has_function_privilege('anon', oid, 'execute') or has_function_privilege('authenticated', oid, 'execute'))
    order by proname`
    const complaints: string[] = []
    for (const { name, args, types, roles } of verbs) {
      for (let round = 0; round < CALLS * args.length; round++) {
        const person = pick(people.filter(({ id }) => roles.includes(id === null ? 'anon' : 'authenticated')))
        // Most often one or two arguments are hostile and the others left out or fit.
        const sent = types.map((type, index) => ({ index, value: valueOf(type) }))
          .filter(() => draw() < 0.75)
        const list = sent.map(({ index }, position) =>
          `"${args[index]}" => $${position + 1}::text::${types[index]}`
        )
        const complaint = await complaintOf(
          person,
          `select public.${name}(${list.join(', ')})`,
          sent.map(({ value }) => value),
        )
        // A needed argument was left out: PostgREST finds no such function, too.
        if (complaint !== undefined && !/→ 42883 /.test(complaint)) complaints.push(complaint)
      }
    }
    expect(complaints, `TEST_SEED=${SEED}`).toEqual([])
    expect(await owner`select * from private.check_invariants()`, `TEST_SEED=${SEED}`).toEqual([])
  },
)

test('every column that a client writes takes a value or refuses it by a documented code', {
  timeout: 300_000,
}, async () => {
  const columns = await owner<
    { table: string; column: string; type: string; inserts: boolean; updates: boolean }[]
  >`
    select relname as table, attname as column, format_type(atttypid, null) as type,
      has_column_privilege('authenticated', pg_class.oid, attnum, 'insert') as inserts,
      has_column_privilege('authenticated', pg_class.oid, attnum, 'update') as updates
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and (has_column_privilege('authenticated', pg_class.oid, attnum, 'insert')
        or has_column_privilege('authenticated', pg_class.oid, attnum, 'update'))
    order by relname, attname`
  const complaints: string[] = []
  for (const table of new Set(columns.map(({ table }) => table))) {
    const all = columns.filter((column) => column.table === table)
    const insertable = all.filter(({ inserts }) => inserts)
    const updatable = all.filter(({ updates }) => updates)
    for (let round = 0; round < CALLS * all.length; round++) {
      const person = pick(people.filter(({ id }) => id !== null))
      const isInsert = insertable.length > 0 && (updatable.length === 0 || draw() < 0.5)
      const chosen = (isInsert ? insertable : updatable)
        .filter(({ column }) =>
          draw() < (isInsert ? (column.endsWith('_id') ? 0.6 : 0.8) : 2 / updatable.length)
        )
      if (chosen.length === 0) continue
      const values = chosen.map(({ type }) => valueOf(type))
      const typed = chosen.map(({ type }, index) => `$${index + 1}::text::${type}`)
      const names = chosen.map(({ column }) => `"${column}"`)
      const statement = isInsert
        ? `insert into public.${table} (${names.join(', ')}) values (${typed.join(', ')})`
        : `update public.${table} set ${
          names.map((name, index) => `${name} = ${typed[index]}`).join(', ')
        } where true`
      const complaint = await complaintOf(person, statement, values)
      if (complaint !== undefined) complaints.push(complaint)
    }
  }
  expect(complaints, `TEST_SEED=${SEED}`).toEqual([])
  expect(await owner`select * from private.check_invariants()`, `TEST_SEED=${SEED}`).toEqual([])
})
