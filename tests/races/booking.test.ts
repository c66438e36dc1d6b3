import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, createStore, createUser, createUsers, must } from '../support/market.ts'
import { type Arena, countDeadlocks, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

/** A shop with staff and services, open around the clock. */
interface Salon {
  storeId: string
  ownerId: string
  staffIds: string[]
  services: string[]
}

/** Ten in the morning, some days ahead. */
const TEN = (() => {
  const day = new Date(Date.now() + 5 * 86_400_000)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 10)
})()
/** So many minutes after ten. */
const at = (minutes: number) => new Date(TEN + minutes * 60_000).toISOString()

describe('bookings', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(50)
  })

  async function openSalon(staff: number, ...settings: Record<string, unknown>[]): Promise<Salon> {
    const store = await createStore(arena.owner)
    const asOwner = (verb: string, args: Record<string, unknown>) =>
      must(call(arena.clients, store.ownerId, verb, { store_id: store.id, ...args }))
    for (let position = 0; position < staff; position++) {
      await asOwner('save_staff', { name: `Staff ${position}` })
    }
    const day = { opens: '00:00', closes: '24:00' }
    await asOwner('set_opening_hours', {
      hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...day })),
    })
    for (const [index, more] of settings.entries()) {
      await asOwner('save_service', {
        name: `Service ${index}`,
        duration_minutes: 60,
        slot_step_minutes: 15,
        ...more,
      })
    }
    const ids = async (table: string) =>
      (await arena.owner<{ id: string }[]>`
        select id from ${arena.owner(`public.${table}`)} where store_id = ${store.id} order by id`).map((
        { id },
      ) => id)
    return {
      storeId: store.id,
      ownerId: store.ownerId,
      staffIds: await ids('staff'),
      services: await ids('services'),
    }
  }

  const book = (customer: string, service: string, starts_at: string, more: Record<string, unknown> = {}) =>
    call(arena.clients, customer, 'book_slot', {
      service_id: service,
      starts_at,
      idempotency_key: randomUUID(),
      ...more,
    })

  const bookingsOf = (salon: Salon) =>
    arena.owner<{ id: string; customer_id: string; staff_id: string; status: string; starts_at: Date }[]>`
      select id, customer_id, staff_id, status, starts_at from public.bookings
      where store_id = ${salon.storeId} order by id`

  /** Nothing crossed in a circle, and everything adds up. */
  async function expectQuiet(before: number) {
    expect(await countDeadlocks(arena.owner)).toBe(before)
    await expectSound(arena.owner)
  }

  test(
    'fifty customers on one time: one has it, forty-nine hear that somebody was first',
    REPEATS,
    async () => {
      const before = await countDeadlocks(arena.owner)
      const salon = await openSalon(1, {})
      const customers = await createUsers(arena.owner, 50)
      const outcomes = await race(
        customers.map((customer) => () => book(customer, salon.services[0]!, at(0))),
      )
      expect(tally(outcomes)).toEqual({ ok: 1, slot_taken: 49 })
      expect(await bookingsOf(salon)).toHaveLength(1)
      await expectQuiet(before)
    },
  )

  test(
    'two chairs and fifty customers: two have a chair each, and nobody gets a time that overlaps',
    REPEATS,
    async () => {
      const before = await countDeadlocks(arena.owner)
      const salon = await openSalon(2, {})
      const customers = await createUsers(arena.owner, 50)
      expect(
        tally(await race(customers.map((customer) => () => book(customer, salon.services[0]!, at(0))))),
      ).toEqual({ ok: 2, slot_taken: 48 })
      expect(
        tally(await race(customers.map((customer) => () => book(customer, salon.services[0]!, at(15))))),
      ).toEqual({ slot_taken: 50 })
      expect(new Set((await bookingsOf(salon)).map(({ staff_id }) => staff_id)).size).toBe(2)
      await expectQuiet(before)
    },
  )

  test(
    'times that overlap in part, over midnight too, never make two of them wait in a circle',
    REPEATS,
    async () => {
      const before = await countDeadlocks(arena.owner)
      const salon = await openSalon(2, {}, { duration_minutes: 45, buffer_before_minutes: 20 })
      const customers = await createUsers(arena.owner, 50)
      const outcomes = await race(
        customers.map((customer, index) => () =>
          book(customer, salon.services[index % 2]!, at(14 * 60 - 120 + 15 * (index % 17)), {
            staff_id: index % 3 === 0 ? salon.staffIds[index % 2] : null,
          })
        ),
      )
      const counts = tally(outcomes)
      // What fits depends on who is first; nobody may hear anything else.
      const { ok = 0, slot_taken = 0, slot_unavailable = 0 } = counts
      expect(ok + slot_taken + slot_unavailable).toBe(50)
      expect(ok).toBeGreaterThanOrEqual(2)
      expect(await bookingsOf(salon)).toHaveLength(ok)
      await expectQuiet(before)
    },
  )

  test(
    'a group of seven seats takes seven of fifty, and its trainer gives nothing else then',
    REPEATS,
    async () => {
      const before = await countDeadlocks(arena.owner)
      const salon = await openSalon(1, { capacity: 7 }, { capacity: 7 }, { capacity: 7 })
      const customers = await createUsers(arena.owner, 50)
      const outcomes = await race(
        customers.map((customer, index) => () => book(customer, salon.services[index % 3]!, at(0))),
      )
      const counts = tally(outcomes)
      expect(counts['ok']).toBe(7)
      expect((counts['slot_taken'] ?? 0) + (counts['slot_full'] ?? 0)).toBe(43)
      const [session] = await arena.owner`
      select count(*)::int as count, sum(taken)::int as taken from public.booking_sessions
      where store_id = ${salon.storeId}`
      expect(session).toEqual({ count: 1, taken: 7 })
      await expectQuiet(before)
    },
  )

  test('a limit of two a day holds over all chairs', REPEATS, async () => {
    const before = await countDeadlocks(arena.owner)
    const salon = await openSalon(4, { max_per_day: 2 })
    const customers = await createUsers(arena.owner, 30)
    const outcomes = await race(
      customers.map((customer, index) => () =>
        book(customer, salon.services[0]!, at(60 * (index % 5)), { staff_id: salon.staffIds[index % 4] })
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 2, slot_taken: 28 })
    await expectQuiet(before)
  })

  test('neighbours who all move at once, and others who book: no time is given twice', REPEATS, async () => {
    const before = await countDeadlocks(arena.owner)
    const salon = await openSalon(1, { slot_step_minutes: 30 })
    const neighbours = await createUsers(arena.owner, 12)
    for (const [index, customer] of neighbours.entries()) {
      await must(book(customer, salon.services[0]!, at(60 * index)))
    }
    const standing = await bookingsOf(salon)
    const others = await createUsers(arena.owner, 14)
    const outcomes = await race([
      ...standing.flatMap(({ id, customer_id, starts_at }, index) =>
        [30, -30].map((minutes) => () =>
          call(arena.clients, customer_id, 'reschedule_booking', {
            booking_id: id,
            starts_at: new Date(starts_at.getTime() + minutes * 60_000).toISOString(),
            expected_starts_at: index % 2 === 0 ? starts_at.toISOString() : null,
          })
        )
      ),
      ...others.map((customer, index) => () => book(customer, salon.services[0]!, at(30 * index))),
    ])
    const allowed = ['ok', 'slot_taken', 'booking_changed']
    expect(Object.keys(tally(outcomes)).filter((code) => !allowed.includes(code))).toEqual([])
    const [moved] = await arena.owner`
      select count(*)::int as count from public.bookings
      where store_id = ${salon.storeId} and status = 'confirmed'`
    expect(moved!['count']).toBe(
      12 + outcomes.slice(24).filter(({ outcome }) => outcome === 'ok').length,
    )
    await expectQuiet(before)
  })

  test('two moves of one booking at once: one booking, where one of them put it', REPEATS, async () => {
    const before = await countDeadlocks(arena.owner)
    const salon = await openSalon(1, {})
    const customer = await createUser(arena.owner)
    await must(book(customer, salon.services[0]!, at(0)))
    const [booking] = await bookingsOf(salon)
    const outcomes = await race(
      [15, 30, 45, 60].map((minutes) => () =>
        call(arena.clients, customer, 'reschedule_booking', {
          booking_id: booking!.id,
          starts_at: at(minutes),
          expected_starts_at: at(0),
        })
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 1, booking_changed: 3 })
    expect(await bookingsOf(salon)).toHaveLength(1)
    await expectQuiet(before)
  })

  test('one key pressed twenty times is one booking, and every press gets its answer', REPEATS, async () => {
    const salon = await openSalon(3, {})
    const customer = await createUser(arena.owner)
    const idempotency_key = randomUUID()
    const outcomes = await race(Array.from(
      { length: 20 },
      () => () => book(customer, salon.services[0]!, at(0), { idempotency_key }),
    ))
    expect(tally(outcomes)).toEqual({ ok: 20 })
    expect(await bookingsOf(salon)).toHaveLength(1)
    await expectSound(arena.owner)
  })

  test('a customer holds one time of a service, however many pages are open', REPEATS, async () => {
    const salon = await openSalon(3, { price_amount: 2000, deposit_amount: 2000 })
    const customer = await createUser(arena.owner)
    const outcomes = await race(Array.from(
      { length: 12 },
      (_, index) => () => book(customer, salon.services[0]!, at(60 * index)),
    ))
    expect(tally(outcomes)).toEqual({ ok: 1, hold_exists: 11 })
    await expectSound(arena.owner)
  })

  test(
    'a hold that has ended goes to one of those who want it, while the job tidies up and its payment arrives',
    REPEATS,
    async () => {
      const before = await countDeadlocks(arena.owner)
      const salon = await openSalon(1, { price_amount: 2000, deposit_amount: 2000 })
      const late = await createUser(arena.owner)
      await must(book(late, salon.services[0]!, at(0)))
      const [held] = await bookingsOf(salon)
      await arena.owner`
      update public.checkouts set expires_at = now() - interval '1 second'
      where id = (select checkout_id from public.bookings where id = ${held!.id})`
      await arena.owner`update public.bookings set hold_expires_at = now() - interval '1 second' where id = ${
        held!.id
      }`
      await arena
        .owner`update public.booking_sessions set hold_expires_at = now() - interval '1 second' where store_id = ${salon.storeId}`
      const customers = await createUsers(arena.owner, 30)
      let confirmed = false
      const outcomes = await race([
        ...customers.map((customer) => () => book(customer, salon.services[0]!, at(0))),
        async () => {
          await arena.owner`select private.expire_bookings()`
          return { outcome: 'ok' as const, value: null }
        },
        async () => {
          await arena.owner.begin(async (transaction) => {
            const [row] = await transaction`select private.confirm_booking(${held!.id}) as confirmed`
            confirmed = row!['confirmed'] as boolean
            await transaction`update public.checkouts set status = 'paid' where ${confirmed} and id = (
            select checkout_id from public.bookings where id = ${held!.id})`
          })
          return { outcome: 'ok' as const, value: null }
        },
      ])
      const winners = outcomes.slice(0, 30).filter(({ outcome }) => outcome === 'ok').length
      expect(winners + (confirmed ? 1 : 0)).toBe(1)
      const allowed = ['ok', 'slot_taken', 'illegal_status']
      expect(Object.keys(tally(outcomes)).filter((code) => !allowed.includes(code))).toEqual([])
      const live = (await bookingsOf(salon)).filter(({ status }) => ['held', 'confirmed'].includes(status))
      expect(live).toHaveLength(1)
      await expectQuiet(before)
    },
  )

  test(
    'the job that offers freed times waits for nobody, and passes nobody over: it comes back when the calendar is free',
    REPEATS,
    async () => {
      const salon = await openSalon(1, { slot_step_minutes: 60 })
      const customers = await createUsers(arena.owner, 2)
      for (const customer of customers) {
        await must(call(arena.clients, customer, 'join_waiting_list', {
          service_id: salon.services[0]!,
          from_time: at(0),
          to_time: at(60),
        }))
      }
      const lists = async () => {
        const wishes = await arena.owner`
          select status from public.waiting_list where store_id = ${salon.storeId} order by id`
        return wishes.map(({ status }) => status as string)
      }
      const offer = async () => {
        const [row] = await arena.owner`select private.offer_freed_times() as count`
        return row!['count'] as number
      }
      await arena.owner`
        select private.lock_staff_days(array[${salon.staffIds[0]!}]::uuid[], tstzmultirange(tstzrange(${
        at(0)
      }, ${at(60)})))`
      await arena.owner.begin(async (transaction) => {
        await transaction`
          select from private.staff_days where staff_id = ${salon.staffIds[0]!} for no key update`
        // Were it to wait, the transaction that it waits for would never end.
        expect(await offer()).toBe(0)
        expect(await lists()).toEqual(['waiting', 'waiting'])
      })
      expect(await offer()).toBe(1)
      expect(await lists()).toEqual(['offered', 'waiting'])
      await expectSound(arena.owner)
    },
  )

  test(
    'a request that is decided while its customer cancels and moves it ends in one state',
    REPEATS,
    async () => {
      const before = await countDeadlocks(arena.owner)
      const salon = await openSalon(1, { needs_approval: true })
      const customer = await createUser(arena.owner)
      await must(book(customer, salon.services[0]!, at(0)))
      const [booking] = await bookingsOf(salon)
      const booking_id = booking!.id
      const outcomes = await race([
        () => call(arena.clients, salon.ownerId, 'decide_booking', { booking_id, approve: true }),
        () => call(arena.clients, salon.ownerId, 'decide_booking', { booking_id, approve: false }),
        () => call(arena.clients, customer, 'cancel_booking', { booking_id }),
        () => call(arena.clients, customer, 'reschedule_booking', { booking_id, starts_at: at(120) }),
      ])
      const allowed = ['ok', 'illegal_status']
      expect(Object.keys(tally(outcomes)).filter((code) => !allowed.includes(code))).toEqual([])
      expect(await bookingsOf(salon)).toHaveLength(1)
      await expectQuiet(before)
    },
  )
})
