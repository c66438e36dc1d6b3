import { decodeProtectedHeader, errors } from 'jose'
import type { Claims, JwtVerifier } from '../jwt.ts'

/** A token that Realtime does not accept, in the words it uses for it. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken'
  /** @param code what a refused join calls it: `InvalidJWTToken`, `MalformedJWT`, `JwtSignatureError`, `JwtSignerError` */
  constructor(readonly code: string, message: string) {
    super(message)
  }
}

/** Realtime accepts more algorithms than a project's own keys use. */
export const ALGORITHMS = ['HS', 'RS', 'ES'].flatMap((family) => [256, 384, 512].map((bits) => family + bits))
  .concat('EdDSA')

/** Claims that Realtime insists on. */
export type TokenClaims = Claims & { role: string; exp: number }

/**
 * Verifies a token as Realtime does: signature, expiry, and that it names a role.
 * @param token as it came, possibly percent-encoded and with stray white space
 * @throws {InvalidToken}
 */
export async function verifyToken(verifier: JwtVerifier, token: string): Promise<TokenClaims> {
  let claims: Claims
  try {
    claims = await verifier.verify(tidy(token))
  } catch (error) {
    throw explain(error, token)
  }
  if (typeof claims.exp === 'number' && claims.exp * 1000 <= Date.now()) throw expired(claims.exp)
  if (typeof claims.role !== 'string' || typeof claims.exp !== 'number') {
    throw new InvalidToken('InvalidJWTToken', 'Fields `role` and `exp` are required in JWT')
  }
  return claims as TokenClaims
}

function tidy(token: string): string {
  let decoded = token
  try {
    decoded = decodeURIComponent(token)
  } catch {
    // A stray percent sign: judged as it stands.
  }
  return decoded.replace(/\s/g, '')
}

function explain(error: unknown, token: string): InvalidToken {
  if (error instanceof errors.JWTExpired) return expired(error.payload.exp ?? 0)
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new InvalidToken('JwtSignatureError', 'Failed to validate JWT signature')
  }
  if (
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  ) {
    const { kid } = decodeProtectedHeader(tidy(token))
    const key = kid === undefined ? '' : ` for key ID (kid) ${JSON.stringify(kid)}`
    return new InvalidToken(
      'JwtSignerError',
      `Failed to generate JWT signer${key}, check your JWT secret or JWKS configuration`,
    )
  }
  return new InvalidToken('MalformedJWT', 'The token provided is not a valid JWT')
}

function expired(exp: number): InvalidToken {
  const seconds = Math.max(0, Math.floor(Date.now() / 1000) - exp)
  return new InvalidToken('InvalidJWTToken', `Token has expired ${seconds} seconds ago`)
}
