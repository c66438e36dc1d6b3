import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  ADDRESS,
  call,
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  fillCart,
  must,
} from '../support/market.ts'
import {
  type Arena,
  deliver,
  expectSound,
  intentFact,
  inTurn,
  openArena,
  preparePayment,
  REPEATS,
  type Turn,
} from './arena.ts'

// Two who want one key at the same instant: the second begins when the first has written and not committed, so it does not
// see the row and meets the key itself. Whatever it is told is success or a code of ours, never a constraint's own words.

let arena: Arena
beforeAll(async () => {
  arena = await openArena(8)
})

const verb = (userId: string | null, name: string, args: Record<string, unknown> = {}): Turn => (sql) =>
  call(sql, userId, name, args)

/** A plain write, as the API makes it. */
const write = (userId: string, statement: string, values: unknown[]): Turn => async (sql) => {
  try {
    const value = await sql.begin(async (transaction) => {
      await transaction`
        select set_config('role', 'authenticated', true),
          set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: userId })}, true)`
      return (await transaction.unsafe(statement, values as never[])).count
    })
    return { outcome: 'ok', value }
  } catch (error) {
    const { code = '', detail, message } = error as { code?: string; detail?: string; message: string }
    return { outcome: 'failed', status: code, code: detail ?? code, message }
  }
}

const ok = { outcome: 'ok' }
const refused = (status: string, code: string) => ({ outcome: 'failed', status, code })

/** Two turns, and how the second ends. */
interface Meeting {
  first: Turn
  second: Turn
  ends: unknown
}

async function shop(stock = 100) {
  const store = await createStore(arena.owner)
  const product = await createProduct(arena.owner, store, 1000, stock)
  const customer = await createUser(arena.owner)
  return { store, product, customer }
}

async function placed(payment: 'card' | 'cash') {
  const { store, product, customer } = await shop()
  await fillCart(arena.owner, customer, [{ product }])
  const { checkout_id, orders } = await must(
    call<{ checkout_id: string; orders: { id: string }[] }>(
      arena.clients,
      customer,
      'checkout',
      payment === 'card' ? cardCheckout() : cashCheckout(),
    ),
  )
  return { store, customer, checkout_id, order_id: orders[0]!.id }
}

/** The same twice, or by two people. */
const twice = (turn: Turn, ends: unknown, second = turn): Meeting => ({ first: turn, second, ends })

const taken = refused('PT409', 'already_exists')
const insertCoupon = (userId: string, storeId: string, code: string) =>
  write(
    userId,
    `insert into public.coupons (store_id, code, kind, percent_bps) values ($1, $2, 'percentage', 500)`,
    [
      storeId,
      code,
    ],
  )
const insertPicture = (userId: string, storeId: string, productId: string, path: string) =>
  write(userId, 'insert into public.product_media (product_id, store_id, path) values ($1, $2, $3)', [
    productId,
    storeId,
    path,
  ])
const insertAddress = (userId: string, label: string) =>
  write(
    userId,
    `insert into public.addresses (label, recipient_name, line1, city, region, postal_code, country_code, is_default)
      values ($1, 'Nina Castell', '12 Elm Row', 'Albany', 'NY', '12203', 'US', true)`,
    [label],
  )
const saveProduct = (userId: string, storeId: string, args: Record<string, unknown>) =>
  verb(userId, 'save_product', { store_id: storeId, category: 'Things', price_amount: 500, ...args })

const PLAIN: Record<string, { keys: string[]; meet: () => Promise<Meeting> }> = {
  'a wish is written twice': {
    keys: ['wishlist_items_pkey'],
    meet: async () => {
      const { product, customer } = await shop()
      return twice(
        write(customer, 'insert into public.wishlist_items (user_id, product_id) values ($1, $2)', [
          customer,
          product.id,
        ]),
        { ...ok, value: 0 },
      )
    },
  },
  'a customer asks twice to be told of stock': {
    keys: ['back_in_stock_requests_pkey'],
    meet: async () => {
      const { product, customer } = await shop(0)
      return twice(
        write(customer, 'insert into public.back_in_stock_requests (user_id, variant_id) values ($1, $2)', [
          customer,
          product.variantId,
        ]),
        { ...ok, value: 0 },
      )
    },
  },
  'two coupons take one code, in two spellings': {
    keys: ['coupons_store_id_code_key'],
    meet: async () => {
      const { store } = await shop()
      return twice(
        insertCoupon(store.ownerId, store.id, 'TWO'),
        taken,
        insertCoupon(store.ownerId, store.id, 'two'),
      )
    },
  },
  'two members save an answer of one title': {
    keys: ['saved_replies_title_key'],
    meet: async () => {
      const { store } = await shop()
      const save = write(
        store.ownerId,
        `insert into public.saved_replies (store_id, title, body) values ($1, 'Thanks', 'Thank you!')`,
        [store.id],
      )
      return twice(save, taken)
    },
  },
  'two coupons of the platform take one code': {
    keys: ['coupons_store_id_code_key'],
    meet: async () => {
      const admin = await createUser(arena.owner)
      await arena.owner`insert into private.platform_admins (user_id) values (${admin})`
      const code = `P${randomUUID().slice(0, 8)}`
      return twice(
        write(admin, `insert into public.coupons (code, kind, percent_bps) values ($1, 'percentage', 500)`, [
          code,
        ]),
        taken,
      )
    },
  },
  'a coupon is renamed to the code that another takes': {
    keys: ['coupons_store_id_code_key'],
    meet: async () => {
      const { store } = await shop()
      await must(insertCoupon(store.ownerId, store.id, 'OLD')(arena.clients))
      return twice(
        insertCoupon(store.ownerId, store.id, 'NEW'),
        taken,
        write(store.ownerId, `update public.coupons set code = 'NEW' where store_id = $1 and code = 'OLD'`, [
          store.id,
        ]),
      )
    },
  },
  'several coupons are written in opposite orders': {
    keys: ['coupons_store_id_code_key'],
    meet: async () => {
      const { store } = await shop()
      const several = (codes: string[]) =>
        write(
          store.ownerId,
          `insert into public.coupons (store_id, code, kind, percent_bps)
            select $1, code, 'percentage', 500 from unnest($2::text[]) as code`,
          [store.id, codes],
        )
      return twice(several(['ONE', 'TWO']), taken, several(['TWO', 'ONE']))
    },
  },
  'a picture is put twice on a product': {
    keys: ['product_media_product_id_path_key'],
    meet: async () => {
      const { store, product } = await shop()
      return twice(insertPicture(store.ownerId, store.id, product.id, `${store.id}/a.jpg`), taken)
    },
  },
  'a picture is put on a product that is saved with it': {
    keys: ['product_media_product_id_path_key'],
    meet: async () => {
      const { store, product } = await shop()
      const path = `${store.id}/a.jpg`
      return twice(
        saveProduct(store.ownerId, store.id, {
          product_id: product.id,
          name: 'Vase',
          images: [path],
        }),
        taken,
        insertPicture(store.ownerId, store.id, product.id, path),
      )
    },
  },
  'a product is saved with a picture that was just put there': {
    keys: ['product_media_product_id_path_key'],
    meet: async () => {
      const { store, product } = await shop()
      const path = `${store.id}/a.jpg`
      return twice(
        insertPicture(store.ownerId, store.id, product.id, path),
        ok,
        saveProduct(store.ownerId, store.id, {
          product_id: product.id,
          name: 'Vase',
          images: [path],
        }),
      )
    },
  },
  'two addresses become the default': {
    keys: [], // the customer is not written, but whoever writes
    meet: async () => {
      const customer = await createUser(arena.owner)
      return twice(insertAddress(customer, 'one'), ok, insertAddress(customer, 'two'))
    },
  },
  'an address becomes the default while another is written': {
    keys: [], // the customer is not written, but whoever writes
    meet: async () => {
      const customer = await createUser(arena.owner)
      for (const label of ['one', 'two']) await must(insertAddress(customer, label)(arena.clients))
      return twice(
        insertAddress(customer, 'three'),
        ok,
        write(
          customer,
          `update public.addresses set is_default = true where user_id = $1 and label = 'one'`,
          [customer],
        ),
      )
    },
  },
}

const VERBS: Record<string, () => Promise<Meeting>> = {
  'two people open stores of one name': async () => {
    const [ana, ben] = [await createUser(arena.owner), await createUser(arena.owner)]
    const args = { name: `Lamp ${randomUUID()}`, line1: 'x', city: 'Dubai', country_code: 'AE' }
    return twice(verb(ana, 'create_store', args), ok, verb(ben, 'create_store', args))
  },
  'two stores take one link': async () => {
    const [one, two] = [await createStore(arena.owner), await createStore(arena.owner)]
    const link = `link-${randomUUID().slice(0, 8)}`
    return twice(
      verb(one.ownerId, 'rename_store_link', { store_id: one.id, link }),
      refused('PT409', 'link_taken'),
      verb(two.ownerId, 'rename_store_link', { store_id: two.id, link }),
    )
  },
  'somebody is invited twice': async () => {
    const { store } = await shop()
    return twice(
      verb(store.ownerId, 'invite_member', { store_id: store.id, role: 'staff', email: 'nina@example.com' }),
      ok,
    )
  },
  'somebody accepts one invitation twice': async () => {
    const { store, customer } = await shop()
    return twice(verb(customer, 'accept_invitation', { token: await invite(store, 'staff') }), ok)
  },
  'two people accept one invitation': async () => {
    const { store, customer } = await shop()
    const token = await invite(store, 'staff')
    return twice(
      verb(customer, 'accept_invitation', { token }),
      refused('PT409', 'invitation_used'),
      verb(await createUser(arena.owner), 'accept_invitation', { token }),
    )
  },
  'somebody accepts two invitations of one store': async () => {
    const { store, customer } = await shop()
    return twice(
      verb(customer, 'accept_invitation', { token: await invite(store, 'staff') }),
      refused('PT409', 'already_member'),
      verb(customer, 'accept_invitation', { token: await invite(store, 'manager') }),
    )
  },
  'somebody who accepts an invitation is made the owner': async () => {
    const { store } = await shop()
    const [ana, ben] = [await createUser(arena.owner), await createUser(arena.owner)]
    await arena.owner`insert into public.store_members (store_id, user_id, role) values
      (${store.id}, ${ana}, 'manager'), (${store.id}, ${ben}, 'manager')`
    return twice(
      verb(store.ownerId, 'transfer_store', { store_id: store.id, user_id: ana }),
      refused('PT403', 'store_role_required'),
      verb(store.ownerId, 'transfer_store', { store_id: store.id, user_id: ben }),
    )
  },
  'a category is given the name that another is given': async () => {
    const admin = await createUser(arena.owner)
    await arena.owner`insert into private.platform_admins (user_id) values (${admin})`
    const [one, two] = await arena.owner<{ id: string }[]>`
      insert into public.categories (name, slug)
      select 'Kind ' || id, 'kind-' || id from (values (gen_random_uuid()), (gen_random_uuid())) as drawn (id)
      returning id`
    const name = `Kind ${randomUUID()}`
    return twice(
      verb(admin, 'rename_category', { category_id: one!.id, name }),
      refused('PT409', 'category_taken'),
      verb(admin, 'rename_category', { category_id: two!.id, name: name.toUpperCase() }),
    )
  },
  'a category is renamed to the name that a product brings': async () => {
    const { store } = await shop()
    const admin = await createUser(arena.owner)
    await arena.owner`insert into private.platform_admins (user_id) values (${admin})`
    const [category] = await arena.owner<{ id: string }[]>`
      insert into public.categories (name, slug)
      select 'Kind ' || id, 'kind-' || id from (values (gen_random_uuid())) as drawn (id) returning id`
    const name = `Kind ${randomUUID()}`
    return twice(
      saveProduct(store.ownerId, store.id, { name: 'Vase', category: name }),
      refused('PT409', 'category_taken'),
      verb(admin, 'rename_category', { category_id: category!.id, name }),
    )
  },
  'products of two stores bring one new category': async () => {
    const [one, two] = [await createStore(arena.owner), await createStore(arena.owner)]
    const category = `Kind ${randomUUID()}`
    return twice(
      saveProduct(one.ownerId, one.id, { name: 'Vase', category }),
      ok,
      saveProduct(two.ownerId, two.id, { name: 'Vase', category: category.toUpperCase() }),
    )
  },
  'two products of a store have one name': async () => {
    const { store } = await shop()
    return twice(saveProduct(store.ownerId, store.id, { name: 'Vase' }), ok)
  },
  'two products of a store have one SKU': async () => {
    const { store } = await shop()
    return twice(
      saveProduct(store.ownerId, store.id, { name: 'Vase', sku: 'V-1' }),
      refused('PT409', 'sku_taken'),
      saveProduct(store.ownerId, store.id, { name: 'Bowl', sku: 'v-1' }),
    )
  },
  'a product is given variants twice': async () => {
    const { store, product } = await shop()
    return twice(
      verb(store.ownerId, 'save_product', {
        store_id: store.id,
        category: 'Things',
        product_id: product.id,
        name: 'Vase',
        options: [{ name: 'Size', values: ['S', 'L'] }],
        variants: [{ option_values: ['S'], price_amount: 1 }, {
          option_values: ['L'],
          price_amount: 2,
        }],
      }),
      ok,
    )
  },
  'a list is imported twice': async () => {
    const { store } = await shop()
    const rows = [{ name: 'Vase', category: 'Things', price: '3.00', quantity: '2', sku: 'I-1' }]
    return twice(
      verb(store.ownerId, 'import_products', { store_id: store.id, rows: rows }),
      ok,
    )
  },
  'a customer who has no cart fills one twice': async () => {
    const { product, customer } = await shop()
    return twice(verb(customer, 'add_to_cart', { variant_id: product.variantId }), ok)
  },
  'a coupon is put twice on a cart': async () => {
    const { store, product, customer } = await shop()
    await must(insertCoupon(store.ownerId, store.id, 'SAVE')(arena.clients))
    await fillCart(arena.owner, customer, [{ product }])
    return twice(verb(customer, 'apply_coupon', { code: 'SAVE' }), ok)
  },
  'two coupons of one store are put on a cart': async () => {
    const { store, product, customer } = await shop()
    for (const code of ['ONE', 'TWO']) await must(insertCoupon(store.ownerId, store.id, code)(arena.clients))
    await fillCart(arena.owner, customer, [{ product }])
    return twice(
      verb(customer, 'apply_coupon', { code: 'ONE' }),
      ok,
      verb(customer, 'apply_coupon', { code: 'TWO' }),
    )
  },
  'a visitor’s cart is claimed twice': async () => {
    const { product, customer } = await shop()
    const { token } = await must(
      call<{ token: string }>(arena.clients, null, 'add_to_cart', { variant_id: product.variantId }),
    )
    return twice(verb(customer, 'claim_cart', { cart_token: token }), ok)
  },
  'items are merged twice into a customer’s cart': async () => {
    const { product, customer } = await shop()
    const items = [{ variant_id: product.variantId, quantity: 1 }]
    return twice(verb(customer, 'merge_cart', { items }), ok)
  },
  'a cart is checked out twice under one key': async () => {
    const { product, customer } = await shop()
    await fillCart(arena.owner, customer, [{ product }])
    return twice(verb(customer, 'checkout', { ...cashCheckout(), shipping_address: ADDRESS }), ok)
  },
  'a payment is prepared twice': async () => {
    const { customer, checkout_id } = await placed('card')
    return twice(verb(customer, 'prepare_payment', { checkout_id }), ok)
  },
  'cash is recorded twice': async () => {
    const { store, order_id } = await placed('cash')
    return twice(verb(store.ownerId, 'record_cash_payment', { order_id }), ok)
  },
  'a refund is asked for twice': async () => {
    const { customer, checkout_id, order_id } = await placed('card')
    const payment = await preparePayment(arena, customer, checkout_id)
    await must(deliver(arena.owner, intentFact(payment, 'succeeded')))
    return twice(verb(customer, 'request_refund', { order_id }), refused('PT409', 'refund_already_requested'))
  },
  'stock is adjusted twice under one reference': async () => {
    const { store, product } = await shop()
    return twice(
      verb(store.ownerId, 'adjust_stock', {
        variant_id: product.variantId,
        quantity: 5,
        reason: 'received',
        reference: 'note 1',
      }),
      ok,
    )
  },
}

async function invite(store: { id: string; ownerId: string }, role: string): Promise<string> {
  const { token } = await must(
    call<{ token: string }>(arena.clients, store.ownerId, 'invite_member', {
      store_id: store.id,
      role,
      email: `${randomUUID()}@example.com`,
    }),
  )
  return token
}

describe('two at once on one key', () => {
  const meetings = Object.entries(PLAIN).map(([title, { meet }]) => [title, meet] as const)
    .concat(Object.entries(VERBS))

  test.each(meetings)(
    'when %s, the second is told so by a code, or succeeds',
    REPEATS,
    async (_title, meet) => {
      const { first, second, ends } = await meet()
      const met = await inTurn(arena, first, second)
      expect(met).toMatchObject([ok, ends])
      await expectSound(arena.owner)
    },
  )

  test('every key that a plain write can meet is met here', async () => {
    const keys = await arena.owner<{ key: string }[]>`
      select relname as key
      from pg_index join pg_class on pg_class.oid = indexrelid
      where (indisunique or indisexclusion) and relnamespace = 'public'::regnamespace
        and exists (
          select from unnest(indkey::int2[]) as number
          where has_column_privilege('authenticated', indrelid, number, 'insert, update')
        )
      order by relname`
    expect([...new Set(Object.values(PLAIN).flatMap(({ keys }) => keys))].sort()).toEqual(
      keys.map(({ key }) => key),
    )
  })
})
