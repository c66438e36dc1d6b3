import { encode } from 'blurhash'

/** What is shown until a picture has arrived. */
export interface Placeholder {
  /** The picture, blurred, in some thirty characters (https://blurha.sh). */
  blurhash: string
  /** The colour that there is most of, as `#rrggbb`. */
  color: string
}

/** Colours that differ in the lower bits only count as one. */
const BITS = 3

/**
 * Made of few pixels: more would say the same.
 * @param pixels red, green, blue and alpha of each, row by row
 */
export function placeholderOf(pixels: Uint8Array, width: number, height: number): Placeholder {
  const opaque = onWhite(pixels)
  const [across, down] = width >= height ? [4, 3] : [3, 4]
  return { blurhash: encode(opaque, width, height, across, down), color: mostOf(opaque) }
}

/** What is transparent, as most pages show it. */
function onWhite(pixels: Uint8Array): Uint8ClampedArray {
  const opaque = new Uint8ClampedArray(pixels.length)
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3]! / 255
    for (let channel = 0; channel < 3; channel++) {
      opaque[at + channel] = pixels[at + channel]! * alpha + 255 * (1 - alpha)
    }
    opaque[at + 3] = 255
  }
  return opaque
}

function mostOf(pixels: Uint8ClampedArray): string {
  const sums = new Map<number, [count: number, r: number, g: number, b: number]>()
  for (let at = 0; at < pixels.length; at += 4) {
    const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
    const key = [r, g, b].reduce((bits, value) => (bits << BITS) | (value >> (8 - BITS)), 0)
    const sum = sums.get(key) ?? [0, 0, 0, 0]
    sums.set(key, [sum[0] + 1, sum[1] + r, sum[2] + g, sum[3] + b])
  }
  const [count, ...channels] = [...sums.values()].reduce((most, sum) => sum[0] > most[0] ? sum : most)
  return `#${channels.map((sum) => Math.round(sum / count).toString(16).padStart(2, '0')).join('')}`
}
