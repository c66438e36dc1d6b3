import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import accounts from '../../seed/demo-accounts.json' with { type: 'json' }
import seedPictures from '../../seed/index.ts'
import { hasBrowser, openStorefront, type Storefront } from './storefront.ts'

/** What a page may move while it loads: https://web.dev/articles/cls calls less than 0.1 good. */
const LARGEST_SHIFT = 0.05

/** `PICTURES=docs/images npm test -- tests/browser/seeded.test.ts` takes the pictures of the README anew. */
const PICTURES = process.env['PICTURES']

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  await mkdir(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.jpg`), type: 'jpeg', quality: 72 })
}

/** How far what is shown has moved since the page was opened. */
const shiftOf = (page: Page) =>
  page.evaluate(() =>
    new Promise<number>((resolve) => {
      let sum = 0
      const add = (entries: PerformanceEntry[]) => {
        for (const entry of entries) sum += (entry as PerformanceEntry & { value: number }).value
      }
      const observer = new PerformanceObserver((list) => add(list.getEntries()))
      observer.observe({ type: 'layout-shift', buffered: true })
      setTimeout(() => {
        add(observer.takeRecords())
        resolve(sum)
      }, 300)
    })
  )

describe.skipIf(!hasBrowser)('the shop of the demo data', { timeout: 180_000 }, () => {
  let shop: Storefront

  beforeAll(async () => {
    shop = await openStorefront()
    await seedPictures({ url: shop.platform.apiUrl, secretKey: shop.platform.keys.secretKey })
  }, 300_000)

  test('its pages stand still while they load, and every picture on them is there', async () => {
    for (const path of ['/', '/willow-wick', '/willow-wick/cedar-smoke-candle', '/search?q=mug']) {
      const { page, faults } = await shop.visit(path, { viewport: { width: 1280, height: 860 } })
      await page.getByRole('main').locator('h1').waitFor()
      await page.waitForLoadState('networkidle')
      expect(await shiftOf(page), `${path} moves`).toBeLessThan(LARGEST_SHIFT)
      const missing = await page.evaluate(() =>
        [...document.querySelectorAll('img')].filter((image) => image.complete && image.naturalWidth === 0)
          .map((image) => image.src)
      )
      expect(missing, path).toEqual([])
      expect(faults).toEqual([])
      if (path === '/') await picture(page, 'shop')
      await page.context().close()
    }
  })

  test('whoever runs the marketplace finds at the desk what was sold', async () => {
    const [admin] = accounts
    const { page, faults } = await shop.visit('/signin?by=email&next=/desk', {
      viewport: { width: 1280, height: 860 },
    })
    await page.getByRole('textbox', { name: 'E-mail' }).fill(admin!.email!)
    await page.getByRole('textbox', { name: 'Password' }).fill(admin!.password!)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: /\$[\d,.]+ in 30 days/ }).waitFor()
    await page.waitForLoadState('networkidle')
    await picture(page, 'desk')
    expect(faults).toEqual([])
  })
})
