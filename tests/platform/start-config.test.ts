import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig, rebase } from '../../supabase/local/config.ts'
import { splitStatements } from '../../supabase/local/postgres/statements.ts'
import { releaseLater } from '../support/index.ts'

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
    ['', 'project_id'],
    ['project_id = "a/b"', 'project_id'],
    ['project_id = "x"\n[db]\nport = 70000', '[db] port'],
    ['project_id = "x"\n[api', 'line 2'],
  ])('%j is refused in one sentence', async (text, expected) => {
    await expect(configOf(text)).rejects.toThrow(expected)
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
