import { type Database } from '../database.ts'
import { connectAsOwner } from '../postgres/index.ts'

/**
 * Puts the secrets of `[db.vault]` in config.toml into the vault, as the official CLI does at a push: new ones are
 * created, changed ones updated, others left alone. A value that is still `env(…)` has not been given and is skipped.
 */
export async function syncVault(database: Database, secrets: Record<string, string>): Promise<void> {
  const given = Object.entries(secrets).filter(([, value]) => !/^env\(.*\)$/.test(value))
  if (given.length === 0) return
  const sql = connectAsOwner(database)
  try {
    for (const [name, value] of given) {
      await sql`
        select case
          when secret.id is null then vault.create_secret(${value}, ${name})::text
          when secret.decrypted_secret <> ${value} then vault.update_secret(secret.id, ${value})::text
        end
        from (select 1) as once
        left join vault.decrypted_secrets as secret on secret.name = ${name}`
    }
  } finally {
    await sql.end()
  }
}
