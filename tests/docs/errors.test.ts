import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from '../../supabase/error-codes.ts'

/** Which statuses each code comes with. */
type Codes = Map<string, Set<string>>

/** What a source can answer, and the places that were not understood. */
interface Answers {
  codes: Codes
  unclear: string[]
}

/** A string literal of SQL, with its doubled quotes; nothing in it ends a statement. */
const LITERAL = `'(?:[^']|'')*'`
/** A statement up to its semicolon, over literals and comments. */
const STATEMENT = `(?:${LITERAL}|--[^\\n]*|[^';-]|-(?!-))*`

/** The rows of the tables in docs/errors.md: the code in backticks, the status, what happened and what to do. */
function documentedCodes(): { code: string; status: string }[] {
  return readFileSync('docs/errors.md', 'utf8').split('\n')
    .map((line) => /^\| `([a-z0-9_]+)` +\| (\d{3}) +\| [^| ][^|]*\| [^| ][^|]*\|$/.exec(line))
    .filter((row) => row !== null)
    .map(([, code, status]) => ({ code: code!, status: status! }))
}

/**
 * What SQL raises. Three forms are known: `raise sqlstate 'PTxyz' using … detail = 'code'`; the same with
 * `detail = row ->> 'key'`, where the code was put under that key; and codes that are part of an answer, as
 * `'code', case … else 'code' end`. The latter two stand in the answer of a call that succeeds.
 */
function codesOfSql(): Answers {
  const codes: Codes = new Map()
  const unclear: string[] = []
  for (const file of sqlFiles()) {
    const text = readFileSync(file, 'utf8')
    const raised = [...text.matchAll(new RegExp(`\\braise\\s+(${STATEMENT});`, 'gi'))]
      .map(([, statement]) => statement!)
      .filter((statement) => /'PT/.test(statement))
    for (const statement of raised) {
      const status = /^(?:sqlstate\s+|.*\berrcode\s*=\s*)'PT(\d{3})'/is.exec(statement)?.[1]
      const code = /\bdetail\s*=\s*'([a-z0-9_]+)'/i.exec(statement)?.[1]
      const key = /\bdetail\s*=\s*\w+\s*->>\s*'(\w+)'/i.exec(statement)?.[1]
      if (status !== undefined && code !== undefined) note(codes, code, status)
      else if (key !== undefined) {
        for (const [, named] of text.matchAll(new RegExp(`'${key}',\\s*'([a-z0-9_]+)'`, 'g'))) {
          note(codes, named!, '200')
        }
      } else unclear.push(`${file}: raise ${statement.slice(0, 120)}`)
    }
    for (const [, expression] of text.matchAll(/'code',\s*case\s(.*?)\send\b/gs)) {
      for (const [, code] of expression!.matchAll(/\b(?:then|else)\s+'([a-z0-9_]+)'/g)) {
        note(codes, code!, '200')
      }
    }
    // Nothing raises our errors in yet another way.
    const mentioned = text.match(/\b(?:sqlstate|errcode\s*=)\s*'PT|'PT'\s*\|\|/gi)?.length ?? 0
    const caught = text.match(/\bwhen\s+sqlstate\s*'PT/gi)?.length ?? 0
    if (mentioned - caught !== raised.length) {
      unclear.push(`${file}: ${mentioned} raised, ${raised.length} understood`)
    }
  }
  return { codes, unclear }
}

/** What edge functions answer: `new Problem(status, 'code', …)`, on one line or several. */
function codesOfFunctions(): Answers {
  const codes: Codes = new Map()
  const unclear: string[] = []
  for (const file of filesBelow('functions', '.ts')) {
    const text = readFileSync(file, 'utf8')
    for (const [, args] of text.matchAll(/\bnew Problem\((?=([^]{0,200}))/g)) {
      const [, status, code] = /^\s*(\d{3}),\s*'([a-z0-9_]+)'/.exec(args!) ?? []
      if (status !== undefined && code !== undefined) note(codes, code, status)
      // An error of SQL is passed on as it is; each of those has its code, as codesOfSql makes sure.
      else if (!args!.startsWith('Number(status), error.details ??')) {
        unclear.push(`${file}: new Problem(${args!.slice(0, 60)}`)
      }
    }
    if (/\bextends Problem\b/.test(text)) unclear.push(`${file}: another class of Problem`)
  }
  return { codes, unclear }
}

function note(codes: Codes, code: string, status: string): void {
  codes.set(code, (codes.get(code) ?? new Set()).add(status))
}

/** What people write: the generated migrations only repeat it. */
function sqlFiles(): string[] {
  return ['migrations', 'supabase/schemas'].flatMap((folder) => filesBelow(folder, '.sql'))
    .filter((name) => !name.endsWith('_schema.sql'))
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
}

describe('docs/errors.md', () => {
  const documented = documentedCodes()
  const sources = [codesOfSql(), codesOfFunctions()]

  test('every place that answers an error is understood', () => {
    expect(sources.flatMap(({ unclear }) => unclear)).toEqual([])
    for (const { codes } of sources) expect(codes.size).toBeGreaterThan(15)
  })

  test('docs/errors.md lists every code that the product can answer, with its status, and no other', () => {
    const answered = sources.flatMap(({ codes }) =>
      [...codes].flatMap(([code, statuses]) => [...statuses].map((status) => `${code} ${status}`))
    )
    expect(documented.map(({ code, status }) => `${code} ${status}`).sort()).toEqual(
      [...new Set(answered)].sort(),
    )
  })

  test('docs/errors.md has every code that the comment of a function names', () => {
    const known = new Set(documented.map(({ code }) => code))
    const sql = sqlFiles().map((file) => readFileSync(file, 'utf8')).join('\n')
    // "and those of save_product" refers to another function.
    for (const [, name] of sql.matchAll(/^create (?:or replace )?function \w+\.(\w+)/gm)) known.add(name!)
    // A comment that is long is written as several literals, one a line.
    const named = [...sql.replace(/'\n\s*'/g, '').matchAll(/^comment on function [^']*'((?:[^']|'')*)';/gm)]
      .flatMap(([, comment]) =>
        /\bErrors: ([^.]*)/.exec(comment!)?.[1]?.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []
      )
    expect(named.length).toBeGreaterThan(200)
    expect(named.filter((code) => !known.has(code))).toEqual([])
  })

  test('the type of error codes has those of docs/errors.md: no change waits for `npm run types`', () => {
    // Those of Postgres itself, which the page explains as well, are no words.
    expect(ERROR_CODES.filter((code) => !/^\d/.test(code)).toSorted()).toEqual(
      documented.map(({ code }) => code).sort(),
    )
  })

  test('docs/errors.md says each code once', () => {
    const codes = documented.map(({ code }) => code)
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  })
})
