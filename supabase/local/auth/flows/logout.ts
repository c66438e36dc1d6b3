import { requireUser } from '../bearer.ts'
import type { Call } from '../context.ts'
import { invalid } from '../errors.ts'
import { audit } from '../store/audit.ts'
import { transaction } from '../store/database.ts'
import { deleteSessions } from '../store/sessions.ts'

/** POST /logout: ends all sessions of the user, this one, or all others. Refresh tokens go with them. */
export async function postLogout(call: Call): Promise<void> {
  const { user, session } = await requireUser(call)
  const scope = call.query.get('scope') || 'global'
  if (scope !== 'global' && scope !== 'local' && scope !== 'others') {
    throw invalid(`Unsupported logout scope ${JSON.stringify(scope)}`)
  }
  await transaction(call.auth.sql, async (db) => {
    await audit(db, user, 'logout', call.ip)
    // A token without a session can end only all of them.
    if (scope === 'global' || session === undefined) await deleteSessions(db, user.id)
    else if (scope === 'others') await deleteSessions(db, user.id, session.id)
    else await db`delete from auth.sessions where id = ${session.id}`
  })
  call.empty(204)
}
