import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import picomatch from 'picomatch'
import postgres from 'postgres'
import type { Database } from '../database.ts'
import { Failure } from '../failure.ts'
import { connectAsOwner } from './project-owner.ts'
import { splitStatements } from './statements.ts'

/** What bringing a database up to date did. */
export interface MigrationReport {
  /** File names of the migrations applied now, in order. */
  applied: string[]
  /** What a developer should know: applied migrations that were edited or have gone since. */
  warnings: string[]
}

/**
 * Applies the migrations that a database does not have yet, as the role `postgres`, each file in one transaction, and
 * records them as the official CLI does, so that `supabase migration list` agrees.
 * @throws {Failure} naming file and line of the first migration that fails; those before it stay applied
 */
export async function applyMigrations(database: Database, folder: string): Promise<MigrationReport> {
  const files = (await readdir(folder)).filter((name) => MIGRATION.test(name)).sort()
  const sql = connectAsOwner(database, UNHURRIED)
  try {
    await sql.unsafe(HISTORY).simple()
    const recorded = new Map(
      (await sql<Recorded[]>`select version, statements from supabase_migrations.schema_migrations`)
        .map((row) => [row.version, row.statements]),
    )
    const report: MigrationReport = { applied: [], warnings: [] }
    for (const file of files) {
      const [, version, name] = MIGRATION.exec(file)!
      const script = await readFile(join(folder, file), 'utf8')
      const statements = splitStatements(script)
      const known = recorded.get(version!)
      recorded.delete(version!)
      if (known !== undefined) {
        if (known !== null && known.join(';') !== statements.join(';')) {
          report.warnings.push(`${file} was edited after it was applied; only a reset applies it again.`)
        }
        continue
      }
      await runScript(sql, script, join(basename(folder), file), (transaction) =>
        transaction`
          insert into supabase_migrations.schema_migrations (version, name, statements)
          values (${version!}, ${name!}, ${statements})`)
      report.applied.push(file)
    }
    for (const version of recorded.keys()) {
      report.warnings.push(
        `The database has migration ${version}, which is not in ${basename(folder)}/ any more.`,
      )
    }
    if (report.applied.length > 0) await sql`notify pgrst, 'reload schema'`
    return report
  } finally {
    await sql.end()
  }
}

/**
 * Loads the seed files that a database does not have yet, as the role `postgres`, each file in one transaction, and
 * records them as the official CLI does.
 * @param patterns globs relative to the folder of config.toml, in the order in which they are loaded
 * @returns the files loaded now, relative to the project
 */
export async function applySeeds(
  database: Database,
  projectDirectory: string,
  patterns: string[],
): Promise<string[]> {
  const sql = connectAsOwner(database, UNHURRIED)
  try {
    await sql.unsafe(HISTORY).simple()
    const rows = await sql<{ path: string }[]>`select path from supabase_migrations.seed_files`
    const recorded = new Set(rows.map((row) => row.path))
    const loaded: string[] = []
    for (const path of await findSeeds(projectDirectory, patterns)) {
      if (recorded.has(path)) continue
      const script = await readFile(join(projectDirectory, path), 'utf8')
      const hash = createHash('sha256').update(script).digest('hex')
      await runScript(
        sql,
        script,
        path,
        (transaction) =>
          transaction`insert into supabase_migrations.seed_files (path, hash) values (${path}, ${hash})`,
      )
      loaded.push(path)
    }
    return loaded
  } finally {
    await sql.end()
  }
}

/**
 * Runs one more part of the seed, unless this database has it already; recorded like a seed file.
 * @param path names it
 */
export async function loadOnce(database: Database, path: string, load: () => Promise<void>): Promise<void> {
  const sql = connectAsOwner(database)
  try {
    const [known] = await sql`select 1 from supabase_migrations.seed_files where path = ${path}`
    if (known !== undefined) return
    await load()
    await sql`insert into supabase_migrations.seed_files (path, hash) values (${path}, '')`
  } finally {
    await sql.end()
  }
}

/**
 * A commit does not wait for the disk. A machine that stops right then loses the last files as a whole, with the record
 * that they were applied, and the next start applies them again.
 */
const UNHURRIED = { connection: { synchronous_commit: 'off' } }

interface Recorded {
  version: string
  statements: string[] | null
}

/** `20260101000000_stores.sql` */
const MIGRATION = /^(\d+)_(.*)\.sql$/

/** The official CLI's bookkeeping. */
const HISTORY = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
  create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);
`

async function runScript(
  sql: postgres.Sql,
  script: string,
  path: string,
  record: (transaction: postgres.TransactionSql) => PromiseLike<unknown>,
): Promise<void> {
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(script).simple()
      await transaction.unsafe('reset all; reset role').simple()
      await record(transaction)
    })
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error
    const line = error.position === undefined ? undefined : lineAt(script, Number(error.position))
    const details = [error.message, error.detail, error.hint, error.where].filter(Boolean).join(' · ')
    throw new Failure(`${path}${line === undefined ? '' : `, line ${line}`}: ${details} (${error.code})`)
  }
}

/** @param position of a character, counted from 1 as Postgres does */
function lineAt(script: string, position: number): number {
  return [...script].slice(0, position - 1).filter((character) => character === '\n').length + 1
}

async function findSeeds(projectDirectory: string, patterns: string[]): Promise<string[]> {
  const found: string[] = []
  for (const pattern of patterns) {
    const path = join('supabase', pattern)
    const { base } = picomatch.scan(path)
    const matches = picomatch(path)
    const entries = base === path
      ? (existsSync(join(projectDirectory, path)) ? [path] : [])
      : (await readdir(join(projectDirectory, base), { withFileTypes: true, recursive: true }).catch(
        () => [],
      ))
        .filter((entry) => entry.isFile())
        .map((entry) => relative(projectDirectory, join(entry.parentPath ?? entry.path, entry.name)))
    found.push(...entries.filter((entry) => matches(entry) && !found.includes(entry)).sort())
  }
  return found
}
