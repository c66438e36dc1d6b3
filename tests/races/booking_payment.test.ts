import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, createStore, createUser, must } from '../support/market.ts'
import {
  type Arena,
  deliver,
  expectSound,
  intentFact,
  openArena,
  preparePayment,
  race,
  REPEATS,
} from './arena.ts'

const DAY = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)

describe('payments of appointments', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(12)
  })

  /** A time that is held until its payment arrives. */
  async function hold() {
    const store = await createStore(arena.owner)
    const asOwner = (verb: string, args: Record<string, unknown>) =>
      must(call<{ id: string }>(arena.clients, store.ownerId, verb, { store_id: store.id, ...args }))
    await asOwner('save_staff', { name: 'Zoë' })
    await asOwner('set_opening_hours', {
      hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '00:00', closes: '24:00' })),
    })
    await asOwner('save_service', {
      name: 'Cut',
      duration_minutes: 60,
      price_amount: 5000,
      deposit_amount: 2000,
    })
    const [service] = await arena.owner<{ id: string }[]>`
      select id from public.services where store_id = ${store.id}`
    const buyer = await createUser(arena.owner)
    const book = (who: string) =>
      call<{ id: string }>(arena.clients, who, 'book_slot', {
        service_id: service!.id,
        starts_at: `${DAY}T10:00:00Z`,
        idempotency_key: randomUUID(),
      })
    await must(book(buyer))
    const [booking] = await arena.owner<{ id: string; checkout_id: string }[]>`
      select id, checkout_id from public.bookings where store_id = ${store.id}`
    const payment = await preparePayment(arena, buyer, booking!.checkout_id)
    const states = () =>
      arena.owner<{ state: string }[]>`
        select status || ' ' || paid_amount || ' ' || refunding_amount as state
        from public.bookings where store_id = ${store.id} order by id`.then((rows) =>
        rows.map(({ state }) => state)
      )
    return { buyer, book, booking: booking!, payment, states }
  }

  test('a payment and its customer’s cancellation: the money stays nowhere', REPEATS, async () => {
    const { buyer, booking, payment, states } = await hold()
    await race<unknown>([
      () => deliver(arena.owner, intentFact(payment, 'succeeded')),
      () => call(arena.clients, buyer, 'cancel_booking', { booking_id: booking.id }),
    ])
    expect(await states()).toEqual(['cancelled 2000 2000'])
    await expectSound(arena.owner)
  })

  test('a payment that is late and another customer: one of them has the time', REPEATS, async () => {
    const { book, booking, payment, states } = await hold()
    await arena.owner`
      update public.bookings set hold_expires_at = now() - interval '1 second' where id = ${booking.id}`
    await arena.owner`
      update public.booking_sessions set hold_expires_at = now() - interval '1 second'
      where id = (select session_id from public.bookings where id = ${booking.id})`
    const other = await createUser(arena.owner)
    await race<unknown>([
      () => deliver(arena.owner, intentFact(payment, 'succeeded')),
      () => book(other),
      () =>
        arena.owner`select private.expire_bookings()`.then(() => ({ outcome: 'ok' as const, value: null })),
    ])
    expect([['confirmed 2000 0'], ['expired 2000 2000', 'held 0 0']]).toContainEqual(await states())
    await expectSound(arena.owner)
  })
})
