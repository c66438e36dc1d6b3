import { createHmac, timingSafeEqual } from 'node:crypto'
import { createLocalJWKSet, errors, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'

/** The claims of a verified token: what the signer said, plus nothing. */
export type Claims = JWTPayload & { role?: string; session_id?: string }

/** What a token may be verified with: public keys, and the shared secret as an `oct` key. */
export interface VerificationKeys {
  keys: JWK[]
}

/** The algorithms a Supabase project accepts. `none` is never among them. */
const ALGORITHMS = ['HS256', 'ES256', 'RS256']

/** Verified tokens are remembered: an ES256 check costs about as much as a small query. */
const REMEMBERED_TOKENS = 5_000

/** Checks signatures and expiry, and remembers tokens that passed until they expire. */
export class JwtVerifier {
  readonly #verified = new Map<string, Claims>()
  readonly #keySet: ReturnType<typeof createLocalJWKSet>
  readonly #secret: Uint8Array | undefined

  /** @param algorithms those that the service accepts, where they are not the usual ones */
  constructor(jwks: VerificationKeys, readonly algorithms: string[] = ALGORITHMS) {
    this.#keySet = createLocalJWKSet({ keys: jwks.keys.filter((key) => key.kty !== 'oct') })
    const shared = jwks.keys.find((key) => key.kty === 'oct')?.k
    this.#secret = shared === undefined ? undefined : Buffer.from(shared, 'base64url')
  }

  /** The claims of a token seen before and still valid, without waiting. */
  recall(token: string): Claims | undefined {
    const claims = this.#verified.get(token)
    if (claims === undefined) return undefined
    if (claims.exp !== undefined && claims.exp <= Date.now() / 1000) {
      this.#verified.delete(token)
      return undefined
    }
    return claims
  }

  /** Verifies a compact JWT. Rejects with one of jose's errors, which each service puts into its own words. */
  async verify(token: string): Promise<Claims> {
    const known = this.recall(token)
    if (known !== undefined) return known
    const { payload } = await jwtVerify<Claims>(
      token,
      (header, jws) => {
        if (!header.alg?.startsWith('HS')) return this.#keySet(header, jws)
        if (this.#secret === undefined) throw new errors.JWKSNoMatchingKey()
        return this.#secret
      },
      { algorithms: this.algorithms },
    )
    if (this.#verified.size >= REMEMBERED_TOKENS) this.#verified.delete(this.#verified.keys().next().value!)
    this.#verified.set(token, payload)
    return payload
  }
}

/** Signs tokens with one private key, imported once; `alg` and `kid` come from the key. */
export class JwtSigner {
  readonly #key: ReturnType<typeof importJWK>
  readonly #header: { alg: string; kid?: string; typ: 'JWT' }

  constructor(jwk: JWK) {
    const alg = jwk.alg ?? (jwk.kty === 'RSA' ? 'RS256' : 'ES256')
    this.#header = { alg, typ: 'JWT', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) }
    // A key may also be meant for verifying; its private half can only sign, and Web Crypto refuses to be told otherwise.
    this.#key = importJWK({ ...jwk, key_ops: ['sign'] }, alg)
    // A key that cannot be imported is reported by the first signature, not as an unhandled rejection.
    this.#key.catch(() => {})
  }

  async sign(claims: JWTPayload): Promise<string> {
    return await new SignJWT(claims).setProtectedHeader(this.#header).sign(await this.#key)
  }
}

/** Signs claims with a shared secret (HS256), as the legacy keys and storage URLs are. */
export async function signJwtWithSecret(claims: JWTPayload, secret: string): Promise<string> {
  return await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(Buffer.from(secret))
}

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function secretsEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}
