import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { parseEnv } from 'node:util'
import { type Keys, verificationKeys } from '../keys.ts'

/** What Deno itself needs of this process's environment. Everything else of it stays hidden from functions. */
const OF_DENO = [
  'HOME',
  'PATH',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_CACHE_HOME',
  'DENO_DIR',
  'DENO_CERT',
  'NODE_EXTRA_CA_CERTS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'LANG',
  'TZ',
  'SystemRoot',
  'LOCALAPPDATA',
]

/**
 * The environment of the Deno process, which all functions share: what Supabase sets, what the platform
 * passes, and functions/.env. Names beginning with SUPABASE_ belong to the platform and are skipped in that file.
 * @param directory folder of the functions
 * @param warn told once per skipped name
 */
export async function buildEnvironment(
  directory: string,
  keys: Keys,
  passed: Record<string, string>,
  warn: (message: string) => void,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = {}
  for (const name of OF_DENO) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  Object.assign(environment, {
    DENO_NO_UPDATE_CHECK: '1',
    NO_COLOR: '1',
    SUPABASE_ANON_KEY: keys.anonJwt,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleJwt,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: JSON.stringify(verificationKeys(keys)),
    ...passed,
  })
  const file = await readFile(join(directory, '.env'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  for (const [name, value] of Object.entries(parseEnv(file))) {
    if (name.startsWith('SUPABASE_')) {
      warn(`functions/.env: ${name} is skipped, because names beginning with SUPABASE_ are the platform's`)
    } else if (value !== undefined) {
      environment[name] = value
    }
  }
  return environment
}
