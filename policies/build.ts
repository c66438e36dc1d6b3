/**
 * `npm run policies`: writes the migration that brings a database from the policies it has to the ones in this folder.
 *
 * The folder is what people review; migrations are what databases get. Every generated migration carries the full text of
 * each file it brings, under a marker, so the newest text of a file is found by reading the migrations alone. What differs
 * goes into the next one. With `--check` nothing is written, and the exit code says whether something is missing.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'

const POLICIES = new URL('./', import.meta.url)
const MIGRATIONS = new URL('../migrations/', import.meta.url)
const SUFFIX = '_policies.sql'
const MARKER = /^-- policies\/(\S+\.sql)$/m

/** The text of each policy file, by file name. */
type Files = Map<string, string>

/** The policy files as a reviewer reads them. */
export function reviewedFiles(): Files {
  const names = readdirSync(POLICIES).filter((name) => name.endsWith('.sql')).sort()
  return new Map(names.map((name) => [name, readFileSync(new URL(name, POLICIES), 'utf8').trim()]))
}

/** The policy files as the migrations leave them. A file that was removed is the empty text. */
function migratedFiles(): Files {
  const files: Files = new Map()
  for (const migration of readdirSync(MIGRATIONS).filter((name) => name.endsWith(SUFFIX)).sort()) {
    const [, ...blocks] = readFileSync(new URL(migration, MIGRATIONS), 'utf8').split(MARKER)
    for (let index = 0; index < blocks.length; index += 2) {
      files.set(blocks[index]!, withoutDrops(blocks[index + 1]!))
    }
  }
  return files
}

/** The migration that is still missing, or undefined when the migrations say what the files say. */
export function missingMigration(): string | undefined {
  const reviewed = reviewedFiles()
  const migrated = migratedFiles()
  const names = [...new Set([...reviewed.keys(), ...migrated.keys()])].sort()
  const blocks = names
    .map((name) => ({ name, before: migrated.get(name) ?? '', after: reviewed.get(name) ?? '' }))
    .filter(({ before, after }) => before !== after)
    .map(({ name, before, after }) =>
      [`-- policies/${name}`, ...abandoned(before, after), after].join('\n').trim()
    )
  if (blocks.length === 0) return undefined
  const header = '-- Written by `npm run policies` from the files in policies/. Change those, not this.'
  return [header, ...blocks].join('\n\n') + '\n'
}

/** Drops for policies that stood in the file before and do not any more. */
function abandoned(before: string, after: string): string[] {
  const kept = new Set(policyNames(after))
  return policyNames(before).filter((policy) => !kept.has(policy)).map((policy) => `${DROP}${policy};`)
}

const DROP = 'drop policy if exists /* abandoned */ '

function withoutDrops(block: string): string {
  return block.split('\n').filter((line) => !line.startsWith(DROP)).join('\n').trim()
}

function policyNames(sql: string): string[] {
  return [...sql.matchAll(/^create policy (\S+) on (\S+)/gm)].map(([, policy, table]) =>
    `${policy} on ${table}`
  )
}

function main(args: string[]): number {
  const migration = missingMigration()
  if (migration === undefined) {
    console.log('Migrations and policies/ agree.')
    return 0
  }
  if (args.includes('--check')) {
    console.error(
      'policies/ has changes that no migration brings. Run `npm run policies` and commit what it writes.',
    )
    return 1
  }
  const version = args[0] ?? new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const file = `${version}${SUFFIX}`
  writeFileSync(new URL(file, MIGRATIONS), migration, { flag: 'wx' })
  console.log(`Wrote migrations/${file}.`)
  return 0
}

if (process.argv[1] !== undefined && import.meta.url === new URL(process.argv[1], 'file:').href) {
  process.exitCode = main(process.argv.slice(2))
}
