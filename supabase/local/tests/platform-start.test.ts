import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import { configOf, createProject, freePorts, type Project, runCli, spawnCli } from '../testing/cli.ts'
import { signJwtWithSecret } from '../jwt.ts'
import { releaseLater } from '../testing/index.ts'
import { draws } from '../testing/random.ts'

const NOBODY = 65534
const isRoot = process.getuid?.() === 0

const notes = { '20260101000000_notes.sql': 'create table public.notes (text text);' }

/** One connection as the owner of a project's database. */
function connectTo(project: Project): postgres.Sql {
  const sql = postgres(`postgresql://postgres:postgres@127.0.0.1:${project.databasePort}/postgres`, {
    max: 1,
    onnotice: () => {},
  })
  releaseLater(() => sql.end({ timeout: 1 }))
  return sql
}

async function write(project: Project, text: string): Promise<void> {
  const sql = connectTo(project)
  await sql`insert into public.notes values (${text})`
  await sql.end()
}

async function read(project: Project): Promise<string[]> {
  const sql = connectTo(project)
  const rows = await sql<{ text: string }[]>`select text from public.notes order by text`
  await sql.end()
  return rows.map(({ text }) => text)
}

// Each starts a platform twice, which takes a loaded machine its time.
describe('a start', { timeout: 120_000 }, () => {
  test('a start takes the secret that config.toml sets: the well-known keys of the official CLI open every service', async () => {
    const project = await createProject()
    await writeFile(
      join(project.directory, 'supabase', 'config.toml'),
      `${configOf(project)}[auth]\njwt_secret = "super-secret-jwt-token-with-at-least-32-characters-long"\n`,
    )
    const cli = spawnCli(project, ['start'])
    await cli.ready()
    const demo = async (role: string) =>
      await signJwtWithSecret(
        { iss: 'supabase-demo', role, exp: 1983812996 },
        'super-secret-jwt-token-with-at-least-32-characters-long',
      )
    const ask = async (path: string, key: string) => {
      const headers = { apikey: key, authorization: `Bearer ${key}` }
      return (await fetch(`http://127.0.0.1:${project.apiPort}${path}`, { headers })).status
    }
    const [anon, service] = await Promise.all([demo('anon'), demo('service_role')])
    expect(await ask('/auth/v1/admin/users', service)).toBe(200)
    expect(await ask('/auth/v1/admin/users', anon)).toBe(403)
    expect(await ask('/storage/v1/bucket', service)).toBe(200)
    expect(await ask('/rest/v1/', service)).toBe(200)
    expect((await runCli(project, ['status'])).output).toContain(`http://127.0.0.1:${project.apiPort}`)
    await cli.end()
  })

  test('a start applies migrations, also those that came since, and keeps the data', async () => {
    const project = await createProject({ migrations: notes })
    const first = spawnCli(project, ['start'])
    await first.ready()
    await write(project, 'kept')
    expect(await first.end('SIGINT')).toBe(0)
    expect(first.output).toContain('the data stays')

    await writeFile(
      join(project.directory, 'supabase', 'migrations', '20260102000000_more.sql'),
      "insert into public.notes values ('from the migration');",
    )
    const second = spawnCli(project, ['start'])
    await second.ready()
    expect(await read(project)).toEqual(['from the migration', 'kept'])

    const status = await runCli(project, ['status'])
    expect(status.code).toBe(0)
    expect(status.output).toContain(`http://127.0.0.1:${project.apiPort}`)
    expect((await runCli(project, ['stop'])).code).toBe(0)
    expect(await second.exited).toBe(0)
    expect((await runCli(project, ['status'])).code).toBe(1)

    expect((await runCli(project, ['reset'])).code).toBe(0)
    expect(await readdir(join(project.directory, 'supabase', '.local'))).toEqual(['keys.json'])
  })

  test('a start goes on after a kill -9, which leaves Postgres running', async () => {
    const project = await createProject({ migrations: notes })
    const killed = spawnCli(project, ['start'])
    await killed.ready()
    await write(project, 'committed')
    await killed.end('SIGKILL')

    const next = spawnCli(project, ['start'])
    await next.ready()
    expect(await read(project)).toEqual(['committed'])
    expect(await next.end()).toBe(0)
  })

  test('a start goes on after a kill -9 of everything', async () => {
    const project = await createProject({ migrations: notes })
    const killed = spawnCli(project, ['start'])
    await killed.ready()
    await write(project, 'committed')
    const postmaster = await postmasterOf(project)
    await killed.end('SIGKILL')
    process.kill(postmaster, 'SIGKILL')

    const next = spawnCli(project, ['start'])
    await next.ready()
    expect(await read(project)).toEqual(['committed'])
    await next.end()
  })

  test.each([450, 900, 1400])(
    'a start recovers from a first one that was killed after %i ms',
    async (after) => {
      const project = await createProject({ migrations: notes })
      const killed = spawnCli(project, ['start'])
      await sleep(after)
      await killed.end('SIGKILL')

      const next = spawnCli(project, ['start'])
      await next.ready()
      expect(await read(project)).toEqual([])
      await next.end()
    },
  )

  test.each(['start', 'reset'])(
    'a %s ends what still writes in the folder of an interrupted initdb, and removes it',
    async (command) => {
      const project = await createProject({ migrations: notes })
      const home = join(project.directory, 'supabase', '.local', 'postgres')
      const unfinished = join(home, 'initdb-1')
      await mkdir(unfinished, { recursive: true })
      // The one names its folder as initdb does, the other as the servers that initdb starts.
      const writing = 'while :; do mkdir -p "$0/global/base"; : > "$0/global/base/$$"; done'
      const writers = [
        spawn('sh', ['-c', writing, unfinished], { stdio: 'ignore' }),
        spawn('sh', ['-c', writing.replaceAll('$0', '$PGDATA')], {
          stdio: 'ignore',
          env: { ...process.env, PGDATA: unfinished },
        }),
      ]
      const ended = writers.map((writer) => once(writer, 'exit'))
      releaseLater(async () => writers.forEach((writer) => writer.kill('SIGKILL')))

      if (command === 'start') {
        const cli = spawnCli(project, ['start'])
        await cli.ready()
        expect(await read(project)).toEqual([])
        await cli.end()
      } else {
        expect((await runCli(project, ['reset'])).code).toBe(0)
      }
      expect(await Promise.all(ended)).toEqual([[null, 'SIGKILL'], [null, 'SIGKILL']])
      await expect(stat(unfinished)).rejects.toThrow('ENOENT')
    },
  )

  test('a start that is interrupted by Ctrl-C leaves nothing running', async () => {
    const project = await createProject({ migrations: notes })
    const interrupted = spawnCli(project, ['start'])
    await sleep(800)
    await interrupted.end('SIGINT')
    await expect(connectTo(project)`select 1`).rejects.toThrow('ECONNREFUSED')

    const next = spawnCli(project, ['start'])
    await next.ready()
    await next.end()
  })

  test('a second start on the same data is refused, and the first one is not harmed', async () => {
    const project = await createProject({ migrations: notes })
    const first = spawnCli(project, ['start'])
    await first.ready()
    const second = await runCli(project, ['start'])
    expect(second.code).toBe(1)
    expect(sentences(second.output)).toEqual([expect.stringContaining('running already')])
    await write(project, 'still there')
    await first.end()

    // Data without its keys is of no use, and says so.
    await rm(join(project.directory, 'supabase', '.local', 'keys.json'))
    const locked = await runCli(project, ['start'])
    expect(locked.code).toBe(1)
    expect(sentences(locked.output)).toEqual([expect.stringContaining('keys.json')])
  })

  test('two copies of a project start side by side, on other ports', async () => {
    const project = await createProject({ migrations: notes })
    const copy = await createProject({ config: configOf(project), migrations: notes })
    const offset = 1000 + Math.floor(draws()() * 1000)
    const first = spawnCli(project, ['start'])
    const second = spawnCli(copy, ['start', '--port-offset', String(offset)])
    await Promise.all([first.ready(), second.ready()])
    await write(project, 'first')
    await write({ ...copy, databasePort: project.databasePort + offset }, 'second')
    expect(await read(project)).toEqual(['first'])
    expect((await fetch(`http://127.0.0.1:${project.apiPort + offset}/auth/v1/health`)).status).toBe(200)
    await Promise.all([first.end(), second.end()])
  })

  test('the database is told at each start where the pages of this copy are', async () => {
    const [sitePort] = await freePorts(1)
    const project = await createProject({
      migrations: { '20260101000000_addresses.sql': 'create table public.addresses (url text);' },
    })
    await writeFile(
      join(project.directory, 'supabase', 'config.toml'),
      `${configOf(project)}[auth]\nsite_url = "http://127.0.0.1:${sitePort}"\n`,
    )
    await writeFile(join(project.directory, 'package.json'), '{ "type": "module" }')
    await writeFile(join(project.directory, 'index.html'), '')
    await writeFile(
      join(project.directory, 'supabase', 'project.ts'),
      `export default { site: {
        name: 'Pages',
        build: async () => ${JSON.stringify(project.directory)},
        announce: async (sql, url) => void await sql\`insert into public.addresses values (\${url})\`,
      } }`,
    )
    for (const offset of [0, 50]) {
      const cli = spawnCli(project, ['start', '--port-offset', String(offset)])
      await cli.ready()
      const sql = connectTo({ ...project, databasePort: project.databasePort + offset })
      const rows = await sql<{ url: string }[]>`select url from public.addresses`
      expect(rows.at(-1)).toEqual({ url: `http://127.0.0.1:${sitePort! + offset}` })
      await sql.end()
      await cli.end()
    }
  })
})

test('that the port of the database editor is taken is told, and no reason not to start', async () => {
  const project = await createProject()
  const server = createServer().listen(project.studioPort, '127.0.0.1')
  releaseLater(async () => server.close())
  const cli = spawnCli(project, ['start'])
  await cli.ready()
  expect(cli.output).toContain(`Port ${project.studioPort} (Studio) is taken`)
  await cli.end()
})

describe('one sentence and exit code 1', () => {
  test.each(['apiPort', 'databasePort', 'inboxPort'] as const)('when the %s is taken', async (which) => {
    const project = await createProject()
    const server = createServer().listen(project[which], '127.0.0.1')
    releaseLater(async () => server.close())
    const { code, output } = await runCli(project, ['start'])
    expect(code).toBe(1)
    expect(sentences(output)).toEqual([expect.stringContaining(`Port ${project[which]}`)])
    expect(output).toContain('npm start -- --port-offset 100')
    expect(output).toContain('end what listens there')
  })

  test.each([
    ['is missing', undefined, 'no supabase/config.toml'],
    ['is no TOML', 'project_id = \n', 'config.toml, line 1'],
    ['has a setting of the wrong kind', 'project_id = "x"\n[api]\nport = "many"\n', '[api] port'],
  ])('when config.toml %s', async (_what, config, expected) => {
    const project = await createProject(config === undefined ? {} : { config })
    const directory = config === undefined
      ? join(project.directory, 'supabase', 'migrations')
      : project.directory
    const { code, output } = await runCli({ directory }, ['start'])
    expect(code).toBe(1)
    expect(sentences(output)).toEqual([expect.stringContaining(expected)])
  })

  test.each([
    '[auth]\njwt_expiry = -5',
    '[storage]\nfile_size_limit = "many"',
    '[auth]\njwt_secret = "short"',
  ])(
    'a service that is set wrongly (%j) is told in one sentence, though its ports are taken, too',
    async (section) => {
      const project = await createProject()
      const server = createServer().listen(project.apiPort, '127.0.0.1')
      releaseLater(async () => server.close())
      await writeFile(
        join(project.directory, 'supabase', 'config.toml'),
        `${configOf(project)}${section}\n`,
      )
      const { code, output } = await runCli(project, ['start'])
      expect(code).toBe(1)
      expect(sentences(output)).toEqual([expect.stringContaining(section.split('\n')[0]!)])
    },
  )

  test('a migration that fails is told in one sentence, with its file and line, and the next start goes on', async () => {
    const project = await createProject({
      migrations: { ...notes, '20260102000000_wrong.sql': 'select 1;\nselect * from nothing;' },
    })
    const { code, output } = await runCli(project, ['start'])
    expect(code).toBe(1)
    expect(output).toContain('20260102000000_wrong.sql, line 2')
    expect(output).toContain('relation "nothing" does not exist')
    expect(output).not.toMatch(/^ +at /m)

    await writeFile(
      join(project.directory, 'supabase', 'migrations', '20260102000000_wrong.sql'),
      'select 1;',
    )
    const next = spawnCli(project, ['start'])
    await next.ready()
    await next.end()
  })

  test('data made by another version of Postgres is told in one sentence and not touched', async () => {
    const project = await createProject()
    const data = join(project.directory, 'supabase', '.local', 'postgres', 'data')
    await mkdir(data, { recursive: true })
    await writeFile(join(data, 'PG_VERSION'), '15\n')
    if (isRoot) await chown(data, NOBODY, NOBODY)
    const { code, output } = await runCli(project, ['start'])
    expect(code).toBe(1)
    expect(sentences(output)).toEqual([expect.stringContaining('Postgres 15')])
    expect(await readFile(join(data, 'PG_VERSION'), 'utf8')).toBe('15\n')
  })

  test.runIf(isRoot)('a folder that cannot be written is told in one sentence', async () => {
    const project = await createProject()
    const { code, output } = await runCli(project, ['start'], { uid: NOBODY, gid: NOBODY })
    expect(code).toBe(1)
    expect(sentences(output)).toEqual([expect.stringContaining('cannot be written')])
  })

  test('a wrong command line is told in one sentence', async () => {
    const project = await createProject()
    for (const args of [['fly'], ['start', '--port-offset', 'many'], ['start', '--nonsense']]) {
      const { code, output } = await runCli(project, args)
      expect(code).toBe(1)
      expect(sentences(output)).toHaveLength(1)
    }
  })
})

describe('as a package of another project', { timeout: 120_000 }, () => {
  test('its command knows the project that it is called in, and installs nothing', async () => {
    const project = await createProject()
    const local = join(process.cwd(), 'supabase', 'local')
    const installed = join(project.directory, 'node_modules', '@marketbase', 'local')
    await cp(local, installed, {
      recursive: true,
      filter: (path) => !['tests', 'node_modules'].includes(basename(path)),
    })
    await symlink(join(process.cwd(), 'node_modules'), join(installed, 'node_modules'))
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      bin: Record<string, string>
    }
    const command = join(installed, bin['marketbase-local']!)
    await chmod(command, 0o755) // as npm does
    const child = spawn(command, ['status'], {
      cwd: project.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    })
    let said = ''
    child.stdout.on('data', (chunk) => said += chunk)
    child.stderr.on('data', (chunk) => said += chunk)
    expect(await once(child, 'close')).toEqual([1, null])
    expect(sentences(said)).toEqual([expect.stringContaining('The platform is not running')])
  })
})

describe.runIf(isRoot)('whoever starts it', { timeout: 120_000 }, () => {
  test('an ordinary user has data of their own', async () => {
    const project = await createProject({ uid: NOBODY, gid: NOBODY, migrations: notes })
    const cli = spawnCli(project, ['start'], { uid: NOBODY, gid: NOBODY })
    await cli.ready()
    expect((await stat(join(project.directory, 'supabase', '.local', 'postgres', 'data'))).uid).toBe(NOBODY)
    expect(await cli.end()).toBe(0)

    // Root goes on with the same data, as the same user.
    const asRoot = spawnCli(project, ['start'])
    await asRoot.ready()
    expect(await read(project)).toEqual([])
    expect((await stat(join(project.directory, 'supabase', '.local', 'postgres', 'data'))).uid).toBe(NOBODY)
    await asRoot.end()
  })

  test('root may start it from a folder that nobody else can enter', async () => {
    const project = await createProject({ mode: 0o700, migrations: notes })
    const cli = spawnCli(project, ['start'])
    await cli.ready()
    await write(project, 'kept')
    const homes = (await readdir('/var/lib')).filter((name) => name.startsWith('cli-test-'))
    expect(homes).toHaveLength(1)
    await cli.end()
    const next = spawnCli(project, ['start'])
    await next.ready()
    expect(await read(project)).toEqual(['kept'])
    await next.end()
    await runCli(project, ['reset'])
    expect((await readdir('/var/lib')).filter((name) => name.startsWith('cli-test-'))).toEqual([])
  })
})

/** What was said, without the lines of progress. */
function sentences(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '' && !line.includes('✓'))
}

async function postmasterOf(project: Project): Promise<number> {
  const file = join(project.directory, 'supabase', '.local', 'postgres', 'data', 'postmaster.pid')
  return Number((await readFile(file, 'utf8')).split('\n')[0])
}
