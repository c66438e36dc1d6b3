import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type postgres from 'postgres'
import { connectAs, createDatabase } from '../support/index.ts'

/** The rows of the table below this heading, cell by cell. */
function tableWith(page: string, firstColumn: string): string[][] {
  const lines = page.split('\n')
  const header = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `))
  const end = lines.findIndex((line, index) => index > header && !line.startsWith('|'))
  return lines.slice(header + 2, end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)

describe('docs/operations.md', () => {
  const page = readFileSync('docs/operations.md', 'utf8')
  let sql: postgres.Sql

  beforeAll(async () => {
    sql = connectAs(await createDatabase('marketbase'), 'postgres')
  })

  test('its SQL runs as the project’s owner', async () => {
    const blocks = [...page.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, code]) => code!)
    const inline = [
      ...page.replaceAll(/^```.*?^```$/gms, '').matchAll(/`((?:select|update|insert)\s[^`]+)`/g),
    ]
      .map(([, code]) => code!.replaceAll("'…'", 'gen_random_uuid()'))
    expect(blocks.length).toBeGreaterThan(0)
    expect(inline.length).toBeGreaterThan(3)
    for (const statements of [...blocks, ...inline]) await sql.unsafe(statements)
  })

  test('lists every job, as often as it runs', async () => {
    const jobs = await sql<{ name: string; seconds: number }[]>`
      select name, extract(epoch from every)::int as seconds from private.job_runs`
    const lasts: Record<string, number> = {
      second: 1,
      seconds: 1,
      minute: 60,
      minutes: 60,
      hour: 3600,
      day: 86_400,
    }
    const documented = tableWith(page, 'job').map(([name, every]) => {
      const [, count, unit] = /^(\d+ )?(\w+)$/.exec(every!)!
      return { name: codes(name!)[0]!, seconds: Number(count ?? 1) * lasts[unit!]! }
    })
    const byName = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1
    expect(documented.sort(byName)).toEqual([...jobs].sort(byName))
  })

  test('lists every setting with its default', async () => {
    const columns = await sql<{ name: string; value: string | null }[]>`
      select column_name as name, column_default as value from information_schema.columns
      where table_schema = 'private' and table_name = 'settings' and column_name <> 'id'`
    const documented = tableWith(page, 'setting')
    expect(documented.flatMap(([names]) => codes(names!)).sort()).toEqual(
      columns.map(({ name }) => name).sort(),
    )
    for (const [names, value] of documented) {
      const values = value!.split(', ')
      codes(names!).forEach((name, index) => {
        const given = columns.find((column) => column.name === name)!.value
        if (/^\d+$/.test(values[index]!)) expect(given).toBe(values[index])
      })
    }
  })

  test('names every secret of the functions and of the vault', () => {
    const named = new Set(tableWith(page, 'where').flatMap(([, names]) => codes(names!)))
    const config = readFileSync('supabase/config.toml', 'utf8')
    const vault = /^\[db\.vault\]\n((?:\w+ = .*\n)+)/m.exec(config)![1]!
    expect([...vault.matchAll(/^(\w+) =/gm)].map(([, name]) => name!).filter((name) => !named.has(name)))
      .toEqual([])
  })
})
