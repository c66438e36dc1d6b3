import { phoneEnabled } from '../config.ts'
import type { Json } from '../body.ts'
import type { Call } from '../context.ts'
import { parseEmail, sendEmailCode } from '../emails.ts'
import { AuthProblem, invalid } from '../errors.ts'
import { parsePhone, requireChannel, sendTextCode } from '../sms.ts'
import { audit } from '../store/audit.ts'
import { transaction } from '../store/database.ts'
import { type CodeChallenge, insertFlowState, parseCodeChallenge } from '../store/flow-states.ts'
import { findUserByEmail, findUserByPhone, lockUser } from '../store/users.ts'
import { requireOpen, signUp } from './signup.ts'

/** POST /otp: a code or link by mail, or a code by text; signs up who is not known yet. */
export async function postOtp(call: Call): Promise<void> {
  const { body } = call
  const [email, phone] = [body.string('email'), body.string('phone')]
  const data = body.object('data') ?? {}
  const createUser = body.boolean('create_user', true)
  const channel = body.string('channel')
  if (email !== '' && phone !== '') {
    throw invalid('Only an email address or phone number should be provided')
  }
  if (email !== '' && channel !== '') throw invalid('Channel should only be specified with Phone OTP')
  const challenge = parseCodeChallenge(body.string('code_challenge'), body.string('code_challenge_method'))
  call.limit('otp')
  if (!createUser && !await isKnown(call, email, phone)) {
    throw new AuthProblem(422, 'otp_disabled', 'Signups not allowed for otp')
  }
  if (email !== '') return await sendMagicLink(call, email, data, challenge)
  if (phone !== '') return await sendPhoneOtp(call, phone, data, channel)
  throw invalid('One of email or phone must be set')
}

/** POST /magiclink: the older name of the e-mail half of /otp. */
export async function postMagicLink(call: Call): Promise<void> {
  const { body } = call
  const challenge = parseCodeChallenge(body.string('code_challenge'), body.string('code_challenge_method'))
  call.limit('magiclink')
  await sendMagicLink(call, body.string('email'), body.object('data') ?? {}, challenge)
}

/** An address that is malformed is as unknown as any. */
async function isKnown(call: Call, email: string, phone: string): Promise<boolean> {
  const { sql } = call.auth
  try {
    if (email !== '') return await findUserByEmail(sql, parseEmail(email), call.audience()) !== undefined
    if (phone !== '') return await findUserByPhone(sql, parsePhone(phone), call.audience()) !== undefined
    return true
  } catch (error) {
    if (error instanceof AuthProblem) return false
    throw error
  }
}

async function sendMagicLink(
  call: Call,
  text: string,
  data: Json,
  challenge: CodeChallenge | undefined,
): Promise<void> {
  const { auth, config } = call
  if (!config.email.enable_signup) {
    throw new AuthProblem(422, 'email_provider_disabled', 'Email logins are disabled')
  }
  if (text === '') throw new AuthProblem(422, 'validation_failed', 'Password recovery requires an email')
  const address = parseEmail(text)
  const known = await findUserByEmail(auth.sql, address, call.audience())
  if (known?.email_confirmed_at == null) {
    requireOpen(call)
    await signUp(call, { provider: 'email', address, data, challenge })
    // The confirmation mail signs in as well as a magic link would.
    if (config.email.enable_confirmations) return call.json(200, {})
  }
  await transaction(auth.sql, async (db) => {
    const found = known ?? await findUserByEmail(db, address, call.audience())
    const user = await lockUser(db, found!.id)
    if (challenge !== undefined) await insertFlowState(db, user.id, 'magiclink', challenge)
    await audit(db, user, 'user_recovery_requested', call.ip)
    await sendEmailCode(call, db, user, 'magiclink', { pkce: challenge !== undefined })
  })
  call.json(200, {})
}

async function sendPhoneOtp(call: Call, text: string, data: Json, channel: string): Promise<void> {
  const { auth, config } = call
  if (!phoneEnabled(config)) {
    throw new AuthProblem(400, 'phone_provider_disabled', 'Unsupported phone provider')
  }
  const address = parsePhone(text)
  requireChannel(channel)
  const known = await findUserByPhone(auth.sql, address, call.audience())
  if (known?.phone_confirmed_at == null) {
    requireOpen(call)
    await signUp(call, { provider: 'phone', address, data })
    if (config.sms.enable_confirmations) return call.json(200, {})
  }
  const messageId = await transaction(auth.sql, async (db) => {
    const user = await findUserByPhone(db, address, call.audience(), { lock: true })
    if (user === undefined) return ''
    await audit(db, user, 'user_recovery_requested', call.ip, { channel: channel || 'sms' })
    return await sendTextCode(call, db, user, address, 'confirmation')
  })
  call.json(200, messageId === '' ? {} : { message_id: messageId })
}
