import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Database } from '../database.ts'
import { generateKeys, type Keys } from '../keys.ts'
import { isAlive } from '../process.ts'
import { installPlatform } from './install.ts'
import { possibleHomes } from './owner.ts'
import { removeUnfinished, stopOrphans } from './processes.ts'
import { type PostgresOptions, type PostgresServer, startPostgres } from './server.ts'

/** A Postgres of one's own, on a free port, that is gone when the work with it is done. */
export interface TemporaryPostgres {
  server: PostgresServer
  /** The server's own database, with the platform in it and nothing else. */
  database: Database
  keys: Keys
  /** The folder that holds the server's; what else is put there goes with it. */
  directory: string
  /** Ends the server and removes all that it has written. */
  remove(): Promise<void>
}

/** What differs from one temporary server to the next; see `PostgresOptions`. Not durable unless said. */
export type TemporaryPostgresOptions = Pick<
  PostgresOptions,
  'durable' | 'maxConnections' | 'sharedBuffers' | 'onEvent'
>

const PREFIX = 'temporary-postgres-'

/** Starts a temporary Postgres, and removes those that a killed process left behind. */
export async function startTemporaryPostgres(
  options: TemporaryPostgresOptions = {},
): Promise<TemporaryPostgres> {
  await sweep()
  const directory = await mkdtemp(join(tmpdir(), PREFIX))
  await chmod(directory, 0o755) // Postgres may run as another user
  await writeFile(join(directory, 'pid'), String(process.pid))
  const keys = await generateKeys()
  let server: PostgresServer | undefined
  const remove = async () => {
    await server?.stop()
    await removeFiles(directory)
  }
  try {
    server = await startPostgres({
      durable: false,
      ...options,
      ...placeIn(directory),
      port: 0,
      password: keys.databasePassword,
      vaultKey: keys.vaultKey,
    })
    const database = server.database()
    await installPlatform(database)
    return { server, database, keys, directory, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Ends servers and removes folders whose process was killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const directory = join(tmpdir(), name)
    const pid = Number(await readFile(join(directory, 'pid'), 'utf8').catch(() => ''))
    if (pid === 0 || isAlive(pid)) continue
    // Another user's cannot be ended: it is left to that user's next start.
    await Promise.allSettled(
      homesIn(directory).map(async (home) => {
        await stopOrphans(join(home, 'data'))
        await removeUnfinished(home)
      }),
    )
    await removeFiles(directory)
  }
}

/** The server's last processes may still be writing when it has ended; what cannot be removed is only litter. */
async function removeFiles(directory: string): Promise<void> {
  for (const path of [...homesIn(directory), directory]) {
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).catch(() => {})
  }
}

function homesIn(directory: string): string[] {
  const place = placeIn(directory)
  return possibleHomes(place.directory, place.projectId)
}

function placeIn(directory: string): Pick<PostgresOptions, 'directory' | 'projectId'> {
  return { directory: join(directory, 'postgres'), projectId: 'temporary-postgres' }
}
