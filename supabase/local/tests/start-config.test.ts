import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { connect, createServer } from 'node:net'
import { basename, join } from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { loadConfig, rebase } from '../config.ts'
import { ConfiguredKeys, generateKeys, withConfigured } from '../keys.ts'
import { listenOn } from '../ports.ts'
import { splitStatements } from '../postgres/statements.ts'
import { releaseLater } from '../testing/index.ts'

async function configOf(text: string, environment: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'config-'))
  releaseLater(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'supabase'))
  await writeFile(join(directory, 'supabase', 'config.toml'), text)
  return await loadConfig(directory, environment)
}

describe('config.toml', () => {
  test('has the defaults of the official CLI', async () => {
    const config = await configOf('project_id = "x"')
    expect(config).toMatchObject({
      api: { port: 54321, auto_expose_new_tables: true },
      db: { port: 54322, seed: { enabled: true, sql_paths: ['./seed.sql'] } },
      local_smtp: { port: 54324 },
    })
  })

  test('takes values from the environment, and leaves names that are not there as they are', async () => {
    const config = await configOf(
      'project_id = "x"\n[auth]\nsite_url = "env(SITE)"\n[a]\nb = ["env(NONE)"]',
      {
        SITE: 'http://shop.example',
      },
    )
    expect(config.sections['auth']).toEqual({ site_url: 'http://shop.example' })
    expect(config.sections['a']).toEqual({ b: ['env(NONE)'] })
  })

  test('points at the API that really listens, and at nothing else', async () => {
    const { sections } = await configOf(
      'project_id = "x"\n[api]\nport = 54321\n[x]\n' +
        'own = "http://127.0.0.1:54321/functions/v1/hook"\nhost = "http://localhost:54321"\n' +
        'other = "http://127.0.0.1:543210/"\nfar = "https://shop.example:54321/"',
    )
    expect(rebase(sections, 'http://127.0.0.1:7')['x']).toEqual({
      own: 'http://127.0.0.1:7/functions/v1/hook',
      host: 'http://127.0.0.1:7',
      other: 'http://127.0.0.1:543210/',
      far: 'https://shop.example:54321/',
    })
  })

  test.each([
    ['project_id = "My Shop/2"', 'My_Shop_2'],
    ['project_id = "..x"', 'x'],
    [`project_id = "${'x'.repeat(50)}"`, 'x'.repeat(40)],
    ['project_id = "…"', 'project'],
  ])('%j names a project as the official CLI would', async (text, id) => {
    expect((await configOf(text)).project_id).toBe(id)
  })

  test('is understood under the older name of a section', async () => {
    expect((await configOf('[inbucket]\nport = 7')).local_smtp.port).toBe(7)
    expect((await configOf('[inbucket]\nport = 7\n[local_smtp]\nport = 8')).local_smtp.port).toBe(8)
  })

  test('without a project_id takes the name of the folder', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'my shop-'))
    releaseLater(() => rm(directory, { recursive: true, force: true }))
    await mkdir(join(directory, 'supabase'))
    await writeFile(join(directory, 'supabase', 'config.toml'), '[api]\nport = 54321\n')
    const { project_id } = await loadConfig(directory, {})
    expect(project_id).toBe(basename(directory).replace(' ', '_'))
  })

  test.each([
    ['project_id = 5', 'project_id'],
    ['project_id = "x"\n[db]\nport = 70000', '[db] port'],
    ['project_id = "x"\n[api', 'line 2'],
  ])('%j is refused in one sentence', async (text, expected) => {
    await expect(configOf(text)).rejects.toThrow(expected)
  })
})

describe('a port', () => {
  /** A server that listens, and the port that it has. */
  async function listener(): Promise<number> {
    const server = createServer((socket) => socket.on('error', () => {}))
    releaseLater(async () => void server.close())
    return await listenOn(server, 0, '127.0.0.1', 'a test')
  }

  test('on which somebody listens is taken', async () => {
    const port = await listener()
    const started = listenOn(createServer(), port, '127.0.0.1', 'the API')
    await expect(started).rejects.toThrow(`Port ${port} (the API) is taken: end what listens there`)
    await expect(started).rejects.toThrow('npm start -- --port-offset 100')
  })

  test.skipIf(process.platform !== 'linux')(
    'that an outgoing connection holds is waited for, and told apart from one on which somebody listens',
    async () => {
      const connection = connect({ host: '127.0.0.1', port: await listener() })
      await once(connection, 'connect')
      const port = connection.localPort!
      await expect(listenOn(createServer(), port, '127.0.0.1', 'the database')).rejects.toThrow(
        `Port ${port} (the database) is lent to another program's outgoing connection`,
      )
      const second = createServer()
      releaseLater(async () => void second.close())
      const patient = listenOn(second, port, '127.0.0.1', 'the database')
      connection.resetAndDestroy()
      expect(await patient).toBe(port)
    },
  )
})

describe('keys in config.toml', () => {
  const DEMO_SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long'

  test('take the place of those that are made; a secret signs the legacy keys of the official CLI', async () => {
    const made = await generateKeys()
    const keys = await withConfigured(made, ConfiguredKeys.parse({ jwt_secret: DEMO_SECRET }))
    expect(keys.jwtSecret).toBe(DEMO_SECRET)
    const [, claims] = keys.anonJwt.split('.') as [string, string, string]
    expect(Buffer.from(claims, 'base64url').toString()).toBe(
      '{"iss":"supabase-demo","role":"anon","exp":1983812996}',
    )
    expect(keys.secretKey).toBe(made.secretKey)
    expect(await withConfigured(made, ConfiguredKeys.parse({ secret_key: 'sb_secret_mine' }))).toEqual({
      ...made,
      secretKey: 'sb_secret_mine',
    })
  })

  test('that name a variable which is not there are none, and a short secret is refused', async () => {
    const made = await generateKeys()
    expect(await withConfigured(made, ConfiguredKeys.parse({ jwt_secret: 'env(NOT_THERE_AT_ALL)' }))).toEqual(
      made,
    )
    expect(ConfiguredKeys.safeParse({ jwt_secret: 'short' }).success).toBe(false)
  })
})

describe('a script', () => {
  test.each([
    ['select 1; select 2', ['select 1', 'select 2']],
    ["select ';'; select E'\\';'", ["select ';'", "select E'\\';'"]],
    ['select "a;b"', ['select "a;b"']],
    ['do $$ begin; end; $$; select $tag$ $$;$$ $tag$', ['do $$ begin; end; $$', 'select $tag$ $$;$$ $tag$']],
    ['/* a; /* b; */ c; */ select 1; -- the end;', ['/* a; /* b; */ c; */ select 1']],
    [
      'create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
      [
        'create function f() returns int begin atomic select case when true then 1 end; select 2; end',
        'select 3',
      ],
    ],
    ['begin; select 1; end;', ['begin', 'select 1', 'end']],
    ['select a$1; select 2', ['select a$1', 'select 2']],
    ['  ; ;; -- nothing', []],
  ])('%j is split into its statements', (script, statements) => {
    expect(splitStatements(script)).toEqual(statements)
  })
})
