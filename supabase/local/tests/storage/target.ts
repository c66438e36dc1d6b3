import { randomUUID } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type postgres from 'postgres'
import { signJwtWithSecret } from '../../jwt.ts'
import { clientOptions } from '../../testing/index.ts'
import { openProject } from '../project.ts'

/** What the scenarios run against: a platform of this process, or any Supabase project named by the environment. */
export interface Target {
  url: string
  /** As the project's owner. */
  sql: postgres.Sql
  /** A client with the secret key: passes every policy. */
  service: SupabaseClient
  /** A client with the publishable key: a visitor. */
  visitor: SupabaseClient
  secretKey: string
  publishableKey: string
  /** Signs claims as the project does; only where its JWT secret is known. */
  sign: ((claims: Record<string, unknown>) => Promise<string>) | undefined
  /** A new signed-in user. */
  user(): Promise<{ id: string; client: SupabaseClient; token: string }>
}

/** Opens what the environment names (SUPABASE_URL …), by default a platform of its own. */
export async function openTarget(): Promise<Target> {
  const { url, publishableKey, secretKey, jwtSecret, sql } = await openProject()
  const service = createClient(url, secretKey, clientOptions())
  const sign = jwtSecret === undefined
    ? undefined
    : (claims: Record<string, unknown>) => signJwtWithSecret(claims, jwtSecret)
  return {
    url,
    sql,
    service,
    visitor: createClient(url, publishableKey, clientOptions()),
    secretKey,
    publishableKey,
    sign,
    async user() {
      const { id, token } = sign === undefined
        ? await signUp(service, createClient(url, publishableKey, clientOptions()))
        : await makeToken(sign)
      const client = createClient(url, publishableKey, clientOptions({ accessToken: async () => token }))
      return { id, client, token }
    },
  }
}

async function makeToken(sign: NonNullable<Target['sign']>): Promise<{ id: string; token: string }> {
  const id = randomUUID()
  const now = Math.floor(Date.now() / 1000)
  const token = await sign({
    role: 'authenticated',
    sub: id,
    aud: 'authenticated',
    iat: now,
    exp: now + 3600,
  })
  return { id, token }
}

async function signUp(
  service: SupabaseClient,
  client: SupabaseClient,
): Promise<{ id: string; token: string }> {
  const credentials = { email: `${randomUUID()}@example.com`, password: `Pw1-${randomUUID()}` }
  const made = await service.auth.admin.createUser({ ...credentials, email_confirm: true })
  if (made.error) throw made.error
  const { data, error } = await client.auth.signInWithPassword(credentials)
  if (error) throw error
  return { id: data.user.id, token: data.session.access_token }
}
