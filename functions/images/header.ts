/** The kinds of pictures that copies are made of. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic'

/** What the first bytes of a file say about it. */
export interface Header {
  format: Format
  /** As stored, before any turning; in pixels. */
  width: number
  height: number
}

/**
 * Reads format and size of a picture without decoding it: a small file may unfold to gigabytes of pixels, and what a
 * file is, its name and declared type do not decide.
 * @returns `'unsupported'` for a picture of another kind, null for what is none, or is cut off before its size
 */
export function readHeader(bytes: Uint8Array): Header | 'unsupported' | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a) return png(view)
    if (view.getUint16(0) === 0xffd8) return jpeg(view)
    if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP') return webp(view)
    if (/^GIF8[79]a$/.test(ascii(view, 0, 6))) return gif(view)
    if (ascii(view, 4, 4) === 'ftyp') return isoFile(view)
    return isOtherPicture(view) ? 'unsupported' : null
  } catch (error) {
    // Read past the end: the file is cut off.
    if (error instanceof RangeError) return null
    throw error
  }
}

function png(view: DataView): Header | null {
  if (ascii(view, 12, 4) !== 'IHDR') return null
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** Walks the segments up to the first frame header (SOF), which carries the size. */
function jpeg(view: DataView): Header | null {
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
}

function webp(view: DataView): Header | null {
  const size24 = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1
  switch (ascii(view, 12, 4)) {
    case 'VP8 ':
      return {
        format: 'webp',
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      }
    case 'VP8L': {
      const packed = view.getUint32(21, true)
      return { format: 'webp', width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { format: 'webp', width: size24(24), height: size24(27) }
    default:
      return null
  }
}

/** Walks the blocks up to the first frame: that one is decoded, and may be larger than the screen it is drawn on. */
function gif(view: DataView): Header | null {
  let at = 13 + colorTableBytes(view.getUint8(10))
  for (;;) {
    const block = view.getUint8(at)
    if (block === 0x2c) {
      return { format: 'gif', width: view.getUint16(at + 5, true), height: view.getUint16(at + 7, true) }
    }
    if (block !== 0x21) return null
    at += 2
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += length + 1
    at++
  }
}

const colorTableBytes = (flags: number) => flags & 0x80 ? 3 * (2 << (flags & 7)) : 0

/** Brands of HEIF files whose picture is coded with HEVC. */
const HEVC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx']

/** AVIF and HEIC: the size is that of the largest picture inside, which stands in an `ispe` box near the beginning. */
function isoFile(view: DataView): Header | 'unsupported' | null {
  const end = view.getUint32(0)
  const brands: string[] = []
  for (let at = 8; at + 4 <= Math.min(end, 200); at += 4) brands.push(ascii(view, at, 4))
  const format = brands.includes('avif') || brands.includes('avis')
    ? 'avif'
    : brands.some((brand) => HEVC_BRANDS.includes(brand))
    ? 'heic'
    : undefined
  if (format === undefined) return brands.includes('mif1') ? 'unsupported' : null
  let largest: Header | null = null
  const ispe = 0x69737065
  for (let at = end; at + 16 <= Math.min(view.byteLength, LONGEST_META_BYTES); at++) {
    if (view.getUint32(at) !== ispe) continue
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)]
    if (largest === null || width * height > largest.width * largest.height) {
      largest = { format, width, height }
    }
  }
  return largest
}

/** How far into a file its description reaches. */
const LONGEST_META_BYTES = 256 * 1024

/** TIFF (and the raw files of cameras), BMP, JPEG XL, JPEG 2000, Photoshop, icons. */
function isOtherPicture(view: DataView): boolean {
  const first = view.getUint32(0)
  return [0x49492a00, 0x4d4d002a, 0x0000000c, 0x38425053, 0x00000100].includes(first) ||
    [0x424d, 0xff0a].includes(first >>> 16)
}

function ascii(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)))
}
