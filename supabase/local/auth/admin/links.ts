import { requireAdmin } from '../bearer.ts'
import type { Json } from '../body.ts'
import type { Call } from '../context.ts'
import { makeDelivery, parseEmail, putEmailCode, sendEmailCode } from '../emails.ts'
import { AuthProblem, invalid } from '../errors.ts'
import { callBeforeUserCreated, createUser } from '../flows/signup.ts'
import { requireStrength } from '../passwords.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { hashOtp, putOneTimeToken } from '../store/one-time-tokens.ts'
import type { Delivery, MailAction } from '../mail/mailer.ts'
import {
  draftUser,
  findOwnerOfEmail,
  findUserByEmail,
  lockUser,
  mergeMetadata,
  renderUser,
  updateUser,
  type UserRow,
} from '../store/users.ts'
import { now } from '../times.ts'

const emailExists = () =>
  new AuthProblem(422, 'email_exists', 'A user with this email address has already been registered')

/** POST /invite: a user who has only to accept. */
export async function postInvite(call: Call): Promise<void> {
  await requireAdmin(call)
  const email = parseEmail(call.body.string('email'))
  const data = call.body.object('data') ?? {}
  const existing = await findOwnerOfEmail(call.auth.sql, email, call.audience())
  if (existing?.email_confirmed_at) throw emailExists()
  const draft = existing === undefined ? await draftByLink(call, email, '', data) : undefined
  const json = await transaction(call.auth.sql, async (db) => {
    const user = draft === undefined
      ? await lockUser(db, existing!.id)
      : await createUser(db, draft, 'email', identityOf(draft))
    await audit(db, 'service_role', 'user_invited', call.ip, { user_id: user.id, user_email: email })
    return await renderUser(db, await sendEmailCode(call, db, user, 'invite'))
  })
  call.json(200, json)
}

type LinkType = 'signup' | 'invite' | 'magiclink' | 'recovery' | 'email_change_current' | 'email_change_new'

const LINK_TYPES: string[] = [
  'signup',
  'invite',
  'magiclink',
  'recovery',
  'email_change_current',
  'email_change_new',
]

/** POST /admin/generate_link: what a mail would have carried, for those who send their own. */
export async function postGenerateLink(call: Call): Promise<void> {
  await requireAdmin(call)
  const { auth, body } = call
  const email = parseEmail(body.string('email'))
  const asked = body.string('type')
  const data = body.object('data') ?? {}
  const redirectTo = auth.redirects.allows(body.string('redirect_to'))
    ? body.string('redirect_to')
    : call.redirectTo
  if (!LINK_TYPES.includes(asked)) throw invalid(`Invalid email action link type requested: ${asked}`)
  const existing = await findUserByEmail(auth.sql, email, call.audience())
  // A magic link for nobody is a sign-up with a password nobody knows.
  const type = (asked === 'magiclink' && existing === undefined ? 'signup' : asked) as LinkType
  if (existing === undefined && type !== 'signup' && type !== 'invite') {
    throw new AuthProblem(404, 'user_not_found', 'User with this email not found')
  }
  const passwordHash = type === 'signup' && existing === undefined
    ? asked === 'magiclink'
      ? await auth.passwords.hashRandom()
      : await hashPassword(call, body.string('password'))
    : ''
  const draft = existing === undefined ? await draftByLink(call, email, passwordHash, data) : undefined
  const { user, delivery, linkHash } = await transaction(auth.sql, async (db) => {
    const found = draft === undefined
      ? await lockUser(db, existing!.id)
      : await createUser(db, draft, 'email', identityOf(draft))
    const prepared = await prepareLink(call, db, found, type, { isNew: draft !== undefined, data })
    return { ...prepared, user: await renderUser(db, prepared.user) }
  })
  const action: MailAction = type.startsWith('email_change') ? 'email_change' : type as MailAction
  call.json(200, {
    ...user,
    action_link: auth.mailer.link(action, linkHash, redirectTo),
    email_otp: delivery.otp,
    hashed_token: delivery.hash,
    verification_type: type,
    redirect_to: redirectTo,
  })
}

async function hashPassword(call: Call, password: string): Promise<string> {
  if (password === '') throw invalid('Signup requires a valid password')
  requireStrength(password, call.config)
  return await call.auth.passwords.hash(password)
}

interface Prepared {
  user: UserRow
  delivery: Delivery
  /** What the link carries; differs from the code's hash only for a new address. */
  linkHash: string
}

async function prepareLink(
  call: Call,
  db: Db,
  found: UserRow,
  type: LinkType,
  { isNew, data }: { isNew: boolean; data: Json },
): Promise<Prepared> {
  const delivery = makeDelivery(call, found.email ?? '', false)
  const simple = (user: UserRow): Prepared => ({ user, delivery, linkHash: delivery.hash })
  switch (type) {
    case 'magiclink':
    case 'recovery':
      await audit(db, found, 'user_recovery_requested', call.ip)
      return simple(await putEmailCode(db, found, type, delivery))
    case 'invite':
      if (found.email_confirmed_at !== null) throw emailExists()
      await audit(db, 'service_role', 'user_invited', call.ip, { user_id: found.id, user_email: found.email })
      return simple(await putEmailCode(db, found, 'invite', delivery))
    case 'signup': {
      if (found.email_confirmed_at !== null) throw emailExists()
      const user = isNew ? found : await updateUser(db, found.id, {
        raw_user_meta_data: mergeMetadata(found.raw_user_meta_data, data),
      })
      return simple(await putEmailCode(db, user, 'signup', delivery))
    }
    default:
      return await prepareEmailChange(call, db, found, type, delivery)
  }
}

async function prepareEmailChange(
  call: Call,
  db: Db,
  user: UserRow,
  type: 'email_change_current' | 'email_change_new',
  delivery: Delivery,
): Promise<Prepared> {
  if (type === 'email_change_current' && !call.config.email.double_confirm_changes) {
    throw invalid('Enable secure email change to generate link for current email')
  }
  const newEmail = parseEmail(call.body.string('new_email'))
  if (await findOwnerOfEmail(db, newEmail, user.aud ?? '', user.id) !== undefined) throw emailExists()
  const column = type === 'email_change_current' ? 'email_change_token_current' : 'email_change_token_new'
  const address = type === 'email_change_current' ? user.email ?? '' : newEmail
  const hash = hashOtp(address, delivery.otp)
  await putOneTimeToken(db, user.id, column, hash, address)
  const changed = await updateUser(db, user.id, {
    email_change: newEmail,
    email_change_sent_at: now(),
    email_change_confirm_status: 0,
    [column]: hash,
  })
  return { user: changed, delivery, linkHash: hash }
}

/** The user whom a link is for, if the before-user-created hook agrees. */
async function draftByLink(
  call: Call,
  email: string,
  encryptedPassword: string,
  data: Json,
): Promise<UserRow> {
  const draft = draftUser({
    audience: call.audience(),
    email,
    encryptedPassword,
    appMetadata: { provider: 'email', providers: ['email'] },
    userMetadata: data,
  })
  await callBeforeUserCreated(call, draft)
  return draft
}

const identityOf = (draft: UserRow): Json => ({
  sub: draft.id,
  email: draft.email,
  email_verified: false,
  phone_verified: false,
})
