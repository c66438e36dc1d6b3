import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bareParameters, type WrittenFunction, writtenFunctions } from './support/dialect.ts'

// One dialect of SQL in everything that people write: policies, functions and views, migrations. Generated migrations repeat
// those and are left out. What the database knows of (search_path, comments, rights) is asked in surface.test.ts.

const texts = new Map(
  ['policies', 'migrations', 'supabase/schemas'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sql') && !name.endsWith('_schema.sql'))
      .map((name) => join(folder, name))
  ).sort().map((path) => [path, readFileSync(path, 'utf8')]),
)

const functions: (WrittenFunction & { path: string })[] = []
for (const [path, text] of texts) {
  for (const found of await writtenFunctions(text)) functions.push({ path, ...found })
}

describe('the SQL that people write', () => {
  test('has no line of more than 120 characters', () => {
    const long = [...texts].flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => [...line].length > 120 ? [`${path}:${index + 1}`] : [])
    )
    expect(long).toEqual([])
  })

  test('begins each migration, each policy file, each verb and each view with a comment that says why', () => {
    const bare = [...texts].filter(([path, text]) =>
      (!path.startsWith('supabase') || /^create or replace (function|view) public\./m.test(text)) &&
      !text.startsWith('-- ')
    )
    expect(bare.map(([path]) => path)).toEqual([])
  })

  test('says of every function whether it is immutable, stable or volatile', () => {
    expect(functions.length).toBeGreaterThan(100)
    const silent = functions.filter(({ statesVolatility }) => !statesVolatility)
    expect(silent.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  })

  test('names no parameter without its function', () => {
    const bare = functions.map((written) => ({ ...written, bare: bareParameters(written) }))
      .filter(({ bare }) => bare.length > 0)
    expect(bare.map(({ path, name, bare }) => `${path}: ${name}: ${bare.join(', ')}`)).toEqual([])
  })
})

describe('the reading of parameters', () => {
  const bareIn = (body: string) => bareParameters({ parameters: ['status', 'lines'], body })

  test('finds a parameter that stands for itself', () => {
    expect(bareIn('update public.orders set status = status')).toEqual(['status'])
    expect(bareIn("if status = 'paid' then")).toEqual(['status'])
    expect(bareIn('where orders.status = any (lines)')).toEqual(['lines'])
  })

  test('takes a column, an alias, a named argument and a word in a text for none', () => {
    expect(bareIn('update public.orders set id = 1, status = advance_order.status')).toEqual([])
    expect(bareIn('insert into public.orders (id, status) select orders.id, 1 as status')).toEqual([])
    expect(bareIn('from unnest(advance_order.lines) as given (lines)')).toEqual([])
    expect(bareIn("perform private.tell(status => 'status') -- status")).toEqual([])
  })

  test('takes the field of a row for qualified', () => {
    expect(bareIn('return lines.quantity')).toEqual([])
  })
})
