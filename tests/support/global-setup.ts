import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { parse } from 'smol-toml'
import type { Database } from '../../supabase/local/database.ts'
import { Failure } from '../../supabase/local/failure.ts'
import { generateKeys, type Keys } from '../../supabase/local/keys.ts'
import {
  applyMigrations,
  applySeeds,
  cloneDatabase,
  installPlatform,
  startPostgres,
  stopOrphans,
} from '../../supabase/local/postgres/index.ts'

/** What the main process tells the test processes. */
export interface TestServer {
  /** The server's own database; tests clone `platform` or `marketbase`. */
  database: Database
  keys: Keys
  /** Why the template `marketbase` could not be made: a migration or a seed file fails. */
  failure: string | undefined
}

declare module 'vitest' {
  interface ProvidedContext {
    server: TestServer
  }
}

const PREFIX = 'marketbase-test-'
const PROJECT = process.cwd()

/** Starts one throw-away Postgres for the whole run, with the databases that tests clone. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // The scenarios of conformance bring a project of their own.
  if (process.env['SUPABASE_URL'] ?? process.env['PGRST_URL']) return undefined
  await sweep()
  const directory = await mkdtemp(join(tmpdir(), PREFIX))
  await chmod(directory, 0o755) // Postgres may run as another user
  await writeFile(join(directory, 'pid'), String(process.pid))
  const keys = await generateKeys()
  const server = await startPostgres({
    directory: join(directory, 'postgres'),
    projectId: 'marketbase-test',
    port: 0,
    password: keys.databasePassword,
    vaultKey: keys.vaultKey,
    durable: false,
    maxConnections: 500,
    onEvent: (message) => console.error(message),
  })
  const database = server.database()
  await installPlatform(database)
  const platform = await cloneDatabase(database, 'platform')
  const marketbase = await cloneDatabase(platform, 'marketbase')
  let failure: string | undefined
  try {
    await applyMigrations(marketbase, join(PROJECT, 'migrations'))
    await applySeeds(marketbase, PROJECT, await seedPaths())
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    failure = error.message
  }
  project.provide('server', { database, keys, failure })
  return async () => {
    await server.stop()
    await removeTree(directory)
  }
}

async function seedPaths(): Promise<string[]> {
  const config = parse(await readFile(join(PROJECT, 'supabase', 'config.toml'), 'utf8')) as {
    db?: { seed?: { enabled?: boolean; sql_paths?: string[] } }
  }
  return config.db?.seed?.enabled === false ? [] : config.db?.seed?.sql_paths ?? []
}

/** Ends servers and removes folders that a killed run left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const directory = join(tmpdir(), name)
    const pid = Number(await readFile(join(directory, 'pid'), 'utf8').catch(() => ''))
    if (pid === 0 || isAlive(pid)) continue
    await stopOrphans(join(directory, 'postgres', 'data'))
    await removeTree(directory)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The server's last processes may still be writing when it has ended. */
async function removeTree(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await rm(directory, { recursive: true, force: true })
    } catch {
      await sleep(100)
    }
  }
}
