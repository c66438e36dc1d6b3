import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isDue, parseSchedule } from '../jobs/schedule.ts'
import { connectAs, startTestPlatform, type TestPlatform } from '../testing/index.ts'

let platform: TestPlatform
let receiver: Server
let address: string
const received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = []

beforeAll(async () => {
  receiver = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    received.push({ method: req.method!, url: req.url!, headers: req.headers, body })
    if (req.url === '/never') return
    if (req.url === '/moved') res.writeHead(302, { location: '/elsewhere' }).end()
    else res.writeHead(201, { 'content-type': 'text/plain', 'x-answer': '42' }).end('made')
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  platform = await startTestPlatform({ template: 'platform', withJobs: true })
  await platform.sql.unsafe(
    'create extension pg_cron; create extension pg_net; create table public.runs (who text)',
  )
    .simple()
})

afterAll(() => {
  receiver.closeAllConnections()
  receiver.close()
})

/** Asks again until there is an answer. */
async function eventually<Result>(
  ask: () => Promise<Result | undefined>,
  withinMs = 10_000,
): Promise<Result> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const result = await ask()
    if (result !== undefined) return result
    if (Date.now() > deadline) throw new Error(`nothing within ${withinMs} ms`)
    await sleep(50)
  }
}

describe('cron', () => {
  test('runs a job every few seconds, as the user who scheduled it, and records the run', async () => {
    const { sql } = platform
    const [job] = await sql`
      select cron.schedule('note', '1 second', 'insert into public.runs values (session_user)') as id`
    const run = await eventually(async () => {
      const [row] = await sql`
        select status, return_message, username, end_time is not null as has_ended
        from cron.job_run_details where jobid = ${job!['id']} and status <> 'running'`
      return row
    })
    expect(run).toEqual({
      status: 'succeeded',
      return_message: 'INSERT 0 1',
      username: 'postgres',
      has_ended: true,
    })
    expect((await sql`select distinct who from public.runs`)[0]).toEqual({ who: 'postgres' })
    await sql`select cron.unschedule('note')`
    await sleep(200)
    const [before] = await sql`select count(*) from public.runs`
    await sleep(1500)
    expect((await sql`select count(*) from public.runs`)[0]).toEqual(before)
  })

  test('records what went wrong', async () => {
    const { sql } = platform
    const [job] = await sql`select cron.schedule('broken', '1 second', 'select 1 / 0') as id`
    const run = await eventually(async () => {
      const [row] = await sql`
        select status, return_message from cron.job_run_details where jobid = ${
        job!['id']
      } and status = 'failed'`
      return row
    })
    expect(run).toEqual({ status: 'failed', return_message: 'ERROR:  division by zero' })
    await sql`select cron.unschedule('broken')`
  })

  test('does not let a job become a superuser', async () => {
    const { sql } = platform
    const [job] = await sql`
      select cron.schedule('climb', '1 second', $$
        reset session authorization;
        reset role;
        insert into public.runs select 'super ' || rolsuper from pg_roles where rolname = session_user
      $$) as id`
    await eventually(async () =>
      (await sql`select from cron.job_run_details where jobid = ${job!['id']} and status <> 'running'`)[0]
    )
    await sql`select cron.unschedule('climb')`
    expect(await sql`select who from public.runs where who like 'super %'`).toEqual([{ who: 'super false' }])
  })

  test('never runs the same job twice at the same time', async () => {
    const { sql } = platform
    await sql`
      select cron.schedule('slow', '1 second',
        'insert into public.runs values (''begin''); commit; select pg_sleep(2.5); insert into public.runs values (''end'')')`
    await sleep(4500)
    await sql`select cron.unschedule('slow')`
    const [row] = await sql`
      select max(running) as most from (
        select count(*) as running
        from cron.job_run_details as one
        join cron.job_run_details as two
          on two.jobid = one.jobid and two.start_time >= one.start_time
          and two.start_time < coalesce(one.end_time, now())
        where one.command like '%pg_sleep%'
        group by one.runid
      ) as counts`
    expect(Number(row!['most'])).toBe(1)
  })

  test('refuses schedules that are none', async () => {
    for (
      const schedule of [
        '',
        '60 seconds',
        '* * * *',
        '60 * * * *',
        '*/0 * * * *',
        '* * * foo *',
        '5-1 * * * *',
      ]
    ) {
      await expect(platform.sql`select cron.schedule(${schedule}, 'select 1')`).rejects.toThrow(
        'invalid schedule',
      )
    }
  })

  test('belongs to the owner of the project', async () => {
    for (const role of ['anon', 'authenticated', 'service_role'] as const) {
      await expect(connectAs(platform.database, role)`select cron.schedule('* * * * *', 'select 1')`).rejects
        .toThrow(
          'permission denied',
        )
    }
  })
})

describe('a schedule', () => {
  const due = (text: string, at: string) => {
    const schedule = parseSchedule(text)
    if (schedule?.kind !== 'calendar') throw new Error(`${text} is not a calendar schedule`)
    return isDue(schedule, new Date(at))
  }

  test.each([
    ['* * * * *', '2026-03-01T10:17:00Z', true],
    ['*/15 * * * *', '2026-03-01T10:30:00Z', true],
    ['*/15 * * * *', '2026-03-01T10:31:00Z', false],
    ['0 9-17 * * mon-fri', '2026-03-02T09:00:00Z', true],
    ['0 9-17 * * mon-fri', '2026-03-01T09:00:00Z', false],
    ['0 0 * jan,jul *', '2026-07-31T00:00:00Z', true],
    ['0 0 $ * *', '2028-02-29T00:00:00Z', true],
    ['0 0 $ * *', '2028-02-28T00:00:00Z', false],
    ['0 0 * * 7', '2026-03-01T00:00:00Z', true],
    ['0 0 13 * fri', '2026-03-13T00:00:00Z', true],
    ['0 0 13 * fri', '2026-03-06T00:00:00Z', true],
    ['0 0 13 * fri', '2026-03-12T00:00:00Z', false],
    ['@daily', '2026-03-12T00:00:00Z', true],
    ['10/20 * * * *', '2026-03-12T00:50:00Z', true],
  ])('%s at %s: %s', (text, at, expected) => {
    expect(due(text, at)).toBe(expected)
  })
})

describe('net', () => {
  const answerTo = (id: unknown) =>
    eventually(async () =>
      (await platform.sql`
        select status_code, content_type, content, timed_out, error_msg, headers ->> 'x-answer' as answer
        from net._http_response where id = ${id as string}`)[0]
    )

  test('sends a post with its headers, and keeps the answer', async () => {
    const [row] = await platform.sql`
      select net.http_post(
        ${`${address}/hook`}, '{"a": 1}', '{"q": "ä &"}',
        '{"Content-Type": "application/json", "apikey": "key"}'
      ) as id`
    expect(await answerTo(row!['id'])).toEqual({
      status_code: 201,
      content_type: 'text/plain',
      content: 'made',
      timed_out: false,
      error_msg: null,
      answer: '42',
    })
    const request = received.find(({ url }) => url.startsWith('/hook'))!
    expect(request).toMatchObject({ method: 'POST', url: '/hook?q=%C3%A4%20%26', body: '{"a": 1}' })
    expect(request.headers).toMatchObject({ apikey: 'key', 'content-type': 'application/json' })
  })

  test('sends nothing of a transaction that is rolled back', async () => {
    await platform.sql.begin(async (sql) => {
      await sql`select net.http_get(${`${address}/rolled-back`})`
      throw new Error('no')
    }).catch(() => {})
    const [row] = await platform.sql`select net.http_get(${`${address}/committed`}) as id`
    await answerTo(row!['id'])
    expect(received.map(({ url }) => url)).not.toContain('/rolled-back')
  })

  test('gives up after the timeout', async () => {
    const [row] = await platform.sql`
      select net.http_get(${`${address}/never`}, timeout_milliseconds => 200) as id`
    expect(await answerTo(row!['id'])).toMatchObject({ status_code: null, timed_out: true })
  })

  test('does not follow redirects, and reports addresses that cannot be reached', async () => {
    const [row] = await platform.sql`
      select net.http_get(${`${address}/moved`}) as moved, net.http_get('http://127.0.0.1:1/') as closed,
        net.http_get('nonsense') as nonsense`
    expect(await answerTo(row!['moved'])).toMatchObject({ status_code: 302 })
    expect(await answerTo(row!['closed'])).toMatchObject({ status_code: null, error_msg: expect.any(String) })
    expect(await answerTo(row!['nonsense'])).toMatchObject({
      status_code: null,
      error_msg: expect.any(String),
    })
  })
})

describe('the vault', () => {
  test('holds what config.toml gives, and nothing readable on disk', async () => {
    const { sql, apiUrl, keys } = platform
    const rows = await sql`select name, decrypted_secret from vault.decrypted_secrets order by name`
    expect(rows).toEqual([
      { name: 'project_url', decrypted_secret: apiUrl },
      { name: 'secret_key', decrypted_secret: keys.secretKey },
    ])
    const [raw] = await sql`select secret from vault.secrets where name = 'secret_key'`
    expect(raw!['secret']).not.toContain(keys.secretKey)
    expect(Buffer.from(raw!['secret'], 'base64').toString('latin1')).not.toContain(keys.secretKey)
  })

  test('creates and updates secrets, and keeps names unique', async () => {
    const { sql } = platform
    const [made] = await sql`select vault.create_secret('old', 'token', 'what it is for') as id`
    await sql`select vault.update_secret(${made!['id']}, 'new')`
    const rows = await sql`
      select name, description, decrypted_secret from vault.decrypted_secrets where id = ${made!['id']}`
    expect(rows).toEqual([{ name: 'token', description: 'what it is for', decrypted_secret: 'new' }])
    await expect(sql`select vault.create_secret('other', 'token')`).rejects.toThrow('duplicate key')
  })

  test('is closed to users, and gives nobody its key', async () => {
    for (const role of ['anon', 'authenticated'] as const) {
      await expect(connectAs(platform.database, role)`select * from vault.decrypted_secrets`).rejects.toThrow(
        'permission denied',
      )
    }
    await expect(platform.sql`select vault._row_key(gen_random_uuid(), ''::bytea)`).rejects.toThrow(
      'permission denied',
    )
    await expect(platform.sql`select pg_read_file('vault.key')`).rejects.toThrow('permission denied')
  })
})
