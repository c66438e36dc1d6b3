import { randomBytes, randomUUID } from 'node:crypto'
import { now } from '../times.ts'
import type { Db } from './database.ts'
import { INSTANCE_ID } from './users.ts'

/** A row of auth.sessions. */
export interface SessionRow {
  id: string
  user_id: string
  created_at: string
  updated_at: string
  factor_id: string | null
  aal: 'aal1' | 'aal2' | 'aal3' | null
  not_after: string | null
  refreshed_at: string | null
}

/** A row of auth.refresh_tokens. */
export interface RefreshTokenRow {
  id: string
  token: string
  user_id: string
  revoked: boolean | null
  created_at: string
  updated_at: string
  parent: string | null
  session_id: string | null
}

/** How a session came to be, or what was added to it, and when. */
export interface AmrClaim {
  method: string
  /** Unix seconds. */
  timestamp: number
}

/** Where a request came from, as a session remembers it. */
export interface Origin {
  userAgent: string
  ip: string
}

/** Opens a session at aal1 that begins with one method. */
export async function insertSession(
  db: Db,
  userId: string,
  method: string,
  origin: Origin,
): Promise<SessionRow> {
  const at = now()
  const [session] = await db<SessionRow[]>`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
    values (${randomUUID()}, ${userId}, ${at}, ${at}, 'aal1', ${origin.userAgent}, ${origin.ip})
    returning *`
  await addAmrClaim(db, session!.id, method)
  return session!
}

/** Records that a method was used in this session; using it again only moves its time. */
export async function addAmrClaim(db: Db, sessionId: string, method: string): Promise<void> {
  const at = now()
  await db`
    insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
    values (${randomUUID()}, ${sessionId}, ${at}, ${at}, ${method})
    on conflict on constraint mfa_amr_claims_session_id_authentication_method_pkey
    do update set updated_at = excluded.updated_at`
}

/** The methods used in this session, newest first. */
export async function listAmrClaims(db: Db, sessionId: string): Promise<AmrClaim[]> {
  return await db<AmrClaim[]>`
    select
      authentication_method as method,
      floor(extract(epoch from updated_at))::float8 as timestamp
    from auth.mfa_amr_claims where session_id = ${sessionId} order by updated_at desc`
}

/** @returns the session, or undefined where it is gone */
export async function findSession(db: Db, id: string): Promise<SessionRow | undefined> {
  const [session] = await db<SessionRow[]>`select * from auth.sessions where id = ${id}`
  return session
}

/** Adds a refresh token to a session, as the child of `parent` where it replaces one. */
export async function insertRefreshToken(
  db: Db,
  userId: string,
  sessionId: string,
  parent: string | null,
): Promise<string> {
  const at = now()
  const token = makeRefreshToken()
  await db`
    insert into auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
    values (${INSTANCE_ID}, ${token}, ${userId}, false, ${at}, ${at}, ${parent}, ${sessionId})`
  return token
}

/** Deletes a user's sessions (their refresh tokens go with them), all but one where `except` is given. */
export async function deleteSessions(db: Db, userId: string, except?: string): Promise<void> {
  await db`
    delete from auth.sessions where user_id = ${userId}
    ${except === undefined ? db`` : db`and id <> ${except}`}`
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** 12 characters of lower-case base32: 60 random bits, as upstream's tokens have. */
const makeRefreshToken = (): string => Array.from(randomBytes(12), (byte) => ALPHABET[byte & 31]).join('')
