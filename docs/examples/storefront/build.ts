import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { BuildOptions, Metafile, Plugin } from 'esbuild'

const FOLDER = import.meta.dirname
const BUILT = join(FOLDER, 'dist')
const PROJECT = join(FOLDER, '..', '..', '..')

/** Where a running `npm start` says how to reach it. */
const RUNNING = join(PROJECT, 'supabase', '.local', 'platform.json')

/** Where `npm run dev` shows the pages, beside those of `npm start`. */
const DEVELOPMENT_PORT = 3100

/** What index.html names. A build fills in what it is told, and leaves the rest to whoever serves the files. */
type Settings = Partial<Record<'SUPABASE_URL' | 'SUPABASE_PUBLISHABLE_KEY', string>>

/**
 * Builds the storefront, unless it was built of the same sources before.
 * @returns the folder of `index.html`
 */
export async function buildStorefront(): Promise<string> {
  const sources = await hashOfSources()
  const folder = join(BUILT, sources)
  const known = await readdir(BUILT).catch((): string[] => [])
  if (known.includes(sources)) return folder
  const unfinished = join(BUILT, `unfinished-${process.pid}`)
  const { build } = await import('esbuild')
  await build(options(unfinished, {}))
  // Somebody else may have been faster: what they built is the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }))
  return folder
}

async function hashOfSources(): Promise<string> {
  const inside = await readdir(FOLDER, { recursive: true, withFileTypes: true })
  const paths = inside
    .filter((entry) => entry.isFile() && !/[\\/](dist|node_modules)([\\/]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name)).sort()
  const hash = createHash('sha256')
  // The lock file says which versions of the packages are in it.
  for (const path of [...paths, join(PROJECT, 'package-lock.json')]) {
    hash.update(relative(FOLDER, path)).update('\0').update(await readFile(path))
  }
  return hash.digest('hex').slice(0, 16)
}

/** One script for what every screen needs, one for each screen, loaded when it is shown. */
function options(folder: string, settings: Settings): BuildOptions {
  return {
    absWorkingDir: FOLDER,
    entryPoints: ['src/main.tsx'],
    outdir: join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    plugins: [page(folder, settings)],
  }
}

/** Writes index.html with the names of the built files, beside what is served as it is. */
function page(folder: string, settings: Settings): Plugin {
  return {
    name: 'page',
    setup(build) {
      build.onEnd(async ({ metafile, errors }) => {
        if (metafile === undefined || errors.length > 0) return
        await mkdir(folder, { recursive: true })
        await cp(join(FOLDER, 'public'), folder, { recursive: true })
        const html = (await readFile(join(FOLDER, 'index.html'), 'utf8'))
          .replace(/.*src="\/src\/main\.tsx".*/, headOf(metafile).map((line) => `    ${line}`).join('\n'))
          .replace(/%(SUPABASE_\w+)%/g, (whole, name: keyof Settings) => settings[name] ?? whole)
        await writeFile(join(folder, 'index.html'), html)
      })
    },
  }
}

/** Where people arrive: what they then see is loaded beside the main script, not after it. */
const ARRIVALS = ['src/screens/home.tsx', 'src/screens/store.tsx', 'src/screens/product.tsx']

/** What the page loads at once: style and script, and what that script will ask for. */
function headOf({ outputs }: Metafile): string[] {
  const of = (source: string) => Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source)!
  const [script, { cssBundle }] = of('src/main.tsx')
  const needed = (path: string): string[] => [
    path,
    ...outputs[path]!.imports.filter(({ kind }) => kind === 'import-statement').flatMap((one) =>
      needed(one.path)
    ),
  ]
  const modules = new Set([script, ...ARRIVALS.map((source) => of(source)[0])].flatMap(needed))
  modules.delete(script)
  const address = (path: string) => path.replace(/^.*\/assets\//, '/assets/')
  return [
    ...(cssBundle === undefined ? [] : [`<link rel="stylesheet" href="${address(cssBundle)}">`]),
    `<script type="module" src="${address(script)}"></script>`,
    ...[...modules].map((path) => `<link rel="modulepreload" href="${address(path)}">`),
  ]
}

/** Serves the pages of the platform that runs, built anew at each request. */
async function develop(): Promise<void> {
  const { project } = JSON.parse(await readFile(RUNNING, 'utf8')) as {
    project: { apiUrl: string; publishableKey: string }
  }
  const folder = join(BUILT, 'development')
  const { context } = await import('esbuild')
  const building = await context(options(folder, {
    SUPABASE_URL: project.apiUrl,
    SUPABASE_PUBLISHABLE_KEY: project.publishableKey,
  }))
  await building.watch()
  const { port } = await building.serve({
    host: '127.0.0.1',
    port: DEVELOPMENT_PORT,
    servedir: folder,
    fallback: join(folder, 'index.html'),
  })
  console.log(`http://127.0.0.1:${port}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--serve')) await develop()
  else {
    const { build } = await import('esbuild')
    const folder = join(BUILT, 'site')
    await rm(folder, { recursive: true, force: true })
    await build(options(folder, process.env as Settings))
    console.log(folder)
  }
}
