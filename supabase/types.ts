/**
 * `npm run types`: generates what a frontend's TypeScript knows of the API.
 *
 * - supabase/database.types.ts: the official CLI's types of the migrations, made exact by what the database and
 *   api.types.ts know and the CLI does not: columns that a check limits to some words are unions of them, parameters
 *   whose default is null take null, and JSON has its shape.
 * - supabase/error-codes.ts: the codes of docs/errors.md.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import ts from 'typescript'
import {
  applyMigrations,
  connectAsOwner,
  type Database,
  ownerUrl,
  startTemporaryPostgres,
} from './local/index.ts'
import { supabase } from './official-cli.ts'

/** Where the generated types stand, relative to the project. */
export const TYPES_FILE = 'supabase/database.types.ts'
/** Where the generated error codes stand, relative to the project. */
export const ERROR_CODES_FILE = 'supabase/error-codes.ts'

const BANNER = `// Written by \`npm run types\` from the migrations. Do not edit.
import type { Answers, Arguments, Columns } from './api.types.ts'
`

/** The types of the schema `public` of a database, formatted. */
export async function generateTypes(database: Database): Promise<string> {
  const url = ownerUrl(database)
  const types = await supabase('gen', 'types', 'typescript', '--schema', 'public', '--remote', url)
  return await formatted(BANNER + exact(types, await knownTypes(database)))
}

/** The error codes of docs/errors.md as a type, formatted. */
export async function generateErrorCodes(): Promise<string> {
  const codes = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z0-9_]+)` +\| \d{3} /gm)]
    .map(([, code]) => `  '${code}',`).sort()
  return await formatted(`// Written by \`npm run types\` from docs/errors.md. Do not edit.

/** Every machine code of the API, see docs/errors.md. */
export const ERROR_CODES = [
${codes.join('\n')}
] as const

/** A machine code of the API. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * The machine code of an error of \`supabase.rpc\` or \`.from\` (in \`details\`), or of the JSON body of an edge function (in
 * \`code\`); undefined where it is none of ours, such as a broken connection.
 */
export function errorCode(error: { details?: unknown; code?: unknown } | null): ErrorCode | undefined {
  return ERROR_CODES.find((code) => code === error?.details || code === error?.code)
}
`)
}

/** Exact types by the place in \`Database['public']\`: `Tables.orders.Row.status`. */
type KnownTypes = Map<string, string>

async function knownTypes(database: Database): Promise<KnownTypes> {
  const known: KnownTypes = new Map()
  const sql = connectAsOwner(database)
  try {
    const checks = await sql<{ kind: string; relation: string; column: string; words: string[] }[]>`
      with limited as (
        select conrelid as oid, attname,
          array(select match[1] from regexp_matches(pg_get_constraintdef(pg_constraint.oid), '''((?:[^'']|'''')*)''::text', 'g') as match) as words
        from pg_constraint
        join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where contype = 'c' and cardinality(conkey) = 1
          and pg_get_constraintdef(pg_constraint.oid) like 'CHECK ((' || attname || ' = ANY (ARRAY[%])))'
      )
      select 'Tables' as kind, relname as relation, attname as column, words
      from limited join pg_class on pg_class.oid = limited.oid
      where relnamespace = 'public'::regnamespace
      union all
      -- A view shows a column of a table under its own name.
      select 'Views', view_name, column_name, words
      from information_schema.view_column_usage
      join limited on limited.oid = format('%I.%I', table_schema, table_name)::regclass and attname = column_name
      where view_schema = 'public'`
    for (const { kind, relation, column, words } of checks) {
      const union = words.map((word) => `'${word}'`).join(' | ')
      for (const side of ['Row', 'Insert', 'Update']) {
        known.set(`${kind}.${relation}.${side}.${column}`, union)
      }
    }
    const nullable = await sql<{ verb: string; parameter: string }[]>`
      select routines.routine_name as verb, parameters.parameter_name as parameter
      from information_schema.parameters
      join information_schema.routines using (specific_schema, specific_name)
      where specific_schema = 'public' and parameter_default like 'NULL::%'`
    for (const { verb, parameter } of nullable) known.set(`Functions.${verb}.Args.${parameter}`, 'null')
  } finally {
    await sql.end()
  }
  return known
}

/** What api.types.ts says, by interface: the names of its members and of theirs. */
function describedTypes(): { answers: Set<string>; arguments: Set<string>; columns: Set<string> } {
  const file = ts.createSourceFile('', readFileSync('supabase/api.types.ts', 'utf8'), ts.ScriptTarget.Latest)
  const described = (name: string) => {
    const found = file.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name)
    return members((found as ts.InterfaceDeclaration).members)
  }
  const deep = (name: string) =>
    new Set(
      [...described(name)].flatMap(([verb, type]) =>
        [...members((type as ts.TypeLiteralNode).members)].map(([member]) => `${verb}.${member}`)
      ),
    )
  return {
    answers: new Set(described('Answers').keys()),
    arguments: deep('Arguments'),
    columns: deep('Columns'),
  }
}

/** Replaces the types that are known better. */
function exact(generated: string, known: KnownTypes): string {
  const described = describedTypes()
  const file = ts.createSourceFile('', generated, ts.ScriptTarget.Latest)
  const database = file.statements.find((node) =>
    ts.isTypeAliasDeclaration(node) && node.name.text === 'Database'
  )
  const schema = members(
    (members(((database as ts.TypeAliasDeclaration).type as ts.TypeLiteralNode).members)
      .get('public') as ts.TypeLiteralNode).members,
  )
  const edits: { start: number; end: number; text: string }[] = []
  const replace = (node: ts.TypeNode, type: string) =>
    edits.push({ start: node.getStart(file), end: node.end, text: type })

  const replaceColumns = (row: ts.TypeNode, place: string, relation: string) => {
    for (const [column, node] of members((row as ts.TypeLiteralNode).members)) {
      const text = node.getText(file)
      const union = known.get(`${place}.${column}`)
      if (union !== undefined) replace(node, text.replace(/^string/, union))
      if (described.columns.has(`${relation}.${column}`)) replace(node, `Columns['${relation}']['${column}']`)
    }
  }
  for (const kind of ['Tables', 'Views']) {
    for (const [relation, type] of members((schema.get(kind) as ts.TypeLiteralNode).members)) {
      for (const [side, row] of members((type as ts.TypeLiteralNode).members)) {
        if (['Row', 'Insert', 'Update'].includes(side) && ts.isTypeLiteralNode(row)) {
          replaceColumns(row, `${kind}.${relation}.${side}`, relation)
        }
      }
    }
  }
  for (const [verb, type] of members((schema.get('Functions') as ts.TypeLiteralNode).members)) {
    const parts = members((type as ts.TypeLiteralNode).members)
    const args = parts.get('Args')!
    for (const [parameter, node] of ts.isTypeLiteralNode(args) ? members(args.members) : []) {
      const base = described.arguments.has(`${verb}.${parameter}`)
        ? `Arguments['${verb}']['${parameter}']`
        : node.getText(file)
      const isNullable = known.has(`Functions.${verb}.Args.${parameter}`)
      replace(node, isNullable ? `${base} | null` : base)
    }
    const returns = parts.get('Returns')!
    const from = parts.get('SetofOptions')
    if (described.answers.has(verb)) replace(returns, `Answers['${verb}']`)
    else if (from !== undefined) {
      const relation = members((from as ts.TypeLiteralNode).members).get('to')!.getText(file).slice(1, -1)
      const row = ts.isArrayTypeNode(returns) ? returns.elementType : returns
      // A composite type of its own stands under a name, where its columns are said.
      if (ts.isTypeLiteralNode(row)) replaceColumns(row, `Tables.${relation}.Row`, relation)
    }
  }
  return edits.sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text }) => all.slice(0, start) + text + all.slice(end), generated)
}

/** The members of a type by name. */
function members(nodes: ts.NodeArray<ts.TypeElement>): Map<string, ts.TypeNode> {
  return new Map(
    nodes.filter(ts.isPropertySignature).map((
      { name, type },
    ) => [(name as ts.Identifier | ts.StringLiteral).text, type!]),
  )
}

async function formatted(source: string): Promise<string> {
  const formatter = spawn(join('node_modules', '.bin', 'deno'), ['fmt', '--ext', 'ts', '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  formatter.stdin.end(source)
  const [result, [code]] = await Promise.all([text(formatter.stdout), once(formatter, 'close')])
  if (code !== 0) throw new Error(`deno fmt ended with ${code}.`)
  return result
}

async function main(): Promise<void> {
  const { database, remove } = await startTemporaryPostgres()
  try {
    await applyMigrations(database, 'migrations')
    await writeFile(ERROR_CODES_FILE, await generateErrorCodes())
    await writeFile(TYPES_FILE, await generateTypes(database))
    console.log(`Wrote ${TYPES_FILE} and ${ERROR_CODES_FILE}.`)
  } finally {
    await remove()
  }
}

if (process.argv[1] !== undefined && import.meta.url === new URL(process.argv[1], 'file:').href) await main()
