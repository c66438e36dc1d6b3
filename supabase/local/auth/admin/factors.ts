import { requireAdmin } from '../bearer.ts'
import type { Call } from '../context.ts'
import { removeFactor, requireFactor } from '../flows/factors.ts'
import { parsePhone } from '../sms.ts'
import { audit } from '../store/audit.ts'
import { transaction } from '../store/database.ts'
import { type FactorRow, listFactors, renderFactor } from '../store/factors.ts'
import { lockUser } from '../store/users.ts'
import { now } from '../times.ts'
import { requireTarget } from './users.ts'

/** GET /admin/users/{id}/factors: a bare array. */
export async function listUserFactors(call: Call): Promise<void> {
  await requireAdmin(call)
  const user = await requireTarget(call)
  call.json(200, (await listFactors(call.auth.sql, user.id)).map(renderFactor))
}

/** DELETE /admin/users/{id}/factors/{factor_id} */
export async function deleteFactor(call: Call): Promise<void> {
  await requireAdmin(call)
  const user = await requireTarget(call)
  const factor = await transaction(call.auth.sql, async (db) => {
    await lockUser(db, user.id)
    const found = await requireFactor(call, db, user.id)
    await audit(db, 'service_role', 'factor_deleted', call.ip, { user_id: user.id, factor_id: found.id })
    await removeFactor(db, found)
    return found
  })
  call.json(200, renderFactor(factor))
}

/** PUT /admin/users/{id}/factors/{factor_id} */
export async function changeFactor(call: Call): Promise<void> {
  await requireAdmin(call)
  const user = await requireTarget(call)
  const [friendlyName, phone] = [call.body.string('friendly_name'), call.body.string('phone')]
  const factor = await transaction(call.auth.sql, async (db) => {
    const found = await requireFactor(call, db, user.id)
    const newName = friendlyName === '' ? found.friendly_name : friendlyName
    const newPhone = phone !== '' && found.factor_type === 'phone' ? parsePhone(phone) : found.phone
    const [changed] = await db<FactorRow[]>`
      update auth.mfa_factors set friendly_name = ${newName}, phone = ${newPhone}, updated_at = ${now()}
      where id = ${found.id} returning *`
    await audit(db, 'service_role', 'factor_updated', call.ip, {
      user_id: user.id,
      factor_id: found.id,
      factor_type: found.factor_type,
    })
    return changed!
  })
  call.json(200, renderFactor(factor))
}
