import { createHash } from 'node:crypto'
import { isUuid, requireAdmin } from '../bearer.ts'
import type { Json } from '../body.ts'
import { parseDuration } from '../config.ts'
import type { Call } from '../context.ts'
import { parseEmail } from '../emails.ts'
import { AuthProblem, failed, invalid, isUnavailable, wrapping } from '../errors.ts'
import { confirmEmail, confirmPhone } from '../flows/confirm.ts'
import { isSupportedHash, requireHashable, requireStrength } from '../passwords.ts'
import { parsePhone } from '../sms.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { insertIdentity, upsertIdentity } from '../store/identities.ts'
import { deleteOneTimeTokens, NO_TOKENS } from '../store/one-time-tokens.ts'
import { deleteSessions } from '../store/sessions.ts'
import {
  draftUser,
  findOwnerOfEmail,
  findUser,
  findUserByPhone,
  insertUser,
  INSTANCE_ID,
  lockUser,
  mergeMetadata,
  refreshProviders,
  renderUser,
  updateUser,
  userJson,
  type UserPatch,
  type UserRow,
} from '../store/users.ts'
import { fromNow, now } from '../times.ts'
import { paginate } from './pages.ts'

const EMAIL_TAKEN = 'A user with this email address has already been registered'

/** The user a path names. */
export async function requireTarget(call: Call): Promise<UserRow> {
  const id = call.params['user_id'] ?? ''
  if (!isUuid(id)) throw new AuthProblem(404, 'validation_failed', 'user_id must be an UUID')
  const user = await findUser(call.auth.sql, id)
  if (user === undefined) throw new AuthProblem(404, 'user_not_found', 'User not found')
  return user
}

/** GET /admin/users */
export async function listUsers(call: Call): Promise<void> {
  const claims = await requireAdmin(call)
  const { sql } = call.auth
  const audience = call.audience(claims.role === undefined ? claims.aud : undefined)
  const filter = call.query.get('filter') ?? ''
  const ascending = /^created_at\s+asc$/i.test(call.query.get('sort') ?? '')
  const pattern = `%${filter}%`
  const matching = sql`
    from auth.users where instance_id = ${INSTANCE_ID} and aud = ${audience}
    ${
    filter === ''
      ? sql``
      : sql`and (email like ${pattern} or raw_user_meta_data ->> 'full_name' ilike ${pattern})`
  }`
  const [counted] = await sql<{ count: number }[]>`select count(*)::int as count ${matching}`
  const { limit, offset } = paginate(call, '/admin/users', counted!.count)
  const users = await sql<UserRow[]>`
    select * ${matching}
    order by created_at ${ascending ? sql`asc` : sql`desc`}, id
    limit ${limit} offset ${offset}`
  call.json(200, { users: users.map((user) => userJson(user, null)), aud: audience })
}

/** GET /admin/users/{id} */
export async function showUser(call: Call): Promise<void> {
  await requireAdmin(call)
  call.json(200, await renderUser(call.auth.sql, await requireTarget(call)))
}

/** What an administrator may set; one body serves for creating and changing. */
interface AdminUser {
  email: string
  phone: string
  password: string | undefined
  passwordHash: string
  confirmEmail: boolean
  confirmPhone: boolean
  userMetadata: Json | undefined
  appMetadata: Json | undefined
  role: string
  /** Seconds, 0 for none. */
  ban: number | undefined
}

function readAdminUser({ body }: Call): AdminUser {
  const [email, phone] = [body.string('email'), body.string('phone')]
  const password = body.optionalString('password')
  const wish: AdminUser = {
    email: email === '' ? '' : parseEmail(email),
    phone: phone === '' ? '' : parsePhone(phone),
    password: password === '' ? undefined : password,
    passwordHash: body.string('password_hash'),
    confirmEmail: body.boolean('email_confirm'),
    confirmPhone: body.boolean('phone_confirm'),
    userMetadata: body.object('user_metadata'),
    appMetadata: body.object('app_metadata'),
    role: body.string('role'),
    ban: readBan(body.string('ban_duration')),
  }
  if (wish.password !== undefined && wish.passwordHash !== '') {
    throw invalid('Only a password or a password hash should be provided')
  }
  if (wish.passwordHash !== '' && !isSupportedHash(wish.passwordHash)) {
    throw /^\$(argon2|fbscrypt)/.test(wish.passwordHash)
      ? new AuthProblem(501, 'not_implemented', 'Locally only bcrypt hashes can be imported.')
      : invalid('Password hash is not in a supported format')
  }
  return wish
}

function readBan(text: string): number | undefined {
  if (text === '') return undefined
  if (text === 'none') return 0
  const seconds = parseDuration(text)
  if (seconds === undefined) {
    throw invalid(`invalid format for ban duration: time: invalid duration ${JSON.stringify(text)}`)
  }
  return seconds
}

/** POST /admin/users */
export async function createUser(call: Call): Promise<void> {
  await requireAdmin(call)
  const { auth, body } = call
  const id = readId(body.string('id'))
  const wish = readAdminUser(call)
  const audience = body.string('aud') || call.audience()
  if (wish.email === '' && wish.phone === '') {
    throw invalid('Cannot create a user without either an email or phone')
  }
  if (wish.email !== '' && await findOwnerOfEmail(auth.sql, wish.email, audience) !== undefined) {
    throw new AuthProblem(422, 'email_exists', EMAIL_TAKEN)
  }
  if (wish.phone !== '' && await findUserByPhone(auth.sql, wish.phone, audience) !== undefined) {
    throw new AuthProblem(422, 'phone_exists', 'Phone number already registered by another user')
  }
  if (wish.password !== undefined) requireHashable(wish.password)
  const providers = [...(wish.email === '' ? [] : ['email']), ...(wish.phone === '' ? [] : ['phone'])]
  const draft = draftUser({
    ...(id === undefined ? {} : { id }),
    audience,
    ...(wish.role === '' ? {} : { role: wish.role }),
    ...(wish.email === '' ? {} : { email: wish.email }),
    ...(wish.phone === '' ? {} : { phone: wish.phone }),
    encryptedPassword: wish.passwordHash ||
      await (wish.password === undefined ? auth.passwords.hashRandom() : auth.passwords.hash(wish.password)),
    appMetadata: { provider: providers[0], providers, ...wish.appMetadata },
    userMetadata: wish.userMetadata ?? {},
    ...(wish.ban ? { bannedFor: wish.ban } : {}),
  })
  const json = await wrapping('Database error creating new user', () =>
    transaction(auth.sql, async (db) => {
      let user = await insertUser(db, draft)
      if (wish.email !== '') await insertIdentity(db, user.id, 'email', identityData(user, wish))
      if (wish.phone !== '') await insertIdentity(db, user.id, 'phone', identityData(user, wish, 'phone'))
      await audit(db, 'service_role', 'user_signedup', call.ip, traitsOf(user))
      if (wish.confirmEmail && wish.email !== '') user = await confirmEmail(db, user)
      if (wish.confirmPhone && wish.phone !== '') user = await confirmPhone(db, user)
      return await renderUser(db, user)
    }))
  call.json(200, json)
}

function readId(text: string): string | undefined {
  if (text === '') return undefined
  if (!isUuid(text)) throw invalid('ID must conform to the uuid v4 format')
  if (text === INSTANCE_ID) throw invalid('ID cannot be a nil uuid')
  return text.toLowerCase()
}

const identityData = (user: UserRow, wish: AdminUser, provider: 'email' | 'phone' = 'email'): Json => ({
  sub: user.id,
  [provider]: user[provider],
  email_verified: provider === 'email' && wish.confirmEmail,
  phone_verified: provider === 'phone' && wish.confirmPhone,
})

const traitsOf = (user: UserRow): Json => ({
  user_id: user.id,
  user_email: user.email ?? '',
  user_phone: user.phone ?? '',
})

/** PUT /admin/users/{id} */
export async function changeUser(call: Call): Promise<void> {
  await requireAdmin(call)
  const { auth } = call
  const target = await requireTarget(call)
  const wish = readAdminUser(call)
  if (wish.password !== undefined) requireStrength(wish.password, call.config)
  const hash = wish.passwordHash ||
    (wish.password === undefined ? '' : await auth.passwords.hash(wish.password))
  try {
    call.json(200, await transaction(auth.sql, (db) => applyChange(call, db, target.id, wish, hash)))
  } catch (error) {
    if (error instanceof AuthProblem || isUnavailable(error)) throw error
    throw failed('Error updating user', error)
  }
}

async function applyChange(call: Call, db: Db, id: string, wish: AdminUser, hash: string): Promise<Json> {
  let user = await lockUser(db, id)
  const patch: UserPatch = {}
  if (wish.role !== '') patch.role = wish.role
  if (wish.userMetadata) patch.raw_user_meta_data = mergeMetadata(user.raw_user_meta_data, wish.userMetadata)
  if (wish.appMetadata) patch.raw_app_meta_data = mergeMetadata(user.raw_app_meta_data, wish.appMetadata)
  if (wish.ban !== undefined) patch.banned_until = wish.ban === 0 ? null : fromNow(wish.ban)
  if (wish.email !== '') patch.email = wish.email
  if (wish.phone !== '') patch.phone = wish.phone
  if (user.is_anonymous && (wish.confirmEmail && wish.email || wish.confirmPhone && wish.phone)) {
    patch.is_anonymous = false
  }
  if (hash !== '') {
    await deleteOneTimeTokens(db, user.id)
    await deleteSessions(db, user.id)
    Object.assign(patch, { encrypted_password: hash, confirmation_token: '', recovery_token: '' })
  }
  user = await updateUser(db, user.id, patch)
  if (wish.confirmEmail) user = await confirmEmail(db, user)
  if (wish.confirmPhone) user = await confirmPhone(db, user)
  if (wish.email !== '') {
    await upsertIdentity(db, user.id, 'email', { email: wish.email, email_verified: wish.confirmEmail })
  }
  if (wish.phone !== '') {
    await upsertIdentity(db, user.id, 'phone', { phone: wish.phone, phone_verified: wish.confirmPhone })
  }
  if (wish.email !== '' || wish.phone !== '') user = await refreshProviders(db, user)
  await audit(db, 'service_role', 'user_modified', call.ip, traitsOf(user))
  return await renderUser(db, user)
}

/** DELETE /admin/users/{id}: with `should_soft_delete` the row stays, and nothing in it tells who it was. */
export async function deleteUser(call: Call): Promise<void> {
  await requireAdmin(call)
  const target = await requireTarget(call)
  const soft = call.body.boolean('should_soft_delete')
  await wrapping('Database error deleting user', () =>
    transaction(call.auth.sql, async (db) => {
      await audit(db, 'service_role', 'user_deleted', call.ip, traitsOf(target))
      if (soft) await obfuscate(db, target)
      else await db`delete from auth.users where id = ${target.id}`
    }))
  call.json(200, {})
}

async function obfuscate(db: Db, user: UserRow): Promise<void> {
  if (user.deleted_at !== null) return
  const digest = (value: string) => createHash('sha256').update(user.id + value).digest('base64url')
  await deleteOneTimeTokens(db, user.id)
  await deleteSessions(db, user.id)
  await db`delete from auth.mfa_factors where user_id = ${user.id}`
  await updateUser(db, user.id, {
    email: user.email === null ? null : digest(user.email),
    phone: user.phone === null ? null : digest(user.phone).slice(0, 15),
    email_change: user.email_change ? digest(user.email_change) : '',
    phone_change: user.phone_change ? digest(user.phone_change).slice(0, 15) : '',
    encrypted_password: null,
    ...NO_TOKENS,
    raw_user_meta_data: {},
    raw_app_meta_data: {},
    deleted_at: now(),
  })
  const identities = await db<{ id: string; provider: string; provider_id: string }[]>`
    select id, provider, provider_id from auth.identities where user_id = ${user.id}`
  for (const { id, provider, provider_id: providerId } of identities) {
    await db`
      update auth.identities
      set provider_id = ${digest(`${provider}:${providerId}`)}, identity_data = '{}', updated_at = ${now()}
      where id = ${id}`
  }
}
