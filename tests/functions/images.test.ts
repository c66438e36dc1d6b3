import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { decode, isBlurhashValid } from 'blurhash'
import sharp, { type Color, type Sharp } from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createCodecs } from '../../functions/images/codecs.ts'
import { createHandler } from '../../functions/images/handler.ts'
import { readHeader } from '../../functions/images/header.ts'
import { answerOf, post } from './support.ts'

const STORE = '0198f000-0000-7000-8000-00000000c0de'
const PATH = `${STORE}/vase.jpg`
/** `<path of the original>.<hash of its content>.w<width>.webp` */
const COPY = new RegExp(`^${STORE}/vase\\.jpg\\.[0-9a-f]{16}\\.w\\d+\\.webp$`)
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
  const written = new Map<string, { bytes: ArrayBuffer; type: string; metadata: Record<string, unknown> }>()
  const ofType = (type: string) => [...written.values()].filter((copy) => copy.type === type)
  const handler = createHandler({
    codecs,
    bucket: {
      async download() {
        if (refuse.download) throw refuse.download
        return new Uint8Array(picture)
      },
      async upload(path, bytes, type, metadata) {
        if (refuse.upload) throw refuse.upload
        written.set(path, { bytes, type, metadata })
      },
    },
  })
  return {
    written,
    first: () => Buffer.from(ofType('image/webp')[0]!.bytes),
    avifs: () => ofType('image/avif').map(({ bytes }) => Buffer.from(bytes)),
    prepare: (path = PATH) => handler(post('/images', { path })).then(answerOf),
  }
}

/** A picture of many things. */
const busy = (width: number, height: number) =>
  sharp('docs/images/shop.jpg').resize(width, height, { fit: 'cover' })

const ORANGE = { r: 229, g: 61, b: 40 }
const FINE = { quality: 100, chromaSubsampling: '4:4:4' }
const plain = (background: Color) =>
  sharp({
    create: {
      width: 40,
      height: 40,
      channels: typeof background === 'object' && 'alpha' in background ? 4 : 3,
      background,
    },
  })
const cut = (picture: Uint8Array) => picture.subarray(0, Math.floor(picture.length * 0.9))
const flipped = (picture: Buffer, at: number) => {
  const index = at < 0 ? picture.length + at : at
  picture[index] = picture[index]! ^ 0xff
  return picture
}

/** The middle of a copy has this colour, as far as eyes can tell. */
async function expectColor(copy: Buffer, wanted: number[], within = 8) {
  const { data, info } = await sharp(copy).raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels
  const found = [...data.subarray(at, at + wanted.length)]
  const isNear = wanted.every((value, index) => Math.abs(found[index]! - value) <= within)
  expect({ found, isNear }).toEqual({ found, isNear: true })
}

const CORNERS = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255], white: [255, 255, 255] }

/** A picture with another colour in each quarter, row by row: red, green, blue, white. */
async function corners(width: number, height: number): Promise<Buffer> {
  const [left, top] = [width / 2, height / 2]
  const quarter = (background: string, x: number, y: number) => ({
    input: { create: { width: left, height: top, channels: 3 as const, background } },
    left: x,
    top: y,
  })
  return sharp({ create: { width, height, channels: 3, background: 'red' } }).composite([
    quarter('lime', left, 0),
    quarter('blue', 0, top),
    quarter('white', left, top),
  ]).png().toBuffer()
}

async function cornersOf(picture: Buffer): Promise<string[]> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const colorAt = (x: number, y: number) => {
    const at = (Math.floor(info.height * y) * info.width + Math.floor(info.width * x)) * info.channels
    const distance = (color: number[]) =>
      color.reduce((sum, value, index) => sum + Math.abs(value - data[at + index]!), 0)
    return Object.entries(CORNERS).toSorted(([, a], [, b]) => distance(a) - distance(b))[0]![0]
  }
  return [colorAt(0.1, 0.1), colorAt(0.9, 0.1), colorAt(0.1, 0.9), colorAt(0.9, 0.9)]
}

/** Turns a picture so that the EXIF orientation turns it back. */
async function storedAs(upright: Buffer, orientation: number): Promise<Buffer> {
  const picture = sharp(upright)
  switch (orientation) {
    case 2:
      return picture.flop().toBuffer()
    case 3:
      return picture.rotate(180).toBuffer()
    case 4:
      return picture.flip().toBuffer()
    case 5:
      return sharp(await picture.rotate(270).toBuffer()).flip().toBuffer()
    case 6:
      return picture.rotate(270).toBuffer()
    case 7:
      return sharp(await picture.rotate(90).toBuffer()).flip().toBuffer()
    case 8:
      return picture.rotate(90).toBuffer()
    default:
      return upright
  }
}

describe('a picture', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'as %s gets its copies, each a WebP of its size',
    async (format) => {
      const effort = format === 'avif' ? { effort: 0 } : {}
      const picture = await noise(1000, 500).toFormat(format, effort).toBuffer()
      const { prepare, written } = build(picture)
      const [status, body] = await prepare()
      expect([status, body]).toMatchObject([200, {
        path: PATH,
        format,
        width: 1000,
        height: 500,
        renditions: [
          { path: expect.stringMatching(COPY), width: 1000, height: 500 },
          { path: expect.stringMatching(COPY), width: 800, height: 400 },
          { path: expect.stringMatching(COPY), width: 320, height: 160 },
        ],
      }])
      for (const { bytes, type, metadata } of written.values()) {
        const { format, width, height } = await sharp(Buffer.from(bytes)).metadata()
        expect({ format, width, height }).toEqual({
          format: type === 'image/avif' ? 'heif' : 'webp',
          width: metadata['width'],
          height: metadata['height'],
        })
        expect(metadata).toMatchObject({ original: PATH, original_width: 1000, original_height: 500 })
      }
    },
  )

  test('a picture is never enlarged', async () => {
    const { prepare } = build(await noise(200, 300).png().toBuffer())
    expect(await prepare()).toMatchObject([200, { renditions: [{ width: 200, height: 300 }] }])
  })

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'taken with a phone held in any way stands upright, as %s',
    async (format) => {
      // Red, green, blue and white in the corners of what is upright; stored as each of the eight ways asks for.
      const upright = await corners(60, 40)
      for (let orientation = 1; orientation <= 8; orientation++) {
        const stored = await sharp(await storedAs(upright, orientation)).withMetadata({ orientation })
          .toFormat(
            format,
            format === 'jpeg'
              ? { chromaSubsampling: '4:4:4' }
              : format === 'avif'
              ? { effort: 0, quality: 90 }
              : { lossless: true },
          ).toBuffer()
        const { prepare, first } = build(stored)
        expect([orientation, await prepare()]).toMatchObject([orientation, [200, { width: 60, height: 40 }]])
        expect([orientation, await cornersOf(first())]).toEqual([orientation, [
          'red',
          'green',
          'blue',
          'white',
        ]])
      }
    },
  )

  test('a picture keeps its transparency and its colours', async () => {
    const half = await plain({ r: 200, g: 30, b: 60, alpha: 0.5 }).png().toBuffer()
    const { prepare, first } = build(half)
    await prepare()
    await expectColor(first(), [200, 30, 60, 128])
  })

  test.each<[string, () => Promise<Buffer>]>([
    ['a JPEG in Display P3', () => plain(ORANGE).withIccProfile('p3').jpeg(FINE).toBuffer()],
    ['a PNG in Display P3', () => plain(ORANGE).withIccProfile('p3').png().toBuffer()],
    ['a WebP in Display P3', () => plain(ORANGE).withIccProfile('p3').webp({ quality: 100 }).toBuffer()],
    ['an AVIF in Display P3', () => plain(ORANGE).withIccProfile('p3').avif({ quality: 95 }).toBuffer()],
    [
      'a JPEG in Adobe RGB',
      async () =>
        sharp(await adobeRgb(ORANGE), { raw: { width: 40, height: 40, channels: 3 } })
          .jpeg(FINE).toBuffer().then((jpeg) => withProfile(jpeg, adobeRgbProfile())),
    ],
    ['a JPEG in sRGB', () => plain(ORANGE).withIccProfile('srgb').jpeg(FINE).toBuffer()],
    ['a JPEG that names no colour space', () => plain(ORANGE).jpeg(FINE).toBuffer()],
    ['a PNG of 16 bits', () => plain(ORANGE).toColourspace('rgb16').png().toBuffer()],
    ['a PNG with a palette', () => plain(ORANGE).png({ palette: true }).toBuffer()],
    ['an interlaced PNG', () => plain(ORANGE).png({ progressive: true }).toBuffer()],
    ['a progressive JPEG', () => plain(ORANGE).jpeg({ ...FINE, progressive: true }).toBuffer()],
  ])('as %s has the colours that it was given', async (_what, picture) => {
    const { prepare, first } = build(await picture())
    expect((await prepare())[0]).toBe(200)
    await expectColor(first(), [229, 61, 40])
    expect((await sharp(first()).metadata()).icc).toBeUndefined()
  })

  test.each<[string, () => Promise<Buffer>]>([
    [
      'a print shop’s JPEG (CMYK, with a profile)',
      () => plain(ORANGE).toColourspace('cmyk').withIccProfile('cmyk').jpeg(FINE).toBuffer(),
    ],
    ['a CMYK JPEG that carries no profile', () => plain(ORANGE).toColourspace('cmyk').jpeg(FINE).toBuffer()],
  ])('as %s is shown in colours that are near', async (_what, picture) => {
    const { prepare, first } = build(await picture())
    expect((await prepare())[0]).toBe(200)
    await expectColor(first(), [229, 61, 40], 40)
  })

  test.each<[string, (gray: Sharp) => Promise<Buffer>]>([
    ['a JPEG', (gray) => gray.jpeg(FINE).toBuffer()],
    ['a PNG', (gray) => gray.png().toBuffer()],
    ['a PNG of 16 bits', (gray) => gray.toColourspace('grey16').png().toBuffer()],
  ])('in shades of gray, as %s, stays gray', async (_what, picture) => {
    const { prepare, first } = build(await picture(plain({ r: 90, g: 90, b: 90 }).grayscale()))
    expect((await prepare())[0]).toBe(200)
    await expectColor(first(), [90, 90, 90])
  })

  test.each(['gif', 'webp'] as const)('that moves shows its first frame, as %s', async (format) => {
    const frames = await Promise.all(['red', 'blue'].map((background) => plain(background).png().toBuffer()))
    const { prepare, first } = build(
      await sharp(frames, { join: { animated: true } }).toFormat(format, { loop: 0, delay: [100, 100] })
        .toBuffer(),
    )
    expect((await prepare())[0]).toBe(200)
    await expectColor(first(), [255, 0, 0])
  })

  test('a picture taken with a phone as HEIC gets its copies', async () => {
    const { prepare, first } = build(await readFile(new URL('./fixtures/orange.heic', import.meta.url)))
    expect(await prepare()).toMatchObject([200, { format: 'heic', width: 64, height: 48 }])
    await expectColor(first(), [229, 61, 40])
  })

  test('a picture gets AVIF beside WebP where that is smaller, and nowhere else', async () => {
    const drawn = await busy(1200, 900).png().toBuffer()
    const { prepare, written, avifs } = build(drawn)
    const [, body] = await prepare()
    const { renditions } = body as {
      renditions: {
        path: string
        width: number
        bytes: number
        avif: { path: string; bytes: number } | null
      }[]
    }
    // The widest is not tried: it would take too long.
    expect(renditions.map(({ width, avif }) => [width, avif !== null])).toEqual([
      [1200, false],
      [800, true],
      [320, true],
    ])
    for (const { path, bytes, avif } of renditions.slice(1)) {
      expect(avif!.path).toBe(path.replace(/webp$/, 'avif'))
      expect(avif!.bytes).toBeLessThan(bytes)
      expect(written.get(avif!.path)!.bytes.byteLength).toBe(avif!.bytes)
    }
    for (const avif of avifs()) {
      const { compression, exif, icc } = await sharp(avif).metadata()
      expect({ compression, exif, icc }).toEqual({ compression: 'av1', exif: undefined, icc: undefined })
    }

    const tiny = build(await sharp(drawn).resize(8, 6).png().toBuffer())
    expect(await tiny.prepare()).toMatchObject([200, { renditions: [{ width: 8, avif: null }] }])
    expect(tiny.avifs()).toEqual([])
  })

  test('its AVIF copies look as the others do: upright, in its colours, as transparent', async () => {
    const upright = await busy(400, 300).png().toBuffer()
    const stored = await sharp(await storedAs(upright, 6)).withMetadata({ orientation: 6, icc: 'p3' })
      .jpeg({ quality: 95 }).toBuffer()
    const { prepare, first, avifs } = build(stored)
    await prepare()
    expect(avifs().length).toBeGreaterThan(0)
    const pixelsOf = (picture: Buffer) => sharp(picture).removeAlpha().raw().toBuffer()
    const [webp, avif] = [await pixelsOf(first()), await pixelsOf(avifs()[0]!)]
    expect(avif.length).toBe(webp.length)
    const distance = webp.reduce((sum, value, at) => sum + Math.abs(value - avif[at]!), 0) / webp.length
    expect(distance).toBeLessThan(6)

    const clear = build(await busy(400, 300).ensureAlpha(0.5).png().toBuffer())
    await clear.prepare()
    for (const avif of clear.avifs()) {
      const { data, info } = await sharp(avif).raw().toBuffer({ resolveWithObject: true })
      expect([info.channels, Math.abs(data[3]! - 128) < 4]).toEqual([4, true])
    }
  })

  test('a picture has a placeholder that looks like it, and the colour that there is most of', async () => {
    // Two thirds are orange, the right third is blue.
    const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: ORANGE } })
      .composite([{
        input: { create: { width: 100, height: 200, channels: 3, background: '#2040c0' } },
        left: 200,
        top: 0,
      }]).png().toBuffer()
    const { prepare, written } = build(picture)
    const [, body] = await prepare()
    const { blurhash, color } = body as { blurhash: string; color: string }
    expect(color).toBe('#e53d28')
    const pixels = decode(blurhash, 30, 20)
    const at = (x: number) => [...pixels.subarray(4 * (10 * 30 + x), 4 * (10 * 30 + x) + 3)]
    const [left, right] = [at(4), at(26)]
    expect(left[0]! - left[2]!).toBeGreaterThan(80)
    expect(right[2]! - right[0]!).toBeGreaterThan(80)
    for (const { metadata } of written.values()) expect(metadata).toMatchObject({ blurhash, color })
  })

  test.each<[string, () => Promise<Buffer>, string]>([
    ['one pixel', () => plain('#204060').resize(1, 1).png().toBuffer(), '#204060'],
    ['a line', () => plain('#204060').resize(400, 1, { fit: 'fill' }).png().toBuffer(), '#204060'],
    ['nothing but transparency', () => plain({ r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer(), '#ffffff'],
    ['shades of gray', () => plain('#808080').grayscale().png().toBuffer(), '#808080'],
  ])('a picture of %s has a placeholder', async (_what, picture, color) => {
    const [status, body] = await build(await picture()).prepare()
    expect(status).toBe(200)
    const placeholder = body as { blurhash: string; color: string }
    expect(isBlurhashValid(placeholder.blurhash).result).toBe(true)
    const channels = (text: string) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16))
    channels(color).forEach((wanted, at) =>
      expect(Math.abs(channels(placeholder.color)[at]! - wanted)).toBeLessThan(6)
    )
  })

  test('a picture tells nobody in its copies where it was taken', async () => {
    const { prepare, written } = build(
      await noise(400, 300).withExif({
        IFD0: { Artist: 'Ana Kaminski' },
        IFD3: { GPSLatitude: '18/1 31/1 0/1' },
      })
        .jpeg().toBuffer(),
    )
    await prepare()
    for (const { bytes } of written.values()) {
      expect(Buffer.from(bytes).includes('Ana Kaminski')).toBe(false)
      expect((await sharp(Buffer.from(bytes)).metadata()).exif).toBeUndefined()
    }
  })

  test.each<[string, () => Promise<Uint8Array>]>([
    ...(['jpeg', 'png', 'webp'] as const).map((format): [string, () => Promise<Uint8Array>] => [
      `a ${format} whose upload was interrupted`,
      async () => cut(await noise(400, 300).toFormat(format).toBuffer()),
    ]),
    [
      'a lossless WebP whose upload was interrupted',
      async () => cut(await noise(400, 300, 4).webp({ lossless: true }).toBuffer()),
    ],
    [
      'an interlaced PNG whose upload was interrupted',
      async () => cut(await noise(400, 300).png({ progressive: true }).toBuffer()),
    ],
    ['a PNG with a wrong checksum', async () => flipped(await noise(400, 300).png().toBuffer(), -14)],
    ['a PNG that lost a bit on its way', async () => flipped(await noise(400, 300).png().toBuffer(), 60_000)],
    [
      'a PNG of one pixel with a wrong checksum',
      async () =>
        Buffer.from(
          'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+/p94AAAAASUVORK5CYII=',
          'base64',
        ),
    ],
  ])('that is slightly broken gets its copies: %s', async (_what, picture) => {
    const { prepare } = build(await picture())
    expect((await prepare())[0]).toBe(200)
  })

  test('a picture of twelve megapixels fits', async () => {
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
  const frameBomb = async () => {
    const gif = await noise(10, 10).gif().toBuffer()
    const frame = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 10, 0, 10, 0]))
    gif.writeUInt16LE(60_000, frame + 5)
    gif.writeUInt16LE(60_000, frame + 7)
    return gif
  }
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['text', () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not_an_image'],
    ['nothing', () => new Uint8Array(), 'not_an_image'],
    ['a TIFF', () => noise(10, 10).tiff().toBuffer(), 'unsupported_image'],
    ['a drawing for screens', () => new TextEncoder().encode('BM' + ' '.repeat(200)), 'unsupported_image'],
    [
      'the beginning of a picture',
      async () => (await noise(400, 400).png().toBuffer()).subarray(0, 40),
      'not_an_image',
    ],
    ['the first bytes of a JPEG', () => Uint8Array.of(0xff, 0xd8, 0xff), 'not_an_image'],
    ['a small file that says it is 60,000 pixels wide', bomb, 'image_too_large'],
    ['a GIF whose frame is larger than its screen', frameBomb, 'image_too_large'],
    ['an AVIF that says it is 30,000 pixels wide', async () => {
      const avif = await noise(64, 64).avif().toBuffer()
      avif.writeUInt32BE(30_000, avif.indexOf('ispe') + 8)
      return avif
    }, 'image_too_large'],
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
    [`${STORE}/vase.jpg.0123456789abcdef.w800.webp`],
    [`${STORE}/vase.jpg.0123456789abcdef.w800.avif`],
    [`${STORE}/${'x'.repeat(300)}`],
  ])('path %#', async (path) => {
    expect(await build(new Uint8Array()).prepare(path)).toMatchObject([422, { code: 'invalid_request' }])
  })

  test('a picture that the bucket refuses is refused', async () => {
    const picture = await noise(400, 400).png().toBuffer()
    const missing = new Problem(404, 'image_not_found', 'No.')
    expect(await build(picture, { download: missing }).prepare()).toMatchObject([404, {
      code: 'image_not_found',
    }])
    const foreign = new Problem(403, 'not_allowed', 'No.')
    expect(await build(picture, { upload: foreign }).prepare()).toMatchObject([403, { code: 'not_allowed' }])
  })
})

describe('the address of a copy', () => {
  const addressesOf = async (picture: Uint8Array, path?: string) => {
    const [, body] = await build(picture).prepare(path)
    return (body as { renditions: { path: string }[] }).renditions.map((rendition) => rendition.path)
  }
  const red = () => plain('red').jpeg().toBuffer()

  test('the address of a copy belongs to one original, whatever the others are called', async () => {
    const names = [
      'shared.jpg',
      'shared.png',
      'shared',
      'photo.v2',
      'photo',
      'photo.w340.webp',
      'photo.v2.webp',
    ]
    const picture = await red()
    const all = await Promise.all(names.map((name) => addressesOf(picture, `${STORE}/${name}`)))
    expect(new Set(all.flat()).size).toBe(names.length)
  })

  test('the address of a copy is another once the original has been replaced, and the same when asked again', async () => {
    const before = await addressesOf(await red())
    expect(await addressesOf(await red())).toEqual(before)
    expect(await addressesOf(await plain('blue').jpeg().toBuffer())).not.toEqual(before)
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

/**
 * Adobe RGB (1998), as an ICC profile of version 2: the same primaries as sRGB but for green, and a gamma of 563/256.
 */
function adobeRgbProfile(): Buffer {
  const xyz = (...values: number[]) =>
    Buffer.concat([
      Buffer.from('XYZ \0\0\0\0'),
      ...values.map((value) => {
        const word = Buffer.alloc(4)
        word.writeInt32BE(Math.round(value * 65536))
        return word
      }),
    ])
  const curve = Buffer.from([...Buffer.from('curv\0\0\0\0'), 0, 0, 0, 1, 2, 51, 0, 0])
  const description = Buffer.alloc(96)
  description.write('desc')
  description.writeUInt32BE(6, 8)
  description.write('Adobe', 12)
  const tags: [string, Buffer][] = [
    ['desc', description],
    ['cprt', Buffer.from('text\0\0\0\0none\0\0\0\0')],
    ['wtpt', xyz(0.95045, 1, 1.08905)],
    ['rXYZ', xyz(0.60974, 0.31111, 0.01947)],
    ['gXYZ', xyz(0.20528, 0.62567, 0.06087)],
    ['bXYZ', xyz(0.14919, 0.06322, 0.74457)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]
  const table = Buffer.alloc(4 + 12 * tags.length)
  table.writeUInt32BE(tags.length)
  let at = 128 + table.length
  tags.forEach(([tag, data], index) => {
    table.write(tag, 4 + 12 * index)
    table.writeUInt32BE(at, 8 + 12 * index)
    table.writeUInt32BE(data.length, 12 + 12 * index)
    at += data.length
  })
  const header = Buffer.alloc(128)
  header.writeUInt32BE(at)
  header.writeUInt32BE(0x02100000, 8)
  header.write('mntrRGB XYZ ', 12)
  header.write('acsp', 36)
  header.set(xyz(0.9642, 1, 0.8249).subarray(8), 68)
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)])
}

/** 40 × 40 pixels of a colour of sRGB, said in Adobe RGB. */
async function adobeRgb({ r, g, b }: { r: number; g: number; b: number }): Promise<Buffer> {
  const [red, green, blue] = [r, g, b].map((value) => value / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4) as [
      number,
      number,
      number,
    ]
  const mixed = [
    0.71512 * red + 0.28488 * green,
    green,
    0.0412 * green + 0.9588 * blue,
  ].map((value) => Math.round(255 * value ** (256 / 563)))
  return Buffer.from(Array.from({ length: 1600 }, () => mixed).flat())
}

/** Puts a colour profile into a JPEG. */
function withProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const segment = Buffer.concat([Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1'), profile])
  segment.writeUInt16BE(segment.length - 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
}
