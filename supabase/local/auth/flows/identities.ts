import { isUuid, requireUser } from '../bearer.ts'
import type { Call } from '../context.ts'
import { AuthProblem } from '../errors.ts'
import { audit } from '../store/audit.ts'
import { transaction } from '../store/database.ts'
import { type IdentityRow, listIdentities } from '../store/identities.ts'
import { deleteOneTimeTokens } from '../store/one-time-tokens.ts'
import { findOwnerOfEmail, lockUser, refreshProviders, updateUser, type UserPatch } from '../store/users.ts'

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
    const patch: UserPatch = identity.provider === 'phone' ? { phone: null, phone_confirmed_at: null } : {}
    const heir = heirOfEmail(current.email, identities.filter((other) => other !== identity))
    if (heir !== undefined) {
      if (await findOwnerOfEmail(db, heir.email!, current.aud ?? '', current.id) !== undefined) {
        throw new AuthProblem(
          422,
          'email_conflict_identity_not_deletable',
          'Unable to unlink identity due to email conflict',
        )
      }
      await deleteOneTimeTokens(db, current.id)
      Object.assign(patch, {
        email: heir.email,
        confirmation_token: '',
        recovery_token: '',
        email_change_token_current: '',
        email_change_token_new: '',
        reauthentication_token: '',
      })
    }
    const changed = await refreshProviders(db, await updateUser(db, current.id, patch))
    await call.auth.mailer.notify(db, 'identity_unlinked', changed, call.ip, { Provider: identity.provider })
  })
  call.json(200, {})
}

/** The identity whose address takes over, if none of those left carries the user's; a proven one first. */
function heirOfEmail(email: string | null, left: IdentityRow[]): IdentityRow | undefined {
  if (left.some((identity) => identity.email === email)) return undefined
  const withEmail = left.filter((identity) => identity.email !== null)
  return withEmail.find((identity) => identity.identity_data['email_verified'] === true) ?? withEmail[0]
}
