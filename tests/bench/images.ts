/**
 * What it takes to make the copies of a picture: `npm run bench -- images`. Each is made in a process of its own, so that
 * its memory can be told: the first time, when ImageMagick is compiled as well, and once more. Hosted functions have two
 * seconds of CPU and 256 MB.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { createCodecs } from '../../functions/images/codecs.ts'
import { prepareImage } from '../../functions/images/core.ts'
import type { Measurement } from './report.ts'

const CPU_BUDGET_MS = 2000
const MEMORY_BUDGET_MB = 256

interface Cost {
  firstMs: number
  againMs: number
  /** At most, of the whole process. */
  memoryMb: number
}

/** Measures pictures of twelve megapixels, as phones take them. */
export async function benchImages(): Promise<Measurement[]> {
  const photo = (await photograph(4000, 3000)).withMetadata({ orientation: 6 })
  const pictures = {
    'a JPEG of 12 megapixels': await photo.clone().jpeg({ quality: 90 }).toBuffer(),
    'a WebP of 12 megapixels': await photo.clone().webp({ quality: 85, effort: 0 }).toBuffer(),
    'a JPEG of 2 megapixels': await (await photograph(1600, 1200)).jpeg({ quality: 90 }).toBuffer(),
  }
  const measured: Measurement[] = []
  for (const [name, picture] of Object.entries(pictures)) {
    const { firstMs, againMs, memoryMb } = await costOf(picture)
    measured.push(
      { name: `${name}: CPU`, value: againMs, unit: 'ms', atMost: CPU_BUDGET_MS },
      { name: `${name}: CPU, the first time`, value: firstMs, unit: 'ms' },
      { name: `${name}: memory`, value: memoryMb, unit: 'MB', atMost: MEMORY_BUDGET_MB },
    )
  }
  return measured
}

/** Soft colours, shapes and the grain of a sensor. */
async function photograph(width: number, height: number): Promise<Sharp> {
  const shapes = await sharp(fileURLToPath(new URL('../../docs/images/shop.jpg', import.meta.url)))
    .resize(width, height, { fit: 'cover' }).blur(3).toBuffer()
  const background = { width, height, channels: 3 as const, background: '#808080' }
  const grain = await sharp({
    create: { ...background, noise: { type: 'gaussian', mean: 128, sigma: 8 } },
  }).png({ compressionLevel: 1 }).toBuffer()
  return sharp(
    await sharp(shapes).composite([{ input: grain, blend: 'soft-light' }]).png({ compressionLevel: 1 })
      .toBuffer(),
  )
}

async function costOf(picture: Buffer): Promise<Cost> {
  const child = fork(fileURLToPath(import.meta.url), ['prepare'], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  })
  const exited = once(child, 'exit')
  await once(child, 'message')
  child.send(picture)
  const [cost] = await once(child, 'message') as [Cost]
  await exited
  return cost
}

async function prepare(picture: Uint8Array): Promise<Cost> {
  const resolve = createRequire(import.meta.url).resolve
  const dependencies = {
    codecs: createCodecs(async (specifier) => new Uint8Array(await readFile(resolve(specifier)))),
    bucket: { download: async () => new Uint8Array(picture), upload: async () => {} },
  }
  const measured = async () => {
    const before = process.cpuUsage()
    await prepareImage(dependencies, 'store/picture.jpg')
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  const [firstMs, againMs] = [await measured(), await measured()]
  return { firstMs, againMs, memoryMb: await mostMemory() }
}

/** Not what the system counts for a process: that begins with its parent's. */
async function mostMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Number(kilobytes) / 1024
}

if (process.argv[2] === 'prepare' && process.send) {
  process.once('message', (picture: Uint8Array) => {
    void prepare(picture).then((cost) => process.send!(cost, () => process.disconnect()))
  })
  process.send('ready')
}
