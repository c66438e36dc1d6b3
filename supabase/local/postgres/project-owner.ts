import type postgres from 'postgres'
import { connect, type ConnectionOptions, type Database } from '../database.ts'

/** The password of `postgres`, the same on every local Supabase; the server listens on 127.0.0.1 only. */
export const OWNER_PASSWORD = 'postgres'

/** One connection as `postgres`, the owner of the project: what migrations, seeds and Studio use. */
export function connectAsOwner(
  database: Database,
  options: ConnectionOptions = {},
): postgres.Sql {
  return connect({ ...database, password: OWNER_PASSWORD }, 'postgres', { max: 1, ...options })
}

/** The address by which a person or a tool reaches a database, as the owner of the project. */
export function ownerUrl(database: Database): string {
  return `postgresql://postgres:${OWNER_PASSWORD}@${database.host}:${database.port}/${database.name}`
}
