import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { connect, type ConnectionOptions, type Database } from '../database.ts'
import {
  applyMigrations,
  cloneDatabase,
  dropDatabase,
  installPlatform,
  OWNER_PASSWORD,
} from '../postgres/index.ts'
import { releaseLater } from './resources.ts'

/** `platform`: roles and the services' schemas. `project`: with migrations and SQL seed, too. */
export type Template = 'platform' | 'project'

/** A role of the database: one that logs in, or one that a request of the API takes. */
export type Role =
  | 'supabase_admin'
  | 'postgres'
  | 'authenticator'
  | 'supabase_auth_admin'
  | 'supabase_storage_admin'
  | 'supabase_realtime_admin'
  | 'anon'
  | 'authenticated'
  | 'service_role'

/** Clones a template for one test file; it is dropped when the file is done. */
export async function createDatabase(template: Template = 'project'): Promise<Database> {
  const server = inject('server')
  if (template === 'project' && server.failure !== undefined) throw new Error(server.failure)
  const database = await cloneDatabase(
    { ...server.database, name: template },
    `test_${randomBytes(6).toString('hex')}`,
  )
  releaseLater(() => dropDatabase(database))
  return database
}

/** Makes one with all migrations in which Postgres, by the locale C, takes none but English letters for letters. */
export async function createDatabaseOfLocaleC(): Promise<Database> {
  const database = { ...inject('server').database, name: `test_${randomBytes(6).toString('hex')}` }
  const sql = connect({ ...database, name: 'template1' }, 'supabase_admin', { max: 1 })
  try {
    await sql`
      create database ${sql(database.name)} owner postgres template template0 locale_provider libc locale 'C'`
  } finally {
    await sql.end()
  }
  releaseLater(() => dropDatabase(database))
  await installPlatform(database)
  await applyMigrations(database, 'migrations')
  return database
}

/** Options of `connectAs`, beside those of the driver. */
export interface ConnectOptions extends ConnectionOptions {
  /** For the API's roles: `request.jwt.claims`, as a request with such a token has them. */
  claims?: Record<string, unknown>
}

/**
 * Opens a pool as any role (by default of one connection); it is ended when the test file is done. The API's roles are
 * entered as a request enters them: logged in as authenticator, then `role` and `request.jwt.claims` are set.
 */
export function connectAs(
  database: Database,
  role: Role = 'postgres',
  options: ConnectOptions = {},
): postgres.Sql {
  const { claims, ...rest } = options
  const isApiRole = role === 'anon' || role === 'authenticated' || role === 'service_role'
  const sql = postgres({
    host: database.host,
    port: database.port,
    database: database.name,
    username: isApiRole ? 'authenticator' : role,
    password: role === 'postgres' ? OWNER_PASSWORD : database.password,
    max: 1,
    onnotice: () => {},
    ...rest,
    connection: {
      ...(isApiRole ? { role, 'request.jwt.claims': JSON.stringify({ role, ...claims }) } : {}),
      ...rest.connection,
    } as NonNullable<postgres.Options<Record<string, postgres.PostgresType>>['connection']>,
  })
  releaseLater(() => sql.end({ timeout: 1 }))
  return sql
}
