/**
 * When the largest thing on a page stands there, for somebody who comes for the first time with a middling phone and
 * network: `npm run bench -- storefront`. https://web.dev/articles/lcp calls less than 2.5 s good.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { buildStorefront } from '../../docs/examples/storefront/build.ts'
import seedPictures from '../../seed/index.ts'
import { startSite } from '../../supabase/local/index.ts'
import { startBenchPlatform } from './platform.ts'
import type { Measurement } from './report.ts'

const CHROMIUM = '/usr/bin/chromium'
const LARGEST_PAINT_MS = 1500
const PAGES = ['/', '/willow-wick', '/willow-wick/cedar-smoke-candle']
const LOADS = 7

/** Four times slower than this machine; 1.6 Mbit/s with 150 ms there and back. */
const PHONE = { cpuSlowdown: 4, roundTripMs: 150, bytesPerSecond: 1.6e6 / 8 }

/** Opens each page several times, each time in a browser that knows nothing yet. */
export async function benchStorefront(): Promise<Measurement[]> {
  if (!existsSync(CHROMIUM)) {
    console.log(`  Skipped: it needs ${CHROMIUM}.`)
    return []
  }
  const platform = await startBenchPlatform()
  const { apiUrl, keys: { publishableKey, secretKey } } = platform
  await seedPictures({ url: apiUrl, secretKey })
  const directory = await buildStorefront()
  const site = await startSite({
    directory,
    url: 'http://127.0.0.1:0',
    host: '127.0.0.1',
    apiUrl,
    publishableKey,
  })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  try {
    const measured: Measurement[] = []
    for (const path of PAGES) {
      const paints: number[] = []
      for (let load = 0; load < LOADS; load++) paints.push(await largestPaint(browser, site.url + path))
      paints.sort((a, b) => a - b)
      measured.push({
        name: `largest paint of ${path}, median`,
        value: paints[Math.floor(LOADS / 2)]!,
        unit: 'ms',
        atMost: LARGEST_PAINT_MS,
      })
    }
    return measured
  } finally {
    await browser.close()
    await site.close()
    await platform.close()
  }
}

async function largestPaint(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  const tools = await context.newCDPSession(page)
  await tools.send('Network.enable')
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: PHONE.roundTripMs,
    downloadThroughput: PHONE.bytesPerSecond,
    uploadThroughput: PHONE.bytesPerSecond,
  })
  await tools.send('Emulation.setCPUThrottlingRate', { rate: PHONE.cpuSlowdown })
  await page.goto(address, { waitUntil: 'networkidle', timeout: 120_000 })
  const at = await page.evaluate(() =>
    new Promise<number>((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().at(-1)!.startTime))
        .observe({ type: 'largest-contentful-paint', buffered: true })
    })
  )
  await context.close()
  return at
}
