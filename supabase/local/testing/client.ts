import { randomInt } from 'node:crypto'
import type { SupabaseClient, SupabaseClientOptions, User } from '@supabase/supabase-js'
import WebSocket from 'ws'
import { totpCode } from '../auth/totp.ts'
import type { Inbox } from './inbox.ts'

/** A client signed in as somebody. */
export interface SignedIn {
  client: SupabaseClient
  user: User
}

/** Signs in by one-time code, the only way a person has: request it, read it in the inbox, send it back. */
export async function signInByPhone(client: SupabaseClient, inbox: Inbox, phone: string): Promise<SignedIn> {
  const before = await inbox.list({ to: phone })
  const sent = await client.auth.signInWithOtp({ phone })
  if (sent.error) throw sent.error
  const { data, error } = await client.auth.verifyOtp({
    phone,
    token: await inbox.code(phone, before),
    type: 'sms',
  })
  if (error) throw error
  return { client, user: data.user! }
}

/** Gives somebody who is signed in an authenticator, and confirms the session with it: the token then says aal2. */
export async function confirmBySecondFactor({ client }: SignedIn): Promise<void> {
  const enrolled = await client.auth.mfa.enroll({ factorType: 'totp' })
  if (enrolled.error) throw enrolled.error
  const { error } = await client.auth.mfa.challengeAndVerify({
    factorId: enrolled.data.id,
    code: totpCode(enrolled.data.totp.secret),
  })
  if (error) throw error
}

/** A phone number that nobody has: the range reserved for fiction is too small, so this uses an unassigned area code. */
export function randomPhone(): string {
  return `+1999${String(randomInt(1e7)).padStart(7, '0')}`
}

/** What a request of supabase-js was answered: by a verb, a read or a write. */
interface Answer {
  data: unknown
  error: { message: string; code?: string | undefined; details?: string | null } | null
  status?: number
}

/** The value that a request gives; one that is refused fails the test with its reason. */
// deno-lint-ignore no-explicit-any -- tests read answers as a frontend without generated types does
export async function must<T = any>(request: PromiseLike<Answer>): Promise<T> {
  const { data, error } = await request
  if (error !== null) throw new Error(`${error.code} ${error.details ?? ''} ${error.message}`)
  return data as T
}

/** How a request was refused: its HTTP status, and our machine code or else the SQLSTATE; no code when it was not. */
export async function refusal(
  request: PromiseLike<Answer>,
): Promise<{ status: number | undefined; code: string | undefined }> {
  const { error, status } = await request
  const code = error?.code?.startsWith('PT') === true ? error.details ?? error.code : error?.code
  return { status, code }
}

/** What supabase-js needs in a Node process: no stored session, and on Node 20 a WebSocket. */
export function clientOptions(more: SupabaseClientOptions<'public'> = {}): SupabaseClientOptions<'public'> {
  return {
    ...more,
    auth: { persistSession: false, autoRefreshToken: false, ...more.auth },
    realtime: { transport: WebSocket as unknown as typeof globalThis.WebSocket, ...more.realtime },
  }
}
