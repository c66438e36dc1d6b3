import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type postgres from 'postgres'
import { connect, type Database } from '../database.ts'
import { Failure } from '../failure.ts'
import { OWNER_PASSWORD } from './project-owner.ts'

const LOCAL = dirname(dirname(fileURLToPath(import.meta.url)))

/** What a database of the platform consists of, in the order in which it is installed. */
const PARTS = [
  { name: 'roles', file: 'postgres/roles.sql' },
  { name: 'schemas', file: 'postgres/schemas.sql' },
  { name: 'auth', file: 'auth/schema.sql' },
  { name: 'storage', file: 'storage/schema.sql' },
  { name: 'realtime', file: 'realtime/schema.sql' },
  { name: 'rest', file: 'rest/schema.sql' },
]

/** Follows the part `schemas` where nothing new is open to the API. */
const CLOSING = join(LOCAL, 'postgres', 'closed_by_default.sql')

/** Stands for the hash of a part that was installed through another database of the same server. */
const OTHER_DATABASE = ''

/** The login roles that share the platform's password. */
const SERVICE_ROLES = [
  'authenticator',
  'supabase_auth_admin',
  'supabase_storage_admin',
  'supabase_realtime_admin',
  'supabase_functions_admin',
  'supabase_replication_admin',
  'supabase_read_only_user',
]

/** What differs from one project's database to the next. */
export interface InstallOptions {
  /**
   * Whether what is made in `public` is open to the API's roles, until a grant or a policy says otherwise; it is unless
   * told otherwise. Counts when the database is made.
   */
  exposesNewTables?: boolean
}

/**
 * Makes a bare database into one of a Supabase project: roles, schemas, what the services need. Parts that are there
 * already are left alone, each part is one transaction.
 * @returns the parts whose definition changed since they were installed, and `locale` if the database knows English letters
 *   only; only a reset brings those up to date
 */
export async function installPlatform(
  database: Database,
  { exposesNewTables = true }: InstallOptions = {},
): Promise<string[]> {
  // As a migration: a machine that stops right now loses whole parts, and the next start installs them.
  const sql = connect(database, 'supabase_admin', { max: 1, connection: { synchronous_commit: 'off' } })
  try {
    const installed = await installedParts(sql)
    const changed: string[] = []
    for (const { name, file } of PARTS) {
      const text = await readFile(join(LOCAL, file), 'utf8')
      const hash = createHash('sha256').update(text).digest('hex')
      const known = installed.get(name)
      if (known === undefined) {
        const closing = name === 'schemas' && !exposesNewTables ? await readFile(CLOSING, 'utf8') : ''
        await installPart(sql, name, text + closing, hash, database.password)
      } else if (known !== hash && known !== OTHER_DATABASE) changed.push(name)
    }
    // Chosen when the data folder was made; folders made before had letters of English only.
    const [locale] = await sql`select datctype from pg_database where datname = current_database()`
    if (locale!['datctype'] === 'C') changed.push('locale')
    return changed
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error
    throw new Failure(
      'The database was made with other keys than those in supabase/.local/keys.json: put that file back, or `npm run reset`.',
    )
  } finally {
    await sql.end()
  }
}

async function installedParts(sql: postgres.Sql): Promise<Map<string, string>> {
  await sql.unsafe(`
    create schema if not exists _platform;
    create table if not exists _platform.parts (name text primary key, hash text not null);
  `).simple()
  const rows = await sql<{ name: string; hash: string }[]>`select name, hash from _platform.parts`
  const parts = new Map(rows.map((row) => [row.name, row.hash]))
  // Roles belong to the server, not to one of its databases.
  const [owner] = await sql`select 1 from pg_roles where rolname = 'postgres'`
  if (owner !== undefined && !parts.has('roles')) parts.set('roles', OTHER_DATABASE)
  return parts
}

async function installPart(
  sql: postgres.Sql,
  name: string,
  text: string,
  hash: string,
  password: string,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction.unsafe(text).simple()
    await transaction.unsafe('reset all; reset role')
    if (name === 'roles') {
      for (const role of SERVICE_ROLES) {
        await transaction`select set_config('platform.password', ${password}, true)`
        await transaction.unsafe(setPassword(role))
      }
      await transaction`select set_config('platform.password', ${OWNER_PASSWORD}, true)`
      await transaction.unsafe(setPassword('postgres'))
    }
    if (name === 'schemas') await transaction.unsafe(OWN_DATABASE)
    await transaction`insert into _platform.parts (name, hash) values (${name}, ${hash})`
  })
}

const OWN_DATABASE = `
  do $$
  begin
    execute format('alter database %I owner to postgres', current_database());
  end
  $$`

const setPassword = (role: string) => `
  do $$
  begin
    execute format('alter role ${role} password %L', current_setting('platform.password'));
  end
  $$`
