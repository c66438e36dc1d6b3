import { isUuid, requireUser } from '../bearer.ts'
import type { Call } from '../context.ts'
import { AuthProblem } from '../errors.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { type IdentityRow, listIdentities } from '../store/identities.ts'
import { deleteOneTimeTokens } from '../store/one-time-tokens.ts'
import {
  findOwnerOfEmail,
  lockUser,
  mergeMetadata,
  refreshProviders,
  updateUser,
  type UserPatch,
  type UserRow,
} from '../store/users.ts'

/** DELETE /user/identities/{identity_id} */
export async function unlinkIdentity(call: Call): Promise<void> {
  const { user } = await requireUser(call)
  const { sql } = call.auth
  if (!call.config.enable_manual_linking) {
    throw new AuthProblem(404, 'manual_linking_disabled', 'Manual linking is disabled')
  }
  const id = call.params['identity_id'] ?? ''
  if (!isUuid(id)) throw new AuthProblem(404, 'validation_failed', 'identity_id must be an UUID')
  await transaction(sql, async (db) => {
    const current = await lockUser(db, user.id)
    const identities = await listIdentities(db, user.id)
    if (identities.length <= 1) {
      throw new AuthProblem(
        422,
        'single_identity_not_deletable',
        'User must have at least 1 identity after unlinking',
      )
    }
    const identity = identities.find((candidate) => candidate.id === id.toLowerCase())
    if (identity === undefined) {
      throw new AuthProblem(422, 'identity_not_found', "Identity doesn't exist")
    }
    await audit(db, current, 'identity_unlinked', call.ip, {
      identity_id: identity.id,
      provider: identity.provider,
      provider_id: identity.provider_id,
    })
    await db`delete from auth.identities where id = ${identity.id}`
    const left = identities.filter((other) => other !== identity)
    const changed = await refreshProviders(
      db,
      identity.provider === 'phone'
        ? await updateUser(db, current.id, { phone: null, phone_confirmed_at: null })
        : await takeEmailFromIdentities(call, db, current, left),
    )
    // It is the address that the account had which has to know.
    const told = { ...changed, email: current.email }
    await call.auth.mailer.notify(db, 'identity_unlinked', told, call.ip, { Provider: identity.provider })
  })
  call.json(200, {})
}

/**
 * Gives a user the address of one of their identities, unless one of them carries the user's own. Whatever was sent to
 * the address before is void; one that nobody has proven has to be confirmed.
 * @throws {AuthProblem} where every address is somebody else's
 */
export async function takeEmailFromIdentities(
  call: Call,
  db: Db,
  user: UserRow,
  identities: IdentityRow[],
): Promise<UserRow> {
  if (identities.some(({ email }) => email === (user.email || null))) return user
  for (const { email, identity_data } of [...identities].sort((one, other) => rank(one) - rank(other))) {
    if (email !== null && await findOwnerOfEmail(db, email, user.aud ?? '', user.id) !== undefined) continue
    const proven = email !== null &&
      (identity_data['email_verified'] === true || !call.config.email.enable_confirmations)
    await deleteOneTimeTokens(db, user.id)
    return await updateUser(db, user.id, {
      ...NOTHING_PENDING,
      email,
      ...(proven ? {} : {
        email_confirmed_at: null,
        raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, { email_verified: false }),
      }),
    })
  }
  throw new AuthProblem(
    422,
    'email_conflict_identity_not_deletable',
    'Unable to unlink identity due to email conflict',
  )
}

/** Proven addresses come first, identities without one last. */
function rank({ email, identity_data }: IdentityRow): number {
  if (email === null) return 2
  return identity_data['email_verified'] === true ? 0 : 1
}

const NOTHING_PENDING: UserPatch = {
  confirmation_token: '',
  confirmation_sent_at: null,
  recovery_token: '',
  recovery_sent_at: null,
  email_change: '',
  email_change_token_current: '',
  email_change_token_new: '',
  email_change_sent_at: null,
  email_change_confirm_status: 0,
  phone_change: '',
  phone_change_token: '',
  phone_change_sent_at: null,
  reauthentication_token: '',
  reauthentication_sent_at: null,
}
