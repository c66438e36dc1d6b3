import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { expect } from 'vitest'
import { type Database } from '../../supabase/local/index.ts'
import { connectAs, createDatabase } from '../support/index.ts'
import { call, must, type Outcome } from '../support/market.ts'

/** How often each race is run again; `RACE_REPEATS=50 npx vitest run tests/races` before trusting a change. */
export const REPEATS = { repeats: Number(process.env['RACE_REPEATS'] ?? 0) }

/** A database of its own, an owner's pool to prepare and look, and a pool of many connections to race on. */
export interface Arena {
  database: Database
  owner: postgres.Sql
  clients: postgres.Sql
}

/** Opens an arena; it is closed when the test file is done. */
export async function openArena(connections = 40): Promise<Arena> {
  const database = await createDatabase('project')
  return {
    database,
    owner: connectAs(database, 'postgres', { max: 4 }),
    // A slow machine must not turn waiting into one more outcome.
    clients: connectAs(database, 'authenticator', {
      max: connections,
      connection: { statement_timeout: '0' },
    }),
  }
}

/** Starts all at once, and waits for all. */
export function race<T>(contenders: (() => Promise<Outcome<T>>)[]): Promise<Outcome<T>[]> {
  return Promise.all(contenders.map((start) => start()))
}

/** What somebody does, on a connection that the test chooses. */
export type Turn = (sql: postgres.Sql) => Promise<Outcome<unknown>>

/** Runs the first turn in a transaction that stays open until the second waits for it, or is done. */
export async function inTurn(
  { owner }: Arena,
  first: Turn,
  second: Turn,
): Promise<[Outcome<unknown>, Outcome<unknown>]> {
  const [holder, waiter] = [await owner.reserve(), await owner.reserve()]
  try {
    const [{ pid }] = await waiter<[{ pid: number }]>`select pg_backend_pid() as pid`
    const waits = async () => {
      const [row] = await owner`
        select wait_event_type = 'Lock' as is_waiting from pg_stat_activity where pid = ${pid}`
      return row?.['is_waiting'] === true
    }
    await holder`begin`
    const made = await first(within(holder))
    let isDone = false
    const answer = second(within(waiter, 'its own')).finally(() => isDone = true)
    while (!isDone && !await waits()) await sleep(5)
    await holder`commit`
    return [made, await answer]
  } finally {
    holder.release()
    waiter.release()
  }
}

/** This connection, for a turn that begins a transaction: the one that is open, or its own. */
export function within(
  sql: postgres.ReservedSql,
  transaction: 'the open one' | 'its own' = 'the open one',
): postgres.Sql {
  const begin = async <T>(work: (sql: postgres.ReservedSql) => Promise<T>): Promise<T> => {
    if (transaction === 'the open one') return work(sql)
    await sql`begin`
    try {
      const value = await work(sql)
      await sql`commit`
      return value
    } catch (error) {
      await sql`rollback`
      throw error
    }
  }
  return new Proxy(sql, {
    get: (target, name) => name === 'begin' ? begin : target[name as keyof postgres.ReservedSql],
  })
}

/** How many ended how: `ok`, `unknown`, or the machine code they were refused with. */
export function tally(outcomes: Outcome<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const key = outcome.outcome === 'failed' ? outcome.code : outcome.outcome
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** Fails with every violated invariant. */
export async function expectSound(owner: postgres.Sql): Promise<void> {
  expect(await owner`select * from private.check_invariants()`).toEqual([])
}

/** How often two waited for each other in a circle in this database, since it was made. */
export async function countDeadlocks(owner: postgres.Sql): Promise<number> {
  // Statistics are kept for a transaction, and a reader may be in one.
  await owner`select pg_stat_clear_snapshot()`
  const [row] = await owner<{ deadlocks: number }[]>`
    select deadlocks::int from pg_stat_database where datname = current_database()`
  return row!.deadlocks
}

/** What the payment provider's webhook does with an event. */
export function deliver(
  owner: postgres.Sql,
  fact: Record<string, unknown>,
  eventId = `evt_${randomUUID()}`,
): Promise<Outcome<{ outcome: string; refund_ids: string[] }>> {
  return owner<{ value: { outcome: string; refund_ids: string[] } }[]>`
    select public.apply_payment_event(${eventId}, 'test', now(), false, ${
    owner.json(fact as never)
  }) as value`
    .then(([row]) => ({ outcome: 'ok' as const, value: row!.value }))
    .catch((error: { code?: string; detail?: string; message: string }) => ({
      outcome: 'failed' as const,
      status: error.code ?? '',
      code: error.detail ?? error.code ?? '',
      message: error.message,
    }))
}

/** A payment as `prepare_payment` tells it. */
export interface Payment {
  payment_id: string
  checkout_id: string
  amount: number
  currency: string
}

/** Prepares a checkout's payment and attaches an intent, as the function `payments` does before the card is asked. */
export async function preparePayment(arena: Arena, userId: string, checkoutId: string): Promise<Payment> {
  const payment = await must(
    call<Payment>(arena.clients, userId, 'prepare_payment', { checkout_id: checkoutId }),
  )
  await arena.owner`select public.attach_payment_intent(${payment.payment_id}, 1, ${intentOf(payment)})`
  return payment
}

/** The provider's name for it. */
export const intentOf = (payment: Payment): string => `pi_${payment.payment_id}`

/** The fact that an intent reached a status. */
export function intentFact(payment: Payment, status: string): Record<string, unknown> {
  return {
    kind: 'intent',
    intent_id: intentOf(payment),
    status,
    amount: payment.amount,
    amount_received: status === 'succeeded' ? payment.amount : 0,
    currency: payment.currency,
    payment_id: payment.payment_id,
    checkout_id: payment.checkout_id,
  }
}
