import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type postgres from 'postgres'
import { exposition, type Sample } from '../../functions/metrics/core.ts'
import { connectAs, createDatabase } from '../support/index.ts'

/** The rows of the table below this heading, cell by cell. */
function tableWith(page: string, firstColumn: string): string[][] {
  const lines = page.split('\n')
  const header = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `))
  const end = lines.findIndex((line, index) => index > header && !line.startsWith('|'))
  return lines.slice(header + 2, end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)

class RolledBack extends Error {}

describe('docs/operations.md', () => {
  const page = readFileSync('docs/operations.md', 'utf8')
  let sql: postgres.Sql

  beforeAll(async () => {
    sql = connectAs(await createDatabase('project'), 'postgres')
  })

  test('the SQL of docs/operations.md runs as the project’s owner', async () => {
    const blocks = [...page.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, code]) => code!)
    const inline = [
      ...page.replaceAll(/^```.*?^```$/gms, '').matchAll(/`((?:select|update|insert)\s[^`]+)`/g),
    ]
      .map(([, code]) => code!.replaceAll("'…'", 'gen_random_uuid()'))
    expect(blocks.length).toBeGreaterThan(0)
    expect(inline.length).toBeGreaterThan(3)
    for (const statements of [...blocks, ...inline]) await sql.unsafe(statements)
  })

  test('the calls of “Working in Studio” are taken as they are written: each runs, or says by its code what is missing', async () => {
    const calls = tableWith(page, 'to …').map(([, call]) => codes(call!)[0]!)
    expect(calls.length).toBeGreaterThan(5)
    for (const call of calls) {
      const answer = await sql.unsafe(`select ${call.replace("'…'", 'gen_random_uuid()')}`).then(
        () => 'done',
        (error: postgres.PostgresError) => error.code,
      )
      expect(answer, call).toMatch(/^(done|PT404)$/)
    }
  })

  test('docs/operations.md lists every job, as often as it runs', async () => {
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

  test('docs/operations.md lists every setting with its default', async () => {
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

  test('docs/operations.md names every secret of the functions and of the vault', () => {
    const named = new Set(tableWith(page, 'where').flatMap(([, names]) => codes(names!)))
    const config = readFileSync('supabase/config.toml', 'utf8')
    const vault = /^\[db\.vault\]\n((?:\w+ = .*\n)+)/m.exec(config)![1]!
    const wanted = [...vault.matchAll(/^(\w+) =/gm)].map(([, name]) => name!)
    const ofTheCli = [...config.matchAll(/"env\((\w+)\)"/g)].map(([, name]) => name!)
      .filter((name) => !vault.includes(name))
    expect([...wanted, ...ofTheCli].filter((name) => !named.has(name))).toEqual([])
  })

  test('.env.example has every secret that docs/operations.md and config.toml name, and no other', () => {
    const example = Object.keys(parseEnv(readFileSync('.env.example', 'utf8')))
    const vault = ['project_url', 'secret_key']
    const named = tableWith(page, 'where').flatMap(([, names]) => codes(names!)).filter((name) =>
      !vault.includes(name)
    )
    expect(example.sort()).toEqual([...new Set(named)].sort())
  })

  describe('saved queries', () => {
    const folder = 'docs/operations/queries'
    const files = readdirSync(folder)

    test('every saved query is named in docs/operations.md, and says above itself what it answers', () => {
      const named = [...page.matchAll(/\]\(operations\/queries\/(\w+\.sql)\)/g)].map(([, file]) => file!)
      expect(named.sort()).toEqual([...files].sort())
      const silent = files.filter((file) => !/^-- [A-Z].*\.$/m.test(readFileSync(join(folder, file), 'utf8')))
      expect(silent).toEqual([])
    })

    test.each(files)('the saved query %s reads the demo data, and nothing is written', async (file) => {
      const rows = await sql.begin('read only', (tx) => tx.unsafe(readFileSync(join(folder, file), 'utf8')))
      expect(rows.columns.length).toBeGreaterThan(3)
    })

    test('what a saved query says to call decides what waits', async () => {
      await sql.begin(async (tx) => {
        const [store] = await tx<{ id: string }[]>`select id from public.stores limit 1`
        await tx`update public.stores set status = 'pending' where id = ${store!.id}`
        const query = readFileSync(join(folder, 'what_waits.sql'), 'utf8')
        const waiting = await tx.unsafe(query)
        expect(waiting.map(({ what }) => what as string)).toContain('store')
        for (const { to_decide } of waiting) await tx.unsafe(to_decide as string)
        expect(await tx.unsafe(query)).toEqual([])
        throw new RolledBack()
      }).catch((error) => {
        if (!(error instanceof RolledBack)) throw error
      })
    })
  })

  describe('metrics', () => {
    const dashboard = readFileSync('docs/operations/grafana-dashboard.json', 'utf8')
    const isInstalled = spawnSync('promtool', ['--version']).error === undefined
    let text: string

    beforeAll(async () => {
      await sql`select public.record_request('payments', '/', 'POST', 200, 12)`
      await sql`select private.run_job('purge')`
      // Verbs are counted when a role of the API calls them as a statement of its own, as REST does.
      await sql.begin(async (tx) => {
        await tx`set local role anon`
        await tx`select * from "public"."search_products"('none')`
      })
      text = exposition(await sql<Sample[]>`select * from public.read_metrics()`)
    })

    test('the metrics of the dashboard are all told, and all that are told are shown', () => {
      const told = new Set([...text.matchAll(/^(marketbase_\w+)/gm)].map(([, name]) => name!))
      const shown = new Set([...dashboard.matchAll(/marketbase_\w+/g)].map(([name]) => name))
      expect([...shown].filter((name) => !told.has(name))).toEqual([])
      expect([...told].filter((name) => !shown.has(name))).toEqual([])
    })

    test('metrics are named as Prometheus names: units are base units, counters are totals', () => {
      const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({
        name: name!,
        type: type!,
      }))
      expect(families.length).toBeGreaterThan(10)
      expect(families.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual(
        [],
      )
      expect(families.filter(({ name }) => /milliseconds|minutes|hours|_ms|_(sum|count|bucket)$/.test(name)))
        .toEqual([])
      expect(families.map(({ name }) => name)).toEqual([...new Set(families.map(({ name }) => name))])
    })

    test.runIf(isInstalled)('metrics and their scrape configuration pass Prometheus’ own checks', () => {
      expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('')
      execFileSync('promtool', ['check', 'config', '--syntax-only', 'docs/operations/prometheus.yml'])
    })
  })
})
