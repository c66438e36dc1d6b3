import { randomUUID } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type postgres from 'postgres'
import { signJwtWithSecret } from '../../jwt.ts'
import { clientOptions, releaseLater } from '../../testing/index.ts'
import { openProject } from '../project.ts'
import { RawSocket, type RawSocketOptions } from './raw-socket.ts'

/** What the scenarios run against: a platform of this process, or any Supabase project named by the environment. */
export interface Target {
  /** As the project's owner. */
  sql: postgres.Sql
  /** An access token of a user with this id. Only with the JWT secret may `claims` be anything. */
  token(claims?: Record<string, unknown>): Promise<string>
  /** Whether `token` can sign what the service would not: claims of one's choice, times of one's choice. */
  canSign: boolean
  publishableKey: string
  secretKey: string
  url: string
  /** A supabase-js client whose channels carry a token. */
  client(token: string, vsn?: string): Promise<SupabaseClient>
  /** A socket that speaks frames. */
  socket(options?: Omit<RawSocketOptions, 'url' | 'apikey'> & { apikey?: string }): Promise<RawSocket>
}

/** Opens what the environment names (SUPABASE_URL …), by default a platform of its own. */
export async function openTarget(): Promise<Target> {
  const { url, publishableKey, secretKey, jwtSecret, sql } = await openProject()
  const client = async (token: string, vsn = '2.0.0') => {
    const options = clientOptions({ accessToken: async () => token, realtime: { vsn } })
    const made = createClient(url, publishableKey, options)
    releaseLater(() => made.realtime.disconnect() as Promise<unknown>)
    await made.realtime.setAuth()
    return made
  }
  return {
    sql,
    url,
    publishableKey,
    secretKey,
    canSign: jwtSecret !== undefined,
    client,
    token: (claims = {}) =>
      jwtSecret === undefined ? tokenOfNewUser(url, publishableKey, secretKey) : sign(claims, jwtSecret),
    socket: async (options = {}) => {
      const socket = new RawSocket({ url, apikey: publishableKey, ...options })
      releaseLater(async () => socket.close())
      await socket.opened
      return socket
    },
  }
}

async function sign(claims: Record<string, unknown>, secret: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const defaults = { iss: 'supabase', role: 'authenticated', sub: randomUUID(), iat: now, exp: now + 3600 }
  return await signJwtWithSecret(withoutUndefined({ ...defaults, ...claims }), secret)
}

const withoutUndefined = (claims: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))

async function tokenOfNewUser(url: string, publishableKey: string, secretKey: string): Promise<string> {
  const credentials = { email: `${randomUUID()}@example.com`, password: `Pw-${randomUUID()}` }
  const admin = createClient(url, secretKey, clientOptions())
  const made = await admin.auth.admin.createUser({ ...credentials, email_confirm: true })
  if (made.error) throw made.error
  const { data, error } = await createClient(url, publishableKey, clientOptions()).auth.signInWithPassword(
    credentials,
  )
  if (error) throw error
  return data.session.access_token
}
