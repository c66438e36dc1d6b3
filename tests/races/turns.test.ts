import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  fillCart,
  must,
  type Store,
} from '../support/market.ts'
import {
  type Arena,
  deliver,
  expectSound,
  intentFact,
  intentOf,
  inTurn,
  openArena,
  preparePayment,
  REPEATS,
  type Turn,
  within,
} from './arena.ts'

interface Placed {
  checkout_id: string
  orders: { id: string; store_id: string }[]
}

// Two verbs meet in the one moment that matters: the second begins when the first has decided but not committed. With the
// lock the second waits and then sees what the first did; without it, it decides by what was.
describe('the second of two verbs waits, and decides by what the first has done', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(12)
  })

  const verb = (userId: string, name: string, args: Record<string, unknown>): Turn => (sql) =>
    call(sql, userId, name, args)

  const event = (fact: Record<string, unknown>): Turn => (sql) =>
    sql`select public.apply_payment_event(${`evt_${crypto.randomUUID()}`}, 'test', now(), false, ${
      sql.json(fact as never)
    })`.then(
      () => ({ outcome: 'ok', value: null }),
      (error: { code: string; detail?: string; message: string }) => ({
        outcome: 'failed',
        status: error.code,
        code: error.detail ?? error.code,
        message: error.message,
      }),
    )

  const ok = { outcome: 'ok' }
  const refused = (code: string) => ({ outcome: 'failed', code })

  /** An order by cash of one piece for 1000. */
  async function byCash() {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store)
    const customer = await createUser(arena.owner)
    await fillCart(arena.owner, customer, [{ product }])
    const placed = await must(call<Placed>(arena.clients, customer, 'checkout', cashCheckout()))
    return { store, product, customer, order_id: placed.orders[0]!.id }
  }

  /** A card checkout of two stores for 1000 each, its payment prepared. */
  async function byCard() {
    const stores: Store[] = [await createStore(arena.owner), await createStore(arena.owner)]
    const customer = await createUser(arena.owner)
    const products = await Promise.all(stores.map((store) => createProduct(arena.owner, store)))
    await fillCart(arena.owner, customer, products.map((product) => ({ product })))
    const placed = await must(call<Placed>(arena.clients, customer, 'checkout', cardCheckout()))
    const payment = await preparePayment(arena, customer, placed.checkout_id)
    const orderOf = (store: Store) => placed.orders.find(({ store_id }) => store_id === store.id)!.id
    return { stores, customer, placed, payment, order_id: orderOf(stores[0]!), owner: stores[0]!.ownerId }
  }

  async function paidByCard() {
    const order = await byCard()
    await must(deliver(arena.owner, intentFact(order.payment, 'succeeded')))
    return order
  }

  test('cash is not recorded for an order that was cancelled a moment ago', REPEATS, async () => {
    const { store, customer, order_id } = await byCash()
    expect(
      await inTurn(
        arena,
        verb(customer, 'cancel_order', { order_id }),
        verb(store.ownerId, 'record_cash_payment', { order_id }),
      ),
    ).toMatchObject([ok, refused('illegal_status')])
    await expectSound(arena.owner)
  })

  test('cash that two members record at once is recorded once', REPEATS, async () => {
    const { store, order_id } = await byCash()
    const record = verb(store.ownerId, 'record_cash_payment', { order_id })
    expect(await inTurn(arena, record, record)).toMatchObject([ok, ok])
    await expectSound(arena.owner)
  })

  test('an order that two members ship at once leaves in one parcel', REPEATS, async () => {
    const { store, order_id } = await byCash()
    const ship = verb(store.ownerId, 'advance_order', { order_id, status: 'shipped' })
    expect(await inTurn(arena, ship, ship)).toMatchObject([ok, ok])
    const parcels = await arena.owner`select 1 from public.shipments where order_id = ${order_id}`
    expect(parcels).toHaveLength(1)
    await expectSound(arena.owner)
  })

  test('what was refunded at the provider a moment ago is not shipped', REPEATS, async () => {
    const { payment, owner, order_id } = await paidByCard()
    expect(
      await inTurn(
        arena,
        event(refundOf(payment, 2000, 'pending')),
        verb(owner, 'advance_order', { order_id, status: 'shipped' }),
      ),
    ).toMatchObject([ok, refused('order_refunded')])
    await expectSound(arena.owner)
  })

  test(
    'nothing is asked back of an order that was cancelled and refunded a moment ago',
    REPEATS,
    async () => {
      const { customer, order_id } = await paidByCard()
      expect(
        await inTurn(
          arena,
          verb(customer, 'cancel_order', { order_id }),
          verb(customer, 'request_refund', { order_id }),
        ),
      ).toMatchObject([ok, refused('refund_exceeds_payment')])
      const open = await arena
        .owner`select 1 from public.refunds where order_id = ${order_id} and status = 'requested'`
      expect(open).toEqual([])
      await expectSound(arena.owner)
    },
  )

  test('of two requests for a refund of one order the second is told of the first', REPEATS, async () => {
    const { customer, order_id } = await paidByCard()
    const request = verb(customer, 'request_refund', { order_id })
    expect(await inTurn(arena, request, request)).toMatchObject([ok, refused('refund_already_requested')])
    await expectSound(arena.owner)
  })

  test('a refund is not approved beyond what the provider has just left of its order', REPEATS, async () => {
    const { customer, payment, owner, order_id } = await paidByCard()
    const refundId = await requested(customer, order_id, 700)
    expect(
      await inTurn(
        arena,
        event(refundOf(payment, 1000)),
        verb(owner, 'decide_refund', { refund_id: refundId, approve: true }),
      ),
    ).toMatchObject([ok, refused('refund_exceeds_payment')])
    await expectSound(arena.owner)
  })

  test('a refund is not approved once a dispute has begun', REPEATS, async () => {
    const { customer, payment, owner, order_id } = await paidByCard()
    const refundId = await requested(customer, order_id, 700)
    expect(
      await inTurn(
        arena,
        event({
          kind: 'dispute',
          dispute_id: `du_${payment.payment_id}`,
          intent_id: intentOf(payment),
          amount: 2000,
          currency: 'USD',
          reason: 'fraudulent',
          status: 'needs_response',
        }),
        verb(owner, 'decide_refund', { refund_id: refundId, approve: true }),
      ),
    ).toMatchObject([ok, refused('payment_disputed')])
    await expectSound(arena.owner)
  })

  test('a checkout that was cancelled a moment ago is not paid any more', REPEATS, async () => {
    const { customer, placed, order_id } = await byCard()
    expect(
      await inTurn(
        arena,
        verb(customer, 'cancel_order', { order_id }),
        verb(customer, 'prepare_payment', { checkout_id: placed.checkout_id }),
      ),
    ).toMatchObject([ok, refused('checkout_not_payable')])
    await expectSound(arena.owner)
  })

  test('a payment that two tabs prepare at once is one payment', REPEATS, async () => {
    const store = await createStore(arena.owner)
    const customer = await createUser(arena.owner)
    await fillCart(arena.owner, customer, [{ product: await createProduct(arena.owner, store) }])
    const { checkout_id } = await must(call<Placed>(arena.clients, customer, 'checkout', cardCheckout()))
    const prepare = verb(customer, 'prepare_payment', { checkout_id })
    const [first, second] = await inTurn(arena, prepare, prepare)
    expect(second).toEqual(first)
    await expectSound(arena.owner)
  })

  test('a bank debit that begins as its hold ends keeps what it pays for', REPEATS, async () => {
    const { placed, payment } = await byCard()
    await expire(placed.checkout_id)
    const expiry: Turn = (sql) =>
      sql`select private.end_overdue_checkouts(array[${placed.checkout_id}]::uuid[]) as count
          from private.lock_checkout(${placed.checkout_id})`
        .then(([row]) => ({ outcome: 'ok', value: row!['count'] as number }))
    expect(await inTurn(arena, event(intentFact(payment, 'processing')), expiry)).toMatchObject([ok, {
      ...ok,
      value: 0,
    }])
    const [checkout] = await arena.owner`select status from public.checkouts where id = ${placed.checkout_id}`
    expect(checkout).toEqual({ status: 'pending' })
    await expectSound(arena.owner)
  })

  /** Checkouts of these many customers, each with one piece and the coupon on the cart. */
  async function withCoupon(count: number, limit: 'usage_limit' | 'per_customer_limit') {
    const store = await createStore(arena.owner)
    const code = `C-${store.id.slice(0, 8)}`
    await arena.owner`
      insert into public.coupons ${
      arena.owner({ store_id: store.id, code, kind: 'percentage', percent_bps: 1000, [limit]: 1 })
    }`
    // Each another product: whoever waits for the same pieces sees what the other did in any case.
    const take = async (customer: string) => {
      const product = await createProduct(arena.owner, store)
      await fillCart(arena.owner, customer, [{ product }])
      await must(call(arena.clients, customer, 'apply_coupon', { code }))
    }
    const customers = []
    for (let index = 0; index < count; index++) customers.push(await createUser(arena.owner))
    for (const customer of customers) await take(customer)
    return { store, customers, take }
  }

  test('the last use of a coupon that somebody takes a moment before is gone', REPEATS, async () => {
    const { customers: [ana, ben] } = await withCoupon(2, 'usage_limit')
    expect(
      await inTurn(arena, verb(ana!, 'checkout', cashCheckout()), verb(ben!, 'checkout', cashCheckout())),
    ).toMatchObject([ok, refused('coupon_used_up')])
    await expectSound(arena.owner)
  })

  test(
    'a late payment that takes a customer’s one use again leaves none for the next order',
    REPEATS,
    async () => {
      const { customers: [ana], take } = await withCoupon(1, 'per_customer_limit')
      const placed = await must(call<Placed>(arena.clients, ana!, 'checkout', cardCheckout()))
      const payment = await preparePayment(arena, ana!, placed.checkout_id)
      await expire(placed.checkout_id)
      await arena.owner`select private.expire_checkouts()`
      await take(ana!)
      expect(
        await inTurn(arena, event(intentFact(payment, 'succeeded')), verb(ana!, 'checkout', cashCheckout())),
      ).toMatchObject([ok, refused('coupon_limit_reached')])
      await expectSound(arena.owner)
    },
  )

  test(
    'a parcel whose delivery began before it was sent is delivered when it was sent, not earlier',
    REPEATS,
    async () => {
      const { store, order_id } = await byCash()
      const step = (status: string) => verb(store.ownerId, 'advance_order', { order_id, status })
      await must(call(arena.clients, store.ownerId, 'record_cash_payment', { order_id }))
      const delivering = await arena.owner.reserve()
      try {
        await delivering`begin`
        await delivering`select now()` // the time of everything in this transaction
        await must(step('shipped')(arena.clients))
        expect(await step('delivered')(within(delivering))).toMatchObject(ok)
        await delivering`commit`
      } finally {
        await delivering`rollback`
        delivering.release()
      }
      expect(
        await arena.owner`
        select orders.delivered_at = orders.shipped_at as order_is_in_time,
          shipments.delivered_at = shipments.shipped_at as parcel_is_in_time
        from public.orders join public.shipments on shipments.order_id = orders.id
        where orders.id = ${order_id}`,
      ).toEqual([{ order_is_in_time: true, parcel_is_in_time: true }])
      await expectSound(arena.owner)
    },
  )

  const expire = (checkoutId: string) =>
    arena.owner`update public.checkouts set expires_at = now() - interval '1 second' where id = ${checkoutId}`

  const refundOf = (payment: { payment_id: string }, amount: number, status = 'succeeded') => ({
    kind: 'refund',
    provider_refund_id: `re_${payment.payment_id}`,
    intent_id: `pi_${payment.payment_id}`,
    refund_id: null,
    amount,
    currency: 'USD',
    status,
  })

  async function requested(customer: string, order_id: string, amount: number): Promise<string> {
    await must(call(arena.clients, customer, 'request_refund', { order_id, amount }))
    const [refund] = await arena.owner<{ id: string }[]>`
      select id from public.refunds where order_id = ${order_id} and status = 'requested'`
    return refund!.id
  }
})
