import sharp from 'sharp'

/** Side of a demo picture, in pixels. */
const SIZE = 400

/** The colours of one picture, from the wall behind to the smallest detail. */
interface Palette {
  wall: string
  table: string
  main: string
  dark: string
  light: string
  accent: string
  /** What grows. */
  leaf: string
  shade: string
}

/** A drawing on a field of 100 × 100; things stand on the table at y = 80. */
type Drawing = (palette: Palette, variant: number) => string

const rect = (x: number, y: number, width: number, height: number, fill: string, round = 0) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}" fill="${fill}"/>`
const oval = (x: number, y: number, rx: number, ry: number, fill: string) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`
const path = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`
const line = (d: string, stroke: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
const leaf = (x: number, y: number, angle: number, length: number, fill: string) =>
  `<path transform="translate(${x} ${y}) rotate(${angle})" d="M0 0 Q${length * 0.35} ${
    -length * 0.5
  } 0 ${-length} Q${-length * 0.35} ${-length * 0.5} 0 0Z" fill="${fill}"/>`

const flowerPot = (p: Palette, top = 56) =>
  path(`M36 ${top}h28l-4 24a2 2 0 0 1-2 2H42a2 2 0 0 1-2-2z`, p.main) + rect(34, top - 4, 32, 6, p.dark, 1.5)

const DRAWINGS = {
  candle: (p, v) => {
    const height = 26 + v % 4 * 5
    const y = 80 - height
    return rect(36, y, 28, height, p.main, 3) + rect(36, y, 28, 5, p.light, 2.5) +
      rect(40, y + height * 0.42, 20, height * 0.34, p.light, 1) +
      rect(44, y + height * 0.55, 12, 1.2, p.dark) + line(`M50 ${y}v-5`, p.dark, 1) +
      path(`M50 ${y - 17}q5 7 0 12q-5-5 0-12z`, '#e9a23b')
  },
  bottle: (p, v) =>
    (v % 2 === 0 ? line('M47 48L38 18M50 48V14M53 48L63 20', p.dark, 1.2) : rect(45, 36, 10, 8, p.dark, 2)) +
    path('M45 44h10v6q10 3 10 12v16a3 3 0 0 1-3 3H38a3 3 0 0 1-3-3V62q0-9 10-12z', p.main) +
    rect(40, 62, 20, 12, p.light, 1) + rect(44, 67, 12, 1.2, p.dark),
  textile: (p, v) =>
    [p.main, p.light, p.accent, p.dark].slice(0, 3 + v % 2).map((fill, at) =>
      rect(26, 70 - at * 11, 48, 11, fill, 5) + line(`M32 ${75.5 - at * 11}h36`, p.wall, 0.8)
    ).join(''),
  book: (p, v) =>
    rect(31, 26, 38, 55, p.dark, 1.5) + rect(34, 26, 35, 53, p.main, 1.5) +
    (v % 3 === 0
      ? oval(52, 46, 9, 9, p.accent) + rect(42, 63, 20, 1.6, p.light)
      : v % 3 === 1
      ? path('M40 62l12-24l12 24z', p.accent) + rect(42, 68, 20, 1.6, p.light)
      : rect(41, 36, 22, 1.6, p.light) + rect(41, 41, 16, 1.6, p.light) + rect(41, 66, 22, 4, p.accent)),
  bicycle: (p, v) =>
    [28, 72].map((x) =>
      `<circle cx="${x}" cy="64" r="15" fill="none" stroke="${p.dark}" stroke-width="2.4"/>` +
      oval(x, 64, 1.6, 1.6, p.dark)
    ).join('') + line('M28 64L42 42H64L50 64H28L40 36M50 64L40 42M72 64L62 34', p.main, 2.8) +
    line(v % 2 === 0 ? 'M62 34l8-2' : 'M62 34q8-4 9 3', p.dark, 2.4) + line('M36 36h9', p.dark, 3),
  lamp: (p, v) =>
    line('M72 34l10-4M73 44h11M72 54l10 4', p.accent, 1.6 + v % 2) +
    path('M34 36h20l12-4v24l-12-4H34a4 4 0 0 1-4-4v-8a4 4 0 0 1 4-4z', p.main) +
    rect(40, 52, 9, 24, p.dark, 3) + rect(34, 76, 21, 5, p.dark, 2),
  gear: (p, v) => {
    const teeth = 10 + v % 4 * 2
    return Array.from(
      { length: teeth },
      (_, at) =>
        `<rect x="47" y="22" width="6" height="10" rx="1.5" fill="${p.main}" transform="rotate(${
          360 * at / teeth
        } 50 52)"/>`,
    ).join('') + oval(50, 52, 24, 24, p.main) + oval(50, 52, 15, 15, p.wall) + oval(50, 52, 7, 7, p.dark) +
      line('M50 38v28M38 45l24 14M62 45L38 59', p.dark, 2.4)
  },
  bag: (p, v) =>
    line('M40 44V32q10-12 20 0v12', p.dark, 2.4) +
    path('M30 42h40l4 36a3 3 0 0 1-3 3H29a3 3 0 0 1-3-3z', p.main) +
    (v % 2 === 0 ? rect(26.8, 62, 46.4, 6, p.accent) : oval(50, 61, 7, 7, p.light)),
  tool: (p, v) =>
    `<g transform="rotate(${v % 2 === 0 ? 32 : -32} 50 52)">${
      rect(46.5, 46, 7, 34, p.main, 3.5) + rect(47.5, 38, 5, 9, p.dark) +
      (v % 3 === 0
        ? path('M42 38q0-20 8-24q8 4 8 24z', p.dark)
        : v % 3 === 1
        ? line('M42 18v18M50 16v20M58 18v18M42 37h16', p.dark, 2.6)
        : path('M38 38V20h5v9h14v-9h5v18z', p.dark))
    }</g>`,
  plant: (p, v) =>
    Array.from({ length: 5 + v % 3 }, (_, at) => {
      const angle = -56 + 112 * at / (4 + v % 3)
      return leaf(50, 55, angle, 40 - Math.abs(angle) / 6, at % 2 === 0 ? p.leaf : p.shade)
    }).join('') + flowerPot(p),
  herb: (p, v) =>
    [36, 43, 50, 57, 64].map((x, at) =>
      line(`M50 56Q${x} 48 ${x} ${30 + at % 2 * 6}`, p.shade, 1.2) +
      [0, 7, 14].map((down) =>
        oval(x - 3, 32 + at % 2 * 6 + down, 3.4, 2 + v % 2, p.leaf) +
        oval(x + 3, 35 + at % 2 * 6 + down, 3.4, 2 + v % 2, p.leaf)
      ).join('')
    ).join('') + flowerPot(p, 58),
  packet: (p, v) =>
    rect(32, 26, 36, 54, p.light, 2) + rect(32, 26, 36, 9, p.main, 2) + rect(38, 70, 24, 1.6, p.dark) +
    (v % 2 === 0
      ? line('M50 66V48', p.dark, 1.4) + leaf(50, 58, 50, 14, p.leaf) + leaf(50, 55, -50, 14, p.leaf) +
        oval(50, 45, 5, 5, p.main)
      : [0, 72, 144, 216, 288].map((angle) => leaf(50, 54, angle, 13, p.accent)).join('') +
        oval(50, 54, 4, 4, p.main)),
  pot: (p, v) =>
    (v % 2 === 0
      ? path('M30 44h40q0 30-12 36H42Q30 74 30 44z', p.main)
      : path('M32 44h36l-5 36a2 2 0 0 1-2 1H39a2 2 0 0 1-2-1z', p.main)) +
    rect(28, 39, 44, 7, p.dark, 3) + line('M36 58h28', p.light, 1.6) + line('M37 63h26', p.accent, 1.6),
  coffee: (p, v) =>
    path('M33 30l4-6h26l4 6v48a3 3 0 0 1-3 3H36a3 3 0 0 1-3-3z', p.main) + rect(33, 30, 34, 3, p.dark) +
    rect(38, 42, 24, 26, p.light, 2) +
    `<g transform="rotate(${20 + v * 9} 50 55)">${oval(50, 55, 5.5, 8, p.dark)}${
      line('M50 48q3 7 0 14', p.light, 1)
    }</g>`,
  brewer: (p, v) =>
    path('M33 28h34l-12 20H45z', p.main) + rect(40, 47, 20, 4, p.dark, 2) +
    path('M42 51h16l8 24a4 4 0 0 1-4 6H38a4 4 0 0 1-4-6z', p.light) +
    path('M37.4 66h25.2l3 9a4 4 0 0 1-4 6H38.4a4 4 0 0 1-4-6z', p.dark) +
    (v % 2 === 0 ? line('M67 32q9 2 4 12', p.dark, 2.4) : line('M33 28q17-8 34 0', p.dark, 1.4)),
  grinder: (p, v) =>
    line('M50 34V24H68', p.dark, 2.6) + oval(69, 23, 3.4, 3.4, p.accent) +
    path('M38 46q0-12 12-12t12 12z', p.dark) +
    rect(36, 46, 28, 34, p.main, 3) + rect(42, 60, 16, 11, v % 2 === 0 ? p.light : p.accent, 1.5) +
    oval(50, 65.5, 1.6, 1.6, p.dark),
  cup: (p, v) => {
    const height = 20 + v % 3 * 8
    const y = 80 - height
    return `<path d="M64 ${
      y + 5
    }h5a6 6 0 0 1 6 6v1a6 6 0 0 1-6 6h-5" fill="none" stroke="${p.dark}" stroke-width="3.4"/>` +
      path(`M32 ${y}h34v${height - 8}a8 8 0 0 1-8 8H40a8 8 0 0 1-8-8z`, p.main) +
      oval(49, y, 17, 3.4, p.dark) +
      line(`M42 ${y - 6}q-3-4 0-8t0-8M52 ${y - 6}q-3-4 0-8t0-8`, p.light, 1.6)
  },
  plate: (p, v) =>
    oval(50, 54, 32, 26, p.dark) + oval(50, 52.5, 32, 26, p.main) + oval(50, 52.5, 21, 16.5, p.light) +
    (v % 2 === 0 ? oval(50, 52.5, 10, 7, p.main) : line('M38 52q12-12 24 0', p.accent, 2)),
  vase: (p, v) =>
    line('M50 44Q46 26 40 18M50 44Q52 26 60 16', p.dark, 1.2) + leaf(45, 30, -50, 10, p.leaf) +
    leaf(54, 30, 46, 10, p.leaf) +
    oval(40, 17, 4, 4, p.light) + oval(60, 15, 4.6, 4.6, p.light) +
    (v % 2 === 0
      ? path('M44 40h12q-2 8 6 16q8 12-4 24H42q-12-12-4-24q8-8 6-16z', p.main)
      : path('M45 40h10v8q14 6 14 17t-12 16H43Q31 76 31 65t14-17z', p.main)) +
    rect(43, 38, 14, 3.4, p.dark, 1.7),
  card: (p, v) =>
    `<g transform="rotate(${v % 2 === 0 ? -7 : 6} 50 54)">${
      rect(24, 36, 52, 36, p.main, 3) + rect(46, 36, 7, 36, p.accent) + rect(24, 51, 52, 6, p.accent) +
      path('M49.5 54q-13-12-14-3q1 6 14 3q13-12 14-3q-1 6-14 3z', p.dark)
    }</g>`,
} satisfies Record<string, Drawing>

/** What is drawn for the products of a category; a parcel for whatever has no picture of its own. */
const OF_CATEGORY: Record<string, keyof typeof DRAWINGS> = {
  'Candles': 'candle',
  'Diffusers': 'bottle',
  'Home Textiles': 'textile',
  'Accessories': 'candle',
  'Fiction': 'book',
  'Poetry': 'book',
  'Cookery': 'book',
  'Children': 'book',
  'Stationery': 'book',
  'Bicycles': 'bicycle',
  'Safety': 'lamp',
  'Components': 'gear',
  'Bags': 'bag',
  'Tools': 'tool',
  'House Plants': 'plant',
  'Herbs': 'herb',
  'Seeds': 'packet',
  'Pots': 'pot',
  'Garden Tools': 'tool',
  'Coffee Beans': 'coffee',
  'Brewers': 'brewer',
  'Grinders': 'grinder',
  'Cups': 'cup',
  'Supplies': 'packet',
  'Tableware': 'plate',
  'Mugs': 'cup',
  'Vases': 'vase',
  'Planters': 'pot',
  'Classes': 'card',
  'Studio': 'tool',
}

const hsl = (hue: number, saturation: number, lightness: number) =>
  `hsl(${Math.round(hue) % 360}, ${saturation}%, ${lightness}%)`

/** Muted colours that go together; the angle between 137.5° steps keeps neighbours on a page apart. */
function paletteOf(number: number): Palette {
  const hue = number * 137.5
  return {
    wall: hsl(hue + 40, 26, 92),
    table: hsl(hue + 40, 20, 84),
    main: hsl(hue, 34, 52),
    dark: hsl(hue + 10, 32, 27),
    light: hsl(hue + 30, 36, 88),
    accent: hsl(hue + 165, 42, 58),
    leaf: hsl(95 + number * 37 % 60, 30, 46),
    shade: hsl(110 + number * 37 % 50, 30, 33),
  }
}

/**
 * Draws the picture of one demo product, always the same for the same product.
 * @param category what kind of thing it is
 * @param number which one of them: its colours and its shape
 * @returns a PNG
 */
export async function drawProduct(category: string, number: number): Promise<Buffer> {
  const palette = paletteOf(number)
  const drawing: Drawing = DRAWINGS[OF_CATEGORY[category] ?? 'card']
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 100 100">${
      rect(0, 0, 100, 100, palette.wall) + rect(0, 76, 100, 24, palette.table) +
      `<ellipse cx="50" cy="81.5" rx="26" ry="3.4" fill="${palette.dark}" opacity="0.22"/>` +
      drawing(palette, number)
    }</svg>`
  return await sharp(Buffer.from(svg)).png({ compressionLevel: 6 }).toBuffer()
}
