import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../supabase/local/config.ts'
import type { Database } from '../../supabase/local/database.ts'
import { generateKeys, type Keys } from '../../supabase/local/keys.ts'
import { startPlatform } from '../../supabase/local/platform.ts'
import {
  applyMigrations,
  applySeeds,
  installPlatform,
  startPostgres,
} from '../../supabase/local/postgres/index.ts'

/** A whole platform with the marketplace in it, as durable as `npm start` makes it, in a process of its own. */
export interface BenchPlatform {
  apiUrl: string
  keys: Keys
  database: Database
  close(): Promise<void>
}

/** Starts one; it keeps nothing. */
export async function startBenchPlatform(): Promise<BenchPlatform> {
  const directory = await mkdtemp(join(tmpdir(), 'marketbase-bench-'))
  await chmod(directory, 0o755)
  const server = fork(fileURLToPath(import.meta.url), ['serve', directory], {
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
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function serve(directory: string): Promise<void> {
  const keys = await generateKeys()
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    projectId: 'bench',
    port: 0,
    password: keys.databasePassword,
    vaultKey: keys.vaultKey,
  })
  const database = postgres.database()
  await installPlatform(database)
  await applyMigrations(database, 'migrations')
  const config = await loadConfig(process.cwd(), {
    SEND_SMS_HOOK_SECRETS: keys.sendSmsHookSecret,
    SUPABASE_SECRET_KEY: keys.secretKey,
    SUPABASE_URL: 'http://127.0.0.1',
  })
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
    await postgres.stop()
    process.exit(0)
  })
  process.send!({ apiUrl: platform.apiUrl, keys, database })
}

if (process.argv[2] === 'serve' && process.send !== undefined) await serve(process.argv[3]!)
