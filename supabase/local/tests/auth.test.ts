import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  claimsOf,
  follow,
  nextMail,
  openTarget,
  PASSWORD,
  randomEmail,
  randomPhone,
  request,
  service,
  signedIn,
  type Target,
  visitor,
} from './auth/target.ts'

// Scenarios of Supabase Auth, with this project's config.toml. They run against the local platform, or against any
// project so configured: SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and INBOX_URL.

let target: Target

beforeAll(async () => {
  target = await openTarget()
}, 60_000)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/

const problem = ({ status, body }: Answer) => [status, body.code, body.message]

describe('sign-up with an e-mail address', () => {
  test('answers with the bare user, who confirms by the link of the mail', async () => {
    const email = randomEmail()
    const answer = await request(target, 'POST', '/signup', {
      body: {
        email: email.toUpperCase(),
        password: PASSWORD,
        data: { name: 'Ana', email: 'not@hers.example' },
      },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(UUID),
      aud: 'authenticated',
      role: 'authenticated',
      email,
      phone: '',
      confirmation_sent_at: expect.stringMatching(INSTANT),
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: {
        name: 'Ana',
        email,
        email_verified: false,
        phone_verified: false,
        sub: answer.body.id,
      },
      is_anonymous: false,
    })
    expect(answer.body).not.toHaveProperty('email_confirmed_at')
    expect(answer.body).not.toHaveProperty('access_token')
    expect(answer.body.identities).toMatchObject([{
      identity_id: expect.stringMatching(UUID),
      id: answer.body.id,
      user_id: answer.body.id,
      provider: 'email',
      email,
      identity_data: { email, email_verified: false, phone_verified: false, sub: answer.body.id },
    }])

    const tooEarly = await visitor(target).auth.signInWithPassword({ email, password: PASSWORD })
    expect(tooEarly.error).toMatchObject({
      status: 400,
      code: 'email_not_confirmed',
      message: 'Email not confirmed',
    })

    const { link } = await nextMail(target, email)
    const { status, location, fragment } = await follow(link)
    expect(status).toBe(303)
    expect([...fragment.keys()]).toEqual([
      'access_token',
      'expires_at',
      'expires_in',
      'refresh_token',
      'sb',
      'token_type',
      'type',
    ])
    expect(Object.fromEntries(fragment)).toMatchObject({
      expires_in: '3600',
      token_type: 'bearer',
      type: 'signup',
    })
    expect(location.origin).toBe('http://127.0.0.1:3000')

    const client = visitor(target)
    const { data, error } = await client.auth.setSession({
      access_token: fragment.get('access_token')!,
      refresh_token: fragment.get('refresh_token')!,
    })
    expect(error).toBeNull()
    expect(data.user).toMatchObject({ email, user_metadata: { email_verified: true } })
    expect(data.user?.identities?.[0]?.identity_data).toMatchObject({ email_verified: true })
  })

  test('confirms by the code of the mail, once', async () => {
    const email = randomEmail()
    const client = visitor(target)
    const { data } = await client.auth.signUp({ email, password: PASSWORD })
    expect(data.session).toBeNull()
    expect(data.user?.email).toBe(email)
    const { code, link } = await nextMail(target, email)
    const wrong = await client.auth.verifyOtp({
      email,
      token: code === '000000' ? '000001' : '000000',
      type: 'email',
    })
    expect(wrong.error).toMatchObject({
      status: 403,
      code: 'otp_expired',
      message: 'Token has expired or is invalid',
    })
    const right = await client.auth.verifyOtp({ email, token: code, type: 'email' })
    expect(right.error).toBeNull()
    expect(right.data.session?.access_token).toBeTruthy()
    const again = await client.auth.verifyOtp({ email, token: code, type: 'email' })
    expect(again.error).toMatchObject({ status: 403, code: 'otp_expired' })
    const { fragment } = await follow(link)
    expect(fragment.toString()).toBe(
      'error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired&sb=',
    )
  })

  test('of an address with an account says nothing of it, and sends nothing', async () => {
    const { email, user } = await signedIn(target)
    const before = await target.inbox.list({ to: email })
    const answer = await request(target, 'POST', '/signup', {
      body: { email, password: PASSWORD, data: { a: 1 } },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ email, role: '', identities: [], user_metadata: { a: 1 } })
    expect(answer.body.id).not.toBe(user.id)
    expect(answer.body).not.toHaveProperty('email_confirmed_at')
    expect(await target.inbox.list({ to: email })).toHaveLength(before.length)
  })

  test('again before confirming sends another mail, and changes nothing', async () => {
    const email = randomEmail()
    const first = await request(target, 'POST', '/signup', {
      body: { email, password: PASSWORD, data: { a: 1 } },
    })
    const sent = await target.inbox.list({ to: email })
    if (!target.local) await new Promise((resolve) => setTimeout(resolve, 1100))
    const second = await request(target, 'POST', '/signup', {
      body: { email, password: 'another-pass-1', data: { a: 2 } },
    })
    expect(second.body.id).toBe(first.body.id)
    expect(second.body.user_metadata.a).toBe(1)
    const { code } = await nextMail(target, email, sent)
    const client = visitor(target)
    expect((await client.auth.verifyOtp({ email, token: code, type: 'signup' })).error).toBeNull()
    const old = await client.auth.signInWithPassword({ email, password: PASSWORD })
    expect(old.error).toBeNull()
  })

  const refusals: [string, unknown, [number, string, string]][] = [
    ['no password', { email: 'a@b.example' }, [400, 'validation_failed', 'Signup requires a valid password']],
    ['both addresses', { email: 'a@b.example', phone: '1999', password: PASSWORD }, [
      400,
      'validation_failed',
      'Only an email address or phone number should be provided on signup.',
    ]],
    ['a malformed address', { email: 'xx:;x@x.x', password: PASSWORD }, [
      400,
      'validation_failed',
      'Unable to validate email address: invalid format',
    ]],
    ['a malformed phone', { phone: '+abc', password: PASSWORD }, [
      400,
      'validation_failed',
      'Invalid phone number format (E.164 required)',
    ]],
    ['a password beyond bcrypt', { email: 'a@b.example', password: 'ä1'.repeat(30) }, [
      400,
      'validation_failed',
      'Password cannot be longer than 72 characters',
    ]],
    ['half of PKCE', { email: 'a@b.example', password: PASSWORD, code_challenge: 'x' }, [
      400,
      'validation_failed',
      'PKCE flow requires code_challenge_method and code_challenge',
    ]],
    ['a short challenge', {
      email: 'a@b.example',
      password: PASSWORD,
      code_challenge: 'x',
      code_challenge_method: 's256',
    }, [
      400,
      'validation_failed',
      'code challenge has to be between 43 and 128 characters',
    ]],
    ['nothing, which would be anonymous', {}, [
      422,
      'anonymous_provider_disabled',
      'Anonymous sign-ins are disabled',
    ]],
  ]
  test.each(refusals)('refuses %s', async (_, body, expected) => {
    expect(problem(await request(target, 'POST', '/signup', { body }))).toEqual(expected)
  })

  test('refuses a weak password with its reasons', async () => {
    const { data, error } = await visitor(target).auth.signUp({ email: randomEmail(), password: 'short' })
    expect(data.user).toBeNull()
    expect(error).toMatchObject({
      name: 'AuthWeakPasswordError',
      status: 422,
      reasons: ['length', 'characters'],
      message:
        'Password should be at least 8 characters. Password should contain at least one character of each: ' +
        'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ, 0123456789.',
    })
  })
})

describe('password sign-in', () => {
  test('answers with session, user and claims', async () => {
    const { session, user, email } = await signedIn(target, { theme: 'dark' })
    expect(session).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^[a-z2-7]{12}$/),
    })
    const header = JSON.parse(Buffer.from(session.access_token.split('.')[0]!, 'base64url').toString())
    expect(header).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: expect.any(String) })
    const claims = claimsOf(session.access_token)
    expect(claims).toMatchObject({
      iss: `${target.url}/auth/v1`,
      sub: user.id,
      aud: 'authenticated',
      role: 'authenticated',
      email,
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { theme: 'dark', email_verified: true },
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: expect.any(Number) }],
      session_id: expect.stringMatching(UUID),
      is_anonymous: false,
    })
    expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(3600)
    expect(session.expires_at).toBe(claims['exp'])
    expect(user.last_sign_in_at).toMatch(INSTANT)
  })

  test('names the user and the session in headers', async () => {
    const { email, user } = await signedIn(target)
    const answer = await request(target, 'POST', '/token?grant_type=password', {
      body: { email, password: PASSWORD },
    })
    expect(answer.headers.get('sb-auth-user-id')).toBe(user.id)
    expect(answer.headers.get('sb-auth-session-id')).toMatch(UUID)
  })

  test('says the same for an unknown address and a wrong password', async () => {
    const { email } = await signedIn(target)
    const wrong = await request(target, 'POST', '/token?grant_type=password', {
      body: { email, password: 'no' },
    })
    const unknown = await request(target, 'POST', '/token?grant_type=password', {
      body: { email: randomEmail(), password: 'no' },
    })
    expect(problem(wrong)).toEqual([400, 'invalid_credentials', 'Invalid login credentials'])
    expect(unknown.body).toEqual(wrong.body)
  })

  test('refuses other grants and half-filled bodies', async () => {
    const other = await request(target, 'POST', '/token?grant_type=magic', { body: {} })
    expect(problem(other)).toEqual([400, 'invalid_credentials', 'unsupported_grant_type'])
    const empty = await request(target, 'POST', '/token?grant_type=password', { body: { password: 'x' } })
    expect(problem(empty)).toEqual([400, 'validation_failed', 'missing email or phone'])
  })
})

describe('phone', () => {
  test('a code by text signs a new phone up, and an old one in', async () => {
    const phone = randomPhone()
    const client = visitor(target)
    const sent = await client.auth.signInWithOtp({ phone, options: { data: { name: 'Bo' } } })
    expect(sent).toMatchObject({ data: { user: null, session: null }, error: null })
    const first = await client.auth.verifyOtp({ phone, token: await target.inbox.code(phone), type: 'sms' })
    expect(first.error).toBeNull()
    expect(first.data.user).toMatchObject({
      phone: phone.slice(1),
      email: '',
      phone_confirmed_at: expect.stringMatching(INSTANT),
      app_metadata: { provider: 'phone', providers: ['phone'] },
      user_metadata: { name: 'Bo', phone: phone.slice(1), phone_verified: false },
    })
    expect(claimsOf(first.data.session!.access_token)).toMatchObject({
      phone: phone.slice(1),
      amr: [{ method: 'otp' }],
    })
    if (!target.local) await new Promise((resolve) => setTimeout(resolve, 5100))
    const before = await target.inbox.list({ to: phone })
    expect(
      (await client.auth.signInWithOtp({ phone: ` ${phone.slice(0, 4)} ${phone.slice(4)}`.trim() })).error,
    ).toBeNull()
    const second = await client.auth.verifyOtp({
      phone,
      token: await target.inbox.code(phone, before),
      type: 'sms',
    })
    expect(second.data.user?.id).toBe(first.data.user?.id)
  })

  test('of two parallel uses of one code at most one gets a session', async () => {
    const phone = randomPhone()
    await visitor(target).auth.signInWithOtp({ phone })
    const token = await target.inbox.code(phone)
    const body = { phone, token, type: 'sms' }
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => request(target, 'POST', '/verify', { body })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403, 403])
  })

  test('sign-up by phone and password needs the code', async () => {
    const phone = randomPhone()
    const client = visitor(target)
    const { data, error } = await client.auth.signUp({ phone, password: PASSWORD })
    expect(error).toBeNull()
    expect(data.session).toBeNull()
    const early = await client.auth.signInWithPassword({ phone, password: PASSWORD })
    expect(early.error).toMatchObject({ code: 'phone_not_confirmed', message: 'Phone not confirmed' })
    await client.auth.verifyOtp({ phone, token: await target.inbox.code(phone), type: 'sms' })
    expect((await client.auth.signInWithPassword({ phone, password: PASSWORD })).error).toBeNull()
  })

  test('create_user: false refuses who is unknown', async () => {
    const { error } = await visitor(target).auth.signInWithOtp({
      phone: randomPhone(),
      options: { shouldCreateUser: false },
    })
    expect(error).toMatchObject({ status: 422, code: 'otp_disabled', message: 'Signups not allowed for otp' })
  })

  test('a changed number is confirmed by a code to it', async () => {
    const { client, user } = await signedIn(target)
    const phone = randomPhone()
    const changed = await client.auth.updateUser({ phone })
    expect(changed.data.user).toMatchObject({ phone: '', new_phone: phone.slice(1) })
    const { data, error } = await client.auth.verifyOtp({
      phone,
      token: await target.inbox.code(phone),
      type: 'phone_change',
    })
    expect(error).toBeNull()
    expect(data.user).toMatchObject({ id: user.id, phone: phone.slice(1) })
    expect(data.user).not.toHaveProperty('new_phone')
    expect(data.user?.app_metadata).toEqual({ provider: 'email', providers: ['email', 'phone'] })
    expect(data.user?.identities?.map(({ provider }) => provider)).toEqual(['email', 'phone'])
  })
})

describe('magic link', () => {
  test('by link', async () => {
    const { email } = await signedIn(target)
    const { error } = await visitor(target).auth.signInWithOtp({
      email,
      options: { emailRedirectTo: 'http://127.0.0.1:3000/welcome?next=1' },
    })
    expect(error).toBeNull()
    const { link } = await nextMail(target, email)
    expect(link).toContain('type=magiclink')
    const { location, fragment } = await follow(link)
    expect(`${location.origin}${location.pathname}${location.search}`).toBe(
      'http://127.0.0.1:3000/welcome?next=1',
    )
    expect(fragment.get('type')).toBe('magiclink')
    expect(claimsOf(fragment.get('access_token')!)).toMatchObject({ email, amr: [{ method: 'otp' }] })
  })

  test('is not spent by a look at it', async () => {
    const { email } = await signedIn(target)
    await visitor(target).auth.signInWithOtp({ email })
    const { link } = await nextMail(target, email)
    await fetch(link, { method: 'HEAD', redirect: 'manual' })
    const { fragment } = await follow(link)
    expect(fragment.get('type')).toBe('magiclink')
  })

  test('by token_hash', async () => {
    const { email } = await signedIn(target)
    await visitor(target).auth.signInWithOtp({ email })
    const { link } = await nextMail(target, email)
    const hash = new URL(link).searchParams.get('token')!
    const body = { token_hash: hash, type: 'email' }
    const answers = await Promise.all([1, 2, 3].map(() => request(target, 'POST', '/verify', { body })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
    expect(answers.find(({ status }) => status === 403)!.body).toMatchObject({
      code: 'otp_expired',
      message: 'Email link is invalid or has expired',
    })
  })

  test('in a PKCE flow leads to a code, which only the client that asked can use', async () => {
    const { email } = await signedIn(target)
    const client = visitor(target, { flowType: 'pkce', storage: memory() })
    expect((await client.auth.signInWithOtp({ email })).error).toBeNull()
    const { link } = await nextMail(target, email)
    expect(new URL(link).searchParams.get('token')).toMatch(/^pkce_[0-9a-f]{56}$/)
    const { location } = await follow(link)
    const code = location.searchParams.get('code')!
    expect(code).toMatch(UUID)
    const stranger = await request(target, 'POST', '/token?grant_type=pkce', {
      body: { auth_code: code, code_verifier: 'x'.repeat(43) },
    })
    expect(problem(stranger)).toEqual([
      400,
      'bad_code_verifier',
      'code challenge does not match previously saved code verifier',
    ])
    const { data, error } = await client.auth.exchangeCodeForSession(code)
    expect(error).toBeNull()
    expect(claimsOf(data.session!.access_token)).toMatchObject({ amr: [{ method: 'magiclink' }] })
    const again = await request(target, 'POST', '/token?grant_type=pkce', {
      body: { auth_code: code, code_verifier: 'x'.repeat(43) },
    })
    expect(problem(again)).toEqual([
      404,
      'flow_state_not_found',
      'invalid flow state, no valid flow state found',
    ])
  })

  test('the digits of a PKCE mail sign in directly', async () => {
    const email = randomEmail()
    const client = visitor(target, { flowType: 'pkce', storage: memory() })
    expect((await client.auth.signInWithOtp({ email })).error).toBeNull()
    const { code, link } = await nextMail(target, email)
    expect(link).toContain('type=signup')
    const { data, error } = await client.auth.verifyOtp({ email, token: code, type: 'email' })
    expect(error).toBeNull()
    expect(data.user?.email_confirmed_at).toMatch(INSTANT)
  })

  test.each([
    'http://evil.example/',
    'http://127.0.0.1:3000.evil.example/',
    'http://127.0.0.1:3000@evil.example/',
    'http://2130706433/',
    'javascript:alert(1)',
    'http://10.0.0.1:3000/',
    '//evil.example',
  ])('never leads to %s', async (redirect) => {
    const { email } = await signedIn(target)
    await request(target, 'POST', `/otp?redirect_to=${encodeURIComponent(redirect)}`, { body: { email } })
    const { link } = await nextMail(target, email)
    expect(new URL(link).searchParams.get('redirect_to')).toBe('http://127.0.0.1:3000')
    const tampered = new URL(link)
    tampered.searchParams.set('redirect_to', redirect)
    const { location } = await follow(tampered.href)
    expect(location.origin).toBe('http://127.0.0.1:3000')
  })
})

describe('recovery', () => {
  test('leads to a new password, which ends all other sessions', async () => {
    const { client: elsewhere, email } = await signedIn(target)
    const client = visitor(target)
    expect((await client.auth.resetPasswordForEmail(email)).error).toBeNull()
    const { link, code } = await nextMail(target, email)
    expect(link).toContain('type=recovery')
    expect((await client.auth.verifyOtp({ email, token: code, type: 'recovery' })).error).toBeNull()
    const same = await client.auth.updateUser({ password: PASSWORD })
    expect(same.error).toMatchObject({ status: 422, code: 'same_password' })
    expect((await client.auth.updateUser({ password: 'a-new-one-123' })).error).toBeNull()
    expect((await client.auth.getUser()).error).toBeNull()
    const other = await elsewhere.auth.getUser()
    expect(other.error).toMatchObject({ name: 'AuthSessionMissingError' })
    expect((await visitor(target).auth.signInWithPassword({ email, password: 'a-new-one-123' })).error)
      .toBeNull()
  })

  test('in a PKCE flow ends in a recovery session', async () => {
    const { email } = await signedIn(target)
    const client = visitor(target, { flowType: 'pkce', storage: memory() })
    const redirectTo = 'http://127.0.0.1:3000/reset?step=2'
    expect((await client.auth.resetPasswordForEmail(email, { redirectTo })).error).toBeNull()
    const { location } = await follow((await nextMail(target, email)).link)
    expect(location.searchParams.get('step')).toBe('2')
    const { data, error } = await client.auth.exchangeCodeForSession(location.searchParams.get('code')!)
    expect(error).toBeNull()
    expect(claimsOf(data.session!.access_token)).toMatchObject({ amr: [{ method: 'recovery' }] })
  })

  test('of an unknown address looks the same', async () => {
    const answer = await request(target, 'POST', '/recover', { body: { email: randomEmail() } })
    expect([answer.status, answer.body]).toEqual([200, {}])
  })
})

describe('a signed-in user', () => {
  test('merges metadata, and null removes a key', async () => {
    const { client } = await signedIn(target, { keep: 1, drop: 2 })
    const { data, error } = await client.auth.updateUser({ data: { drop: null, add: { deep: [true] } } })
    expect(error).toBeNull()
    expect(data.user?.user_metadata).toEqual({ keep: 1, add: { deep: [true] }, email_verified: true })
  })

  test('cannot write app_metadata', async () => {
    const { token } = await signedIn(target)
    const answer = await request(target, 'PUT', '/user', { token, body: { app_metadata: { admin: true } } })
    expect(problem(answer)).toEqual([403, 'not_admin', 'Updating app_metadata requires admin privileges'])
  })

  test('changes the address by a link to each of both', async () => {
    const { client, email } = await signedIn(target)
    const newEmail = randomEmail()
    const { data } = await client.auth.updateUser({ email: newEmail })
    expect(data.user).toMatchObject({
      email,
      new_email: newEmail,
      email_change_sent_at: expect.stringMatching(INSTANT),
    })
    const toOld = await nextMail(target, email)
    const toNew = await nextMail(target, newEmail)
    const half = await request(target, 'POST', '/verify', {
      body: { type: 'email_change', token: toNew.code, email: newEmail },
    })
    expect([half.status, half.body]).toEqual([200, {
      code: '200',
      msg: 'Confirmation link accepted. Please proceed to confirm link sent to the other email',
    }])
    expect((await client.auth.getUser()).data.user?.email).toBe(email)
    const { fragment } = await follow(toOld.link)
    expect(fragment.get('type')).toBe('email_change')
    const after = (await client.auth.getUser()).data.user
    expect(after).toMatchObject({ email: newEmail })
    expect(after).not.toHaveProperty('new_email')
    expect(after?.identities?.[0]?.identity_data).toMatchObject({ email: newEmail, email_verified: true })
  })

  test('cannot take an address that somebody has', async () => {
    const { client } = await signedIn(target)
    const { email } = await signedIn(target)
    const { error } = await client.auth.updateUser({ email })
    expect(error).toMatchObject({ status: 422, code: 'email_exists' })
  })

  test('asks for a code to reauthenticate', async () => {
    const { client, email } = await signedIn(target)
    const { error } = await client.auth.reauthenticate()
    expect(error).toBeNull()
    const { code, subject } = await nextMail(target, email)
    expect(code).toMatch(/^\d{6}$/)
    expect(subject).toContain(code)
  })
})

describe('sessions', () => {
  test('rotate their refresh token; its parent gets the same successor', async () => {
    const { session } = await signedIn(target)
    const refresh = (token: string) =>
      request(target, 'POST', '/token?grant_type=refresh_token', { body: { refresh_token: token } })
    const first = await refresh(session.refresh_token)
    expect(first.status).toBe(200)
    expect(first.body.refresh_token).not.toBe(session.refresh_token)
    expect(claimsOf(first.body.access_token)['session_id']).toBe(claimsOf(session.access_token)['session_id'])
    const again = await refresh(session.refresh_token)
    expect(again.body.refresh_token).toBe(first.body.refresh_token)
    const parallel = await Promise.all([1, 2, 3, 4].map(() => refresh(first.body.refresh_token)))
    expect(new Set(parallel.map(({ body }) => body.refresh_token)).size).toBe(1)
  })

  test.each([
    ['abc', 400, 'validation_failed', 'Refresh token is not valid'],
    ['abcdefghijkl', 400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found'],
  ])('refuse the refresh token %s', async (token, ...expected) => {
    const answer = await request(target, 'POST', '/token?grant_type=refresh_token', {
      body: { refresh_token: token },
    })
    expect(problem(answer)).toEqual(expected)
  })

  test('end by scope: others, local, global', async () => {
    const { client: first, email } = await signedIn(target)
    const open = async () => {
      const client = visitor(target)
      await client.auth.signInWithPassword({ email, password: PASSWORD })
      return client
    }
    const lives = async (client: ReturnType<typeof visitor>) => {
      const { data } = await client.auth.getSession()
      const answer = await request(target, 'GET', '/user', { token: data.session?.access_token ?? 'none' })
      return answer.status === 200
    }
    const [second, third] = [await open(), await open()]
    expect((await second.auth.signOut({ scope: 'others' })).error).toBeNull()
    expect([await lives(first), await lives(second), await lives(third)]).toEqual([false, true, false])
    const fourth = await open()
    const token = (await fourth.auth.getSession()).data.session!.access_token
    await fourth.auth.signOut({ scope: 'local' })
    expect(problem(await request(target, 'GET', '/user', { token }))).toEqual([
      403,
      'session_not_found',
      'Session from session_id claim in JWT does not exist',
    ])
    expect(await lives(second)).toBe(true)
    const refreshToken = (await second.auth.getSession()).data.session!.refresh_token
    const fifth = await open()
    await fifth.auth.signOut()
    expect(await lives(second)).toBe(false)
    const refreshed = await request(target, 'POST', '/token?grant_type=refresh_token', {
      body: { refresh_token: refreshToken },
    })
    expect(refreshed.body.code).toBe('refresh_token_not_found')
  })

  test('refuse an unknown scope', async () => {
    const { token } = await signedIn(target)
    const answer = await request(target, 'POST', '/logout?scope=some', { token })
    expect(problem(answer)).toEqual([400, 'validation_failed', 'Unsupported logout scope "some"'])
  })
})

describe('a bearer token', () => {
  test.each([
    ['that is none', 'nonsense', 'token is malformed: token contains an invalid number of segments'],
    ['without a signature', unsigned(), 'token signature is invalid: signing method none is invalid'],
  ])('%s is refused', async (_, token, reason) => {
    const answer = await request(target, 'GET', '/user', { token })
    expect(problem(answer)).toEqual([
      403,
      'bad_jwt',
      `invalid JWT: unable to parse or verify signature, ${reason}`,
    ])
  })

  test('of an API key names no user', async () => {
    const answer = await request(target, 'GET', '/user')
    expect(problem(answer)).toEqual([403, 'bad_jwt', 'invalid claim: missing sub claim'])
  })

  test('is verified against the published keys', async () => {
    const { client, email } = await signedIn(target)
    const { data, error } = await client.auth.getClaims()
    expect(error).toBeNull()
    expect(data?.claims).toMatchObject({ email })
    const jwks = await request(target, 'GET', '/.well-known/jwks.json')
    expect(jwks.headers.get('cache-control')).toBe('public, max-age=600')
    expect(jwks.body.keys.map((key: { d?: string; key_ops: string[] }) => [key.d, key.key_ops])).toEqual(
      jwks.body.keys.map(() => [undefined, ['verify']]),
    )
  })
})

describe('administration', () => {
  test('needs the secret key', async () => {
    const { token } = await signedIn(target)
    expect(problem(await request(target, 'GET', '/admin/users', { token }))).toEqual([
      403,
      'not_admin',
      'User not allowed',
    ])
    expect(problem(await request(target, 'GET', '/admin/users'))).toEqual([
      403,
      'not_admin',
      'User not allowed',
    ])
  })

  test('creates, changes, bans and deletes a user', async () => {
    const { admin } = service(target).auth
    const email = randomEmail()
    const created = await admin.createUser({
      email,
      password: PASSWORD,
      user_metadata: { a: 1 },
      app_metadata: { tier: 1 },
    })
    expect(created.error).toBeNull()
    const user = created.data.user!
    expect(user.user_metadata).toEqual({ a: 1 })
    expect(user.app_metadata).toEqual({ provider: 'email', providers: ['email'], tier: 1 })
    expect(user).not.toHaveProperty('email_confirmed_at')
    expect((await admin.createUser({ email, password: PASSWORD })).error).toMatchObject({
      status: 422,
      code: 'email_exists',
    })

    const client = visitor(target)
    const changed = await admin.updateUserById(user.id, {
      email_confirm: true,
      app_metadata: { tier: null, roles: ['seller'] },
      password: 'another-pass-1',
    })
    expect(changed.data.user?.app_metadata).toEqual({
      provider: 'email',
      providers: ['email'],
      roles: ['seller'],
    })
    const signIn = await client.auth.signInWithPassword({ email, password: 'another-pass-1' })
    expect(claimsOf(signIn.data.session!.access_token)).toMatchObject({ app_metadata: { roles: ['seller'] } })

    const banned = await admin.updateUserById(user.id, { ban_duration: '24h' })
    expect(banned.data.user).toHaveProperty('banned_until')
    expect((await client.auth.signInWithPassword({ email, password: 'wrong' })).error).toMatchObject({
      status: 400,
      code: 'user_banned',
      message: 'User is banned',
    })
    const token = signIn.data.session!.access_token
    expect(problem(await request(target, 'GET', '/user', { token }))).toEqual([
      403,
      'user_banned',
      'User is banned',
    ])
    await admin.updateUserById(user.id, { ban_duration: 'none' })
    expect((await client.auth.signInWithPassword({ email, password: 'another-pass-1' })).error).toBeNull()

    expect((await admin.deleteUser(user.id)).error).toBeNull()
    expect((await admin.getUserById(user.id)).error).toMatchObject({ status: 404, code: 'user_not_found' })
  })

  test('ends the sessions of a user, and removes a factor', async () => {
    const { admin } = service(target).auth
    const { client, user, token } = await signedIn(target)
    const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp' })
    expect((await admin.mfa.listFactors({ userId: user.id })).data?.factors).toMatchObject([
      { id: factor!.id, status: 'unverified', factor_type: 'totp' },
    ])
    const renamed = await request(
      { ...target, publishableKey: target.secretKey },
      'PUT',
      `/admin/users/${user.id}/factors/${factor!.id}`,
      { body: { friendly_name: 'tablet' } },
    )
    expect(renamed.body).toMatchObject({ id: factor!.id, friendly_name: 'tablet' })
    expect((await admin.mfa.deleteFactor({ userId: user.id, id: factor!.id })).error).toBeNull()
    expect((await admin.mfa.listFactors({ userId: user.id })).data?.factors).toEqual([])
    expect((await admin.signOut(token, 'global')).error).toBeNull()
    expect((await request(target, 'GET', '/user', { token })).body.code).toBe('session_not_found')
  })

  test('deletes softly without leaving a trace of who it was', async () => {
    const { admin } = service(target).auth
    const { user, email } = await signedIn(target, { name: 'Ana' })
    expect((await admin.deleteUser(user.id, true)).error).toBeNull()
    const { data } = await admin.getUserById(user.id)
    expect(JSON.stringify(data.user)).not.toContain(email)
    expect(data.user).toMatchObject({ user_metadata: {}, deleted_at: expect.stringMatching(INSTANT) })
  })

  test('lists users by page', async () => {
    await Promise.all([signedIn(target), signedIn(target), signedIn(target)])
    const { data, error } = await service(target).auth.admin.listUsers({ page: 1, perPage: 2 })
    expect(error).toBeNull()
    expect(data.users).toHaveLength(2)
    expect(data).toMatchObject({ aud: 'authenticated', nextPage: 2, total: expect.any(Number) })
    const bad = await service(target).auth.admin.listUsers({ page: -1, perPage: 10 })
    expect(bad.error).toMatchObject({ status: 400, code: 'validation_failed' })
  })

  test('invites by mail', async () => {
    const email = randomEmail()
    const { data, error } = await service(target).auth.admin.inviteUserByEmail(email, { data: { team: 'x' } })
    expect(error).toBeNull()
    expect(data.user).toMatchObject({
      email,
      invited_at: expect.stringMatching(INSTANT),
      user_metadata: { team: 'x' },
    })
    const { link } = await nextMail(target, email)
    expect(link).toContain('type=invite')
    const { fragment } = await follow(link)
    expect(fragment.get('type')).toBe('invite')
  })

  test.each(['signup', 'magiclink', 'recovery', 'invite'] as const)(
    'generates a link for %s',
    async (type) => {
      const { admin } = service(target).auth
      const email = type === 'recovery' ? (await signedIn(target)).email : randomEmail()
      const { data, error } = await admin.generateLink(
        {
          type,
          email,
          ...(type === 'signup' ? { password: PASSWORD } : {}),
          options: { redirectTo: 'http://127.0.0.1:3000/here' },
        } as Parameters<typeof admin.generateLink>[0],
      )
      expect(error).toBeNull()
      const { action_link: link, hashed_token: hash, email_otp: otp, verification_type: kind } = data
        .properties!
      expect(kind).toBe(type === 'magiclink' ? 'signup' : type)
      expect(link).toContain(hash)
      expect(otp).toMatch(/^\d{6}$/)
      expect(data.user).toMatchObject({ email })
      const { data: { session }, error: refused } = await visitor(target).auth.verifyOtp({
        token_hash: hash,
        type: kind as 'signup',
      })
      expect(refused).toBeNull()
      expect(session?.user.email).toBe(email)
    },
  )

  test.each([
    ['GET', '/admin/users/nobody', undefined, [404, 'validation_failed', 'user_id must be an UUID']],
    ['POST', '/admin/users', {}, [
      400,
      'validation_failed',
      'Cannot create a user without either an email or phone',
    ]],
    ['POST', '/admin/generate_link', { type: 'other', email: 'a@b.example' }, [
      400,
      'validation_failed',
      'Invalid email action link type requested: other',
    ]],
    ['POST', '/admin/generate_link', { type: 'recovery', email: 'nobody@b.example' }, [
      404,
      'user_not_found',
      'User with this email not found',
    ]],
  ])('%s %s is refused', async (method, path, body, expected) => {
    const answer = await request({ ...target, publishableKey: target.secretKey }, method, path, {
      ...(body === undefined ? {} : { body }),
    })
    expect(problem(answer)).toEqual(expected)
  })

  test('keeps an audit trail', async () => {
    const { user } = await signedIn(target)
    const answer = await request(
      { ...target, publishableKey: target.secretKey },
      'GET',
      '/admin/audit?query=action:login',
    )
    expect(answer.status).toBe(200)
    expect(answer.body[0]).toMatchObject({
      id: expect.stringMatching(UUID),
      payload: { action: 'login', log_type: 'account', actor_via_sso: false },
    })
    expect(answer.body.some((entry: { payload: { actor_id: string } }) => entry.payload.actor_id === user.id))
      .toBe(true)
  })
})

describe('second factor', () => {
  test('lifts the session to aal2 and ends the weaker ones', async () => {
    const { totpCode } = await import('../auth/totp.ts')
    const { client, email, token } = await signedIn(target)
    const weaker = visitor(target)
    await weaker.auth.signInWithPassword({ email, password: PASSWORD })
    const enrolled = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' })
    expect(enrolled.error).toBeNull()
    const { id, totp } = enrolled.data as unknown as {
      id: string
      totp: { qr_code: string; secret: string; uri: string }
    }
    expect(totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,<svg/)
    expect(totp.secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(totp.uri).toContain(`secret=${totp.secret}`)
    const clash = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' })
    expect(clash.error).toMatchObject({ status: 422, code: 'mfa_factor_name_conflict' })

    const wrong = await client.auth.mfa.challengeAndVerify({ factorId: id, code: '000000' })
    expect(wrong.error).toMatchObject({
      status: 422,
      code: 'mfa_verification_failed',
      message: 'Invalid TOTP code entered',
    })
    const { data: verified, error } = await client.auth.mfa.challengeAndVerify({
      factorId: id,
      code: totpCode(totp.secret),
    })
    expect(error).toBeNull()
    const claims = claimsOf(verified!.access_token)
    expect(claims).toMatchObject({ aal: 'aal2', session_id: claimsOf(token)['session_id'] })
    expect((claims['amr'] as { method: string }[]).map(({ method }) => method)).toEqual(['totp', 'password'])
    expect((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: 'aal2',
      nextLevel: 'aal2',
    })
    expect((await weaker.auth.getUser()).error).not.toBeNull()
    expect((await client.auth.mfa.listFactors()).data?.totp).toHaveLength(1)

    const later = visitor(target)
    await later.auth.signInWithPassword({ email, password: PASSWORD })
    expect((await later.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: 'aal1',
      nextLevel: 'aal2',
    })
    expect((await later.auth.updateUser({ password: 'new-password-1' })).error).toMatchObject({
      status: 401,
      code: 'insufficient_aal',
    })
    expect((await later.auth.mfa.unenroll({ factorId: id })).error).toMatchObject({
      status: 422,
      code: 'insufficient_aal',
    })
    expect((await client.auth.mfa.unenroll({ factorId: id })).data).toEqual({ id })
    expect((await client.auth.refreshSession()).data.session?.access_token).toBeTruthy()
    const left = (await client.auth.getSession()).data.session!
    expect(claimsOf(left.access_token)).toMatchObject({ aal: 'aal1' })
  })
})

describe('bad input', () => {
  test.each([
    ['text that is no JSON', '{"email":'],
    ['an array', '[]'],
    ['a number for an address', '{"email": 1, "password": "x"}'],
    ['nothing', ''],
  ])('%s is bad_json', async (_, body) => {
    const answer = await request(target, 'POST', '/signup', {
      body,
      headers: { 'content-type': 'text/plain' },
    })
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('bad_json')
    expect(answer.body.message).toMatch(/^Could not parse request body as JSON: /)
  })

  test('a body over 1 MiB is refused', async () => {
    const answer = await request(target, 'POST', '/signup', { body: { email: 'x'.repeat(2 ** 20) } })
    expect([answer.status, answer.body.code]).toEqual([413, 'request_entity_too_large'])
  })

  const oddities = [
    '0',
    '-1.5e300',
    'true',
    '[]',
    '{}',
    '""',
    '" "',
    '"\\u0000"',
    '{"a": "\\ud800"}',
    '"\\\\u0000 is only text"',
    '{"a": "\\\\u0000 is only text"}',
    `"${'x'.repeat(100_000)}"`,
    '"\'; drop table auth.users; --"',
    '"%s{{.}}"',
    `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  ]
  const members: [string, string, string[]][] = [
    ['POST', '/signup', ['email', 'phone', 'password', 'data', 'channel', 'code_challenge']],
    ['POST', '/token?grant_type=password', ['email', 'phone', 'password']],
    ['POST', '/token?grant_type=refresh_token', ['refresh_token']],
    ['POST', '/token?grant_type=pkce', ['auth_code', 'code_verifier']],
    ['POST', '/otp', ['email', 'phone', 'data', 'create_user']],
    ['POST', '/verify', ['type', 'token', 'token_hash', 'email', 'phone']],
    ['POST', '/recover', ['email']],
    ['POST', '/resend', ['type', 'email', 'phone']],
    ['PUT', '/user', ['email', 'phone', 'password', 'nonce', 'data', 'app_metadata']],
    ['POST', '/factors', ['factor_type', 'friendly_name', 'issuer', 'phone']],
    ['POST', '/admin/users', [
      'id',
      'email',
      'phone',
      'role',
      'ban_duration',
      'app_metadata',
      'aud',
      'password_hash',
    ]],
    ['POST', '/admin/generate_link', ['type', 'email', 'new_email', 'data', 'redirect_to']],
    ['POST', '/invite', ['email', 'data']],
  ]
  test.each(members)('%s %s never fails over a member', async (method, path, names) => {
    const isAdmin = path.startsWith('/admin') || path === '/invite'
    const caller = isAdmin ? { ...target, publishableKey: target.secretKey } : target
    const token = method === 'PUT' || path === '/factors' ? (await signedIn(target)).token : undefined
    const likely = {
      email: randomEmail(),
      password: PASSWORD,
      type: 'email',
      factor_type: 'totp',
      token: '000000',
    }
    for (const name of names) {
      for (const value of oddities) {
        const { status, body } = await request(caller, method, path, {
          body: `${JSON.stringify(likely).slice(0, -1)},"${name}":${value}}`,
          ...(token === undefined ? {} : { token }),
        })
        expect(status, `${name}: ${value.slice(0, 50)}: ${JSON.stringify(body)}`)
          .toBeLessThan(500)
      }
    }
  })

  test.each([
    '/verify?type=email&token=%00',
    '/admin/users?filter=%00',
    '/admin/users/%ff',
    '//',
    '/%',
    '/user/../user',
  ])(
    'GET %s never fails',
    async (path) => {
      const answer = await request({ ...target, publishableKey: target.secretKey }, 'GET', path)
      expect(answer.status).toBeLessThan(500)
    },
  )

  test('a browser may read what an SDK needs', async () => {
    const answer = await request(target, 'GET', '/user', { headers: { origin: 'http://127.0.0.1:3000' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-expose-headers')?.toLowerCase()).toContain(
      'x-supabase-api-version',
    )
    expect(answer.headers.get('x-supabase-api-version')).toBe('2024-01-01')
  })

  test('errors come in the older shape to clients that do not name a version', async () => {
    const answer = await request(target, 'POST', '/token?grant_type=password', {
      body: { email: randomEmail(), password: 'x' },
      versioned: false,
    })
    expect(answer.body).toEqual({
      code: 400,
      error_code: 'invalid_credentials',
      msg: 'Invalid login credentials',
    })
    expect(answer.headers.get('x-sb-error-code')).toBe('invalid_credentials')
    expect(answer.headers.get('x-supabase-api-version')).toBeNull()
  })

  test.each([
    ['/verify', { type: 'email' }, [
      400,
      'validation_failed',
      'Verify requires either a token or a token hash',
    ]],
    ['/verify', { token: 'x', email: 'a@b.example' }, [
      400,
      'validation_failed',
      'Verify requires a verification type',
    ]],
    ['/verify', { token_hash: 'x', type: 'sms' }, [
      400,
      'validation_failed',
      'Invalid email verification type',
    ]],
    ['/verify', { token_hash: 'x', type: 'email' }, [
      403,
      'otp_expired',
      'Email link is invalid or has expired',
    ]],
    ['/resend', { email: 'a@b.example' }, [
      400,
      'validation_failed',
      'Missing one of these types: signup, email_change, sms, phone_change',
    ]],
    ['/otp', {}, [400, 'validation_failed', 'One of email or phone must be set']],
    ['/magiclink', {}, [422, 'validation_failed', 'Password recovery requires an email']],
    ['/recover', {}, [400, 'validation_failed', 'Password recovery requires an email']],
  ])('%s %j', async (path, body, expected) => {
    expect(problem(await request(target, 'POST', path, { body }))).toEqual(expected)
  })
})

/** A browser's storage: PKCE keeps its verifier there. */
function memory() {
  const items = new Map<string, string>()
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

function unsigned(): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none', typ: 'JWT' })}.${
    encode({ sub: '00000000-0000-4000-8000-000000000000', exp: 4e9 })
  }.`
}
