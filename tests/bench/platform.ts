import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import {
  applyMigrations,
  applySeeds,
  type Database,
  type Keys,
  loadConfig,
  platformEnvironment,
  startPlatform,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'

/** A whole platform with the marketplace in it, as durable as `npm start` makes it, in a process of its own. */
export interface BenchPlatform {
  apiUrl: string
  /** Where the sandboxes of the providers are. */
  inboxUrl: string
  keys: Keys
  database: Database
  close(): Promise<void>
}

/** Starts one; it keeps nothing. */
export async function startBenchPlatform(): Promise<BenchPlatform> {
  const server = fork(fileURLToPath(import.meta.url), ['serve'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(server, 'exit')
  const [ready] = await Promise.race([
    once(server, 'message') as Promise<[Omit<BenchPlatform, 'close'>]>,
    exited.then(([code]) => {
      throw new Error(`The platform ended with ${code} before it was ready.`)
    }),
  ])
  return {
    ...ready,
    close: async () => {
      server.disconnect()
      await exited
    },
  }
}

async function serve(): Promise<void> {
  const { database, keys, directory, remove } = await startTemporaryPostgres({ durable: true })
  await applyMigrations(database, 'migrations')
  const config = await loadConfig(process.cwd(), platformEnvironment(keys, 'http://127.0.0.1'))
  await applySeeds(database, process.cwd(), config.db.seed.sql_paths)
  const platform = await startPlatform({
    config,
    keys,
    database,
    apiPort: 0,
    inboxPort: 0,
    storageDirectory: join(directory, 'storage'),
    projectDirectory: process.cwd(),
    withFunctions: false,
  })
  process.once('disconnect', async () => {
    await platform.close()
    await remove()
    process.exit(0)
  })
  process.send!({ apiUrl: platform.apiUrl, inboxUrl: platform.inboxUrl, keys, database })
}

if (process.argv[2] === 'serve' && process.send !== undefined) await serve()
