import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extractText, getDocumentProxy, getMeta } from 'unpdf'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createHandler } from '../../functions/documents/handler.ts'
import { layOut } from '../../functions/documents/pdf.ts'
import { receiptSheet } from '../../functions/documents/receipt.ts'
import { answerOf, post, sqlOf } from './support.ts'

const resolve = createRequire(import.meta.url).resolve
const read = async (name: string) =>
  new Uint8Array(await readFile(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)))
const fonts = { regular: await read('DejaVuSans'), bold: await read('DejaVuSans-Bold') }

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const ID = '0198f000-0000-7000-8000-00000000c0de'
const PLACE = {
  name: 'Ana Müller',
  line1: '1 Road',
  line2: null,
  city: 'Berlin',
  postal_code: '10115',
  country: 'DE',
}
const CONTENT = {
  store: { name: 'Blüten & Co', link: 'blueten', time_zone: 'Europe/Berlin', contact_email: null },
  seller: { ...PLACE, name: 'Blüten & Co', tax_number: 'DE 123', email: 'shop@example.com' },
  order: {
    id: ID,
    number: 'B17',
    placed_at: '2026-03-01T23:30:00Z',
    is_pickup: false,
    currency: 'EUR',
    subtotal: 250000,
    discount: 10000,
    shipping: 490,
    tax: 0,
    included_tax: 38396,
    total: 240490,
    payment_method: 'card',
  },
  lines: [
    { name: 'Vase', variant: 'blue', quantity: 2, unit_price: 100000, total: 200000 },
    { name: 'Rose', variant: null, quantity: 1, unit_price: 50000, total: 50000 },
  ],
  address: PLACE,
  customer: { name: 'Ana Müller' },
  tax_rates: [{ rate_bps: 700, tax: 3000 }, { rate_bps: 1900, tax: 35396 }],
  locale: 'en-GB',
}
const DOCUMENT = {
  id: ID,
  reference: 'R-7',
  path: `${ID}/${ID}.pdf`,
  content: CONTENT,
  issued_at: '2026-03-05T10:00:00+00:00',
}

/** What a person reads on it, all pages in one. */
async function textOf(pdf: Uint8Array): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(pdf.slice()), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}
const paper = async (changes: Record<string, unknown> = {}, reference: string | null = 'R-7') =>
  textOf(await layOut(receiptSheet({ ...DOCUMENT, reference, content: { ...CONTENT, ...changes } }), fonts))

describe('a receipt', () => {
  test('says who sold what to whom, for how much, and the tax of each rate', async () => {
    const text = await paper()
    for (
      const part of [
        'Blüten & Co',
        'Tax number DE 123',
        'Ana Müller',
        '10115 Berlin',
        'Germany',
        'Receipt R-7',
        'Order B17',
        'Issued 5 Mar 2026',
        'Vase 2 €1,000.00 €2,000.00 blue',
        'Rose 1 €500.00 €500.00',
        'Subtotal €2,500.00',
        'Discount -€100.00',
        'Shipping €4.90',
        'Total €2,404.90',
        'Tax 7%, included €30.00',
        'Tax 19%, included €353.96',
        'Paid by card.',
      ]
    ) expect(text).toContain(part)
    expect(text).not.toMatch(/undefined|null|NaN/)
  })

  test('is dated by the clock of its store', async () => {
    expect(await paper()).toContain('Ordered 2 Mar 2026')
    expect(await paper({ store: { ...CONTENT.store, time_zone: 'America/New_York' } })).toContain(
      'Ordered 1 Mar 2026',
    )
  })

  test('is written in the language of its customer', async () => {
    const text = await paper({ locale: 'de' })
    for (
      const part of [
        'Quittung R-7',
        'Deutschland',
        'Vase 2 1.000,00 € 2.000,00 €',
        'Gesamtbetrag 2.404,90 €',
        'Darin enthaltene Steuer 19 % 353,96 €',
        'Mit Karte bezahlt.',
      ]
    ) expect(text).toContain(part)
    expect(text).not.toMatch(/Receipt|Total|Tax|Paid/)
  })

  test('adds the tax where prices are without it, and then says it before the total', async () => {
    const text = await paper({ order: { ...CONTENT.order, tax: 38396, total: 278886 } })
    expect(text).toMatch(/Tax 7% €30\.00 Tax 19% €353\.96 Total €2,788\.86/)
    expect(text).not.toContain('included')
  })

  test('names nobody and no number that there is not', async () => {
    const text = await paper({
      address: null,
      customer: { name: null },
      seller: { ...CONTENT.seller, tax_number: null, email: null },
      order: { ...CONTENT.order, is_pickup: true, payment_method: 'cash_on_delivery' },
    }, null)
    expect(text).toContain('Pick-up')
    expect(text).toContain('Paid in cash.')
    expect(text).not.toMatch(/undefined|null|Tax number|Number|Ana/)
  })

  test('shows names of other scripts', async () => {
    const text = await paper({
      lines: [{ name: 'Ваза Βάζο Łódź ₹ “x”', quantity: 1, unit_price: 1, total: 1 }],
    })
    expect(text).toContain('Ваза Βάζο Łódź ₹ “x”')
  })

  test('goes on to further pages, with the heads of its columns and every line once', async () => {
    const lines = Array.from({ length: 120 }, (_, index) => ({
      name: `Thing ${index + 1}. ${'Long words about it. '.repeat(index % 4)}`,
      variant: index % 3 === 0 ? 'red' : null,
      quantity: 1,
      unit_price: 100,
      total: 100,
    }))
    const pdf = await layOut(receiptSheet({ ...DOCUMENT, content: { ...CONTENT, lines } }), fonts)
    const { totalPages, text: pages } = await extractText(await getDocumentProxy(pdf), { mergePages: false })
    expect(totalPages).toBeGreaterThan(3)
    pages.forEach((page, index) => {
      expect(page).toContain(`${index + 1}/${totalPages}`)
      if (page.includes('Thing')) expect(page.replace(/\s+/g, ' ')).toContain('Item Quantity Price Amount')
    })
    const numbers = [...pages.join('\n').matchAll(/Thing (\d+)\./g)].map(([, number]) => Number(number))
    expect(numbers).toEqual(lines.map((_, index) => index + 1))
  })

  test('says in the file what it is and when it was issued', async () => {
    const pdf = await layOut(receiptSheet(DOCUMENT), fonts)
    const { info } = await getMeta(await getDocumentProxy(pdf.slice()))
    expect(info).toMatchObject({
      Title: 'Receipt R-7',
      Author: 'Blüten & Co',
      CreationDate: 'D:20260305100000Z',
    })
    expect(pdf.length).toBeLessThan(100_000)
  })
})

describe('asking for a receipt', () => {
  function build(answers: Record<string, unknown> = { issue_receipt: DOCUMENT }) {
    const stored = new Map<string, Uint8Array>()
    const database = sqlOf(answers)
    const loaded = vi.fn(async () => fonts)
    const handler = createHandler({
      sql: database.sql,
      fonts: loaded,
      files: {
        async addressOf(path, seconds, name) {
          return stored.has(path) ? `https://api.example/${path}?seconds=${seconds}&download=${name}` : null
        },
        async put(path, bytes) {
          if (!stored.has(path)) stored.set(path, bytes)
        },
      },
    })
    const ask = (body: unknown = { order_id: ID }) =>
      handler(post('/documents/receipts', body)).then(answerOf)
    return { ...database, ask, stored, loaded, handler }
  }

  test('answers where it can be read, and makes it once', async () => {
    const { ask, stored, loaded } = build()
    const before = Date.now()
    const [status, first] = await ask()
    expect([status, first]).toMatchObject([200, {
      id: ID,
      reference: 'R-7',
      url: `https://api.example/${DOCUMENT.path}?seconds=300&download=R-7.pdf`,
    }])
    expect(Date.parse((first as { expires_at: string }).expires_at)).toBeGreaterThan(before)
    expect(await textOf(stored.get(DOCUMENT.path)!)).toContain('Receipt R-7')
    await ask()
    expect(loaded).toHaveBeenCalledTimes(1)
  })

  test.each([
    [404, 'order_not_found'],
    [403, 'store_role_required'],
    [409, 'order_unpaid'],
  ])('answers %d %s as SQL does, and writes nothing', async (status, code) => {
    const { ask, stored } = build({ issue_receipt: new Problem(status, code, 'No.') })
    expect(await ask()).toMatchObject([status, { code }])
    expect(stored.size).toBe(0)
  })

  test('of nonsense is refused', async () => {
    const { ask, handler } = build()
    expect(await ask({ order_id: 'x' })).toMatchObject([422, { code: 'invalid_request' }])
    expect(await ask('{')).toMatchObject([400, { code: 'invalid_json' }])
    expect((await handler(post('/documents', {}))).status).toBe(404)
    expect((await handler(new Request('http://functions/documents/receipts'))).status).toBe(405)
  })
})
