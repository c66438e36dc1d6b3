import { build, type Plugin } from 'esbuild'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { releaseLater, startTestPlatform, type TestPlatform } from '../support/index.ts'

// The files of the first recipe, as they stand in docs/recipes.md, against a real platform. What Next.js gives them is
// played by a few lines; everything else, `@supabase/ssr` too, is real.

/** `next/*` as far as the recipe needs it. */
const NEXT: Record<string, string> = {
  'next/headers': `
    export interface Jar {
      getAll(): { name: string; value: string }[]
      get(name: string): { value: string } | undefined
      set(name: string, value: string, options?: object): void
      delete(name: string): void
    }
    export const cookies = (): Promise<Jar> => Promise.resolve((globalThis as unknown as { jar: Jar }).jar)`,
  'next/navigation': `
    export function notFound(): never {
      throw new Error('NEXT_NOT_FOUND')
    }`,
  'next/server': `
    import type { Jar } from 'next/headers'
    export interface NextRequest extends Request {
      cookies: Jar
      nextUrl: URL
    }
    export class NextResponse extends Response {
      readonly set: { name: string; value: string }[] = []
      readonly cookies = { set: (name: string, value: string, _options: object) => void this.set.push({ name, value }) }
      static next(_init: { request: NextRequest }): NextResponse {
        return new NextResponse()
      }
      static override redirect(url: URL): NextResponse {
        return new NextResponse(null, { status: 307, headers: { location: url.href } })
      }
    }`,
}

/** A browser's cookies, as the server sees them. */
class Jar {
  readonly #values = new Map<string, string>()
  getAll() {
    return [...this.#values].map(([name, value]) => ({ name, value }))
  }
  get(name: string) {
    const value = this.#values.get(name)
    return value === undefined ? undefined : { value }
  }
  set(name: string, value: string) {
    if (value === '') this.#values.delete(name)
    else this.#values.set(name, value)
  }
  delete(name: string) {
    this.#values.delete(name)
  }
}

/** Writes the files of the recipe into a folder of their own, with what they import. */
async function unpack(): Promise<{ folder: string; files: string[] }> {
  const folder = await mkdtemp(join(process.cwd(), 'node_modules', '.recipe-'))
  releaseLater(() => rm(folder, { recursive: true, force: true }))
  const [, section] = (await readFile('docs/recipes.md', 'utf8')).split(/^## /m)
  const blocks = [...section!.matchAll(/^```tsx?\n\/\/ (\S+)\n(.*?)^```$/gms)]
  const all: [string, string][] = [
    ...blocks.map(([, name, code]): [string, string] => [name!, code!]),
    ...Object.entries(NEXT).map(([name, code]): [string, string] => [`${name}.ts`, code]),
  ]
  for (const [name, code] of all) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), code)
  }
  for (const name of ['database.types.ts', 'api.types.ts', 'error-codes.ts']) {
    await cp(join('supabase', name), join(folder, 'lib', name))
  }
  return { folder, files: blocks.map(([, name]) => name!) }
}

function complaints(folder: string, files: string[]): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd())
  const paths = Object.fromEntries(Object.keys(NEXT).map((name) => [name, [join(folder, `${name}.ts`)]]))
  const program = ts.createProgram(files.map((file) => join(folder, file)), {
    ...options,
    jsx: ts.JsxEmit.ReactJSX,
    paths,
    noUnusedParameters: false,
    // Next.js starts without it.
    noImplicitReturns: false,
  })
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) =>
    `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  )
}

const next = (folder: string): Plugin => ({
  name: 'next',
  setup({ onResolve }) {
    onResolve({ filter: /^next\// }, ({ path }) => ({ path: join(folder, `${path}.ts`) }))
  },
})

describe('docs/recipes.md: Next.js', { timeout: 180_000 }, () => {
  let platform: TestPlatform
  let folder: string
  let files: string[]
  let jar: Jar
  // deno-lint-ignore no-explicit-any
  let load: (file: string) => Promise<any>

  beforeAll(async () => {
    platform = await startTestPlatform({ config: { auth: { jwt_expiry: 60 } } })
    ;({ folder, files } = await unpack())
    process.env['NEXT_PUBLIC_SUPABASE_URL'] = platform.apiUrl
    process.env['NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY'] = platform.keys.publishableKey
    await build({
      absWorkingDir: folder,
      entryPoints: files,
      outdir: 'built',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      jsx: 'automatic',
      packages: 'external',
      plugins: [next(folder)],
    })
    load = (file) => import(pathToFileURL(join(folder, 'built', file.replace(/\.tsx?$/, '.mjs'))).href)
    jar = new Jar()
    // Node 22 has a WebSocket.
    Object.assign(globalThis, { jar, WebSocket: globalThis.WebSocket ?? WebSocket })
  }, 180_000)

  test('every file of the recipe compiles strictly', () => {
    expect(files.length).toBeGreaterThan(5)
    expect(complaints(folder, files)).toEqual([])
  })

  test('a page shows a store to a visitor, and nothing where there is none', async () => {
    const { default: StorePage } = await load('app/[store]/page.tsx')
    const { renderToStaticMarkup } = createRequire(import.meta.url)('react-dom/server')
    const html: string = renderToStaticMarkup(
      await StorePage({ params: Promise.resolve({ store: 'willow-wick' }) }),
    )
    expect(html).toContain('<h1>Willow &amp; Wick</h1>')
    expect(html).toMatch(/<h2>.+ \(\d+\)<\/h2>/)
    await expect(StorePage({ params: Promise.resolve({ store: 'nobody' }) })).rejects.toThrow(
      'NEXT_NOT_FOUND',
    )
  })

  test('a visitor’s cart becomes the customer’s by signing in, and a session that ends soon is refreshed', async () => {
    const [variant] = await platform.sql<{ id: string }[]>`
      select v.id from product_variants as v join products as p on p.id = v.product_id
      join stores as s on s.id = p.store_id join stock_levels as l on l.variant_id = v.id
      where s.slug = 'willow-wick' and p.status = 'active' and l.on_hand - l.reserved > 5 limit 1`
    const { addToCart } = await load('app/cart/actions.ts')
    expect(await addToCart(variant!.id, 100_000)).toEqual({ refused: 'invalid_quantity' })
    expect(await addToCart(variant!.id, 2)).toEqual({ item_count: 2 })
    expect(jar.get('cart')?.value).toMatch(/^\w+/)

    const { sendCode, signIn } = await load('app/signin/actions.ts')
    const phone = '+12025550177'
    expect(await sendCode(phone)).toBeUndefined()
    expect(await signIn(phone, '000000')).toBe('otp_expired')
    expect(await signIn(phone, await platform.inbox.code(phone))).toBeUndefined()
    expect(jar.get('cart')).toBeUndefined()
    expect(await addToCart(variant!.id, 1)).toEqual({ item_count: 3 })

    const { proxy } = await load('proxy.ts')
    const before = JSON.stringify(jar.getAll())
    const response = await proxy({ cookies: jar })
    expect(response.set.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^sb-.*auth-token/)]),
    )
    expect(response.headers.get('cache-control')).toContain('no-store')
    // The page that is rendered next has it, too.
    expect(JSON.stringify(jar.getAll())).not.toBe(before)
    expect(await addToCart(variant!.id, 1)).toEqual({ item_count: 4 })
  })

  test('a link whose code is not this browser’s leads to signing in', async () => {
    const { GET } = await load('app/verify/route.ts')
    const url = 'http://127.0.0.1:3000/verify?code=01a2202e-a50c-79fb-a532-c30932936228'
    const response: Response = await GET(Object.assign(new Request(url), { nextUrl: new URL(url) }))
    expect(response.headers.get('location')).toBe('http://127.0.0.1:3000/signin')
  })
})
