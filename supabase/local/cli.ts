import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type Config, loadConfig, platformEnvironment } from './config.ts'
import type { Database } from './database.ts'
import { Failure } from './failure.ts'
import { claim, findInstance, publish, release, stopInstance } from './instance.ts'
import { type Keys, loadKeys } from './keys.ts'
import type { Platform } from './platform.ts'
import {
  applyMigrations,
  applySeeds,
  installPlatform,
  loadOnce,
  possibleHomes,
  type PostgresServer,
  startPostgres,
  stopOrphans,
} from './postgres/index.ts'
import { composeScreen, Progress } from './screen.ts'

const USAGE = `Usage: npm start | npm run stop | npm run reset | npm run status

  start     starts the local platform and stays until Ctrl-C
  stop      ends the platform that runs on this project
  reset     empties the database and the files (and stops the platform first)
  status    shows the addresses and keys of the platform that runs

Options (after --):
  --port-offset <n>   adds n to every port of supabase/config.toml (also: PORT_OFFSET), for a second copy
  --host <address>    listens there instead of 127.0.0.1; everybody who can reach it can use the API
  --workdir <folder>  another project
`

/** Where a platform keeps its data, relative to the project. */
const DATA = join('supabase', '.local')

/** Terminals and npm both pass a Ctrl-C on: what comes within this time is the same one, in milliseconds. */
const SAME_SIGNAL_MS = 500

/** What the command line asks for. */
interface Request {
  project: string
  data: string
  portOffset: number
  host: string
}

/** Runs one command. Sets the exit code; a `Failure` is printed as its one sentence. */
export async function main(args: string[]): Promise<void> {
  try {
    const [command, request] = parseCommand(args)
    if (command === 'start') await start(request)
    else if (command === 'stop') await stop(request)
    else if (command === 'reset') await reset(request)
    else if (command === 'status') await status(request)
    else console.log(USAGE)
  } catch (error) {
    if (error instanceof Failure) console.error(error.message)
    else console.error('This should not have happened; please report it with the lines below.\n', error)
    process.exitCode = 1
  }
  process.exit(process.exitCode ?? 0)
}

function parseCommand(args: string[]): [string, Request] {
  const options = {
    'port-offset': { type: 'string' },
    host: { type: 'string' },
    workdir: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  let parsed
  try {
    parsed = parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Failure(
      `${(error as Error).message.split('. ')[0]}; \`npm start -- --help\` lists what there is.`,
    )
  }
  const { values, positionals } = parsed
  const [command = 'start'] = positionals
  if (!['start', 'stop', 'reset', 'status'].includes(command)) {
    throw new Failure(`There is no command ${command}; there are start, stop, reset and status.`)
  }
  const offset = values['port-offset'] ?? process.env['PORT_OFFSET'] ?? '0'
  if (!/^\d{1,5}$/.test(offset)) throw new Failure(`The port offset "${offset}" is not a number.`)
  const project = resolve(values.workdir ?? dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
  const request = {
    project,
    data: join(project, DATA),
    portOffset: Number(offset),
    host: values.host ?? '127.0.0.1',
  }
  return [values.help === true ? 'help' : command, request]
}

async function start(request: Request): Promise<void> {
  const { project, data, host } = request
  const progress = new Progress()
  const stopping = new StopSignal()
  const begun = performance.now()
  // Read before anything is claimed or made, so that a mistake in it leaves no trace.
  await loadConfig(project, {})
  await claim(data)
  let postgres: Promise<PostgresServer> | undefined
  let platform: Promise<Platform> | undefined
  try {
    const keys = await readKeys(data)
    const config = await readConfig(request, keys)
    const database = databaseOf(config, keys)
    postgres = startPostgres({
      directory: join(data, 'postgres'),
      projectId: config.project_id,
      port: config.db.port,
      password: keys.databasePassword,
      vaultKey: keys.vaultKey,
      onEvent: (message) => progress.note(message),
    })
    const databaseReady = bringUpToDate(request, config, database, postgres, progress, stopping)
    // What needs no database (reading the services' code, Deno, the ports) happens while Postgres starts.
    platform = import('./platform.ts').then(({ startPlatform }) =>
      startPlatform({
        config,
        keys,
        database,
        databaseReady,
        apiPort: config.api.port,
        inboxPort: config.local_smtp.port,
        host,
        storageDirectory: join(data, 'storage'),
        stripeFile: join(data, 'stripe.json'),
        projectDirectory: project,
        watch: true,
        onEvent: (message) => progress.note(message),
      })
    )
    // The platform may fail first: a port is taken.
    await stopping.race(Promise.race([databaseReady, platform]))
    const running = await progress.step('Services', () => stopping.race(platform!))
    await stopping.race(seedThroughApi(request, config, database, running, progress))
    const screen = await composeScreen(project, config.project_id, running)
    const { apiUrl, inboxUrl, keys: { publishableKey } } = running
    await publish(data, { screen, project: { apiUrl, publishableKey, inboxUrl } })
    console.log(`\n${screen}\n\n  Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`)
    surviveFaults((message) => progress.note(message))
    await stopping.wait()
    console.log('\nStopping: requests in flight finish, the data stays.')
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    console.log('\nStopped before it was ready; the next start goes on from here.')
  } finally {
    const [server, services] = await Promise.allSettled([postgres, platform])
    if (server.status === 'fulfilled') stopping.onForce(() => server.value?.kill())
    if (services.status === 'fulfilled') await services.value?.close()
    if (server.status === 'fulfilled') await server.value?.stop()
    await release(data)
    stopping.dispose()
  }
}

/**
 * A fault that no service caught must not take the others down, nor leave Postgres without its owner: it is shown, and
 * everything goes on. Only once all is ready; a start that fails has to say so.
 */
function surviveFaults(show: (message: string) => void): void {
  const report = (error: unknown) => {
    show(`A service failed: ${error instanceof Error ? error.stack : error}`)
  }
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
}

/** Where the database will answer, known before it does. */
function databaseOf(config: Config, keys: Keys): Database {
  return { host: '127.0.0.1', port: config.db.port, name: 'postgres', password: keys.databasePassword }
}

/** Schemas of the platform, migrations, SQL seed: whatever this database does not have yet. */
async function bringUpToDate(
  { project }: Request,
  config: Config,
  database: Database,
  postgres: Promise<PostgresServer>,
  progress: Progress,
  stopping: StopSignal,
): Promise<void> {
  await progress.step('Postgres', async () => {
    await postgres
    const outdated = await installPlatform(database)
    if (outdated.length > 0) {
      progress.note(
        `This data was made by another version of the platform (${outdated.join(', ')}): npm run reset.`,
      )
    }
  })
  const migrations = join(project, 'supabase', 'migrations')
  if (config.db.migrations.enabled && existsSync(migrations)) {
    stopping.check()
    const report = await progress.step('Migrations', () => applyMigrations(database, migrations))
    report.warnings.forEach((warning) => progress.note(warning))
  }
  if (config.db.seed.enabled) {
    stopping.check()
    await progress.step('Seed', () => applySeeds(database, project, config.db.seed.sql_paths))
  }
  stopping.check()
}

/** The part of the seed that SQL cannot do, such as uploads: seed/index.ts, once. */
async function seedThroughApi(
  { project }: Request,
  config: Config,
  database: Database,
  platform: Platform,
  progress: Progress,
): Promise<void> {
  const path = join('seed', 'index.ts')
  if (!config.db.seed.enabled || !existsSync(join(project, path))) return
  try {
    await loadOnce(database, path, () =>
      progress.step('Seed through the API', async () => {
        const seed = await import(pathToFileURL(join(project, path)).href) as {
          default(target: { url: string; secretKey: string }): Promise<void>
        }
        await seed.default({ url: platform.apiUrl, secretKey: platform.keys.secretKey })
      }))
  } catch (error) {
    progress.note(`${path} failed, the next start tries again: ${(error as Error).message}`)
  }
}

async function readKeys(data: string): Promise<Keys> {
  const file = join(data, 'keys.json')
  try {
    return await loadKeys(file)
  } catch (error) {
    throw new Failure(
      `${file} cannot be read (${(error as Error).message}): put it right, or \`npm run reset\`.`,
    )
  }
}

/** The configuration with this platform's own keys and ports. */
async function readConfig({ project, portOffset }: Request, keys: Keys): Promise<Config> {
  const { api } = await loadConfig(project, {})
  const config = await loadConfig(project, {
    ...platformEnvironment(keys, `http://127.0.0.1:${api.port}`),
    ...process.env,
  })
  config.db.port += portOffset
  config.local_smtp.port += portOffset
  return { ...config, api: { ...config.api, port: config.api.port + portOffset } }
}

async function stop({ data }: Request): Promise<void> {
  console.log((await stopInstance(data)) ? 'Stopped; the data stays.' : 'It was not running.')
}

async function reset({ project, data }: Request): Promise<void> {
  const config = await loadConfig(project, {})
  if (await stopInstance(data)) console.log('Stopped the running platform.')
  for (const home of possibleHomes(join(data, 'postgres'), config.project_id)) {
    await stopOrphans(join(home, 'data'))
    await rm(home, { recursive: true, force: true })
  }
  await rm(join(data, 'storage'), { recursive: true, force: true })
  await rm(join(data, 'stripe.json'), { force: true })
  console.log('The database and all files are gone; the keys stay. `npm start` begins anew.')
}

async function status({ data }: Request): Promise<void> {
  const instance = await findInstance(data)
  if (instance === undefined) throw new Failure('The platform is not running: `npm start` starts it.')
  console.log(instance.screen ?? 'The platform is starting.')
}

/** Thrown between two steps of a start that somebody has interrupted. */
class Stopped extends Error {}

/** Ctrl-C, a closed terminal, or `npm run stop`. A second one forces the end. */
class StopSignal {
  #receivedAt: number | undefined
  #force: () => void = () => {}
  readonly #received: Promise<void>
  #resolve: () => void = () => {}

  constructor() {
    this.#received = new Promise((resolve) => this.#resolve = resolve)
    for (const name of SIGNALS) process.on(name, this.#receive)
  }

  /** @throws {Stopped} once a signal has come */
  check(): void {
    if (this.#receivedAt !== undefined) throw new Stopped()
  }

  /** What `work` gives, unless a signal comes first. */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    const stopped = this.#received.then(() => Promise.reject(new Stopped()))
    return await Promise.race([work, stopped])
  }

  /** Resolves when a signal comes. */
  async wait(): Promise<void> {
    await this.#received
  }

  /** What a second signal does before the process ends. */
  onForce(action: () => void): void {
    this.#force = action
  }

  dispose(): void {
    for (const name of SIGNALS) process.off(name, this.#receive)
  }

  #receive = () => {
    if (this.#receivedAt === undefined) {
      this.#receivedAt = Date.now()
      this.#resolve()
    } else if (Date.now() - this.#receivedAt > SAME_SIGNAL_MS) {
      this.#force()
      process.exit(130)
    }
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
