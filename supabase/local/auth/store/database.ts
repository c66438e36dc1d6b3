import type postgres from 'postgres'
import { connect, type Database } from '../../database.ts'
import { fromPostgres } from '../times.ts'

/** Anything that runs a query: the pool, or one transaction of it. */
// deno-lint-ignore ban-types
export type Db = postgres.ISql<{}>

/** Small on purpose: most requests need one connection for a few milliseconds. */
const POOL_SIZE = 8

/** Opens the pool of the Auth service. Times come back as RFC 3339 text with the database's full precision. */
export function openPool(database: Database): postgres.Sql {
  return connect(database, 'supabase_auth_admin', {
    max: POOL_SIZE,
    idle_timeout: 60,
    connect_timeout: 5,
    // A restarted database is found again quickly; the default waits up to half a minute.
    backoff: (attempt) => Math.min(0.1 * 2 ** attempt, 1),
    connection: { application_name: 'auth', TimeZone: 'UTC', DateStyle: 'ISO' },
    types: {
      time: {
        to: 1184,
        from: [1184, 1114],
        serialize: (value: string) => value,
        parse: (text: string) => fromPostgres(text),
      },
    },
  })
}

/** Runs `work` in one transaction. */
export async function transaction<T>(sql: postgres.Sql, work: (db: Db) => Promise<T>): Promise<T> {
  return await sql.begin(async (db) => await work(db)) as T
}
