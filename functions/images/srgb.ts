/** White of the profile connection space: D50. */
const D50 = [0.9642, 1, 0.8249] as const
/** sRGB's primaries, adapted to D50 (IEC 61966-2-1). */
const PRIMARIES = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
} as const
/** sRGB's curve: ((a·x + b) ^ g), below d straight with slope c. */
const CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045] as const

const HEADER_BYTES = 128

/**
 * The colour space of the web as an ICC profile (version 4), for turning other spaces into it. Written out here because
 * its few numbers are all that there is to it, and a file would have to be carried along to where functions run.
 */
export function srgbProfile(): Uint8Array {
  const curve = parametricCurve(CURVE)
  const tags: [string, Uint8Array][] = [
    ['desc', localizedText('sRGB')],
    ['cprt', localizedText('No copyright')],
    ['wtpt', xyz(D50)],
    ...Object.entries(PRIMARIES).map(([tag, value]): [string, Uint8Array] => [tag, xyz(value)]),
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]
  const start = HEADER_BYTES + 4 + 12 * tags.length
  const size = start + tags.reduce((sum, [, data]) => sum + data.length, 0)
  const profile = new Uint8Array(size)
  const view = new DataView(profile.buffer)
  view.setUint32(0, size)
  view.setUint32(8, 0x04300000) // version 4.3
  writeAscii(profile, 12, 'mntrRGB XYZ ')
  writeAscii(profile, 36, 'acsp')
  D50.forEach((value, index) => view.setInt32(68 + 4 * index, fixed(value)))
  view.setUint32(HEADER_BYTES, tags.length)
  let at = start
  tags.forEach(([tag, data], index) => {
    const entry = HEADER_BYTES + 4 + 12 * index
    writeAscii(profile, entry, tag)
    view.setUint32(entry + 4, at)
    view.setUint32(entry + 8, data.length)
    profile.set(data, at)
    at += data.length
  })
  return profile
}

function xyz(values: readonly number[]): Uint8Array {
  return element('XYZ ', values.map(fixed))
}

function parametricCurve(values: readonly number[]): Uint8Array {
  // Function type 3, in the upper half of its word.
  return element('para', [0x00030000, ...values.map(fixed)])
}

function localizedText(text: string): Uint8Array {
  const data = new Uint8Array(28 + Math.ceil(2 * text.length / 4) * 4)
  data.set(element('mluc', [1, 12, 0x656e5553, 2 * text.length, 28])) // one text, in enUS
  for (let at = 0; at < text.length; at++) data[28 + 2 * at + 1] = text.charCodeAt(at)
  return data
}

/** A type's signature, four zero bytes, then words. */
function element(signature: string, words: number[]): Uint8Array {
  const data = new Uint8Array(8 + 4 * words.length)
  const view = new DataView(data.buffer)
  writeAscii(data, 0, signature)
  words.forEach((word, index) => view.setInt32(8 + 4 * index, word))
  return data
}

/** s15Fixed16Number. */
const fixed = (value: number) => Math.round(value * 65536)

function writeAscii(data: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) data[at + index] = text.charCodeAt(index)
}
