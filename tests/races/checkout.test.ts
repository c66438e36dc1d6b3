import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  createUsers,
  fillCart,
  must,
} from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

describe('checkout', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(64)
  })

  test('200 buyers of a stock of 100 make exactly 100 orders and 100 refusals', {
    ...REPEATS,
    timeout: 120_000,
  }, async () => {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store, 1000, 100)
    const buyers = await createUsers(arena.owner, 200)
    for (const buyer of buyers) await fillCart(arena.owner, buyer, [{ product }])

    const outcomes = await race(
      buyers.map((buyer) => () => call(arena.clients, buyer, 'checkout', cashCheckout())),
    )

    expect(tally(outcomes)).toEqual({ ok: 100, out_of_stock: 100 })
    const [level] = await arena
      .owner`select on_hand, reserved from public.stock_levels where variant_id = ${product.variantId}`
    expect(level).toEqual({ on_hand: 0, reserved: 0 })
    const numbers = await arena
      .owner`select number::int from public.orders where store_id = ${store.id} order by number`
    expect(numbers.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    await expectSound(arena.owner)
  })

  test('the last piece goes to one of the card and cash buyers', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, 1)
    const buyers = await createUsers(arena.owner, 30)
    for (const buyer of buyers) await fillCart(arena.owner, buyer, [{ product }])

    const outcomes = await race(
      buyers.map((buyer, index) => () =>
        call(arena.clients, buyer, 'checkout', index % 2 === 0 ? cashCheckout() : cardCheckout())
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 1, out_of_stock: 29 })
    await expectSound(arena.owner)
  })

  test('one key sent twenty times is one checkout, and every press gets its answer', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, 100)
    const buyer = await createUser(arena.owner)
    await fillCart(arena.owner, buyer, [{ product, quantity: 2 }])
    const press = cashCheckout()

    const outcomes = await race(
      Array.from({ length: 20 }, () => () => call(arena.clients, buyer, 'checkout', press)),
    )

    expect(tally(outcomes)).toEqual({ ok: 20 })
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    const orders = await arena.owner`select 1 from public.orders where customer_id = ${buyer}`
    expect(orders).toHaveLength(1)
    await expectSound(arena.owner)
  })

  test('twenty keys on one cart are one checkout', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, 100)
    const buyer = await createUser(arena.owner)
    await fillCart(arena.owner, buyer, [{ product }])

    const outcomes = await race(
      Array.from({ length: 10 }, () => () => call(arena.clients, buyer, 'checkout', cashCheckout())),
    )

    expect(tally(outcomes)).toEqual({ ok: 1, cart_empty: 9 })
    await expectSound(arena.owner)
  })

  test('carts with lines in opposite order do not wait for each other', REPEATS, async () => {
    const stores = [await createStore(arena.owner), await createStore(arena.owner)]
    const products = await Promise.all(
      Array.from({ length: 6 }, (_, index) => createProduct(arena.owner, stores[index % 2]!, 500, 1000)),
    )
    const buyers = await createUsers(arena.owner, 40)
    for (const [index, buyer] of buyers.entries()) {
      const lines = products.map((product) => ({ product }))
      await fillCart(arena.owner, buyer, index % 2 === 0 ? lines : lines.reverse())
    }

    const outcomes = await race(
      buyers.map((buyer, index) => () =>
        call(arena.clients, buyer, 'checkout', index % 3 === 0 ? cardCheckout() : cashCheckout())
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 40 })
    await expectSound(arena.owner)
  })

  test('what is added while the button is pressed is ordered whole, or not at all', REPEATS, async () => {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store, 1000, 1000)
    const late = await createProduct(arena.owner, store, 77_700, 1000)
    const buyers = await createUsers(arena.owner, 10)
    for (const buyer of buyers) await fillCart(arena.owner, buyer, [{ product }])

    const outcomes = await Promise.all(buyers.flatMap((buyer) => [
      call(arena.clients, buyer, 'checkout', { ...cashCheckout(), expected_total_amount: 1000 }),
      call(arena.clients, buyer, 'add_to_cart', { variant_id: late.variantId }),
    ]))

    for (let index = 0; index < outcomes.length; index += 2) {
      const [pressed, added] = [outcomes[index]!, outcomes[index + 1]!]
      expect(added.outcome).toBe('ok')
      if (pressed.outcome === 'ok') expect(pressed.value).toMatchObject({ total_amount: 1000 })
      else expect(pressed).toMatchObject({ code: 'total_changed' })
    }
    await expectSound(arena.owner)
  })

  test('buying, cancelling and restocking at once leaves counters equal to the ledger', REPEATS, async () => {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store, 1000, 10)
    const early = await createUsers(arena.owner, 10)
    const orders: string[] = []
    for (const buyer of early) {
      await fillCart(arena.owner, buyer, [{ product }])
      const { orders: placed } = await must(
        call<{ orders: { id: string }[] }>(arena.clients, buyer, 'checkout', cashCheckout()),
      )
      orders.push(placed[0]!.id)
    }
    const later = await createUsers(arena.owner, 20)
    for (const buyer of later) await fillCart(arena.owner, buyer, [{ product }])

    const outcomes = await race([
      ...early.map((buyer, index) => () =>
        call(arena.clients, buyer, 'cancel_order', { order_id: orders[index] })
      ),
      ...early.map((_, index) => () =>
        call(arena.clients, store.ownerId, 'advance_order', { order_id: orders[index], status: 'shipped' })
      ),
      ...later.map((buyer) => () => call(arena.clients, buyer, 'checkout', cashCheckout())),
    ])

    const cancelled = outcomes.slice(0, 10)
    const shipped = outcomes.slice(10, 20)
    for (let index = 0; index < 10; index++) {
      // One of the two moved the order; the other was told that it is too late.
      expect([cancelled[index]!.outcome, shipped[index]!.outcome].sort()).toEqual(['failed', 'ok'])
    }
    await expectSound(arena.owner)
  })

  test('300 requests with one key have one effect', REPEATS, async () => {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, 10)
    const buyer = await createUser(arena.owner)
    await fillCart(arena.owner, buyer, [{ product }])
    const press = { ...cashCheckout(), idempotency_key: randomUUID() }

    const outcomes = await race(
      Array.from({ length: 300 }, () => () => call(arena.clients, buyer, 'checkout', press)),
    )

    expect(tally(outcomes)).toEqual({ ok: 300 })
    await expectSound(arena.owner)
  })
})
