import type { JWK } from 'jose'
import type { VerificationKeys } from '../jwt.ts'

/**
 * Reads a JWT secret as PostgREST takes it: a JWK, a set of them, or any other text as a shared secret.
 * @param isBase64 whether the shared secret is written in base64
 */
export function keysOfSecret(secret: string | Buffer, isBase64: boolean): VerificationKeys {
  const text = secret.toString()
  const parsed = parseKeys(text)
  if (parsed !== undefined) return parsed
  const bytes = isBase64
    ? Buffer.from(text, 'base64')
    : typeof secret === 'string'
    ? Buffer.from(secret)
    : secret
  return { keys: [{ kty: 'oct', k: bytes.toString('base64url') }] }
}

function parseKeys(secret: string): VerificationKeys | undefined {
  let value: unknown
  try {
    value = JSON.parse(secret)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  if ('keys' in value && Array.isArray(value.keys)) return { keys: value.keys as JWK[] }
  return 'kty' in value ? { keys: [value as JWK] } : undefined
}
