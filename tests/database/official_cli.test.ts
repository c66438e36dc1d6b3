import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { generateTypes, TYPES_FILE } from '../../supabase/types.ts'
import { createDatabase, schemaDifference } from '../support/index.ts'
import { ownerUrl } from '../../supabase/local/index.ts'
import { supabase } from '../../supabase/official-cli.ts'

// What the team on hosted Supabase will do with this project, done with the official CLI.

const migrations = readdirSync('migrations').filter((name) => name.endsWith('.sql'))

/** Findings of Supabase's advisors that are meant to be so. Everything else fails the test. */
const ACCEPTED: Record<string, { on: RegExp; because: string }> = {
  unused_index: { on: /./, because: 'a fresh database has used none' },
  rls_enabled_no_policy: {
    on: /^Table `private\./,
    because: 'nobody but definer functions reads what is in private',
  },
}

describe('the official CLI', () => {
  test('the official CLI finds the migrations through the committed links', async () => {
    const database = await createDatabase('project')
    const answer = await supabase(
      'migration',
      'list',
      '--output-format',
      'json',
      '--remote',
      ownerUrl(database),
    )
    const listed = (JSON.parse(answer) as { migrations: { local: string; remote: string }[] }).migrations
    expect(listed).toHaveLength(migrations.length)
    expect(listed.filter(({ local, remote }) => local !== remote)).toEqual([])
  }, 60_000)

  test(
    'the official CLI pushes the migrations to a bare database, and arrives where `npm start` does',
    async () => {
      const bare = await createDatabase('platform')
      await supabase('db', 'push', '--yes', '--remote', ownerUrl(bare))
      const ours = await createDatabase('project')
      expect(await schemaDifference(ownerUrl(bare), ownerUrl(ours))).toBe('')
    },
    120_000,
  )

  test('the official CLI has nothing to advise that is not explained', async () => {
    const database = await createDatabase('project')
    const answer = await supabase(
      ...['db', 'advisors', '--type', 'all', '--level', 'info', '--output-format', 'json'],
      ...['--remote', ownerUrl(database)],
    )
    const { results } = JSON.parse(answer) as { results: { name: string; detail: string }[] }
    const unexplained = results.filter(({ name, detail }) => !ACCEPTED[name]?.on.test(detail))
    expect(unexplained.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([])
  }, 60_000)

  test('the official CLI generates the types that are committed', async () => {
    const database = await createDatabase('project')
    expect(readFileSync(TYPES_FILE, 'utf8')).toBe(await generateTypes(database))
  }, 60_000)
})
