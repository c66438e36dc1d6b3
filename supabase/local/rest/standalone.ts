/**
 * Serves any database on its own, with PostgREST's option names:
 * `npm run platform:rest -- [config file] --db-uri … --db-schemas … --db-anon-role … --jwt-secret …`
 * Options come from the arguments, then from `PGRST_*` in the environment, then from the file; what the database says
 * (`ALTER ROLE … SET pgrst.…`) goes before all of them, unless `--db-config false`. SIGUSR1 has the schemas read again,
 * SIGUSR2 the options, too. With `--admin-server-port`: `/live`, `/ready`, `/schema_cache`, `/metrics`.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import {
  isSystemSchema,
  OPENAPI_MODES,
  type Settings,
  TX_ENDS,
  UPSTREAM_DEFAULTS,
  VERBOSITIES,
  withOptions,
} from './config.ts'
import type { ConnectionOptions } from './database/connection.ts'
import type { VerificationKeys } from '../jwt.ts'
import { keysOfSecret } from './jwt-secret.ts'
import { parseRolePath } from './role-path.ts'
import { RestServer } from './server.ts'

/** Options by their name in a config file, such as `db-uri`. */
export type Options = ReadonlyMap<string, string>

/** Reads arguments, environment and file. Throws an `Error` that says what is wrong. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const given = new Map<string, string>()
  let file: string | undefined
  for (let at = 0; at < args.length; at++) {
    const match = /^--([\w.-]+)(?:=(.*))?$/s.exec(args[at]!)
    if (match === null) file = args[at]
    else {
      const value = match[2] ?? args[++at]
      if (value === undefined) throw new Error(`--${match[1]} needs a value.`)
      given.set(match[1]!, value)
    }
  }
  const fromEnvironment = Object.entries(environment)
    .filter(([name, value]) => name.startsWith('PGRST_') && value !== undefined)
    .map(([name, value]) => [optionName(name.slice('PGRST_'.length)), value!] as const)
  return new Map([
    ...(file === undefined ? [] : parseFile(readFileSync(file, 'utf8'))),
    ...fromEnvironment,
    ...given,
  ])
}

/** `DB_URI` is `db-uri`; `APP_SETTINGS_X` is `app.settings.X`. */
function optionName(name: string): string {
  const setting = /^APP_SETTINGS_(.*)$/.exec(name)?.[1]
  return setting === undefined
    ? name.toLowerCase().replaceAll('_', '-')
    : `app.settings.${setting.toLowerCase()}`
}

/** Lines of `name = value`, the value quoted or not; `#` begins a comment. */
function parseFile(text: string): [string, string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const match = /^\s*([\w.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^#]*))/.exec(line)
    if (match === null) return []
    return [[match[1]!, match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!.trim()]]
  })
}

/** Reads a connection URI, or libpq's `host=… dbname=…`; what it leaves out comes from `PG*` in the environment. */
export function connectionOptions(uri: string, environment: NodeJS.ProcessEnv): ConnectionOptions {
  const parts = /^postgres(ql)?:\/\//.test(uri) ? partsOfUri(uri) : partsOfKeywords(uri)
  const user = parts['user'] ?? environment['PGUSER'] ?? 'postgres'
  const mode = parts['sslmode'] ?? environment['PGSSLMODE'] ?? 'prefer'
  return {
    host: parts['host'] ?? environment['PGHOST'] ?? '127.0.0.1',
    port: Number(parts['port'] ?? environment['PGPORT'] ?? 5432),
    database: parts['dbname'] ?? environment['PGDATABASE'] ?? user,
    user,
    password: parts['password'] ?? environment['PGPASSWORD'],
    tls: mode === 'require' ? true : mode.startsWith('verify') ? 'verify' : false,
    settings: { application_name: 'rest' },
  }
}

function partsOfUri(uri: string): Record<string, string> {
  const url = new URL(uri)
  const query = Object.fromEntries(url.searchParams)
  const given = {
    host: decodeURIComponent(url.hostname.replace(/^\[|\]$/g, '')),
    port: url.port,
    dbname: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
  return { ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')), ...query }
}

function partsOfKeywords(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))/g)
  return Object.fromEntries(
    [...pairs].map(([, name, quoted, plain]) => [name!, quoted?.replace(/\\(.)/g, '$1') ?? plain!]),
  )
}

/** Names that PostgREST has for the same option, or had. */
const SYNONYMS: Readonly<Record<string, string>> = {
  'db-schema': 'db-schemas',
  'max-rows': 'db-max-rows',
  'pre-request': 'db-pre-request',
  'role-claim-key': 'jwt-role-claim-key',
  'root-spec': 'db-root-spec',
  'server-proxy-uri': 'openapi-server-proxy-uri',
  'db-tx-settings-hoisted': 'db-hoisted-tx-settings',
}

/**
 * The service's settings out of options. The secret is not among them: the keys are made of it at once.
 * Throws an `Error` that says what is wrong.
 */
export function settingsOf(options: Options): Settings {
  refuseWrongValues(options)
  const named = [...options].filter(([name]) => name !== 'jwt-secret').map(([name, value]) => {
    const current = SYNONYMS[name] ?? name
    return [current.startsWith('app.settings.') ? current : current.replaceAll('-', '_'), value] as const
  })
  return withOptions(UPSTREAM_DEFAULTS, named)
}

/** Values with which the service would not do what it is asked to, and upstream's words for them. */
function refuseWrongValues(options: Options): void {
  const path = options.get('jwt-role-claim-key') ?? options.get('role-claim-key')
  if (path !== undefined && parseRolePath(path) === undefined) {
    throw new Error(`failed to parse role-claim-key value (${path})`)
  }
  const schemas = (options.get('db-schemas') ?? options.get('db-schema') ?? '').split(',')
  const own = schemas.map((name) => name.trim()).find(isSystemSchema)
  if (own !== undefined) throw new Error(`db-schemas does not allow schema: '${own}'`)
  const choice = (name: string, values: readonly string[], what: string) => {
    const value = options.get(name)
    if (value !== undefined && !values.includes(value)) {
      throw new Error(`Invalid ${what}. Check your configuration.`)
    }
  }
  choice('client-error-verbosity', VERBOSITIES, 'client-error-verbosity')
  choice('openapi-mode', OPENAPI_MODES, 'openapi-mode')
  choice('db-tx-end', TX_ENDS, 'transaction termination')
}

/** A value that begins with `@` is the name of the file that holds it. */
const resolved = (value: string | undefined) =>
  value?.startsWith('@') ? readFileSync(value.slice(1), 'utf8').trimEnd() : value

/** The keys that tokens are verified with. A file may hold any bytes; the end of its last line is not among them. */
function keysOf(options: Options): VerificationKeys {
  const secret = options.get('jwt-secret')
  if (secret === undefined) return { keys: [] }
  const isBase64 = truthy(options.get('jwt-secret-is-base64') ?? options.get('secret-is-base64'))
  if (!secret.startsWith('@')) return keysOfSecret(secret, isBase64)
  const bytes = readFileSync(secret.slice(1))
  return keysOfSecret(bytes.at(-1) === NEWLINE ? bytes.subarray(0, -1) : bytes, isBase64)
}

const NEWLINE = 10

const truthy = (value: string | undefined) =>
  value === 'true' || value === '1' || value === 'yes' || value === 'on'

/** Long lists of ids travel in the URL; upstream's server takes about as much. */
const LARGEST_HEAD = 64 * 1024

/** PostgREST's shorthands for all addresses. */
const ALL_ADDRESSES = new Set(['*', '*4', '!4', '*6', '!6'])

/** A server that can be stopped. */
export interface Standalone {
  readonly url: string
  /** Reads the database again; with options, goes by these from then on. */
  reload(options?: Options): void
  close(): Promise<void>
}

/** Starts serving. Does not wait for the database: until it answers, requests get 503. */
export async function startStandalone(options: Options, environment: NodeJS.ProcessEnv): Promise<Standalone> {
  const seconds = Number(options.get('db-pool-acquisition-timeout') ?? 10)
  const rest = new RestServer({
    connection: connectionOptions(resolved(options.get('db-uri')) ?? '', environment),
    verificationKeys: keysOf(options),
    settings: settingsOf(options),
    poolSize: Number(options.get('db-pool') ?? 10),
    acquisitionTimeout: seconds * 1000,
    readsOptionsFromDatabase: options.get('db-config') === undefined || truthy(options.get('db-config')),
    onError: (error) => console.error(error),
  })
  const listen = async (port: number, handle: (req: IncomingMessage, res: ServerResponse) => void) => {
    const host = options.get('server-host') ?? '127.0.0.1'
    const server = createServer({ maxHeaderSize: LARGEST_HEAD }, handle)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, ALL_ADDRESSES.has(host) ? '0.0.0.0' : host, resolve)
    })
    return server
  }
  const server = await listen(
    Number(options.get('server-port') ?? 3000),
    (req, res) => void rest.handle(req, res),
  )
  const adminPort = options.get('admin-server-port')
  const admin = adminPort === undefined ? undefined : await listen(Number(adminPort), (req, res) => {
    switch (req.url) {
      case '/live':
        return void res.writeHead(200).end()
      case '/ready':
        return void res.writeHead(rest.ready ? 200 : 503).end()
      case '/schema_cache':
        return void res.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(
          rest.schemaCache(),
        )
      case '/metrics':
        return void res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(rest.metrics())
      default:
        return void res.writeHead(404).end()
    }
  })
  rest.start().catch((error: Error) => console.error(`The database cannot be used yet: ${error.message}`))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    reload(changed) {
      rest.reload(
        changed === undefined
          ? undefined
          : { settings: settingsOf(changed), verificationKeys: keysOf(changed) },
      )
    },
    async close() {
      server.close()
      admin?.close()
      server.closeIdleConnections()
      await rest.close()
      server.closeAllConnections()
    },
  }
}

/** Runs until told to stop. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env)
  const standalone = await startStandalone(options, process.env)
  console.log(`Listening on ${standalone.url}`)
  const stop = () => {
    standalone.close().then(() => process.exit(0), () => process.exit(1))
    // A statement that never ends must not keep the process.
    void sleep(STOP_TIMEOUT_MS, undefined, { ref: false }).then(() => process.exit(1))
  }
  process.on('SIGUSR1', () => standalone.reload())
  process.on('SIGUSR2', () => {
    try {
      standalone.reload(readOptions(process.argv.slice(2), process.env))
    } catch (error) {
      console.error(`The options stay as they were: ${(error as Error).message}`)
    }
  })
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

const STOP_TIMEOUT_MS = 10_000

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main().catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
