import { randomUUID } from 'node:crypto'
import type { Json } from '../body.ts'
import { now } from '../times.ts'
import type { Db } from './database.ts'

/** A row of auth.identities: one way in which a user can prove who they are. */
export interface IdentityRow {
  id: string
  provider_id: string
  user_id: string
  identity_data: Json
  provider: string
  last_sign_in_at: string | null
  created_at: string | null
  updated_at: string | null
  email: string | null
}

/** A user's identities, oldest first. */
export async function listIdentities(db: Db, userId: string): Promise<IdentityRow[]> {
  return await db<IdentityRow[]>`
    select * from auth.identities where user_id = ${userId} order by created_at, id`
}

/** Finds who a provider's id of a person belongs to. */
export async function findIdentity(
  db: Db,
  provider: string,
  providerId: string,
): Promise<IdentityRow | undefined> {
  const [row] = await db<IdentityRow[]>`
    select * from auth.identities where provider = ${provider} and provider_id = ${providerId}`
  return row
}

/**
 * Adds an identity.
 * @param providerId what the provider calls the person; e-mail and phone identities are known by the user's own id
 */
export async function insertIdentity(
  db: Db,
  userId: string,
  provider: string,
  data: Json,
  providerId = userId,
): Promise<IdentityRow> {
  const at = now()
  const [row] = await db<IdentityRow[]>`
    insert into auth.identities ${
    db({
      id: randomUUID(),
      provider_id: providerId,
      user_id: userId,
      provider,
      identity_data: db.json(data as never),
      last_sign_in_at: at,
      created_at: at,
      updated_at: at,
    })
  } returning *`
  return row!
}

/** Adds the identity, or merges `data` into the one the user has for this provider. */
export async function upsertIdentity(
  db: Db,
  userId: string,
  provider: 'email' | 'phone',
  data: Json,
): Promise<void> {
  const changed = await db`
    update auth.identities
    set identity_data = identity_data || ${db.json(data as never)}, updated_at = ${now()}
    where user_id = ${userId} and provider = ${provider}`
  if (changed.count === 0) await insertIdentity(db, userId, provider, { sub: userId, ...data })
}

/** Marks the identities that carry this address as proven. */
export async function markEmailVerified(db: Db, userId: string, email: string): Promise<void> {
  await db`
    update auth.identities
    set identity_data = identity_data || '{"email_verified": true}', updated_at = ${now()}
    where user_id = ${userId} and email = ${email}`
}

/** An identity as clients see it; `id` is the provider's id of the user, `identity_id` the row's. */
export const renderIdentity = (identity: IdentityRow): Json => ({
  identity_id: identity.id,
  id: identity.provider_id,
  user_id: identity.user_id,
  identity_data: identity.identity_data,
  provider: identity.provider,
  ...(identity.last_sign_in_at === null ? {} : { last_sign_in_at: identity.last_sign_in_at }),
  created_at: identity.created_at,
  updated_at: identity.updated_at,
  ...(identity.email === null ? {} : { email: identity.email }),
})
