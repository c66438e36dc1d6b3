import { randomUUID } from 'node:crypto'
import type { Json } from '../body.ts'
import { AuthProblem } from '../errors.ts'
import { fromNow, now } from '../times.ts'
import type { Db } from './database.ts'
import { type IdentityRow, listIdentities, renderIdentity } from './identities.ts'
import { type FactorRow, listFactors, renderFactor } from './factors.ts'

/** Every row carries it; rows without it do not exist for the service. */
export const INSTANCE_ID = '00000000-0000-0000-0000-000000000000'

/** A row of auth.users. */
export interface UserRow {
  id: string
  aud: string | null
  role: string | null
  email: string | null
  encrypted_password: string | null
  email_confirmed_at: string | null
  invited_at: string | null
  confirmation_token: string | null
  confirmation_sent_at: string | null
  recovery_token: string | null
  recovery_sent_at: string | null
  email_change_token_new: string | null
  email_change: string | null
  email_change_sent_at: string | null
  last_sign_in_at: string | null
  raw_app_meta_data: Json | null
  raw_user_meta_data: Json | null
  created_at: string | null
  updated_at: string | null
  phone: string | null
  phone_confirmed_at: string | null
  phone_change: string | null
  phone_change_token: string | null
  phone_change_sent_at: string | null
  confirmed_at: string | null
  email_change_token_current: string | null
  email_change_confirm_status: number | null
  banned_until: string | null
  reauthentication_token: string | null
  reauthentication_sent_at: string | null
  is_sso_user: boolean
  deleted_at: string | null
  is_anonymous: boolean
}

/** Columns a flow may write. */
export type UserPatch = Partial<Omit<UserRow, 'id' | 'confirmed_at'>>

/** Whether a row stays locked until the transaction ends. */
export interface Locking {
  lock?: boolean
}

/** @returns the user, or undefined where none has this id */
export async function findUser(
  db: Db,
  id: string,
  { lock = false }: Locking = {},
): Promise<UserRow | undefined> {
  const [user] = await db<UserRow[]>`
    select * from auth.users where instance_id = ${INSTANCE_ID} and id = ${id} ${
    lock ? db`for update` : db``
  }`
  return user
}

/**
 * Locks a user until the transaction ends. Flows lock the user before anything else of theirs, so that no two wait for
 * each other.
 * @throws {AuthProblem} 404 where the user is gone
 */
export async function lockUser(db: Db, id: string): Promise<UserRow> {
  const user = await findUser(db, id, { lock: true })
  if (user === undefined) throw new AuthProblem(404, 'user_not_found', 'User not found')
  return user
}

/** @param email in lower case */
export async function findUserByEmail(
  db: Db,
  email: string,
  audience: string,
  { lock = false }: Locking = {},
): Promise<UserRow | undefined> {
  const [user] = await db<UserRow[]>`
    select * from auth.users
    where instance_id = ${INSTANCE_ID} and lower(email) = ${email} and aud = ${audience} and is_sso_user = false
    ${lock ? db`for update` : db``}`
  return user
}

/** @param phone digits only */
export async function findUserByPhone(
  db: Db,
  phone: string,
  audience: string,
  { lock = false }: Locking = {},
): Promise<UserRow | undefined> {
  const [user] = await db<UserRow[]>`
    select * from auth.users
    where instance_id = ${INSTANCE_ID} and phone = ${phone} and aud = ${audience} and is_sso_user = false
    ${lock ? db`for update` : db``}`
  return user
}

/** Finds the user who asked to change to this phone number, and locks the row. */
export async function findUserByPhoneChange(
  db: Db,
  phone: string,
  audience: string,
): Promise<UserRow | undefined> {
  const [user] = await db<UserRow[]>`
    select * from auth.users
    where instance_id = ${INSTANCE_ID} and phone_change = ${phone} and aud = ${audience} and is_sso_user = false
    order by phone_change_sent_at desc nulls last
    limit 1
    for update`
  return user
}

/** Who owns this address, be it as user or through an identity of another provider. */
export async function findOwnerOfEmail(
  db: Db,
  email: string,
  audience: string,
  exceptUserId?: string,
): Promise<UserRow | undefined> {
  const [user] = await db<UserRow[]>`
    select users.* from auth.users
    where users.instance_id = ${INSTANCE_ID}
      and users.is_sso_user = false
      and (
        (lower(users.email) = ${email} and users.aud = ${audience})
        or users.id in (
          select identities.user_id from auth.identities
          where identities.email = ${email} and identities.provider not like 'sso:%'
        )
      )
      ${exceptUserId === undefined ? db`` : db`and users.id <> ${exceptUserId}`}
    order by (lower(users.email) = ${email}) desc nulls last
    limit 1`
  return user
}

/** The ids of everybody who has this address, as user or through an identity. */
export async function findOwnersOfEmail(db: Db, email: string): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select user_id as id from auth.identities where email = ${email} and provider not like 'sso:%'
    union
    select id from auth.users
    where instance_id = ${INSTANCE_ID} and lower(email) = ${email} and is_sso_user = false
    order by id`
  return rows.map(({ id }) => id)
}

/** What a new user starts with. */
export interface NewUser {
  id?: string
  audience: string
  role?: string
  email?: string
  phone?: string
  /** As stored: a hash, or '' for none. */
  encryptedPassword?: string
  appMetadata: Json
  userMetadata: Json
  isAnonymous?: boolean
  bannedFor?: number
}

/** The row a new user will have, before it is stored: what the before-user-created hook is shown. */
export function draftUser(user: NewUser): UserRow {
  const at = now()
  return {
    id: user.id ?? randomUUID(),
    aud: user.audience,
    role: user.role ?? 'authenticated',
    email: user.email ?? null,
    phone: user.phone ?? null,
    encrypted_password: user.encryptedPassword ?? '',
    confirmation_token: '',
    recovery_token: '',
    email_change_token_new: '',
    email_change_token_current: '',
    email_change: '',
    email_change_confirm_status: 0,
    phone_change: '',
    phone_change_token: '',
    reauthentication_token: '',
    raw_app_meta_data: user.appMetadata,
    raw_user_meta_data: user.userMetadata,
    is_anonymous: user.isAnonymous ?? false,
    is_sso_user: false,
    banned_until: user.bannedFor === undefined ? null : fromNow(user.bannedFor),
    created_at: at,
    updated_at: at,
    email_confirmed_at: null,
    invited_at: null,
    confirmation_sent_at: null,
    recovery_sent_at: null,
    email_change_sent_at: null,
    last_sign_in_at: null,
    phone_confirmed_at: null,
    phone_change_sent_at: null,
    confirmed_at: null,
    reauthentication_sent_at: null,
    deleted_at: null,
  }
}

/** Stores a drafted user and returns the row with what triggers made of it. */
export async function insertUser(db: Db, draft: UserRow): Promise<UserRow> {
  const { confirmed_at: _generated, raw_app_meta_data: app, raw_user_meta_data: own, ...columns } = draft
  const [row] = await db<UserRow[]>`
    insert into auth.users ${
    db({
      instance_id: INSTANCE_ID,
      ...columns,
      raw_app_meta_data: db.json(app as never),
      raw_user_meta_data: db.json(own as never),
    } as never)
  } returning *`
  return row!
}

/** Writes some columns and returns the row as it is then, with what triggers made of it. */
export async function updateUser(db: Db, id: string, patch: UserPatch): Promise<UserRow> {
  const { raw_app_meta_data: app, raw_user_meta_data: own, ...columns } = patch
  const [row] = await db<UserRow[]>`
    update auth.users set ${
    db({
      ...columns,
      ...(app === undefined ? {} : { raw_app_meta_data: db.json(app as never) }),
      ...(own === undefined ? {} : { raw_user_meta_data: db.json(own as never) }),
      updated_at: now(),
    } as never)
  } where id = ${id} returning *`
  return row!
}

/** Merges at the top level; `null` removes a key. */
export function mergeMetadata(current: Json | null, changes: Json): Json {
  const merged: Json = { ...current, ...changes }
  for (const [key, value] of Object.entries(changes)) if (value === null) delete merged[key]
  return merged
}

/** Takes `provider` and `providers` of the app metadata from the identities, oldest first. */
export async function refreshProviders(db: Db, user: UserRow): Promise<UserRow> {
  const identities = await listIdentities(db, user.id)
  const providers = [...new Set(identities.map((identity) => identity.provider))]
  if (providers.length === 0) return user
  return await updateUser(db, user.id, {
    raw_app_meta_data: { ...user.raw_app_meta_data, provider: providers[0], providers },
  })
}

/** Whether a ban still lasts. */
export const isBanned = (user: UserRow): boolean =>
  user.banned_until !== null && Date.parse(user.banned_until) > Date.now()

/** A user as clients see it, with identities and factors. */
export async function renderUser(db: Db, user: UserRow): Promise<Json> {
  const [identities, factors] = await Promise.all([listIdentities(db, user.id), listFactors(db, user.id)])
  return userJson(user, identities, factors)
}

/** The user JSON of the API. `identities` is null in the admin list, which does not load them. */
export function userJson(user: UserRow, identities: IdentityRow[] | null, factors: FactorRow[] = []): Json {
  const optional: Json = {
    email_confirmed_at: user.email_confirmed_at,
    invited_at: user.invited_at,
    phone_confirmed_at: user.phone_confirmed_at,
    confirmation_sent_at: user.confirmation_sent_at,
    confirmed_at: user.confirmed_at,
    recovery_sent_at: user.recovery_sent_at,
    new_email: user.email_change,
    email_change_sent_at: user.email_change_sent_at,
    new_phone: user.phone_change,
    phone_change_sent_at: user.phone_change_sent_at,
    reauthentication_sent_at: user.reauthentication_sent_at,
    last_sign_in_at: user.last_sign_in_at,
    factors: factors.length === 0 ? null : factors.map(renderFactor),
    banned_until: user.banned_until,
    deleted_at: user.deleted_at,
  }
  const present = Object.fromEntries(
    Object.entries(optional).filter(([, value]) => value !== null && value !== ''),
  )
  return {
    id: user.id,
    aud: user.aud ?? '',
    role: user.role ?? '',
    email: user.email ?? '',
    phone: user.phone ?? '',
    ...present,
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: identities === null ? null : identities.map(renderIdentity),
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: user.is_anonymous,
  }
}
