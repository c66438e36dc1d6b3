import type { Call } from '../context.ts'
import { parseEmail, sendEmailChangeCodes, sendEmailCode } from '../emails.ts'
import { phoneEnabled } from '../config.ts'
import { AuthProblem, invalid } from '../errors.ts'
import { parsePhone, sendTextCode } from '../sms.ts'
import { requireUser } from '../bearer.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { insertFlowState, parseCodeChallenge } from '../store/flow-states.ts'
import { findUserByEmail, findUserByPhone, lockUser, type UserRow } from '../store/users.ts'

/** POST /recover: a mail with which a forgotten password can be replaced. Unknown addresses get the same answer. */
export async function postRecover(call: Call): Promise<void> {
  const { auth, body, config } = call
  call.limit('recover')
  if (!config.email.enable_signup) {
    throw new AuthProblem(400, 'email_provider_disabled', 'Email logins are disabled')
  }
  const text = body.string('email')
  if (text === '') throw invalid('Password recovery requires an email')
  const email = parseEmail(text)
  const challenge = parseCodeChallenge(body.string('code_challenge'), body.string('code_challenge_method'))
  await transaction(auth.sql, async (db) => {
    const user = await findUserByEmail(db, email, call.audience(), { lock: true })
    if (user === undefined) return
    if (challenge !== undefined) await insertFlowState(db, user.id, 'recovery', challenge)
    await audit(db, user, 'user_recovery_requested', call.ip)
    await sendEmailCode(call, db, user, 'recovery', { pkce: challenge !== undefined })
  })
  call.json(200, {})
}

/** GET /reauthenticate: a code that shows that whoever changes the password is still the same person. */
export async function getReauthenticate(call: Call): Promise<void> {
  const { user } = await requireUser(call)
  if (!user.email && !user.phone) {
    throw invalid('Reauthentication requires the user to have an email or a phone number')
  }
  if (user.email && user.email_confirmed_at === null) {
    throw new AuthProblem(422, 'email_not_confirmed', 'Please verify your email first.')
  }
  if (!user.email && user.phone_confirmed_at === null) {
    throw new AuthProblem(422, 'phone_not_confirmed', 'Please verify your phone first.')
  }
  const messageId = await transaction(call.auth.sql, async (db) => {
    const current = await lockUser(db, user.id)
    await audit(db, current, 'user_reauthenticate_requested', call.ip)
    if (!current.email) return await sendTextCode(call, db, current, current.phone!, 'reauthentication')
    await sendEmailCode(call, db, current, 'reauthentication')
    return ''
  })
  call.json(200, messageId === '' ? {} : { message_id: messageId })
}

const RESENDABLE = ['signup', 'email_change', 'sms', 'phone_change']

/** POST /resend: the same kind of code once more. Says nothing of whether there was one. */
export async function postResend(call: Call): Promise<void> {
  const { auth, body, config } = call
  const [type, emailText, phoneText] = [body.string('type'), body.string('email'), body.string('phone')]
  if (!RESENDABLE.includes(type)) {
    throw invalid('Missing one of these types: signup, email_change, sms, phone_change')
  }
  if (emailText === '' && type === 'signup') throw invalid('Type provided requires an email address')
  if (phoneText === '' && type === 'sms') throw invalid('Type provided requires a phone number')
  if (emailText !== '' && phoneText !== '') {
    throw invalid('Only an email address or phone number should be provided.')
  }
  if (emailText === '' && phoneText === '') throw invalid('Missing email address or phone number')
  if (emailText !== '' && !config.email.enable_signup) {
    throw new AuthProblem(400, 'email_provider_disabled', 'Email logins are disabled')
  }
  if (phoneText !== '' && !phoneEnabled(config)) {
    throw new AuthProblem(400, 'phone_provider_disabled', 'Phone logins are disabled')
  }
  call.limit('resend')
  const email = emailText === '' ? undefined : parseEmail(emailText)
  const phone = phoneText === '' ? undefined : parsePhone(phoneText)
  const messageId = await transaction(auth.sql, async (db) => {
    const user = email === undefined
      ? await findUserByPhone(db, phone!, call.audience(), { lock: true })
      : await findUserByEmail(db, email, call.audience(), { lock: true })
    return user === undefined ? '' : await resend(call, db, user, type)
  })
  call.json(200, messageId === '' ? {} : { message_id: messageId })
}

async function resend(call: Call, db: Db, user: UserRow, type: string): Promise<string> {
  switch (type) {
    case 'signup':
      if (user.email_confirmed_at !== null) return ''
      await audit(db, user, 'user_confirmation_requested', call.ip)
      await sendEmailCode(call, db, user, 'signup')
      return ''
    case 'sms':
      if (user.phone_confirmed_at !== null) return ''
      await audit(db, user, 'user_recovery_requested', call.ip)
      return await sendTextCode(call, db, user, user.phone!, 'confirmation')
    case 'email_change':
      if (user.email_change) await sendEmailChangeCodes(call, db, user, user.email_change, false)
      return ''
    default:
      return user.phone_change ? await sendTextCode(call, db, user, user.phone_change, 'phone_change') : ''
  }
}
