import type { ChildProcess } from 'node:child_process'
import { chmod, chown, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import type { Database } from '../database.ts'
import { Failure } from '../failure.ts'
import { listenOn } from '../ports.ts'
import { chooseHome, type Owner } from './owner.ts'
import { removeUnfinished, stopOrphans } from './processes.ts'
import { prepareRuntime } from './runtime.ts'
import { endServer, ServerProcess } from './server-process.ts'

/** How to run one Postgres server. */
export interface PostgresOptions {
  /** Folder for binaries, data and log. Another one is used when the server's user cannot reach it; see owner.ts. */
  directory: string
  /** Names that other folder. */
  projectId: string
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  port: number
  /** Password of the superuser supabase_admin. */
  password: string
  /** Key of the vault (32 bytes, hex), kept beside the data, outside the database. */
  vaultKey: string
  /** False for throw-away servers only: data may be lost when the machine stops. */
  durable?: boolean
  maxConnections?: number
  /** Postgres' own cache; 128MB unless said. */
  sharedBuffers?: string
  /** Told when the server ended by itself and is being started again, or cannot be. */
  onEvent?: (message: string) => void
}

/** A running server. */
export interface PostgresServer {
  /** Where it really lives; see `PostgresOptions.directory`. */
  directory: string
  port: number
  /** How services reach the database `name`. */
  database(name?: string): Database
  /** Ends the server and starts it again on the same port, as a crash or an upgrade would. */
  restart(): Promise<void>
  /** Ends the server at once, without waiting; the next start recovers what was committed. */
  kill(): void
  /** Ends the server: connections are cut, everything committed is on disk. */
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const MAJOR_VERSION = '17'

/** After this many ends within one minute the server is not started again. */
const MAX_RESTARTS_PER_MINUTE = 5

/**
 * Starts Postgres: makes its data folder if there is none, ends an orphan of an earlier run, and starts it again should
 * it end by itself.
 * @throws {Failure} for what a person can put right: a taken port, an unwritable folder, data of another version
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const home = await chooseHome(options.directory, options.projectId)
  const directory = await openHome(home.directory, home.owner)
  const dataDirectory = join(directory, 'data')
  const runtime = await prepareRuntime(directory)
  const run = new ServerProcess(runtime, directory, home.owner)

  const created = await ensureData(run, options.password)
  await run.writePrivate(join(dataDirectory, 'vault.key'), options.vaultKey)
  await stopOrphans(dataDirectory)

  let port = options.port
  let current: ChildProcess | undefined
  for (let attempt = 1;; attempt++) {
    port = await claimPort(options.port)
    try {
      current = await run.start(port, serverSettings(options))
      break
    } catch (error) {
      // Between finding a free port and listening on it somebody else may have taken it.
      if (options.port !== 0 || attempt === 5) throw error
    }
  }

  let stopping = false
  const endings: number[] = []
  const watch = (watched: ChildProcess) => {
    watched.once('exit', async () => {
      if (stopping || watched !== current) return
      const now = Date.now()
      endings.push(now)
      if (endings.filter((at) => at > now - 60_000).length > MAX_RESTARTS_PER_MINUTE) {
        options.onEvent?.(`Postgres keeps ending; its log is ${run.log}.`)
        return
      }
      options.onEvent?.('Postgres ended unexpectedly; starting it again.')
      try {
        await stopOrphans(dataDirectory)
        if (stopping) return
        current = await run.start(port, serverSettings(options))
        watch(current)
        options.onEvent?.('Postgres is running again.')
      } catch (error) {
        options.onEvent?.(`Postgres cannot be started again: ${(error as Error).message}`)
      }
    })
  }
  watch(current)

  if (created && options.durable !== false) void run.syncToDisk().catch(() => {})

  return {
    directory,
    port,
    database: (name = 'postgres') => ({ host: HOST, port, name, password: options.password }),
    restart: async () => {
      const previous = current
      current = undefined // so that its end is not taken for a crash
      if (previous !== undefined) await endServer(previous, 'SIGINT')
      await stopOrphans(dataDirectory) // after a crash its backends live on
      current = await run.start(port, serverSettings(options))
      watch(current)
    },
    kill: () => {
      stopping = true
      current?.kill('SIGQUIT')
    },
    stop: async () => {
      stopping = true
      if (current !== undefined) await endServer(current, options.durable === false ? 'SIGQUIT' : 'SIGINT')
    },
  }
}

/** The settings that differ from Postgres' defaults. Given on the command line, so that they always are the current ones. */
function serverSettings(options: PostgresOptions): Record<string, string> {
  return {
    listen_addresses: HOST,
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 200),
    shared_buffers: options.sharedBuffers ?? '128MB',
    wal_level: 'logical',
    max_wal_senders: '50',
    max_replication_slots: '50',
    wal_keep_size: '0',
    max_slot_wal_keep_size: '1GB',
    shared_preload_libraries: 'pg_stat_statements',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_line_prefix: '%m %u@%d ',
    ...(options.durable === false
      ? { fsync: 'off', full_page_writes: 'off', autovacuum_naptime: '10min', max_wal_size: '4GB' }
      : {}),
  }
}

/** Makes `directory` and hands it to the server's user. */
async function openHome(directory: string, owner: Owner | undefined): Promise<string> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 })
    const resolved = await realpath(directory)
    if (owner !== undefined) {
      await chown(resolved, owner.uid, owner.gid)
      await chmod(resolved, 0o755)
    }
    // Tells an unwritable folder apart from everything that may go wrong later.
    const probe = join(resolved, `.probe-${process.pid}`)
    await writeFile(probe, '')
    await rm(probe)
    return resolved
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new Failure(
        `The folder ${directory} cannot be written by this user: make it yours, or start as its owner.`,
      )
    }
    if (code === 'ENOSPC') throw new Failure(`There is no room on the disk that holds ${directory}.`)
    throw new Failure(`The folder ${directory} cannot be used (${message}).`)
  }
}

/** Makes the data folder unless it is there. Returns true if it was made. */
async function ensureData(run: ServerProcess, password: string): Promise<boolean> {
  const { directory } = run
  await removeUnfinished(directory)
  const data = join(directory, 'data')
  const found = await stat(data).catch(() => undefined)
  if (found !== undefined) {
    let version: string
    try {
      version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') {
        throw new Failure(`The database in ${data} belongs to another user: start as that user, or as root.`)
      }
      throw new Failure(
        `The folder ${data} is not a Postgres database: move it away, or run \`npm run reset\`.`,
      )
    }
    if (version !== MAJOR_VERSION) {
      throw new Failure(
        `The database in ${data} was made by Postgres ${version}, but this is Postgres ${MAJOR_VERSION}: move the folder away, or run \`npm run reset\` to begin anew.`,
      )
    }
    return false
  }
  await run.initialise(data, password)
  return true
}

/** @returns a port that can be listened on */
async function claimPort(port: number): Promise<number> {
  const probe = createServer()
  try {
    return await listenOn(probe, port, HOST, 'the database')
  } finally {
    probe.close()
  }
}
