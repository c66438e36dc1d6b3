import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { BuildOptions, Metafile, Plugin } from 'esbuild'

const FOLDER = import.meta.dirname
const BUILT = join(FOLDER, 'dist')

/** Of which sources the files were built. */
const STAMP = join(BUILT, '.sources')

/** What index.html names; a build fills in what its environment has, and leaves the rest to whoever serves the files. */
const SETTINGS = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY']

/**
 * Builds the storefront, unless what is there was built of the same sources.
 * @returns the folder of `index.html`
 */
export async function buildStorefront(): Promise<string> {
  const sources = await hashOfSources()
  if (await readFile(STAMP, 'utf8').catch(() => '') !== sources) {
    const { build } = await import('esbuild')
    await build(options([page({})]))
    await writeFile(STAMP, sources)
  }
  return BUILT
}

async function hashOfSources(): Promise<string> {
  const inside = await readdir(FOLDER, { recursive: true, withFileTypes: true })
  const paths = inside
    .filter((entry) => entry.isFile() && !/[\\/](dist|node_modules)([\\/]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name)).sort()
  const hash = createHash('sha256')
  // The lock file says which versions of the packages are in it.
  for (const path of [...paths, join(FOLDER, '..', '..', '..', 'package-lock.json')]) {
    hash.update(relative(FOLDER, path)).update('\0').update(await readFile(path))
  }
  return hash.digest('hex')
}

/** One script for what every screen needs, one for each screen, loaded when it is shown. */
function options(plugins: Plugin[]): BuildOptions {
  return {
    absWorkingDir: FOLDER,
    entryPoints: ['src/main.tsx'],
    outdir: 'dist/assets',
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
    plugins,
  }
}

/** Writes index.html with the names of the built files, beside what is served as it is. */
function page(environment: Record<string, string | undefined>): Plugin {
  return {
    name: 'page',
    setup(build) {
      build.onStart(() => rm(BUILT, { recursive: true, force: true }))
      build.onEnd(async ({ metafile, errors }) => {
        if (metafile === undefined || errors.length > 0) return
        await mkdir(BUILT, { recursive: true })
        await cp(join(FOLDER, 'public'), BUILT, { recursive: true })
        let html = (await readFile(join(FOLDER, 'index.html'), 'utf8'))
          .replace(/.*src="\/src\/main\.tsx".*/, headOf(metafile).map((line) => `    ${line}`).join('\n'))
        for (const name of SETTINGS) html = html.replaceAll(`%${name}%`, environment[name] ?? `%${name}%`)
        // In one step: the folder is served while it is written.
        await writeFile(join(BUILT, 'index.new'), html)
        await rename(join(BUILT, 'index.new'), join(BUILT, 'index.html'))
      })
    },
  }
}

/** What the page loads at once: style and script, and what that script will ask for. */
function headOf({ outputs }: Metafile): string[] {
  const [script, { cssBundle, imports }] = Object.entries(outputs)
    .find(([, { entryPoint }]) => entryPoint === 'src/main.tsx')!
  const address = (path: string) => path.replace(/^dist/, '')
  return [
    ...(cssBundle === undefined ? [] : [`<link rel="stylesheet" href="${address(cssBundle)}">`]),
    `<script type="module" src="${address(script)}"></script>`,
    ...imports.filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => `<link rel="modulepreload" href="${address(path)}">`),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { build, context } = await import('esbuild')
  if (process.argv.includes('--watch')) await (await context(options([page({})]))).watch()
  else await build(options([page(process.env)]))
}
