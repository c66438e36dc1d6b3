import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildStorefront } from '../../docs/examples/storefront/build.ts'

/** What a phone may have to load before it shows the first page, compressed. */
const BUDGET_BYTES = 100_000

test('the first load of the storefront stays under 100 KB, and no script stands in the page', async () => {
  const folder = await buildStorefront()
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!)
  const first = new Map<string, Buffer>()
  const load = async (path: string) => {
    if (first.has(path)) return
    const file = await readFile(join(folder, path))
    first.set(path, file)
    if (!path.endsWith('.js')) return
    const script = file.toString('utf8')
    // What it imports at once, and the screen of the front page.
    const wanted = [
      ...script.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g),
      ...script.matchAll(/\["\/",\(\)=>import\("\.\/([^"]+\.js)"\)/g),
    ]
    for (const [, name] of wanted) await load(`/assets/${name}`)
  }
  for (const path of ['/index.html', ...named]) await load(path)

  expect([...first.keys()].filter((path) => basename(path).startsWith('home-'))).toHaveLength(1)
  const total = [...first.values()].reduce((sum, file) => sum + gzipSync(file).length, 0)
  console.log(`The first load is ${Math.round(total / 1000)} KB.`)
  expect(total).toBeLessThan(BUDGET_BYTES)
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style="|\son\w+=/)
})
