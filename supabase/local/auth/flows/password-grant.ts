import { phoneEnabled } from '../config.ts'
import type { Call } from '../context.ts'
import { AuthProblem, invalid } from '../errors.ts'
import { findWeakness } from '../passwords.ts'
import { audit } from '../store/audit.ts'
import { transaction } from '../store/database.ts'
import { findUser, findUserByEmail, findUserByPhone, isBanned, type UserRow } from '../store/users.ts'
import { openSession } from '../tokens.ts'

/** POST /token?grant_type=password */
export async function grantByPassword(call: Call): Promise<void> {
  const { auth, body, config } = call
  const [email, phone, password] = [body.string('email'), body.string('phone'), body.string('password')]
  if (email !== '' && phone !== '') {
    throw invalid('Only an email address or phone number should be provided on login.')
  }
  const provider = email !== '' ? 'email' : 'phone'
  const user = await findByAddress(call, email, phone)
  if (user === undefined || !user.encrypted_password) throw wrongCredentials()
  // Before the password is looked at: a banned user learns nothing from it.
  if (isBanned(user)) throw new AuthProblem(400, 'user_banned', 'User is banned')
  const matches = await auth.passwords.verify(password, user.encrypted_password)
  await askVerificationHook(call, user, matches)
  if (!matches) throw wrongCredentials()
  if (provider === 'email' && user.email_confirmed_at === null) {
    throw new AuthProblem(400, 'email_not_confirmed', 'Email not confirmed')
  }
  if (provider === 'phone' && user.phone_confirmed_at === null) {
    throw new AuthProblem(400, 'phone_not_confirmed', 'Phone not confirmed')
  }
  const session = await transaction(auth.sql, async (db) => {
    // Deleted, banned or given another password while bcrypt was at work.
    const current = await findUser(db, user.id, { lock: true })
    if (current?.encrypted_password !== user.encrypted_password) throw wrongCredentials()
    await audit(db, current, 'login', call.ip, { provider })
    return await openSession(call, db, current, 'password')
  })
  const weakness = findWeakness(password, config)
  call.json(200, weakness === undefined ? session : { ...session, weak_password: weakness })
}

async function findByAddress(call: Call, email: string, phone: string): Promise<UserRow | undefined> {
  if (email !== '') {
    if (!call.config.email.enable_signup) {
      throw new AuthProblem(422, 'email_provider_disabled', 'Email logins are disabled')
    }
    return await findUserByEmail(call.auth.sql, email.toLowerCase(), call.audience())
  }
  if (phone === '') throw invalid('missing email or phone')
  if (!phoneEnabled(call.config)) {
    throw new AuthProblem(422, 'phone_provider_disabled', 'Phone logins are disabled')
  }
  const digits = phone.replace(/^\+/, '').replace(/ /g, '')
  return await findUserByPhone(call.auth.sql, digits, call.audience())
}

const wrongCredentials = () => new AuthProblem(400, 'invalid_credentials', 'Invalid login credentials')

/** The hook may refuse a sign-in, for example after too many wrong passwords. */
async function askVerificationHook(call: Call, user: UserRow, valid: boolean): Promise<void> {
  const { hooks, sql } = call.auth
  if (!hooks.isEnabled('password_verification_attempt')) return
  const answer = await transaction(
    sql,
    (db) => hooks.call('password_verification_attempt', db, { user_id: user.id, valid }),
  )
  if (answer['decision'] !== 'reject') return
  if (answer['should_logout_user'] === true) await sql`delete from auth.sessions where user_id = ${user.id}`
  const message = typeof answer['message'] === 'string' && answer['message'] !== ''
    ? answer['message']
    : 'Invalid login credentials'
  throw new AuthProblem(400, 'invalid_credentials', message)
}
