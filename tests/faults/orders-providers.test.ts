import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { createHandler } from '../../functions/emails/handler.ts'
import { createResend } from '../../functions/emails/resend.ts'
import type { CallSql } from '../../functions/_shared/sql.ts'
import { type Outside, post, startOutside } from '../functions/support.ts'
import { ADDRESS, ask, offer, openShop, type Shop } from '../journeys/world.ts'
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
  intentOf,
  openArena,
  preparePayment,
  REPEATS,
} from '../races/arena.ts'
import { connectAs, refusal, releaseLater } from '../support/index.ts'
import { draws } from '../support/index.ts'

interface Placed {
  checkout_id: string
  orders: { id: string }[]
}

let arena: Arena
beforeAll(async () => {
  arena = await openArena(40)
})

/** A card checkout of one piece for 1000 that waits for its payment. */
async function placeCardOrder(sql: postgres.Sql = arena.clients) {
  const store = await createStore(arena.owner)
  const product = await createProduct(arena.owner, store, 1000, 5)
  const buyer = await createUser(arena.owner)
  await fillCart(arena.owner, buyer, [{ product }])
  const placed = await must(call<Placed>(sql, buyer, 'checkout', cardCheckout()))
  return { store, product, buyer, placed, orderId: placed.orders[0]!.id }
}

function permutations<Item>(items: Item[]): Item[][] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest])
  )
}

describe('events of the payment provider', () => {
  test(
    'events of a payment end in the same place, whatever their order and however often they come',
    async () => {
      const kinds = ['processing', 'failed', 'succeeded', 'refund', 'dispute'] as const
      for (const order of permutations([...kinds])) {
        const { orderId, buyer, placed } = await placeCardOrder()
        const payment = await preparePayment(arena, buyer, placed.checkout_id)
        const facts: Record<typeof kinds[number], Record<string, unknown>> = {
          processing: intentFact(payment, 'processing'),
          failed: intentFact(payment, 'requires_payment_method'),
          succeeded: intentFact(payment, 'succeeded'),
          refund: {
            kind: 'refund',
            provider_refund_id: `re_${payment.payment_id}`,
            intent_id: intentOf(payment),
            refund_id: null,
            amount: 300,
            currency: 'USD',
            status: 'succeeded',
          },
          dispute: {
            kind: 'dispute',
            dispute_id: `du_${payment.payment_id}`,
            intent_id: intentOf(payment),
            amount: 1000,
            currency: 'USD',
            reason: 'fraudulent',
            status: 'needs_response',
          },
        }
        // An event that comes too early is refused, and delivered again later, as providers do; each comes twice in any case.
        let waiting = order.flatMap((kind) => [kind, kind])
        for (let round = 0; waiting.length > 0; round++) {
          const refused: typeof waiting = []
          for (const kind of waiting) {
            const answer = await deliver(arena.owner, facts[kind], `evt_${kind}_${payment.payment_id}`)
            if (answer.outcome === 'ok') continue
            expect(answer).toMatchObject({ code: 'payment_not_captured' })
            refused.push(kind)
          }
          expect(round).toBeLessThan(3)
          waiting = refused
        }
        const [paid] = await arena.owner`
        select status, captured_amount::int, refunded_amount::int, refunding_amount::int from public.payments
        where id = ${payment.payment_id}`
        expect([order, paid]).toEqual([order, {
          status: 'succeeded',
          captured_amount: 1000,
          refunded_amount: 300,
          refunding_amount: 0,
        }])
        const [placedOrder] = await arena.owner`
        select status, payment_status from public.orders where id = ${orderId}`
        expect([order, placedOrder]).toEqual([order, {
          status: 'confirmed',
          payment_status: 'partially_refunded',
        }])
        const [steps] = await arena.owner`
        select count(*)::int as confirmations from public.order_events
        where order_id = ${orderId} and to_status = 'confirmed'`
        expect([order, steps]).toEqual([order, { confirmations: 1 }])
        const [share] = await arena.owner`
        select dispute_shares.amount::int, disputes.excess_amount::int
        from public.dispute_shares join public.disputes on disputes.id = dispute_shares.dispute_id
        where dispute_shares.order_id = ${orderId}`
        expect([order, share]).toEqual([order, { amount: 700, excess_amount: 300 }])
      }
      await expectSound(arena.owner)
    },
    60_000,
  )

  test('an event delivered ten times at once among others of its payment counts once', REPEATS, async () => {
    const { orderId, buyer, placed } = await placeCardOrder()
    const payment = await preparePayment(arena, buyer, placed.checkout_id)
    const refund = {
      kind: 'refund',
      provider_refund_id: `re_${payment.payment_id}`,
      intent_id: intentOf(payment),
      refund_id: null,
      amount: 300,
      currency: 'USD',
      status: 'succeeded',
    }
    const all = Array.from({ length: 10 }, () => [
      () => deliver(arena.owner, refund, `evt_refund_${payment.payment_id}`),
      () => deliver(arena.owner, intentFact(payment, 'succeeded'), `evt_paid_${payment.payment_id}`),
      () => deliver(arena.owner, intentFact(payment, 'processing'), `evt_processing_${payment.payment_id}`),
    ]).flat()
    await Promise.all(all.map((start) => start()))
    await must(deliver(arena.owner, refund, `evt_refund_${payment.payment_id}`))
    const [paid] = await arena.owner`
      select captured_amount::int, refunded_amount::int from public.payments where id = ${payment.payment_id}`
    expect(paid).toEqual({ captured_amount: 1000, refunded_amount: 300 })
    const [placedOrder] = await arena
      .owner`select status, payment_status from public.orders where id = ${orderId}`
    expect(placedOrder).toEqual({ status: 'confirmed', payment_status: 'partially_refunded' })
    await expectSound(arena.owner)
  })
})

describe('time', () => {
  test('a hold lasts as long whatever clock and zone its caller lives in', async () => {
    const [setting] = await arena.owner<{ minutes: number }[]>`
      select reservation_minutes as minutes from private.settings`
    const callers = [
      'UTC',
      'America/New_York',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ]
    for (const [index, zone] of callers.entries()) {
      // This process believes that it is ten minutes, a day or a year off.
      vi.useFakeTimers({
        toFake: ['Date'],
        now: Date.now() + [-600, 600, -86_400, 86_400, -31e6, 31e6][index]! * 1000,
      })
      try {
        const sql = connectAs(arena.database, 'authenticator', { connection: { TimeZone: zone } })
        const { placed, orderId } = await placeCardOrder(sql)
        const [row] = await arena.owner`
          select extract(epoch from checkouts.expires_at - checkouts.created_at)::int as seconds,
            checkouts.expires_at = stock_reservations.expires_at as is_same,
            abs(extract(epoch from now() - checkouts.created_at)) < 3600 as is_now
          from public.checkouts
          join public.stock_reservations on stock_reservations.order_id = ${orderId}
          where checkouts.id = ${placed.checkout_id}`
        expect([zone, row]).toEqual([zone, { seconds: setting!.minutes * 60, is_same: true, is_now: true }])
        await arena.owner`select private.expire_checkouts(10000)`
        const [still] = await arena
          .owner`select status from public.checkouts where id = ${placed.checkout_id}`
        expect(still).toEqual({ status: 'pending' })
      } finally {
        vi.useRealTimers()
      }
    }
    await expectSound(arena.owner)
  })

  test('a hold ends at its instant, once, on the nights when clocks change as well', async () => {
    for (const zone of ['America/New_York', 'Europe/Berlin', 'UTC']) {
      const job = connectAs(arena.database, 'postgres', { connection: { TimeZone: zone } })
      for (
        const past of [
          '2026-03-08T07:30:00Z',
          '2026-11-01T05:30:00Z',
          '2024-02-29T23:59:59Z',
          '2025-12-31T23:59:59.999Z',
        ]
      ) {
        const { placed, product, orderId } = await placeCardOrder()
        // A moment before it, and at it: an hour is what a clock that changes would be wrong by.
        const statusAt = async (instant: string) => {
          await job.unsafe(
            `update public.checkouts set expires_at = ${instant} where id = '${placed.checkout_id}'`,
          )
          await job`select private.expire_checkouts()`
          const [order] = await job`select status from public.orders where id = ${orderId}`
          return order!['status'] as string
        }
        expect([zone, await statusAt(`now() + interval '10 minutes'`)]).toEqual([zone, 'pending'])
        expect([zone, await statusAt(`'${past}'`)]).toEqual([zone, 'cancelled'])
        await job`select private.expire_checkouts()`
        const [level] = await arena.owner`
          select on_hand, reserved from public.stock_levels where variant_id = ${product.variantId}`
        expect(level).toEqual({ on_hand: 5, reserved: 0 })
        const events = await arena.owner`
          select 1 from public.order_events where order_id = ${orderId} and to_status = 'cancelled'`
        expect(events).toHaveLength(1)
      }
    }
    await expectSound(arena.owner)
  })
})

describe('the mail provider is down, then slow, then loses its answers', () => {
  const draw = draws()
  let outside: Outside
  beforeAll(async () => {
    outside = await startOutside()
    releaseLater(() => outside.sandboxes.close())
    vi.spyOn(console, 'error').mockImplementation(() => {})
  })

  test('every mail arrives, once, though the provider is down, slow and loses its answers', {
    ...REPEATS,
    timeout: 60_000,
  }, async () => {
    await outside.reset()
    await arena.owner`update private.outbox set status = 'dead' where status = 'pending'`
    const store = await createStore(arena.owner)
    const product = await createProduct(arena.owner, store, 1000, 100)
    const buyers = await createUsers(arena.owner, 12)
    for (const buyer of buyers) {
      await fillCart(arena.owner, buyer, [{ product }])
      await must(call(arena.clients, buyer, 'checkout', cashCheckout()))
    }
    const [due] = await arena.owner<{ count: number }[]>`
      select count(*)::int as count from private.outbox where status = 'pending' and channel = 'email'`
    expect(due!.count).toBeGreaterThanOrEqual(buyers.length)

    for (
      const [when, status] of [['before', 503], ['after', 504], ['before', null], ['after', null]] as const
    ) {
      await outside.control('POST', '/faults', { match: 'POST /emails', times: 6, when, status })
    }
    await outside.control('POST', '/faults', { match: 'POST /emails', times: 6, when: 'slow', delay_ms: 30 })

    // Three workers at a time; one dies between sending and writing it down. Waiting is what the clock does meanwhile.
    for (let run = 0;; run++) {
      await Promise.all([worker(0), worker(0.3), worker(0)])
      const [left] = await arena.owner<{ count: number }[]>`
        select count(*)::int as count from private.outbox where status = 'pending' and channel = 'email'`
      if (left!.count === 0) break
      expect(run).toBeLessThan(30)
      await arena
        .owner`update private.outbox set run_at = now(), leased_until = null where status = 'pending'`
      await sleep(5)
    }

    const [sent] = await arena.owner<{ sent: number; dead: number }[]>`
      select count(*) filter (where status = 'sent')::int as sent,
        count(*) filter (where status = 'dead' and store_id = ${store.id})::int as dead
      from private.outbox
      where channel = 'email' and (user_id = any (${buyers}) or store_id = ${store.id})`
    expect(sent).toEqual({ sent: due!.count, dead: 0 })
    const arrived = await inbox()
    expect(arrived).toHaveLength(due!.count)
    for (const buyer of buyers) {
      expect(arrived.filter(({ to }) => to === `${buyer}@example.com`)).toHaveLength(1)
    }
  })

  test('a provider that is down for an hour costs no letter, doubles none, and is not asked all the time', {
    timeout: 60_000,
  }, async () => {
    await outside.reset()
    await arena.owner`update private.outbox set status = 'dead' where status = 'pending'`
    const users = await createUsers(arena.owner, 12)
    const letters = await arena.owner<{ id: string }[]>`
      insert into private.outbox (template, user_id, payload)
      select 'alert', user_id, '{"rule": "x", "message": "y"}' from unnest(${users}::uuid[]) as user_id
      returning id`
    const ids = letters.map(({ id }) => id)
    const start = Date.now()
    const minutesLater = (minutes: number) => new Date(start + minutes * 60_000)
    const left = async () =>
      (await arena.owner<{ count: number }[]>`
        select count(*)::int as count from private.outbox where id = any (${ids}) and status <> 'sent'`)[0]!
        .count

    // Some of the mails leave at once and only the answers are lost; then nothing answers.
    await outside.control('POST', '/faults', { match: 'POST /emails', times: 4, when: 'after', status: 504 })
    await outside.control('POST', '/faults', {
      match: 'POST /emails',
      times: 4,
      when: 'before',
      status: null,
    })
    await outside.control('POST', '/faults', {
      match: 'POST /emails',
      times: 1000,
      when: 'before',
      status: 503,
    })
    for (let minute = 0; minute < 60; minute++) await worker(0, minutesLater(minute))
    expect(await left()).toBe(ids.length)
    const [tries] = await arena.owner<{ fewest: number; most: number; dead: number }[]>`
      select min(attempts)::int as fewest, max(attempts)::int as most, count(*) filter (where status = 'dead')::int as dead
      from private.outbox where id = any (${ids})`
    expect(tries!.dead).toBe(0)
    expect(tries!.fewest).toBeGreaterThanOrEqual(5)
    expect(tries!.most).toBeLessThanOrEqual(8)

    await outside.control('DELETE', '', {})
    let minute = 60
    for (; await left() > 0; minute++) {
      expect(minute).toBeLessThan(60 + 75)
      await worker(0.2, minutesLater(minute))
    }
    const arrived = (await inbox()).map(({ to }) => to)
    expect(arrived.length).toBe(new Set(arrived).size)
    // What had left before is not sent again, and `DELETE` has emptied the inbox of it.
    expect(arrived.length).toBe(ids.length - 4)
  })

  async function inbox(): Promise<{ to: string }[]> {
    const response = await fetch(`${outside.sandboxes.url}/messages?limit=1000`)
    return await response.json() as { to: string }[]
  }

  /**
   * One run of the job; it dies with this probability when it has sent a mail and is about to write that down.
   * @param moment what counts as now
   */
  async function worker(dies: number, moment?: Date): Promise<void> {
    const sql: CallSql = async <T>(name: string, given: Record<string, unknown>, result: z.ZodType<T>) => {
      if (name === 'mark_outbox_sent' && draw() < dies) throw new Error('killed')
      const isTimed = moment !== undefined && ['claim_outbox', 'mark_outbox_failed'].includes(name)
      const args = isTimed ? { ...given, moment } : given
      const names = Object.keys(args)
      const rows = await arena.owner.unsafe(
        `select * from ${isTimed ? 'private' : 'public'}.${name}(${
          names.map((key, index) => `${key} => $${index + 1}`).join(', ')
        })`,
        names.map((key) => args[key as keyof typeof args]) as never[],
      )
      return result.parse(name === 'claim_outbox' ? [...rows] : null)
    }
    const handler = createHandler({
      sql,
      sendMail: createResend({
        apiKey: outside.keys.resendApiKey,
        from: 'a@example.com',
        base: outside.sandboxes.url,
      }),
      sendSms: () => Promise.reject(new Error('everybody here has an address')),
      sendPush: () => Promise.reject(new Error('nobody here has subscribed')),
      unsubscribeUrl: 'http://127.0.0.1:54321/functions/v1/notifications/unsubscribe',
      siteUrl: 'http://127.0.0.1:3000',
    })
    await handler(post('/emails', {}))
  }
})

describe('a storm', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })

  test(
    'a storm of five hundred identical requests over HTTP is one order, and others are served meanwhile',
    { ...REPEATS, timeout: 60_000 },
    async () => {
      const lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 1000)
      const customer = await shop.platform.signIn()
      await ask(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
      const press = {
        idempotency_key: crypto.randomUUID(),
        payment_method: 'cash_on_delivery',
        shipping_address: ADDRESS,
      }
      const storm = Promise.all(Array.from({ length: 500 }, () => customer.client.rpc('checkout', press)))
      const visitor = await shop.platform.visitor().rpc('get_product', { product_id: lamp.productId })
      expect(visitor.status).toBe(200)
      const answers = await storm
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1)
      const { count } = await customer.client.from('orders').select('*', { count: 'exact', head: true })
      expect(count).toBe(1)
      expect(await refusal(customer.client.rpc('checkout', { ...press, payment_method: 'card' })))
        .toEqual({ status: 409, code: 'idempotency_key_reused' })
      expect(await ask(shop.platform.service(), 'check_invariants')).toEqual([])
    },
  )
})
