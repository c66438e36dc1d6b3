import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type Config, loadConfig, moveSite, parseSection, platformEnvironment } from './config.ts'
import type { Database } from './database.ts'
import { Failure } from './failure.ts'
import { claim, publish, release } from './instance.ts'
import { ConfiguredKeys, type Keys, loadKeys, withConfigured } from './keys.ts'
import type { Platform } from './platform.ts'
import {
  applyMigrations,
  applySeeds,
  connectAsOwner,
  installPlatform,
  loadOnce,
  type PostgresServer,
  startPostgres,
} from './postgres/index.ts'
import { type LocalProject, PROJECT_FILE, readProject } from './project.ts'
import { composeScreen, Progress } from './screen.ts'
import { localSiteUrl, type RunningSite, startSite } from './site.ts'
import { Stopped, StopSignal } from './stop-signal.ts'
import { type Reference, startStudio, type Studio, StudioConfig } from './studio/index.ts'

/** What the command line asks for. */
export interface Request {
  /** Folder of the project. */
  project: string
  /** Folder of its data, keys and logs. */
  data: string
  /** Added to every port of config.toml. */
  portOffset: number
  /** The address that services listen on. */
  host: string
}

/**
 * Brings the project's platform up, shows how to reach it, and stays until it is told to stop.
 * @throws {Failure} for what a person can put right
 */
export async function start(request: Request): Promise<void> {
  const { project, data, host } = request
  const progress = new Progress()
  const stopping = new StopSignal()
  const begun = performance.now()
  // Read before anything is claimed or made, so that a mistake in it leaves no trace.
  await loadConfig(project, {})
  await claim(data)
  let postgres: Promise<PostgresServer> | undefined
  let platform: Promise<Platform> | undefined
  let site: Promise<RunningSite | undefined> | undefined
  let studio: Promise<Studio | undefined> | undefined
  try {
    const keys = await readKeys(request)
    const config = await readConfig(request, keys)
    const editor = parseSection(StudioConfig, config.sections['studio'], 'studio')
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
    // The services read the schema, not the rows: they start meanwhile.
    const seeded = databaseReady.then(() => seedDatabase(request, config, database, progress, stopping))
    seeded.catch(() => {}) // told below, in its turn
    const about = readProjectOrTell(project, progress)
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
    site = serveSite(about, platform, config, host, progress)
    if (editor.enabled) {
      const reference = referenceOf(about, platform)
      studio = serveStudio(editor.port + request.portOffset, keys, database, reference, progress)
    }
    // The platform may fail first: a port is taken.
    await stopping.race(Promise.race([databaseReady, platform]))
    const running = await progress.step('Services', () => stopping.race(platform!))
    await stopping.race(seeded)
    const told = await about
    await stopping.race(announceSite(told.site, config, database))
    await stopping.race(seedThroughApi(told.seed, config, database, running, progress))
    const siteUrl = (await stopping.race(site))?.url
    const tables = await studio
    const screen = composeScreen(told, config.project_id, running, siteUrl, tables)
    const { apiUrl, inboxUrl, keys: { publishableKey } } = running
    await publish(data, {
      screen,
      project: { apiUrl, publishableKey, inboxUrl, ...(siteUrl === undefined ? {} : { siteUrl }) },
    })
    console.log(`\n${screen}\n\n  Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`)
    surviveFaults((message) => progress.note(message))
    await stopping.wait()
    console.log('\nStopping: requests in flight finish, the data stays.')
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    console.log('\nStopped before it was ready; the next start goes on from here.')
  } finally {
    const [server, services, pages, editor] = await Promise.allSettled([postgres, platform, site, studio])
    if (server.status === 'fulfilled') stopping.onForce(() => server.value?.kill())
    if (pages.status === 'fulfilled') await pages.value?.close()
    if (editor.status === 'fulfilled') await editor.value?.close()
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

/** Schemas of the platform and migrations: whatever this database does not have yet. */
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
    const outdated = await installPlatform(database, {
      exposesNewTables: config.api.auto_expose_new_tables,
    })
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
  stopping.check()
}

/** The rows of the SQL seed that this database does not have yet. */
async function seedDatabase(
  { project }: Request,
  config: Config,
  database: Database,
  progress: Progress,
  stopping: StopSignal,
): Promise<void> {
  if (!config.db.seed.enabled) return
  await progress.step('Seed', () => applySeeds(database, project, config.db.seed.sql_paths))
  stopping.check()
}

/** The part of the seed that SQL cannot do, such as uploads, once. */
async function seedThroughApi(
  seed: LocalProject['seed'],
  config: Config,
  database: Database,
  platform: Platform,
  progress: Progress,
): Promise<void> {
  if (!config.db.seed.enabled || seed === undefined) return
  try {
    await loadOnce(
      database,
      PROJECT_FILE,
      () =>
        progress.step(
          'Seed through the API',
          () => seed({ url: platform.apiUrl, secretKey: platform.keys.secretKey }),
        ),
    )
  } catch (error) {
    progress.note(
      `The seed of ${PROJECT_FILE} failed, the next start tries again: ${(error as Error).message}`,
    )
  }
}

/** Builds the project's pages beside everything else, and serves them. That they cannot be is no reason not to start. */
async function serveSite(
  about: Promise<LocalProject>,
  platform: Promise<Platform>,
  config: Config,
  host: string,
  progress: Progress,
): Promise<RunningSite | undefined> {
  const url = localSiteUrl(config.sections['auth']?.['site_url'])
  const { site } = await about
  if (site === undefined || url === undefined) return undefined
  try {
    const directory = await site.build()
    const { apiUrl, keys: { publishableKey } } = await platform
    return await startSite({ directory, url, host, apiUrl, publishableKey })
  } catch (error) {
    progress.note(`${site.name} is not served at ${url}; everything else is. ${(error as Error).message}`)
    return undefined
  }
}

/** The project's API, once everything runs that it is described from. */
function referenceOf(about: Promise<LocalProject>, platform: Promise<Platform>) {
  return async (): Promise<Reference | undefined> => {
    const { describeApi } = await about
    const { apiUrl, databaseUrl, keys: { publishableKey } } = await platform
    if (describeApi === undefined) return undefined
    return { apiUrl, publishableKey, describe: () => describeApi({ apiUrl, databaseUrl }) }
  }
}

/** Serves the editor of the database. That its port is taken is no reason not to start. */
async function serveStudio(
  port: number,
  { studioToken: token }: Keys,
  database: Database,
  reference: () => Promise<Reference | undefined>,
  progress: Progress,
): Promise<Studio | undefined> {
  try {
    return await startStudio({
      port,
      database,
      token,
      reference,
      onError: (error) => progress.note(`Studio: ${error instanceof Error ? error.stack : error}`),
    })
  } catch (error) {
    progress.note(`Studio is not served; everything else is. ${(error as Error).message}`)
    return undefined
  }
}

/** Links that are made in the database must lead to this copy's pages, whoever serves them. */
async function announceSite(site: LocalProject['site'], config: Config, database: Database): Promise<void> {
  const url = localSiteUrl(config.sections['auth']?.['site_url'])
  if (site?.announce === undefined || url === undefined) return
  const sql = connectAsOwner(database)
  try {
    await site.announce(sql, url)
  } finally {
    await sql.end()
  }
}

/** What the project says of itself; a file that cannot be read is shown, and never a reason not to start. */
async function readProjectOrTell(folder: string, progress: Progress): Promise<LocalProject> {
  try {
    return await readProject(folder)
  } catch (error) {
    progress.note(`${PROJECT_FILE} cannot be read: ${(error as Error).message}`)
    return {}
  }
}

/** The keys of this project's data, and those that its config.toml sets. */
async function readKeys({ project, data }: Request): Promise<Keys> {
  const file = join(data, 'keys.json')
  const made = await loadKeys(file).catch((error: Error) => {
    throw new Failure(`${file} cannot be read (${error.message}): put it right, or \`npm run reset\`.`)
  })
  const { sections } = await loadConfig(project, process.env)
  return await withConfigured(made, parseSection(ConfiguredKeys, sections['auth'], 'auth'))
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
  return {
    ...config,
    api: { ...config.api, port: config.api.port + portOffset },
    sections: moveSite(config.sections, portOffset),
  }
}
