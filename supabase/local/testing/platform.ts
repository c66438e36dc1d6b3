import { createServer } from 'node:http'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createClient, type SupabaseClient, type SupabaseClientOptions } from '@supabase/supabase-js'
import type postgres from 'postgres'
import { inject } from 'vitest'
import { type Config, loadConfig, platformEnvironment, type Section } from '../config.ts'
import type { Database } from '../database.ts'
import type { Keys } from '../keys.ts'
import { type Platform, startPlatform } from '../platform.ts'
import { clientOptions, randomPhone, type SignedIn, signInByPhone } from './client.ts'
import { connectAs, createDatabase, type Template } from './database.ts'
import { Inbox } from './inbox.ts'
import { releaseLater } from './resources.ts'

/** How to run a platform for one test file. */
export interface TestPlatformOptions {
  /** Which template its database is cloned from; `project` by default. */
  template?: Template
  /** A database of one's own instead of a fresh clone. */
  database?: Database
  /** Whether the edge functions run; off by default, since starting Deno takes a moment. Texts reach the inbox either way. */
  withFunctions?: boolean
  /** Whether cron jobs and queued requests are executed; off by default, so that time does not change what a test sees. */
  withJobs?: boolean
  /** Sections of config.toml to merge over the project's own, such as `{ auth: { jwt_expiry: 5 } }`. */
  config?: Record<string, Section>
}

/** A platform of one's own: every service in this process, on free ports, on a database of its own. */
export interface TestPlatform extends Platform {
  database: Database
  inbox: Inbox
  /** One connection as `postgres`, the project's owner. */
  sql: postgres.Sql
  /** A new supabase-js client with the publishable key: a visitor. */
  visitor(options?: SupabaseClientOptions<'public'>): SupabaseClient
  /** A new supabase-js client with the secret key: the service role. */
  service(options?: SupabaseClientOptions<'public'>): SupabaseClient
  /** Signs a phone in by one-time code, read from the inbox; a new phone becomes a new user. */
  signIn(phone?: string): Promise<SignedIn>
}

/** Starts a platform; it is closed when the test file is done. */
export async function startTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const { keys } = inject('server')
  const database = options.database ?? await createDatabase(options.template)
  const withFunctions = options.withFunctions ?? false
  const storageDirectory = await mkdtemp(join(tmpdir(), 'storage-'))
  await chmod(storageDirectory, 0o700)
  releaseLater(() => rm(storageDirectory, { recursive: true, force: true }))

  let inboxUrl = ''
  const smsHook = withFunctions ? undefined : await startSmsHook(keys, () => inboxUrl)
  const config = await testConfig(keys, options.config ?? {}, smsHook)
  const platform = await startPlatform({
    config,
    keys,
    database,
    apiPort: 0,
    inboxPort: 0,
    storageDirectory,
    projectDirectory: process.cwd(),
    withFunctions,
    withJobs: options.withJobs ?? false,
    onEvent: (message) => console.error(message),
  })
  inboxUrl = platform.inboxUrl
  releaseLater(() => platform.close())

  const inbox = new Inbox(inboxUrl)
  const client = (key: string, more: SupabaseClientOptions<'public'> = {}): SupabaseClient => {
    const made = createClient(platform.apiUrl, key, clientOptions(more))
    releaseLater(() => made.realtime.disconnect() as Promise<unknown>)
    return made
  }
  const visitor = (more?: SupabaseClientOptions<'public'>) => client(keys.publishableKey, more)
  return {
    ...platform,
    database,
    inbox,
    sql: connectAs(database, 'postgres'),
    visitor,
    service: (more) => client(keys.secretKey, more),
    signIn: (phone = randomPhone()) => signInByPhone(visitor(), inbox, phone),
  }
}

async function testConfig(
  keys: Keys,
  overrides: Record<string, Section>,
  smsHook: string | undefined,
): Promise<Config> {
  const config = await loadConfig(process.cwd(), platformEnvironment(keys, 'http://127.0.0.1:54321'))
  const ours: Record<string, Section> = {
    // Tests sign in more often than a person does.
    auth: {
      rate_limit: {
        email_sent: 10_000,
        sms_sent: 10_000,
        anonymous_users: 10_000,
        token_refresh: 10_000,
        sign_in_sign_ups: 10_000,
        token_verifications: 10_000,
      },
      sms: { max_frequency: '0s' },
      email: { max_frequency: '0s' },
      ...(smsHook === undefined ? {} : { hook: { send_sms: { uri: smsHook } } }),
    },
  }
  const sections = merge(merge(config.sections, ours), overrides) as Record<string, Section>
  return { ...config, sections }
}

function merge(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    merged[key] = key in merged ? merge(merged[key], value) : value
  }
  return merged
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Stands in for the function auth-send-sms where no functions run: passes each text on to the Twilio sandbox, so that it
 * reaches the same inbox.
 */
async function startSmsHook(keys: Keys, inboxUrl: () => string): Promise<string> {
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const { user, sms } = JSON.parse(body) as {
      user: { phone?: string }
      sms: { otp: string; phone?: string }
    }
    const to = `+${(sms.phone ?? user.phone ?? '').replace(/^\+/, '')}`
    const sent = await fetch(`${inboxUrl()}/2010-04-01/Accounts/${keys.twilioAccountSid}/Messages.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${
          Buffer.from(`${keys.twilioAccountSid}:${keys.twilioAuthToken}`).toString('base64')
        }`,
      },
      body: new URLSearchParams({ To: to, From: '+15005550006', Body: `${sms.otp} is your code.` }),
    })
    res.writeHead(sent.ok ? 200 : 500, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releaseLater(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}
