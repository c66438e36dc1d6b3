const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** One bit for each pixel, black or white. */
const BIT_DEPTH = 1
const GRAYSCALE = 0

/**
 * Writes a picture of black and white squares as PNG (https://www.w3.org/TR/png-3/).
 * @param dark rows of squares, true where one is black
 * @param scale pixels for each square's side
 */
export async function encodePng(dark: boolean[][], scale: number): Promise<Uint8Array<ArrayBuffer>> {
  const side = dark.length * scale
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, side)
  header.setUint32(4, side)
  header.setUint8(8, BIT_DEPTH)
  header.setUint8(9, GRAYSCALE)
  return concat([
    SIGNATURE,
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', await deflate(scanlines(dark, scale, side))),
    chunk('IEND', new Uint8Array()),
  ])
}

/** Each line begins with its filter (0, none), then eight pixels to a byte; 1 is white. */
function scanlines(dark: boolean[][], scale: number, side: number): Uint8Array<ArrayBuffer> {
  const stride = 1 + Math.ceil(side / 8)
  const data = new Uint8Array(stride * side)
  for (const [y, row] of dark.entries()) {
    const line = new Uint8Array(stride)
    for (let x = 0; x < side; x++) {
      if (!row[Math.floor(x / scale)]) line[1 + (x >> 3)]! |= 0x80 >> (x & 7)
    }
    for (let copy = 0; copy < scale; copy++) data.set(line, (y * scale + copy) * stride)
  }
  return data
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(type), data])
  const framed = new DataView(new ArrayBuffer(8))
  framed.setUint32(0, data.length)
  framed.setUint32(4, crc32(body))
  const frame = new Uint8Array(framed.buffer)
  return concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

async function deflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

function crc32(data: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of data) value = CRC_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
