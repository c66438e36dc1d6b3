import type postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import {
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUsers,
  fillCart,
} from '../support/market.ts'
import { expectSound, REPEATS, tally } from '../races/arena.ts'
import { draws, SEED } from '../support/index.ts'
import { useKillable } from './killable.ts'

// The database dies while people press the button. Whoever got no answer presses again, with the same key, and every
// press turns out to have happened once or not at all. The server is durable here, as it is in production.

interface Placed {
  checkout_id: string
  orders: { id: string }[]
}

const BUYERS = 100

const draw = draws()

const killable = useKillable()
const { withConnections } = killable

/** Presses the button once. */
const press = (clients: postgres.Sql, buyer: string, args: Record<string, unknown>) =>
  killable.press<Placed>(clients, buyer, 'checkout', args)

describe('the database is killed during a hundred checkouts', () => {
  test(
    'every checkout resolves to exactly one outcome when it is repeated after the database was killed',
    { ...REPEATS, timeout: 60_000 },
    async () => {
      const { buyers, presses, product, scarce } = await withConnections(async (owner) => {
        const [store, other] = [await createStore(owner), await createStore(owner)]
        const product = await createProduct(owner, store, 1000, 1000)
        const scarce = await createProduct(owner, other, 500, BUYERS / 2)
        const buyers = await createUsers(owner, BUYERS)
        for (const buyer of buyers) await fillCart(owner, buyer, [{ product }, { product: scarce }])
        const presses = buyers.map((_, index) => index % 3 === 0 ? cardCheckout() : cashCheckout())
        return { buyers, presses, product, scarce }
      })

      // Killed at another moment each time: after some of the answers have come.
      const answersUntilKill = Math.floor(draw() * 40)
      const first = await withConnections(async (_, clients) => {
        let answers = 0
        let kill = () => {}
        const due = new Promise<void>((resolve) => kill = resolve)
        const pressed = buyers.map(async (buyer, index) => {
          const outcome = await press(clients, buyer, presses[index]!)
          if (++answers > answersUntilKill) kill()
          return outcome
        })
        await due
        await killable.killAndRecover()
        return await Promise.all(pressed)
      })
      expect(first.some(({ outcome }) => outcome === 'unknown'), `TEST_SEED=${SEED}`).toBe(true)

      const second = await withConnections(async (owner, clients) => {
        await killable.answering(owner)
        return await Promise.all(
          buyers.map((buyer, index) => press(clients, buyer, presses[index]!)),
        )
      })
      expect(tally(second), `TEST_SEED=${SEED}`).toEqual({ ok: BUYERS / 2, out_of_stock: BUYERS / 2 })
      for (const [index, outcome] of first.entries()) {
        // What was answered once is answered again, to the letter.
        if (outcome.outcome === 'ok') expect(second[index]).toEqual(outcome)
      }

      await withConnections(async (owner) => {
        const bought = second.map((outcome) => outcome.outcome === 'ok')
        const orders = await owner<{ customer_id: string; checkouts: number; orders: number }[]>`
        select customer_id, count(distinct checkout_id)::int as checkouts, count(*)::int as orders
        from public.orders where customer_id = any (${buyers}) group by customer_id`
        expect(orders).toHaveLength(BUYERS / 2)
        expect(new Set(orders.map(({ customer_id }) => customer_id)))
          .toEqual(new Set(buyers.filter((_, index) => bought[index])))
        // Each checkout whole: an order at both stores.
        expect(new Set(orders.map((row) => `${row.checkouts} ${row.orders}`))).toEqual(new Set(['1 2']))
        const levels = await owner<{ left: number }[]>`
        select on_hand - reserved as left from public.stock_levels
        where variant_id in (${product.variantId}, ${scarce.variantId}) order by 1`
        expect(levels.map(({ left }) => left)).toEqual([0, 1000 - BUYERS / 2])
        await expectSound(owner)
      })
    },
  )
})
