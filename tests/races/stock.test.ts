import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Database } from '../../supabase/local/index.ts'
import { connectAs, createDatabase } from '../support/index.ts'

/** A call of the API: claims and role for one transaction, the result or the machine code of the refusal. */
async function as(
  pool: postgres.Sql,
  userId: string,
  run: (sql: postgres.TransactionSql) => Promise<unknown>,
) {
  try {
    return await pool.begin(async (sql) => {
      const claims = JSON.stringify({ sub: userId, role: 'authenticated' })
      await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
      await run(sql)
      return 'ok'
    })
  } catch (error) {
    const { code, detail } = error as postgres.PostgresError
    return code.startsWith('PT') ? detail! : code
  }
}

/** How often each outcome came up. */
function tally(outcomes: unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1
  return counts
}

describe('stock and catalog under contention', () => {
  let database: Database
  let owner: postgres.Sql
  let pool: postgres.Sql
  const userId = randomUUID()
  let storeId: string

  beforeAll(async () => {
    database = await createDatabase()
    owner = connectAs(database, 'postgres')
    pool = connectAs(database, 'authenticator', { max: 24 })
    await owner`insert into auth.users (id, phone, phone_confirmed_at) values (${userId}, '919300000001', now())`
    await as(
      pool,
      userId,
      (sql) =>
        sql`select public.create_store(name => 'Race Shop', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001')`,
    )
    const [store] = await owner<{ id: string }[]>`select id from public.stores where slug = 'race-shop'`
    storeId = store!.id
  })

  /** A product with this many pieces; returns its variant. */
  async function product(name: string, quantity: number): Promise<string> {
    const outcome = await as(
      pool,
      userId,
      (sql) =>
        sql`select public.save_product(store_id => ${storeId}, name => ${name}, category => 'Race', price_amount => 100, quantity => ${quantity})`,
    )
    expect(outcome).toBe('ok')
    const [variant] = await owner<{ id: string }[]>`
      select product_variants.id from public.product_variants
      join public.products on products.id = product_variants.product_id where products.name = ${name}`
    return variant!.id
  }

  /** Stock as counted, as the ledger sums it, and as shown. */
  async function books(variantId: string) {
    const [row] = await owner`
      select stock_levels.on_hand,
        (select sum(stock_moves.quantity)::integer from public.stock_moves where stock_moves.variant_id = stock_levels.variant_id) as moved,
        product_variants.is_in_stock and products.is_in_stock as is_shown
      from public.stock_levels
      join public.product_variants on product_variants.id = stock_levels.variant_id
      join public.products on products.id = product_variants.product_id
      where stock_levels.variant_id = ${variantId}`
    return row
  }

  test('of a hundred takers of fifty pieces fifty get one', async () => {
    const variantId = await product('Fifty', 50)
    const outcomes = await Promise.all(
      Array.from(
        { length: 100 },
        () => as(pool, userId, (sql) => sql`select public.adjust_stock(${variantId}, -1, 'lost')`),
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 50, insufficient_stock: 50 })
    expect(await books(variantId)).toEqual({ on_hand: 0, moved: 0, is_shown: false })
  })

  test('of many counts that expect the same number one is written', async () => {
    const variantId = await product('Counted', 10)
    const outcomes = await Promise.all(
      Array.from(
        { length: 30 },
        (_, index) =>
          as(pool, userId, (sql) => sql`select public.set_stock(${variantId}, 10, ${20 + index})`),
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 1, stock_changed: 29 })
    const { on_hand: onHand, moved } = (await books(variantId))!
    expect(onHand).toBe(moved)
  })

  test('one delivery note sent thirty times counts once', async () => {
    const variantId = await product('Delivered', 1)
    const outcomes = await Promise.all(
      Array.from(
        { length: 30 },
        () => as(pool, userId, (sql) => sql`select public.adjust_stock(${variantId}, 5, 'received', 'note')`),
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 30 })
    expect(await books(variantId)).toMatchObject({ on_hand: 6, moved: 6 })
  })

  test('variants of one product that run out and fill up at once leave it shown as it is', async () => {
    await as(
      pool,
      userId,
      (sql) =>
        sql`select public.save_product(store_id => ${storeId}, name => 'Sizes', category => 'Race',
        options => '[{"name": "Size", "values": ["S", "M", "L", "XL"]}]',
        variants => '[{"option_values": ["S"], "price_amount": 1, "quantity": 1}, {"option_values": ["M"], "price_amount": 1, "quantity": 1},
          {"option_values": ["L"], "price_amount": 1, "quantity": 1}, {"option_values": ["XL"], "price_amount": 1, "quantity": 1}]')`,
    )
    const variants = await owner<{ id: string }[]>`
      select product_variants.id from public.product_variants
      join public.products on products.id = product_variants.product_id where products.name = 'Sizes'`
    for (let round = 0; round < 10; round++) {
      const taken = await Promise.all(
        variants.map(({ id }) =>
          as(pool, userId, (sql) => sql`select public.adjust_stock(${id}, -1, 'lost')`)
        ),
      )
      expect(tally(taken)).toEqual({ ok: 4 })
      expect(await owner`select is_in_stock from public.products where name = 'Sizes'`).toEqual([{
        is_in_stock: false,
      }])
      const filled = await Promise.all(
        variants.map(({ id }) =>
          as(pool, userId, (sql) => sql`select public.adjust_stock(${id}, 1, 'received')`)
        ),
      )
      expect(tally(filled)).toEqual({ ok: 4 })
      expect(await owner`select is_in_stock from public.products where name = 'Sizes'`).toEqual([{
        is_in_stock: true,
      }])
    }
  })

  test('the first uses of one category and one name at once make one category, and links in turn', async () => {
    const outcomes = await Promise.all(
      Array.from(
        { length: 20 },
        () =>
          as(
            pool,
            userId,
            (sql) =>
              sql`select public.save_product(store_id => ${storeId}, name => 'Twin Ünïque', category => 'Twin Category', price_amount => 100)`,
          ),
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 20 })
    const [counts] = await owner`
      select count(distinct products.slug)::integer as links, count(distinct products.category_id)::integer as categories,
        (select product_count from public.store_categories where store_categories.category_id = min(products.category_id::text)::uuid) as counted
      from public.products where products.name = 'Twin Ünïque'`
    expect(counts).toEqual({ links: 20, categories: 1, counted: 20 })
  })

  test('a product that becomes active while its store is suspended is not shown', async () => {
    for (let round = 0; round < 10; round++) {
      await owner`update public.stores set status = 'active' where id = ${storeId}`
      await as(
        pool,
        userId,
        (sql) =>
          sql`select public.save_product(store_id => ${storeId}, name => ${`Late ${round}`}, category => 'Race', price_amount => 100, status => 'draft')`,
      )
      const [late] = await owner<
        { id: string }[]
      >`select id from public.products where name = ${`Late ${round}`}`
      await Promise.all([
        as(pool, userId, (sql) => sql`select public.set_product_status(${late!.id}, 'active')`),
        owner`select public.set_store_status(${storeId}, 'suspended')`,
      ])
      expect(await owner`select is_listed from public.products where id = ${late!.id}`).toEqual([{
        is_listed: false,
      }])
    }
    await owner`update public.stores set status = 'active' where id = ${storeId}`
  })

  test('imports of two stores that bring the same new words and categories both come through', async () => {
    const otherId = randomUUID()
    await owner`insert into auth.users (id, phone, phone_confirmed_at) values (${otherId}, '919300000002', now())`
    await as(
      pool,
      otherId,
      (sql) =>
        sql`select public.create_store(name => 'Race Rival', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001')`,
    )
    const [other] = await owner<{ id: string }[]>`select id from public.stores where slug = 'race-rival'`
    const rows = Array.from({ length: 40 }, (_, index) => ({
      name: `Wordling${index} Thing${40 - index}`,
      category: `Both ${index % 7}`,
      price: '1',
    }))
    const load = (user: string, store: string, list: typeof rows) =>
      as(pool, user, (sql) => sql`select public.import_products(${store}, rows => ${sql.json(list)})`)
    expect(await Promise.all([load(userId, storeId, rows), load(otherId, other!.id, [...rows].reverse())]))
      .toEqual(['ok', 'ok'])
    expect(await owner`select count(*)::integer as count from public.products where name like 'Wordling%'`)
      .toEqual([{ count: 80 }])
  })
})
