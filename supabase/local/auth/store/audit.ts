import { randomUUID } from 'node:crypto'
import type { Json } from '../body.ts'
import { now } from '../times.ts'
import type { Db } from './database.ts'
import { INSTANCE_ID, type UserRow } from './users.ts'

/** What an entry is about; decides its `log_type`. */
const LOG_TYPES = {
  login: 'account',
  logout: 'account',
  user_signedup: 'team',
  user_invited: 'team',
  user_deleted: 'team',
  token_refreshed: 'token',
  token_revoked: 'token',
  user_modified: 'user',
  user_recovery_requested: 'user',
  user_reauthenticate_requested: 'user',
  user_confirmation_requested: 'user',
  user_repeated_signup: 'user',
  user_updated_password: 'user',
  identity_linked: 'user',
  identity_unlinked: 'user',
  factor_in_progress: 'factor',
  factor_unenrolled: 'factor',
  challenge_created: 'factor',
  verification_attempted: 'factor',
  factor_deleted: 'factor',
  factor_updated: 'factor',
  passkey_created: 'user',
  passkey_updated: 'user',
  passkey_deleted: 'user',
} as const

/** The actions that leave a trace. */
export type AuditAction = keyof typeof LOG_TYPES

/** Who did it: a user, or a holder of the secret key. */
export type Actor = UserRow | 'service_role'

/** Writes one entry of the audit trail, in the transaction of what it reports. */
export async function audit(
  db: Db,
  actor: Actor,
  action: AuditAction,
  ip: string,
  traits?: Json,
): Promise<void> {
  const payload: Json = {
    action,
    actor_id: actor === 'service_role' ? INSTANCE_ID : actor.id,
    actor_username: actor === 'service_role' ? actor : actor.phone || actor.email || '',
    actor_via_sso: actor === 'service_role' ? false : actor.is_sso_user,
    log_type: LOG_TYPES[action],
  }
  const fullName = actor === 'service_role' ? undefined : actor.raw_user_meta_data?.['full_name']
  if (typeof fullName === 'string' && fullName !== '') payload['actor_name'] = fullName
  if (traits !== undefined) payload['traits'] = traits
  await db`
    insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
    values (${INSTANCE_ID}, ${randomUUID()}, ${db.json(payload as never)}, ${now()}, ${ip})`
}
