import { crc32, deflateSync } from 'node:zlib'

/** Side of a demo picture, in pixels. */
const SIZE = 320

/** Shades between a picture's two colours; enough for smooth edges, few enough for a one-byte palette. */
const SHADES = 64

/** A motif says how much of the ink colour a point takes (0 paper … 1 ink); x and y run from -1 to 1. */
type Motif = (x: number, y: number, variant: number) => number

/** Blurs the edge of a shape over about three pixels: `distance` is negative inside. */
const edge = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance * SIZE / 3))

const MOTIFS: Motif[] = [
  // a sun
  (x, y, variant) => edge(Math.hypot(x, y) - 0.45 - 0.02 * variant),
  // petals
  (x, y, variant) => edge(Math.hypot(x, y) - 0.55 - 0.18 * Math.cos((4 + variant) * Math.atan2(y, x))),
  // rings
  (x, y, variant) =>
    edge(Math.abs(Math.sin(Math.hypot(x, y) * (6 + variant))) - 0.4) * edge(Math.hypot(x, y) - 0.8),
  // a vessel
  (x, y, variant) =>
    edge(Math.max(Math.abs(x) - 0.32 - 0.18 * Math.sin((y + 0.2 * variant) * 2.6), Math.abs(y) - 0.62)),
  // hills
  (x, y, variant) => edge(0.15 + 0.22 * Math.sin(x * (2 + variant / 2) + variant) - y),
  // a weave
  (x, y, variant) =>
    edge(Math.max(Math.abs(x), Math.abs(y)) - 0.7) *
    (Math.sin(x * (14 + variant)) * Math.sin(y * (14 + variant)) > 0 ? 1 : 0.35),
]

/**
 * Draws the picture of one demo product: two colours and a motif, always the same for the same numbers.
 * @param palette which pair of colours; one per store
 * @param motif which shape; one per category
 * @param variant how the shape differs within its category
 * @returns a PNG (https://www.w3.org/TR/png-3/), 320 x 320, palette colour
 */
export function drawProduct(palette: number, motif: number, variant: number): Buffer {
  const hue = palette * 57 + variant * 3
  const shape = MOTIFS[motif % MOTIFS.length]!
  const rows = Buffer.alloc(SIZE * (SIZE + 1)) // each row begins with its filter, 0 = none
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const x = (2 * column) / SIZE - 1
      const y = (2 * row) / SIZE - 1
      rows[row * (SIZE + 1) + 1 + column] = Math.round(shape(x, y, variant % 7) * (SHADES - 1))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIZE, 0)
  header.writeUInt32BE(SIZE, 4)
  header.set([8, 3, 0, 0, 0], 8) // 8 bits, palette, deflate, adaptive filters, not interlaced
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('PLTE', shades(rgb(hue, 0.45, 0.93), rgb(hue + 25, 0.5, 0.42))),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

function shades(paper: number[], ink: number[]): Buffer {
  const palette = Buffer.alloc(SHADES * 3)
  for (let shade = 0; shade < SHADES; shade++) {
    const share = shade / (SHADES - 1)
    paper.forEach((value, channel) => {
      palette[shade * 3 + channel] = Math.round(value + (ink[channel]! - value) * share)
    })
  }
  return palette
}

/** HSL to RGB (CSS Color 4, §7.1); hue in degrees, the others from 0 to 1. */
function rgb(hue: number, saturation: number, lightness: number): number[] {
  const chroma = saturation * Math.min(lightness, 1 - lightness)
  return [0, 8, 4].map((offset) => {
    const step = (offset + hue / 30) % 12
    return 255 * (lightness - chroma * Math.max(-1, Math.min(step - 3, 9 - step, 1)))
  })
}
