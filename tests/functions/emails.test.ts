import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTwilio } from '../../functions/_shared/twilio.ts'
import { addressLines } from '../../functions/emails/address.ts'
import { BOOKING_LETTERS } from '../../functions/emails/bookings.ts'
import { createHandler } from '../../functions/emails/handler.ts'
import { render } from '../../functions/emails/layout.ts'
import { formatInstant, formatMoney } from '../../functions/emails/money.ts'
import { createPush } from '../../functions/emails/push.ts'
import { createResend } from '../../functions/emails/resend.ts'
import { templateNames, write } from '../../functions/emails/templates.ts'
import { generateKeys } from '../../supabase/local/index.ts'
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
    status: 'confirmed',
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
  refund: {
    store,
    order: order.order,
    refund: { amount: 1200, currency: 'INR', status: 'rejected', note: 'The seal was broken.' },
  },
  payment_failed: {
    checkout_id: order.order.id,
    amount: 4200,
    currency: 'INR',
    reason: 'Your card was declined.',
    reserved_until: '2026-03-01T20:00:00Z',
    time_zone: 'Asia/Kolkata',
  },
  payment_refunded_late: {
    checkout_id: order.order.id,
    amount: 4200,
    currency: 'INR',
    cause: 'sold_out',
  },
  low_stock: { store, product: { name: 'Vase', variant: 'blue', sku: 'V-1' }, on_hand: 2, threshold: 5 },
  webhook_disabled: { store, url: 'https://erp.example/hooks', failing_since: '2026-03-01T20:00:00Z' },
  back_in_stock: { store, product: { name: 'Vase', slug: 'vase', price: 100000, currency: 'INR' } },
  invitation: { store, role: 'manager', token: 'tok/en', inviter: null, expires_at: '2026-03-08T00:00:00Z' },
  ...Object.fromEntries(BOOKING_NAMES.map((name) => [name, booking])),
  abandoned_cart: { store: null, lines: [{ name: 'Vase', quantity: 2 }] },
  review_request: { store, order: order.order, products: ['Vase', 'Rose'], token: '0f.1e' },
  review_decision: {
    decision_id: order.order.id,
    review_id: order.order.id,
    action: 'hide',
    subject: 'Vase',
    rating: 2,
    review: '<b>Broke</b>',
    rule: 'No insults (4.2)',
    facts: 'It calls the owner names.',
    is_automated: false,
    appeal_until: '2026-03-08T00:00:00Z',
    time_zone: 'Asia/Kolkata',
  },
  unread_messages: {
    store,
    conversation_id: '0198f000-0000-7000-8000-00000000c0de',
    author: 'store',
    customer: { name: 'Ana' },
    count: 2,
    messages: [{ body: 'Hello', file_count: 0 }, { body: 'Look', file_count: 2 }],
  },
  alert: { rule: 'payment_mismatch', message: 'A payment does not fit.' },
}

/** Every country an address may lie in. */
const COUNTRIES = new Set(
  readFileSync('migrations/20260101001010_countries.sql', 'utf8').match(/\b[A-Z]{2}\b/g),
)
const sendSms = createTwilio({
  accountSid: outside.keys.twilioAccountSid,
  authToken: outside.keys.twilioAuthToken,
  from: '+15005550006',
  base: outside.sandboxes.url,
})
const sendPush = createPush({
  publicKey: outside.keys.vapidPublicKey,
  privateKey: outside.keys.vapidPrivateKey,
  subject: 'mailto:push@example.com',
  base: outside.sandboxes.url,
})
const unsubscribeUrl = 'https://api.example/functions/v1/notifications/unsubscribe'
const setting = { siteUrl: 'https://shop.example', locale: 'en' }
const rendered = (name: string, data: unknown = DATA[name]) => render(write(name, data, setting)!)

describe('templates', () => {
  test('there is test data for every template', () => {
    expect(Object.keys(DATA).toSorted()).toEqual(templateNames.toSorted())
  })

  test('a letter about the money of an appointment names the appointment, and not an order', () => {
    const appointment = 'Haircut'
    const failed = rendered('payment_failed', { ...DATA['payment_failed'], appointment })
    expect(failed.text).toContain('Your time for Haircut is kept for you until')
    const over = rendered('payment_failed', {
      ...DATA['payment_failed'],
      appointment,
      reserved_until: null,
    })
    expect(over.text).toContain('The appointment is not waiting for it any more.')
    const refund = { amount: 1200, currency: 'INR', status: 'failed' }
    const refused = rendered('refund', { store, appointment, refund })
    expect(refused.subject).toBe('Your refund for your appointment for Haircut could not be paid out')
    for (const mail of [failed, over, refused]) expect(mail.text).not.toMatch(/order|items/)
    for (const mail of [over, refused]) expect(mail.text).toContain('https://shop.example/appointments')
  })

  test.each(Object.keys(DATA))('the template %s says something, in HTML and in text', (name) => {
    const mail = rendered(name)
    expect(mail.subject).not.toBe('')
    expect(mail.html).toContain('</html>')
    expect(mail.text.length).toBeGreaterThan(20)
    expect(mail.html + mail.text).not.toMatch(/undefined|null|NaN|\[object/)
  })

  test.each(Object.keys(DATA))('the template %s lets no text become markup or a header', (name) => {
    const hostile = (value: unknown, key = ''): unknown => {
      if (Array.isArray(value)) return value.map((item) => hostile(item))
      if (value && typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, hostile(entry, name)]))
      }
      return typeof value === 'string' &&
          !/(^|_)(id|at|by|until|since|zone|currency|country|status|cause|action|author)$/.test(key)
        ? HOSTILE
        : value
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
    expect(mail.subject).toBe('New order 17 of Blüten & Co: ₹2,412.50')
    expect(mail.text).toContain('Discount: -₹100.00')
    expect(mail.text).toContain('Vase, blue (2 × ₹1,000.00): ₹2,000.00')
    expect(mail.text).toMatch(/March 2, 2026 at 1:30\sAM \(Asia\/Kolkata\)/)
  })

  test('a template that does not exist is none, whatever objects inherit', () => {
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

describe('an address is written as the post of its country wants it', () => {
  const lines = (place: Record<string, string | null>) =>
    addressLines({ name: 'Ana', line1: '1 Road', city: 'X', country: 'US', ...place }).slice(2)

  test.each([
    [{ city: 'Albany', region: 'NY', postal_code: '12203', country: 'US' }, [
      'Albany NY 12203',
      'United States',
    ]],
    [{ city: 'Ottawa', region: 'ON', postal_code: 'K1A 0B1', country: 'CA' }, [
      'Ottawa ON K1A 0B1',
      'Canada',
    ]],
    [{ city: 'Sydney', region: 'NSW', postal_code: '2000', country: 'AU' }, ['Sydney NSW 2000', 'Australia']],
    [{ city: 'London', postal_code: 'SW1A 1AA', country: 'GB' }, ['London', 'SW1A 1AA', 'United Kingdom']],
    [{ city: 'Berlin', region: 'Berlin', postal_code: '10115', country: 'DE' }, ['10115 Berlin', 'Germany']],
    [{ city: 'Paris', postal_code: '75001', country: 'FR' }, ['75001 Paris', 'France']],
    [{ city: 'Roma', region: 'RM', postal_code: '00184', country: 'IT' }, ['00184 Roma RM', 'Italy']],
    [{ city: 'Dublin', postal_code: 'D02 X285', country: 'IE' }, ['Dublin', 'D02 X285', 'Ireland']],
    [{ city: 'Pune', region: 'MH', postal_code: '411001', country: 'IN' }, ['Pune 411001', 'MH', 'India']],
    [{ city: 'São Paulo', region: 'SP', postal_code: '01310-100', country: 'BR' }, [
      'São Paulo - SP',
      '01310-100',
      'Brazil',
    ]],
    [{ city: 'Singapore', postal_code: '018956', country: 'SG' }, ['Singapore 018956', 'Singapore']],
    [{ city: 'Chiyoda-ku', region: 'Tokyo', postal_code: '100-8111', country: 'JP' }, [
      'Chiyoda-ku, Tokyo 100-8111',
      'Japan',
    ]],
    [{ city: 'Dubai', region: null, postal_code: null, country: 'AE' }, ['Dubai', 'United Arab Emirates']],
    [{ city: 'Wien', region: null, postal_code: '1010', country: 'AT' }, ['1010 Wien', 'Austria']],
  ])('%j', (place, written) => {
    expect(lines(place)).toEqual(written)
  })

  test('an address in Japanese goes from the largest part to the person', () => {
    expect(addressLines({
      name: '山田太郎',
      line1: '千代田1-1',
      city: '千代田区',
      region: '東京都',
      postal_code: '100-8111',
      country: 'JP',
    })).toEqual(['〒100-8111', '東京都 千代田区 千代田1-1', '山田太郎', 'Japan'])
  })

  test('an address of any country has all that was typed', () => {
    const typed = {
      name: 'Ana',
      line1: 'Road 1',
      line2: 'Floor 2',
      city: 'Town',
      region: 'Shire',
      postal_code: 'A1 2B',
    }
    for (const country of COUNTRIES) {
      const text = addressLines({ ...typed, country }).join('|')
      for (const part of Object.values(typed)) expect(text, `${country}: ${text}`).toContain(part)
      expect(text).not.toMatch(/\|\||[ ,/-]\||\|[ ,/-]|undefined/)
    }
  })
})

describe('draining the outbox', () => {
  const row = (changes: Record<string, unknown> = {}) => ({
    id: crypto.randomUUID(),
    template: 'order_confirmed',
    channel: 'email',
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
      mark_outbox_skipped: null,
      mark_outbox_gone: null,
      ...answers,
    })
    const handler = createHandler({
      sql: database.sql,
      sendMail: createResend({
        apiKey: outside.keys.resendApiKey,
        from: 'Marketbase <noreply@example.com>',
        base: outside.sandboxes.url,
      }),
      sendSms,
      sendPush,
      unsubscribeUrl,
      siteUrl: setting.siteUrl,
    })
    return { ...database, run: () => handler(post('/emails', {})).then(answerOf) }
  }

  test('draining the outbox sends what is due and writes down the provider id', async () => {
    const mail = row()
    const { run, called } = build([mail])
    expect(await run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
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
    expect(await build([mail]).run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  test('a mail whose text has changed since a worker died does not go out twice', async () => {
    const mail = row()
    await build([mail]).run()
    const changed = { ...mail, data: { ...order, customer: { name: 'Anna' } } }
    const { run, called } = build([changed])
    expect(await run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
    expect(called('mark_outbox_sent')[0]!.args).toMatchObject({ provider_id: 'sent-before' })
    expect(await outside.inbox()).toHaveLength(1)
  })

  test('an answer that was lost is asked for again and found', async () => {
    const mail = row()
    await outside.control('POST', '/faults', { match: 'POST /emails', when: 'after', status: 504 })
    const first = build([mail])
    expect(await first.run()).toEqual([200, { sent: 0, failed: 1, skipped: 0 }])
    expect(first.called('mark_outbox_failed')[0]!.args).toMatchObject({ id: mail.id, permanent: false })
    expect(await build([mail]).run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  test.each<[string, Record<string, unknown>]>([
    ['an unknown template', { template: 'nothing' }],
    ['data that does not fit', { data: {} }],
    ['an address that is none', { recipient: 'nobody' }],
    ['an address with a header in it', { recipient: 'a@example.com\r\nBcc: b@example.com' }],
  ])('%s fails for good and stops nothing else', async (_what, changes) => {
    const { run, called } = build([row(changes), row()])
    expect(await run()).toEqual([200, { sent: 1, failed: 1, skipped: 0 }])
    expect(called('mark_outbox_failed')).toMatchObject([{ args: { permanent: true } }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  test.each([
    ['nobody to write to', { recipient: null }],
    ['an order that is gone', { data: null }],
    ['a cart that is empty by now', { template: 'abandoned_cart', data: { store: null, lines: null } }],
    ['a letter not worth a text', {
      channel: 'sms',
      recipient: '+919876543210',
      template: 'low_stock',
      data: DATA['low_stock'],
    }],
  ])('%s is skipped, and not counted as sent', async (_what, changes) => {
    const { run, called } = build([row(changes)])
    expect(await run()).toEqual([200, { sent: 0, failed: 0, skipped: 1 }])
    expect(called('mark_outbox_sent')).toEqual([])
    expect(called('mark_outbox_skipped')).toMatchObject([{ args: { reason: expect.any(String) } }])
    expect(await outside.inbox()).toEqual([])
  })

  test('an answer of which half arrived is asked for again: the mail has left', async () => {
    const mail = row()
    const real = globalThis.fetch
    vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async (...args) => {
      await real(...args)
      return new Response('{"i', { status: 200 })
    })
    const first = build([mail])
    expect(await first.run()).toEqual([200, { sent: 0, failed: 1, skipped: 0 }])
    expect(first.called('mark_outbox_failed')[0]!.args).toMatchObject({ permanent: false })
    expect(await build([mail]).run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
    expect(await outside.inbox()).toHaveLength(1)
  })

  describe('to a phone', () => {
    const text = (to = '+919876543210') => row({ channel: 'sms', recipient: to })

    test('a text to a phone is a sentence and where it leads to', async () => {
      const { run, called } = build([text()])
      expect(await run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
      expect(await outside.inbox()).toMatchObject([{
        channel: 'sms',
        to: '+919876543210',
        text:
          `Your order 17 of Blüten & Co is confirmed: ₹2,412.50. https://shop.example/orders/${order.order.id}`,
      }])
      expect(called('mark_outbox_sent')[0]!.args).toMatchObject({ provider_id: expect.stringMatching(/^SM/) })
    })

    test('a text to a phone that cannot be reached is given up', async () => {
      const { run, called } = build([text('+15005550009')])
      expect(await run()).toEqual([200, { sent: 0, failed: 1, skipped: 0 }])
      expect(called('mark_outbox_failed')[0]!.args).toMatchObject({ permanent: true })
    })

    test('a text waits while the provider is down', async () => {
      await outside.control('POST', '/faults', { match: 'POST *Messages.json', status: 500 })
      const { run, called } = build([text()])
      expect(await run()).toEqual([200, { sent: 0, failed: 1, skipped: 0 }])
      expect(called('mark_outbox_failed')[0]!.args).toMatchObject({ permanent: false })
    })

    test('a text has left when of the answer only half arrives', async () => {
      const real = globalThis.fetch
      vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async (...args) => {
        await real(...args)
        return new Response('{"s', { status: 201 })
      })
      expect(await build([text()]).run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
      expect(await outside.inbox()).toHaveLength(1)
    })
  })

  test.each(['', 'xx-nowhere', 'not a locale!'])('a reader of language %j is written to', async (locale) => {
    expect(await build([row({ locale })]).run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
  })

  test('a wrong key at the provider fails what may be tried again', async () => {
    const mail = row()
    const batches = [[mail]]
    const { sql, called } = sqlOf({ claim_outbox: () => batches.shift() ?? [], mark_outbox_failed: null })
    const sendMail = createResend({ apiKey: 're_wrong', from: 'a@example.com', base: outside.sandboxes.url })
    const deps = { sql, sendMail, sendSms, sendPush, unsubscribeUrl, siteUrl: setting.siteUrl }
    await createHandler(deps)(post('/emails', {}))
    expect(called('mark_outbox_failed')[0]!.args).toMatchObject({ permanent: false })
  })

  test('draining the outbox goes on until nothing is due', async () => {
    const batches = [Array.from({ length: 20 }, () => row()), [row()]]
    const { run, called } = build([], { claim_outbox: () => batches.shift() ?? [] })
    expect(await run()).toEqual([200, { sent: 21, failed: 0, skipped: 0 }])
    expect(called('claim_outbox')).toHaveLength(3)
  })

  test('a run does not end where a batch is not full: what is not to be sent was left out of it', async () => {
    const batches = [[row()], [row()]]
    expect(await build([], { claim_outbox: () => batches.shift() ?? [] }).run())
      .toEqual([200, { sent: 2, failed: 0, skipped: 0 }])
  })

  describe('of letters that can be ended', () => {
    const token = 'a0.back_in_stock.f00'
    const optional = (changes: Record<string, unknown> = {}) =>
      row({ template: 'back_in_stock', data: DATA['back_in_stock'], unsubscribe_token: token, ...changes })

    test('a letter that is not transactional can be ended by one click, in the mail program or at its foot', async () => {
      await build([optional()]).run()
      const [mail] = await outside.inbox()
      const url = `${unsubscribeUrl}?token=${token}`
      expect(mail!.headers).toEqual({
        'List-Unsubscribe': `<${url}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      })
      expect(mail!.text).toMatch(
        new RegExp(`No more e-mails of this kind: ${url.replaceAll(/[.?]/g, '\\$&')}$`),
      )
      expect(mail!.html).toContain(`<a href="${url}"`)
    })

    test('a letter that is transactional offers no end', async () => {
      await build([row()]).run()
      const [mail] = await outside.inbox()
      expect(mail!.headers).toBeUndefined()
      expect(mail!.html! + mail!.text).not.toMatch(/unsubscribe|no more e-mails/i)
    })

    test('a letter that can be ended and is tried again goes out once', async () => {
      const mail = optional()
      await build([mail], { mark_outbox_sent: new Error('killed') }).run()
      await build([mail]).run()
      expect(await outside.inbox()).toHaveLength(1)
    })
  })

  describe('to a browser', () => {
    interface Subscription {
      endpoint: string
      keys: { p256dh: string; auth: string }
    }
    const subscribe = async () =>
      await (await fetch(`${outside.sandboxes.url}/push/subscriptions`, { method: 'POST' }))
        .json() as Subscription
    const told = {
      notification_id: order.order.id,
      kind: 'order_shipped',
      title: 'Your order 17 of Blüten & Co is on its way',
      body: null,
      data: { order_id: order.order.id },
    }
    const push = ({ endpoint, keys }: Subscription, changes: Record<string, unknown> = {}) =>
      row({ template: 'push', channel: 'push', recipient: endpoint, data: { ...told, ...keys, ...changes } })

    test('a browser can read what is pushed to it, and nobody else', async () => {
      const browser = await subscribe()
      const message = push(browser)
      const { run, called } = build([message])
      expect(await run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
      const [shown] = await outside.inbox()
      expect(shown).toMatchObject({ channel: 'push', to: browser.endpoint, subject: told.title })
      expect(JSON.parse(shown!.text)).toEqual({
        id: told.notification_id,
        kind: told.kind,
        title: told.title,
        body: null,
        data: told.data,
      })
      expect(shown!.headers).toMatchObject({ ttl: '86400', topic: message.id.replaceAll('-', '') })
      expect(called('mark_outbox_sent')[0]!.args['provider_id']).toMatch(/^https:/)
    })

    test('a message for a browser fits, however much was to be said', async () => {
      const browser = await subscribe()
      const long = { title: '€'.repeat(200), body: '👩‍👩‍👧'.repeat(200), data: { text: 'x'.repeat(5000) } }
      expect(await build([push(browser, long)]).run()).toEqual([200, { sent: 1, failed: 0, skipped: 0 }])
      const { data, title } = JSON.parse((await outside.inbox())[0]!.text)
      expect([data, title.length]).toEqual([{}, 150])
    })

    test('a browser that ended its subscription is written to no more', async () => {
      const browser = await subscribe()
      await fetch(`${outside.sandboxes.url}/push/subscriptions`, {
        method: 'DELETE',
        body: JSON.stringify({ endpoint: browser.endpoint }),
      })
      const message = push(browser)
      const { run, called } = build([message, row()])
      expect(await run()).toEqual([200, { sent: 1, failed: 0, skipped: 1 }])
      expect(called('mark_outbox_gone')).toMatchObject([{ args: { id: message.id } }])
      expect(called('mark_outbox_failed')).toEqual([])
    })

    test.each([404, 410])('a push service that answers %d says that the browser is gone', async (status) => {
      await outside.control('POST', '/faults', { match: 'POST /push/*', status })
      const { run, called } = build([push(await subscribe())])
      expect(await run()).toEqual([200, { sent: 0, failed: 0, skipped: 1 }])
      expect(called('mark_outbox_gone')).toHaveLength(1)
    })

    test.each([[429, false], [500, false], [403, false], [413, true]])(
      'of a push service that answers %d it is known whether another try helps: %s',
      async (status, permanent) => {
        await outside.control('POST', '/faults', { match: 'POST /push/*', status })
        const { run, called } = build([push(await subscribe())])
        expect(await run()).toEqual([200, { sent: 0, failed: 1, skipped: 0 }])
        expect(called('mark_outbox_failed')).toMatchObject([{ args: { permanent } }])
        expect(called('mark_outbox_gone')).toEqual([])
      },
    )

    test('a browser key that is no point of the curve fails for good and stops nothing else', async () => {
      const { run, called } = build([push(await subscribe(), { p256dh: `B${'A'.repeat(86)}` }), row()])
      expect(await run()).toEqual([200, { sent: 1, failed: 1, skipped: 0 }])
      expect(called('mark_outbox_failed')).toMatchObject([{ args: { permanent: true } }])
    })

    test('a message that was read in the app meanwhile is skipped', async () => {
      const { run } = build([{ ...push(await subscribe()), data: null }])
      expect(await run()).toEqual([200, { sent: 0, failed: 0, skipped: 1 }])
      expect(await outside.inbox()).toEqual([])
    })

    test('a message signed with a key that the browser did not subscribe to is not taken', async () => {
      const other = await generateKeys()
      const send = createPush({
        publicKey: other.vapidPublicKey,
        privateKey: other.vapidPrivateKey,
        subject: 'mailto:push@example.com',
        base: outside.sandboxes.url,
      })
      const { endpoint, keys } = await subscribe()
      await expect(send({ endpoint, keys, text: '{}', topic: 'x' })).rejects.toThrow('403')
    })

    test('a push service that leads elsewhere is not followed', async () => {
      const fetched = vi.spyOn(globalThis, 'fetch')
      await build([push(await subscribe())]).run()
      const [, options] = fetched.mock.calls.find(([url]) => String(url).includes('/push/https'))!
      expect(options).toMatchObject({ redirect: 'error' })
    })
  })
})
