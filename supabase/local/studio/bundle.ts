import { join } from 'node:path'

/** What the page loads. */
export interface Bundle {
  script: Buffer
  style: Buffer
}

/** Bundles the page with the editor it shows. That takes seconds, so it happens when somebody first looks. */
export async function bundlePage(): Promise<Bundle> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ['page.ts'],
    outdir: '.',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const file = (name: string) => {
    const { contents } = outputFiles.find(({ path }) => path === join(import.meta.dirname, name))!
    return Buffer.from(contents)
  }
  return { script: file('page.js'), style: file('page.css') }
}
