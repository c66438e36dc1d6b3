import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { expect, test } from 'vitest'
import { deliver, expectSound, intentFact, type Payment, REPEATS, tally } from '../races/arena.ts'
import { draws, SEED } from '../support/index.ts'
import { createStore, createUsers, type Outcome } from '../support/market.ts'
import { useKillable } from './killable.ts'

// The database dies while people hold times, and again while the provider tells what they paid. Whoever got no answer
// asks again with the same key, the provider delivers again, and every time is held, paid and confirmed once.

const CUSTOMERS = 40
/** Two want each of them. */
const TIMES = CUSTOMERS / 2

const draw = draws()
const killable = useKillable()

/** A chair that can be booked around the clock, for a deposit. */
async function openShop(owner: postgres.Sql): Promise<string> {
  const store = await createStore(owner)
  const [staff] = await owner<{ id: string }[]>`
    insert into public.staff (store_id, name) values (${store.id}, 'Ana') returning id`
  await owner`
    insert into public.opening_hours (store_id, weekday, opens, closes)
    select ${store.id}, weekday, '00:00', '24:00' from generate_series(1, 7) as weekday`
  const [service] = await owner<{ id: string }[]>`
    insert into public.services (store_id, name, status, currency, duration_minutes, price_amount, deposit_amount)
    values (${store.id}, 'Haircut', 'active', ${store.currency}, 60, 3000, 1000) returning id`
  await owner`
    insert into public.service_staff (service_id, staff_id, store_id) values (${service!.id}, ${
    staff!.id
  }, ${store.id})`
  return service!.id
}

/** Starts all, kills the server after some have been answered, and waits for what came of each. */
async function killDuring<T>(calls: (() => Promise<Outcome<T>>)[]): Promise<Outcome<T>[]> {
  const answersUntilKill = Math.floor(draw() * calls.length / 2)
  let answers = 0
  let kill = () => {}
  const due = new Promise<void>((resolve) => kill = resolve)
  const made = calls.map(async (call) => {
    const outcome = await call()
    if (++answers > answersUntilKill) kill()
    return outcome
  })
  await due
  await killable.killAndRecover()
  return await Promise.all(made)
}

test(
  'a time that was held when the database was killed is paid and confirmed once, or free again at its instant',
  {
    ...REPEATS,
    timeout: 120_000,
  },
  async () => {
    const { customers, books } = await killable.withConnections(async (owner) => {
      const service_id = await openShop(owner)
      const customers = await createUsers(owner, CUSTOMERS)
      const day = Math.ceil(Date.now() / 86_400_000 + 2) * 86_400_000
      const books = customers.map((_, index) => ({
        service_id,
        starts_at: new Date(day + index % TIMES * 3_600_000).toISOString(),
        idempotency_key: randomUUID(),
      }))
      return { customers, books }
    })
    const hold = (clients: postgres.Sql) =>
      customers.map((customer, index) => () =>
        killable.press<string>(clients, customer, 'book_slot', books[index]!)
      )

    const first = await killable.withConnections((_, clients) => killDuring(hold(clients)))
    expect(first.some(({ outcome }) => outcome === 'unknown'), `TEST_SEED=${SEED}`).toBe(true)
    const payments = await killable.withConnections(async (owner, clients) => {
      await killable.answering(owner)
      await expectSound(owner)
      const second = await Promise.all(hold(clients).map((call) => call()))
      expect(tally(second), `TEST_SEED=${SEED}`).toEqual({ ok: TIMES, slot_taken: CUSTOMERS - TIMES })
      for (const [index, outcome] of first.entries()) {
        if (outcome.outcome === 'ok') expect(second[index]).toEqual(outcome)
      }
      const held = await owner<{ customer_id: string; checkout_id: string }[]>`
      select customer_id, checkout_id from public.bookings
      where status = 'held' and customer_id = any (${customers}) order by starts_at`
      expect(held).toHaveLength(TIMES)
      await expectSound(owner)
      return await Promise.all(held.map(async ({ customer_id, checkout_id }) => {
        const prepared = await killable.press<Payment>(clients, customer_id, 'prepare_payment', {
          checkout_id,
        })
        if (prepared.outcome !== 'ok') throw new Error(JSON.stringify(prepared))
        return prepared.value
      }))
    })

    // All but the last are paid.
    const events = payments.slice(1).map((payment) => ({
      id: `evt_${randomUUID()}`,
      fact: intentFact(payment, 'succeeded'),
    }))
    await killable.withConnections((owner) =>
      killDuring(events.map(({ id, fact }) => () => deliver(owner, fact, id)))
    )
    await killable.withConnections(async (owner, clients) => {
      await killable.answering(owner)
      await expectSound(owner)
      for (const { id, fact } of events) {
        const again = await deliver(owner, fact, id)
        expect(again.outcome === 'ok' && ['applied', 'duplicate'].includes(again.value.outcome)).toBe(true)
      }
      const statuses = () =>
        owner<{ status: string; paid: number; count: number }[]>`
        select status, paid_amount::int as paid, count(*)::int as count from public.bookings
        where customer_id = any (${customers}) group by 1, 2 order by 1, 2`
      expect([...await statuses()], `TEST_SEED=${SEED}`).toEqual([
        { status: 'confirmed', paid: 1000, count: TIMES - 1 },
        { status: 'held', paid: 0, count: 1 },
      ])
      // Its time is over, and no job has run.
      const unpaid = books[0]!
      await owner`
      update public.bookings set hold_expires_at = now() where status = 'held' and customer_id = any (${customers})`
      await owner`update public.booking_sessions set hold_expires_at = now() where status = 'held'`
      const [newcomer] = await createUsers(owner, 1)
      expect(
        (await killable.press(clients, newcomer!, 'book_slot', { ...unpaid, idempotency_key: randomUUID() }))
          .outcome,
      ).toBe('ok')
      expect([...await statuses()], `TEST_SEED=${SEED}`).toEqual([
        { status: 'confirmed', paid: 1000, count: TIMES - 1 },
        { status: 'expired', paid: 0, count: 1 },
      ])
      await expectSound(owner)
    })
  },
)
