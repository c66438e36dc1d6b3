import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  applyMigrations,
  connect,
  connectAsOwner,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from '../../supabase/local/index.ts'
import {
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUsers,
  fillCart,
  type Outcome,
} from '../support/market.ts'
import { expectSound, REPEATS, tally } from '../races/arena.ts'
import { draws, SEED } from '../support/index.ts'
import { tolerateBrokenWrites } from '../support/index.ts'

// The database dies while people press the button. Whoever got no answer presses again, with the same key, and every
// press turns out to have happened once or not at all. The server is durable here, as it is in production.

interface Placed {
  checkout_id: string
  orders: { id: string }[]
}

const BUYERS = 100

const draw = draws()

let temporary: TemporaryPostgres

let restoreListeners = () => {}
beforeAll(async () => {
  restoreListeners = tolerateBrokenWrites()
  temporary = await startTemporaryPostgres({ durable: true })
  await applyMigrations(temporary.database, join(process.cwd(), 'migrations'))
}, 60_000)

afterAll(async () => {
  restoreListeners()
  await temporary.remove()
}, 60_000)

/** They come back at once (in seconds; the driver's own pauses grow), and wait as long as it takes. */
const IMPATIENT = { backoff: () => 0.1, connection: { statement_timeout: '0' } }

/** Connections that survive neither a kill nor the end of the test. */
async function withConnections<Result>(
  work: (owner: postgres.Sql, clients: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const { database } = temporary
  const owner = connectAsOwner(database, { max: 2, ...IMPATIENT })
  // Nothing but what is pressed: the driver asks for types by itself, where nobody could catch that the answer is missing.
  const clients = connect(database, 'authenticator', { max: 40, ...IMPATIENT, fetch_types: false })
  try {
    return await work(owner, clients)
  } finally {
    await Promise.all([owner.end({ timeout: 0 }), clients.end({ timeout: 0 })])
  }
}

/** Ends the postmaster as the kernel would when memory runs out, and has the next one recover. */
async function killAndRecover(): Promise<void> {
  const { server } = temporary
  const pid = Number(readFileSync(join(server.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  process.kill(pid, 'SIGKILL')
  await server.restart()
}

/**
 * Calls `checkout` as the API does, in one message: what a broken connection leaves is either the whole or nothing. (The
 * driver's own transactions would write their rollback to a socket that is gone.)
 */
async function press(
  clients: postgres.Sql,
  buyer: string,
  args: Record<string, unknown>,
): Promise<Outcome<Placed>> {
  const literal = (value: unknown) =>
    `'${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll("'", "''")}'`
  const claims = literal({ role: 'authenticated', sub: buyer })
  const list = Object.entries(args).map(([name, value]) => `${name} => ${literal(value)}`).join(', ')
  try {
    const results = await clients.unsafe(`
      select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true);
      select public.checkout(${list}) as value`).simple() as unknown as { value: Placed }[][]
    return { outcome: 'ok', value: results[1]![0]!.value }
  } catch (error) {
    const { code, detail, message } = error as { code?: string; detail?: string; message: string }
    if (code === undefined || !code.startsWith('PT')) return { outcome: 'unknown' }
    return { outcome: 'failed', status: code, code: detail ?? code, message }
  }
}

describe('the database is killed during a hundred checkouts', () => {
  test(
    'every checkout resolves to exactly one outcome when it is repeated after the database was killed',
    { ...REPEATS, timeout: 60_000 },
    async () => {
      const { buyers, presses, product, scarce } = await withConnections(async (owner) => {
        const [store, other] = [await createStore(owner), await createStore(owner)]
        const product = await createProduct(owner, store, 1000, 1000)
        const scarce = await createProduct(owner, other, 500, BUYERS / 2)
        const buyers = await createUsers(owner, BUYERS)
        for (const buyer of buyers) await fillCart(owner, buyer, [{ product }, { product: scarce }])
        const presses = buyers.map((_, index) => index % 3 === 0 ? cardCheckout() : cashCheckout())
        return { buyers, presses, product, scarce }
      })

      // Killed at another moment each time: after some of the answers have come.
      const answersUntilKill = Math.floor(draw() * 40)
      const first = await withConnections(async (_, clients) => {
        let answers = 0
        let kill = () => {}
        const due = new Promise<void>((resolve) => kill = resolve)
        const pressed = buyers.map(async (buyer, index) => {
          const outcome = await press(clients, buyer, presses[index]!)
          if (++answers > answersUntilKill) kill()
          return outcome
        })
        await due
        await killAndRecover()
        return await Promise.all(pressed)
      })
      expect(first.some(({ outcome }) => outcome === 'unknown'), `TEST_SEED=${SEED}`).toBe(true)

      const second = await withConnections(async (owner, clients) => {
        await answering(owner)
        return await Promise.all(
          buyers.map((buyer, index) => press(clients, buyer, presses[index]!)),
        )
      })
      expect(tally(second), `TEST_SEED=${SEED}`).toEqual({ ok: BUYERS / 2, out_of_stock: BUYERS / 2 })
      for (const [index, outcome] of first.entries()) {
        // What was answered once is answered again, to the letter.
        if (outcome.outcome === 'ok') expect(second[index]).toEqual(outcome)
      }

      await withConnections(async (owner) => {
        const bought = second.map((outcome) => outcome.outcome === 'ok')
        const orders = await owner<{ customer_id: string; checkouts: number; orders: number }[]>`
        select customer_id, count(distinct checkout_id)::int as checkouts, count(*)::int as orders
        from public.orders where customer_id = any (${buyers}) group by customer_id`
        expect(orders).toHaveLength(BUYERS / 2)
        expect(new Set(orders.map(({ customer_id }) => customer_id)))
          .toEqual(new Set(buyers.filter((_, index) => bought[index])))
        // Each checkout whole: an order at both stores.
        expect(new Set(orders.map((row) => `${row.checkouts} ${row.orders}`))).toEqual(new Set(['1 2']))
        const levels = await owner<{ left: number }[]>`
        select on_hand - reserved as left from public.stock_levels
        where variant_id in (${product.variantId}, ${scarce.variantId}) order by 1`
        expect(levels.map(({ left }) => left)).toEqual([0, 1000 - BUYERS / 2])
        await expectSound(owner)
      })
    },
  )

  async function answering(owner: postgres.Sql): Promise<void> {
    for (let attempt = 0;; attempt++) {
      try {
        await owner`select 1`
        return
      } catch (error) {
        if (attempt === 100) throw error
        await sleep(50)
      }
    }
  }
})
