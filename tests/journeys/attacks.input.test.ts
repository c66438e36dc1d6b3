import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADDRESS, type Article, ask, buy, offer, openShop, type Placed, type Shop } from './world.ts'
import type { SignedIn } from '../support/index.ts'

// Every verb, every argument, every kind of nonsense: the answer is a refusal or an ordinary result, never a failure of
// ours, and the books still add up. The verbs come from the catalog, so that a new one is attacked from its first day.

/** A parameter of a verb. */
interface Parameter {
  name: string
  type: string
  is_optional: boolean
}

interface Verb {
  name: string
  parameters: Parameter[]
  for_visitors: boolean
  for_users: boolean
}

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const BOMB = deep(20_000)

/** What any argument may be given: JSON as it stands in the body, so that it may be what no JSON library writes. */
const ANYTHING = ['null', 'true', '-1', '{}', '[]', '[null]', '"\\u0000"', '"\\ud800"', '""', '{"a":1,"a":2}']

const NUMBERS = [
  '0',
  '-0',
  '1.5',
  '1e308',
  '1e400',
  '-9223372036854775809',
  '9223372036854775808',
  '2147483648',
  '9007199254740993',
  '"NaN"',
  '"Infinity"',
  '"-Infinity"',
  '"1"',
  '"0x10"',
  '"１２"',
]

const TEXTS = [
  '" "',
  '"a\\u0000b"',
  '"\\udc00\\ud800"',
  '"\\u202e\\u200b\\ufeff"',
  '"e\\u0301"',
  '"=HYPERLINK(\\"http://evil\\")"',
  '"a\\r\\nBcc: b@example.com"',
  '"<script>alert(1)</script>"',
  `"'; drop table public.orders; --"`,
  '"%_\\\\"',
  '"../../etc/passwd"',
  '"javascript:alert(1)"',
  '"👩‍👩‍👧‍👦🏳️‍🌈"',
  `"${'x'.repeat(1_000_000)}"`,
  `"${'é'.repeat(100_000)}"`,
]

const BY_TYPE: Record<string, string[]> = {
  'text': TEXTS,
  'integer': NUMBERS,
  'bigint': NUMBERS,
  'numeric': NUMBERS,
  'uuid': [
    '"not-a-uuid"',
    '"00000000-0000-0000-0000-000000000000"',
    '"{00000000-0000-0000-0000-000000000000}"',
    '1',
  ],
  'uuid[]': [
    '["x"]',
    '[[]]',
    '"{}"',
    '"{null}"',
    `[${Array(2000).fill('"00000000-0000-4000-8000-000000000000"').join(',')}]`,
  ],
  'text[]': ['[[]]', '[null]', '[1]', '"{"', `[${Array(2000).fill('"x"').join(',')}]`],
  'boolean': ['"maybe"', '2', '"t"'],
  'date': [
    '"infinity"',
    '"-infinity"',
    '"294277-01-01"',
    '"0000-00-00"',
    '"2026-02-30"',
    '20260101',
    '"5874897-12-31"',
  ],
  'time without time zone': ['"24:00"', '"24:00:01"', '"25:00"', '"23:59:60"', '"noon"', '"infinity"', '900'],
  'timestamp with time zone': [
    '"infinity"',
    '"-infinity"',
    '"294276-12-31T23:59:59Z"',
    '"294277-01-01T00:00:00Z"',
    '"2026-06-30T23:59:60Z"',
    '"2026-01-01T00:00:00+14:59"',
    '"2026-01-01T00:00:00+99:00"',
    '"2026-01-01"',
  ],
  'jsonb': [
    '0',
    '1e400',
    '"text"',
    '"a\\u0000b"',
    '[{"a":"\\u0000"}]',
    '{"\\ud800":1}',
    '[1,2,3]',
    '[[]]',
    '{"quantity":"NaN"}',
    '[{"variant_id":"x","quantity":1}]',
    '[{"quantity":1e308,"variant_id":"00000000-0000-4000-8000-000000000000","order_line_id":"00000000-0000-4000-8000-000000000000"}]',
    '[{"name":{},"values":0,"option_values":7,"price_amount":[],"price":{},"category":[]}]',
    '{"recipient_name":[],"line1":{},"city":1,"country_code":"XX","postal_code":null}',
    '{"kind":"intent"}',
    '{"kind":"intent","intent_id":"pi_x","status":"succeeded","amount":"NaN","amount_received":1e308,"currency":7}',
    '{"kind":"refund","intent_id":"pi_x","provider_refund_id":"re_x","amount":-1,"currency":"usd","status":"x"}',
    '{"kind":"dispute"}',
    deep(200),
    BOMB,
    `[${'{},'.repeat(5000)}{}]`,
    `"${'x'.repeat(1_000_000)}"`,
  ],
}

describe('hostile arguments', () => {
  let shop: Shop
  let customer: SignedIn
  let lamp: Article
  let placed: Placed
  let verbs: Verb[]
  let tokens: Record<'visitor' | 'customer' | 'owner' | 'service', string>

  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 1000)
    customer = await shop.platform.signIn()
    placed = await buy(customer, lamp, { method: 'card' })
    await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
    verbs = await shop.platform.sql<Verb[]>`
      select pg_proc.proname as name,
        has_function_privilege('anon', pg_proc.oid, 'execute') as for_visitors,
        has_function_privilege('authenticated', pg_proc.oid, 'execute') as for_users,
        (
          select coalesce(json_agg(json_build_object(
            'name', proargnames[position], 'type', format_type(type, null), 'is_optional', position > pronargs - pronargdefaults
          ) order by position), '[]')
          from unnest(proargtypes::oid[]) with ordinality as argument (type, position)
        ) as parameters
      from pg_proc where pronamespace = 'public'::regnamespace order by proname`
    const bearer = async (person: SignedIn) =>
      (await person.client.auth.getSession()).data.session!.access_token
    tokens = {
      visitor: shop.platform.keys.publishableKey,
      customer: await bearer(customer),
      owner: await bearer(shop.owner),
      service: shop.platform.keys.secretKey,
    }
  })

  /** An argument that says something sensible, by its name. */
  function sensible({ name, type }: Parameter): string {
    const known: Record<string, unknown> = {
      store_id: shop.storeId,
      product_id: lamp.productId,
      variant_id: lamp.variantId,
      order_id: placed.orders[0]!.id,
      checkout_id: placed.checkout_id,
      user_id: customer.user.id,
      idempotency_key: crypto.randomUUID(),
      payment_method: 'card',
      link: 'harbour-light',
      country_code: 'US',
      role: 'staff',
      currency: 'USD',
      phone: '+14155550123',
      status: 'shipped',
      items: [],
      event_id: crypto.randomUUID(),
      event_type: 'payment_intent.succeeded',
      method: 'POST',
    }
    if (name in known) return JSON.stringify(known[name])
    const values: Record<string, unknown> = {
      'text': 'x',
      'integer': 1,
      'bigint': 1,
      'numeric': 1,
      'uuid': crypto.randomUUID(),
      'uuid[]': [crypto.randomUUID()],
      'boolean': true,
      'date': '2026-01-01',
      'timestamp with time zone': '2026-01-01T00:00:00Z',
      'jsonb': {},
    }
    return JSON.stringify(values[type])
  }

  async function post(
    name: string,
    body: string,
    who: keyof typeof tokens,
  ): Promise<{ status: number; text: string }> {
    const key = who === 'service' ? shop.platform.keys.secretKey : shop.platform.keys.publishableKey
    const response = await fetch(`${shop.platform.apiUrl}/rest/v1/rpc/${name}`, {
      method: 'POST',
      headers: {
        apikey: key,
        'content-type': 'application/json',
        ...(who === 'visitor' || who === 'service' ? {} : { authorization: `Bearer ${tokens[who]}` }),
      },
      body,
    })
    return { status: response.status, text: (await response.text()).slice(0, 300) }
  }

  /** Attacks one argument after the other, the rest being sensible. Returns every answer that is a failure of ours. */
  async function attack(verb: Verb, who: keyof typeof tokens): Promise<string[]> {
    const failures: string[] = []
    for (const target of verb.parameters) {
      for (const hostile of [...ANYTHING, ...BY_TYPE[target.type] ?? []]) {
        const members = verb.parameters
          .filter((parameter) => parameter === target || !parameter.is_optional)
          .map((parameter) => `"${parameter.name}":${parameter === target ? hostile : sensible(parameter)}`)
        const { status, text } = await post(verb.name, `{${members.join(',')}}`, who)
        // So deep that Postgres itself gives up before the verb is called; PostgREST answers its class 54 with 500.
        if (hostile === BOMB && text.includes('"54001"')) continue
        if (status >= 500) {
          failures.push(`${verb.name}(${target.name} => ${hostile.slice(0, 60)}): ${status} ${text}`)
        }
      }
    }
    return failures
  }

  test('there is a kind of nonsense for every type of argument', () => {
    const types = new Set(verbs.flatMap(({ parameters }) => parameters.map(({ type }) => type)))
    expect([...types].filter((type) => !(type in BY_TYPE))).toEqual([])
  })

  test.each(['visitor', 'customer', 'owner', 'service'] as const)(
    'from a %s are never a failure of ours',
    async (who) => {
      const reachable = verbs.filter((verb) =>
        who === 'visitor' ? verb.for_visitors : who === 'service' ? !verb.for_users : verb.for_users
      )
      expect(reachable.length).toBeGreaterThan(5)
      const failures: string[] = []
      for (const verb of reachable) failures.push(...await attack(verb, who))
      expect(failures).toEqual([])
      expect(await ask(shop.platform.service(), 'check_invariants')).toEqual([])
    },
    120_000,
  )

  test('bodies that are no arguments are refused', async () => {
    const order = JSON.stringify({
      idempotency_key: 'raw',
      payment_method: 'cash_on_delivery',
      shipping_address: ADDRESS,
    })
    const bodies: [body: string | Uint8Array<ArrayBuffer>, type: string][] = [
      ['', 'application/json'],
      ['null', 'application/json'],
      ['"x"', 'application/json'],
      ['[[]]', 'application/json'],
      [`${order}garbage`, 'application/json'],
      [order.slice(0, -1), 'application/json'],
      [`${order}${order}`, 'application/json'],
      [order.replaceAll('"', "'"), 'application/json'],
      [new Uint8Array([0xff, 0xfe, 0x00, 0x01]), 'application/json'],
      [new Uint8Array(gzipSync(order)), 'application/json'],
      ['<order/>', 'application/xml'],
      [order, 'text/html'],
    ]
    for (const [body, type] of bodies) {
      const response = await fetch(`${shop.platform.apiUrl}/rest/v1/rpc/checkout`, {
        method: 'POST',
        headers: {
          apikey: shop.platform.keys.publishableKey,
          authorization: `Bearer ${tokens.customer}`,
          'content-type': type,
        },
        body,
      })
      const seen = { body: String(body).slice(0, 40), status: response.status }
      await response.text()
      expect(seen.status >= 400 && seen.status < 500 ? 'refused' : seen).toBe('refused')
    }
    expect(await ask(shop.platform.service(), 'check_invariants')).toEqual([])
  })

  test('a quantity by a plain write is a small whole number, like everywhere', async () => {
    const buyer = await shop.platform.signIn()
    await ask(buyer.client, 'add_to_cart', { variant_id: lamp.variantId, quantity: 2 })
    for (
      const quantity of [0, -1, 1.5, 1e308, 'NaN', 'Infinity', null, 2147483648, 100001, [1], { a: 1 }, '']
    ) {
      const { status } = await buyer.client.from('cart_items').update({ quantity }).eq(
        'variant_id',
        lamp.variantId,
      )
      expect([JSON.stringify(quantity), status]).toEqual([
        JSON.stringify(quantity),
        // A whole number breaks a rule of ours; anything else is none.
        [0, -1, null, 100001].includes(quantity as number | null) ? 422 : 400,
      ])
    }
    const { data } = await buyer.client.from('cart_items').select('quantity').single()
    expect(data).toEqual({ quantity: 2 })
  })

  test('every column that may be written directly takes no nonsense', async () => {
    const { sql } = shop.platform
    await shop.owner.client.from('coupons').insert({
      store_id: shop.storeId,
      code: 'TEN',
      kind: 'percentage',
      percent_bps: 1000,
    })
    await shop.owner.client.from('discounts').insert({
      store_id: shop.storeId,
      name: 'X',
      kind: 'percentage',
      percent_bps: 1000,
    })
    await shop.owner.client.from('shipping_methods')
      .insert({ store_id: shop.storeId, name: 'Van', kind: 'flat', rate_amount: 100, currency: 'USD' })
    await shop.owner.client.from('product_media')
      .insert({ store_id: shop.storeId, product_id: lamp.productId, path: `${shop.storeId}/a.png` })
    for (const person of [customer, shop.owner]) await person.client.from('addresses').insert(ADDRESS)
    const columns = await sql<
      { table: string; column: string; type: string; command: 'insert' | 'update' }[]
    >`
      select relname as table, attname as column, format_type(atttypid, null) as type, command
      from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
      cross join unnest(array['insert', 'update']) as command
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_column_privilege('authenticated', pg_class.oid, attnum, command)`
    expect(columns.length).toBeGreaterThan(60)
    // Made anew for each attempt, so that a row that was taken does not shield the next.
    const rows = (): Record<string, Record<string, unknown>> => ({
      addresses: ADDRESS,
      coupons: {
        store_id: shop.storeId,
        code: crypto.randomUUID().slice(0, 8),
        kind: 'percentage',
        percent_bps: 100,
      },
      discounts: { store_id: shop.storeId, name: 'New', kind: 'percentage', percent_bps: 100 },
      shipping_methods: {
        store_id: shop.storeId,
        name: 'New',
        kind: 'flat',
        rate_amount: 1,
        currency: 'USD',
      },
      product_media: {
        store_id: shop.storeId,
        product_id: lamp.productId,
        path: `${shop.storeId}/${crypto.randomUUID()}.png`,
      },
      wishlist_items: { product_id: lamp.productId },
      back_in_stock_requests: { variant_id: lamp.variantId },
    })
    const failures: string[] = []
    for (const { table, column, type, command } of columns) {
      for (const hostile of [...ANYTHING, ...BY_TYPE[type] ?? []]) {
        const others = Object.entries(command === 'insert' ? rows()[table] ?? {} : {}).filter(([name]) =>
          name !== column
        )
        const members = [
          ...others.map(([name, value]) => `"${name}":${JSON.stringify(value)}`),
          `"${column}":${hostile}`,
        ]
        await Promise.all((['customer', 'owner'] as const).map(async (who) => {
          const filter = command === 'update' ? `?${column}=not.is.null` : ''
          const response = await fetch(`${shop.platform.apiUrl}/rest/v1/${table}${filter}`, {
            method: command === 'update' ? 'PATCH' : 'POST',
            headers: {
              apikey: shop.platform.keys.publishableKey,
              authorization: `Bearer ${tokens[who]}`,
              'content-type': 'application/json',
            },
            body: `{${members.join(',')}}`,
          })
          const text = await response.text()
          if (response.status >= 500) {
            failures.push(
              `${command} ${table}.${column} = ${hostile.slice(0, 60)}: ${response.status} ${
                text.slice(0, 200)
              }`,
            )
          }
        }))
      }
    }
    expect(failures).toEqual([])
    // Whatever was taken, the shop goes on: its people and its visitors are served.
    for (const client of [customer.client, shop.owner.client, shop.platform.visitor()]) {
      for (
        const [verb, args] of [['search_products', {}], ['get_product', { product_id: lamp.productId }], [
          'get_cart',
          {},
        ]] as const
      ) {
        expect([verb, (await client.rpc(verb, args)).status]).toEqual([verb, 200])
      }
    }
    expect((await customer.client.rpc('quote_cart', {})).status).toBe(200)
    expect(await ask(shop.platform.service(), 'check_invariants')).toEqual([])
  }, 300_000)

  test('names that look the same are the same', async () => {
    const categories = [
      'Caf\u00e9 chairs',
      'Cafe\u0301 chairs',
      'Caf\u00e9\u200b chairs',
      '  CAF\u00c9   chairs ',
      '\u202eCaf\u00e9 chairs',
    ]
    const ids = new Set<string>()
    for (const category of categories) {
      const product = await ask<{ category: { id: string } }>(shop.owner.client, 'save_product', {
        store_id: shop.storeId,
        name: 'Chair',
        category,
        price_amount: 100,
      })
      ids.add(product.category.id)
    }
    expect(ids.size).toBe(1)
    const codes = await Promise.all(
      ['SPRING', 'spring', 'Spring'].map((code) =>
        shop.owner.client.from('coupons').insert({
          store_id: shop.storeId,
          code,
          kind: 'percentage',
          percent_bps: 100,
        })
      ),
    )
    expect(codes.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    const outcomes = {
      'SPRI\u200bNG': 409,
      'ＳＰＲＩＮＧ': 409,
      'SPRING ': 409,
      'SPR\u0130NG': 422,
      '=1+1': 422,
    }
    for (const [code, outcome] of Object.entries(outcomes)) {
      const { status } = await shop.owner.client.from('coupons')
        .insert({ store_id: shop.storeId, code, kind: 'percentage', percent_bps: 100 })
      expect([code, status]).toEqual([code, outcome])
    }
  })
})
