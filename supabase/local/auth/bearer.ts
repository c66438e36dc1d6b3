import { errors } from 'jose'
import type { Claims } from '../jwt.ts'
import type { Call } from './context.ts'
import { AuthProblem } from './errors.ts'
import { findSession, type SessionRow } from './store/sessions.ts'
import { findUser, isBanned, type UserRow } from './store/users.ts'
import { endOf } from './session-validity.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether text is a UUID, of any version. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** Roles whose token may use the admin endpoints. */
const ADMIN_ROLES = ['service_role', 'supabase_admin']

/** Who a bearer token speaks for. */
export interface Bearer {
  user: UserRow
  /** Absent for a token that names no session. */
  session: SessionRow | undefined
  claims: Claims
}

/** Requires a user's token, valid and of a session that still exists. */
export async function requireUser(call: Call): Promise<Bearer> {
  const claims = await requireToken(call)
  if (!claims.sub) throw new AuthProblem(403, 'bad_jwt', 'invalid claim: missing sub claim')
  if (!isUuid(claims.sub)) throw new AuthProblem(400, 'bad_jwt', 'invalid claim: sub claim must be a UUID')
  const [user, session] = await Promise.all([
    findUser(call.auth.sql, claims.sub),
    // What is wrong with the session matters only once there is a user.
    requireSession(call, claims).catch((error: unknown) => ({ error })),
  ])
  if (user === undefined) {
    throw new AuthProblem(403, 'user_not_found', 'User from sub claim in JWT does not exist')
  }
  if (session !== undefined && 'error' in session) throw session.error
  if (isBanned(user)) throw new AuthProblem(403, 'user_banned', 'User is banned')
  return { user, session, claims }
}

/** Requires the token of a service, such as the one behind a secret key. */
export async function requireAdmin(call: Call): Promise<Claims> {
  const claims = await requireToken(call)
  if (claims.session_id) {
    const session = await requireSession(call, claims)
    if (session !== undefined && endOf(session, call.config) !== undefined) {
      throw new AuthProblem(403, 'session_expired', 'Session is no longer valid')
    }
  }
  if (!ADMIN_ROLES.includes(claims.role ?? '')) throw new AuthProblem(403, 'not_admin', 'User not allowed')
  return claims
}

async function requireSession(call: Call, claims: Claims): Promise<SessionRow | undefined> {
  const id = claims.session_id
  if (id === undefined || id === '') return undefined
  if (typeof id !== 'string' || !isUuid(id)) {
    throw new AuthProblem(403, 'bad_jwt', 'invalid claim: session_id claim must be a UUID')
  }
  const session = await findSession(call.auth.sql, id)
  if (session === undefined) {
    throw new AuthProblem(403, 'session_not_found', 'Session from session_id claim in JWT does not exist')
  }
  return session
}

async function requireToken(call: Call): Promise<Claims> {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(call.header('authorization')) ?? []
  if (token === undefined) {
    throw new AuthProblem(401, 'no_authorization', 'This endpoint requires a valid Bearer token')
  }
  try {
    return await call.auth.verifier.verify(token)
  } catch (error) {
    throw new AuthProblem(
      403,
      'bad_jwt',
      `invalid JWT: unable to parse or verify signature, ${reasonOf(error, token)}`,
    )
  }
}

/** Why a token was refused, in the words clients know from upstream. */
function reasonOf(error: unknown, token: string): string {
  const segments = token.split('.').length
  if (segments !== 3) return 'token is malformed: token contains an invalid number of segments'
  const header = headerOf(token)
  if (header === undefined) return 'token is malformed: could not JSON decode header'
  if (error instanceof errors.JWTExpired) return 'token has invalid claims: token is expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf'
      ? 'token has invalid claims: token is not valid yet'
      : `token has invalid claims: ${error.message}`
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return `token signature is invalid: signing method ${String(header.alg)} is invalid`
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return 'token is unverifiable: error while executing keyfunc: unrecognized JWT kid ' +
      `${String(header.kid)} for algorithm ${String(header.alg)}`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return header.alg === 'HS256'
      ? 'token signature is invalid: signature is invalid'
      : 'token signature is invalid: crypto/ecdsa: verification error'
  }
  return 'token is malformed: could not JSON decode claim'
}

function headerOf(token: string): { alg?: unknown; kid?: unknown } | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString('utf8'))
    return header !== null && typeof header === 'object' ? header : undefined
  } catch {
    return undefined
  }
}
