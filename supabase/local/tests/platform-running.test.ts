import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Cli, createProject, type Project, spawnCli } from '../testing/cli.ts'
import { releaseLater } from '../testing/index.ts'

/** Long enough for a crash recovery on a busy machine, in milliseconds. */
const RECOVERY_MS = 20_000

let project: Project
let cli: Cli
let key: string

beforeAll(async () => {
  project = await createProject({
    migrations: {
      '20260101000000_things.sql': `
        create table public.things (id int primary key);
        insert into public.things values (1);
        alter table public.things enable row level security;
        create policy things_select on public.things for select to anon using (true);
        grant select on public.things to anon;
        create function public.wait(seconds double precision) returns text language plpgsql set statement_timeout = 0
        as $$ begin perform pg_sleep(seconds); return 'done'; end $$;
        grant execute on function public.wait to anon;
        alter role anon set statement_timeout = '30s';`,
    },
  })
  cli = spawnCli(project, ['start'])
  await cli.ready()
  const keys = await readFile(join(project.directory, 'supabase', '.local', 'keys.json'), 'utf8')
  key = JSON.parse(keys).publishableKey
})

const api = (path: string) =>
  fetch(`http://127.0.0.1:${project.apiPort}/rest/v1${path}`, { headers: { apikey: key } })

/** Asks until it is served again; every answer until then must say that the service is not there, not that it broke. */
async function servedAgain(): Promise<number[]> {
  const seen: number[] = []
  const deadline = Date.now() + RECOVERY_MS
  while (Date.now() < deadline) {
    const response = await api('/things')
    await response.text()
    if (response.status === 200) return seen
    seen.push(response.status)
    await sleep(50)
  }
  throw new Error(`Not served again within ${RECOVERY_MS} ms; it answered ${[...new Set(seen)]}.`)
}

async function asSuperuser<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const keys = JSON.parse(await readFile(join(project.directory, 'supabase', '.local', 'keys.json'), 'utf8'))
  const sql = postgres({
    host: '127.0.0.1',
    port: project.databasePort,
    username: 'supabase_admin',
    password: keys.databasePassword,
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

describe('the platform serves again by itself', () => {
  test('the platform serves again after every database connection was cut', async () => {
    expect((await api('/things')).status).toBe(200)
    await asSuperuser((sql) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`
    )
    const answers = await servedAgain()
    expect(answers.filter((status) => status !== 503)).toEqual([])
    expect((await fetch(`http://127.0.0.1:${project.apiPort}/auth/v1/health`)).status).toBe(200)
  })

  test('the platform serves again after one backend crashed, which makes Postgres restart itself', async () => {
    const pid = await asSuperuser(async (sql) => {
      const [row] = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where usename = 'authenticator' limit 1`
      return row!.pid
    })
    process.kill(pid, 'SIGKILL')
    const answers = await servedAgain()
    expect(answers.filter((status) => status !== 503)).toEqual([])
  })

  test('the platform serves again after Postgres was killed', async () => {
    const file = join(project.directory, 'supabase', '.local', 'postgres', 'data', 'postmaster.pid')
    process.kill(Number((await readFile(file, 'utf8')).split('\n')[0]), 'SIGKILL')
    await sleep(100)
    const answers = await servedAgain()
    expect(answers.filter((status) => status !== 503)).toEqual([])
    expect(cli.output).toContain('Postgres is running again')
  })

  test('what was committed before all this is still there', async () => {
    expect(await (await api('/things')).json()).toEqual([{ id: 1 }])
  })
})

test('the address of the database editor is printed, and opens it; without what it carries nothing opens', async () => {
  const [, address] = /Studio +(\S+)/.exec(cli.output)!
  expect(new URL(address!).port).toBe(String(project.studioPort))
  expect((await fetch(address!, { redirect: 'manual' })).status).toBe(303)
  expect((await fetch(new URL('/', address))).status).toBe(401)
  // This project does not say what its API is.
  expect(cli.output).not.toContain('API reference')
})

describe('Ctrl-C', () => {
  test('Ctrl-C lets a request in flight finish, and ends Postgres', async () => {
    const inFlight = api('/rpc/wait?seconds=1.5')
    await sleep(300)
    const code = cli.end('SIGINT')
    const response = await inFlight
    expect(response.status).toBe(200)
    expect(await response.json()).toBe('done')
    expect(await code).toBe(0)
    await expect(asSuperuser((sql) => sql`select 1`)).rejects.toThrow('ECONNREFUSED')
  })

  test('Ctrl-C pressed twice does not wait', async () => {
    const again = spawnCli(project, ['start'])
    releaseLater(() => again.exited)
    await again.ready()
    const inFlight = api('/rpc/wait?seconds=25').catch(() => undefined)
    await sleep(300)
    process.kill(again.pid, 'SIGINT')
    await sleep(800)
    // Had it waited for the request, it would have ended with 0.
    expect(await again.end('SIGINT')).toBe(130)
    await inFlight

    const next = spawnCli(project, ['start'])
    await next.ready()
    expect((await api('/things')).status).toBe(200)
    await next.end()
  })
})
