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
import {
  type Arena,
  deliver,
  expectSound,
  intentFact,
  openArena,
  preparePayment,
  race,
  REPEATS,
  tally,
} from './arena.ts'

describe('coupons', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(32)
  })

  /** Buyers with one product in the cart and the coupon on it. */
  async function prepare(count: number, limits: { usage_limit?: number; per_customer_limit?: number }) {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store, 1000, 1000)
    const code = `C-${store.id.slice(0, 8)}`
    await arena.owner`
      insert into public.coupons (store_id, code, kind, percent_bps, usage_limit, per_customer_limit)
      values (${store.id}, ${code}, 'percentage', 1000, ${limits.usage_limit ?? null}, ${
      limits.per_customer_limit ?? null
    })`
    const buyers = await createUsers(arena.owner, count)
    for (const buyer of buyers) {
      await fillCart(arena.owner, buyer, [{ product }])
      await must(call(arena.clients, buyer, 'apply_coupon', { code }))
    }
    return { store, product, code, buyers }
  }

  test("a coupon's limit of one holds across twenty separate customers", REPEATS, async () => {
    const { buyers, store } = await prepare(20, { usage_limit: 1 })

    const outcomes = await race(
      buyers.map((buyer, index) => () =>
        call(arena.clients, buyer, 'checkout', index % 2 === 0 ? cashCheckout() : cardCheckout())
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 1, coupon_used_up: 19 })
    const [coupon] = await arena.owner`select used_count from public.coupons where store_id = ${store.id}`
    expect(coupon).toEqual({ used_count: 1 })
    await expectSound(arena.owner)
  })

  test("a coupon's limit of one use per customer holds across the customer's carts", REPEATS, async () => {
    const { product, code } = await prepare(0, { per_customer_limit: 1 })
    const buyer = await createUser(arena.owner)
    // A customer has one active cart; the second use can only come after the first cart was ordered.
    const outcomes = []
    for (let round = 0; round < 3; round++) {
      await must(call(arena.clients, buyer, 'add_to_cart', { variant_id: product.variantId }))
      await call(arena.clients, buyer, 'apply_coupon', { code })
      outcomes.push(
        ...await race([
          () => call(arena.clients, buyer, 'checkout', cashCheckout()),
          () => call(arena.clients, buyer, 'checkout', cashCheckout()),
        ]),
      )
    }

    const uses = await arena
      .owner`select 1 from public.coupon_redemptions where user_id = ${buyer} and status = 'active'`
    expect(uses).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'ok').length).toBe(3)
    await expectSound(arena.owner)
  })

  test(
    "the loser of a race for a coupon's last use does not touch the winner's payment",
    REPEATS,
    async () => {
      const { buyers } = await prepare(8, { usage_limit: 1 })
      const outcomes = await race(
        buyers.map((buyer) => () =>
          call<{ checkout_id: string }>(arena.clients, buyer, 'checkout', cardCheckout())
        ),
      )
      expect(tally(outcomes)).toEqual({ ok: 1, coupon_used_up: 7 })

      const winner = outcomes.findIndex(({ outcome }) => outcome === 'ok')
      const won = outcomes[winner]!
      if (won.outcome !== 'ok') throw new Error('unreachable')
      const payment = await preparePayment(arena, buyers[winner]!, won.value.checkout_id)
      expect(payment.amount).toBe(900)
      await must(deliver(arena.owner, intentFact(payment, 'requires_action')))
      await must(deliver(arena.owner, intentFact(payment, 'succeeded')))

      const uses = await arena.owner`
      select 1 from public.coupon_redemptions where checkout_id = ${won.value.checkout_id} and status = 'active'`
      expect(uses).toHaveLength(1)
      await expectSound(arena.owner)
    },
  )

  test(
    "a cancelled order gives its coupon's use back, once, and somebody else takes it",
    REPEATS,
    async () => {
      const { buyers, store } = await prepare(6, { usage_limit: 1 })
      const first = buyers[0]!
      const placed = await must(
        call<{ orders: { id: string }[] }>(arena.clients, first, 'checkout', cashCheckout()),
      )
      const orderId = placed.orders[0]!.id

      const outcomes = await race([
        ...Array.from(
          { length: 4 },
          () => () => call(arena.clients, first, 'cancel_order', { order_id: orderId }),
        ),
        ...buyers.slice(1).map((buyer) => () => call(arena.clients, buyer, 'checkout', cashCheckout())),
      ])

      expect(tally(outcomes.slice(0, 4))).toEqual({ ok: 4 })
      expect(outcomes.slice(4).filter(({ outcome }) => outcome === 'ok').length).toBeLessThanOrEqual(1)
      const [coupon] = await arena.owner`select used_count from public.coupons where store_id = ${store.id}`
      expect(coupon!['used_count']).toBeLessThanOrEqual(1)
      await expectSound(arena.owner)
    },
  )
})
