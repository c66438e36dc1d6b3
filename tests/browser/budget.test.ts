import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildStorefront } from '../../docs/examples/storefront/build.ts'

/** What a phone may have to load before it shows the first page, compressed. */
const BUDGET_BYTES = 100_000

test('the first load of the storefront stays under 100 KB, and no script stands in the page', async () => {
  const folder = await buildStorefront()
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const home = (await readFile(join(folder, mainScript(html)), 'utf8')).match(/\.\/home-\w+\.js/)![0]
  const first = [
    '/index.html',
    ...[...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!),
    `/assets/${home.slice(2)}`,
    '/icon.svg',
  ]
  const sizes = await Promise.all([...new Set(first)].map(async (path) => {
    const file = join(folder, path)
    expect((await stat(file)).isFile(), path).toBe(true)
    return gzipSync(await readFile(file)).length
  }))
  const total = sizes.reduce((sum, size) => sum + size)
  console.log(`The first load is ${Math.round(total / 1000)} KB.`)
  expect(total).toBeLessThan(BUDGET_BYTES)
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style="|\son\w+=/)
})

const mainScript = (html: string) => /src="(\/assets\/main-[^"]+)"/.exec(html)![1]!
