/** Who a request comes from: the token in its Authorization header, checked as PostgREST checks it. */
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { JWK } from 'jose'
import type { VerificationKeys } from '../jwt.ts'
import { RestError } from './errors.ts'
import type { RolePath } from './role-path.ts'

/** The role a request runs as, and the claims it may read in `request.jwt.claims`. */
export interface Identity {
  readonly role: string
  /** JSON of the claims; `role` is always among them. */
  readonly claims: string
  /** Who it is, as far as the token tells one from another; empty for all others. */
  readonly subject: string
}

type Claims = Record<string, unknown>

/** Clocks may differ by this much. */
const LEEWAY_SECONDS = 30

/** Tokens whose signature has been verified; checking an ES256 one costs as much as a small query. */
const REMEMBERED_TOKENS = 5_000

interface Algorithm {
  readonly kty: string
  readonly hash: string
  readonly options?: {
    readonly dsaEncoding?: 'ieee-p1363'
    readonly padding?: number
    readonly saltLength?: number
  }
}

const PSS_PADDING = 6
const PSS_SALT_AS_DIGEST = -1
const pss = { padding: PSS_PADDING, saltLength: PSS_SALT_AS_DIGEST }
const p1363 = { dsaEncoding: 'ieee-p1363' } as const

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  HS256: { kty: 'oct', hash: 'sha256' },
  HS384: { kty: 'oct', hash: 'sha384' },
  HS512: { kty: 'oct', hash: 'sha512' },
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  PS256: { kty: 'RSA', hash: 'sha256', options: pss },
  PS384: { kty: 'RSA', hash: 'sha384', options: pss },
  PS512: { kty: 'RSA', hash: 'sha512', options: pss },
  ES256: { kty: 'EC', hash: 'sha256', options: p1363 },
  ES384: { kty: 'EC', hash: 'sha384', options: p1363 },
  ES512: { kty: 'EC', hash: 'sha512', options: p1363 },
}

interface Key {
  readonly jwk: JWK
  readonly secret: Buffer | undefined
  readonly publicKey: KeyObject | undefined
}

/** What the claims are read with. */
export interface TokenRules {
  readonly anonRole: string | undefined
  readonly audience: string | undefined
  readonly roleOf: RolePath
}

/** Reads tokens with a fixed set of keys. */
export class TokenReader {
  readonly #keys: readonly Key[]
  readonly #verified = new Map<string, Claims>()

  constructor(keys: VerificationKeys) {
    this.#keys = keys.keys.map((jwk) => ({
      jwk,
      secret: jwk.kty === 'oct' ? Buffer.from(jwk.k ?? '', 'base64url') : undefined,
      publicKey: jwk.kty === 'oct' ? undefined : createPublicKey({ key: jwk as never, format: 'jwk' }),
    }))
  }

  /**
   * Who sends a request.
   * @param authorization the header; absent, or of another scheme than Bearer, it stands for nobody in particular
   */
  identify(authorization: string | undefined, rules: TokenRules): Identity {
    const bearer = authorization === undefined ? null : /^bearer(?:\s+|$)(.*)$/is.exec(authorization)
    if (bearer === null) {
      if (rules.anonRole === undefined) throw tokenRequired()
      return { role: rules.anonRole, claims: JSON.stringify({ role: rules.anonRole }), subject: '' }
    }
    const claims = this.#claimsOf(bearer[1]!.trim())
    checkClaims(claims, rules.audience)
    const found = rules.roleOf(claims)
    const role = found === undefined || found === null
      ? rules.anonRole
      : typeof found === 'string'
      ? found
      : JSON.stringify(found)
    if (role === undefined) throw tokenRequired()
    const { sub } = claims
    return { role, claims: JSON.stringify({ ...claims, role }), subject: typeof sub === 'string' ? sub : '' }
  }

  #claimsOf(token: string): Claims {
    const known = this.#verified.get(token)
    if (known !== undefined) return known
    if (this.#keys.length === 0) throw new RestError(500, 'PGRST300', 'Server lacks JWT secret')
    const claims = this.#verify(token)
    if (this.#verified.size >= REMEMBERED_TOKENS) this.#verified.delete(this.#verified.keys().next().value!)
    this.#verified.set(token, claims)
    return claims
  }

  #verify(token: string): Claims {
    if (token === '') throw undecodable('Empty JWT is sent in Authorization header')
    const parts = token.split('.')
    if (parts.length !== 3) throw undecodable(`Expected 3 parts in JWT; got ${parts.length}`)
    const [headerPart, claimsPart, signaturePart] = parts as [string, string, string]
    const header = parseObject(headerPart)
    // A header that demands what is not understood (RFC 7515, 4.1.11) is as bad as one that cannot be read.
    if (
      header === undefined || 'crit' in header || header['b64'] === false || !BASE64URL.test(signaturePart)
    ) {
      throw undecodable('JWT cryptographic operation failed')
    }
    if (header['alg'] === 'none') {
      const reason = "JWT is unsecured but expected 'alg' was not 'none'"
      throw undecodable('Wrong or unsupported encoding algorithm', reason)
    }
    const name = header['alg']
    const algorithm = typeof name === 'string' && Object.hasOwn(ALGORITHMS, name)
      ? ALGORITHMS[name]
      : undefined
    if (typeof name !== 'string' || algorithm === undefined) {
      throw undecodable('JWT cryptographic operation failed')
    }
    const usable = this.#keys.filter(({ jwk }) => fits(jwk, algorithm.kty, name, header['kid']))
    const unsuitable = 'No suitable key or wrong key type'
    if (usable.length === 0) throw undecodable(unsuitable, 'No suitable key was found to decode the JWT')
    const signed = Buffer.from(`${headerPart}.${claimsPart}`)
    const signature = Buffer.from(signaturePart, 'base64url')
    if (!usable.some((key) => isSignedBy(key, algorithm, signed, signature))) {
      throw undecodable(unsuitable, 'None of the keys was able to decode the JWT')
    }
    const claims = parseObject(claimsPart)
    if (claims === undefined) throw invalidClaims('Parsing claims failed')
    return claims
  }
}

/** A key without an id or an algorithm of its own may serve for any. */
function fits(jwk: JWK, kty: string, algorithm: string, kid: unknown): boolean {
  const agrees = (own: string | undefined, wanted: unknown) =>
    own === undefined || wanted === undefined || own === wanted
  return jwk.kty === kty && agrees(jwk.alg, algorithm) && agrees(jwk.kid, kid)
}

function isSignedBy(key: Key, { hash, options }: Algorithm, signed: Buffer, signature: Buffer): boolean {
  if (key.secret !== undefined) {
    const expected = createHmac(hash, key.secret).update(signed).digest()
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  }
  try {
    return verify(hash, signed, { key: key.publicKey!, ...options }, signature)
  } catch {
    return false
  }
}

/** Node reads base64 with anything in it; a token may hold nothing else, and no padding. */
const BASE64URL = /^[\w-]+$/

function parseObject(part: string): Claims | undefined {
  if (!BASE64URL.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined
  } catch {
    return undefined
  }
}

function checkClaims(claims: Claims, audience: string | undefined): void {
  const now = Math.floor(Date.now() / 1000)
  const time = (name: 'exp' | 'nbf' | 'iat', isWrong: (value: number) => boolean, message: string) => {
    const value = claims[name]
    if (value === undefined || value === null) return
    if (typeof value !== 'number') throw invalidClaims(`The JWT '${name}' claim must be a number`)
    if (isWrong(value)) throw invalidClaims(message)
  }
  time('exp', (exp) => exp < now - LEEWAY_SECONDS, 'JWT expired')
  time('nbf', (nbf) => nbf > now + LEEWAY_SECONDS, 'JWT not yet valid')
  time('iat', (iat) => iat > now + LEEWAY_SECONDS, 'JWT issued at future')
  const aud = claims['aud']
  if (aud === undefined || aud === null) return
  const list = Array.isArray(aud) ? (aud as unknown[]) : [aud]
  if (!list.every((entry) => typeof entry === 'string')) {
    throw invalidClaims("The JWT 'aud' claim must be a string or an array of strings")
  }
  if (audience !== undefined && list.length > 0 && !list.includes(audience)) {
    throw invalidClaims('JWT not in audience')
  }
}

const challenge = (message: string) => ({
  'WWW-Authenticate': `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`,
})

const undecodable = (message: string, details: string | null = null) =>
  new RestError(401, 'PGRST301', message, details, null, { headers: challenge(message) })

const invalidClaims = (message: string) =>
  new RestError(401, 'PGRST303', message, null, null, { headers: challenge(message) })

const tokenRequired = () =>
  new RestError(401, 'PGRST302', 'Anonymous access is disabled', null, null, {
    headers: { 'WWW-Authenticate': 'Bearer' },
  })
