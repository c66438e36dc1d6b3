import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  type VerifiedAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { type Bearer, isUuid, requireAdmin, requireUser } from '../bearer.ts'
import { requireTarget } from '../admin/users.ts'
import type { Json } from '../body.ts'
import { relyingParty } from '../config.ts'
import type { Call } from '../context.ts'
import { AuthProblem, invalid } from '../errors.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { listFactors } from '../store/factors.ts'
import {
  type ChallengeType,
  insertChallenge,
  listPasskeys,
  type PasskeyRow,
  renderPasskey,
  takeChallenge,
} from '../store/passkeys.ts'
import { findUser, isBanned, lockUser, type UserRow } from '../store/users.ts'
import { openSession } from '../tokens.ts'

/** How long a challenge can be answered, in milliseconds. */
const CHALLENGE_LIFETIME_MS = 300_000
const MAX_PASSKEYS = 10
/** Longest name, in bytes. */
const MAX_NAME = 120

/** Every route of passkeys, behind the setting that switches them on. */
const whereEnabled = (handler: (call: Call) => Promise<void>) => async (call: Call): Promise<void> => {
  if (!call.config.passkey.enabled) throw new AuthProblem(404, 'passkey_disabled', 'Passkeys are disabled')
  await handler(call)
}

const verificationFailed = (message: string, cause?: unknown) =>
  new AuthProblem(400, 'webauthn_verification_failed', message, {}, { cause })

/** POST /passkeys/registration/options */
export const getRegistrationOptions = whereEnabled(async (call) => {
  const { user, session } = await requireKeyHolder(call)
  const { sql } = call.auth
  await requireStrongSession(sql, user, session)
  const passkeys = await listPasskeys(sql, user.id)
  if (passkeys.length >= MAX_PASSKEYS) throw tooMany()
  const party = relyingParty(call.config)
  const name = user.email || user.phone || ''
  const displayName = user.raw_user_meta_data?.['name']
  const options = await generateRegistrationOptions({
    rpName: party.rp_display_name,
    rpID: party.rp_id,
    userID: new TextEncoder().encode(user.id),
    userName: name,
    userDisplayName: typeof displayName === 'string' && displayName !== '' ? displayName : name,
    timeout: CHALLENGE_LIFETIME_MS,
    attestationType: 'none',
    excludeCredentials: passkeys.map((passkey) => ({ id: passkey.credential_id.toString('base64url') })),
    // So that it is found without a name being typed.
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  })
  await challenge(call, 'registration', user.id, options)
})

/** POST /passkeys/registration/verify */
export const verifyRegistration = whereEnabled(async (call) => {
  const { user, session } = await requireKeyHolder(call)
  await requireStrongSession(call.auth.sql, user, session)
  const { credential, expectedChallenge } = await answered(call, 'registration', user.id)
  const party = relyingParty(call.config)
  let verified: VerifiedRegistrationResponse
  try {
    verified = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge,
      expectedOrigin: party.rp_origins,
      expectedRPID: party.rp_id,
      requireUserVerification: false,
    })
  } catch (error) {
    throw verificationFailed('Credential verification failed', error)
  }
  if (!verified.verified) throw verificationFailed('Credential verification failed')
  const { credential: key, aaguid, fmt, credentialDeviceType, credentialBackedUp } = verified.registrationInfo
  const passkey = await transaction(call.auth.sql, async (db) => {
    await lockUser(db, user.id)
    if ((await listPasskeys(db, user.id)).length >= MAX_PASSKEYS) throw tooMany()
    const [stored] = await db<PasskeyRow[]>`
      insert into auth.webauthn_credentials ${
      db({
        user_id: user.id,
        credential_id: Buffer.from(key.id, 'base64url'),
        public_key: Buffer.from(key.publicKey),
        attestation_type: fmt,
        aaguid,
        sign_count: key.counter,
        transports: db.json(key.transports ?? []),
        backup_eligible: credentialDeviceType === 'multiDevice',
        backed_up: credentialBackedUp,
        friendly_name: 'Passkey',
      })
    } on conflict (credential_id) do nothing returning *`
    if (stored === undefined) {
      throw new AuthProblem(422, 'webauthn_credential_exists', 'This credential is already registered')
    }
    await audit(db, user, 'passkey_created', call.ip, { passkey_id: stored.id })
    return stored
  })
  call.json(200, renderPasskey(passkey))
})

/** POST /passkeys/authentication/options: for whoever has a passkey; the authenticator says whose it is. */
export const getAuthenticationOptions = whereEnabled(async (call) => {
  call.limit('verify')
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(call.config).rp_id,
    timeout: CHALLENGE_LIFETIME_MS,
    userVerification: 'preferred',
  })
  await challenge(call, 'authentication', null, options)
})

/** POST /passkeys/authentication/verify: answers a session. */
export const verifyAuthentication = whereEnabled(async (call) => {
  const { credential, expectedChallenge } = await answered(call, 'authentication', null)
  const { sql } = call.auth
  const passkey = await findPasskey(sql, credential as unknown as AuthenticationResponseJSON)
  if (passkey === undefined) throw verificationFailed('Credential verification failed')
  const party = relyingParty(call.config)
  let verified: VerifiedAuthenticationResponse
  try {
    verified = await verifyAuthenticationResponse({
      response: credential as unknown as AuthenticationResponseJSON,
      expectedChallenge,
      expectedOrigin: party.rp_origins,
      expectedRPID: party.rp_id,
      requireUserVerification: false,
      credential: {
        id: passkey.credential_id.toString('base64url'),
        publicKey: new Uint8Array(passkey.public_key),
        // A counter that does not grow may tell of a copied key; synchronised passkeys do not count, so it refuses
        // nobody.
        counter: 0,
        transports: passkey.transports,
      },
    })
  } catch (error) {
    throw verificationFailed('Credential verification failed', error)
  }
  if (!verified.verified) throw verificationFailed('Credential verification failed')
  const session = await transaction(sql, async (db) => {
    const user = await findUser(db, passkey.user_id, { lock: true })
    if (user === undefined) throw verificationFailed('Credential verification failed')
    requireMaySignIn(user)
    const [used] = await db`
      update auth.webauthn_credentials
      set sign_count = greatest(sign_count, ${verified.authenticationInfo.newCounter}), last_used_at = now(),
        updated_at = now()
      where id = ${passkey.id} returning id`
    // Deleted while it was looked at.
    if (used === undefined) throw verificationFailed('Credential verification failed')
    await audit(db, user, 'login', call.ip, { passkey_id: passkey.id })
    return await openSession(call, db, user, 'passkey')
  })
  call.json(200, session)
})

/** GET /passkeys: a bare array. */
export const showPasskeys = whereEnabled(async (call) => {
  const { user } = await requireUser(call)
  call.json(200, (await listPasskeys(call.auth.sql, user.id)).map(renderPasskey))
})

/** PATCH /passkeys/{id} */
export const renamePasskey = whereEnabled(async (call) => {
  const { user } = await requireUser(call)
  const id = passkeyId(call)
  const name = call.body.string('friendly_name')
  if (name === '') throw invalid('friendly_name is required')
  if (Buffer.byteLength(name) > MAX_NAME) throw invalid('friendly_name must be 120 characters or less')
  const passkey = await transaction(call.auth.sql, async (db) => {
    const [renamed] = await db<PasskeyRow[]>`
      update auth.webauthn_credentials set friendly_name = ${name}, updated_at = now()
      where id = ${id} and user_id = ${user.id} returning *`
    if (renamed === undefined) throw notFound()
    await audit(db, user, 'passkey_updated', call.ip, { passkey_id: id })
    return renamed
  })
  call.json(200, renderPasskey(passkey))
})

/** DELETE /passkeys/{id} */
export const deletePasskey = whereEnabled(async (call) => {
  const { user, session } = await requireUser(call)
  await requireStrongSession(call.auth.sql, user, session)
  await transaction(call.auth.sql, async (db) => {
    await removePasskey(db, user.id, passkeyId(call))
    await audit(db, user, 'passkey_deleted', call.ip, { passkey_id: call.params['passkey_id'] })
  })
  call.empty(204)
})

/** GET /admin/users/{id}/passkeys: a bare array. */
export const listUserPasskeys = whereEnabled(async (call) => {
  await requireAdmin(call)
  const user = await requireTarget(call)
  call.json(200, (await listPasskeys(call.auth.sql, user.id)).map(renderPasskey))
})

/** DELETE /admin/users/{id}/passkeys/{passkey_id} */
export const deleteUserPasskey = whereEnabled(async (call) => {
  await requireAdmin(call)
  const user = await requireTarget(call)
  await transaction(call.auth.sql, async (db) => {
    await removePasskey(db, user.id, passkeyId(call))
    const traits = { user_id: user.id, passkey_id: call.params['passkey_id'] }
    await audit(db, 'service_role', 'passkey_deleted', call.ip, traits)
  })
  call.empty(204)
})

async function requireKeyHolder(call: Call): Promise<Bearer> {
  const bearer = await requireUser(call)
  if (bearer.claims['is_anonymous'] === true) {
    throw new AuthProblem(
      403,
      'no_authorization',
      'Anonymous user not allowed to perform these actions',
    )
  }
  if (bearer.user.is_sso_user) {
    throw new AuthProblem(422, 'validation_failed', 'SSO users cannot register passkeys')
  }
  return bearer
}

/** Whoever has a second factor has used it in this session: a passkey is a way around it. */
async function requireStrongSession(db: Db, user: UserRow, session: Bearer['session']): Promise<void> {
  if (session?.aal === 'aal2') return
  if ((await listFactors(db, user.id)).every(({ status }) => status !== 'verified')) return
  throw new AuthProblem(
    403,
    'insufficient_aal',
    'AAL2 session is required to manage passkeys when MFA is enabled',
  )
}

function requireMaySignIn(user: UserRow): void {
  if (user.email && user.email_confirmed_at === null) {
    throw new AuthProblem(403, 'email_not_confirmed', 'Email not confirmed')
  }
  if (user.phone && user.phone_confirmed_at === null) {
    throw new AuthProblem(403, 'phone_not_confirmed', 'Phone not confirmed')
  }
  if (isBanned(user)) throw new AuthProblem(403, 'user_banned', 'User is banned')
}

/** Remembers the challenge of these options, and answers them. */
async function challenge(
  call: Call,
  type: ChallengeType,
  userId: string | null,
  options: { challenge: string },
): Promise<void> {
  const expiresAt = new Date(Date.now() + CHALLENGE_LIFETIME_MS)
  const id = await insertChallenge(call.auth.sql, type, userId, options.challenge, expiresAt)
  call.json(200, { challenge_id: id, options, expires_at: Math.floor(expiresAt.getTime() / 1000) })
}

/** The credential that the request brings, and the challenge that it answers, which is used up. */
async function answered(
  call: Call,
  type: ChallengeType,
  userId: string | null,
): Promise<{ credential: Json; expectedChallenge: string }> {
  const id = call.body.string('challenge_id')
  if (id === '') throw invalid('challenge_id is required')
  const credential = call.body.object('credential')
  if (credential === undefined) throw invalid('credential is required')
  if (!isUuid(id)) throw invalid('challenge_id must be a valid UUID')
  const taken = await takeChallenge(call.auth.sql, type, userId, id)
  if (taken === undefined) {
    throw new AuthProblem(400, 'webauthn_challenge_not_found', 'Challenge not found or already used')
  }
  if (taken.isExpired) throw new AuthProblem(400, 'webauthn_challenge_expired', 'Challenge has expired')
  return { credential, expectedChallenge: taken.challenge }
}

/** The passkey that an answer was signed with, if it belongs to whom the authenticator names. */
async function findPasskey(
  db: Db,
  { id, response }: AuthenticationResponseJSON,
): Promise<PasskeyRow | undefined> {
  const userId = Buffer.from(String(response?.userHandle ?? ''), 'base64url').toString('utf8')
  if (!isUuid(userId)) return undefined
  const [passkey] = await db<PasskeyRow[]>`
    select * from auth.webauthn_credentials
    where credential_id = ${Buffer.from(String(id ?? ''), 'base64url')} and user_id = ${userId}`
  return passkey
}

function passkeyId(call: Call): string {
  const id = call.params['passkey_id'] ?? ''
  if (!isUuid(id)) throw notFound()
  return id
}

async function removePasskey(db: Db, userId: string, id: string): Promise<void> {
  const [removed] = await db`
    delete from auth.webauthn_credentials where id = ${id} and user_id = ${userId} returning id`
  if (removed === undefined) throw notFound()
}

const notFound = () => new AuthProblem(404, 'validation_failed', 'Passkey not found')
const tooMany = () => new AuthProblem(422, 'too_many_passkeys', 'Maximum number of passkeys reached')
