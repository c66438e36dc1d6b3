import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import type { Json } from '../body.ts'
import type { Call } from '../context.ts'
import { phoneEnabled } from '../config.ts'
import { parseEmail, sendEmailCode } from '../emails.ts'
import { AuthProblem, invalid, wrapping } from '../errors.ts'
import { hookMetadata } from '../hooks.ts'
import { requireStrength } from '../passwords.ts'
import { parsePhone, requireChannel, sendTextCode } from '../sms.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { type CodeChallenge, insertFlowState, parseCodeChallenge } from '../store/flow-states.ts'
import { insertIdentity } from '../store/identities.ts'
import {
  draftUser,
  findOwnerOfEmail,
  findUser,
  findUserByPhone,
  insertUser,
  lockUser,
  renderUser,
  userJson,
  type UserRow,
} from '../store/users.ts'
import { now } from '../times.ts'
import { openSession, type SessionJson } from '../tokens.ts'
import { confirmEmail, confirmPhone } from './confirm.ts'

/** What somebody signs up with: exactly one of the two addresses. */
export interface SignUp {
  provider: 'email' | 'phone'
  /** E-mail in lower case or digits of the phone. */
  address: string
  /** Absent for who will sign in otherwise. */
  password?: string
  data: Json
  challenge?: CodeChallenge | undefined
}

/** Either a session, where nothing needs confirmation, or the user who must confirm first. */
export type SignUpResult = { session: SessionJson } | { user: Json }

/** POST /signup */
export async function postSignUp(call: Call): Promise<void> {
  const { body, config } = call
  const [email, phone, password] = [body.string('email'), body.string('phone'), body.string('password')]
  const data = body.object('data') ?? {}
  if (email === '' && phone === '') return await signUpAnonymously(call, data)
  call.limit('signup')
  requireOpen(call)
  if (password === '') throw invalid('Signup requires a valid password')
  requireStrength(password, config)
  if (email !== '' && phone !== '') {
    throw invalid('Only an email address or phone number should be provided on signup.')
  }
  const challengeText = body.string('code_challenge')
  if (phone !== '') {
    requireChannel(body.string('channel'))
    if (challengeText !== '') throw invalid('PKCE not supported for phone signups')
  }
  const challenge = parseCodeChallenge(challengeText, body.string('code_challenge_method'))
  const result = await signUp(
    call,
    email !== ''
      ? { provider: 'email', address: requireEmailSignUp(call, email), password, data, challenge }
      : { provider: 'phone', address: requirePhoneSignUp(call, phone), password, data },
  )
  call.json(200, 'session' in result ? result.session : result.user)
}

/** @throws {AuthProblem} 422 where nobody new is let in */
export function requireOpen(call: Call): void {
  if (!call.config.enable_signup) {
    throw new AuthProblem(422, 'signup_disabled', 'Signups not allowed for this instance')
  }
}

function requireEmailSignUp(call: Call, email: string): string {
  if (!call.config.email.enable_signup) {
    throw new AuthProblem(400, 'email_provider_disabled', 'Email signups are disabled')
  }
  return parseEmail(email)
}

function requirePhoneSignUp(call: Call, phone: string): string {
  if (!phoneEnabled(call.config)) {
    throw new AuthProblem(400, 'phone_provider_disabled', 'Phone signups are disabled')
  }
  return parsePhone(phone)
}

/** Signs somebody up, or answers so that nobody learns who has an account already. */
export async function signUp(call: Call, wish: SignUp): Promise<SignUpResult> {
  try {
    return await trySignUp(call, wish)
  } catch (error) {
    // Somebody else was first with this address (a double click): go on as if this request had come later.
    if (error instanceof AuthProblem && isTaken(error.cause)) return await trySignUp(call, wish)
    throw error
  }
}

/** Whether a user was not stored because another one, or another identity, has what is unique. */
export const isTaken = (cause: unknown): boolean =>
  cause instanceof postgres.PostgresError && cause.code === '23505' &&
  (cause.table_name === 'users' || cause.table_name === 'identities')

async function trySignUp(call: Call, wish: SignUp): Promise<SignUpResult> {
  const { auth, config } = call
  const audience = call.audience()
  const existing = wish.provider === 'email'
    ? await findOwnerOfEmail(auth.sql, wish.address, audience)
    : await findUserByPhone(auth.sql, wish.address, audience)
  const confirmedAt = wish.provider === 'email' ? existing?.email_confirmed_at : existing?.phone_confirmed_at
  if (existing !== undefined && confirmedAt) return await repeatedSignUp(call, existing, wish)

  const draft = existing === undefined ? await draftSignUp(call, wish, audience) : undefined
  if (draft !== undefined) await callBeforeUserCreated(call, draft)
  const confirmed = wish.provider === 'email'
    ? !config.email.enable_confirmations
    : !config.sms.enable_confirmations
  return await transaction<SignUpResult>(auth.sql, async (db) => {
    const user = draft === undefined
      ? await lockUser(db, existing!.id)
      : await createUser(db, draft, wish.provider, draft.raw_user_meta_data ?? {})
    if (!confirmed) return { user: await requestConfirmation(call, db, user, wish) }
    await audit(db, user, 'user_signedup', call.ip, { provider: wish.provider })
    const ready = wish.provider === 'email' ? await confirmEmail(db, user) : await confirmPhone(db, user)
    await audit(db, ready, 'login', call.ip, { provider: wish.provider })
    return { session: await openSession(call, db, ready, 'password') }
  })
}

async function draftSignUp(call: Call, wish: SignUp, audience: string): Promise<UserRow> {
  const id = randomUUID()
  return draftUser({
    id,
    audience,
    [wish.provider]: wish.address,
    encryptedPassword: wish.password === undefined
      ? await call.auth.passwords.hashRandom()
      : await call.auth.passwords.hash(wish.password),
    appMetadata: { provider: wish.provider, providers: [wish.provider] },
    // What the client sends never overrides what is known.
    userMetadata: {
      ...wish.data,
      sub: id,
      [wish.provider]: wish.address,
      email_verified: false,
      phone_verified: false,
    },
  })
}

/** Asks the before-user-created hook whether this user may come into being. */
export async function callBeforeUserCreated(call: Call, draft: UserRow): Promise<void> {
  if (!call.auth.hooks.isEnabled('before_user_created')) return
  await transaction(call.auth.sql, async (db) => {
    await call.auth.hooks.call('before_user_created', db, {
      ...hookMetadata('before-user-created', call.ip),
      user: userJson(draft, []),
    })
  })
}

/** Stores a drafted user with the identity of the address it signed up with. */
export async function createUser(
  db: Db,
  draft: UserRow,
  provider: 'email' | 'phone',
  identityData: Json,
): Promise<UserRow> {
  return await wrapping('Database error saving new user', async () => {
    const user = await insertUser(db, draft)
    await insertIdentity(db, user.id, provider, identityData)
    return user
  })
}

async function requestConfirmation(call: Call, db: Db, user: UserRow, wish: SignUp): Promise<Json> {
  await audit(db, user, 'user_confirmation_requested', call.ip, { provider: wish.provider })
  if (wish.provider === 'email') {
    if (wish.challenge !== undefined) await insertFlowState(db, user.id, 'email/signup', wish.challenge)
    await sendEmailCode(call, db, user, 'signup', { pkce: wish.challenge !== undefined })
  } else {
    await sendTextCode(call, db, user, wish.address, 'confirmation')
  }
  const json = await renderUser(db, (await findUser(db, user.id))!)
  // An invitation may carry what its sender knows; whoever merely types the address does not see it.
  return user.invited_at === null ? json : { ...json, user_metadata: {}, identities: [] }
}

/** The address has an account: say so where that is no secret, else answer as if it were new. */
async function repeatedSignUp(call: Call, user: UserRow, wish: SignUp): Promise<SignUpResult> {
  const { auth, config } = call
  await audit(auth.sql, user, 'user_repeated_signup', call.ip, { provider: wish.provider })
  if (!config.email.enable_confirmations || !config.sms.enable_confirmations) {
    throw new AuthProblem(422, 'user_already_exists', 'User already registered')
  }
  const pretended = draftUser({
    audience: call.audience(),
    [wish.provider]: wish.address,
    appMetadata: { provider: wish.provider, providers: [wish.provider] },
    userMetadata: wish.data,
  })
  return { user: userJson({ ...pretended, role: '', confirmation_sent_at: now() }, []) }
}

async function signUpAnonymously(call: Call, data: Json): Promise<void> {
  const { auth, config } = call
  if (!config.enable_anonymous_sign_ins) {
    throw new AuthProblem(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled')
  }
  call.limit('anonymous')
  requireOpen(call)
  const draft = draftUser({
    audience: call.audience(),
    appMetadata: {},
    userMetadata: data,
    isAnonymous: true,
  })
  await callBeforeUserCreated(call, draft)
  const session = await wrapping(
    'Database error creating anonymous user',
    () =>
      transaction(auth.sql, async (db) => {
        const user = await insertUser(db, draft)
        return await openSession(call, db, user, 'anonymous')
      }),
  )
  call.json(200, session)
}
