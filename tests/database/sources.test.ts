import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { applyMigrations, ownerUrl } from '../../supabase/local/index.ts'
import {
  generatedMigrations,
  missingMigration,
  releasedMigrations,
  sourcesInOrder,
  writeMigration,
} from '../../supabase/schemas/build.ts'
import { declaredBy } from '../../supabase/schemas/source.ts'
import { connectAs, createDatabase, schemaDifference } from '../support/index.ts'

// Functions, triggers, views and policies are reviewed in supabase/schemas/ and policies/; databases get them by migrations.
// Both must say the same, in both directions, also for a database that is in use already.

const PROJECT = process.cwd()

const generated = generatedMigrations(PROJECT)
const handWritten = readdirSync('migrations').filter((name) =>
  name.endsWith('.sql') && !generated.includes(name)
)

describe('source files and migrations', () => {
  test('source files and migrations agree: no change waits for `npm run schema`', async () => {
    expect(
      await missingMigration(PROJECT) === undefined
        ? 'agree'
        : 'run `npm run schema` and commit what it writes',
    )
      .toBe('agree')
  })

  test('source files replayed over all migrations give the same database', async () => {
    const [migrated, replayed] = [await createDatabase('project'), await createDatabase('project')]
    const sql = connectAs(replayed)
    await sql.unsafe('set check_function_bodies = off').simple()
    for (const text of await sourcesInOrder(PROJECT)) await sql.unsafe(text).simple()
    expect(await schemaDifference(ownerUrl(migrated), ownerUrl(replayed))).toBe('')
  }, 120_000)

  test('source files that stand in for the generated migrations give the same database', async () => {
    const folder = temporaryFolder()
    for (const name of handWritten) cpSync(join('migrations', name), join(folder, name))
    const sources = (await sourcesInOrder(PROJECT)).join('\n\n')
    // After everything: a source may use any table.
    writeFileSync(
      join(folder, '99991231235959_schema.sql'),
      `set check_function_bodies = off;\n${sources}\nreset check_function_bodies;\n`,
    )
    const fromSources = await createDatabase('platform')
    await applyMigrations(fromSources, folder)
    expect(await schemaDifference(ownerUrl(fromSources), ownerUrl(await createDatabase('project')))).toBe(
      '',
    )
  }, 120_000)

  test('a migration written by hand has only the functions that tables and migrations need', async () => {
    const database = await createDatabase('project')
    const sql = connectAs(database)
    const strangers: string[] = []
    for (const name of handWritten) {
      const text = readFileSync(join('migrations', name), 'utf8')
      const { functions, triggers, views, policies } = await declaredBy(text)
      strangers.push(...[...triggers, ...views.keys(), ...policies].map((what) => `${name}: ${what}`))
      for (const signature of functions.keys()) {
        const called = handWritten.some((other) =>
          readFileSync(join('migrations', other), 'utf8').includes(`select ${signature.split('(')[0]}(`)
        )
        const [row] = await sql<{ used: boolean }[]>`
          select exists (
            select from pg_depend
            where refobjid = ${signature}::regprocedure
              and classid in ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass)
          ) as used`
        if (!row!.used && !called) strangers.push(`${name}: ${signature}`)
      }
    }
    expect(strangers).toEqual([])
  })

  test('source files have only function bodies that compile', async () => {
    const sql = connectAs(await createDatabase('project'), 'supabase_admin')
    const functions = await sql<{ oid: number; name: string; language: string }[]>`
      select pg_proc.oid, pg_proc.oid::regprocedure::text as name, lanname as language
      from pg_proc join pg_language on pg_language.oid = prolang
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and lanname in ('sql', 'plpgsql')`
    const broken: string[] = []
    for (const { oid, name, language } of functions) {
      const validator = language === 'sql' ? sql`fmgr_sql_validator` : sql`plpgsql_validator`
      await sql`select ${validator}(${oid})`.catch((error: Error) => broken.push(`${name}: ${error.message}`))
    }
    expect(functions.length).toBeGreaterThan(200)
    expect(broken).toEqual([])
  })
})

describe('a database in use', () => {
  test(
    'a database in use is brought from the state before to the state after, and keeps its data',
    async () => {
      const project = projectCopy()
      edit(
        project,
        'supabase/schemas/access/is_operator.sql',
        (text) => text.replace('plpgsql stable', 'plpgsql stable cost 7'),
      )
      // What policies and views stand on gets another parameter: they go and come again with it.
      edit(
        project,
        'supabase/schemas/access/my_scopes.sql',
        (text) =>
          text.replace('my_scopes(roles', 'my_scopes(wanted').replace('my_scopes.roles', 'my_scopes.wanted'),
      )
      edit(
        project,
        'supabase/schemas/carts/clear_cart.sql',
        (text) =>
          text.replaceAll('clear_cart(cart_token text', 'clear_cart(token text')
            .replaceAll(/\(cart_token\)/g, '(token)'),
      )
      edit(
        project,
        'policies/public.currencies.sql',
        (text) => text.replaceAll('currencies_select', 'currencies_read'),
      )
      edit(
        project,
        'supabase/schemas/catalog/admin_products.sql',
        (text) => text.replace(/\bselect\n/, 'select\n  now() as read_at,\n'),
      )
      edit(project, 'supabase/schemas/core/slugify.sql', (text) => text.replace(/^grant .*$/m, ''))
      rmSync(join(project, 'supabase/schemas/operations/tg__audit.sql'))
      writeFileSync(
        join(project, 'migrations', '20300101000000_motto.sql'),
        'alter table public.stores add column motto text;\n',
      )
      const name = await writeMigration(project)
      expect(name! > '20300101000000').toBe(true)
      expect(await missingMigration(project)).toBeUndefined()

      const used = await createDatabase('project')
      const sql = connectAs(used)
      const [before] = await sql`select count(*) as orders, sum(total_amount) as total from public.orders`
      await applyMigrations(used, join(project, 'migrations'))
      expect((await sql`select count(*) as orders, sum(total_amount) as total from public.orders`)[0])
        .toEqual(
          before,
        )

      const fresh = await createDatabase('platform')
      rmSync(join(project, 'migrations', name!))
      rmSync(join(project, 'migrations', generated.at(-1)!))
      writeFileSync(join(project, 'migrations', generated.at(-1)!), (await missingMigration(project))!)
      await applyMigrations(fresh, join(project, 'migrations'))
      expect(await schemaDifference(ownerUrl(used), ownerUrl(fresh))).toBe('')
    },
    180_000,
  )

  test('a database in use is never given another text of a migration that was released', () => {
    const changed = [...releasedMigrations(PROJECT)].filter(([name, hash]) =>
      createHash('sha256').update(readFileSync(join('migrations', name))).digest('hex') !== hash
    )
    expect(changed.map(([name]) => name)).toEqual([])
  })

  test('a database in use gets a new migration where the newest generated one was released, also when asked to amend it', async () => {
    const project = projectCopy()
    const newest = generated.at(-1)!
    const hash = createHash('sha256').update(readFileSync(join(project, 'migrations', newest))).digest('hex')
    edit(project, 'policies/public.currencies.sql', (text) => `${text}\n-- More.\n`)
    expect(await writeMigration(project, true)).toBe(newest)
    edit(project, 'policies/public.currencies.sql', (text) => `${text}\n-- And more.\n`)
    writeFileSync(join(project, 'migrations', 'released.sha256'), `${hash}  ${newest}\n`)
    expect(await writeMigration(project, true)).not.toBe(newest)
  })
})

/** A copy of everything that a database is made from. */
function projectCopy(): string {
  const folder = temporaryFolder()
  for (const part of ['migrations', 'policies', 'supabase/schemas']) {
    cpSync(part, join(folder, part), { recursive: true })
  }
  return folder
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marketbase-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function edit(project: string, path: string, change: (text: string) => string): void {
  const before = readFileSync(join(project, path), 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${path} does not have what this test changes.`)
  writeFileSync(join(project, path), after)
}
