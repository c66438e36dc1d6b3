import { createHash, randomInt, randomUUID } from 'node:crypto'
import { secretsEqual } from '../../jwt.ts'
import { secondsSince } from '../times.ts'
import type { Db } from './database.ts'
import { INSTANCE_ID, type UserRow } from './users.ts'

/** The kinds of code a user can have pending; one of each at a time. */
export type TokenType =
  | 'confirmation_token'
  | 'reauthentication_token'
  | 'recovery_token'
  | 'email_change_token_new'
  | 'email_change_token_current'
  | 'phone_change_token'

/** Beside `deleteOneTimeTokens`: the columns of a user in which upstream keeps every kind of code, emptied. */
export const NO_TOKENS: Record<TokenType, ''> = {
  confirmation_token: '',
  reauthentication_token: '',
  recovery_token: '',
  email_change_token_new: '',
  email_change_token_current: '',
  phone_change_token: '',
}

/** Marks a token that completes a PKCE flow: following its link yields a code, not a session. */
export const PKCE_PREFIX = 'pkce_'

/** A numeric code of this many digits. */
export const makeOtp = (digits: number): string => String(randomInt(10 ** digits)).padStart(digits, '0')

/** What is stored instead of a code: it is worth nothing without the address it was sent to. */
export const hashOtp = (address: string, otp: string): string =>
  createHash('sha224').update(address + otp).digest('hex')

/** Makes this the user's one pending token of its type. */
export async function putOneTimeToken(
  db: Db,
  userId: string,
  type: TokenType,
  hash: string,
  relatesTo: string,
): Promise<void> {
  await db`
    insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
    values (${randomUUID()}, ${userId}, ${type}, ${hash}, ${relatesTo.toLowerCase()})
    on conflict (user_id, token_type) do update set
      id = excluded.id, token_hash = excluded.token_hash, relates_to = excluded.relates_to,
      created_at = excluded.created_at, updated_at = excluded.updated_at`
}

/** Deletes a user's pending tokens, of one type or all. */
export async function deleteOneTimeTokens(db: Db, userId: string, type?: TokenType): Promise<void> {
  await db`
    delete from auth.one_time_tokens where user_id = ${userId}
    ${type === undefined ? db`` : db`and token_type = ${type}`}`
}

/**
 * Finds who has one of these tokens pending, and locks that user until the transaction ends: of two requests with the
 * same token the second waits, and then finds it spent.
 */
export async function findUserByToken(
  db: Db,
  types: TokenType[],
  hashes: string[],
  audience: string,
): Promise<UserRow | undefined> {
  const [user] = await db<UserRow[]>`
    select users.* from auth.users
    where users.instance_id = ${INSTANCE_ID} and users.aud = ${audience} and users.id in (
      select one_time_tokens.user_id from auth.one_time_tokens
      where one_time_tokens.token_hash in ${db(hashes)}
        and one_time_tokens.token_type in ${db(types)}
    )
    limit 1
    for update`
  return user
}

/**
 * Whether a presented hash is the stored one and still in time.
 * @param stored column of the locked user row
 * @param sentAt when the code was sent
 * @param lifetime seconds
 */
export function tokenMatches(
  presented: string,
  stored: string | null,
  sentAt: string | null,
  lifetime: number,
): boolean {
  if (!stored || sentAt === null || secondsSince(sentAt) > lifetime) return false
  return secretsEqual(presented, stored) || secretsEqual(PKCE_PREFIX + presented, stored)
}
