import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { TestProject } from 'vitest/node'
import { parse } from 'smol-toml'
import type { Database } from '../database.ts'
import { Failure } from '../failure.ts'
import type { Keys } from '../keys.ts'
import { applyMigrations, applySeeds, cloneDatabase, startTemporaryPostgres } from '../postgres/index.ts'

/** What the main process tells the test processes. */
export interface TestServer {
  /** The server's own database; tests clone `platform` or `project`. */
  database: Database
  keys: Keys
  /** Why the template `project` could not be made: a migration or a seed file fails. */
  failure: string | undefined
}

declare module 'vitest' {
  interface ProvidedContext {
    server: TestServer
  }
}

const PROJECT = process.cwd()

/** Starts one throw-away Postgres for the whole run, with the databases that tests clone. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // The scenarios of conformance bring a project of their own.
  if (process.env['SUPABASE_URL'] ?? process.env['PGRST_URL']) return undefined
  const { database, keys, remove } = await startTemporaryPostgres({
    maxConnections: 500,
    onEvent: (message) => console.error(message),
  })
  const platform = await cloneDatabase(database, 'platform')
  const migrated = await cloneDatabase(platform, 'project')
  let failure: string | undefined
  try {
    await applyMigrations(migrated, join(PROJECT, 'migrations'))
    await applySeeds(migrated, PROJECT, await seedPaths())
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    failure = error.message
  }
  project.provide('server', { database, keys, failure })
  return remove
}

async function seedPaths(): Promise<string[]> {
  const config = parse(await readFile(join(PROJECT, 'supabase', 'config.toml'), 'utf8')) as {
    db?: { seed?: { enabled?: boolean; sql_paths?: string[] } }
  }
  return config.db?.seed?.enabled === false ? [] : config.db?.seed?.sql_paths ?? []
}
