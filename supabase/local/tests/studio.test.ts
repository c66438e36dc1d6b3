import { existsSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Page } from 'playwright-core'
import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { startStudio } from '../studio/index.ts'
import { connectAs, createDatabase, releaseLater } from '../testing/index.ts'

const TOKEN = 'a-token-that-nobody-else-knows'

const TABLES = `
  create schema shop;
  create table shop.customers (
    id integer generated always as identity primary key, name text, since timestamptz);
  insert into shop.customers (name, since) values
    ('Ana', '2026-01-02 03:04:05.123456Z'), ('Ben', null);
  create view shop.names as select name from shop.customers;
  create materialized view shop.counted as select count(*) as customers from shop.customers;
  create table shop.events (at timestamptz not null, what text, primary key (at)) partition by range (at);
  create table shop.events_2026 partition of shop.events for values from ('2026-01-01') to ('2027-01-01');
  insert into shop.events values ('2026-05-05', 'a visit');`

const API = {
  openapi: '3.1.0',
  info: { title: 'A shop', version: '1' },
  paths: {
    '/greet': {
      get: {
        operationId: 'greet',
        tags: ['greetings'],
        summary: 'Greets.',
        security: [{ key: [] }],
        responses: { 200: { description: 'Done.' } },
      },
    },
  },
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'apikey' } } },
}

/** An API that says which key it was called with. */
async function startApi(): Promise<string> {
  const server = createServer((req, res) => {
    res.setHeader('access-control-allow-origin', '*')
    res.setHeader('access-control-allow-headers', 'apikey')
    res.end(`Hello ${req.headers['apikey']}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releaseLater(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Starts the editor of a database with a few tables, beside an API. */
async function open() {
  const database = await createDatabase('platform')
  const sql = connectAs(database)
  await sql.unsafe(TABLES).simple()
  const apiUrl = await startApi()
  const describe = () => Promise.resolve({ ...API, servers: [{ url: apiUrl }] })
  const reference = { apiUrl, publishableKey: 'sb_publishable_x', describe }
  const studio = await startStudio({
    port: 0,
    database,
    token: TOKEN,
    reference: () => Promise.resolve(reference),
  })
  releaseLater(() => studio.close())
  const { origin, port } = new URL(studio.url)
  const opened = await fetch(studio.url, { redirect: 'manual' })
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
  return {
    url: studio.url,
    apiUrl,
    referenceUrl: studio.referenceUrl,
    origin,
    port: Number(port),
    cookie,
    sql,
  }
}

describe('the database editor', () => {
  let studio: Awaited<ReturnType<typeof open>>

  beforeAll(async () => {
    studio = await open()
  })

  /** What a browser, or somebody else, sends; `fetch` would not name another host. */
  const send = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: studio.port, method, path, headers }, async (res) => {
        let text = ''
        for await (const chunk of res) text += chunk
        resolve({ status: res.statusCode!, body: text, headers: res.headers })
      })
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  const select = (sql: string, more: object = {}) => ({
    procedure: 'query',
    query: { sql, parameters: [] },
    ...more,
  })
  const ask = async (body: unknown, headers: Record<string, string> = {}) => {
    const answer = await send(
      'POST',
      '/query',
      { cookie: studio.cookie, origin: studio.origin, ...headers },
      body,
    )
    return { ...answer, result: answer.status === 200 ? JSON.parse(answer.body) as unknown[] : undefined }
  }

  test('the printed address gives a cookie that no script reads and no other site brings, and leaves no token behind', async () => {
    const opened = await fetch(studio.url, { redirect: 'manual' })
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/'])
    expect(opened.headers.get('set-cookie')).toMatch(/^studio_\d+=.*; HttpOnly; SameSite=Strict$/)
  })

  test('without the token nothing is shown and no SQL is run', async () => {
    for (const cookie of ['', `studio_${studio.port}=guess`, `studio_${studio.port}=`, `studio_1=${TOKEN}`]) {
      expect((await ask(select('select 1'), { cookie })).status, cookie).toBe(401)
      expect((await send('GET', '/page.js', { cookie })).status, cookie).toBe(401)
    }
    expect((await send('GET', '/?token=guess', {})).status).toBe(401)
    expect((await send('GET', '/', {})).body).toContain('npm start')
  })

  test('a page of another origin runs no SQL, even in the browser that opened the address', async () => {
    for (
      const origin of [
        'https://evil.example',
        'http://127.0.0.1:3000',
        `http://localhost:${studio.port}`,
        'null',
      ]
    ) {
      const answer = await ask(select('select 1'), { origin })
      expect([answer.status, answer.headers['access-control-allow-origin']], origin).toEqual([403, undefined])
    }
    const { status } = await send('POST', '/query', { cookie: studio.cookie }, select('select 1'))
    expect(status, 'no origin').toBe(403)
    const preflight = await send('OPTIONS', '/query', {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    })
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([401, undefined])
  })

  test('a foreign name that leads to this machine is refused, whatever it brings', async () => {
    for (const host of ['evil.example', `evil.example:${studio.port}`, '127.0.0.1', 'localhost']) {
      const origin = `http://${host}`
      expect((await ask(select('select 1'), { host, origin })).status, host).toBe(403)
      expect((await send('GET', `/?token=${TOKEN}`, { host })).status, host).toBe(403)
    }
    const host = `localhost:${studio.port}`
    expect((await ask(select('select 1'), { host, origin: `http://${host}` })).status).toBe(200)
  })

  test('its page may run its own script only, talk to nobody else, and stand in no frame', async () => {
    const { headers } = await send('GET', '/', { cookie: studio.cookie })
    const policy = String(headers['content-security-policy'])
    for (
      const part of [
        "default-src 'none'",
        "script-src 'self';",
        "connect-src 'self';",
        "frame-ancestors 'none'",
      ]
    ) {
      expect(policy).toContain(part)
    }
    expect(headers['x-frame-options']).toBe('DENY')
  })

  test('SQL is answered as the owner of the project, and what is wrong with it is said', async () => {
    expect((await ask(select('select current_user as who'))).result).toEqual([null, [{ who: 'postgres' }]])
    expect((await ask(select('select name from names', { schema: 'shop' }))).result)
      .toEqual([null, [{ name: 'Ana' }, { name: 'Ben' }]])
    expect((await ask(select('select nothing'))).result)
      .toEqual([expect.objectContaining({ message: 'column "nothing" does not exist' })])
    const lint = await ask({ procedure: 'sql-lint', sql: 'select name form shop.customers', schema: 'shop' })
    expect(lint.result?.[1]).toMatchObject({ diagnostics: [{ severity: 'error' }] })
  })

  test('several changes are made together or not at all', async () => {
    const change = (sql: string) => ({ sql, parameters: [] })
    const failed = await ask({
      procedure: 'transaction',
      queries: [change("update shop.customers set name = 'Eve' where id = 1"), change('select 1/0')],
    })
    expect(failed.result).toEqual([expect.objectContaining({ message: 'division by zero' })])
    expect((await ask(select('select name from shop.customers where id = 1'))).result)
      .toEqual([null, [{ name: 'Ana' }]])
  })

  test('a time keeps its microseconds', async () => {
    expect((await ask(select('select since from shop.customers where id = 1'))).result)
      .toEqual([null, [{ since: '2026-01-02 03:04:05.123456+00' }]])
  })

  test('a statement ends when nobody waits for its answer any more', async () => {
    const leave = new AbortController()
    const asking = fetch(`${studio.origin}/query`, {
      method: 'POST',
      headers: { cookie: studio.cookie, origin: studio.origin },
      body: JSON.stringify(select('select pg_sleep(60)')),
      signal: leave.signal,
    })
    const running = async () => {
      const { result } = await ask(
        select(
          `select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'`,
        ),
      )
      return (result as [null, [{ n: number }]])[1][0].n
    }
    await expect.poll(running, { timeout: 5_000 }).toBe(1)
    leave.abort()
    await expect(asking).rejects.toThrow()
    await expect.poll(running, { timeout: 5_000 }).toBe(0)
  })

  test('the API is shown to whoever asks on this machine, and opens no way to the database', async () => {
    const page = await send('GET', '/api', {})
    expect([page.status, page.body.includes('data-key="sb_publishable_x"')]).toEqual([200, true])
    expect(String(page.headers['content-security-policy'])).toContain(`connect-src 'self' ${studio.apiUrl};`)
    expect(JSON.parse((await send('GET', '/api/openapi.json', {})).body)).toMatchObject(API)
    expect((await send('GET', '/api/swagger-ui-bundle.js', {})).headers['content-type']).toContain(
      'javascript',
    )
    expect((await send('GET', '/api/openapi.json', { host: 'evil.example' })).status).toBe(403)
    for (const path of ['/api/..%2fquery', '/api/index.html', '/api/query']) {
      expect((await send('GET', path, {})).status, path).toBe(404)
    }
  })

  test('what is no request of the page is refused', async () => {
    expect((await ask({ procedure: 'drop everything' })).status).toBe(400)
    const answer = await fetch(`${studio.origin}/query`, {
      method: 'POST',
      headers: { cookie: studio.cookie, origin: studio.origin },
      body: 'no json',
    })
    expect(answer.status).toBe(400)
    expect((await send('GET', '/../package.json', { cookie: studio.cookie })).status).toBe(404)
  })
})

const CHROMIUM = '/usr/bin/chromium'
/** The page is bundled when it is first opened, on a machine that has other things to do. In milliseconds. */
const PATIENCE_MS = 90_000
if (!existsSync(CHROMIUM)) console.log(`Skipped: tests of the database editor in a browser need ${CHROMIUM}.`)

describe.skipIf(!existsSync(CHROMIUM))(
  'the database editor in a browser',
  { timeout: 2 * PATIENCE_MS },
  () => {
    let page: Page
    let origin: string
    let referenceUrl: string
    let apiUrl: string
    let sql: postgres.Sql
    const faults: string[] = []
    const called = new Set<string>()

    beforeAll(async () => {
      const studio = await open()
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
      releaseLater(() => browser.close())
      page = await browser.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('requestfinished', (sent) => called.add(new URL(sent.url()).origin))
      await page.goto(studio.url)
      await page.goto(`${studio.origin}/#schema=shop&view=table&table=customers`)
      await page.reload()
      ;({ origin, referenceUrl, apiUrl, sql } = studio)
    }, 2 * PATIENCE_MS)

    test('shows the tables, partitioned ones as one, the views, and their rows', async () => {
      for (const name of ['customers', 'names', 'counted', 'events']) {
        await page.getByRole('link', { name, exact: true }).or(
          page.getByRole('button', { name, exact: true }),
        ).waitFor()
      }
      expect(await page.getByText('events_2026').count()).toBe(0)
      await page.getByText('Ana', { exact: true }).waitFor()
      await page.getByText('2026-01-02 03:04:05.123456+00').waitFor()
    })

    test('saves what is typed into a cell', async () => {
      await page.getByText('Ben', { exact: true }).dblclick()
      await page.keyboard.press('Control+a')
      await page.keyboard.type('Benedict')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Save 1 row' }).click()
      await page.getByText('yes, write to db').click()
      await expect.poll(() => sql`select name from shop.customers where id = 2`, { timeout: PATIENCE_MS })
        .toEqual([{ name: 'Benedict' }])
    })

    test('runs SQL', async () => {
      await page.goto(`${origin}/#schema=shop&view=sql`)
      await page.locator('.cm-content').click()
      await page.keyboard.press('Control+a')
      await page.keyboard.type('select 6 * 7 as answer')
      await page.getByRole('button', { name: 'Run SQL' }).click()
      await page.getByText('42', { exact: true }).waitFor()
    })

    test('shows the API, and calls it with the key of frontends', async () => {
      await page.goto(referenceUrl)
      await page.getByText('greetings').click()
      await page.getByRole('button', { name: /Greets/ }).first().click()
      await page.getByRole('button', { name: 'Execute' }).click()
      await page.getByText('Hello sb_publishable_x').first().waitFor()
    })

    test('reaches nobody but this server and the API it shows', () => {
      expect([...called].sort()).toEqual([origin, apiUrl].sort())
      expect(faults).toEqual([])
    })
  },
)
