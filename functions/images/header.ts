/** What the first bytes of a file say about it. */
export interface Header {
  format: 'jpeg' | 'png' | 'webp'
  width: number
  height: number
}

/**
 * Reads format and size of a picture without decoding it: a small file may unfold to gigabytes of pixels, and what a
 * file is, its name and declared type do not decide.
 * @returns null for anything but JPEG, PNG and WebP
 */
export function readHeader(bytes: Uint8Array): Header | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a) return png(view)
    if (view.getUint16(0) === 0xffd8) return jpeg(view)
    if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP') return webp(view)
    return null
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

function ascii(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)))
}
