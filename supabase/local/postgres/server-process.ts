import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import type { Owner } from './owner.ts'
import { readPostmaster, UNFINISHED } from './processes.ts'
import type { Runtime } from './runtime.ts'

/** How long a start or a stop may take before something is wrong, in milliseconds (crash recovery included). */
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 15_000

/** Larger logs are begun anew at the next start, in bytes. */
const MAX_LOG_BYTES = 10_000_000

/** What text search and pg_trgm take for letters: those of all scripts, as on a hosted project. */
const CTYPE = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'

/** The processes of one server: all run as the same user, with the same libraries. */
export class ServerProcess {
  readonly log: string

  constructor(
    readonly runtime: Runtime,
    readonly directory: string,
    readonly owner: Owner | undefined,
  ) {
    this.log = join(directory, 'postgres.log')
  }

  /** Starts the server and waits until it answers. */
  async start(port: number, settings: Record<string, string>): Promise<ChildProcess> {
    const dataDirectory = join(this.directory, 'data')
    const size = (await stat(this.log).catch(() => undefined))?.size ?? 0
    const log = await open(this.log, size > MAX_LOG_BYTES ? 'w' : 'a', 0o600)
    const logStart = size > MAX_LOG_BYTES ? 0 : size
    const args = ['-D', dataDirectory, '-p', String(port)]
    for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
    // Detached: a Ctrl-C in the terminal must not reach the server before requests in flight are done.
    const child = this.#spawn(this.runtime.postgres, args, ['ignore', log.fd, log.fd], true)
    try {
      await this.#ready(child, dataDirectory)
      return child
    } catch (error) {
      await endServer(child, 'SIGQUIT')
      const said = (await readFile(this.log, 'utf8')).slice(logStart).trim().split('\n').slice(-3).join(' ')
      throw new Failure(`Postgres did not start (${(error as Error).message}): ${said || 'it said nothing.'}`)
    } finally {
      await log.close()
    }
  }

  /** Makes a data folder beside `target` and puts it in place in one step, so that an interrupted try leaves none. */
  async initialise(target: string, password: string): Promise<void> {
    const unfinished = join(this.directory, `${UNFINISHED}${process.pid}`)
    const passwordFile = `${unfinished}.password`
    await this.writePrivate(passwordFile, password)
    try {
      const child = this.#spawn(this.runtime.initdb, [
        '--pgdata',
        unfinished,
        '--username=supabase_admin',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        `--lc-ctype=${CTYPE}`,
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-sync',
        '--no-instructions',
      ], ['ignore', 'pipe', 'pipe'])
      let said = ''
      child.stdout?.on('data', (chunk) => said += chunk)
      child.stderr?.on('data', (chunk) => said += chunk)
      const code = await Promise.race([
        once(child, 'close').then(([status]) => status as number | null),
        once(child, 'error').then(([error]) => Promise.reject(error)),
      ])
      if (code !== 0) {
        throw new Failure(
          `The database folder could not be made: ${said.trim().split('\n').slice(-3).join(' ')}`,
        )
      }
      await rename(unfinished, target)
    } finally {
      await rm(passwordFile, { force: true })
      await rm(unfinished, { recursive: true, force: true })
    }
  }

  /** Forces a new data folder onto the disk while the server already works. */
  async syncToDisk(): Promise<void> {
    const child = this.#spawn(
      this.runtime.initdb,
      ['--pgdata', join(this.directory, 'data'), '--sync-only'],
      ['ignore', 'ignore', 'ignore'],
      true,
    )
    child.unref()
    await once(child, 'close')
  }

  /** Writes a file that only the server's user can read. */
  async writePrivate(path: string, content: string): Promise<void> {
    await writeFile(path, content, { mode: 0o600 })
    if (this.owner !== undefined) await chown(path, this.owner.uid, this.owner.gid)
  }

  async #ready(child: ChildProcess, dataDirectory: string): Promise<void> {
    let failure: string | undefined
    child.once('error', (error) => failure = error.message)
    child.once('exit', (code, signal) => failure = `it ended with ${signal ?? code}`)
    const deadline = Date.now() + START_LIMIT_MS
    while (Date.now() < deadline) {
      if (failure !== undefined) throw new Error(failure)
      // The eighth line of its lock file says `ready`; this is how pg_ctl waits, too.
      if ((await readPostmaster(dataDirectory)) === child.pid) {
        const lock = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '')
        if (lock.split('\n')[7]?.trim() === 'ready') return
      }
      await sleep(10)
    }
    throw new Error(`not ready after ${START_LIMIT_MS / 1000} s`)
  }

  #spawn(
    command: string,
    args: string[],
    stdio: ('ignore' | 'pipe' | number)[],
    detached = false,
  ): ChildProcess {
    const { libraries } = this.runtime
    return spawn(command, args, {
      cwd: this.directory,
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        LD_LIBRARY_PATH: libraries,
        DYLD_LIBRARY_PATH: libraries,
        LC_ALL: 'C',
        TZ: 'UTC',
      },
      stdio,
      detached,
      ...(this.owner === undefined ? {} : { uid: this.owner.uid, gid: this.owner.gid }),
    })
  }
}

/** Ends a server with a signal, and hard when that takes too long. Returns once it is gone. */
export async function endServer(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  const hard = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS)
  await exited
  clearTimeout(hard)
}
