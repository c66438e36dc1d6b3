import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUsers,
  fillCart,
  must,
  type Outcome,
  type Product,
} from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS } from './arena.ts'

interface Placed {
  checkout_id: string
  orders: { id: string }[]
}

const CUSTOMERS = 6

describe('carts that come back', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(40)
  })

  /** What became of one customer's pieces of a product: in the active cart, and in orders that stand. */
  async function piecesOf(customer: string, product: Product): Promise<number> {
    const [row] = await arena.owner<{ pieces: number }[]>`
      select (
        select coalesce(sum(cart_items.quantity), 0)
        from public.cart_items join public.carts on carts.id = cart_items.cart_id
        where carts.user_id = ${customer} and carts.status = 'active' and cart_items.variant_id = ${product.variantId}
      )::integer + (
        select coalesce(sum(order_lines.quantity), 0)
        from public.order_lines join public.orders on orders.id = order_lines.order_id
        where orders.customer_id = ${customer} and orders.status <> 'cancelled' and order_lines.variant_id = ${product.variantId}
      )::integer as pieces`
    return row!.pieces
  }

  test(
    'carts that expire, are cancelled, filled, claimed and bought at once lose no piece and never wait in a circle',
    REPEATS,
    async () => {
      const store = await createStore(arena.owner)
      const products = await Promise.all([1, 2].map(() => createProduct(arena.owner, store, 1000, 1000)))
      const [kept, added] = products as [Product, Product]
      const customers = await createUsers(arena.owner, CUSTOMERS)
      const guests = await Promise.all(
        customers.map(() =>
          must(
            call<{ token: string }>(arena.clients, null, 'add_to_cart', {
              variant_id: added.variantId,
              quantity: 3,
            }),
          )
        ),
      )
      const placed = await Promise.all(customers.map(async (customer) => {
        await fillCart(arena.owner, customer, [{ product: kept, quantity: 2 }])
        return must(call<Placed>(arena.clients, customer, 'checkout', cardCheckout()))
      }))
      const ids = placed.map(({ checkout_id }) => checkout_id)
      await arena
        .owner`update public.checkouts set expires_at = now() - interval '1 second' where id = any (${ids})`
      const expire = (): Promise<Outcome<unknown>> =>
        arena.owner`select private.expire_checkouts()`.then(
          () => ({ outcome: 'ok' as const, value: null }),
          (error: { code?: string; message: string }) => ({
            outcome: 'failed' as const,
            status: error.code ?? '',
            code: error.code ?? '',
            message: error.message,
          }),
        )

      const outcomes = await race<unknown>([
        expire,
        ...customers.flatMap((customer, index) => [
          () => call(arena.clients, customer, 'cancel_order', { order_id: placed[index]!.orders[0]!.id }),
          () => call(arena.clients, customer, 'add_to_cart', { variant_id: added.variantId }),
          () => call(arena.clients, customer, 'claim_cart', { cart_token: guests[index]!.token }),
          () => call(arena.clients, customer, 'checkout', cashCheckout()),
        ]),
        expire,
      ])
      // The rest of what was due, in case both jobs came second everywhere.
      await expire()

      const refusals = outcomes.flatMap((outcome) => outcome.outcome === 'ok' ? [] : [outcome])
      // A cart may be empty at the moment somebody buys it; nothing else is refused.
      expect(refusals.filter((outcome) => outcome.outcome !== 'failed' || outcome.code !== 'cart_empty'))
        .toEqual([])
      for (const customer of customers) {
        expect([await piecesOf(customer, kept), await piecesOf(customer, added)]).toEqual([2, 4])
      }
      expect(
        await arena
          .owner`select user_id from public.carts where status = 'active' group by user_id having count(*) > 1 and user_id is not null`,
      ).toEqual([])
      await expectSound(arena.owner)
    },
  )
})
