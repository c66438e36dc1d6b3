import type { Call } from '../context.ts'
import { AuthProblem, invalid, OAuthProblem } from '../errors.ts'
import { endOf } from '../session-validity.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { insertRefreshToken, type RefreshTokenRow, type SessionRow } from '../store/sessions.ts'
import { findUser, isBanned, updateUser, type UserRow } from '../store/users.ts'
import { now, secondsSince } from '../times.ts'
import { renderSession, type SessionJson } from '../tokens.ts'

const LENGTH = 12

/** POST /token?grant_type=refresh_token */
export async function grantByRefreshToken(call: Call): Promise<void> {
  const token = call.body.string('refresh_token')
  if (token === '') throw new OAuthProblem('invalid_request', 'refresh_token required')
  if (token.length !== LENGTH || !/^[a-z0-9]+$/.test(token)) throw invalid('Refresh token is not valid')
  const result = await transaction(call.auth.sql, (db) => refresh(call, db, token))
  // Thrown out here, so that what the refusal has revoked stays revoked.
  if (result instanceof AuthProblem) throw result
  call.json(200, result)
}

async function refresh(call: Call, db: Db, text: string): Promise<SessionJson | AuthProblem> {
  const seen = await findRefreshToken(db, text)
  if (seen === undefined) {
    throw refusal('refresh_token_not_found', 'Refresh Token Not Found')
  }
  const user = await findUser(db, seen.user_id, { lock: true })
  if (user === undefined) throw refusal('refresh_token_not_found', 'Refresh Token Not Found')
  if (isBanned(user)) throw refusal('user_banned', 'User Banned')
  // Sign-out takes turns with this; two requests with tokens of one session already do.
  const [session] = seen.session_id === null ? [] : await db<SessionRow[]>`
    select * from auth.sessions where id = ${seen.session_id} for update`
  if (session === undefined) throw refusal('session_not_found', 'No Valid Session Found')
  const token = await findRefreshToken(db, text)
  if (token === undefined) throw refusal('refresh_token_not_found', 'Refresh Token Not Found')

  const end = endOf(session, call.config, token.updated_at)
  if (end === 'inactive') throw refusal('session_expired', 'Session Expired (Inactivity)')
  if (end !== undefined) throw refusal('session_expired', 'Session Expired')

  const successor = token.revoked ? await findSuccessor(call, db, token) : undefined
  if (successor === 'reused') {
    if (call.config.enable_refresh_token_rotation) {
      await db`
        update auth.refresh_tokens set revoked = true, updated_at = ${now()}
        where session_id = ${session.id} and revoked = false`
    }
    return refusal('refresh_token_already_used', 'Already Used')
  }
  await audit(db, user, 'token_refreshed', call.ip)
  const issued = successor ?? await swap(call, db, user, token)
  const at = now()
  const [refreshed] = await db<SessionRow[]>`
    update auth.sessions set
      refreshed_at = ${at}::timestamptz at time zone 'UTC', updated_at = ${at},
      user_agent = ${call.origin.userAgent}, ip = ${call.origin.ip}
    where id = ${session.id} returning *`
  const signedIn = await updateUser(db, user.id, { last_sign_in_at: at })
  call.headers['sb-auth-refresh-token-prefix'] = issued.slice(0, 5)
  return await renderSession(call, db, signedIn, refreshed!, issued, 'token_refresh')
}

async function findRefreshToken(db: Db, token: string): Promise<RefreshTokenRow | undefined> {
  const [row] = await db<RefreshTokenRow[]>`select * from auth.refresh_tokens where token = ${token}`
  return row
}

/**
 * A token that was used before may come back when its answer was lost on the way. Its direct successor, if still
 * unused, is handed out again; within the reuse interval a new one is; anything else looks like theft.
 */
async function findSuccessor(
  call: Call,
  db: Db,
  token: RefreshTokenRow,
): Promise<string | undefined | 'reused'> {
  const [active] = await db<RefreshTokenRow[]>`
    select * from auth.refresh_tokens
    where session_id = ${token.session_id} and revoked = false order by id desc limit 1`
  if (active?.parent === token.token) return active.token
  return secondsSince(token.updated_at) > call.config.refresh_token_reuse_interval ? 'reused' : undefined
}

async function swap(call: Call, db: Db, user: UserRow, token: RefreshTokenRow): Promise<string> {
  if (token.revoked !== true) {
    await db`update auth.refresh_tokens set revoked = true, updated_at = ${now()} where id = ${token.id}`
    await audit(db, user, 'token_revoked', call.ip)
  }
  return await insertRefreshToken(db, token.user_id, token.session_id!, token.token)
}

const refusal = (code: string, reason: string) =>
  new AuthProblem(400, code, `Invalid Refresh Token: ${reason}`)
