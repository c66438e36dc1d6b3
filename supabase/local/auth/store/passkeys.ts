import type { Json } from '../body.ts'
import type { Db } from './database.ts'

/** A row of auth.webauthn_credentials: a key that an authenticator keeps for a user. */
export interface PasskeyRow {
  id: string
  user_id: string
  credential_id: Buffer
  /** As COSE writes it. */
  public_key: Buffer
  sign_count: string
  transports: string[]
  friendly_name: string
  created_at: string
  last_used_at: string | null
}

/** A user's passkeys, oldest first. */
export async function listPasskeys(db: Db, userId: string): Promise<PasskeyRow[]> {
  return await db<PasskeyRow[]>`
    select * from auth.webauthn_credentials where user_id = ${userId} order by created_at, id`
}

/** A passkey as clients see it. */
export const renderPasskey = (passkey: PasskeyRow): Json => ({
  id: passkey.id,
  ...(passkey.friendly_name === '' ? {} : { friendly_name: passkey.friendly_name }),
  created_at: passkey.created_at,
  ...(passkey.last_used_at === null ? {} : { last_used_at: passkey.last_used_at }),
})

/** What a challenge was made for. */
export type ChallengeType = 'registration' | 'authentication'

/** Remembers a challenge, for one user or for whoever signs in. @returns its id */
export async function insertChallenge(
  db: Db,
  type: ChallengeType,
  userId: string | null,
  challenge: string,
  expiresAt: Date,
): Promise<string> {
  // Nobody asks again for one that was not answered.
  await db`delete from auth.webauthn_challenges where expires_at < now() - interval '1 day'`
  const [row] = await db<{ id: string }[]>`
    insert into auth.webauthn_challenges (user_id, challenge_type, session_data, expires_at)
    values (${userId}, ${type}, ${db.json({ challenge })}, ${expiresAt.toISOString()}) returning id`
  return row!.id
}

/** Takes a challenge, so that it is answered once. @returns it, or undefined where there is none */
export async function takeChallenge(
  db: Db,
  type: ChallengeType,
  userId: string | null,
  id: string,
): Promise<{ challenge: string; isExpired: boolean } | undefined> {
  const [row] = await db<{ challenge: string; isExpired: boolean }[]>`
    delete from auth.webauthn_challenges
    where id = ${id} and challenge_type = ${type} and user_id is not distinct from ${userId}::uuid
    returning session_data ->> 'challenge' as challenge, expires_at <= now() as "isExpired"`
  return row
}
