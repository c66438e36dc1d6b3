import type { Format } from './header.ts'

/**
 * What browsers show although it is damaged: a picture whose upload was interrupted, or some bit of which was lost.
 * Gives
 * it the form that a strict decoder reads; what is missing stays empty.
 * @returns null where nothing can be done
 */
export async function mend(format: Format, bytes: Uint8Array): Promise<Uint8Array | null> {
  switch (format) {
    case 'png':
      return await mendPng(bytes)
    case 'webp':
      // Its decoder asks for the length that the file says it has, and gets along with any content.
      return padded(bytes, 2 * bytes.length)
    default:
      return null
  }
}

/** Chunks before the pixels that decide how they look; the others are not needed for a copy. */
const KEPT_CHUNKS = ['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'eXIf']
const SIGNATURE_BYTES = 8
const IHDR_BYTES = 13
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** Writes a PNG anew: the pixels that can be read, then empty ones, under checksums that are right. */
async function mendPng(bytes: Uint8Array): Promise<Uint8Array | null> {
  const chunks = chunksOf(bytes)
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  if (header === undefined || header.length !== IHDR_BYTES) return null
  const length = pixelBytes(header)
  if (length === null) return null
  const pixels = await inflateWhatCan(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  if (pixels.length === 0) return null
  return concatenated([
    bytes.subarray(0, SIGNATURE_BYTES),
    chunkOf('IHDR', header),
    ...chunks.filter(({ type }) => KEPT_CHUNKS.includes(type)).map(({ type, data }) => chunkOf(type, data)),
    chunkOf('IDAT', await deflate(padded(pixels.subarray(0, length), length))),
    chunkOf('IEND', new Uint8Array()),
  ])
}

interface Chunk {
  type: string
  data: Uint8Array
}

/** The chunks of a PNG as far as they go, the last one perhaps cut off. */
function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  for (let at = SIGNATURE_BYTES; at + 8 < bytes.length;) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

/** How many bytes the pixels of a PNG unfold to, each row led by one byte; null where the header makes no sense. */
function pixelBytes(header: Uint8Array): number | null {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const [width, height, depth, colorType, isInterlaced] = [
    view.getUint32(0),
    view.getUint32(4),
    header[8]!,
    header[9]!,
    header[12] === 1,
  ]
  const channels = CHANNELS[colorType]
  if (channels === undefined || ![1, 2, 4, 8, 16].includes(depth)) return null
  const size = (columns: number, rows: number) =>
    columns === 0 ? 0 : rows * (1 + Math.ceil(columns * channels * depth / 8))
  if (!isInterlaced) return size(width, height)
  // Adam7: seven small pictures, each of every so many columns and rows.
  const passes = [[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [
    0,
    1,
    1,
    2,
  ]]
  return passes.reduce((sum, [x, everyX, y, everyY]) => {
    const columns = Math.ceil(Math.max(0, width - x!) / everyX!)
    return sum + size(columns, Math.ceil(Math.max(0, height - y!) / everyY!))
  }, 0)
}

/** Inflates until the data ends or makes no sense any more. */
async function inflateWhatCan(parts: Uint8Array[]): Promise<Uint8Array> {
  const inflated: Uint8Array[] = []
  const reader = new Blob(parts as BlobPart[]).stream().pipeThrough(new DecompressionStream('deflate'))
    .getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) inflated.push(read.value)
  } catch {
    // The end of what can be read.
  }
  return concatenated(inflated)
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function chunkOf(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  for (let at = 0; at < 4; at++) chunk[4 + at] = type.charCodeAt(at)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  return chunk
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(Math.max(length, bytes.length))
  longer.set(bytes)
  return longer
}

function concatenated(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
