import { beforeAll, describe, expect, test } from 'vitest'
import {
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUsers,
  fillCart,
  type Outcome,
  type Product,
} from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS, tally } from '../races/arena.ts'

const BUYERS = 30

describe('the database has no time', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena()
  })

  /** What a checkout may wait for, in milliseconds. */
  type Limit = { lock_timeout: number } | { statement_timeout: number }

  async function press(
    buyer: string,
    args: Record<string, unknown>,
    limit?: Limit,
  ): Promise<Outcome<unknown>> {
    const [setting, value] = Object.entries(limit ?? { statement_timeout: 0 })[0]!
    const list = Object.keys(args).map((name, index) => `${name} => $${index + 1}`).join(', ')
    try {
      await arena.clients.begin(async (transaction) => {
        await transaction`
          select set_config('role', 'authenticated', true),
            set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: buyer })}, true),
            set_config(${setting}, ${String(value)}, true)`
        await transaction.unsafe(`select public.checkout(${list})`, Object.values(args) as never[])
      })
      return { outcome: 'ok', value: undefined }
    } catch (error) {
      const { code = 'lost', detail, message } = error as { code?: string; detail?: string; message: string }
      return { outcome: 'failed', status: code, code: detail ?? code, message }
    }
  }

  /** Everybody presses the button: half of them in cash, half by card. */
  interface Rush {
    product: Product
    press(limit?: Limit): ReturnType<typeof race>
  }

  async function rush(): Promise<Rush> {
    const product = await createProduct(arena.owner, await createStore(arena.owner), 1000, BUYERS)
    const buyers = await createUsers(arena.owner, BUYERS)
    for (const buyer of buyers) await fillCart(arena.owner, buyer, [{ product }])
    const args = buyers.map((_, index) => index % 2 === 0 ? cashCheckout() : cardCheckout())
    return {
      product,
      press: (limit) => race(buyers.map((buyer, index) => () => press(buyer, args[index]!, limit))),
    }
  }

  async function placed({ product }: Rush): Promise<{ orders: number; buyers: number; gone: number }> {
    const [row] = await arena.owner<{ orders: number; buyers: number; gone: number }[]>`
      select count(*)::integer as orders, count(distinct customer_id)::integer as buyers,
        (select ${BUYERS} - on_hand + reserved from public.stock_levels where variant_id = ${product.variantId}) as gone
      from public.orders where store_id = ${product.store.id}`
    return row!
  }

  test(
    'while a migration holds the orders nobody orders by halves, and everybody orders afterwards',
    REPEATS,
    async () => {
      const crowd = await rush()
      await arena.owner.begin(async (migration) => {
        await migration`lock table public.orders in access exclusive mode`
        expect(tally(await crowd.press({ lock_timeout: 200 }))).toEqual({ '55P03': BUYERS })
      })
      expect(await placed(crowd)).toEqual({ orders: 0, buyers: 0, gone: 0 })
      await expectSound(arena.owner)

      expect(tally(await crowd.press())).toEqual({ ok: BUYERS })
      expect(await placed(crowd)).toEqual({ orders: BUYERS, buyers: BUYERS, gone: BUYERS })
      await expectSound(arena.owner)
    },
  )

  test(
    'where statements run out of time in a checkout, the same key finishes what was not done',
    REPEATS,
    async () => {
      const crowd = await rush()
      for (const statement_timeout of [2, 4, 8, 16]) {
        const outcomes = tally(await crowd.press({ statement_timeout }))
        expect(Object.keys(outcomes).every((outcome) => ['ok', '57014'].includes(outcome))).toBe(true)
        await expectSound(arena.owner)
      }
      expect(tally(await crowd.press())).toEqual({ ok: BUYERS })
      expect(await placed(crowd)).toEqual({ orders: BUYERS, buyers: BUYERS, gone: BUYERS })
      await expectSound(arena.owner)
    },
  )
})
