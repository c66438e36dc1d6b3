import type { Json } from '../body.ts'
import { type Bearer, requireUser } from '../bearer.ts'
import type { Call } from '../context.ts'
import { emailOtpExpiry, parseEmail, sendEmailChangeCodes } from '../emails.ts'
import { AuthProblem } from '../errors.ts'
import { requireStrength } from '../passwords.ts'
import { parsePhone, requireChannel, sendTextCode, SMS_OTP_EXPIRY } from '../sms.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { type CodeChallenge, insertFlowState, parseCodeChallenge } from '../store/flow-states.ts'
import { listFactors } from '../store/factors.ts'
import { upsertIdentity } from '../store/identities.ts'
import { deleteOneTimeTokens, hashOtp, NO_TOKENS, tokenMatches } from '../store/one-time-tokens.ts'
import { deleteSessions, listAmrClaims, type SessionRow } from '../store/sessions.ts'
import {
  findOwnerOfEmail,
  findUser,
  findUserByPhone,
  mergeMetadata,
  refreshProviders,
  renderUser,
  updateUser,
  type UserRow,
} from '../store/users.ts'
import { now, secondsSince } from '../times.ts'

/** A sign-in older than this needs a fresh code before the password changes, in seconds. */
const RECENT_SIGN_IN = 24 * 3600

/** GET /user */
export async function getUser(call: Call): Promise<void> {
  const { user } = await requireUser(call)
  call.json(200, await renderUser(call.auth.sql, user))
}

/** What a user wishes to change, already checked for form. */
interface Wish {
  email: string
  phone: string
  password: string | undefined
  nonce: string
  data: Json | undefined
  challenge: CodeChallenge | undefined
}

/** PUT /user */
export async function putUser(call: Call): Promise<void> {
  call.limit('user')
  const bearer = await requireUser(call)
  const wish = readWish(call)
  await requireMayChange(call, bearer, wish)
  const hash = await hashNewPassword(call, bearer, wish)
  const { sql } = call.auth
  const json = await transaction(sql, async (db) => {
    let user = await findUser(db, bearer.user.id, { lock: true })
    if (user === undefined) {
      throw new AuthProblem(403, 'user_not_found', 'User from sub claim in JWT does not exist')
    }
    if (hash !== undefined) user = await changePassword(call, db, user, hash, bearer.session?.id)
    if (wish.data !== undefined) {
      user = await updateUser(db, user.id, {
        raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, wish.data),
      })
    }
    if (wish.email !== '' && wish.email !== user.email) user = await changeEmail(call, db, user, wish)
    if (wish.phone !== '' && wish.phone !== user.phone) user = await changePhone(call, db, user, wish.phone)
    await audit(db, user, 'user_modified', call.ip)
    return await renderUser(db, user)
  })
  call.json(200, json)
}

function readWish(call: Call): Wish {
  const { body } = call
  const [email, phone] = [body.string('email'), body.string('phone')]
  const wish: Wish = {
    email: email === '' ? '' : parseEmail(email),
    phone: phone === '' ? '' : parsePhone(phone),
    password: body.optionalString('password'),
    nonce: body.string('nonce'),
    data: body.object('data'),
    challenge: parseCodeChallenge(body.string('code_challenge'), body.string('code_challenge_method')),
  }
  if (phone !== '') requireChannel(body.string('channel'))
  if (wish.password !== undefined) requireStrength(wish.password, call.config)
  if (body.object('app_metadata') !== undefined) {
    throw new AuthProblem(403, 'not_admin', 'Updating app_metadata requires admin privileges')
  }
  return wish
}

async function requireMayChange(call: Call, { user, session }: Bearer, wish: Wish): Promise<void> {
  const { sql } = call.auth
  const changesAddress = (wish.email !== '' && wish.email !== user.email) ||
    (wish.phone !== '' && wish.phone !== user.phone)
  if (wish.password !== undefined || changesAddress) {
    const factors = await listFactors(sql, user.id)
    if (factors.some((factor) => factor.status === 'verified') && session?.aal !== 'aal2') {
      throw new AuthProblem(
        401,
        'insufficient_aal',
        'AAL2 session is required to update email or password when MFA is enabled.',
      )
    }
  }
  if (user.is_anonymous && wish.password !== undefined && wish.email === '' && wish.phone === '') {
    throw new AuthProblem(
      422,
      'validation_failed',
      'Updating password of an anonymous user without an email or phone is not allowed',
    )
  }
  if (user.is_sso_user && (wish.password !== undefined || changesAddress || wish.nonce !== '')) {
    throw new AuthProblem(
      422,
      'user_sso_managed',
      'Updating email, phone, password of a SSO account only possible via SSO',
    )
  }
  if (wish.email !== '' && wish.email !== user.email) {
    if (await findOwnerOfEmail(sql, wish.email, user.aud ?? '', user.id) !== undefined) {
      throw new AuthProblem(422, 'email_exists', 'A user with this email address has already been registered')
    }
  }
  if (wish.phone !== '' && wish.phone !== user.phone) {
    if (await findUserByPhone(sql, wish.phone, user.aud ?? '') !== undefined) {
      throw new AuthProblem(422, 'phone_exists', 'A user with this phone number has already been registered')
    }
  }
}

/** @returns the hash to store, or undefined where the password stays */
async function hashNewPassword(
  call: Call,
  { user, session }: Bearer,
  wish: Wish,
): Promise<string | undefined> {
  const { passwords } = call.auth
  if (wish.password === undefined) return undefined
  if (call.config.email.secure_password_change) {
    const recent = session !== undefined && secondsSince(session.created_at) <= RECENT_SIGN_IN
    if (!recent) requireNonce(call, user, wish.nonce)
  }
  await requireCurrentPassword(call, user, session)
  if (user.encrypted_password && await passwords.verify(wish.password, user.encrypted_password)) {
    throw new AuthProblem(422, 'same_password', 'New password should be different from the old password.')
  }
  return await passwords.hash(wish.password)
}

/** Whoever came in by a code may have forgotten the old password; everybody else has to know it. */
async function requireCurrentPassword(
  call: Call,
  user: UserRow,
  session: SessionRow | undefined,
): Promise<void> {
  if (!call.config.email.require_current_password || !user.encrypted_password) return
  const claims = session === undefined ? [] : await listAmrClaims(call.auth.sql, session.id)
  if (claims.some(({ method }) => method === 'otp' || method === 'magiclink' || method === 'recovery')) return
  const current = call.body.string('current_password')
  const problem = (code: string) =>
    new AuthProblem(400, code, 'Current password required when setting new password.')
  if (current === '') throw problem('current_password_required')
  if (!await call.auth.passwords.verify(current, user.encrypted_password)) {
    throw problem('current_password_invalid')
  }
}

/** The code of GET /reauthenticate, sent to the e-mail address if there is one. */
function requireNonce(call: Call, user: UserRow, nonce: string): void {
  if (nonce === '') {
    throw new AuthProblem(400, 'reauthentication_needed', 'Password update requires reauthentication')
  }
  const [address, expiry] = user.email
    ? [user.email, emailOtpExpiry(call)]
    : [user.phone ?? '', SMS_OTP_EXPIRY]
  const hash = hashOtp(address, nonce)
  if (!tokenMatches(hash, user.reauthentication_token, user.reauthentication_sent_at, expiry)) {
    throw new AuthProblem(422, 'reauthentication_not_valid', 'Nonce has expired or is invalid')
  }
}

/** Everything that was pending dies, and every other session ends: whoever else was in is out. */
async function changePassword(
  call: Call,
  db: Db,
  user: UserRow,
  hash: string,
  currentSession: string | undefined,
): Promise<UserRow> {
  await deleteOneTimeTokens(db, user.id)
  await deleteSessions(db, user.id, currentSession)
  const changed = await updateUser(db, user.id, {
    encrypted_password: hash,
    ...NO_TOKENS,
    reauthentication_sent_at: null,
  })
  await audit(db, changed, 'user_updated_password', call.ip)
  await call.auth.mailer.notify(db, 'password_changed', changed, call.ip)
  return changed
}

async function changeEmail(call: Call, db: Db, user: UserRow, wish: Wish): Promise<UserRow> {
  // An anonymous user has no address that could object.
  if (user.is_anonymous && !call.config.email.enable_confirmations) {
    await upsertIdentity(db, user.id, 'email', { email: wish.email, email_verified: true })
    const linked = await updateUser(db, user.id, {
      email: wish.email,
      email_confirmed_at: now(),
      is_anonymous: false,
    })
    return await refreshProviders(db, linked)
  }
  if (wish.challenge !== undefined) await insertFlowState(db, user.id, 'email_change', wish.challenge)
  return await sendEmailChangeCodes(call, db, user, wish.email, wish.challenge !== undefined)
}

async function changePhone(call: Call, db: Db, user: UserRow, phone: string): Promise<UserRow> {
  if (call.config.sms.enable_confirmations) {
    await sendTextCode(call, db, user, phone, 'phone_change')
    return (await findUser(db, user.id))!
  }
  await upsertIdentity(db, user.id, 'phone', { phone, phone_verified: true })
  const changed = await updateUser(db, user.id, { phone, phone_confirmed_at: now(), is_anonymous: false })
  return await refreshProviders(db, changed)
}
