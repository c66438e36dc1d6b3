import type { Json } from './body.ts'
import type { Call } from './context.ts'
import { failed } from './errors.ts'
import type { Db } from './store/database.ts'
import { insertRefreshToken, insertSession, listAmrClaims, type SessionRow } from './store/sessions.ts'
import { renderUser, updateUser, type UserRow } from './store/users.ts'
import { now } from './times.ts'

/** What signing in answers with. */
export type SessionJson = Json & { access_token: string; refresh_token: string; user: Json }

/**
 * Opens a session for a user and issues its first pair of tokens.
 * @param method how the user signed in, as the claim `amr` names it
 */
export async function openSession(
  call: Call,
  db: Db,
  user: UserRow,
  method: string,
): Promise<SessionJson> {
  const session = await insertSession(db, user.id, method, call.origin)
  const refreshToken = await insertRefreshToken(db, user.id, session.id, null)
  const signedIn = await updateUser(db, user.id, { last_sign_in_at: now() })
  return await renderSession(call, db, signedIn, session, refreshToken, method)
}

/** A session as clients see it, with a fresh access token. */
export async function renderSession(
  call: Call,
  db: Db,
  user: UserRow,
  session: SessionRow,
  refreshToken: string,
  method: string,
): Promise<SessionJson> {
  const claims = await accessTokenClaims(call, db, user, session, method)
  call.headers['sb-auth-user-id'] = user.id
  call.headers['sb-auth-session-id'] = session.id
  return {
    access_token: await call.auth.signer.sign(claims),
    token_type: 'bearer',
    expires_in: call.config.jwt_expiry,
    expires_at: claims['exp'],
    refresh_token: refreshToken,
    user: await renderUser(db, user),
  }
}

async function accessTokenClaims(
  call: Call,
  db: Db,
  user: UserRow,
  session: SessionRow,
  method: string,
): Promise<Json> {
  const issuedAt = Math.floor(Date.now() / 1000)
  const issuer = call.config.jwt_issuer ?? call.auth.issuer
  const claims: Json = {
    ...(issuer === '' ? {} : { iss: issuer }),
    sub: user.id,
    aud: user.aud ?? '',
    exp: issuedAt + call.config.jwt_expiry,
    iat: issuedAt,
    email: user.email ?? '',
    phone: user.phone ?? '',
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: user.role ?? '',
    aal: session.aal ?? 'aal1',
    amr: await listAmrClaims(db, session.id),
    session_id: session.id,
    is_anonymous: user.is_anonymous,
  }
  if (!call.auth.hooks.isEnabled('custom_access_token')) return claims
  const answer = await call.auth.hooks.call('custom_access_token', db, {
    user_id: user.id,
    claims,
    authentication_method: method,
  })
  return requireClaims(answer['claims'])
}

/** What a custom access token hook may change but not leave out, and of which type it stays. */
const REQUIRED_CLAIMS: Record<string, (value: unknown) => boolean> = {
  aud: (value) => typeof value === 'string' || Array.isArray(value),
  exp: Number.isInteger,
  iat: Number.isInteger,
  sub: isString,
  email: isString,
  phone: isString,
  role: isString,
  aal: isString,
  session_id: isString,
  is_anonymous: (value) => typeof value === 'boolean',
}

function requireClaims(claims: unknown): Json {
  if (claims === null || typeof claims !== 'object' || Array.isArray(claims)) {
    throw failed('output claims field is missing')
  }
  const wrong = Object.entries(REQUIRED_CLAIMS)
    .filter(([name, accepts]) => !accepts((claims as Json)[name]))
    .map(([name]) => name in claims ? `${name}: Invalid type` : `(root): ${name} is required`)
  if (wrong.length > 0) {
    throw failed(`output claims do not conform to the expected schema: \n- ${wrong.join('\n- ')}`)
  }
  return claims as Json
}

function isString(value: unknown): boolean {
  return typeof value === 'string'
}
