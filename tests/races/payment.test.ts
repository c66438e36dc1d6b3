import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cardCheckout,
  createProduct,
  createStore,
  createUser,
  fillCart,
  must,
  type Product,
  type Store,
} from '../support/market.ts'
import {
  type Arena,
  deliver,
  expectSound,
  intentFact,
  intentOf,
  openArena,
  type Payment,
  preparePayment,
  race,
  REPEATS,
  tally,
} from './arena.ts'

interface Placed {
  checkout_id: string
  orders: { id: string }[]
}

describe('payments', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(24)
  })

  /** A card checkout that waits for its payment. */
  async function place(quantity = 1, stock = 10): Promise<
    { store: Store; product: Product; buyer: string; placed: Placed; orderId: string; payment: Payment }
  > {
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store, 1000, stock)
    const buyer = await createUser(arena.owner)
    await fillCart(arena.owner, buyer, [{ product, quantity }])
    const placed = await must(call<Placed>(arena.clients, buyer, 'checkout', cardCheckout()))
    const payment = await preparePayment(arena, buyer, placed.checkout_id)
    return { store, product, buyer, placed, orderId: placed.orders[0]!.id, payment }
  }

  const expire = (checkoutId: string) =>
    arena.owner`update public.checkouts set expires_at = now() - interval '1 second' where id = ${checkoutId}`

  const runExpiry = () =>
    arena.owner`select private.expire_checkouts() as value`.then(
      () => ({ outcome: 'ok' as const, value: null }),
    )

  test('one event of a payment delivered ten times at once is applied once', REPEATS, async () => {
    const { payment, orderId } = await place()

    const outcomes = await race(
      Array.from(
        { length: 10 },
        () => () => deliver(arena.owner, intentFact(payment, 'succeeded'), `evt_${payment.payment_id}`),
      ),
    )

    const answers = outcomes.map((outcome) => outcome.outcome === 'ok' && outcome.value.outcome).sort()
    expect(answers).toEqual(['applied', ...Array(9).fill('duplicate')])
    const [order] = await arena.owner`select status, payment_status from public.orders where id = ${orderId}`
    expect(order).toEqual({ status: 'confirmed', payment_status: 'paid' })
    await expectSound(arena.owner)
  })

  test('a late payment that finds its stock takes what came back out of the cart, but nothing that the customer changed since', async () => {
    const { store, product: bought, buyer } = await place()
    const [changed, added] = await Promise.all([1, 2].map(() => createProduct(arena.owner, store, 1000, 10)))
    await arena.owner`
      insert into public.coupons (store_id, code, kind, percent_bps) values (${store.id}, 'LATE', 'percentage', 1000)`
    await fillCart(arena.owner, buyer, [{ product: bought, quantity: 2 }, {
      product: changed!,
      quantity: 3,
    }, { product: added!, quantity: 1 }])
    await must(call(arena.clients, buyer, 'apply_coupon', { code: 'LATE' }))
    const placed = await must(call<Placed>(arena.clients, buyer, 'checkout', cardCheckout()))
    const payment = await preparePayment(arena, buyer, placed.checkout_id)
    await must(call(arena.clients, buyer, 'add_to_cart', { variant_id: added!.variantId, quantity: 4 }))
    await expire(placed.checkout_id)
    await runExpiry()
    await must(
      call(arena.clients, buyer, 'set_cart_quantity', { variant_id: changed!.variantId, quantity: 4 }),
    )
    const cart = async (): Promise<unknown> => {
      const { items, coupons } = await must(
        call<{ items: { variant_id: string; quantity: number }[]; coupons: { code: string }[] }>(
          arena.clients,
          buyer,
          'get_cart',
        ),
      )
      return {
        pieces: [bought, changed, added].map((product) =>
          items.find((item) => item.variant_id === product!.variantId)?.quantity ?? 0
        ),
        codes: coupons.map(({ code }) => code),
      }
    }
    expect(await cart()).toEqual({ pieces: [2, 4, 5], codes: ['LATE'] })

    await must(deliver(arena.owner, intentFact(payment, 'succeeded')))

    const [order] = await arena.owner`select status from public.orders where id = ${placed.orders[0]!.id}`
    expect(order).toEqual({ status: 'confirmed' })
    expect(await cart()).toEqual({ pieces: [0, 4, 4], codes: [] })
    await expectSound(arena.owner)
  })

  test('different events that report one success of a payment confirm its order once', REPEATS, async () => {
    const { payment, orderId } = await place()
    await race(
      Array.from(
        { length: 6 },
        (_, index) => () =>
          deliver(arena.owner, intentFact(payment, index % 3 === 0 ? 'processing' : 'succeeded')),
      ),
    )
    const steps = await arena.owner`
      select to_status from public.order_events where order_id = ${orderId} and kind = 'status' order by id`
    expect(steps.map(({ to_status }) => to_status)).toEqual(['pending', 'confirmed'])
    await expectSound(arena.owner)
  })

  test(
    'an order paid, cancelled and expired at the same instant has one end, and no money or stock is lost',
    REPEATS,
    async () => {
      const { payment, buyer, orderId, placed, product } = await place(2)
      await expire(placed.checkout_id)

      await race<unknown>([
        () => deliver(arena.owner, intentFact(payment, 'succeeded')),
        () => call(arena.clients, buyer, 'cancel_order', { order_id: orderId }),
        runExpiry,
        () => deliver(arena.owner, intentFact(payment, 'succeeded')),
      ])

      const [order] = await arena
        .owner`select status, payment_status, refunding_amount from public.orders where id = ${orderId}`
      const [level] = await arena
        .owner`select on_hand, reserved from public.stock_levels where variant_id = ${product.variantId}`
      const [held] = await arena.owner`
      select captured_amount - refunding_amount as kept from public.payments where id = ${payment.payment_id}`
      expect(level!['reserved']).toBe(0)
      if (order!['status'] === 'cancelled') {
        expect(level!['on_hand']).toBe(10)
        expect(held!['kept']).toBe('0')
      } else {
        expect(order).toMatchObject({ status: 'confirmed', payment_status: 'paid' })
        expect(level!['on_hand']).toBe(8)
        expect(held!['kept']).toBe('2000')
      }
      await expectSound(arena.owner)
    },
  )

  test('events of a failure or a cancellation after the success change nothing', async () => {
    const { payment, orderId } = await place()
    await must(deliver(arena.owner, intentFact(payment, 'succeeded')))
    for (const status of ['requires_payment_method', 'canceled', 'processing']) {
      expect(await must(deliver(arena.owner, intentFact(payment, status)))).toMatchObject({
        outcome: 'ignored',
      })
    }
    const [order] = await arena.owner`select status from public.orders where id = ${orderId}`
    expect(order).toEqual({ status: 'confirmed' })
    await expectSound(arena.owner)
  })

  test('a payment after its checkout expired takes stock again if there is some', async () => {
    const { payment, orderId, placed, product } = await place(2)
    await expire(placed.checkout_id)
    await runExpiry()
    expect(await must(deliver(arena.owner, intentFact(payment, 'succeeded')))).toMatchObject({
      refund_ids: [],
    })
    const [order] = await arena
      .owner`select status, payment_status, number::int from public.orders where id = ${orderId}`
    expect(order).toEqual({ status: 'confirmed', payment_status: 'paid', number: 1 })
    const [level] = await arena
      .owner`select on_hand from public.stock_levels where variant_id = ${product.variantId}`
    expect(level).toEqual({ on_hand: 8 })
    await expectSound(arena.owner)
  })

  test('a payment after its checkout expired goes back by itself when the stock is gone', async () => {
    const { payment, orderId, placed, product, buyer } = await place(2, 2)
    await expire(placed.checkout_id)
    await runExpiry()
    const other = await createUser(arena.owner)
    await fillCart(arena.owner, other, [{ product }])
    await must(call(arena.clients, other, 'checkout', cardCheckout()))

    const answer = await must(deliver(arena.owner, intentFact(payment, 'succeeded')))
    expect(answer.refund_ids).toHaveLength(1)
    const [order] = await arena.owner`select status, payment_status from public.orders where id = ${orderId}`
    expect(order).toEqual({ status: 'cancelled', payment_status: 'unpaid' })
    const mails = await arena.owner`
      select 1 from private.outbox where template = 'payment_refunded_late' and user_id = ${buyer}`
    expect(mails).toHaveLength(1)
    await must(deliver(arena.owner, {
      kind: 'refund',
      provider_refund_id: 're_late',
      intent_id: intentOf(payment),
      refund_id: answer.refund_ids[0],
      amount: 2000,
      currency: 'USD',
      status: 'succeeded',
    }))
    const [paid] = await arena
      .owner`select refunded_amount, refunding_amount from public.payments where id = ${payment.payment_id}`
    expect(paid).toEqual({ refunded_amount: '2000', refunding_amount: '0' })
    await expectSound(arena.owner)
  })

  test('a payment after a cancellation does not bring the order back', async () => {
    const { payment, buyer, orderId } = await place()
    await must(call(arena.clients, buyer, 'cancel_order', { order_id: orderId }))
    expect((await must(deliver(arena.owner, intentFact(payment, 'succeeded')))).refund_ids).toHaveLength(1)
    const [order] = await arena.owner`select status from public.orders where id = ${orderId}`
    expect(order).toEqual({ status: 'cancelled' })
    await expectSound(arena.owner)
  })

  test('an event that does not fit is recorded and alerted, and fulfils nothing', async () => {
    const { payment, orderId } = await place()
    const other = await place()
    const succeeded = intentFact(payment, 'succeeded')
    for (
      const change of [
        { amount: 999, amount_received: 999 },
        { amount_received: 1 },
        { currency: 'EUR' },
        { payment_id: other.payment.payment_id },
        { checkout_id: other.placed.checkout_id },
      ]
    ) {
      expect(await must(deliver(arena.owner, { ...succeeded, ...change }))).toMatchObject({
        outcome: 'mismatch',
      })
    }
    expect(
      await must(
        deliver(arena.owner, { ...succeeded, intent_id: 'pi_unknown', payment_id: null, checkout_id: null }),
      ),
    )
      .toMatchObject({ outcome: 'ignored' })
    const [order] = await arena.owner`select status from public.orders where id = ${orderId}`
    expect(order).toEqual({ status: 'pending' })
    const alerts = await arena
      .owner`select 1 from private.alerts where rule = 'payment_mismatch' and data ->> 'intent_id' = ${
      intentOf(payment)
    }`
    expect(alerts.length).toBe(5)
    await expectSound(arena.owner)
  })

  test(
    'two people and somebody at the provider who refund at once never give back more than was paid',
    REPEATS,
    async () => {
      const { payment, orderId, store, buyer } = await place(1)
      await must(deliver(arena.owner, intentFact(payment, 'succeeded')))
      const manager = await createUser(arena.owner)
      await arena.owner`
      insert into public.store_members (store_id, user_id, role) values (${store.id}, ${manager}, 'manager')`
      const { id: refundId } = await request(buyer, orderId, 700)

      await race<unknown>([
        () => call(arena.clients, store.ownerId, 'decide_refund', { refund_id: refundId, approve: true }),
        () => call(arena.clients, manager, 'decide_refund', { refund_id: refundId, approve: true }),
        () =>
          deliver(arena.owner, {
            kind: 'refund',
            provider_refund_id: `re_${payment.payment_id}`,
            intent_id: intentOf(payment),
            refund_id: null,
            amount: 600,
            currency: 'USD',
            status: 'succeeded',
          }),
      ])

      const [paid] = await arena.owner`
      select captured_amount::int, refunded_amount::int, refunding_amount::int from public.payments where id = ${payment.payment_id}`
      expect(paid!['refunded_amount']).toBe(600)
      expect(paid!['refunded_amount'] + paid!['refunding_amount']).toBeLessThanOrEqual(
        paid!['captured_amount'],
      )
      await expectSound(arena.owner)
    },
  )

  async function request(buyer: string, orderId: string, amount: number): Promise<{ id: string }> {
    await must(call(arena.clients, buyer, 'request_refund', { order_id: orderId, amount }))
    const [refund] = await arena.owner<{ id: string }[]>`
      select id from public.refunds where order_id = ${orderId} and status = 'requested'`
    return refund!
  }

  test(
    'a refund approved, issued, reported and overtaken by a cancellation at once ends once',
    REPEATS,
    async () => {
      const { payment, orderId, store, buyer } = await place(1)
      await must(deliver(arena.owner, intentFact(payment, 'succeeded')))
      const { id: refundId } = await request(buyer, orderId, 400)
      await must(call(arena.clients, store.ownerId, 'decide_refund', { refund_id: refundId, approve: true }))
      const providerRefund = `re_${refundId}`
      const attach = () =>
        arena.owner`select public.attach_refund(${refundId}, ${providerRefund}, 'succeeded')`.then(
          () => ({ outcome: 'ok' as const, value: null }),
        )

      const outcomes = await race<unknown>([
        attach,
        () => call(arena.clients, store.ownerId, 'decide_refund', { refund_id: refundId, approve: true }),
        () =>
          deliver(arena.owner, {
            kind: 'refund',
            provider_refund_id: providerRefund,
            intent_id: intentOf(payment),
            refund_id: refundId,
            amount: 400,
            currency: 'USD',
            status: 'succeeded',
          }),
        () => call(arena.clients, buyer, 'cancel_order', { order_id: orderId }),
        attach,
      ])

      expect(tally(outcomes)).toEqual({ ok: 5 })
      const [paid] = await arena.owner`
      select refunded_amount::int, refunding_amount::int from public.payments where id = ${payment.payment_id}`
      expect(paid).toEqual({ refunded_amount: 400, refunding_amount: 600 })
      await expectSound(arena.owner)
    },
  )

  test(
    'an order given back at the provider, disputed and cancelled at the same instant gives every cent back once',
    REPEATS,
    async () => {
      const buyer = await createUser(arena.owner)
      const products = [
        await createProduct(arena.owner, await createStore(arena.owner), 2000),
        await createProduct(arena.owner, await createStore(arena.owner), 3000),
      ]
      await fillCart(arena.owner, buyer, products.map((product) => ({ product })))
      const { checkout_id, orders } = await must(
        call<Placed>(arena.clients, buyer, 'checkout', cardCheckout()),
      )
      const payment = await preparePayment(arena, buyer, checkout_id)
      await must(deliver(arena.owner, intentFact(payment, 'succeeded')))
      const refund = (name: string, amount: number, status = 'succeeded') => () =>
        deliver(arena.owner, {
          kind: 'refund',
          provider_refund_id: `re_${name}_${payment.payment_id}`,
          intent_id: intentOf(payment),
          refund_id: null,
          amount,
          currency: 'USD',
          status,
        })
      const dispute = (status: string) => () =>
        deliver(arena.owner, {
          kind: 'dispute',
          dispute_id: `du_${payment.payment_id}`,
          intent_id: intentOf(payment),
          amount: 1500,
          currency: 'USD',
          reason: 'fraudulent',
          status,
        })

      const outcomes = await race<unknown>([
        refund('first', 500),
        refund('second', 701, 'pending'),
        refund('second', 701),
        dispute('needs_response'),
        dispute('lost'),
        ...orders.map(({ id }) => () => call(arena.clients, buyer, 'cancel_order', { order_id: id })),
      ])

      expect(tally(outcomes)).toEqual({ ok: 7 })
      const [paid] = await arena.owner`
        select (refunded_amount + refunding_amount)::int as back from public.payments where id = ${payment.payment_id}`
      expect(paid).toEqual({ back: 5000 })
      await expectSound(arena.owner)
    },
  )

  test('cancelling a paid order ten times makes one refund', REPEATS, async () => {
    const { payment, orderId, buyer, product } = await place(3)
    await must(deliver(arena.owner, intentFact(payment, 'succeeded')))

    const outcomes = await race(
      Array.from(
        { length: 10 },
        () => () => call(arena.clients, buyer, 'cancel_order', { order_id: orderId }),
      ),
    )

    expect(tally(outcomes)).toEqual({ ok: 10 })
    const refunds = await arena
      .owner`select amount::int, status from public.refunds where order_id = ${orderId}`
    expect(refunds).toEqual([{ amount: 3000, status: 'approved' }])
    const [level] = await arena
      .owner`select on_hand from public.stock_levels where variant_id = ${product.variantId}`
    expect(level).toEqual({ on_hand: 10 })
    await expectSound(arena.owner)
  })

  test('two expiry runs at once release a hold once', REPEATS, async () => {
    const { placed, product } = await place(4)
    await expire(placed.checkout_id)
    await race<unknown>([runExpiry, runExpiry, runExpiry])
    const [level] = await arena
      .owner`select on_hand, reserved from public.stock_levels where variant_id = ${product.variantId}`
    expect(level).toEqual({ on_hand: 10, reserved: 0 })
    await expectSound(arena.owner)
  })
})
