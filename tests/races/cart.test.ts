import { beforeAll, describe, expect, test } from 'vitest'
import {
  ADDRESS,
  call,
  createProduct,
  createStore,
  createUser,
  createUsers,
  fillCart,
  must,
} from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

interface Cart {
  id: string
  token: string
  item_count: number
}

describe('carts', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(32)
  })

  test("a guest cart claimed ten times at once becomes the customer's once", REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner))
    const guest = await must(
      call<Cart>(arena.clients, null, 'add_to_cart', { variant_id: product.variantId, quantity: 3 }),
    )
    const customer = await createUser(arena.owner)

    const outcomes = await race(
      Array.from(
        { length: 10 },
        () => () => call<Cart>(arena.clients, customer, 'claim_cart', { cart_token: guest.token }),
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 10 })
    expect(outcomes.map((outcome) => outcome.outcome === 'ok' && outcome.value.item_count)).toEqual(
      Array(10).fill(3),
    )
  })

  test('a guest cart ordered by its token ten times at once is one order', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner))
    const guest = await must(
      call<Cart>(arena.clients, null, 'add_to_cart', { variant_id: product.variantId, with_cart: false }),
    )
    const customers = await createUsers(arena.owner, 2)

    const outcomes = await race(
      Array.from({ length: 10 }, (_, index) => () =>
        call(arena.clients, customers[index % 2]!, 'checkout', {
          idempotency_key: crypto.randomUUID(),
          payment_method: 'cash_on_delivery',
          shipping_address: ADDRESS,
          cart_token: guest.token,
        })),
    )

    expect(tally(outcomes)).toEqual({ ok: 1, cart_empty: 4, cart_not_found: 5 })
    await expectSound(arena.owner)
  })

  test('a cart claimed into one with things in it adds its quantities once', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner))
    const guest = await must(
      call<Cart>(arena.clients, null, 'add_to_cart', { variant_id: product.variantId, quantity: 3 }),
    )
    const customer = await createUser(arena.owner)
    await fillCart(arena.owner, customer, [{ product, quantity: 2 }])

    const outcomes = await race(
      Array.from(
        { length: 10 },
        () => () => call<Cart>(arena.clients, customer, 'claim_cart', { cart_token: guest.token }),
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 10 })
    expect(await must(call<Cart>(arena.clients, customer, 'get_cart'))).toMatchObject({ item_count: 5 })
  })

  test('a cart claimed by ten customers at once goes to one of them', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner))
    const guest = await must(
      call<Cart>(arena.clients, null, 'add_to_cart', { variant_id: product.variantId }),
    )
    const customers = await createUsers(arena.owner, 10)

    const outcomes = await race(
      customers.map((customer) => () =>
        call(arena.clients, customer, 'claim_cart', { cart_token: guest.token })
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 1, cart_not_found: 9 })
  })

  test('two guest carts claimed at once by one customer end up in one', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner))
    const guests = await Promise.all(
      Array.from(
        { length: 4 },
        () => must(call<Cart>(arena.clients, null, 'add_to_cart', { variant_id: product.variantId })),
      ),
    )
    const customer = await createUser(arena.owner)

    const outcomes = await race([
      ...guests.map((guest) => () =>
        call(arena.clients, customer, 'claim_cart', { cart_token: guest.token })
      ),
      () => call(arena.clients, customer, 'add_to_cart', { variant_id: product.variantId }),
    ])

    expect(tally(outcomes)).toEqual({ ok: 5 })
    expect(await must(call<Cart>(arena.clients, customer, 'get_cart'))).toMatchObject({ item_count: 5 })
    const active = await arena
      .owner`select 1 from public.carts where user_id = ${customer} and status = 'active'`
    expect(active).toHaveLength(1)
  })

  test('the first things a customer adds at once go into one cart', REPEATS, async () => {
    const store = await createStore(arena.owner)
    const products = await Promise.all(Array.from({ length: 4 }, () => createProduct(arena.owner, store)))
    const customer = await createUser(arena.owner)

    const outcomes = await race(
      Array.from(
        { length: 20 },
        (_, index) => () =>
          call(arena.clients, customer, 'add_to_cart', { variant_id: products[index % 4]!.variantId }),
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 20 })
    expect(await must(call<Cart>(arena.clients, customer, 'get_cart'))).toMatchObject({ item_count: 20 })
  })

  test('two lines of one variant are one line, and together no more than there is', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, 5)
    const customer = await createUser(arena.owner)

    const cart = await must(call<Cart>(arena.clients, customer, 'merge_cart', {
      items: [{ variant_id: product.variantId, quantity: 4 }, { variant_id: product.variantId, quantity: 4 }],
    }))
    expect(cart.item_count).toBe(5)

    const outcomes = await race(
      Array.from(
        { length: 8 },
        () => () => call(arena.clients, customer, 'add_to_cart', { variant_id: product.variantId }),
      ),
    )
    expect(tally(outcomes)).toEqual({ out_of_stock: 8 })
    await expectSound(arena.owner)
  })
})
