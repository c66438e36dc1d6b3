import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Database } from '../../supabase/local/index.ts'
import { connectAs, createDatabase, createDatabaseOfLocaleC } from '../support/index.ts'
import { draws } from '../support/index.ts'
import { PRODUCT_NAMES } from './support/product_names.ts'

// What is written on a label finds the product, however it is typed, whatever the database takes for letters.

const SELLER = '00000000-0000-4000-8000-00000000a5e1'

/** What else was written on labels and not found, and what must not be found by a part of it. */
const LABELS: { name: string; description?: string; found: string[]; missed?: string[] }[] = [
  {
    name: 'Zblack/Zwhite T-Shirt',
    found: ['zwhite', 'ZBLACK', 'zblack zwhite', 'zblack-zwhite t-shirts', 'zwhite tshirt'],
  },
  { name: 'Salt/Pepper Mill', found: ['pepper mill', 'salt mills', 'salt & pepper', 'mill, pepper'] },
  { name: 'Paper Mill', found: ['paper mill'], missed: ['pepper'] },
  { name: 'Charger 12V/24V', found: ['24v', '12V', '12 v', 'charger 24 V', '12v/24v'], missed: ['12v/48v'] },
  {
    name: 'Jeans W32/L34',
    found: ['l34', 'L 34', 'w32', 'w32l34', 'W32 L34', 'jean w32-l34'],
    missed: ['l32', 'w34'],
  },
  { name: 'Jeans W34/L32', found: ['l32', 'w34/l32'], missed: ['l34', 'w32'] },
  {
    name: '500ml Flask',
    found: ['500 ml', '500ml', '500 ML flask', 'flask 500'],
    missed: ['50 ml', '5000ml'],
  },
  { name: '750 ml Carafe', found: ['750ml', '750 ml', '750ML CARAFE'], missed: ['50ml'] },
  {
    name: 'Headphones QH-1000XM5/B',
    found: [
      'QH-1000XM5',
      'qh1000xm5',
      'qh 1000 xm5',
      'QH 1000XM5',
      '1000xm5',
      'xm5',
      'XM-5',
      'qh-1000',
      'qh–1000xm5',
    ],
    missed: ['xm4', 'qh-1000xm4'],
  },
  {
    name: 'jPhone15 case',
    found: ['jphone 15', 'jPhone15', 'JPHONE-15', 'jphone'],
    missed: ['jphone 14', 'jphone14'],
  },
  {
    name: 'jPhone 14 Pro',
    found: ['jphone14', 'jphone 14 pro', '14pro', 'jphone14pro'],
    missed: ['jphone15'],
  },
  {
    name: 'Audio jack 3.5mm',
    found: ['3,5 mm', '3.5 mm', '3.5mm', '3,5MM', 'jack 3.5'],
    missed: ['2.5 mm jack', '35 mm'],
  },
  { name: 'Audio plug 6,3 mm', found: ['6.3mm', '6,3mm', '6.3 MM'] },
  {
    name: 'Confetti 1,000 pcs',
    found: ['1000 pcs', '1,000', '1.000 pcs', "1'000", '1000pcs', '1,000pcs'],
    missed: ['100 pcs'],
  },
  { name: "Zmen's Oxford shoes", found: ["zmen's", 'zmen’s', 'zmens', 'zmen', 'zmen´s shoe', 'ZMEN`S'] },
  { name: 'Zrock’n’roll poster', found: ["zrock'n'roll", 'zrocknroll', 'zrock n roll', 'ZROCK-N-ROLL'] },
  { name: 'H&Z Cord trousers', found: ['h&z', 'H & Z', 'hz', 'h+z', 'H&amp;Z cord'.replace('amp;', '')] },
  { name: 'Wi‑Zi router (AC/DC)', found: ['wizi', 'wi-zi', 'wi zi', 'acdc', 'ac-dc', 'AC/DC'] },
  {
    name: 'Plain pot',
    description: 'For cof\u00adfezz\u200b \u2066beans\u2069, Zl\u200door, zcold\u200bpress.',
    found: [
      'coffezz',
      'coffezz beans',
      'zloor',
      'zcoldpress',
      'zcold\u200bpress',
      'zcold\u200dpress',
      'z\u00adloor\ufeff',
    ],
  },
  {
    name: 'snake_case_zfile.v2.tar',
    found: ['snake', 'zfile', 'snake case', 'v2', 'snake_case_zfile.v2.tar'],
  },
  {
    name: 'Zmade by https://zexample.com/zshop?x=1 info@zmail.example',
    found: ['zexample', 'zshop', 'zmail', 'zexample.com', 'info@zmail.example'],
  },
  { name: 'Lid <zlarge and zblue>', found: ['zlarge', 'zblue lid', 'zlarge & zblue'] },
  { name: 'Resistor 4.7kΩ', found: ['4.7 kω', '4,7kΩ', '4.7 k\u2126', '4.7KΩ'], missed: ['47kΩ'] },
  { name: 'Capacitor 22\u00b5F', found: ['22 \u03bcF', '22\u00b5f', '22µF'] },
  { name: 'Rug 2½ m²', found: ['2½ m²', '2 1/2 m2', 'rug 2½'] },
  { name: 'Oven 230℃', found: ['230°C', '230 °c', '230℃', '230c'] },
  { name: 'Zebra® Pen™', found: ['zebra', 'zebra pen', 'Zebra®', 'pen™'] },
  { name: 'ＦＵＬＬ－ＷＩＤＴＨ ４２', found: ['full-width', 'fullwidth 42', 'ＷＩＤＴＨ'] },
  { name: 'ISBN 978-3-16-148410-0', found: ['9783161484100', '978-3-16-148410-0', '978 3 16 148410 0'] },
  { name: 'Qstraße Schild', found: ['qstrasse', 'QSTRASSE', 'QSTRAẞE', 'qstraße schild'] },
  { name: 'Qısır dolması', found: ['QISIR', 'qisir', 'qısır', 'Qısır DOLMASI', 'QISIR dolması'] },
  { name: 'Καφεδάκι βραστό', found: ['ΚΑΦΕΔΑΚΙ', 'καφεδακι', 'Καφεδάκι ΒΡΑΣΤΌ'.normalize('NFD')] },
  { name: 'Σταυρός', found: ['ΣΤΑΥΡΟΣ', 'σταυροσ', 'Σταυρός'] },
  { name: 'Кофейник 500мл', found: ['КОФЕЙНИК', 'Кофейник', 'кофейник'.normalize('NFD'), '500 мл', '500МЛ'] },
  { name: 'ხაჩაპურის ტაფა', found: ['ᲮᲐᲩᲐᲞᲣᲠᲘᲡ', 'ხაჩაპურის', 'ᲢᲐᲤᲐ'] },
  { name: 'Թեյնիկ', found: ['ԹԵՅՆԻԿ', 'թեյնիկ', 'Թեյնիկ'] },
  { name: '烏龍茶鐵觀音', found: ['烏龍', '觀音', '茶', '鐵觀音', '烏龍茶鐵觀音'], missed: ['龍烏', '鐵茶'] },
  { name: '紅茶アールグレイ', found: ['紅茶', 'アール', 'グレイ', 'ｱｰﾙ', 'ア'], missed: ['グリーン'] },
  { name: '무선청소기', found: ['무선', '청소기', '무선 청소기', '무선청소기', '기'], missed: ['유선'] },
  { name: 'หมวกกันน็อกสีแดง', found: ['สีแดง', 'หมวก', 'หมวกกันน็อก', 'แดง'], missed: ['สีเขียว'] },
  { name: 'ກະເປົາສີແດງ', found: ['ສີແດງ', 'ກະເປົາ'], missed: ['ສີຂຽວ'] },
  { name: 'កាបូបស្បែកក្រហម', found: ['កាបូប', 'ស្បែក', 'ក្រហម'], missed: ['ខៀវ'] },
  { name: 'သားရေအိတ်အနီ', found: ['သားရေ', 'အိတ်', 'အနီ'], missed: ['အပြာ'] },
  { name: 'میز‌نهارخوری', found: ['میز', 'نهارخوری', 'ميز نهارخوري', 'میزنهارخوری'] },
  { name: 'قَهْوَة تركيّة', found: ['قهوة تركية', 'قهوه', 'تركيه'] },
  {
    name: 'Plain lamp',
    description: 'Goes with a zfluted/zshade lamp of 40W, 北方绸缎.',
    found: ['zshade lamp', '40 w lamp', '绸缎', 'zfluted'],
  },
]

/** Ways in which a person types a name. */
const WAYS: Record<string, (name: string) => string> = {
  'as it is written': (name) => name,
  'in small letters': (name) => name.toLowerCase(),
  'in capitals': (name) => name.toUpperCase(),
  'with a capital at the beginning': (name) => capital(name.toLowerCase()),
  'composed': (name) => name.normalize('NFC'),
  'decomposed': (name) => name.normalize('NFD'),
  'with spaces for signs': (name) => name.replace(/[^\p{L}\p{N}\p{M}\s]+/gu, ' '),
  'without spaces around it, and without quotes': (name) => ` ${name.replace(/[“”«»"「」]/g, '')}\t`,
}

const capital = (word: string) =>
  [...word].map((letter, place) => place === 0 ? letter.toUpperCase() : letter).join('')
const wordsOf = (name: string) => name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
const partsOf = (name: string) => name.split(/[^\p{L}\p{N}\p{M}]+/u).filter((part) => part !== '')

interface Found {
  query: string
  names: string[]
  corrected: string | null
}

describe.each([
  ['a database like the hosted ones', () => createDatabase('project')],
  ['a database that knows English letters only', createDatabaseOfLocaleC],
])('in %s', (_, create) => {
  let visitor: postgres.Sql
  let admin: postgres.Sql
  const names = Object.values(PRODUCT_NAMES).flat()

  beforeAll(async () => {
    const database: Database = await create()
    await fill(database, [...names.map((name) => ({ name })), ...LABELS])
    visitor = connectAs(database, 'anon', { connection: { statement_timeout: '0' } as never })
    admin = connectAs(database, 'supabase_admin')
  }, 180_000)

  const search = async (queries: string[]): Promise<Found[]> => [
    ...await visitor<Found[]>`
      select given.query, answer ->> 'corrected_query' as corrected,
        array(select item ->> 'name' from jsonb_array_elements(answer -> 'items') as item) as names
      from unnest(${queries}::text[]) as given (query)
      cross join lateral public.search_products(given.query, page_size => 100, with_facets => false) as answer`,
  ]

  test.each(Object.entries(WAYS))(
    'each of 200 names in 20 scripts finds its product when it is typed %s',
    async (_, typed) => {
      const answers = await search(names.map(typed))
      expect(answers.filter(({ names: found }, place) => !found.includes(names[place]!))).toEqual([])
      expect(answers.filter(({ corrected }) => corrected !== null)).toEqual([])
      // Some names share their words; none finds everything.
      expect(answers.filter(({ names: found }) => found.length > 3)).toEqual([])
    },
    120_000,
  )

  test.each([
    ['word', wordsOf],
    ['part between signs', partsOf],
  ])('every %s of a name finds its product, in small letters and in capitals', async (_, split) => {
    const asked = names.flatMap((name) =>
      split(name).flatMap((word) =>
        [word, word.toUpperCase(), capital(word.toLowerCase()), word.normalize('NFD')].map((query) => ({
          name,
          query,
        }))
      )
    )
    const answers = await search(asked.map(({ query }) => query))
    expect(answers.filter(({ names: found }, place) => !found.includes(asked[place]!.name))).toEqual([])
    expect(answers.filter(({ corrected }) => corrected !== null)).toEqual([])
  }, 120_000)

  test.each(LABELS.map((label) => [label.name, label] as const))(
    '%s is found by what is written on it',
    async (name, { found, missed = [] }) => {
      const answers = await search([name, ...found])
      expect(
        answers.filter((answer) =>
          !answer.names.includes(name) || answer.corrected !== null || answer.names.length > 8
        ),
      ).toEqual([])
      expect(
        (await search(missed)).filter((answer) => answer.names.includes(name) && answer.corrected === null),
      ).toEqual([])
    },
  )

  test('a plain filter finds names and words of every script, whatever is a capital', async () => {
    const asked = names.flatMap((name) =>
      [name, ...wordsOf(name)].flatMap((text) =>
        [text, text.toLowerCase(), text.toUpperCase(), capital(text.toLowerCase())].map((query) => ({
          name,
          query,
        }))
      )
    )
    const answers = await admin<{ query: string; names: string[] }[]>`
      select given.query, array(
        select products.name from public.products
        where products.search @@ plainto_tsquery('public.marketplace', given.query)
          -- Postgres itself leaves out an English stop word.
          or numnode(plainto_tsquery('public.marketplace', given.query)) = 0
      ) as names
      from unnest(${asked.map(({ query }) => query)}::text[]) as given (query)`
    const unfound = answers.filter(({ names: found }, place) => !found.includes(asked[place]!.name))
    expect(unfound.map(({ query }) => query)).toEqual([])
  }, 120_000)

  test('no text is too strange or too long for a document or a query', async () => {
    const random = draws()
    const texts = [
      ...[
        'a1',
        'a-',
        'ж',
        'ж1',
        '\u{10400}1',
        '茶',
        '茶-',
        'ก\u0e49',
        '\u1780\u17d2',
        '1.',
        '1,000.',
        '½',
        '\u0301',
        "'",
        '\\',
        '-.',
      ].map((
        part,
      ) => part.repeat(20_000 / part.length)),
      ...Array.from({ length: 150 }, () => strangeText(random)),
    ]
    for (const text of texts) {
      const [answer] = await admin`
        select private.search_document(left(${text}, 200), left(${text}, 60), ${text}) is not null as is_made,
          (private.search_query(left(${text}, 200)) is not null or private.search_text(left(${text}, 200)) = '') as is_asked`
        .catch((error: Error) => [{ error: error.message }])
      expect({ ...answer, text: text.slice(0, 40) }).toEqual({
        is_made: true,
        is_asked: true,
        text: text.slice(0, 40),
      })
    }
  }, 120_000)
})

/** Puts products into a new store, as its owner. */
async function fill(database: Database, products: { name: string; description?: string }[]): Promise<void> {
  const owner = connectAs(database, 'supabase_admin')
  await owner`
    insert into auth.users (id, email, email_confirmed_at) values (${SELLER}, 'labels@shop.example', now())`
  const seller = connectAs(database, 'authenticated', { claims: { sub: SELLER } })
  const [store] = await seller<{ id: string }[]>`
    select (public.create_store(
      name => 'Labels', line1 => 'Lane 1', city => 'Pune', postal_code => '411001', country_code => 'IN'
    )).id`
  const rows = products.map(({ name, description = '' }) => ({
    name,
    description,
    category: 'Labelled',
    price: '10',
  }))
  while (rows.length > 0) {
    const [answer] = await seller<{ import_products: { errors: unknown[] } }[]>`
      select public.import_products(${store!.id}, rows => ${seller.json(rows.splice(0, 50))})`
    expect(answer!.import_products).toMatchObject({ errors: [] })
  }
}

/** Characters of all planes, in runs as a person would never type them; up to 3,000. */
function strangeText(random: () => number): string {
  const ends = [0x7f, 0x600, 0x1000, 0x3000, 0xd7ff, 0x1ffff, 0xe01ff]
  const end = ends[Math.floor(random() * ends.length)]!
  let text = ''
  while (text.length < 3000 * random()) {
    const code = 1 + Math.floor(random() * end)
    text += (code >= 0xd800 && code <= 0xdfff ? ' ' : String.fromCodePoint(code)).repeat(
      1 + Math.floor(3 * random()),
    )
  }
  return text
}
