import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BOOKING_LETTERS } from '../../functions/emails/bookings.ts'
import { createHandler } from '../../functions/emails/handler.ts'
import { render } from '../../functions/emails/layout.ts'
import { formatInstant, formatMoney } from '../../functions/emails/money.ts'
import { createResend } from '../../functions/emails/resend.ts'
import { templateNames, write } from '../../functions/emails/templates.ts'
import { answerOf, type Answers, post, sqlOf, useOutside } from './support.ts'

const outside = await useOutside()
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const HOSTILE = `<script>alert(1)</script> & "Sons"\r\nBcc: victim@example.com`
const store = { name: 'Blüten & Co', link: 'blueten', time_zone: 'Asia/Kolkata', contact_email: null }
const order = {
  store,
  order: {
    id: '0198f000-0000-7000-8000-00000000c0de',
    number: 17,
    status: 'confirmed',
    placed_at: '2026-03-01T20:00:00Z',
    currency: 'INR',
    subtotal: 250000,
    discount: 10000,
    shipping: 0,
    tax: 1250,
    total: 241250,
    payment_method: 'card',
  },
  lines: [
    { name: 'Vase', variant: 'blue', quantity: 2, unit_price: 100000, total: 200000 },
    { name: 'Rose', variant: null, quantity: 1, unit_price: 50000, total: 50000 },
  ],
  address: {
    name: 'Ana',
    line1: '1 Road',
    line2: null,
    city: 'Pune',
    region: 'MH',
    postal_code: '411001',
    country: 'IN',
  },
  customer: { name: 'Ana' },
}
/** An appointment, as `claim_outbox` describes it. */
const booking = {
  store,
  booking: {
    id: order.order.id,
    reference: 'B-7K2M',
    service: 'Cut & colour',
    staff: 'Zoë',
    party_size: 2,
    starts_at: '2026-03-01T04:30:00Z',
    ends_at: '2026-03-01T05:30:00Z',
    sequence: 1,
    stamped_at: '2026-02-01T10:00:00.123456+00:00',
    currency: 'INR',
    price: 250000,
    paid: 50000,
    note: 'Long hair',
    free_until: '2026-02-28T04:30:00Z',
    decide_by: '2026-02-27T04:30:00Z',
  },
  address: {
    name: 'Blüten',
    line1: '1 Road',
    line2: null,
    city: 'Pune',
    postal_code: '411001',
    country: 'IN',
  },
  customer: { name: 'Ana', phone: '+911234567890', email: 'ana@shop.example' },
  previous_starts_at: null,
  cancelled_by: null,
  reason: null,
  refund_amount: null,
  token: 'a.b',
}
const BOOKING_NAMES = Object.keys(BOOKING_LETTERS)
/** Data for every template, as `claim_outbox` describes it. */
const DATA: Record<string, Record<string, unknown>> = {
  order_confirmed: order,
  order_placed_store: order,
  order_status: {
    store,
    order: { ...order.order, status: 'shipped' },
    tracking: { carrier: 'Post', number: 'T-1', url: 'https://post.example/T-1' },
  },
  refund: { store, order: order.order, refund: { amount: 1200, currency: 'INR', status: 'succeeded' } },
  payment_failed: {
    checkout_id: order.order.id,
    amount: 4200,
    currency: 'INR',
    reason: 'insufficient_funds',
  },
  payment_refunded_late: { checkout_id: order.order.id, amount: 4200, currency: 'INR' },
  low_stock: { store, product: { name: 'Vase', variant: 'blue', sku: 'V-1' }, on_hand: 2, threshold: 5 },
  back_in_stock: { store, product: { name: 'Vase', slug: 'vase', price: 100000, currency: 'INR' } },
  invitation: { store, role: 'manager', token: 'tok/en', inviter: null, expires_at: '2026-03-08T00:00:00Z' },
  ...Object.fromEntries(BOOKING_NAMES.map((name) => [name, booking])),
  abandoned_cart: { store: null, lines: [{ name: 'Vase', quantity: 2 }] },
  alert: { rule: 'payment_mismatch', message: 'A payment does not fit.' },
}

const setting = { siteUrl: 'https://shop.example', locale: 'en' }
const rendered = (name: string, data: unknown = DATA[name]) => render(write(name, data, setting)!)

describe('templates', () => {
  test('there is test data for every one', () => {
    expect(Object.keys(DATA).toSorted()).toEqual(templateNames.toSorted())
  })

  test.each(Object.keys(DATA))('%s says something, in HTML and in text', (name) => {
    const mail = rendered(name)
    expect(mail.subject).not.toBe('')
    expect(mail.html).toContain('</html>')
    expect(mail.text.length).toBeGreaterThan(20)
    expect(mail.html + mail.text).not.toMatch(/undefined|null|NaN|\[object/)
  })

  test.each(Object.keys(DATA))('%s lets no text become markup or a header', (name) => {
    const hostile = (value: unknown, key = ''): unknown => {
      if (Array.isArray(value)) return value.map((item) => hostile(item))
      if (value && typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, hostile(entry, name)]))
      }
      return typeof value === 'string' && !/(^|_)(id|at|zone|currency|until|by)$/.test(key) ? HOSTILE : value
    }
    const mail = rendered(name, hostile(DATA[name]))
    expect(mail.html).not.toContain('<script')
    expect(mail.html).not.toMatch(/href="(?!https:\/\/shop\.example\/)/)
    expect(mail.subject).not.toMatch(/[\r\n]/)
  })

  test('a parcel is tracked at a web address and nowhere else', () => {
    const status = (url: string) =>
      rendered('order_status', { ...DATA['order_status'], tracking: { carrier: null, number: 'T-1', url } })
    expect(status('https://post.example/T-1').html).toContain('href="https://post.example/T-1"')
    expect(status('javascript:alert(1)').html).not.toContain('javascript')
  })

  test('an order shows its sums as its currency writes them and its time as its place reads it', () => {
    const mail = rendered('order_placed_store')
    expect(mail.subject).toBe('New order 17: ₹2,412.50')
    expect(mail.text).toContain('Discount: -₹100.00')
    expect(mail.text).toContain('Vase, blue (2 × ₹1,000.00): ₹2,000.00')
    expect(mail.text).toMatch(/March 2, 2026 at 1:30\sAM \(Asia\/Kolkata\)/)
  })

  test('one that does not exist is none, whatever objects inherit', () => {
    expect(() => write('constructor', {}, setting)).toThrow('no template')
  })
})

test.each([
  [4200, 'USD', 'en', '$42.00'],
  [4200, 'JPY', 'en', '¥4,200'],
  [4205, 'KWD', 'en', 'KWD 4.205'],
  [5, 'USD', 'en', '$0.05'],
  [-5, 'EUR', 'en', '-€0.05'],
  [9007199254740991, 'INR', 'en', '₹90,071,992,547,409.91'],
  [123456789, 'EUR', 'de', '1.234.567,89 €'],
])('%d minor units of %s in %s read %s', (amount, currency, locale, text) => {
  expect(formatMoney(amount, currency, locale).replace(/\u00a0/g, ' ')).toBe(text)
})

test('an unknown time zone reads as UTC and says so', () => {
  expect(formatInstant('2026-03-01T20:00:00Z', 'Mars/Olympus').replace(/\s/g, ' ')).toBe(
    'March 1, 2026 at 8:00 PM (UTC)',
  )
})

describe('draining the outbox', () => {
  const row = (changes: Record<string, unknown> = {}) => ({
    id: crypto.randomUUID(),
    template: 'order_confirmed',
    recipient: 'ana@example.com',
    reply_to: 'shop@example.com',
    locale: 'en',
    data: order,
    attempt: 1,
    ...changes,
  })

  function build(rows: unknown[], answers: Answers = {}) {
    const batches = [rows]
    const database = sqlOf({
      claim_outbox: () => batches.shift() ?? [],
      mark_outbox_sent: null,
      mark_outbox_failed: null,
      ...answers,
    })
    const handler = createHandler({
      sql: database.sql,
      sendMail: createResend({
        apiKey: outside.keys.resendApiKey,
        from: 'Marketbase <noreply@example.com>',
        base: outside.sandboxes.url,
      }),
      siteUrl: setting.siteUrl,
    })
    return { ...database, run: () => handler(post('/emails', {})).then(answerOf) }
  }

  test('sends what is due and writes down the provider id', async () => {
    const mail = row()
    const { run, called } = build([mail])
    expect(await run()).toEqual([200, { sent: 1, failed: 0 }])
    expect(await outside.inbox()).toMatchObject([{
      to: 'ana@example.com',
      subject: 'Your order 17 at Blüten & Co',
    }])
    expect(called('mark_outbox_sent')).toMatchObject([{
      args: { id: mail.id, provider_id: expect.any(String) },
    }])
  })

  test('a worker that died after sending leaves a mail that does not go out twice', async () => {
    const mail = row()
    await build([mail], { mark_outbox_sent: new Error('killed') }).run()
    expect(await build([mail]).run()).toEqual([200, { sent: 1, failed: 0 }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  test('nor does one whose text has changed since', async () => {
    const mail = row()
    await build([mail]).run()
    const changed = { ...mail, data: { ...order, customer: { name: 'Anna' } } }
    const { run, called } = build([changed])
    expect(await run()).toEqual([200, { sent: 1, failed: 0 }])
    expect(called('mark_outbox_sent')[0]!.args).toMatchObject({ provider_id: 'sent-before' })
    expect(await outside.inbox()).toHaveLength(1)
  })

  test('an answer that was lost is asked for again and found', async () => {
    const mail = row()
    await outside.control('POST', '/faults', { match: 'POST /emails', when: 'after', status: 504 })
    const first = build([mail])
    expect(await first.run()).toEqual([200, { sent: 0, failed: 1 }])
    expect(first.called('mark_outbox_failed')[0]!.args).toMatchObject({ id: mail.id, permanent: false })
    expect(await build([mail]).run()).toEqual([200, { sent: 1, failed: 0 }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  test.each<[string, Record<string, unknown>]>([
    ['an unknown template', { template: 'nothing' }],
    ['data that does not fit', { data: {} }],
    ['an address that is none', { recipient: 'nobody' }],
    ['an address with a header in it', { recipient: 'a@example.com\r\nBcc: b@example.com' }],
  ])('%s fails for good and stops nothing else', async (_what, changes) => {
    const { run, called } = build([row(changes), row()])
    expect(await run()).toEqual([200, { sent: 1, failed: 1 }])
    expect(called('mark_outbox_failed')).toMatchObject([{ args: { permanent: true } }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  test.each([
    ['nobody to write to', { recipient: null }],
    ['an order that is gone', { data: null }],
    ['a cart that is empty by now', { template: 'abandoned_cart', data: { store: null, lines: null } }],
  ])('%s is done', async (_what, changes) => {
    const { run, called } = build([row(changes)])
    expect(await run()).toEqual([200, { sent: 1, failed: 0 }])
    expect(called('mark_outbox_sent')).toMatchObject([{ args: { provider_id: 'none' } }])
    expect(await outside.inbox()).toEqual([])
  })

  test.each(['', 'xx-nowhere', 'not a locale!'])('a reader of language %j is written to', async (locale) => {
    expect(await build([row({ locale })]).run()).toEqual([200, { sent: 1, failed: 0 }])
  })

  test('a wrong key at the provider fails what may be tried again', async () => {
    const mail = row()
    const { sql, called } = sqlOf({ claim_outbox: [mail], mark_outbox_failed: null })
    const sendMail = createResend({ apiKey: 're_wrong', from: 'a@example.com', base: outside.sandboxes.url })
    await createHandler({ sql, sendMail, siteUrl: setting.siteUrl })(post('/emails', {}))
    expect(called('mark_outbox_failed')[0]!.args).toMatchObject({ permanent: false })
  })

  test('goes on until nothing is due', async () => {
    const batches = [Array.from({ length: 20 }, () => row()), [row()]]
    const { run, called } = build([], { claim_outbox: () => batches.shift() ?? [] })
    expect(await run()).toEqual([200, { sent: 21, failed: 0 }])
    expect(called('claim_outbox')).toHaveLength(2)
  })
})
