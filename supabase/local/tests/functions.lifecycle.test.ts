import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, test } from 'vitest'
import { isAlive } from '../process.ts'
import { releaseLater } from '../testing/index.ts'
import { startLocalFunctions } from './functions/local.ts'

// How the local platform keeps functions running: reload, restart, environment, end.

/** The folder of the package. */
const LOCAL = dirname(dirname(fileURLToPath(import.meta.url)))

/** Writes files into a new folder of functions. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'functions-'))
  releaseLater(() => rm(directory, { recursive: true, force: true }))
  await write(directory, files)
  return directory
}

async function write(directory: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
}

const saying = (text: string) => `export default { fetch: () => new Response(${JSON.stringify(text)}) }`
const PID = 'export default { fetch: () => new Response(String(Deno.pid)) }'
const ENVIRONMENT = 'export default { fetch: () => Response.json(Deno.env.toObject()) }'

/** Calls a function with the publishable key and answers with the text. */
async function ask(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/functions/v1/${name}`, {
    headers: { apikey: inject('server').keys.publishableKey },
  })
  return await response.text()
}

describe('while files are watched', () => {
  test('a changed function is loaded anew, a new one appears, a broken one comes back once it is mended', async () => {
    const directory = await folderWith({ 'one/index.ts': saying('before') })
    const { url } = await startLocalFunctions({ directory, watch: true })
    expect(await ask(url, 'one')).toBe('before')

    await write(directory, { 'one/index.ts': saying('after') })
    await expect.poll(() => ask(url, 'one')).toBe('after')

    await write(directory, { 'two/index.ts': saying('two') })
    await expect.poll(() => ask(url, 'two')).toBe('two')

    await write(directory, { 'two/index.ts': 'this is not TypeScript' })
    await expect.poll(() => ask(url, 'two')).toContain('BOOT_ERROR')
    await write(directory, { 'two/index.ts': saying('mended') })
    await expect.poll(() => ask(url, 'two')).toBe('mended')
  })

  test('what functions share is loaded anew in all of them', async () => {
    const using =
      `import { text } from '../_shared/text.ts'\nexport default { fetch: () => new Response(text) }`
    const directory = await folderWith({
      '_shared/text.ts': `export const text = 'old'`,
      'one/index.ts': using,
      'two/index.ts': using,
    })
    const { url } = await startLocalFunctions({ directory, watch: true })
    expect(await ask(url, 'one') + await ask(url, 'two')).toBe('oldold')
    await write(directory, { '_shared/text.ts': `export const text = 'new'` })
    await expect.poll(async () => await ask(url, 'one') + await ask(url, 'two')).toBe('newnew')
  })

  test('a request under way is finished by the code that it began with', async () => {
    const slow = (text: string) =>
      `export default { async fetch() { await new Promise((r) => setTimeout(r, 800)); return new Response('${text}') } }`
    const directory = await folderWith({ 'slow/index.ts': slow('old') })
    const { url } = await startLocalFunctions({ directory, watch: true })
    expect(await ask(url, 'slow')).toBe('old')
    const underWay = ask(url, 'slow')
    await write(directory, { 'slow/index.ts': slow('new') })
    expect(await underWay).toBe('old')
    await expect.poll(() => ask(url, 'slow'), { timeout: 10_000 }).toBe('new')
  })

  test('functions/.env is read anew', async () => {
    const directory = await folderWith({ 'env/index.ts': ENVIRONMENT, '.env': 'COLOUR=red' })
    const { url } = await startLocalFunctions({ directory, watch: true })
    expect(JSON.parse(await ask(url, 'env'))).toMatchObject({ COLOUR: 'red' })
    await write(directory, { '.env': 'COLOUR=blue' })
    await expect.poll(async () => JSON.parse(await ask(url, 'env')) as unknown, { timeout: 10_000 })
      .toMatchObject({ COLOUR: 'blue' })
  })
})

test('functions/.env adds to the environment, but not what belongs to the platform', async () => {
  const directory = await folderWith({
    'env/index.ts': ENVIRONMENT,
    '.env': '# comment\nMAIL_KEY="a b"\nSUPABASE_URL=http://elsewhere\nSUPABASE_SECRET_KEYS={}\n',
  })
  const { url, lines } = await startLocalFunctions({
    directory,
    environment: { MAIL_KEY: 'default', OTHER: 'kept' },
  })
  const environment = JSON.parse(await ask(url, 'env')) as Record<string, string>
  expect(environment).toMatchObject({ MAIL_KEY: 'a b', OTHER: 'kept', SUPABASE_URL: url })
  expect(environment['SUPABASE_SECRET_KEYS']).not.toBe('{}')
  expect(lines.filter((line) => line.includes('SUPABASE_URL is skipped'))).toHaveLength(1)
})

test('functions run without a deno.json, and may not read the machine', async () => {
  const directory = await folderWith({
    'reader/index.ts':
      `export default { fetch: () => Deno.readTextFile('/etc/hostname').then((t) => new Response(t), (e) => new Response(e.name)) }`,
    'runner/index.ts':
      `export default { fetch: () => { try { new Deno.Command('/usr/bin/id').outputSync(); return new Response('ran') } catch (e) { return new Response(e.name) } } }`,
  })
  const { url } = await startLocalFunctions({ directory })
  expect(await ask(url, 'reader')).toBe('NotCapable')
  expect(await ask(url, 'runner')).toBe('NotCapable')
})

test('a project without functions answers that there are none', async () => {
  const { url } = await startLocalFunctions({ directory: join(tmpdir(), 'no-such-folder') })
  expect(await ask(url, 'anything')).toBe('Function not found')
})

test('Deno.exit ends one function only', async () => {
  const directory = await folderWith({
    'leaver/index.ts':
      `export default { fetch: (req) => { if (req.method === 'POST') Deno.exit(0); return new Response('here') } }`,
    'stayer/index.ts': `let n = 0\nexport default { fetch: () => new Response(String(n++)) }`,
  })
  const { url } = await startLocalFunctions({ directory })
  expect(await ask(url, 'stayer')).toBe('0')
  const headers = { apikey: inject('server').keys.publishableKey }
  const left = await fetch(`${url}/functions/v1/leaver`, { method: 'POST', headers })
  expect(left.status).toBe(500)
  expect(await ask(url, 'stayer')).toBe('1')
  await expect.poll(() => ask(url, 'leaver')).toBe('here')
})

test('the end of the Deno process is a short pause', async () => {
  const { url, lines } = await startLocalFunctions({ directory: await folderWith({ 'pid/index.ts': PID }) })
  const first = Number(await ask(url, 'pid'))
  process.kill(first, 'SIGKILL')
  await expect.poll(async () => Number(await ask(url, 'pid')), { timeout: 15_000 }).not.toBeNaN()
  expect(Number(await ask(url, 'pid'))).not.toBe(first)
  expect(lines.some((line) => line.includes('is started again'))).toBe(true)
})

test('Deno ends with a platform that is killed', async () => {
  const directory = await folderWith({ 'pid/index.ts': PID })
  const script = `
    import { generateKeys } from '${LOCAL}/keys.ts'
    import { startFunctions } from '${LOCAL}/functions/index.ts'
    import { createServer } from 'node:http'
    const keys = await generateKeys()
    const functions = await startFunctions({
      directory: ${JSON.stringify(directory)},
      config: { pid: { enabled: true, verify_jwt: false } },
      keys, environment: {}, watch: false,
    })
    const server = createServer((req, res) => functions.handle(req, res))
    server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
  const platform = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: LOCAL,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(createInterface({ input: platform.stdout! }), 'line') as [string]
  const deno = Number(await (await fetch(`http://127.0.0.1:${port}/pid`)).text())
  expect(isAlive(deno)).toBe(true)
  platform.kill('SIGKILL')
  await expect.poll(() => isAlive(deno), { timeout: 10_000 }).toBe(false)
})

describe('what a function imports', () => {
  const greeting = (text: string) => `export const greeting = '${text}'`
  const greets = `import { greeting } from 'greeting'\nexport default { fetch: () => new Response(greeting) }`
  const imports = (greeting: string) => JSON.stringify({ imports: { greeting } })

  test('is looked up in its own deno.json, deno.jsonc or import_map.json, also by what it shares', async () => {
    const directory = await folderWith({
      '_shared/answer.ts': greets,
      '_shared/good.ts': greeting('good'),
      'plain/index.ts': saying('plain'),
      'one/index.ts': `export { default } from '../_shared/answer.ts'`,
      'one/deno.json': imports('./hello.ts'),
      'one/hello.ts': greeting('one'),
      'two/index.ts': `export { default } from '../_shared/answer.ts'`,
      'two/deno.jsonc': `// with a comment\n${imports('./hello.ts')}`,
      'two/hello.ts': greeting('two'),
      'three/index.ts': greets,
      'three/import_map.json': imports('../_shared/good.ts'),
    })
    const { url } = await startLocalFunctions({ directory })
    expect(await Promise.all(['plain', 'one', 'two', 'three'].map((name) => ask(url, name)))).toEqual(
      ['plain', 'one', 'two', 'good'],
    )
  })

  test('may be named by config.toml, as may the file that serves it', async () => {
    const home = await folderWith({
      'functions/one/serve.ts': greets,
      'functions/one/deno.json': imports('./none.ts'),
      'functions/one/other.json': imports('./hello.ts'),
      'functions/one/hello.ts': greeting('configured'),
    })
    const { url } = await startLocalFunctions({
      directory: join(home, 'functions'),
      config: {
        one: {
          enabled: true,
          verify_jwt: true,
          entrypoint: './functions/one/serve.ts',
          import_map: './functions/one/other.json',
        },
      },
    })
    expect(await ask(url, 'one')).toBe('configured')
  })

  test('is shared by functions that have none of their own, and by members of the workspace above', async () => {
    const project = await folderWith({
      'deno.json': JSON.stringify({ workspace: ['./functions/member', './functions/glob*'] }),
      'functions/import_map.json': imports('./hello.ts'),
      'functions/hello.ts': greeting('common'),
      'functions/one/index.ts': greets,
      'functions/member/index.ts': PID,
      'functions/member/deno.json': '{}',
      'functions/glob-one/index.ts': PID,
      'functions/glob-one/deno.json': '{}',
    })
    const { url } = await startLocalFunctions({ directory: join(project, 'functions') })
    expect(await ask(url, 'one')).toBe('common')
    expect(await ask(url, 'member')).toBe(await ask(url, 'glob-one'))
  })

  test('is looked up anew when it changes', async () => {
    const directory = await folderWith({
      'one/index.ts': greets,
      'one/deno.json': imports('./before.ts'),
      'one/before.ts': greeting('before'),
      'one/after.ts': greeting('after'),
    })
    const { url } = await startLocalFunctions({ directory, watch: true })
    expect(await ask(url, 'one')).toBe('before')
    await write(directory, { 'one/deno.json': imports('./after.ts') })
    await expect.poll(() => ask(url, 'one')).toBe('after')
  })
})
