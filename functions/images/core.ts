import { Problem } from '../_shared/problem.ts'
import { type Codecs, type Copied, UnreadableImage } from './codecs.ts'
import { type Format, type Header, readHeader } from './header.ts'

/** The bucket of pictures, as the caller may use it. */
export interface Bucket {
  /** @throws {Problem} 404 image_not_found where there is none that the caller may read */
  download(path: string): Promise<Uint8Array<ArrayBuffer>>
  /** @throws {Problem} 403 not_allowed where the caller may not write */
  upload(path: string, bytes: ArrayBuffer, type: string, metadata: Record<string, unknown>): Promise<void>
}

/** What pictures are prepared with. */
export interface Dependencies {
  bucket: Bucket
  codecs: Codecs
}

/** A smaller copy of a picture, as WebP. */
export interface Rendition {
  path: string
  width: number
  height: number
  bytes: number
  /** The same as AVIF, where that is smaller. */
  avif: { path: string; bytes: number } | null
}

/** What was found out about a picture, and what was made of it. */
export interface Prepared {
  path: string
  format: string
  width: number
  height: number
  blurhash: string
  color: string
  renditions: Rendition[]
}

/** For a phone's list, a page, and a full screen. Larger than the picture itself none is made. */
const WIDTHS = [1600, 800, 320]
const LARGEST_FILE_BYTES = 10 * 1024 * 1024
const LONGEST_SIDE = 12_000
/**
 * What fits into the memory of a function (256 MB), in megapixels. A JPEG is decoded at the size that is needed;
 * AVIF takes
 * the most by far.
 */
const MOST_MEGAPIXELS: Record<Format, number> = { jpeg: 24, png: 16, webp: 16, gif: 16, heic: 13, avif: 9 }
/** How much of the hash of the content stands in a copy's name, in hexadecimal digits. */
const HASH_DIGITS = 16

/**
 * Makes web copies of an uploaded picture beside it: `<name>.<hash of its content>.w800.webp` and so on, with `.avif`
 * beside that where it is smaller. So a copy's
 * address never shows anything else: a replaced picture gets new ones. Asking again makes the same copies.
 * @throws {Problem} 422 not_an_image, unsupported_image, image_too_large, and what the bucket refuses
 */
export async function prepareImage(deps: Dependencies, path: string): Promise<Prepared> {
  const original = await deps.bucket.download(path)
  const header = check(original)
  const { width, height, copies, placeholder } = await copy(deps.codecs, header, original)
  const hash = await hashOf(original)
  const renditions: Rendition[] = []
  for (const { webp, avif, ...size } of copies) {
    const metadata = {
      ...size,
      ...placeholder,
      original: path,
      original_width: width,
      original_height: height,
    }
    const upload = async (type: 'webp' | 'avif', bytes: Uint8Array<ArrayBuffer>) => {
      const target = `${path}.${hash}.w${size.width}.${type}`
      await deps.bucket.upload(target, bytes.buffer, `image/${type}`, metadata)
      return { path: target, bytes: bytes.byteLength }
    }
    // The one that stands alone comes last: whoever sees it sees the other too.
    const beside = avif && await upload('avif', avif)
    renditions.push({ ...size, ...await upload('webp', webp), avif: beside })
  }
  return { path, format: header.format, width, height, ...placeholder, renditions }
}

/** Refuses what cannot be decoded, or would take too much, before anything is. */
function check(original: Uint8Array): Header {
  if (original.byteLength > LARGEST_FILE_BYTES) throw tooLarge()
  const header = readHeader(original)
  if (header === 'unsupported') throw unsupported()
  if (header === null || header.width === 0 || header.height === 0) throw notAnImage()
  const { format, width, height } = header
  if (width * height > MOST_MEGAPIXELS[format] * 1e6 || Math.max(width, height) > LONGEST_SIDE) {
    throw tooLarge(format)
  }
  return header
}

async function copy(codecs: Codecs, header: Header, original: Uint8Array): Promise<Copied> {
  try {
    return await codecs.copy(header, original, WIDTHS)
  } catch (error) {
    throw error instanceof UnreadableImage ? notAnImage(error) : error
  }
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, HASH_DIGITS)
}

const tooLarge = (format: Format = 'jpeg') =>
  new Problem(
    422,
    'image_too_large',
    `A picture may have 10 MB, ${MOST_MEGAPIXELS[format]} megapixels${
      format === 'jpeg' ? '' : ` as ${format.toUpperCase()}`
    } and 12,000 pixels on a side.`,
  )

const unsupported = () =>
  new Problem(
    422,
    'unsupported_image',
    'This kind of picture is not shown on the web. Save it as JPEG, PNG or WebP and upload that.',
  )

const notAnImage = (cause?: unknown) =>
  new Problem(
    422,
    'not_an_image',
    'This file is no JPEG, PNG, WebP, GIF, AVIF or HEIC picture, or it is damaged.',
    {
      cause,
    },
  )
