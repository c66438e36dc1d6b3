import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createHandler } from '../../functions/auth-send-sms/handler.ts'
import { createTwilio } from '../../functions/_shared/twilio.ts'
import { answerOf, type Answers, post, sqlOf, useOutside } from './support.ts'

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
const OTHER = `whsec_${Buffer.from('another one of thirty-two bytes!').toString('base64')}`

const outside = await useOutside()
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

function build(answers: Answers = {}, base = outside.sandboxes.url) {
  const database = sqlOf({ register_sms: { outcome: 'send' }, settle_sms: null, ...answers })
  const handler = createHandler({
    sql: database.sql,
    hookSecrets: `v1,${OTHER}|v1,${SECRET}`,
    sendSms: createTwilio({
      accountSid: outside.keys.twilioAccountSid,
      authToken: outside.keys.twilioAuthToken,
      from: '+15005550006',
      base,
    }),
  })
  return { handler, ...database }
}

const event = (sms: Record<string, unknown> = {}) => ({
  metadata: {
    uuid: '5f0c0f3c-6b8e-4a53-9a37-5c7d1d0a9d11',
    time: new Date().toISOString(),
    name: 'send-sms',
  },
  user: { id: 'u', phone: '919876543210' },
  sms: { otp: '123456', phone: '919876543210', ...sms },
})

function hook(
  payload: unknown,
  options: { secret?: string; at?: Date; alter?: (body: string) => string } = {},
): Request {
  const body = JSON.stringify(payload)
  const at = options.at ?? new Date()
  const id = crypto.randomUUID()
  return post('/auth-send-sms', options.alter?.(body) ?? body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(options.secret ?? SECRET).sign(id, at, body),
  })
}

describe('a signed call', () => {
  test('a signed call texts the code once and writes it down', async () => {
    const { handler, calls } = build()
    const response = await handler(hook(event()))
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await answerOf(response)).toEqual([200, {}])
    expect(await outside.inbox()).toMatchObject([{
      to: '+919876543210',
      channel: 'sms',
      text: 'Your Marketbase code is 123456',
    }])
    expect(calls).toMatchObject([
      { name: 'register_sms', args: { phone: '+919876543210', dedupe_key: event().metadata.uuid } },
      {
        name: 'settle_sms',
        args: { dedupe_key: event().metadata.uuid, provider_id: expect.stringMatching(/^SM/) },
      },
    ])
  })

  test('a code goes to the new number when a phone is changed', async () => {
    await build().handler(hook(event({ phone: '4915112345678' })))
    expect((await outside.inbox())[0]!.to).toBe('+4915112345678')
  })

  test('a call that was delivered before is accepted and texts nobody', async () => {
    const { handler } = build({ register_sms: { outcome: 'sent' } })
    expect(await answerOf(await handler(hook(event())))).toEqual([200, {}])
    expect(await outside.inbox()).toEqual([])
  })

  test('a call that is still under way asks Auth to try again', async () => {
    const response = await build({ register_sms: { outcome: 'in_flight' } }).handler(hook(event()))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  })

  test('a call over the cap of a phone tells the person, and texts nobody', async () => {
    const limit = new Problem(429, 'sms_limit_reached', 'Too many codes today.')
    const response = await build({ register_sms: limit }).handler(hook(event()))
    expect(await answerOf(response)).toEqual([200, {
      error: { http_code: 429, message: 'Too many codes today.' },
    }])
    expect(await outside.inbox()).toEqual([])
  })

  test('a call to a number that cannot be reached tells the person and gives the claim back', async () => {
    const { handler, called } = build()
    const response = await handler(hook(event({ phone: '15005550009' })))
    expect(await answerOf(response)).toMatchObject([200, { error: { http_code: 422 } }])
    expect(called('settle_sms')[0]!.args).toMatchObject({ provider_id: null })
  })

  test.each([
    ['fails', { status: 500 }],
    ['is overrun', { status: 429 }],
    ['breaks off', { status: null }],
  ])('while the provider %s asks Auth to try again, and gives the claim back', async (_what, fault) => {
    await outside.control('POST', '/faults', { match: 'POST *Messages.json', ...fault })
    const { handler, called } = build()
    const response = await handler(hook(event()))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(called('settle_sms')[0]!.args).toMatchObject({ provider_id: null })
    expect((await handler(hook(event()))).status).toBe(200)
  })

  test('a call is answered inside the budget of Auth when the provider hangs', async () => {
    await outside.control('POST', '/faults', { match: 'POST *Messages.json', when: 'slow', delay_ms: 20_000 })
    expect((await build().handler(hook(event()))).status).toBe(503)
  })

  test('a call while the database is gone asks Auth to try again', async () => {
    const response = await build({ register_sms: new Error('gone') }).handler(hook(event()))
    expect(response.status).toBe(503)
    expect(await outside.inbox()).toEqual([])
  })

  test('a call keeps the code out of the log', async () => {
    await outside.control('POST', '/faults', { match: 'POST *Messages.json' })
    await build().handler(hook(event()))
    expect(JSON.stringify(vi.mocked(console.error).mock.calls)).not.toContain('123456')
  })
})

describe('refused, and nothing sent', () => {
  test.each<[string, () => Request, number]>([
    ['no signature', () => post('/auth-send-sms', event()), 401],
    [
      'another secret',
      () => hook(event(), { secret: `whsec_${btoa('a third secret of thirty-two byte')}` }),
      401,
    ],
    ['one altered byte', () => hook(event(), { alter: (body) => body.replace('123456', '123457') }), 401],
    ['a call recorded six minutes ago', () => hook(event(), { at: new Date(Date.now() - 360_000) }), 401],
    ['a call from the future', () => hook(event(), { at: new Date(Date.now() + 360_000) }), 401],
    ['a payload without a code', () => hook({ ...event(), sms: {} }), 400],
    ['a phone that is none', () => hook(event({ phone: '+91 98765' })), 400],
    ['no object at all', () => hook('null'), 400],
    ['a body of 200 KB', () => post('/auth-send-sms', 'x'.repeat(200_000)), 413],
    ['GET', () => new Request('http://functions/auth-send-sms'), 405],
  ])('%s', async (_what, request, status) => {
    const { handler, calls } = build()
    const response = await handler(request())
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json'])
    expect(calls).toEqual([])
    expect(await outside.inbox()).toEqual([])
  })
})
