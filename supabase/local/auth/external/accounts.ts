import { callBeforeUserCreated, requireOpen } from '../flows/signup.ts'
import type { Call } from '../context.ts'
import { sendEmailCode } from '../emails.ts'
import { AuthProblem, failed, wrapping } from '../errors.ts'
import { confirmEmail } from '../flows/confirm.ts'
import { takeEmailFromIdentities } from '../flows/identities.ts'
import { audit } from '../store/audit.ts'
import type { Db } from '../store/database.ts'
import { findIdentity, type IdentityRow, insertIdentity, listIdentities } from '../store/identities.ts'
import {
  draftUser,
  findOwnerOfEmail,
  findOwnersOfEmail,
  insertUser,
  isBanned,
  lockUser,
  mergeMetadata,
  refreshProviders,
  updateUser,
  type UserRow,
} from '../store/users.ts'
import { now } from '../times.ts'
import type { Profile } from './provider.ts'

/** Whose account a sign-in is for. */
type Decision =
  | { identity: IdentityRow }
  /** An account with the same, proven address. */
  | { userId: string }
  /** Nobody's yet: this one is to be made. */
  | { draft: UserRow }

/** A sign-in in which everything was done that can be done, and which is refused all the same. */
export interface Refused {
  refusal: AuthProblem
}

/** Decides whose account a sign-in is for. Addresses count only where somebody has proven them. */
export async function decideAccount(
  call: Call,
  db: Db,
  provider: string,
  profile: Profile,
): Promise<Decision> {
  const audience = call.audience()
  const identity = await findIdentity(db, provider, profile.subject)
  if (identity !== undefined) return { identity }
  const email = profile.email?.toLowerCase()
  let address = email
  if (email !== undefined) {
    if (profile.emailVerified || !call.config.email.enable_confirmations) {
      const [owner, ...others] = await findOwnersOfEmail(db, email)
      if (others.length > 0) {
        throw failed(
          'Multiple accounts with the same email address in the same linking domain detected: default',
        )
      }
      if (owner !== undefined) return { userId: owner }
    } else if (await findOwnerOfEmail(db, email, audience) !== undefined) {
      // It is another account's, and nothing says that it is the same person.
      address = undefined
    }
  }
  return {
    draft: draftUser({
      audience,
      ...(address === undefined ? {} : { email: address }),
      appMetadata: { provider, providers: [provider] },
      userMetadata: profile.data,
    }),
  }
}

/** Asks the project's hook about an account that a sign-in would make. */
export async function askBeforeCreating(call: Call, provider: string, profile: Profile): Promise<void> {
  if (!call.auth.hooks.isEnabled('before_user_created')) return
  const decision = await decideAccount(call, call.auth.sql, provider, profile)
  if ('draft' in decision) await callBeforeUserCreated(call, decision.draft)
}

/** The account of somebody who signed in at a provider: found, linked by a proven address, or made. */
export async function accountOf(
  call: Call,
  db: Db,
  provider: string,
  emailOptional: boolean,
  profile: Profile,
): Promise<UserRow | Refused> {
  const decision = await decideAccount(call, db, provider, profile)
  const { user, identity } = await enter(call, db, provider, profile, decision)
  if (isBanned(user)) throw new AuthProblem(403, 'user_banned', 'User is banned')
  if (user.email_confirmed_at !== null || (emailOptional && !user.email)) {
    await audit(db, user, 'login', call.ip, { provider })
    return user
  }
  // Whoever else waits to prove this address must not share the account with whom the provider vouches for.
  const alone = await removeUnproven(db, user, identity)
  if (profile.emailVerified || !call.config.email.enable_confirmations) {
    await audit(db, alone, 'user_signedup', call.ip, { provider })
    return await confirmEmail(db, alone)
  }
  if (!alone.email) {
    return { refusal: needsVerification(`Verify the email with ${provider} in order to sign in`, provider) }
  }
  await sendEmailCode(call, db, alone, 'signup')
  return {
    refusal: needsVerification(`A confirmation email has been sent to your ${provider} email`, provider),
  }
}

const needsVerification = (what: string, provider: string) =>
  new AuthProblem(422, 'provider_email_needs_verification', `Unverified email with ${provider}. ${what}`)

async function enter(
  call: Call,
  db: Db,
  provider: string,
  profile: Profile,
  decision: Decision,
): Promise<{ user: UserRow; identity: IdentityRow }> {
  if ('draft' in decision) {
    requireOpen(call)
    return await wrapping('Database error saving new user', async () => {
      const user = await insertUser(db, decision.draft)
      return { user, identity: await insertIdentity(db, user.id, provider, profile.data, profile.subject) }
    })
  }
  const current = await lockUser(db, 'identity' in decision ? decision.identity.user_id : decision.userId)
  const identity = 'identity' in decision
    ? await touchIdentity(db, decision.identity, profile)
    : await insertIdentity(db, current.id, provider, profile.data, profile.subject)
  const user = await refreshProviders(
    db,
    await updateUser(db, current.id, {
      raw_user_meta_data: mergeMetadata(current.raw_user_meta_data, profile.data),
    }),
  )
  if ('userId' in decision) await auditLink(call, db, user, identity)
  return { user, identity }
}

async function touchIdentity(db: Db, identity: IdentityRow, profile: Profile): Promise<IdentityRow> {
  const [row] = await db<IdentityRow[]>`
    update auth.identities
    set identity_data = ${db.json(profile.data as never)}, last_sign_in_at = ${now()}, updated_at = ${now()}
    where id = ${identity.id} returning *`
  return row!
}

async function auditLink(call: Call, db: Db, user: UserRow, identity: IdentityRow): Promise<void> {
  await audit(db, user, 'identity_linked', call.ip, {
    identity_id: identity.id,
    provider: identity.provider,
    provider_id: identity.provider_id,
  })
}

/** Leaves of an unproven account only what the provider knows: no password, no other identities. */
async function removeUnproven(db: Db, user: UserRow, identity: IdentityRow): Promise<UserRow> {
  await db`delete from auth.identities where user_id = ${user.id} and id <> ${identity.id}`
  return await refreshProviders(
    db,
    await updateUser(db, user.id, { encrypted_password: null, raw_user_meta_data: identity.identity_data }),
  )
}

/** Adds an identity to somebody who is signed in already. */
export async function linkIdentity(
  call: Call,
  db: Db,
  userId: string,
  provider: string,
  profile: Profile,
): Promise<UserRow | Refused> {
  const target = await lockUser(db, userId)
  const existing = await findIdentity(db, provider, profile.subject)
  if (existing !== undefined) {
    const whose = existing.user_id === target.id ? '' : ' to another user'
    throw new AuthProblem(422, 'identity_already_exists', `Identity is already linked${whose}`)
  }
  const identity = await insertIdentity(db, target.id, provider, profile.data, profile.subject)
  await auditLink(call, db, target, identity)
  let user = target
  if (!target.email && profile.email !== undefined) {
    user = await takeEmailFromIdentities(call, db, target, await listIdentities(db, target.id)).catch(
      (error) => {
        if (!(error instanceof AuthProblem) || error.code !== 'email_conflict_identity_not_deletable') {
          throw error
        }
        throw new AuthProblem(
          400,
          'email_exists',
          'A user with this email address has already been registered',
        )
      },
    )
    if (!profile.emailVerified) {
      await sendEmailCode(call, db, user, 'signup')
      const said =
        `Unverified email with ${provider}. A confirmation email has been sent to your ${provider} email`
      return { refusal: new AuthProblem(422, 'email_not_confirmed', said) }
    }
    user = await confirmEmail(db, user)
    if (user.is_anonymous) user = await updateUser(db, user.id, { is_anonymous: false })
  }
  const linked = await refreshProviders(db, user)
  await call.auth.mailer.notify(db, 'identity_linked', linked, call.ip, { Provider: provider })
  return linked
}
