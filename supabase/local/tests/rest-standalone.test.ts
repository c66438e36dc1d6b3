import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectAs, createDatabase, releaseLater } from '../testing/index.ts'
import { freePorts } from '../testing/cli.ts'

// The REST service alone, as `npm run platform:rest` starts it.

let directory: string
let uri: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rest-'))
  releaseLater(() => rm(directory, { recursive: true, force: true }))
  const database = await createDatabase('platform')
  await connectAs(database).unsafe(`
    create schema second;
    grant usage on schema second to anon, authenticated;
    create table public.things (id integer);
    create table second.others (id integer);
    grant select on second.others to anon, authenticated`).simple()
  uri = `postgres://authenticator:${database.password}@${database.host}:${database.port}/${database.name}`
})

interface Running {
  child: ChildProcess
  url: string
  admin: string
}

/** Starts the service with a config file, and waits until it is ready. */
async function start(file: string, config: string): Promise<Running> {
  const [port, adminPort] = await freePorts(2) as [number, number]
  await writeFile(
    join(directory, file),
    `db-uri = "${uri}"\nserver-port = ${port}\nadmin-server-port = ${adminPort}\n${config}`,
  )
  const child = spawn(process.execPath, [
    'supabase/local/bin/run.mjs',
    'supabase/local/rest/standalone.ts',
    join(directory, file),
  ], { stdio: ['ignore', 'pipe', 'inherit'] })
  releaseLater(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  for await (const line of createInterface(child.stdout!)) if (line.startsWith('Listening')) break
  const running = { child, url: `http://127.0.0.1:${port}`, admin: `http://127.0.0.1:${adminPort}` }
  await eventually(async () => (await fetch(`${running.admin}/ready`)).status === 200)
  return running
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}

const status = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(url, { headers })).status

function token(claims: object, secret: Buffer): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

describe('the service alone', () => {
  test('reads its options again when it is told to, and stays up', async () => {
    const base = 'db-anon-role = "anon"\ndb-config = false\n'
    const { child, url, admin } = await start('reload.conf', `${base}db-schemas = "public"`)
    expect(await status(`${url}/things`)).toBe(200)
    expect(await status(`${url}/others`, { 'accept-profile': 'second' })).toBe(406)
    const port = new URL(url).port
    const adminPort = new URL(admin).port
    await writeFile(
      join(directory, 'reload.conf'),
      `db-uri = "${uri}"\nserver-port = ${port}\nadmin-server-port = ${adminPort}\n${base}db-schemas = "public,second"`,
    )
    child.kill('SIGUSR2')
    await eventually(async () => (await status(`${url}/others`, { 'accept-profile': 'second' })) === 200)
    await writeFile(join(directory, 'reload.conf'), `${base}jwt-role-claim-key = "no path"`)
    child.kill('SIGUSR2')
    child.kill('SIGUSR1')
    const loads = async () => (await (await fetch(`${admin}/metrics`)).text())
    await eventually(async () =>
      (await loads()).includes('pgrst_schema_cache_loads_total{status="SUCCESS"} 3\n')
    )
    expect(await status(`${url}/things`)).toBe(200)
    expect(await status(`${url}/others`, { 'accept-profile': 'second' })).toBe(200)
    expect(child.exitCode).toBeNull()
    expect(await (await fetch(`${admin}/schema_cache`)).json()).toHaveProperty('tables')
    expect(await status(`${admin}/live`)).toBe(200)
    expect(await status(`${admin}/nothing`)).toBe(404)
  })

  test('takes a secret of any bytes out of a file, and finds the role where it is told', async () => {
    const secret = Buffer.concat([Buffer.from([0, 0x80, 0xff, 10]), randomBytes(32), Buffer.from([0xfe])])
    await writeFile(join(directory, 'secret'), Buffer.concat([secret, Buffer.from('\n')]))
    const { url } = await start(
      'secret.conf',
      `db-config = false\ndb-schemas = "second"\njwt-secret = "@${join(directory, 'secret')}"\n` +
        `jwt-role-claim-key = "$.realm.roles[?search(@, '^auth')]"`,
    )
    const claims = { realm: { roles: ['other', 'authenticated'] } }
    const bearer = (key: Buffer) => ({ authorization: `Bearer ${token(claims, key)}` })
    expect(await status(`${url}/others`, bearer(secret))).toBe(200)
    expect(await status(`${url}/others`, bearer(Buffer.concat([secret, Buffer.from('\n')])))).toBe(401)
    expect(await status(`${url}/others`)).toBe(401)
  })

  test('lets pages of the origins that it is told of use it with credentials, and no others', async () => {
    const { url } = await start(
      'cors.conf',
      'db-config = false\ndb-anon-role = "anon"\nserver-cors-allowed-origins = "http://a.example, http://b.example"',
    )
    const cors = async (origin: string) => {
      const { headers } = await fetch(`${url}/things`, { headers: { origin } })
      return [
        headers.get('access-control-allow-origin'),
        headers.get('access-control-allow-credentials'),
        headers.get('access-control-expose-headers')?.includes('Content-Range'),
      ]
    }
    expect(await cors('http://b.example')).toEqual(['http://b.example', 'true', true])
    expect(await cors('http://c.example')).toEqual([null, null, undefined])
  })

  test('does not start with a path to the role that is none', async () => {
    await writeFile(join(directory, 'wrong.conf'), 'jwt-role-claim-key = "no path"')
    const child = spawn(process.execPath, [
      'supabase/local/bin/run.mjs',
      'supabase/local/rest/standalone.ts',
      join(directory, 'wrong.conf'),
    ], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr!.on('data', (chunk) => said += chunk)
    expect((await once(child, 'close'))[0]).toBe(1)
    expect(said).toContain('failed to parse role-claim-key value (no path)')
  })
})
