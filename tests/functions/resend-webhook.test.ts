import { createHmac, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createHandler } from '../../functions/resend-webhook/handler.ts'
import { answerOf, type Answers, post, sqlOf } from './support.ts'

const SECRET = `whsec_${randomBytes(24).toString('base64')}`
const OTHER = `whsec_${randomBytes(24).toString('base64')}`

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const event = (type: string, more: Record<string, unknown> = {}) => ({
  type,
  created_at: '2026-03-01T20:00:00.000Z',
  data: {
    created_at: '2026-03-01T20:00:00.000Z',
    email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
    from: 'Marketbase <noreply@example.com>',
    to: ['ana@example.com'],
    subject: 'Vase is back',
    ...more,
  },
})
const bounce = (type: string) => ({ bounce: { type, subType: 'General', message: 'No such mailbox.' } })

function signed(body: unknown, options: { secret?: string; at?: number } = {}): Request {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const at = options.at ?? Math.floor(Date.now() / 1000)
  const key = Buffer.from((options.secret ?? SECRET).slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`msg_1.${at}.${text}`).digest('base64')
  return post('/resend-webhook', text, {
    'svix-id': 'msg_1',
    'svix-timestamp': String(at),
    'svix-signature': `v1,${mac}`,
  })
}

function build(answers: Answers = { suppress_address: null }) {
  const database = sqlOf(answers)
  return { ...database, handler: createHandler({ sql: database.sql, webhookSecrets: [SECRET, OTHER] }) }
}

describe('what a mail came to', () => {
  test.each([
    ['email.bounced', bounce('Permanent'), 'bounced'],
    ['email.bounced', {}, 'bounced'],
    ['email.suppressed', {}, 'bounced'],
    ['email.complained', {}, 'complained'],
  ])(
    '%s %j means that its address gets nothing but what is transactional: %s',
    async (type, more, reason) => {
      const { handler, calls } = build()
      expect(await answerOf(await handler(signed(event(type, more))))).toEqual([200, { suppressed: 1 }])
      expect(calls).toEqual([{
        name: 'suppress_address',
        args: { address: 'ana@example.com', reason, provider_id: '56761188-7520-42d8-8898-ff6fc54ce618' },
      }])
    },
  )

  test.each([
    ['a mailbox that is full', event('email.bounced', bounce('Transient'))],
    ['a server that said nothing clear', event('email.bounced', bounce('Undetermined'))],
    ['a mail that arrived', event('email.delivered')],
    ['a mail that is late', event('email.delivery_delayed')],
    ['a domain', {
      type: 'domain.updated',
      created_at: '2026-03-01T20:00:00.000Z',
      data: { id: 'x', name: 'y' },
    }],
  ])('an event of %s changes nothing', async (_what, body) => {
    const { handler, calls } = build()
    expect(await answerOf(await handler(signed(body)))).toEqual([200, { suppressed: 0 }])
    expect(calls).toEqual([])
  })

  test('an event that cannot be written down is asked for again', async () => {
    const { handler } = build({ suppress_address: new Error('down') })
    expect((await handler(signed(event('email.complained')))).status).toBe(500)
  })
})

describe('the signature of an event', () => {
  const body = JSON.stringify(event('email.complained'))

  test('may be made with either secret while one replaces the other', async () => {
    expect((await build().handler(signed(body, { secret: OTHER }))).status).toBe(200)
  })

  test.each<[string, () => Request]>([
    ['of another secret', () => signed(body, { secret: `whsec_${randomBytes(24).toString('base64')}` })],
    ['six minutes old', () => signed(body, { at: Math.floor(Date.now() / 1000) - 360 })],
    ['of six minutes from now', () => signed(body, { at: Math.floor(Date.now() / 1000) + 360 })],
    ['missing', () => post('/resend-webhook', body)],
    ['of another body', () => {
      const { headers } = signed(body)
      return post('/resend-webhook', body.replace('ana@', 'eve@'), Object.fromEntries(headers))
    }],
    ['under the headers of another scheme', () => {
      const headers = [...signed(body).headers].map((
        [name, value],
      ) => [name.replace('svix-', 'webhook-'), value])
      return post('/resend-webhook', body, Object.fromEntries(headers))
    }],
  ])('is refused when it is %s', async (_what, request) => {
    const { handler, calls } = build()
    expect(await answerOf(await handler(request()))).toMatchObject([400, { code: 'bad_signature' }])
    expect(calls).toEqual([])
  })

  test('is asked for by no other method than POST', async () => {
    expect((await build().handler(new Request('http://functions/resend-webhook'))).status).toBe(405)
  })
})
