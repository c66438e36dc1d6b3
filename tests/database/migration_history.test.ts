import { beforeAll, describe, expect, test } from 'vitest'
import { applyMigrations, type Database, ownerUrl } from '../../supabase/local/index.ts'
import { connectAs, createDatabase } from '../support/index.ts'
import { supabase } from '../../supabase/official-cli.ts'

describe('the history of migrations', () => {
  let pushed: Database

  beforeAll(async () => {
    pushed = await createDatabase('platform')
    await supabase('db', 'push', '--yes', '--remote', ownerUrl(pushed))
  }, 120_000)

  const history = async (database: Database) => [
    ...await connectAs(database)`
      select version, name, statements from supabase_migrations.schema_migrations order by version`,
  ]

  test('is the same, statement by statement, whether npm start or the official CLI applied them', async () => {
    const ours = await createDatabase('platform')
    await applyMigrations(ours, 'migrations')
    expect(await history(ours)).toEqual(await history(pushed))
  })

  test('leaves the official CLI nothing to apply after npm start', async () => {
    const database = await createDatabase('project')
    const before = await history(database)
    await supabase('db', 'push', '--yes', '--remote', ownerUrl(database))
    expect(await history(database)).toEqual(before)
  }, 60_000)
})
