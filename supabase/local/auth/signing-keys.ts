import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { JWK } from 'jose'
import type { AuthConfig } from './config.ts'

/**
 * Reads the private keys that `signing_keys_path` of config.toml names; the first one signs.
 * Whoever verifies tokens must know them too, so the platform calls this once, before it starts any service.
 * @param directory the folder of config.toml, where a relative path starts
 * @returns undefined where config.toml names no file
 */
export async function readSigningKeys(config: AuthConfig, directory: string): Promise<JWK[] | undefined> {
  const { signing_keys_path: path } = config
  if (path === undefined || path === '') return undefined
  const file = isAbsolute(path) ? path : join(directory, path)
  let keys: unknown
  try {
    keys = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`The signing keys in ${path} cannot be read: ${(error as Error).message}`)
  }
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isSigningKey)) {
    throw new Error(`${path} must hold a JSON array of private JWKs for ES256 or RS256.`)
  }
  // The key marked for signing goes first; without a mark, the first of the file.
  const signer = keys.find((key) => key.key_ops?.includes('sign')) ?? keys[0]!
  return [signer, ...keys.filter((key) => key !== signer)]
}

function isSigningKey(key: unknown): key is JWK {
  if (key === null || typeof key !== 'object') return false
  const { kty, d, kid } = key as JWK
  return (kty === 'EC' || kty === 'RSA') && typeof d === 'string' &&
    (kid === undefined || typeof kid === 'string')
}
