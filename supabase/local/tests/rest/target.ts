import { createHmac, randomUUID } from 'node:crypto'
import process from 'node:process'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import { signJwtWithSecret } from '../../jwt.ts'
import { clientOptions, releaseLater, startTestPlatform } from '../../testing/index.ts'

/** What the scenarios run against: a platform of this process, any Supabase project, or a bare PostgREST. */
export interface Target {
  /** As the owner of the tables. */
  sql: postgres.Sql
  /** A client with nobody's rights. */
  visitor: SupabaseClient
  /** A client with a user's token. */
  user(id?: string): Promise<SupabaseClient>
  /** Sends a request as it is; `path` begins after `/rest/v1`. A token of one's own takes the visitor's place. */
  send(path: string, init?: RequestInit & { token?: string }): Promise<Response>
  /** Signs claims as the project does, also under a header that no signer writes. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
  /** Whether it is the platform of this process, whose settings are known and may be changed. */
  isLocal: boolean
}

interface Place {
  /** Where PostgREST's root is. */
  restUrl: string
  jwtSecret: string
  /** What stands for a visitor: a key of the project, or a token. */
  publishableKey: string
  sql: postgres.Sql
  isLocal: boolean
}

/**
 * Opens what the environment names, by default a platform of its own. A project: SUPABASE_URL,
 * SUPABASE_PUBLISHABLE_KEY, SUPABASE_JWT_SECRET, SUPABASE_DB_URL. A bare PostgREST with the roles anon and
 * authenticated: PGRST_URL, PGRST_JWT_SECRET, SUPABASE_DB_URL.
 */
export async function openTarget(): Promise<Target> {
  const { env } = process
  if (env['PGRST_URL'] !== undefined) {
    const jwtSecret = required('PGRST_JWT_SECRET')
    const publishableKey = await signJwtWithSecret({ role: 'anon' }, jwtSecret)
    return makeTarget({
      restUrl: env['PGRST_URL'],
      jwtSecret,
      publishableKey,
      sql: openSql(),
      isLocal: false,
    })
  }
  if (env['SUPABASE_URL'] !== undefined) {
    return makeTarget({
      restUrl: `${env['SUPABASE_URL']}/rest/v1`,
      jwtSecret: required('SUPABASE_JWT_SECRET'),
      publishableKey: required('SUPABASE_PUBLISHABLE_KEY'),
      sql: openSql(),
      isLocal: false,
    })
  }
  const { apiUrl, keys, sql } = await startTestPlatform({ template: 'platform' })
  const { jwtSecret, publishableKey } = keys
  return makeTarget({ restUrl: `${apiUrl}/rest/v1`, jwtSecret, publishableKey, sql, isLocal: true })
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set.`)
  return value
}

function openSql(): postgres.Sql {
  const sql = postgres(required('SUPABASE_DB_URL'), { max: 1, onnotice: () => {} })
  releaseLater(() => sql.end({ timeout: 1 }))
  return sql
}

function makeTarget({ restUrl, jwtSecret, publishableKey, sql, isLocal }: Place): Target {
  // The client insists on a path of its own, which a bare PostgREST does not have.
  const origin = 'http://project.invalid'
  const throughRest: typeof fetch = (input, init) =>
    fetch(String(input).replace(`${origin}/rest/v1`, restUrl), init)
  const client = (token?: string) =>
    createClient(
      origin,
      publishableKey,
      clientOptions({
        global: { fetch: throughRest },
        ...(token === undefined ? {} : { accessToken: () => Promise.resolve(token) }),
      }),
    )
  const sign = async (claims: Record<string, unknown>, header?: Record<string, unknown>) => {
    if (header === undefined) return await signJwtWithSecret(claims, jwtSecret)
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part(claims)}`
    return `${signed}.${createHmac('sha256', jwtSecret).update(signed).digest('base64url')}`
  }
  return {
    sql,
    visitor: client(),
    user: async (id = randomUUID()) => client(await sign({ role: 'authenticated', sub: id })),
    send: (path, { token, headers, ...init } = {}) =>
      fetch(restUrl + path, {
        ...init,
        headers: {
          apikey: publishableKey,
          authorization: `Bearer ${token ?? publishableKey}`,
          ...(headers as Record<string, string>),
        },
      }),
    sign,
    isLocal,
  }
}
