import { Problem } from '../_shared/problem.ts'
import type { Codecs, Pixels } from './codecs.ts'
import { readHeader } from './header.ts'

/** The bucket of pictures, as the caller may use it. */
export interface Bucket {
  /** @throws {Problem} 404 image_not_found where there is none that the caller may read */
  download(path: string): Promise<Uint8Array<ArrayBuffer>>
  /** @throws {Problem} 403 not_allowed where the caller may not write */
  upload(path: string, bytes: ArrayBuffer, metadata: Record<string, unknown>): Promise<void>
}

/** What pictures are prepared with. */
export interface Dependencies {
  bucket: Bucket
  codecs: Codecs
}

/** A smaller copy of a picture. */
export interface Rendition {
  path: string
  width: number
  height: number
  bytes: number
}

/** What was found out about a picture, and what was made of it. */
export interface Prepared {
  path: string
  format: string
  width: number
  height: number
  renditions: Rendition[]
}

/** For a phone's list, a page, and a full screen. Larger than the picture itself none is made. */
const WIDTHS = [1600, 800, 320]
const LARGEST_FILE_BYTES = 10 * 1024 * 1024
/** 24 megapixels: what a phone takes, and what fits into the memory of a function beside its smaller copies. */
const MOST_PIXELS = 24_000_000
const LONGEST_SIDE = 12_000

/**
 * Makes web copies of an uploaded picture beside it: `<name>.w800.webp` and so on. Asking again makes the same copies.
 * @throws {Problem} 422 not_an_image, 422 image_too_large, and what the bucket refuses
 */
export async function prepareImage(deps: Dependencies, path: string): Promise<Prepared> {
  const original = await deps.bucket.download(path)
  if (original.byteLength > LARGEST_FILE_BYTES) throw tooLarge()
  const header = readHeader(original)
  if (header === null || header.width === 0 || header.height === 0) throw notAnImage()
  if (header.width * header.height > MOST_PIXELS || Math.max(header.width, header.height) > LONGEST_SIDE) {
    throw tooLarge()
  }
  let picture = await decode(deps.codecs, header.format, original)
  const { width, height } = picture
  const renditions: Rendition[] = []
  for (const wanted of [Math.min(width, WIDTHS[0]!), ...WIDTHS.slice(1)]) {
    if (wanted > width || renditions.some((made) => made.width === wanted)) continue
    // Each from the one before: scaling down is the dearest step, and pixels get fewer every time.
    if (wanted !== picture.width) {
      picture = await deps.codecs.resize(picture, wanted, Math.max(1, Math.round(height * wanted / width)))
    }
    renditions.push(await write(deps, path, picture, { width, height }))
  }
  return { path, format: header.format, width, height, renditions }
}

async function decode(
  codecs: Codecs,
  format: 'jpeg' | 'png' | 'webp',
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Pixels> {
  try {
    return await codecs.decode(format, bytes.slice().buffer)
  } catch (error) {
    throw notAnImage(error)
  }
}

async function write(
  deps: Dependencies,
  path: string,
  picture: Pixels,
  original: { width: number; height: number },
): Promise<Rendition> {
  const encoded = await deps.codecs.encodeWebp(picture)
  const target = `${path.replace(/\.[A-Za-z0-9]{1,5}$/, '')}.w${picture.width}.webp`
  const { width, height } = picture
  await deps.bucket.upload(target, encoded, {
    width,
    height,
    original: path,
    original_width: original.width,
    original_height: original.height,
  })
  return { path: target, width, height, bytes: encoded.byteLength }
}

const tooLarge = () =>
  new Problem(
    422,
    'image_too_large',
    'A picture may have 10 MB and 24 megapixels, and 12,000 pixels on a side.',
  )

const notAnImage = (cause?: unknown) =>
  new Problem(422, 'not_an_image', 'This file is no JPEG, PNG or WebP picture, or it is damaged.', { cause })
