import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  must,
  type Outcome,
  type Store,
} from '../support/market.ts'
import { type Arena, expectSound, openArena } from './arena.ts'

let arena: Arena
beforeAll(async () => {
  arena = await openArena(4)
})

/**
 * Lets two writers meet at the worst moment: the first has taken what it takes first, the second runs until it waits for
 * that (or is done), and the first goes on. A circle of waits is an error in one of the two.
 */
async function meet<T>(
  takesFirst: (sql: postgres.ReservedSql) => Promise<unknown>,
  second: () => Promise<Outcome<T>>,
  goesOn: (sql: postgres.ReservedSql) => Promise<unknown>,
): Promise<Outcome<T>> {
  const sql = await arena.owner.reserve()
  try {
    await sql`begin`
    await takesFirst(sql)
    let isDone = false
    const pending = second().finally(() => (isDone = true))
    while (!isDone && !(await isSomebodyWaiting(sql))) await new Promise((resolve) => setTimeout(resolve, 10))
    await goesOn(sql)
    await sql`commit`
    return await pending
  } finally {
    await sql`rollback`
    sql.release()
  }
}

async function isSomebodyWaiting(sql: postgres.ReservedSql): Promise<boolean> {
  return (await sql`select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))`)
    .length > 0
}

/** What `set_store_status` and `close_store` take first. */
const takeStore = (store: Store) => (sql: postgres.ReservedSql) =>
  sql`select from public.stores where id = ${store.id} for no key update`
const suspend = (store: Store) => (sql: postgres.ReservedSql) =>
  sql`select public.set_store_status(${store.id}, 'suspended')`

/** A category of its own. */
async function createCategory(id: string = randomUUID()): Promise<string> {
  await arena
    .owner`insert into public.categories (id, name, slug) values (${id}, ${`Kind ${id}`}, ${`kind-${id}`})`
  return id
}

/** A product in a category of its own. */
async function createKind(store: Store) {
  const categoryId = await createCategory()
  const product = await createProduct(arena.owner, store)
  await arena.owner`update public.products set category_id = ${categoryId} where id = ${product.id}`
  return { ...product, categoryId }
}

const categoryName = (id: string) => `Kind ${id}`

describe('a store that is suspended', () => {
  const writers: [
    who: string,
    prepare: (productId: string) => postgres.PendingQuery<postgres.Row[]>,
    write: (store: Store, product: { id: string; variantId: string }) => Promise<Outcome<unknown>>,
  ][] = [
    [
      'a draft that becomes active',
      (id) => arena.owner`update public.products set status = 'draft' where id = ${id}`,
      (store, { id }) =>
        call(arena.clients, store.ownerId, 'set_product_status', { product_id: id, status: 'active' }),
    ],
    [
      'a draft that is saved as active',
      (id) => arena.owner`update public.products set status = 'draft' where id = ${id}`,
      (store, { id }) =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          product_id: id,
          status: 'active',
        }),
    ],
    [
      'a product that gets its first price',
      (id) => arena.owner`update public.product_variants set is_active = false where product_id = ${id}`,
      (store, { id, variantId }) =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          product_id: id,
          variants: [{ id: variantId, is_active: true }],
        }),
    ],
    [
      'a product that is hidden and shown in one step',
      (id) => arena.owner`select from public.products where id = ${id}`,
      (store, { id }) =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          product_id: id,
          status: 'active',
          options: [{ name: 'Size', values: ['S', 'L'] }],
          variants: [{ option_values: ['S'], price_amount: 100 }, {
            option_values: ['L'],
            price_amount: 100,
          }],
        }),
    ],
    [
      'a deleted product that an operator brings back',
      (id) => arena.owner`update public.products set deleted_at = now() where id = ${id}`,
      (_store, { id }) =>
        arena.owner`update public.products set deleted_at = null where id = ${id}`
          .then(() => ({ outcome: 'ok', value: null })),
    ],
    [
      'a new product',
      (id) => arena.owner`select from public.products where id = ${id}`,
      (store) =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          name: 'New',
          category: 'Things',
          price_amount: 100,
        }),
    ],
    [
      'an import',
      (id) => arena.owner`select from public.products where id = ${id}`,
      (store) =>
        call(arena.clients, store.ownerId, 'import_products', {
          store_id: store.id,
          rows: [{ name: 'Listed', category: 'Things', price: '1' }],
        }),
    ],
  ]
  test.each(writers)('a store that is suspended never deadlocks with %s', async (_who, prepare, write) => {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store)
    await prepare(product.id)

    const outcome = await meet(takeStore(store), () => write(store, product), suspend(store))

    expect(outcome).toMatchObject({ outcome: 'ok' })
    expect(await arena.owner`select name from public.products where store_id = ${store.id} and is_listed`)
      .toEqual([])
    await expectSound(arena.owner)
  })
})

describe('a category that is renamed or merged away', () => {
  const takeForRename = (id: string) => (sql: postgres.ReservedSql) =>
    sql`select from public.categories where id = ${id} for no key update`
  const rename = (id: string) => (sql: postgres.ReservedSql) =>
    sql`select public.rename_category(${id}, ${`Renamed ${id}`})`
  const takeForMerge = (id: string) => (sql: postgres.ReservedSql) =>
    sql`select from public.categories where id = ${id} for no key update`
  const merge = (id: string, into: string) => (sql: postgres.ReservedSql) =>
    sql`select public.merge_categories(${id}, ${into})`

  test('a renamed category never deadlocks with a store that is opened and lists its first products there', async () => {
    const store = await createStore(arena.owner)
    await arena.owner`update public.stores set status = 'pending' where id = ${store.id}`
    const product = await createKind(store)
    const into = await createCategory()

    const outcome = await meet(
      takeForMerge(product.categoryId),
      () => open(store),
      merge(product.categoryId, into),
    )

    expect(outcome).toMatchObject({ outcome: 'ok' })
    expect(
      await arena.owner`select category_id, product_count from public.store_categories
      where store_id = ${store.id} and product_count > 0`,
    ).toEqual([{ category_id: into, product_count: 1 }])
  })

  test('a renamed category never deadlocks with a draft that is shown for the first time', async () => {
    const store = await createStore(arena.owner)
    const product = await createKind(store)
    const draft = await createProduct(arena.owner, store)
    const categoryId = await createCategory()
    await arena
      .owner`update public.products set status = 'draft', category_id = ${categoryId} where id = ${draft.id}`

    const outcome = await meet(
      takeForMerge(categoryId),
      () =>
        call(arena.clients, store.ownerId, 'set_product_status', { product_id: draft.id, status: 'active' }),
      merge(categoryId, product.categoryId),
    )

    expect(outcome).toMatchObject({ outcome: 'ok' })
  })

  test('a merged category never deadlocks with a product that moves from it into the other one', async () => {
    const store = await createStore(arena.owner)
    const product = await createKind(store)
    const into = await createCategory()
    const takeBoth = async (sql: postgres.ReservedSql) => {
      await sql`select from public.categories where id = ${into} for no key update`
      await takeForMerge(product.categoryId)(sql)
    }

    const outcome = await meet(
      takeBoth,
      () =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          product_id: product.id,
          category: categoryName(into),
        }),
      merge(product.categoryId, into),
    )

    expect(outcome).toMatchObject({ outcome: 'ok' })
    expect(await arena.owner`select category_id from public.products where id = ${product.id}`)
      .toEqual([{ category_id: into }])
  })

  test('a category merged away takes no product with it that moves there meanwhile: its category is made anew', async () => {
    const store = await createStore(arena.owner)
    const product = await createKind(store)
    const [from, into] = [await createCategory(), await createCategory()]

    const outcome = await meet(
      takeForMerge(from),
      () =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          product_id: product.id,
          category: categoryName(from),
        }),
      merge(from, into),
    )

    expect(outcome).toMatchObject({ outcome: 'ok' })
    const [row] = await arena.owner`
      select categories.name from public.products join public.categories on categories.id = products.category_id
      where products.id = ${product.id}`
    expect(row).toEqual({ name: categoryName(from) })
  })

  test('a renamed category never deadlocks with a product that moves there by its new name', async () => {
    const store = await createStore(arena.owner)
    const product = await createKind(store)
    const other = await createKind(store)

    const outcome = await meet(
      takeForRename(other.categoryId),
      () =>
        call(arena.clients, store.ownerId, 'save_product', {
          store_id: store.id,
          product_id: product.id,
          category: categoryName(other.categoryId),
          price_amount: 900,
        }),
      rename(other.categoryId),
    )

    expect(outcome).toMatchObject({ outcome: 'ok' })
  })

  test('a renamed category never deadlocks with an import that brings the word of its new name', async () => {
    const store = await createStore(arena.owner)
    const { categoryId } = await createKind(store)
    const word = `zz${categoryId.replaceAll(/[^a-z]/g, '')}`

    const outcome = await meet(
      takeForRename(categoryId),
      () =>
        call(arena.clients, store.ownerId, 'import_products', {
          store_id: store.id,
          rows: [{ name: word, category: categoryName(categoryId), price: '1' }],
        }),
      (sql) => sql`select public.rename_category(${categoryId}, ${word})`,
    )

    expect(outcome).toMatchObject({ outcome: 'ok', value: { imported: 1 } })
  })

  test('a renamed category never deadlocks with a product that is written twice and looks at it again', async () => {
    const store = await createStore(arena.owner)
    const product = await createKind(store)
    const into = await createCategory()
    const sql = await arena.owner.reserve()
    try {
      await sql`begin`
      await sql`update public.products set deleted_at = now() where id = ${product.id}`
      const merged = operate`select public.merge_categories(${product.categoryId}, ${into})`
      while (!(await isSomebodyWaiting(sql))) await new Promise((resolve) => setTimeout(resolve, 10))
      // What delete_product does next.
      await sql`update public.product_variants set is_active = false where product_id = ${product.id}`
      await sql`commit`
      expect(await merged).toMatchObject({ outcome: 'ok' })
    } finally {
      await sql`rollback`
      sql.release()
    }
  })

  test('a merged category never deadlocks with its rename below the one that is merged into it', async () => {
    const [low, high] = [randomUUID(), randomUUID()].toSorted() as [string, string]
    await createCategory(low)
    await createCategory(high)
    const outcomes = await Promise.all([
      operate`select public.rename_category(${high}, ${`Renamed ${high}`}, ${low})`,
      operate`select public.merge_categories(${low}, ${high})`,
    ])
    expect(outcomes.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(0)
    expect(outcomes.filter((outcome) => outcome.outcome === 'failed' && !outcome.status.startsWith('PT')))
      .toEqual([])
  })
})

test('two imports that bring the same new categories, spelled and ordered differently, both come through', async () => {
  const [one, other] = [await createStore(arena.owner), await createStore(arena.owner)]
  const mark = randomUUID()

  const outcome = await meet(
    (sql) => sql`select private.ensure_category(${`a ${mark}`})`,
    () =>
      call<{ imported: number }>(arena.clients, other.ownerId, 'import_products', {
        store_id: other.id,
        rows: [{ name: 'Second', category: `A ${mark}`, price: '1' }, {
          name: 'First',
          category: `'=B ${mark}`,
          price: '1',
        }],
      }),
    (sql) => sql`select private.ensure_category(${`=b ${mark}`}), ${one.id}`,
  )

  expect(outcome).toMatchObject({ outcome: 'ok', value: { imported: 2 } })
})

test('the job that counts sales never deadlocks with whoever writes many products in order', async () => {
  const store = await createStore(arena.owner)
  const products = (await Promise.all(Array.from({ length: 3 }, () => createProduct(arena.owner, store))))
    .toSorted((one, other) => one.id.localeCompare(other.id))
  // The line falls below the first product as soon as the last one's sales are counted.
  await arena.owner`update private.best_seller_line set sales_count = 1000`
  await arena.owner`update public.products set sales_count = 900 where id = ${products[0]!.id}`
  await arena.owner`insert into private.product_sales (variant_id, quantity) values (${
    products[2]!.variantId
  }, 5)`

  const outcome = await meet(
    (sql) => sql`select from public.products where id = ${products[0]!.id} for no key update`,
    () => operate`select private.run_job('count-product-sales')`,
    (sql) => sql`select from public.products where id = ${products[2]!.id} for no key update`,
  )

  expect(outcome).toMatchObject({ outcome: 'ok' })
  expect(await operate`select private.run_job('choose-best-sellers')`).toMatchObject({ outcome: 'ok' })
  expect(
    await arena.owner`select count(*)::int from public.products, private.best_seller_line
    where is_best_seller <> (products.sales_count >= best_seller_line.sales_count)`,
  ).toEqual([{ count: 0 }])
})

test('a checkout, and what gives its stock back, takes stock rows from the lowest key up', async () => {
  const store = await createStore(arena.owner)
  const [low, high] =
    (await Promise.all([createProduct(arena.owner, store), createProduct(arena.owner, store)]))
      .map(({ variantId }) => variantId).toSorted() as [string, string]
  const customer = await createUser(arena.owner)
  for (const variant_id of [high, low]) {
    await must(call(arena.clients, customer, 'add_to_cart', { variant_id }))
  }
  const takeLow = (sql: postgres.ReservedSql) =>
    sql`select from public.stock_levels where variant_id = ${low} for no key update`
  // Whoever waits for the lowest holds none above it.
  const takeHigh = (sql: postgres.ReservedSql) =>
    sql`select from public.stock_levels where variant_id = ${high} for no key update nowait`

  const placed = await must(
    meet(
      takeLow,
      () => call<{ orders: { id: string }[] }>(arena.clients, customer, 'checkout', cashCheckout()),
      takeHigh,
    ),
  )
  const order_id = placed.orders[0]!.id
  expect(await meet(takeLow, () => call(arena.clients, customer, 'cancel_order', { order_id }), takeHigh))
    .toMatchObject({ outcome: 'ok' })
  await expectSound(arena.owner)
})

test('the job that makes partitions gives way to an order that is being written', async () => {
  const store = await createStore(arena.owner)
  const product = await createProduct(arena.owner, store)
  const customer = await createUser(arena.owner)
  await must(call(arena.clients, customer, 'add_to_cart', { variant_id: product.variantId }))
  const { orders: [order] } = await must(
    call<{ orders: { id: string }[] }>(arena.clients, customer, 'checkout', cashCheckout()),
  )
  const [last] = await arena.owner`
    select max(relname) as name from pg_class where relname like 'order_events_2%' and relkind = 'r'`
  await arena.owner.unsafe(`drop table private.${last!['name']}`)

  const outcome = await meet(
    (sql) => sql`update public.orders set updated_at = now() where id = ${order!.id}`,
    () => operate`select private.run_job('create-partitions')`,
    (sql) => sql`select public.advance_order(${order!.id}, 'processing')`,
  )

  expect(outcome).toMatchObject({ outcome: 'failed', status: '55P03' })
  expect(await operate`select private.run_job('create-partitions')`).toMatchObject({ outcome: 'ok' })
  await expectSound(arena.owner)
})

/** A statement of an operator or a job. */
async function operate(text: TemplateStringsArray, ...values: string[]): Promise<Outcome<unknown>> {
  return arena.owner(text, ...values)
    .then(() => ({ outcome: 'ok' as const, value: null }))
    .catch((error: { code: string; detail?: string; message: string }) => ({
      outcome: 'failed' as const,
      status: error.code,
      code: error.detail ?? error.code,
      message: error.message,
    }))
}

const open = (store: Store) => operate`select public.set_store_status(${store.id}, 'active')`
