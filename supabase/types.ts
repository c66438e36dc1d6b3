/** `npm run types`: generates supabase/database.types.ts from the migrations, with the official CLI. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { applyMigrations, ownerUrl, startTemporaryPostgres } from './local/postgres/index.ts'
import { supabase } from './official-cli.ts'

/** Where the generated types stand, relative to the project. */
export const TYPES_FILE = 'supabase/database.types.ts'

const BANNER = '// Written by `npm run types` from the migrations. Do not edit.\n'

/** The types of the schema `public` of a database, formatted. */
export async function generateTypes(databaseUrl: string): Promise<string> {
  const types = await supabase('gen', 'types', 'typescript', '--schema', 'public', '--remote', databaseUrl)
  const formatter = spawn(join('node_modules', '.bin', 'deno'), ['fmt', '--ext', 'ts', '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  formatter.stdin.end(BANNER + types)
  const [formatted, [code]] = await Promise.all([text(formatter.stdout), once(formatter, 'close')])
  if (code !== 0) throw new Error(`deno fmt ended with ${code}.`)
  return formatted
}

async function main(): Promise<void> {
  const { database, remove } = await startTemporaryPostgres()
  try {
    await applyMigrations(database, 'migrations')
    await writeFile(TYPES_FILE, await generateTypes(ownerUrl(database)))
    console.log(`Wrote ${TYPES_FILE}.`)
  } finally {
    await remove()
  }
}

if (process.argv[1] !== undefined && import.meta.url === new URL(process.argv[1], 'file:').href) await main()
