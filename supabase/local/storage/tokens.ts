import { signJwtWithSecret } from '../jwt.ts'
import type { Claims, JwtVerifier } from '../jwt.ts'
import type { Keys } from '../keys.ts'
import { invalidJwt, invalidSignature, RequestError } from './errors.ts'

/** How long a signed upload URL can be used, in seconds; the CLI's default. */
const UPLOAD_LIFETIME_SECONDS = 7200

/** What a signed download URL lets its holder read. */
export interface DownloadGrant {
  /** When the URL stops working, in seconds since 1970. */
  expiresAt: number
  /** The image transformation that was signed, as `height:100,width:100`. */
  transformations: string | undefined
}

/** What a signed upload URL lets its holder write. */
export interface UploadGrant {
  /** Subject who asked for the URL and will own the object. */
  owner: string | undefined
  upsert: boolean
}

/**
 * Signs the right to read one object.
 * @param url bucket and key, `bucket/key`
 * @param lifetime seconds
 */
export async function signDownloadToken(
  keys: Keys,
  url: string,
  lifetime: number,
  transform: { transformations?: string; format?: string } = {},
): Promise<string> {
  return await sign(keys, { url, ...transform, scope: 'download' }, lifetime)
}

/** Signs the right to write one object. */
export async function signUploadToken(
  keys: Keys,
  grant: UploadGrant & { url: string },
): Promise<string> {
  const { owner, url, upsert } = grant
  const claims = { ...(owner === undefined ? {} : { owner }), url, upsert, scope: 'upload' }
  return await sign(keys, claims, UPLOAD_LIFETIME_SECONDS)
}

async function sign(keys: Keys, claims: Claims, lifetime: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return await signJwtWithSecret({ ...claims, iat: now, exp: now + lifetime }, keys.jwtSecret)
}

/**
 * Reads the query parameter `token` of a signed download URL.
 * @throws {RequestError} without a token
 * @throws {StorageError} InvalidJWT for one that is bad or expired, InvalidSignature for one of another object or use
 */
export async function readDownloadToken(
  verifier: JwtVerifier,
  query: URLSearchParams,
  url: string,
): Promise<DownloadGrant> {
  const claims = await readToken(verifier, tokenOf(query), url, 'download')
  return {
    expiresAt: claims.exp ?? 0,
    transformations: typeof claims['transformations'] === 'string' ? claims['transformations'] : undefined,
  }
}

/** Reads the query parameter `token` of a signed upload URL; throws as `readDownloadToken` does. */
export async function readUploadToken(
  verifier: JwtVerifier,
  query: URLSearchParams,
  url: string,
): Promise<UploadGrant> {
  return await verifyUploadToken(verifier, tokenOf(query), url)
}

/** Reads the token of a signed upload URL, however it came; throws as `readDownloadToken` does. */
export async function verifyUploadToken(
  verifier: JwtVerifier,
  token: string,
  url: string,
): Promise<UploadGrant> {
  const claims = await readToken(verifier, token, url, 'upload')
  return {
    owner: typeof claims['owner'] === 'string' ? claims['owner'] : undefined,
    upsert: claims['upsert'] === true,
  }
}

function tokenOf(query: URLSearchParams): string {
  const token = query.get('token')
  if (token === null) throw new RequestError("querystring must have required property 'token'")
  return token
}

async function readToken(
  verifier: JwtVerifier,
  token: string,
  url: string,
  scope: 'download' | 'upload',
): Promise<Claims> {
  let claims: Claims
  try {
    claims = verifier.recall(token) ?? await verifier.verify(token)
  } catch (error) {
    throw invalidJwt(error instanceof Error ? error.message : String(error))
  }
  // Tokens of older builds carry no scope; theirs are told apart by the claim `upsert`.
  const actual = claims['scope'] ?? ('upsert' in claims ? 'upload' : 'download')
  if (claims['url'] !== url || actual !== scope) throw invalidSignature()
  return claims
}
