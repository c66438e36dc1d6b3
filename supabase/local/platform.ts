import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AuthConfig, readSigningKeys, startAuth } from './auth/index.ts'
import { type Config, parseSection, rebase, type Section, VaultConfig } from './config.ts'
import type { Database } from './database.ts'
import { Failure } from './failure.ts'
import { FunctionsConfig, startFunctions } from './functions/index.ts'
import { type Gateway, type Services, startGateway } from './gateway.ts'
import { type Jobs, startJobs } from './jobs/index.ts'
import { type Keys, verificationKeys } from './keys.ts'
import { ownerUrl } from './postgres/index.ts'
import { RealtimeConfig, startRealtime } from './realtime/index.ts'
import { RestConfig, startRest } from './rest/index.ts'
import { type Sandboxes, startSandboxes } from './sandboxes/index.ts'
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
  /** File that keeps the payments of Stripe's sandbox between runs; absent forgets them. */
  stripeFile?: string
  /** The folder that holds supabase/. */
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
  const { config, database } = options
  const host = options.host ?? '127.0.0.1'
  const services: Services = {}
  // A wrong setting is told before anything listens.
  parseServices(config.sections)
  const gateway = await startGateway({
    port: options.apiPort,
    host,
    services,
    keys: options.keys,
    onError: (error) =>
      options.onEvent?.(`A service failed: ${error instanceof Error ? error.stack : error}`),
  })
  const closers: (() => Promise<void>)[] = []
  try {
    const sandboxes = await startSandboxes({
      port: options.inboxPort,
      host,
      keys: options.keys,
      webhookUrl: `${gateway.url}/functions/v1/stripe-webhook`,
      stripeFile: options.stripeFile,
    })
    closers.push(() => sandboxes.close())
    const settings = parseServices(rebase(config.sections, gateway.url))
    const keys = await chooseSigningKeys(options, settings.auth)
    await settle(
      startersOf({ ...options, keys }, settings, gateway.url, sandboxes).map(async ([name, start]) => {
        const started = await start()
        if (started === undefined) return
        closers.push(() => started.close())
        if (name !== 'jobs') services[name] = started as Service
      }),
    )
    return {
      apiUrl: gateway.url,
      inboxUrl: sandboxes.url,
      databaseUrl: ownerUrl(database),
      keys,
      close: () => closeAll(gateway, closers),
    }
  } catch (error) {
    await closeAll(gateway, closers)
    throw error
  }
}

/** The settings of every service, each section parsed by its owner's schema. */
function parseServices(sections: Record<string, Section>) {
  return {
    functions: parseSection(FunctionsConfig, sections['functions'], 'functions'),
    rest: parseSection(RestConfig, sections['api'], 'api'),
    auth: parseSection(AuthConfig, sections['auth'], 'auth'),
    storage: parseSection(StorageConfig, sections['storage'], 'storage'),
    realtime: parseSection(RealtimeConfig, sections['realtime'], 'realtime'),
    vault: parseSection(VaultConfig, sections['db']?.['vault'], 'db.vault'),
  }
}

type Settings = ReturnType<typeof parseServices>

type Starter = [name: keyof Services | 'jobs', start: () => Promise<Service | Jobs | undefined>]

/** How each part is started. They start side by side: none needs another one to be there. */
function startersOf(
  options: PlatformOptions,
  settings: Settings,
  apiUrl: string,
  sandboxes: Sandboxes,
): Starter[] {
  const { config, database, keys, projectDirectory } = options
  const jwks = verificationKeys(keys)
  const ready = options.databaseReady ?? Promise.resolve()
  return [
    ['functions', async () => {
      const directory = join(projectDirectory, 'supabase', 'functions')
      if (options.withFunctions === false || !config.edge_runtime.enabled || !existsSync(directory)) {
        return undefined
      }
      return startFunctions({
        directory,
        config: settings.functions,
        keys,
        environment: functionEnvironment(options, apiUrl, sandboxes.url),
        watch: options.watch ?? false,
      })
    }],
    ['rest', async () => {
      await ready
      if (!settings.rest.enabled) return undefined
      return startRest({
        database,
        verificationKeys: jwks,
        config: settings.rest,
        onError: (error) => options.onEvent?.(`REST: ${(error as Error).message}`),
      })
    }],
    ['auth', async () => {
      await ready
      if (!settings.auth.enabled) return undefined
      return startAuth({
        database,
        keys,
        config: settings.auth,
        apiUrl,
        sendMail: (mail) => sandboxes.sendMail(mail),
        openIdUrl: sandboxes.openIdUrl,
        projectDirectory,
      })
    }],
    ['storage', async () => {
      await ready
      if (!settings.storage.enabled) return undefined
      return startStorage({ database, keys, config: settings.storage, directory: options.storageDirectory })
    }],
    ['realtime', async () => {
      await ready
      if (!settings.realtime.enabled) return undefined
      return startRealtime({ database, verificationKeys: jwks, config: settings.realtime })
    }],
    ['jobs', async () => {
      await ready
      return startJobs({
        database,
        secrets: settings.vault,
        execute: options.withJobs ?? true,
        onError: (error) => options.onEvent?.(`A job could not be run: ${(error as Error).message}`),
      })
    }],
  ]
}

/** With `[auth] signing_keys_path` Auth signs with the project's own keys instead of generated ones. */
async function chooseSigningKeys(options: PlatformOptions, auth: AuthConfig): Promise<Keys> {
  try {
    const signingKeys = await readSigningKeys(auth, join(options.projectDirectory, 'supabase'))
    return signingKeys === undefined ? options.keys : { ...options.keys, signingKeys }
  } catch (error) {
    throw new Failure((error as Error).message)
  }
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

/** Environment of the edge functions: the providers' sandboxes of this machine, then what config.toml says. */
function functionEnvironment(
  options: PlatformOptions,
  apiUrl: string,
  sandboxUrl: string,
): Record<string, string> {
  const { keys, config, database } = options
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: ownerUrl(database),
    SITE_URL: String(config.sections['auth']?.['site_url'] ?? apiUrl),
    ADDITIONAL_SITE_URLS: originsOf(config.sections['auth']?.['additional_redirect_urls']),
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
    VAPID_PUBLIC_KEY: keys.vapidPublicKey,
    VAPID_PRIVATE_KEY: keys.vapidPrivateKey,
    VAPID_SUBJECT: `mailto:push@${config.project_id}.example`,
    PUSH_API_BASE: sandboxUrl,
    EMAIL_FROM: `${config.project_id} <noreply@${config.project_id}.example>`,
    // A developer's receiver is on this machine, and nobody else writes addresses into this database.
    WEBHOOKS_ALLOW_LOOPBACK: 'true',
    ...config.edge_runtime.secrets,
  }
}

/** The origins among the patterns of allowed redirects, separated by commas; a pattern of hosts names none. */
function originsOf(patterns: unknown): string {
  const origins = (Array.isArray(patterns) ? patterns : []).flatMap((pattern) => {
    const origin = /^https?:\/\/[a-zA-Z0-9.-]+(:\d+)?(?=\/|$)/.exec(String(pattern))?.[0]
    return origin === undefined ? [] : [origin]
  })
  return [...new Set(origins)].join(',')
}
