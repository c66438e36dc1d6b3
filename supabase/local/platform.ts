import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Config, parseSection, rebase } from './config.ts'
import type { Database } from './database.ts'
import { type Gateway, type Services, startGateway } from './gateway.ts'
import { type Keys, verificationKeys } from './keys.ts'
import { OWNER_PASSWORD } from './postgres/index.ts'
import { startSandboxes } from './sandboxes/index.ts'
import type { Service } from './service.ts'
import { startStorage, StorageConfig } from './storage/index.ts'

/** How to run one platform. */
export interface PlatformOptions {
  config: Config
  keys: Keys
  database: Database
  /** Resolves once `database` may be used; what needs no database starts before. */
  databaseReady?: Promise<void>
  /** 0 takes a free port. */
  apiPort: number
  inboxPort: number
  /** 127.0.0.1 unless told otherwise. */
  host?: string
  /** Folder of Storage's files. */
  storageDirectory: string
  /** The folder that holds supabase/, functions/ and migrations/. */
  projectDirectory: string
  /** Whether edge functions run (one Deno process). */
  withFunctions?: boolean
  /** Whether jobs of pg_cron and requests of pg_net are executed. */
  withJobs?: boolean
  /** Whether functions are loaded anew when their files change. */
  watch?: boolean
  /** Told about what a developer should see: errors that a client only gets as a 500. */
  onEvent?: (message: string) => void
}

/** A running platform. */
export interface Platform {
  apiUrl: string
  inboxUrl: string
  databaseUrl: string
  keys: Keys
  /** Lets requests in flight finish, then ends every service. The database stays. */
  close(): Promise<void>
}

/** Starts every service of config.toml in this process, behind one gateway. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { config, keys, database, projectDirectory } = options
  const host = options.host ?? '127.0.0.1'
  const ready = options.databaseReady ?? Promise.resolve()
  const services: Services = {}
  const gateway = await startGateway({
    port: options.apiPort,
    host,
    services,
    keys,
    onError: (error) =>
      options.onEvent?.(`A service failed: ${error instanceof Error ? error.stack : error}`),
  })
  const closers: (() => Promise<void>)[] = []
  try {
    const sandboxes = await startSandboxes({
      port: options.inboxPort,
      host,
      keys,
      webhookUrl: `${gateway.url}/functions/v1/stripe-webhook`,
    })
    closers.push(() => sandboxes.close())
    const sections = rebase(config.sections, config.api.port, gateway.url)
    const start = async (name: keyof Services, started: Promise<Service | undefined>) => {
      const service = await started
      if (service === undefined) return
      services[name] = service
      closers.push(() => service.close())
    }
    await settle([
      start(
        'storage',
        ready.then(() => {
          const storage = parseSection(StorageConfig, sections['storage'], 'storage')
          return storage.enabled
            ? startStorage({ database, keys, config: storage, directory: options.storageDirectory })
            : undefined
        }),
      ),
      start(
        'rest',
        ready.then(async () => {
          const rest = await load('rest')
          if (rest === undefined) return undefined
          const parsed = parseSection(rest.RestConfig, sections['api'], 'api')
          return rest.startRest({ database, verificationKeys: verificationKeys(keys), config: parsed })
        }),
      ),
      start(
        'auth',
        ready.then(async () => {
          const auth = await load('auth')
          if (auth === undefined) return undefined
          const parsed = parseSection(auth.AuthConfig, sections['auth'], 'auth')
          return auth.startAuth({
            database,
            keys,
            config: parsed,
            apiUrl: gateway.url,
            sendMail: sandboxes.sendMail.bind(sandboxes),
          })
        }),
      ),
      start(
        'realtime',
        ready.then(async () => {
          const realtime = await load('realtime')
          if (realtime === undefined) return undefined
          const parsed = parseSection(realtime.RealtimeConfig, sections['realtime'], 'realtime')
          return realtime.startRealtime({
            database,
            verificationKeys: verificationKeys(keys),
            config: parsed,
          })
        }),
      ),
      start(
        'functions',
        (async () => {
          if (options.withFunctions === false || !config.edge_runtime.enabled) return undefined
          const functions = await load('functions')
          if (functions === undefined) return undefined
          const parsed = parseSection(functions.FunctionsConfig, sections['functions'], 'functions')
          return functions.startFunctions({
            directory: join(projectDirectory, 'functions'),
            config: parsed,
            keys,
            environment: await functionEnvironment(options, gateway.url, sandboxes.url),
            watch: options.watch ?? false,
          })
        })(),
      ),
    ])
    return {
      apiUrl: gateway.url,
      inboxUrl: sandboxes.url,
      databaseUrl: databaseUrl(database),
      keys,
      close: () => closeAll(gateway, closers),
    }
  } catch (error) {
    await closeAll(gateway, closers)
    throw error
  }
}

/** How a person or a tool reaches the database, as its owner. */
export function databaseUrl(database: Database): string {
  return `postgresql://postgres:${OWNER_PASSWORD}@${database.host}:${database.port}/${database.name}`
}

async function closeAll(gateway: Gateway, closers: (() => Promise<void>)[]): Promise<void> {
  await gateway.drain()
  await Promise.all(closers.map((close) => close()))
  await gateway.close()
}

/** Waits until all have settled, so that nothing is still starting when a failure closes the rest. */
async function settle(starting: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(starting)).find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/**
 * Environment of the edge functions: the providers' sandboxes of this machine, then what config.toml and
 * functions/.env say, which win.
 */
async function functionEnvironment(
  options: PlatformOptions,
  apiUrl: string,
  sandboxUrl: string,
): Promise<Record<string, string>> {
  const { keys, config, projectDirectory, database } = options
  const file = await readFile(join(projectDirectory, 'functions', '.env'), 'utf8').catch(() => '')
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: databaseUrl(database),
    SITE_URL: String(config.sections['auth']?.['site_url'] ?? apiUrl),
    SEND_SMS_HOOK_SECRETS: keys.sendSmsHookSecret,
    STRIPE_SECRET_KEY: keys.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: keys.stripeWebhookSecret,
    STRIPE_API_BASE: sandboxUrl,
    TWILIO_ACCOUNT_SID: keys.twilioAccountSid,
    TWILIO_AUTH_TOKEN: keys.twilioAuthToken,
    TWILIO_FROM: '+15005550006',
    TWILIO_API_BASE: sandboxUrl,
    RESEND_API_KEY: keys.resendApiKey,
    RESEND_API_BASE: sandboxUrl,
    EMAIL_FROM: `${config.project_id} <noreply@${config.project_id}.example>`,
    ...config.edge_runtime.secrets,
    ...(parseEnv(file) as Record<string, string>),
  }
}

// deno-lint-ignore no-explicit-any
async function load(name: string): Promise<any> {
  const url = new URL(`./${name}/index.ts`, import.meta.url)
  return existsSync(url) ? await import(url.href) : undefined
}
