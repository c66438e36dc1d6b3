import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

/** The checks of tools that read the sources; each reports every finding at once. */
const edgeFunctions = readdirSync('functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
  .map((entry) => join('functions', entry.name, 'index.ts'))

const deno = join('node_modules', '.bin', 'deno')

describe('the sources', () => {
  test('the migrations pass their linter', async () => {
    const migrations = readdirSync('migrations').filter((name) => name.endsWith('.sql'))
    const paths = migrations.map((name) => join('migrations', name))
    expect(await complaints(join('node_modules', '.bin', 'squawk'), paths)).toBe('')
  }, 60_000)

  test('the sources have consistent types', async () => {
    expect(await complaints(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'])).toBe('')
  }, 300_000)

  test('the storefront has consistent types', async () => {
    const compiler = ['node_modules/typescript/bin/tsc', '-p', 'docs/examples/storefront']
    expect(await complaints(process.execPath, compiler)).toBe('')
  }, 300_000)

  test('the storefront never looks away from a type', () => {
    const places = readdirSync('docs/examples/storefront/src', { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .filter((path) =>
        /\bas any\b|: any\b|<any>|@ts-|deno-lint-ignore|dangerouslySetInnerHTML|innerHTML/.test(
          readFileSync(join('docs/examples/storefront/src', path), 'utf8'),
        )
      )
    expect(places).toEqual([])
  })

  test.skipIf(edgeFunctions.length === 0)('the edge functions have consistent types in Deno', async () => {
    expect(await complaints(deno, ['check', '--quiet', ...edgeFunctions])).toBe('')
  }, 300_000)

  test('the packages are locked for every platform', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    // npm leaves out what a registry does not have; `npm ci` then fails wherever that registry is used.
    const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {})
    )
    expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([])
  })

  test('the sources are formatted', async () => {
    const files = (await complaints(deno, ['fmt', '--check'])).match(/^from .*$/gm) ?? []
    expect(files.length === 0 ? '' : `run \`npm run fmt\`: ${files.join(' ')}`).toBe('')
  }, 120_000)

  test('the SQL of the tests has no line of more than 120 characters, and no title that begins in mid-sentence', () => {
    const complaints = readdirSync('tests/database', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.sql'))
      .flatMap((path) =>
        readFileSync(join('tests/database', path), 'utf8').split('\n')
          .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
      )
      .filter(({ line }) => [...line].length > 120 || /'(…|and |or |so |nor )[^']*'\)?;?$/.test(line))
    expect(complaints.map(({ place }) => place)).toEqual([])
  })

  test('the sources pass the linter', async () => {
    expect(await complaints(deno, ['lint', '--quiet'])).toBe('')
  }, 120_000)
})

/** What a tool has to say; nothing if it is content. */
async function complaints(command: string, args: string[]): Promise<string> {
  try {
    await promisify(execFile)(command, args, {
      maxBuffer: 10_000_000,
      env: { ...process.env, NO_COLOR: '1' },
    })
    return ''
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout: string; stderr: string }
    return `${stdout}${stderr}`.trim() || message
  }
}
