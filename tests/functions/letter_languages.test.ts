import { afterEach, describe, expect, test } from 'vitest'
import { LANGUAGES, readingOf } from '../../functions/_shared/language.ts'
import { render } from '../../functions/emails/layout.ts'
import { previews } from '../../functions/emails/previews.ts'
import { SAMPLES } from '../../functions/emails/samples.ts'
import { templateNames, write } from '../../functions/emails/templates.ts'
import { WORDS } from '../../functions/emails/words.ts'

const SITE = 'https://shop.example'
const ENDING = 'https://api.example/functions/v1/notifications/unsubscribe?token=a.b'

type Leaf = string | ((...args: never[]) => string)

/** Every text of a language, by where it stands. */
function leavesOf(words: object, path = ''): Map<string, Leaf> {
  return new Map(
    Object.entries(words).flatMap(([key, value]: [string, Leaf | object]) =>
      typeof value === 'object'
        ? [...leavesOf(value, `${path}${key}.`)]
        : [[path + key, value] as [string, Leaf]]
    ),
  )
}

const LEAVES = Object.fromEntries(LANGUAGES.map((language) => [language, leavesOf(WORDS[language])]))
const OTHERS = LANGUAGES.filter((language) => language !== 'en')

/** A text with something filled in. */
const filled = (leaf: Leaf) =>
  typeof leaf === 'string' ? leaf : (leaf as (...args: unknown[]) => string)('1', '2', '3')

describe.each(OTHERS)('the language %s', (language) => {
  test('has a text for everything that English has a text for, and no other', () => {
    expect([...LEAVES[language]!.keys()].toSorted()).toEqual([...LEAVES['en']!.keys()].toSorted())
  })

  test('says nothing in the words of English', () => {
    const same = [...LEAVES['en']!].filter(([key, english]) =>
      filled(LEAVES[language]!.get(key)!) === filled(english)
    )
    expect(same.map(([key]) => key)).toEqual([])
  })

  test('fills in all that English fills in', () => {
    // English leaves out what the other language must say in another way: why a payment failed.
    const lost = [...LEAVES['en']!].filter(([key, english]) =>
      key !== 'payment_failed.reason' &&
      ['1', '2', '3'].some((part) =>
        filled(english).includes(part) && !filled(LEAVES[language]!.get(key)!).includes(part)
      )
    )
    expect(lost.map(([key]) => key)).toEqual([])
  })
})

describe('previews', () => {
  const originals = { ...WORDS }
  afterEach(() => Object.assign(WORDS, originals))

  test('show every template in every language', () => {
    const shown = new Set(previews(SITE, ENDING).map(({ template, language }) => `${template} ${language}`))
    const all = templateNames.flatMap((name) => LANGUAGES.map((language) => `${name} ${language}`))
    expect([...shown].toSorted()).toEqual(all.toSorted())
  })

  test.each(LANGUAGES)('show every sentence of the language %s', (language) => {
    const used = new Set<string>()
    const recording = <T extends object>(words: T, path = ''): T =>
      new Proxy(words, {
        get(target, key: string) {
          const value = target[key as keyof T]
          if (typeof value === 'object' && value !== null) return recording(value, `${path}${key}.`)
          used.add(path + key)
          return value
        },
      })
    WORDS[language] = recording(WORDS[language])
    previews(SITE, ENDING)
    expect([...LEAVES[language]!.keys()].filter((key) => !used.has(key))).toEqual([])
  })

  test('in German have no English in them but what people wrote', () => {
    const english = /\b(the|you|your|of|with|and|it|at|on|for|not|from)\b/i
    const written = ['No insults (4.2)', 'It calls the owner names.', 'A payment does not fit.']
    for (
      const { template, situation, subject, text } of previews(SITE, ENDING).filter((one) =>
        one.language === 'de'
      )
    ) {
      const ours = [subject, ...text.split('\n').filter((line) => !line.startsWith('> '))].join('\n')
        .replace(/https:\S+/g, '')
      const rest = written.reduce((left, words) => left.replaceAll(words, ''), ours)
      expect(english.exec(rest)?.[0], `${template}, ${situation}: ${rest}`).toBeUndefined()
    }
  })

  test('say in which language they are', () => {
    for (const { html, language } of previews(SITE, ENDING)) {
      expect(html).toContain(`<html lang="${language}"`)
    }
  })
})

test.each([
  ['de', 'de', 'de'],
  ['de-AT', 'de', 'de-AT'],
  ['de-Latn-CH-u-nu-arab', 'de', 'de-CH'],
  ['en-GB', 'en', 'en-GB'],
  ['fr-FR', 'en', 'en-FR'],
  ['ar', 'en', 'en'],
  ['not a locale!', 'en', 'en'],
  ['', 'en', 'en'],
  [null, 'en', 'en'],
])('a reader of %j is written to in the language %s, with numbers of %s', (wanted, language, locale) => {
  expect(readingOf(wanted)).toEqual({ language, locale })
})

describe('a letter of an order', () => {
  const data = structuredClone(SAMPLES['order_placed_store']!['by card']!)
  const read = (locale: string, changes: { currency?: string; time_zone?: string } = {}) => {
    const { store, order } = data as { store: object; order: object }
    const changed = {
      ...data,
      store: { ...store, time_zone: changes.time_zone ?? 'Asia/Kolkata' },
      order: { ...order, currency: changes.currency ?? 'EUR' },
    }
    const { subject, text } = render(write('order_placed_store', changed, { siteUrl: SITE, locale })!)
    return `${subject}\n${text}`.replace(/[\u00a0\u202f]/g, ' ')
  }

  test.each<[string, string[]]>([
    ['en', ['€2,412.50', 'March 2, 2026 at 1:30 AM (Asia/Kolkata)', 'India']],
    ['en-GB', ['€2,412.50', '2 March 2026 at 01:30 (Asia/Kolkata)']],
    ['de', ['2.412,50 €', '-100,00 €', '2. März 2026 um 01:30 (Asia/Kolkata)', 'Indien']],
    ['de-AT', ['€ 2.412,50', '2. März 2026 um 01:30']],
    ['fr-FR', ['2 March 2026', 'New order 17']],
  ])('writes money, time and country as readers of %s write them', (locale, parts) => {
    const text = read(locale)
    for (const part of parts) expect(text).toContain(part)
  })

  test('is dated by the clock of its store, also where that means another day', () => {
    expect(read('de', { time_zone: 'America/New_York' })).toContain(
      '1. März 2026 um 15:00 (America/New York)',
    )
    expect(read('de', { time_zone: 'Pacific/Kiritimati' })).toContain('2. März 2026 um 10:00')
  })

  test('has as many decimals as the currency', () => {
    expect(read('de', { currency: 'JPY' })).toContain('241.250 ¥')
    expect(read('de', { currency: 'KWD' })).toContain('241,250 KWD')
  })
})

test.each(['card_declined', 'insufficient_funds', 'something_new', null])(
  'a payment that failed with %j is explained to a German reader in German',
  (code) => {
    const data = { ...SAMPLES['payment_failed']!['of an order that waits'], code }
    const letter = render(write('payment_failed', data, { siteUrl: SITE, locale: 'de' })!)
    expect(letter.text).toMatch(/\n> (Ihre?|Die) /)
    expect(letter.text).not.toContain('Your card')
  },
)

describe('the HTML of a letter', () => {
  const all = previews(SITE, ENDING)

  /** Its elements, in order, as name and attributes. */
  const elementsOf = (html: string) =>
    [...html.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-z:-]+="[^"]*")*)\s*>/g)].map(([, name, attributes]) => ({
      name: name!,
      attributes: Object.fromEntries(
        [...attributes!.matchAll(/([a-z:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
      ),
    }))

  test('has tables and text only, and every element is closed', () => {
    const known = [
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'table',
      'tr',
      'td',
      'h1',
      'p',
      'a',
      'span',
      'br',
    ]
    for (const { html, template } of all) {
      const open: string[] = []
      for (
        const [, isEnd, name] of html.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(
          /<(\/?)([a-z][a-z0-9]*)/g,
        )
      ) {
        expect(known, template).toContain(name)
        if (['meta', 'br'].includes(name!)) continue
        if (isEnd) expect(open.pop(), `${template}: </${name}>`).toBe(name)
        else open.push(name!)
      }
      expect(open, template).toEqual([])
    }
  })

  test('asks old programs for nothing that they do not know', () => {
    for (const { html, template } of all) {
      for (const { name, attributes } of elementsOf(html)) {
        const style = attributes['style'] ?? ''
        expect(style, template).not.toMatch(/flex|grid|position|float|var\(|calc\(|url\(|rgba?\(|\bfont:/)
        if (name === 'table') {
          expect(attributes).toMatchObject({ role: 'presentation', cellpadding: '0', cellspacing: '0' })
        }
        // What is coloured by style is coloured by attribute too.
        if (name === 'td' && style.includes('background:')) expect(attributes['bgcolor']).toBeDefined()
      }
      expect(html, template).not.toMatch(/<(img|link|script|iframe|form)\b|@import|javascript:/)
    }
  })

  test('is far from where mail programs cut it off', () => {
    for (const { html } of all) expect(new TextEncoder().encode(html).length).toBeLessThan(30_000)
  })

  test('can be read by day and by night', () => {
    const { html } = all[0]!
    const night = /@media \(prefers-color-scheme:dark\)\{((?:[^{}]+\{[^}]*\})+)\}/.exec(html)![1]!
    const nightOf = (name: string, property: string) =>
      new RegExp(`\\.${name}\\{[^}]*\\b${property}:(#[0-9a-f]{6})!important`).exec(night)![1]!
    const dayOf = (name: string, property: string) => {
      const found = elementsOf(html).find(({ attributes }) => attributes['class']?.split(' ').includes(name))!
      return new RegExp(`(?:^|;)${property}:(#[0-9a-f]{6});`).exec(found.attributes['style']!)![1]!
    }
    for (const colorOf of [dayOf, nightOf]) {
      for (const [text, ground] of [['ink', 'card'], ['quiet', 'card'], ['button', 'button']] as const) {
        expect(contrast(colorOf(text, 'color'), colorOf(ground, 'background'))).toBeGreaterThan(4.5)
      }
    }
    // Every class that has a colour by day has one by night, for both kinds of programs that ask.
    const classes = new Set(
      elementsOf(html).flatMap(({ attributes }) => attributes['class']?.split(' ') ?? []),
    )
    for (const name of classes) {
      expect(night).toContain(`.${name}{`)
      expect(html).toContain(`[data-ogsc] .${name}{`)
    }
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
  })
})

/** How well two colours can be told apart (WCAG 2). */
function contrast(one: string, other: string): number {
  const [light, dark] = [one, other].map((color) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
      .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4) as [
        number,
        number,
        number,
      ]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }).toSorted((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}
