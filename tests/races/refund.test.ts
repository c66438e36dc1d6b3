import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  fillCart,
  must,
  type Product,
} from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

const PIECES = 3

describe('refunds', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(24)
  })

  /** A paid order of three pieces, not sent yet. */
  async function order(): Promise<{ product: Product; customer: string; owner: string; order_id: string }> {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, 10)
    const customer = await createUser(arena.owner)
    const owner = product.store.ownerId
    await fillCart(arena.owner, customer, [{ product, quantity: PIECES }])
    const placed = await must(
      call<{ orders: { id: string }[] }>(arena.clients, customer, 'checkout', cashCheckout()),
    )
    const order_id = placed.orders[0]!.id
    await must(call(arena.clients, owner, 'record_cash_payment', { order_id }))
    return { product, customer, owner, order_id }
  }

  async function onHand({ variantId }: Product): Promise<number> {
    const [level] = await arena.owner<{ on_hand: number }[]>`
      select on_hand from public.stock_levels where variant_id = ${variantId}`
    return level!.on_hand
  }

  /** What became of the money, in minor units. */
  async function refunded(order_id: string): Promise<number> {
    const [row] = await arena.owner<{ refunded: number }[]>`
      select (refunded_amount + refunding_amount)::integer as refunded from public.orders where id = ${order_id}`
    return row!.refunded
  }

  test('a refund asked for ten times at once is asked for once', REPEATS, async () => {
    const { customer, order_id } = await order()
    const outcomes = await race(
      Array.from({ length: 10 }, () => () => call(arena.clients, customer, 'request_refund', { order_id })),
    )
    expect(tally(outcomes)).toEqual({ ok: 1, refund_already_requested: 9 })
    await expectSound(arena.owner)
  })

  test(
    'an order taken back and cancelled at the same instant gives pieces and money back once',
    REPEATS,
    async () => {
      const { product, customer, owner, order_id } = await order()
      await must(call(arena.clients, customer, 'request_refund', { order_id }))
      const [refund] = await arena.owner<
        { id: string }[]
      >`select id from public.refunds where order_id = ${order_id}`
      const decision = { refund_id: refund!.id, approve: true, restock: true }
      const outcomes = await race([
        () => call(arena.clients, owner, 'decide_refund', decision),
        () => call(arena.clients, customer, 'cancel_order', { order_id }),
        () => call(arena.clients, owner, 'cancel_order', { order_id }),
        () => call(arena.clients, owner, 'decide_refund', decision),
      ])
      // Whoever comes second finds it done, or decided by the cancellation.
      expect(Object.keys(tally(outcomes)).filter((code) => !['ok', 'refund_already_decided'].includes(code)))
        .toEqual([])
      expect(await onHand(product)).toBe(10)
      expect(await refunded(order_id)).toBe(PIECES * 1000)
      await expectSound(arena.owner)
    },
  )
})
