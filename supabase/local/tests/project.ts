import process from 'node:process'
import postgres from 'postgres'
import { releaseLater, startTestPlatform } from '../testing/index.ts'

/** The project that scenarios run against. */
export interface Project {
  url: string
  publishableKey: string
  secretKey: string
  /** Absent where it is not known. */
  jwtSecret: string | undefined
  /** As the project's owner. */
  sql: postgres.Sql
}

/** Opens the project that the environment names (SUPABASE_URL …), by default a platform of this process. */
export async function openProject(): Promise<Project> {
  const {
    SUPABASE_URL,
    SUPABASE_PUBLISHABLE_KEY,
    SUPABASE_SECRET_KEY,
    SUPABASE_DB_URL,
    SUPABASE_JWT_SECRET,
  } = process.env
  if (SUPABASE_URL === undefined) {
    const { apiUrl, keys, sql } = await startTestPlatform({ template: 'platform' })
    const { publishableKey, secretKey, jwtSecret } = keys
    return { url: apiUrl, publishableKey, secretKey, jwtSecret, sql }
  }
  if (!SUPABASE_PUBLISHABLE_KEY || !SUPABASE_SECRET_KEY || !SUPABASE_DB_URL) {
    throw new Error(
      'SUPABASE_URL needs SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and SUPABASE_DB_URL beside it.',
    )
  }
  const sql = postgres(SUPABASE_DB_URL, { max: 1, onnotice: () => {} })
  releaseLater(() => sql.end({ timeout: 1 }))
  return {
    url: SUPABASE_URL,
    publishableKey: SUPABASE_PUBLISHABLE_KEY,
    secretKey: SUPABASE_SECRET_KEY,
    jwtSecret: SUPABASE_JWT_SECRET,
    sql,
  }
}
