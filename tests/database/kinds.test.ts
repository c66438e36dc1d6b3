import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type postgres from 'postgres'
import { beforeAll, expect, test } from 'vitest'
import { templateNames } from '../../functions/emails/templates.ts'
import { connectAs, createDatabase } from '../support/index.ts'

// Nothing is told that is not registered: a trigger refuses it, and with it the order or the refund that it tells of. So
// the sources are read for whatever they tell, before anything of it happens.

/** A string literal, or the beginning of one that goes on with a status. */
const WORD = `'([a-z_]+)'`

let sql: postgres.Sql
let kinds: string[]
beforeAll(async () => {
  sql = connectAs(await createDatabase('project'), 'postgres')
  kinds = (await sql`select kind from public.notification_kinds`).map(({ kind }) => kind as string)
})

/** All sources without their comments. */
function sources(): { file: string; text: string }[] {
  return readdirSync('supabase/schemas', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({
      file: name,
      text: readFileSync(join('supabase/schemas', name), 'utf8').replace(/--.*$/gm, ''),
    }))
}

/** Every statement of the sources that inserts into this table: its file and its text. */
function insertsInto(table: string): { file: string; text: string }[] {
  const statement = new RegExp(`insert into ${table.replace('.', '\\.')} \\([^)]*\\)([^;]*);`, 'g')
  return sources().flatMap(({ file, text }) =>
    [...text.matchAll(statement)].map(([found]) => ({ file, text: found }))
  )
}

/** The kinds and templates that a statement writes: literals, and words that a status is appended to (`order_%`). */
function words({ file, text }: { file: string; text: string }): string[] {
  const columns = /\(([^)]*)\)/.exec(text)![1]!.split(',').map((column) => column.trim())
  const position = columns.indexOf(columns.includes('template') ? 'template' : 'kind')
  expect(position, `${file}: a kind or template`).toBeGreaterThanOrEqual(0)
  const values = /\)\s*(?:values\s*\(|select(?:\s+distinct)?)([^]*)/.exec(text)![1]!
  const selected = topLevel(values)[position]!
  // `select letter.template from (values ('a', …), ('b', …)) as letter (template, …)`: in each row it comes first.
  const rows = /^\s*\w+\.template\s*$/.test(selected) ? topLevel(/\(\s*values([^]*)/.exec(values)![1]!) : []
  const expression = rows.length === 0
    ? selected
    : rows.map((row) => topLevel(row.trim().replace(/^\(/, ''))[0]!).join(' ')
  const found = [...expression.matchAll(new RegExp(`${WORD}(\\s*\\|\\|)?`, 'g'))]
    // In `case status when 'confirmed' then 'order_confirmed' else … end` only what follows then and else is written.
    .filter(({ index }) => !/\bwhen\s*$/.test(expression.slice(0, index)))
    .map(([, word, goesOn]) => goesOn === undefined ? word! : `${word}%`)
    // In `'booking_' || event || '_store'` the last word only ends a kind.
    .filter((word) => !word.startsWith('_'))
  if (found.length > 0 || expression.trim() === 'new.kind') return found
  // A helper's argument: whoever calls the helper writes the kind.
  const helper = /^\s*(\w+)\.kind\s*$/.exec(expression)?.[1]
  expect(helper, `${file}: where does the kind come from?`).toBeDefined()
  return sources().flatMap((source) =>
    [...source.text.matchAll(new RegExp(`private\\.${helper}\\(\\s*([^;]*);`, 'g'))]
      .filter(([call]) => !call.includes(' text,'))
      .flatMap(([, given]) =>
        [...topLevel(given!)[1]!.matchAll(new RegExp(WORD, 'g'))].map(([, word]) => word!)
      )
  )
}

/** The expressions of a list, divided at the commas that stand in no brackets and no literal. */
function topLevel(list: string): string[] {
  const parts = ['']
  let depth = 0
  for (const [token] of list.matchAll(/'(?:[^']|'')*'|[^]/g)) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (depth < 0) break
    if (token === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += token
  }
  return parts
}

const isRegistered = (word: string) =>
  word.endsWith('%') ? kinds.some((kind) => kind.startsWith(word.slice(0, -1))) : kinds.includes(word)

test('every kind of notification that the sources tell is registered', () => {
  const told = insertsInto('public.notifications').flatMap(words)
  expect(told.length).toBeGreaterThan(8)
  expect(told.filter((word) => !isRegistered(word))).toEqual([])
})

test('every letter that the sources queue is of a registered kind, and has a template', () => {
  const queued = insertsInto('private.outbox').flatMap(words).filter((template) => template !== 'push')
  expect(queued.length).toBeGreaterThan(8)
  const family = (template: string) => `${template.replace(/_status$/, '')}_%`
  expect(queued.filter((template) => !isRegistered(template) && !isRegistered(family(template)))).toEqual([])
  const hasTemplate = (word: string) =>
    word.endsWith('%')
      ? templateNames.some((name) => name.startsWith(word.slice(0, -1)))
      : templateNames.includes(word)
  expect(queued.filter((word) => !hasTemplate(word))).toEqual([])
})

test('every template of a letter is of a registered kind that is told by letter', async () => {
  const mailed = (await sql`select kind from public.notification_kinds where 'email' = any (media)`)
    .map(({ kind }) => kind as string)
  const kindsOf = (template: string) =>
    mailed.filter((kind) => kind === template || kind.startsWith(`${template.replace(/_status$/, '')}_`))
  expect(templateNames.filter((template) => kindsOf(template).length === 0)).toEqual([])
  expect(mailed.filter((kind) => !templateNames.some((template) => kindsOf(template).includes(kind))))
    .toEqual([])
})

test('every kind that is registered stands in the table of what is told, and is told as the table says', async () => {
  const rows = readFileSync('docs/api.md', 'utf8').split('\n')
    .filter((line) => /^\| [^|]+\| [^|]+\| [^|]*\| [^|]*\|$/.test(line))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
  const names = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
  const shown = new Map<string, Set<string>>()
  const note = (kind: string, medium: string) => shown.set(kind, (shown.get(kind) ?? new Set()).add(medium))
  for (const [, , inApp, letter] of rows) {
    names(inApp!).filter((kind) => kinds.includes(kind)).forEach((kind) => note(kind, 'in_app'))
    for (const template of names(letter!).filter((name) => templateNames.includes(name))) {
      for (const kind of kinds.includes(template) ? [template] : names(inApp!)) {
        note(kind, 'email')
        if (letter!.includes('text')) note(kind, 'text')
      }
    }
  }
  const registered = await sql<{ kind: string; media: string[] }[]>`
    select kind, array(select medium from unnest(media) as medium where medium <> 'push' order by medium) as media
    from public.notification_kinds order by kind`
  expect([...registered].map(({ kind, media }) => [kind, media]))
    .toEqual([...shown].map(([kind, media]) => [kind, [...media].toSorted()]).toSorted())
})
