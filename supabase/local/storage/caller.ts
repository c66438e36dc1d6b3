import type { IncomingMessage } from 'node:http'
import type { Claims, JwtVerifier } from '../jwt.ts'
import type { Keys } from '../keys.ts'
import { accessDenied } from './errors.ts'

/** Whom a request speaks for: what policies see. */
export interface Caller {
  /** The database role, from the claim `role`. */
  role: string
  /** The token as it came. */
  token: string
  claims: Claims
}

/** Someone who shows no token, or none that is valid: reaches public buckets only. */
export const NOBODY: Caller = { role: 'anon', token: '', claims: { role: 'anon' } }

/** The platform itself, for steps that upstream takes with the service key. Passes every policy. */
export function serviceCaller(keys: Keys): Caller {
  return { role: 'service_role', token: keys.serviceRoleJwt, claims: { role: 'service_role' } }
}

/**
 * Reads who is calling from the header `authorization`. One that is missing counts as an empty token, which is what
 * upstream's gateway makes of it.
 * @throws {StorageError} AccessDenied, with the reason, when the token is not valid
 */
export async function readCaller(req: IncomingMessage, verifier: JwtVerifier): Promise<Caller> {
  const token = (req.headers.authorization ?? '').replace(/^Bearer /i, '')
  let claims: Claims
  try {
    claims = verifier.recall(token) ?? await verifier.verify(token)
  } catch (error) {
    throw accessDenied(error instanceof Error ? error.message : String(error), error)
  }
  return { role: typeof claims.role === 'string' && claims.role !== '' ? claims.role : 'anon', token, claims }
}

/** As `readCaller`, for routes that also serve public buckets: without a valid token the caller is nobody. */
export async function readOptionalCaller(req: IncomingMessage, verifier: JwtVerifier): Promise<Caller> {
  try {
    return await readCaller(req, verifier)
  } catch {
    return NOBODY
  }
}

/** The columns that say who owns a row: a key without a subject owns nothing. */
export function ownerColumns(subject: string | undefined): { owner: string | null; owner_id: string | null } {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
  return {
    owner: subject !== undefined && uuid.test(subject) ? subject : null,
    owner_id: subject ?? null,
  }
}
