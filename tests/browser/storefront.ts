/** The storefront as people meet it: served beside a platform of its own, looked at with Debian's or Ubuntu's Chromium. */
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { buildStorefront } from '../../docs/examples/storefront/build.ts'
import { startSite } from '../../supabase/local/index.ts'
import { releaseLater, startTestPlatform, type TestPlatform } from '../support/index.ts'

const CHROMIUM = '/usr/bin/chromium'

/** Whether there is a browser to look with. */
export const hasBrowser = existsSync(CHROMIUM)
if (!hasBrowser) console.log(`Skipped: tests of the storefront need ${CHROMIUM}.`)

/** What somebody might type who wants to run a script in other people's pages. */
export const HOSTILE = '<img src=x onerror="alert(1)">'

/** How long a page may take on a machine that has other things to do, in milliseconds. */
const PATIENCE_MS = 40_000

/** A storefront and a browser to look at it. */
export interface Storefront {
  url: string
  platform: TestPlatform
  browser: Browser
  /** A person with a browser of her own. Whatever goes wrong in it is kept in `faults`. */
  visit(path: string, options?: BrowserContextOptions): Promise<Visit>
}

/** One person's browser. */
export interface Visit {
  page: Page
  /** Errors of scripts, and what the content security policy refused. */
  faults: string[]
}

/** Starts everything; it is closed when the test file is done. */
export async function openStorefront(): Promise<Storefront> {
  const address = `http://127.0.0.1:${await freePort()}`
  const [directory, platform, browser] = await Promise.all([
    buildStorefront(),
    startTestPlatform({
      withFunctions: true,
      config: { auth: { site_url: address, additional_redirect_urls: [`${address}/**`] } },
    }),
    chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
  ])
  releaseLater(() => browser.close())
  const site = await startSite({
    directory,
    url: address,
    host: '127.0.0.1',
    apiUrl: platform.apiUrl,
    publishableKey: platform.keys.publishableKey,
  })
  releaseLater(() => site.close())
  const visit = async (path: string, options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ locale: 'en-US', ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) faults.push(message.text())
    })
    page.on('dialog', (dialog) => {
      faults.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    if (path !== 'about:blank') await page.goto(site.url + path)
    return { page, faults }
  }
  return { url: site.url, platform, browser, visit }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Signs in by phone on the page that is shown, with the code from the inbox. */
export async function signInByPhone(page: Page, { inbox }: TestPlatform, phone: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Phone' }).fill(phone)
  const before = await inbox.list({ to: phone })
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await inbox.next({ to: phone }, before, PATIENCE_MS)
  await page.getByRole('textbox', { name: 'Code' }).fill(await inbox.code(phone, before))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Account', exact: true }).waitFor()
}

/** Fills in the form of an address and saves it. */
export async function writeAddress(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Nina Castell')
  await page.getByLabel('Street and number').fill('12 Elm Row')
  await page.getByLabel('Postal code').fill('12203')
  await page.getByLabel('City').fill('Albany')
  await page.getByLabel('State or region').fill('NY')
  await page.getByLabel('Country').selectOption('US')
  await page.getByRole('button', { name: 'Save address' }).click()
  await page.getByRole('radio', { name: /Nina Castell/ }).waitFor()
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What keeps somebody out of the page that is shown, by the rules of WCAG 2.2 A and AA. */
export async function barriers(page: Page): Promise<string[]> {
  // From the page's own point of view the policy lets no foreign script in; the browser's tools may.
  if (!await page.evaluate(() => 'axe' in globalThis)) {
    const { readFile } = await import('node:fs/promises')
    await page.evaluate(await readFile(AXE, 'utf8'))
  }
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/**
 * Expects pages that everybody can use: in the dark, on a phone, from right to left, by the person of another browser.
 */
export async function expectUsableEverywhere(
  shop: Storefront,
  { page }: Visit,
  paths: string[],
): Promise<void> {
  const other = await shop.visit('about:blank', {
    storageState: await page.context().storageState(),
    colorScheme: 'dark',
    locale: 'ar-EG',
    viewport: { width: 360, height: 740 },
  })
  for (const path of paths) {
    await other.page.goto(shop.url + path, { waitUntil: 'networkidle' })
    await other.page.getByRole('main').locator('h1').waitFor()
    await expectNoBarriers(other.page)
    const isTooWide = await other.page.evaluate(() =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth
    )
    expect(isTooWide, `${path} scrolls sideways`).toBe(false)
  }
  expect(await other.page.evaluate(() => document.documentElement.dir)).toBe('rtl')
  expect(other.faults).toEqual([])
  await other.page.context().close()
}

/** Expects a page that everybody can use. */
export async function expectNoBarriers(page: Page): Promise<void> {
  expect(await barriers(page), page.url()).toEqual([])
}
