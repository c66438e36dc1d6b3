import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createCodecs } from '../../functions/images/codecs.ts'
import { createHandler } from '../../functions/images/handler.ts'
import { readHeader } from '../../functions/images/header.ts'
import { answerOf, post } from './support.ts'

const STORE = '0198f000-0000-7000-8000-00000000c0de'
const PATH = `${STORE}/vase.jpg`
const resolve = createRequire(import.meta.url).resolve
const codecs = createCodecs(async (specifier) => new Uint8Array(await readFile(resolve(specifier))))

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const noise = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({
    create: {
      width,
      height,
      channels,
      background: '#1e5c45',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })

/** A bucket with one picture in it, and what was written to it. */
function build(picture: Uint8Array, refuse: { download?: Problem; upload?: Problem } = {}) {
  const written = new Map<string, { bytes: ArrayBuffer; metadata: Record<string, unknown> }>()
  const handler = createHandler({
    codecs,
    bucket: {
      async download() {
        if (refuse.download) throw refuse.download
        return new Uint8Array(picture)
      },
      async upload(path, bytes, metadata) {
        if (refuse.upload) throw refuse.upload
        written.set(path, { bytes, metadata })
      },
    },
  })
  return { written, prepare: (path = PATH) => handler(post('/images', { path })).then(answerOf) }
}

describe('a picture', () => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'as %s gets its copies, each a WebP of its size',
    async (format) => {
      const picture = await noise(1000, 500).toFormat(format).toBuffer()
      const { prepare, written } = build(picture)
      const [status, body] = await prepare()
      expect([status, body]).toMatchObject([200, {
        path: PATH,
        format,
        width: 1000,
        height: 500,
        renditions: [
          { path: `${STORE}/vase.w1000.webp`, width: 1000, height: 500 },
          { path: `${STORE}/vase.w800.webp`, width: 800, height: 400 },
          { path: `${STORE}/vase.w320.webp`, width: 320, height: 160 },
        ],
      }])
      for (const { bytes, metadata } of written.values()) {
        const { format, width, height } = await sharp(Buffer.from(bytes)).metadata()
        expect({ format, width, height }).toEqual({
          format: 'webp',
          width: metadata['width'],
          height: metadata['height'],
        })
        expect(metadata).toMatchObject({ original: PATH, original_width: 1000, original_height: 500 })
      }
    },
  )

  test('is never enlarged', async () => {
    const { prepare } = build(await noise(200, 300).png().toBuffer())
    expect(await prepare()).toMatchObject([200, { renditions: [{ width: 200, height: 300 }] }])
  })

  test('taken with the phone on its side stands upright', async () => {
    const { prepare } = build(await noise(600, 400).jpeg().withMetadata({ orientation: 6 }).toBuffer())
    expect(await prepare()).toMatchObject([200, { width: 400, height: 600 }])
  })

  test('keeps its transparency and its colours', async () => {
    const half = await sharp({
      create: { width: 400, height: 40, channels: 4, background: { r: 200, g: 30, b: 60, alpha: 0.5 } },
    })
      .png().toBuffer()
    const { prepare, written } = build(half)
    await prepare()
    const [red, green, blue, alpha] = await sharp(Buffer.from(written.get(`${STORE}/vase.w320.webp`)!.bytes))
      .raw().toBuffer()
    for (const [value, wanted] of [[red, 200], [green, 30], [blue, 60], [alpha, 128]]) {
      expect(Math.abs(value! - wanted!)).toBeLessThan(8)
    }
  })

  test('of twelve megapixels fits', async () => {
    const { prepare } = build(
      await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'teal' } }).jpeg()
        .toBuffer(),
    )
    expect(await prepare()).toMatchObject([200, {
      renditions: [{ width: 1600 }, { width: 800 }, { width: 320 }],
    }])
  })
})

describe('refused', () => {
  const bomb = async () => {
    const png = await noise(10, 10).png().toBuffer()
    png.writeUInt32BE(60_000, 16)
    png.writeUInt32BE(60_000, 20)
    return png
  }
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['text', () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not_an_image'],
    ['nothing', () => new Uint8Array(), 'not_an_image'],
    ['a GIF', () => noise(10, 10).gif().toBuffer(), 'not_an_image'],
    [
      'the beginning of a picture',
      async () => (await noise(400, 400).png().toBuffer()).subarray(0, 500),
      'not_an_image',
    ],
    ['the first bytes of a JPEG', () => Uint8Array.of(0xff, 0xd8, 0xff), 'not_an_image'],
    ['a small file that says it is 60,000 pixels wide', bomb, 'image_too_large'],
    ['eleven megabytes', () => new Uint8Array(11 * 1024 * 1024), 'image_too_large'],
  ])('%s', async (_what, picture, code) => {
    const { prepare, written } = build(await picture())
    expect(await prepare()).toMatchObject([422, { code }])
    expect(written.size).toBe(0)
  })

  test.each([
    ['vase.jpg'],
    [`${STORE}/../other/vase.jpg`],
    [`${STORE}/./vase.jpg`],
    [`${STORE}/vase.w800.webp`],
    [`${STORE}/${'x'.repeat(300)}`],
  ])('path %#', async (path) => {
    expect(await build(new Uint8Array()).prepare(path)).toMatchObject([422, { code: 'invalid_request' }])
  })

  test('what the bucket refuses', async () => {
    const picture = await noise(400, 400).png().toBuffer()
    const missing = new Problem(404, 'image_not_found', 'No.')
    expect(await build(picture, { download: missing }).prepare()).toMatchObject([404, {
      code: 'image_not_found',
    }])
    const foreign = new Problem(403, 'not_allowed', 'No.')
    expect(await build(picture, { upload: foreign }).prepare()).toMatchObject([403, { code: 'not_allowed' }])
  })
})

test.each([['lossless', { lossless: true }], ['lossy', { lossless: false }]])(
  'the size of a %s WebP',
  async (_kind, options) => {
    for (const channels of [3, 4] as const) {
      const picture = await noise(333, 77, channels).webp(options).toBuffer()
      expect(readHeader(picture)).toEqual({ format: 'webp', width: 333, height: 77 })
    }
  },
)
