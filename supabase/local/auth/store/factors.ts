import type { Json } from '../body.ts'
import type { Db } from './database.ts'

/** A row of auth.mfa_factors: a second way in which a user proves to be present. */
export interface FactorRow {
  id: string
  user_id: string
  friendly_name: string | null
  factor_type: 'totp' | 'webauthn' | 'phone'
  status: 'unverified' | 'verified'
  created_at: string
  updated_at: string
  secret: string | null
  phone: string | null
  last_challenged_at: string | null
}

/** A user's factors, oldest first. */
export async function listFactors(db: Db, userId: string): Promise<FactorRow[]> {
  return await db<FactorRow[]>`
    select * from auth.mfa_factors where user_id = ${userId} order by created_at, id`
}

/** A factor as clients see it; the secret never leaves with it. */
export const renderFactor = (factor: FactorRow): Json => ({
  id: factor.id,
  created_at: factor.created_at,
  updated_at: factor.updated_at,
  status: factor.status,
  ...(factor.friendly_name ? { friendly_name: factor.friendly_name } : {}),
  factor_type: factor.factor_type,
  phone: factor.phone ?? '',
  last_challenged_at: factor.last_challenged_at,
})
