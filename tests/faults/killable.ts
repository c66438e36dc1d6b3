import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { afterAll, beforeAll } from 'vitest'
import {
  applyMigrations,
  connect,
  connectAsOwner,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from '../../supabase/local/index.ts'
import { tolerateBrokenWrites } from '../support/index.ts'
import type { Outcome } from '../support/market.ts'

/** A database server of the file's own, durable as in production, that may be killed. */
export interface Killable {
  /** Connections that survive neither a kill nor the end of the test. */
  withConnections<Result>(
    work: (owner: postgres.Sql, clients: postgres.Sql) => Promise<Result>,
  ): Promise<Result>
  /** Ends the postmaster as the kernel would when memory runs out, and has the next one recover. */
  killAndRecover(): Promise<void>
  /**
   * Calls a verb as the API does, in one message: what a broken connection leaves is either the whole or nothing. (The
   * driver's own transactions would write their rollback to a socket that is gone.)
   */
  press<T>(
    clients: postgres.Sql,
    who: string,
    verb: string,
    args: Record<string, unknown>,
  ): Promise<Outcome<T>>
  /** Waits until the server answers. */
  answering(owner: postgres.Sql): Promise<void>
}

/** They come back at once (in seconds; the driver's own pauses grow), and wait as long as it takes. */
const IMPATIENT = { backoff: () => 0.1, connection: { statement_timeout: '0' } }

/** Starts a server before the tests of a file, and removes it after them. */
export function useKillable(): Killable {
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

  return {
    async withConnections(work) {
      const { database } = temporary
      const owner = connectAsOwner(database, { max: 2, ...IMPATIENT })
      // Nothing but what is pressed: the driver asks for types by itself, where nobody could catch that the answer is missing.
      const clients = connect(database, 'authenticator', { max: 40, ...IMPATIENT, fetch_types: false })
      try {
        return await work(owner, clients)
      } finally {
        await Promise.all([owner.end({ timeout: 0 }), clients.end({ timeout: 0 })])
      }
    },
    async killAndRecover() {
      const { server } = temporary
      const pid = Number(
        readFileSync(join(server.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
      )
      process.kill(pid, 'SIGKILL')
      await server.restart()
    },
    async press<T>(clients: postgres.Sql, who: string, verb: string, args: Record<string, unknown>) {
      const literal = (value: unknown) =>
        `'${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll("'", "''")}'`
      const claims = literal({ role: 'authenticated', sub: who })
      const list = Object.entries(args).map(([name, value]) => `${name} => ${literal(value)}`).join(', ')
      try {
        const results = await clients.unsafe(`
          select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true);
          select public.${verb}(${list}) as value`).simple() as unknown as { value: T }[][]
        return { outcome: 'ok' as const, value: results[1]![0]!.value }
      } catch (error) {
        const { code, detail, message } = error as { code?: string; detail?: string; message: string }
        if (code === undefined || !code.startsWith('PT')) return { outcome: 'unknown' as const }
        return { outcome: 'failed' as const, status: code, code: detail ?? code, message }
      }
    },
    async answering(owner) {
      for (let attempt = 0;; attempt++) {
        try {
          await owner`select 1`
          return
        } catch (error) {
          if (attempt === 100) throw error
          await sleep(50)
        }
      }
    },
  }
}
