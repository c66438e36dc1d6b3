import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import process from 'node:process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../supabase/local/database.ts'
import { applyMigrations } from '../../supabase/local/postgres/index.ts'
import { connectAs, createDatabase } from '../support/index.ts'

/** The official CLI against databases of the platform: what it can do there it can do on a hosted project. */
async function supabase(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('node_modules/.bin/supabase', args, {
    maxBuffer: 50_000_000,
    env: { ...process.env, PGSSLMODE: 'disable', SUPABASE_TELEMETRY_DISABLED: '1' },
  })
  return stdout
}

const remote = (database: Database) =>
  `--remote=postgresql://postgres:postgres@${database.host}:${database.port}/${database.name}`

const migrations = readdirSync('migrations').filter((name) => name.endsWith('.sql')).length

interface HistoryRow {
  version: string
  name: string
  statements: string[]
}

describe('the official CLI', () => {
  let pushed: Database

  beforeAll(async () => {
    pushed = await createDatabase('platform')
    await supabase('db', 'push', remote(pushed), '--yes')
  }, 120_000)

  const history = (database: Database) =>
    connectAs(database)<HistoryRow[]>`
      select version, name, statements from supabase_migrations.schema_migrations order by version`

  test('applies every migration to a bare platform database', async () => {
    expect(migrations).toBeGreaterThan(0)
    expect(await history(pushed)).toHaveLength(migrations)
  })

  test('and npm start record the same history', async () => {
    const ours = await createDatabase('platform')
    await applyMigrations(ours, 'migrations')
    expect([...await history(ours)]).toEqual([...await history(pushed)])
  })

  test('finds nothing to apply after npm start', async () => {
    const database = await createDatabase('marketbase')
    await supabase('db', 'push', remote(database), '--yes')
    expect(await history(database)).toHaveLength(migrations)
  }, 60_000)

  test('finds no error that its advisors know', async () => {
    await supabase('db', 'advisors', remote(pushed), '--type', 'all', '--level', 'info', '--fail-on', 'error')
  }, 60_000)
})
