import type { Call } from '../context.ts'
import { emailOtpExpiry, parseEmail } from '../emails.ts'
import { asProblem, AuthProblem, invalid, logFailure } from '../errors.ts'
import { parsePhone, SMS_OTP_EXPIRY, testOtp } from '../sms.ts'
import { secretsEqual } from '../../jwt.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { markEmailVerified, upsertIdentity } from '../store/identities.ts'
import {
  deleteOneTimeTokens,
  findUserByToken,
  hashOtp,
  PKCE_PREFIX,
  tokenMatches,
  type TokenType,
} from '../store/one-time-tokens.ts'
import { deleteSessions } from '../store/sessions.ts'
import {
  findUserByEmail,
  findUserByPhone,
  findUserByPhoneChange,
  isBanned,
  refreshProviders,
  updateUser,
  type UserRow,
} from '../store/users.ts'
import { now } from '../times.ts'
import { openSession, type SessionJson } from '../tokens.ts'
import { confirmEmail, confirmPhone } from './confirm.ts'
import { errorLocation, HALF_DONE, locationOf } from './landing.ts'

/** What a code can be for. `email` stands for whichever of sign-up and magic link is pending. */
type Verification = 'signup' | 'invite' | 'recovery' | 'magiclink' | 'email_change' | 'sms' | 'phone_change'

const HASH_TYPES = ['email', 'signup', 'invite', 'recovery', 'magiclink', 'email_change']

const wrongCode = () => new AuthProblem(403, 'otp_expired', 'Token has expired or is invalid')
const wrongLink = () => new AuthProblem(403, 'otp_expired', 'Email link is invalid or has expired')

/** A code that was right: whose it is, what it proves, and which of two when an address changes. */
interface Proof {
  user: UserRow
  type: Verification
  /** The stored form of the code. */
  hash: string
}

/** POST /verify */
export async function postVerify(call: Call): Promise<void> {
  const { body } = call
  const [type, token, hash] = [body.string('type'), body.string('token'), body.string('token_hash')]
  const [email, phone] = [body.string('email'), body.string('phone')]
  if (type === '') throw invalid('Verify requires a verification type')
  if ((token === '') === (hash === '')) throw invalid('Verify requires either a token or a token hash')
  if (hash !== '' && (email !== '' || phone !== '' || body.string('redirect_to') !== '')) {
    throw invalid('Only the token_hash and type should be provided')
  }
  if (token !== '' && (email === '') === (phone === '')) {
    throw invalid('Only an email address or phone number should be provided on verify')
  }
  call.limit('verify')
  const address = hash !== '' ? '' : email !== '' ? requireEmail(email) : parsePhone(phone)
  const session = await transaction(call.auth.sql, async (db) => {
    const proof = hash !== ''
      ? await proveByHash(call, db, type, hash)
      : email !== ''
      ? await proveByEmailCode(call, db, type, address, token)
      : await proveByTextCode(call, db, type, address, token)
    const user = await settle(call, db, proof)
    return user === undefined ? undefined : await openSession(call, db, user, 'otp')
  })
  call.json(200, session ?? { code: '200', msg: HALF_DONE })
}

/** GET /verify: the link of a mail. Leads to the application with a session, a code, or an error. */
export async function getVerify(call: Call): Promise<void> {
  const [type, hash] = [call.query.get('type') ?? '', call.query.get('token') ?? '']
  if (type === '') throw invalid('Verify requires a verification type')
  if (hash === '') throw invalid('Verify requires a token or a token hash')
  call.limit('verify')
  const target = call.auth.redirects.choose(call.query.get('redirect_to'), call.header('referer'))
  const pkce = hash.startsWith(PKCE_PREFIX)
  try {
    const result = await transaction(call.auth.sql, async (db): Promise<SessionJson | string | undefined> => {
      const proof = await proveByHash(call, db, type, hash)
      const user = await settle(call, db, proof)
      if (user === undefined) return undefined
      return pkce ? await issueAuthCode(db, user.id, proof.type) : await openSession(call, db, user, 'otp')
    })
    call.redirect(303, locationOf(target, result, type, pkce))
  } catch (error) {
    logFailure(call.req, error)
    call.redirect(303, errorLocation(target, asProblem(error), pkce))
  }
}

function requireEmail(text: string): string {
  try {
    return parseEmail(text)
  } catch {
    throw new AuthProblem(422, 'validation_failed', 'Invalid email format')
  }
}

async function proveByEmailCode(
  call: Call,
  db: Db,
  type: string,
  email: string,
  otp: string,
): Promise<Proof> {
  const hash = hashOtp(email, otp)
  const user = type === 'email_change'
    ? await findUserByToken(
      db,
      ['email_change_token_current', 'email_change_token_new'],
      [hash, PKCE_PREFIX + hash],
      call.audience(),
    )
    : await findUserByEmail(db, email, call.audience(), { lock: true })
  if (user === undefined) throw wrongCode()
  requireNotBanned(user)
  const proof = findProof(call, user, type, hash)
  if (proof === undefined) throw wrongCode()
  return proof
}

async function proveByTextCode(
  call: Call,
  db: Db,
  type: string,
  phone: string,
  otp: string,
): Promise<Proof> {
  const user = type === 'phone_change'
    ? await findUserByPhoneChange(db, phone, call.audience())
    : await findUserByPhone(db, phone, call.audience(), { lock: true })
  if (user === undefined || (type !== 'sms' && type !== 'phone_change')) throw wrongCode()
  requireNotBanned(user)
  const fixed = testOtp(call, phone)
  const hash = hashOtp(phone, otp)
  const right = fixed !== undefined
    ? secretsEqual(otp, fixed)
    : type === 'sms'
    ? tokenMatches(hash, user.confirmation_token, user.confirmation_sent_at, SMS_OTP_EXPIRY)
    : tokenMatches(hash, user.phone_change_token, user.phone_change_sent_at, SMS_OTP_EXPIRY)
  if (!right) throw wrongCode()
  return { user, type, hash }
}

async function proveByHash(call: Call, db: Db, type: string, hash: string): Promise<Proof> {
  if (!HASH_TYPES.includes(type)) throw invalid('Invalid email verification type')
  const user = await findUserByToken(db, tokenTypesOf(type), [hash], call.audience())
  if (user === undefined) throw wrongLink()
  requireNotBanned(user)
  const proof = findProof(call, user, type, hash)
  if (proof === undefined) throw wrongLink()
  return proof
}

function tokenTypesOf(type: string): TokenType[] {
  switch (type) {
    case 'signup':
    case 'invite':
      return ['confirmation_token']
    case 'recovery':
    case 'magiclink':
      return ['recovery_token']
    case 'email':
      return ['confirmation_token', 'recovery_token']
    default:
      return ['email_change_token_current', 'email_change_token_new']
  }
}

/** Compares with what the locked row says is pending; the row alone decides. */
function findProof(call: Call, user: UserRow, type: string, hash: string): Proof | undefined {
  const expiry = emailOtpExpiry(call)
  const confirms = () => tokenMatches(hash, user.confirmation_token, user.confirmation_sent_at, expiry)
  const recovers = () => tokenMatches(hash, user.recovery_token, user.recovery_sent_at, expiry)
  switch (type) {
    case 'signup':
    case 'invite':
      return confirms() ? { user, type, hash } : undefined
    case 'recovery':
    case 'magiclink':
      return recovers() ? { user, type, hash } : undefined
    case 'email':
      if (confirms()) return { user, type: 'signup', hash }
      return recovers() ? { user, type: 'magiclink', hash } : undefined
    case 'email_change': {
      const { email_change_sent_at: sentAt } = user
      const right = tokenMatches(hash, user.email_change_token_current, sentAt, expiry) ||
        tokenMatches(hash, user.email_change_token_new, sentAt, expiry)
      return right ? { user, type, hash } : undefined
    }
    default:
      return undefined
  }
}

function requireNotBanned(user: UserRow): void {
  if (isBanned(user)) throw new AuthProblem(403, 'user_banned', 'User is banned')
}

/**
 * Makes true what a proof proves, and spends it.
 * @returns the user as signed in, or undefined where the second half of an e-mail change is still missing
 */
async function settle(call: Call, db: Db, proof: Proof): Promise<UserRow | undefined> {
  const settled = await settleByType(call, db, proof)
  return settled === undefined ? undefined : await refreshProviders(db, settled)
}

async function settleByType(call: Call, db: Db, proof: Proof): Promise<UserRow | undefined> {
  switch (proof.type) {
    case 'signup':
    case 'invite':
      return await settleSignUp(call, db, proof.user)
    case 'recovery':
    case 'magiclink':
      return await settleRecovery(call, db, proof.user)
    case 'email_change':
      return await settleEmailChange(call, db, proof)
    case 'sms': {
      await audit(db, proof.user, 'user_signedup', call.ip)
      const confirmed = await confirmPhone(db, proof.user)
      return confirmed.is_anonymous ? await updateUser(db, confirmed.id, { is_anonymous: false }) : confirmed
    }
    case 'phone_change':
      return await settlePhoneChange(call, db, proof.user)
  }
}

async function settleSignUp(call: Call, db: Db, user: UserRow): Promise<UserRow> {
  if (!user.encrypted_password && user.invited_at !== null) {
    // Whoever was invited has no password; one that nobody knows closes the account to empty ones.
    await updateUser(db, user.id, { encrypted_password: await call.auth.passwords.hashRandom() })
    await deleteSessions(db, user.id)
  }
  await audit(db, user, 'user_signedup', call.ip)
  const confirmed = await confirmEmail(db, user)
  if (user.email) await markEmailVerified(db, user.id, user.email)
  return confirmed
}

async function settleRecovery(call: Call, db: Db, user: UserRow): Promise<UserRow> {
  await deleteOneTimeTokens(db, user.id)
  const spent = await updateUser(db, user.id, { recovery_token: '' })
  if (user.email_confirmed_at !== null) {
    await audit(db, user, 'login', call.ip)
    return spent
  }
  await audit(db, user, 'user_signedup', call.ip)
  const confirmed = await confirmEmail(db, spent)
  if (user.email) await markEmailVerified(db, user.id, user.email)
  return confirmed
}

async function settleEmailChange(call: Call, db: Db, { user, hash }: Proof): Promise<UserRow | undefined> {
  const { config } = call
  const twoNeeded = config.email.enable_confirmations && config.email.double_confirm_changes &&
    Boolean(user.email)
  if (twoNeeded && user.email_change_confirm_status === 0) {
    const bare = (text: string | null) => (text ?? '').replace(PKCE_PREFIX, '')
    const isCurrent = secretsEqual(bare(hash), bare(user.email_change_token_current))
    const column = isCurrent ? 'email_change_token_current' : 'email_change_token_new'
    await deleteOneTimeTokens(db, user.id, column)
    await updateUser(db, user.id, { [column]: '', email_change_confirm_status: 1 })
    return undefined
  }
  const email = user.email_change!
  await upsertIdentity(db, user.id, 'email', { email, email_verified: true })
  await audit(db, user, 'user_modified', call.ip)
  await deleteOneTimeTokens(db, user.id)
  const changed = await updateUser(db, user.id, {
    email,
    email_change: '',
    email_change_token_current: '',
    email_change_token_new: '',
    email_change_confirm_status: 0,
    email_confirmed_at: user.email_confirmed_at ?? now(),
    is_anonymous: false,
  })
  await call.auth.mailer.notify(db, 'email_changed', changed, call.ip, { OldEmail: user.email ?? '' })
  return changed
}

async function settlePhoneChange(call: Call, db: Db, user: UserRow): Promise<UserRow> {
  const phone = user.phone_change!
  await audit(db, user, 'user_modified', call.ip)
  await upsertIdentity(db, user.id, 'phone', { phone, phone_verified: true })
  await deleteOneTimeTokens(db, user.id)
  const changed = await updateUser(db, user.id, {
    phone,
    phone_change: '',
    phone_change_token: '',
    phone_confirmed_at: now(),
    is_anonymous: false,
  })
  await call.auth.mailer.notify(db, 'phone_changed', changed, call.ip, {
    Phone: phone,
    OldPhone: user.phone ?? '',
  })
  return changed
}

/** The code with which the client that started a PKCE flow fetches its session. */
async function issueAuthCode(db: Db, userId: string, type: Verification): Promise<string> {
  const method = type === 'signup' ? 'email/signup' : type
  const [flow] = await db<{ auth_code: string }[]>`
    update auth.flow_state set auth_code_issued_at = ${now()}, updated_at = ${now()}
    where id = (
      select id from auth.flow_state
      where user_id = ${userId} and authentication_method = ${method}
      order by created_at desc limit 1
    ) returning auth_code`
  if (flow === undefined) {
    throw new AuthProblem(
      400,
      'flow_state_not_found',
      'No associated flow state found. This can happen if you are using a link that was already used or expired.',
    )
  }
  return flow.auth_code
}
