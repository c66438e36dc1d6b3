import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { connectAs, releaseLater } from '../testing/index.ts'
import { type Alone, startAlone } from './auth/alone.ts'
import {
  type Answer,
  claimsOf,
  PASSWORD,
  randomEmail,
  randomPhone,
  request,
  signedIn,
  type Target,
  visitor,
} from './auth/target.ts'

// Hooks: what leaves, how it is signed, and what every answer leads to. Local only.

const SECRETS = [
  'v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789abcdef',
  'v1,whsec_Q2hhbmdlZCBzZWNyZXQgdGhhdCBpcyBsb25nIGVub3VnaCE=',
]
const SMS = { enable_signup: true, enable_confirmations: true, twilio: { enabled: true } }

interface Received {
  headers: IncomingHttpHeaders
  raw: string
  // deno-lint-ignore no-explicit-any
  body: any
}

/** What a hook answers; the last entry is repeated. Undefined hangs up without an answer. */
type Reply =
  | { status?: number; body?: string; headers?: Record<string, string>; afterMs?: number }
  | undefined

/** A hook that answers as told and remembers what it was sent. */
async function startHook(...replies: Reply[]) {
  const received: Received[] = []
  const server = createServer(async (req, res) => {
    let raw = ''
    for await (const chunk of req) raw += chunk
    received.push({ headers: req.headers, raw, body: JSON.parse(raw) })
    const reply = replies[Math.min(received.length, replies.length) - 1]
    if (reply === undefined) return void req.socket.destroy()
    const { status = 200, body = '{}', headers = { 'content-type': 'application/json' }, afterMs = 0 } = reply
    setTimeout(() => res.writeHead(status, headers).end(body), afterMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releaseLater(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, replies }
}

const client = (auth: Alone) => visitor(auth as unknown as Target)
const problem = ({ status, body }: Answer) => [status, body.code, body.message]
const askForCode = (auth: Alone, phone: string) => request(auth, 'POST', '/otp', { body: { phone } })

describe('send SMS', async () => {
  const hook = await startHook({})
  const auth = await startAlone({
    sms: SMS,
    hook: { send_sms: { enabled: true, uri: hook.uri, secrets: SECRETS.join('|') } },
  })
  const once = (...replies: Reply[]) => {
    hook.replies.splice(0, hook.replies.length, ...replies)
    hook.received.length = 0
  }

  test('carries the code, signed with every secret', async () => {
    once({})
    const phone = randomPhone()
    expect((await askForCode(auth, phone)).body).toEqual({})
    const { headers, raw, body } = hook.received[0]!
    for (const secret of SECRETS) {
      const verified = new Webhook(secret.replace('v1,', '')).verify(raw, {
        'webhook-id': headers['webhook-id'] as string,
        'webhook-timestamp': headers['webhook-timestamp'] as string,
        'webhook-signature': (headers['webhook-signature'] as string).replaceAll(', ', ' '),
      })
      expect(verified).toEqual(body)
    }
    expect(body).toMatchObject({
      metadata: {
        uuid: expect.any(String),
        name: 'send-sms',
        time: expect.any(String),
        ip_address: expect.any(String),
      },
      user: { phone: phone.slice(1), role: 'authenticated', app_metadata: { provider: 'phone' } },
      sms: { otp: expect.stringMatching(/^\d{6}$/), phone: phone.slice(1) },
    })
    const { data } = await client(auth).auth.verifyOtp({ phone, token: body.sms.otp, type: 'sms' })
    expect(data.session).not.toBeNull()
  })

  const outcomes: [string, Reply, [number, string, string]][] = [
    ['an error of its own', {
      body: JSON.stringify({ error: { http_code: 403, message: 'No texts to there.' } }),
    }, [403, 'unexpected_failure', 'No texts to there.']],
    ['400', { status: 400 }, [500, 'unexpected_failure', 'Invalid payload sent to hook']],
    ['401', { status: 401 }, [500, 'unexpected_failure', 'Hook requires authorization token']],
    ['418', { status: 418 }, [500, 'unexpected_failure', 'Unexpected status code returned from hook: 418']],
    ['503 without retry-after', { status: 503 }, [
      500,
      'unexpected_failure',
      'Service currently unavailable due to hook',
    ]],
    ['text', { headers: { 'content-type': 'text/plain' } }, [
      400,
      'hook_payload_invalid_content_type',
      'Invalid JSON response. Received content-type: text/plain',
    ]],
    ['too much', { body: JSON.stringify({ filler: 'x'.repeat(300_000) }) }, [
      422,
      'hook_payload_over_size_limit',
      'Payload size exceeded size limit of 204800 bytes',
    ]],
    ['nothing', { body: '' }, [500, 'unexpected_failure', 'Error unmarshaling JSON output.']],
  ]
  test.each(outcomes)('answering %s keeps the user from being made', async (_, reply, expected) => {
    once(reply)
    const phone = randomPhone()
    expect(problem(await askForCode(auth, phone))).toEqual(expected)
    expect(hook.received).toHaveLength(1)
    expect(await auth.sql`select from auth.users where phone = ${phone.slice(1)}`).toHaveLength(0)
  })

  test.each([
    ['204', { status: 204, body: '' }],
    ['202', { status: 202 }],
    ['an error without a message', { body: '{"error":{"http_code":500}}' }],
  ])('answering %s is success', async (_, reply) => {
    once(reply)
    expect((await askForCode(auth, randomPhone())).status).toBe(200)
  })

  test('is asked again at once on 503 with retry-after, with the same payload under another id', async () => {
    once(
      { status: 503, headers: { 'retry-after': '60' } },
      { status: 429, headers: { 'retry-after': '60' } },
      {},
    )
    expect((await askForCode(auth, randomPhone())).status).toBe(200)
    expect(hook.received).toHaveLength(3)
    expect(new Set(hook.received.map(({ body }) => body.metadata.uuid)).size).toBe(1)
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
  })

  test('is asked again after a broken connection', async () => {
    once(undefined, {})
    expect((await askForCode(auth, randomPhone())).status).toBe(200)
    expect(hook.received).toHaveLength(2)
  })

  test('has five seconds', async () => {
    once({ afterMs: 20_000 })
    const answer = await askForCode(auth, randomPhone())
    expect([answer.status, answer.body.code]).toEqual([422, 'hook_timeout'])
  })
})

test('the code of a phone factor leaves through the hook, too', async () => {
  const hook = await startHook({})
  const auth = await startAlone({
    sms: SMS,
    mfa: { phone: { enroll_enabled: true, verify_enabled: true, max_frequency: '0s' } },
    hook: { send_sms: { enabled: true, uri: hook.uri, secrets: SECRETS[0] } },
  })
  const { client: mine } = await signedIn(auth as unknown as Target)
  const phone = randomPhone()
  const { data: factor, error } = await mine.auth.mfa.enroll({
    factorType: 'phone',
    phone,
    friendlyName: 'mobile',
  })
  expect(error).toBeNull()
  expect(factor).toMatchObject({ type: 'phone', friendly_name: 'mobile', phone: phone.slice(1) })
  const { data: challenge } = await mine.auth.mfa.challenge({ factorId: factor!.id })
  const { sms } = hook.received[0]!.body
  expect(sms).toEqual({ otp: expect.stringMatching(/^\d{6}$/), phone: phone.slice(1), sms_type: 'mfa' })
  const answer = { factorId: factor!.id, challengeId: challenge!.id }
  const wrong = await mine.auth.mfa.verify({ ...answer, code: sms.otp === '000000' ? '000001' : '000000' })
  expect(wrong.error).toMatchObject({ status: 422, code: 'mfa_verification_failed' })
  const right = await mine.auth.mfa.verify({ ...answer, code: sms.otp })
  expect(claimsOf(right.data!.access_token)).toMatchObject({
    aal: 'aal2',
    amr: [{ method: 'mfa/phone' }, {}],
  })
  const again = await mine.auth.mfa.verify({ ...answer, code: sms.otp })
  expect(again.error).toMatchObject({ status: 422 })
})

describe('send e-mail', async () => {
  const hook = await startHook({})
  const auth = await startAlone({
    email: { enable_confirmations: true, notification: { password_changed: { enabled: true } } },
    hook: { send_email: { enabled: true, uri: hook.uri, secrets: SECRETS[0] } },
  })
  const newest = () => hook.received.at(-1)!.body

  test('replaces the mail', async () => {
    const email = randomEmail()
    await client(auth).auth.signUp({
      email,
      password: PASSWORD,
      options: { emailRedirectTo: 'http://127.0.0.1:3000/a' },
    })
    expect(newest()).toMatchObject({
      metadata: { name: 'send-email' },
      user: { email },
      email_data: {
        token: expect.stringMatching(/^\d{6}$/),
        token_hash: expect.stringMatching(/^[0-9a-f]{56}$/),
        redirect_to: 'http://127.0.0.1:3000/a',
        email_action_type: 'signup',
        site_url: `${auth.url}/auth/v1`,
        token_new: '',
        token_hash_new: '',
        old_email: '',
        old_phone: '',
        provider: '',
        factor_type: '',
      },
    })
    expect(auth.mails).toEqual([])
    const { error } = await client(auth).auth.verifyOtp({
      email,
      token: newest().email_data.token,
      type: 'email',
    })
    expect(error).toBeNull()
  })

  test('gets both codes of a change of address in one call, crossed', async () => {
    const { client: mine, email } = await signedIn(auth as unknown as Target)
    const newEmail = randomEmail()
    await mine.auth.updateUser({ email: newEmail })
    const { email_data: data, user } = newest()
    expect([user.email, user.new_email, data.email_action_type]).toEqual([email, newEmail, 'email_change'])
    const verify = (body: object) =>
      request(auth, 'POST', '/verify', { body: { type: 'email_change', ...body } })
    expect((await verify({ token_hash: data.token_hash_new })).body.code).toBe('200')
    expect((await verify({ token: data.token, email })).status).toBe(403)
    expect((await verify({ token: data.token_new, email: newEmail })).status).toBe(200)
    expect((await mine.auth.getUser()).data.user?.email).toBe(newEmail)
  })

  test('tells what happened', async () => {
    const { client: mine } = await signedIn(auth as unknown as Target)
    await mine.auth.updateUser({ password: 'another-pass-1' })
    expect(newest().email_data.email_action_type).toBe('password_changed_notification')
  })
})

describe('custom access token', async () => {
  const auth = await startAlone({
    hook: { custom_access_token: { enabled: true, uri: 'pg-functions://postgres/public/custom_claims' } },
  })
  await connectAs(auth.database, 'supabase_admin').unsafe(`
    create function public.custom_claims(event jsonb) returns jsonb language plpgsql set search_path = '' as $$
    declare
      mode text := event #>> '{claims,user_metadata,mode}';
    begin
      if mode = 'refuse' then
        return jsonb_build_object('error', jsonb_build_object('http_code', 403, 'message', 'Not today.'));
      elsif mode = 'forget' then return jsonb_set(event, '{claims}', (event -> 'claims') - 'sub');
      elsif mode = 'sleep' then perform pg_sleep(10);
      elsif mode = 'break' then raise exception 'oops';
      end if;
      return jsonb_set(event, '{claims,store_id}', to_jsonb('s-1:' || (event ->> 'authentication_method')));
    end $$;
    grant usage on schema public to supabase_auth_admin;
  `).simple()

  test('adds claims, at sign-in and at every refresh', async () => {
    const { client: mine, token } = await signedIn(auth as unknown as Target)
    expect(claimsOf(token)['store_id']).toBe('s-1:password')
    const { data } = await mine.auth.refreshSession()
    expect(claimsOf(data.session!.access_token)['store_id']).toBe('s-1:token_refresh')
  })

  test.each([
    ['refuse', 403, 'unexpected_failure', 'Not today.'],
    [
      'forget',
      500,
      'unexpected_failure',
      'output claims do not conform to the expected schema: \n- (root): sub is required',
    ],
    ['sleep', 422, 'hook_timeout', 'Failed to reach hook within maximum time'],
    ['break', 500, 'unexpected_failure', 'Error invoking hook'],
  ])('that would %s keeps everybody out', async (mode, ...expected) => {
    const body = { email: randomEmail(), password: PASSWORD, data: { mode } }
    expect(problem(await request(auth, 'POST', '/signup', { body }))).toEqual(expected)
    expect(await auth.sql`select from auth.users where email = ${body.email}`).toHaveLength(0)
  })
})

describe('before a user is created', async () => {
  const hook = await startHook({
    body: JSON.stringify({ error: { http_code: 422, message: 'Invitation only.' } }),
  })
  const auth = await startAlone({
    enable_anonymous_sign_ins: true,
    hook: { before_user_created: { enabled: true, uri: hook.uri, secrets: SECRETS[0] } },
  })

  test('the hook may say no', async () => {
    const email = randomEmail()
    const body = { email, password: PASSWORD, data: { ref: 'x' } }
    expect(problem(await request(auth, 'POST', '/signup', { body }))).toEqual([
      422,
      'unexpected_failure',
      'Invitation only.',
    ])
    expect(hook.received[0]!.body).toMatchObject({
      metadata: { name: 'before-user-created' },
      user: { email, user_metadata: { ref: 'x' }, app_metadata: { provider: 'email' } },
    })
    expect(await auth.sql`select from auth.users`).toHaveLength(0)
    expect((await request(auth, 'POST', '/signup', { body: {} })).status).toBe(422)
  })
})
