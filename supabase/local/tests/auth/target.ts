import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { createClient, type SupabaseClient, type SupabaseClientOptions } from '@supabase/supabase-js'
import { clientOptions, Inbox, type Message, randomPhone, startTestPlatform } from '../../testing/index.ts'

/** Where the scenarios run. */
export interface Target {
  url: string
  publishableKey: string
  secretKey: string
  inbox: Inbox
  /** Whether it is the platform of this project, whose configuration the tests know. */
  local: boolean
}

/** Opens what the environment names (SUPABASE_URL …), by default a platform of its own. */
export async function openTarget(): Promise<Target> {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, INBOX_URL } = process.env
  if (SUPABASE_URL === undefined) {
    const platform = await startTestPlatform({ template: 'platform' })
    const { publishableKey, secretKey } = platform.keys
    return { url: platform.apiUrl, publishableKey, secretKey, inbox: platform.inbox, local: true }
  }
  if (!SUPABASE_PUBLISHABLE_KEY || !SUPABASE_SECRET_KEY || !INBOX_URL) {
    throw new Error(
      'SUPABASE_URL needs SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and INBOX_URL beside it.',
    )
  }
  return {
    url: SUPABASE_URL,
    publishableKey: SUPABASE_PUBLISHABLE_KEY,
    secretKey: SUPABASE_SECRET_KEY,
    inbox: new Inbox(INBOX_URL),
    local: false,
  }
}

/** A client as a visitor has it. */
export const visitor = (target: Target, auth: SupabaseClientOptions<'public'>['auth'] = {}): SupabaseClient =>
  createClient(target.url, target.publishableKey, clientOptions({ auth }))

/** A client with the secret key. */
export const service = (target: Target): SupabaseClient =>
  createClient(target.url, target.secretKey, clientOptions())

/** An answer as it came. */
export interface Answer {
  status: number
  headers: Headers
  // deno-lint-ignore no-explicit-any
  body: any
}

/** One request without any SDK between. */
export async function request(
  target: Pick<Target, 'url' | 'publishableKey'>,
  method: string,
  path: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string>; versioned?: boolean } = {},
): Promise<Answer> {
  const { body, token, versioned = true } = options
  const response = await fetch(`${target.url}/auth/v1${path}`, {
    method,
    redirect: 'manual',
    headers: {
      apikey: target.publishableKey,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(versioned ? { 'x-supabase-api-version': '2024-01-01' } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  let parsed: unknown = text
  try {
    parsed = JSON.parse(text)
  } catch {
    // Not every answer is JSON: a redirect has none.
  }
  return { status: response.status, headers: response.headers, body: parsed }
}

/** An address nobody has used. */
export const randomEmail = (): string => `user-${randomBytes(6).toString('hex')}@example.com`

export { randomPhone }

/** A password that satisfies every rule of these tests. */
export const PASSWORD = 'correct-horse-7'
/** Its hash at the lowest cost, so that scenarios spend their time on something else. */
const PASSWORD_HASH = '$2a$04$eX.MP6tSPFYqimeEWnC5WevuXisyEgRmhR64cuFEgY4qy.omS9zgO'

/** What a mail offers: a link and a code. */
export interface MailContent {
  link: string
  code: string
  subject: string
}

/** The next mail to an address. */
export async function nextMail(target: Target, to: string, after: Message[] = []): Promise<MailContent> {
  const { html, subject } = await target.inbox.next({ to, channel: 'email' }, after)
  const decoded = (html ?? '').replace(/&amp;/g, '&').replace(/&#43;/g, '+')
  return {
    link: /href="([^"]*\/verify\?[^"]*)"/.exec(decoded)?.[1] ?? '',
    code: />\s*(\d{6,10})\s*</.exec(decoded)?.[1] ?? '',
    subject: subject ?? '',
  }
}

/** Follows the link of a mail as a browser does, as far as the application. */
export async function follow(
  link: string,
): Promise<{ status: number; location: URL; fragment: URLSearchParams }> {
  const response = await fetch(link, { redirect: 'manual' })
  await response.body?.cancel()
  const location = new URL(response.headers.get('location') ?? 'about:blank')
  return { status: response.status, location, fragment: new URLSearchParams(location.hash.slice(1)) }
}

/** A user with a confirmed address, signed in by password. */
export async function signedIn(target: Target, data: Record<string, unknown> = {}) {
  const email = randomEmail()
  const created = await service(target).auth.admin.createUser({
    email,
    password_hash: PASSWORD_HASH,
    email_confirm: true,
    user_metadata: data,
  })
  if (created.error) throw created.error
  const client = visitor(target)
  const { data: { session, user }, error } = await client.auth.signInWithPassword({
    email,
    password: PASSWORD,
  })
  if (error) throw error
  return { client, email, session: session!, user: user!, token: session!.access_token }
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as Record<
    string,
    unknown
  >
}
