import { randomUUID } from 'node:crypto'
import process from 'node:process'
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
