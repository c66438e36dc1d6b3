import type { SupabaseClient, SupabaseClientOptions, User } from '@supabase/supabase-js'
import WebSocket from 'ws'
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

/** A phone number that nobody has: the range reserved for fiction is too small, so this uses an unassigned area code. */
export function randomPhone(): string {
  return `+1999${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`
}

/** What supabase-js needs in a Node process: no stored session, and on Node 20 a WebSocket. */
export function clientOptions(more: SupabaseClientOptions<'public'> = {}): SupabaseClientOptions<'public'> {
  return {
    ...more,
    auth: { persistSession: false, autoRefreshToken: false, ...more.auth },
    realtime: { transport: WebSocket as unknown as typeof globalThis.WebSocket, ...more.realtime },
  }
}
