import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { describe, expect, inject, test } from 'vitest'
import { connectAs } from '../testing/index.ts'
import { type Alone, startAlone } from './auth/alone.ts'
import {
  type Answer,
  claimsOf,
  follow,
  PASSWORD,
  randomEmail,
  randomPhone,
  request,
  service,
  signedIn,
  type Target,
  visitor,
} from './auth/target.ts'

// What config.toml changes, and what only somebody with the database at hand can see. Local only.

const problem = ({ status, body }: Answer) => [status, body.code, body.message]
const client = (auth: Alone) => visitor(auth as unknown as Target)
const admin = (auth: Alone) => service(auth as unknown as Target).auth.admin
const someone = (auth: Alone) => signedIn(auth as unknown as Target)

describe('without confirmations', async () => {
  const auth = await startAlone({
    enable_anonymous_sign_ins: true,
    email: { enable_confirmations: false },
    sms: { enable_signup: true, enable_confirmations: false, twilio: { enabled: true } },
  })

  test('sign-up gives a session, and a second one says so', async () => {
    const email = randomEmail()
    const { data, error } = await client(auth).auth.signUp({ email, password: PASSWORD })
    expect(error).toBeNull()
    expect(claimsOf(data.session!.access_token)).toMatchObject({ amr: [{ method: 'password' }] })
    expect(data.user?.user_metadata).toMatchObject({ email_verified: true })
    const again = await client(auth).auth.signUp({ email, password: PASSWORD })
    expect(again.error).toMatchObject({
      status: 422,
      code: 'user_already_exists',
      message: 'User already registered',
    })
    const actions = await auth.sql`
      select payload ->> 'action' as action from auth.audit_log_entries
      where payload ->> 'actor_username' = ${email} order by created_at`
    expect(actions.map(({ action }) => action)).toEqual(['user_signedup', 'login', 'user_repeated_signup'])
  })

  test('a phone is believed', async () => {
    const { data, error } = await client(auth).auth.signUp({ phone: randomPhone(), password: PASSWORD })
    expect(error).toBeNull()
    expect(data.session).not.toBeNull()
  })

  test('an unknown address gets a magic link, and its user is confirmed', async () => {
    const email = randomEmail()
    expect((await client(auth).auth.signInWithOtp({ email })).error).toBeNull()
    expect(auth.link(email)).toContain('type=magiclink')
    const [user] = await auth.sql`select email_confirmed_at from auth.users where email = ${email}`
    expect(user?.['email_confirmed_at']).not.toBeNull()
  })

  test('one link completes a change of address, although both are sent', async () => {
    const { client: mine, email } = await someone(auth)
    const newEmail = randomEmail()
    await mine.auth.updateUser({ email: newEmail })
    expect(auth.link(email)).toContain('email_change')
    const { fragment } = await follow(auth.link(newEmail))
    expect(fragment.get('access_token')).not.toBeNull()
    expect((await mine.auth.getUser()).data.user?.email).toBe(newEmail)
  })

  test('an anonymous user becomes a permanent one by naming an address', async () => {
    const mine = client(auth)
    const { data } = await mine.auth.signInAnonymously({ options: { data: { cart: 'c1' } } })
    expect(data.user).toMatchObject({
      is_anonymous: true,
      email: '',
      phone: '',
      role: 'authenticated',
      app_metadata: {},
      user_metadata: { cart: 'c1' },
      identities: [],
    })
    expect(claimsOf(data.session!.access_token)).toMatchObject({
      is_anonymous: true,
      amr: [{ method: 'anonymous' }],
    })
    const noPassword = await mine.auth.updateUser({ password: PASSWORD })
    expect(noPassword.error).toMatchObject({ status: 422, code: 'validation_failed' })
    const email = randomEmail()
    const linked = await mine.auth.updateUser({ email, password: PASSWORD })
    expect(linked.error).toBeNull()
    expect(linked.data.user).toMatchObject({
      id: data.user!.id,
      email,
      is_anonymous: false,
      app_metadata: { provider: 'email', providers: ['email'] },
    })
    const refreshed = await mine.auth.refreshSession()
    expect(claimsOf(refreshed.data.session!.access_token)).toMatchObject({ is_anonymous: false })
  })

  test('an anonymous user cannot enrol a factor', async () => {
    const mine = client(auth)
    await mine.auth.signInAnonymously()
    const { error } = await mine.auth.mfa.enroll({ factorType: 'totp' })
    expect(error).toMatchObject({ status: 403, code: 'no_authorization' })
  })
})

describe('with confirmations', async () => {
  const auth = await startAlone({
    enable_anonymous_sign_ins: true,
    enable_manual_linking: true,
    refresh_token_reuse_interval: 0,
    additional_redirect_urls: ['myapp://**'],
    email: { enable_confirmations: true, secure_password_change: true, otp_length: 8 },
    sms: {
      enable_signup: true,
      enable_confirmations: true,
      twilio: { enabled: true },
      test_otp: { '19995550100': '123456' },
    },
  })

  test('codes have the configured length', async () => {
    const email = randomEmail()
    await client(auth).auth.signInWithOtp({ email })
    expect(auth.code(email)).toHaveLength(8)
  })

  test('an anonymous user becomes a permanent one by the link of the mail', async () => {
    const mine = client(auth)
    const { data } = await mine.auth.signInAnonymously()
    const email = randomEmail()
    const asked = await mine.auth.updateUser({ email })
    expect(asked.data.user).toMatchObject({ is_anonymous: true, new_email: email, email: '' })
    expect(auth.mails.filter(({ to }) => to === '')).toEqual([])
    await follow(auth.link(email))
    expect((await mine.auth.getUser()).data.user).toMatchObject({
      id: data.user!.id,
      email,
      is_anonymous: false,
    })
  })

  test('a test number is never texted and takes its fixed code', async () => {
    const mine = client(auth)
    const phone = '+19995550100'
    expect((await mine.auth.signInWithOtp({ phone })).error).toBeNull()
    expect((await mine.auth.verifyOtp({ phone, token: '654321', type: 'sms' })).error).toMatchObject({
      status: 403,
    })
    expect((await mine.auth.verifyOtp({ phone, token: '123456', type: 'sms' })).error).toBeNull()
    expect((await mine.auth.signInWithOtp({ phone })).data).toMatchObject({ messageId: 'test-otp' })
  })

  test('without a hook a text cannot leave, and nobody is signed up', async () => {
    const phone = randomPhone()
    const { error } = await client(auth).auth.signInWithOtp({ phone })
    expect(error).toMatchObject({ status: 422, code: 'sms_send_failed' })
    expect(await auth.sql`select from auth.users where phone = ${phone.slice(1)}`).toHaveLength(0)
  })

  test('a refresh token that comes back later ends the session', async () => {
    const { session, token } = await someone(auth)
    const refresh = (refreshToken: string) =>
      request(auth, 'POST', '/token?grant_type=refresh_token', { body: { refresh_token: refreshToken } })
    const first = await refresh(session.refresh_token)
    const second = await refresh(first.body.refresh_token)
    expect(second.status).toBe(200)
    expect(problem(await refresh(session.refresh_token))).toEqual([
      400,
      'refresh_token_already_used',
      'Invalid Refresh Token: Already Used',
    ])
    expect((await refresh(second.body.refresh_token)).body.code).toBe('refresh_token_already_used')
    const [rows] = await auth.sql`
      select count(*)::int as count, bool_and(revoked) as revoked from auth.refresh_tokens
      where session_id = ${claimsOf(token)['session_id'] as string}`
    expect(rows).toEqual({ count: 3, revoked: true })
  })

  test('a password of an old session changes only with a code', async () => {
    const { client: mine, email, token } = await someone(auth)
    await auth.sql`update auth.sessions set created_at = now() - interval '25 hours'
      where id = ${claimsOf(token)['session_id'] as string}`
    const change = (nonce?: string) =>
      mine.auth.updateUser({ password: 'new-password-1', ...(nonce === undefined ? {} : { nonce }) })
    expect((await change()).error).toMatchObject({
      status: 400,
      code: 'reauthentication_needed',
      message: 'Password update requires reauthentication',
    })
    expect((await mine.auth.reauthenticate()).error).toBeNull()
    expect((await change('00000000')).error).toMatchObject({
      status: 422,
      code: 'reauthentication_not_valid',
    })
    const nonce = auth.code(email)
    expect((await change(nonce)).error).toBeNull()
    const [user] = await auth.sql`select reauthentication_token from auth.users where email = ${email}`
    expect(user?.['reauthentication_token']).toBe('')
  })

  test('an identity is unlinked as long as another is left', async () => {
    const { client: mine, user } = await someone(auth)
    await auth.sql`
      insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
      values ('g-1', ${user.id}, ${
      auth.sql.json({ email: 'other@x.example', email_verified: true })
    }, 'google', now(), now())`
    const { data } = await mine.auth.getUserIdentities()
    const own = data!.identities.find(({ provider }) => provider === 'email')!
    expect((await mine.auth.unlinkIdentity(own)).error).toBeNull()
    const after = (await mine.auth.getUser()).data.user
    expect(after).toMatchObject({ email: 'other@x.example', app_metadata: { providers: ['google'] } })
    const last = after!.identities![0]!
    expect((await mine.auth.unlinkIdentity(last)).error).toMatchObject({
      status: 422,
      code: 'single_identity_not_deletable',
    })
  })

  test('a user of a seed signs in', async () => {
    const id = '00000000-0000-4000-8000-00000000a11a'
    await auth.sql`
      insert into auth.users (
        instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, created_at,
        updated_at
      ) values (
        '00000000-0000-0000-0000-000000000000', ${id}, 'authenticated', 'authenticated', 'seed@x.example',
        extensions.crypt('secret-1', extensions.gen_salt('bf')), now(), '{"provider":"email","providers":["email"]}',
        now(), now()
      )`
    const { data, error } = await client(auth).auth.signInWithPassword({
      email: 'Seed@x.example',
      password: 'secret-1',
    })
    expect(error).toBeNull()
    expect(data.user).toMatchObject({ id, identities: [], user_metadata: {} })
  })

  test('a trigger of the project can refuse a user', async () => {
    await connectAs(auth.database, 'supabase_admin').unsafe(`
      create function public.refuse() returns trigger language plpgsql set search_path = '' as $$
      begin
        if new.email like 'refuse-%' then raise sqlstate 'PT409' using message = 'Not you.', hint = 'Go.'; end if;
        return new;
      end $$;
      create trigger refuse before insert on auth.users for each row execute function public.refuse();
    `).simple()
    const body = { email: `refuse-${randomEmail()}`, password: PASSWORD }
    const versioned = await request(auth, 'POST', '/signup', { body })
    expect(problem(versioned)).toEqual([500, 'unexpected_failure', 'Database error saving new user'])
    const older = await request(auth, 'POST', '/signup', { body, versioned: false })
    expect([older.status, older.body]).toEqual([409, { code: 'PT409', message: 'Not you.', hint: 'Go.' }])
  })

  test('an expired code is refused', async () => {
    const { email } = await someone(auth)
    await client(auth).auth.signInWithOtp({ email })
    const token = auth.code(email)
    await auth
      .sql`update auth.users set recovery_sent_at = now() - interval '61 minutes' where email = ${email}`
    const { error } = await client(auth).auth.verifyOtp({ email, token, type: 'email' })
    expect(error).toMatchObject({ status: 403, code: 'otp_expired' })
  })

  test('many parallel sign-ups of one address make one user', async () => {
    const email = randomEmail()
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => request(auth, 'POST', '/signup', { body: { email, password: PASSWORD } })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(await auth.sql`select from auth.users where email = ${email}`).toHaveLength(1)
  })

  test('a link may lead into an app', async () => {
    const { email } = await someone(auth)
    await client(auth).auth.signInWithOtp({ email, options: { emailRedirectTo: 'myapp://login?a=1&b=2' } })
    const response = await fetch(auth.link(email), { redirect: 'manual' })
    expect(response.headers.get('location')).toMatch(/^myapp:\/\/login\?a=1&b=2#access_token=/)
  })

  test('killed connections are replaced', async () => {
    const { token } = await someone(auth)
    await connectAs(auth.database, 'supabase_admin')`
      select pg_terminate_backend(pid) from pg_stat_activity where usename = 'supabase_auth_admin'`
    const statuses: number[] = []
    for (let attempt = 0; attempt < 20 && statuses.at(-1) !== 200; attempt++) {
      statuses.push((await request(auth, 'GET', '/user', { token })).status)
    }
    expect(statuses.at(-1)).toBe(200)
    expect(statuses.slice(0, -1).every((status) => status === 503)).toBe(true)
  })
})

describe('limits', async () => {
  const auth = await startAlone({
    rate_limit: { email_sent: 2, sms_sent: 1, sign_in_sign_ups: 1, token_verifications: 1 },
    email: { enable_confirmations: true, max_frequency: '1h', smtp: { enabled: true } },
  }, { rateLimitHeader: 'x-real-ip' })

  test('one user is not mailed twice in a row', async () => {
    const { email } = await someone(auth)
    expect((await request(auth, 'POST', '/recover', { body: { email } })).status).toBe(200)
    const answer = await request(auth, 'POST', '/recover', { body: { email } })
    expect([answer.status, answer.body.code]).toEqual([429, 'over_email_send_rate_limit'])
    expect(answer.body.message).toMatch(
      /^For security purposes, you can only request this after 3\d{3} seconds\.$/,
    )
  })

  test('the project sends only so many mails an hour', async () => {
    const others = [(await someone(auth)).email, (await someone(auth)).email]
    expect((await request(auth, 'POST', '/recover', { body: { email: others[0] } })).status).toBe(200)
    const answer = await request(auth, 'POST', '/recover', { body: { email: others[1] } })
    expect(problem(answer)).toEqual([429, 'over_email_send_rate_limit', 'email rate limit exceeded'])
  })

  test('an address of the network asks only so often', async () => {
    const ask = (from: string) =>
      request(auth, 'POST', '/verify', {
        body: { type: 'email', email: 'a@b.example', token: '000000' },
        headers: { 'x-real-ip': from },
      })
    const answers = await Promise.all(Array.from({ length: 31 }, () => ask('192.0.2.1')))
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(30)
    expect(problem(answers.find(({ status }) => status === 429)!)).toEqual([
      429,
      'over_request_rate_limit',
      'Request rate limit reached',
    ])
    expect((await ask('192.0.2.2')).status).toBe(403)
  })
})

describe('sessions with an end', async () => {
  const auth = await startAlone({ sessions: { timebox: '24h', inactivity_timeout: '8h' } })

  test.each([
    ['its time is up', '25 hours', '0 hours', 'Invalid Refresh Token: Session Expired'],
    ['nobody used it', '9 hours', '9 hours', 'Invalid Refresh Token: Session Expired (Inactivity)'],
  ])('end when %s', async (_, age, idle, message) => {
    const { session, user } = await someone(auth)
    await auth.sql`update auth.sessions set created_at = now() - ${age}::interval where user_id = ${user.id}`
    await auth
      .sql`update auth.refresh_tokens set updated_at = now() - ${idle}::interval where user_id = ${user.id}`
    const answer = await request(auth, 'POST', '/token?grant_type=refresh_token', {
      body: { refresh_token: session.refresh_token },
    })
    expect(problem(answer)).toEqual([400, 'session_expired', message])
  })
})

test('where a captcha is wanted, nobody gets far without', async () => {
  const auth = await startAlone({ captcha: { enabled: true } })
  const body = { email: randomEmail(), password: PASSWORD }
  for (const path of ['/signup', '/token?grant_type=password', '/otp', '/recover', '/resend']) {
    expect(problem(await request(auth, 'POST', path, { body }))).toEqual([
      400,
      'captcha_failed',
      'captcha protection: request disallowed (no captcha_token found)',
    ])
  }
})

describe('closed doors', async () => {
  const auth = await startAlone({ enable_signup: false, email: { enable_signup: false } })

  test('nobody signs up', async () => {
    const { error } = await client(auth).auth.signUp({ email: randomEmail(), password: PASSWORD })
    expect(error).toMatchObject({
      status: 422,
      code: 'signup_disabled',
      message: 'Signups not allowed for this instance',
    })
  })

  test.each([
    ['/token?grant_type=password', { email: 'a@b.example', password: 'x' }, 422, 'email_provider_disabled'],
    ['/otp', { email: 'a@b.example' }, 422, 'email_provider_disabled'],
    ['/recover', { email: 'a@b.example' }, 400, 'email_provider_disabled'],
    ['/otp', { phone: '+1999' }, 400, 'phone_provider_disabled'],
  ])('%s %j is refused', async (path, body, status, code) => {
    const answer = await request(auth, 'POST', path, { body })
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test.each([
    ['GET', '/authorize?provider=google', 400, 'validation_failed'],
    ['GET', '/authorize?provider=nobody', 400, 'validation_failed'],
    ['POST', '/sso', 404, 'saml_provider_disabled'],
    ['GET', '/sso/saml/metadata', 404, 'saml_provider_disabled'],
    ['GET', '/oauth/authorize', 404, 'feature_disabled'],
    ['GET', '/passkeys', 404, 'passkey_disabled'],
    ['GET', '/nowhere', 404, 'not_found'],
  ])('%s %s is not served', async (method, path, status, code) => {
    const answer = await request(auth, method, path)
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test('the settings say so', async () => {
    const { body } = await request(auth, 'GET', '/settings')
    expect(body).toMatchObject({
      disable_signup: true,
      mailer_autoconfirm: true,
      external: { email: false, phone: false, google: false, anonymous_users: false },
    })
  })
})

describe('what is switched on and not served', async () => {
  const auth = await startAlone({
    web3: { solana: { enabled: true } },
    external: { google: { enabled: true } },
  })

  test.each([
    ['POST', '/token?grant_type=web3', { chain: 'solana' }, 'Sign-in with a wallet (solana)'],
    ['GET', '/authorize?provider=google', {}, 'Sign-in with google'],
  ])('%s %s says so instead of calling it disabled', async (method, path, body, what) => {
    const answer = await request(auth, method, path, method === 'GET' ? {} : { body })
    expect(problem(answer)).toEqual([
      501,
      'not_implemented',
      `${what} is not served by the local Auth service.`,
    ])
  })
})

describe('clients of the OAuth server', async () => {
  const auth = await startAlone({ oauth_server: { enabled: true } })
  const { oauth } = admin(auth)
  const draft = {
    client_name: 'Till',
    redirect_uris: ['https://till.example/back', 'http://localhost:3000/back'],
  }

  async function registered() {
    const { data, error } = await oauth.createClient(draft)
    expect(error).toBeNull()
    return data!
  }

  test('are registered with a secret that is told once', async () => {
    const { client_id, client_secret, ...shown } = await registered()
    expect(client_secret).toMatch(/^[\w-]{43}$/)
    expect(shown).toMatchObject({
      ...draft,
      client_type: 'confidential',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      registration_type: 'manual',
    })
    expect((await oauth.getClient(client_id)).data).toEqual({ client_id, ...shown })
    const renewed = await oauth.regenerateClientSecret(client_id)
    expect(renewed.data?.client_secret).toMatch(/^[\w-]{43}$/)
    expect(renewed.data?.client_secret).not.toBe(client_secret)
  })

  test('are changed member by member, and listed until they are deleted', async () => {
    const { client_id } = await registered()
    const logo_uri = 'https://till.example/logo.png'
    expect((await oauth.updateClient(client_id, { logo_uri })).data).toMatchObject({ ...draft, logo_uri })
    const ids = async () => (await oauth.listClients()).data.clients.map((client) => client.client_id)
    expect(await ids()).toContain(client_id)
    expect((await oauth.updateClient(client_id, { grant_types: [] })).error).toMatchObject({
      status: 400,
      message: 'grant_types cannot be empty',
    })
    expect((await oauth.deleteClient(client_id)).error).toBeNull()
    expect(await ids()).not.toContain(client_id)
    expect((await oauth.getClient(client_id)).error).toMatchObject({
      status: 404,
      code: 'oauth_client_not_found',
      message: 'OAuth client not found',
    })
  })

  test('have no secret where they could not keep it', async () => {
    const { body } = await request(auth, 'POST', '/admin/oauth/clients', {
      token: auth.secretKey,
      body: { ...draft, token_endpoint_auth_method: 'none' },
    })
    expect(body).toMatchObject({ client_type: 'public', token_endpoint_auth_method: 'none' })
    expect(body).not.toHaveProperty('client_secret')
    expect((await oauth.regenerateClientSecret(body.client_id)).error).toMatchObject({
      status: 400,
      code: 'validation_failed',
    })
  })

  test.each([
    [{ client_name: 'Till' }, 'redirect_uris is required'],
    [{ redirect_uris: [] }, 'redirect_uris cannot be empty'],
    [{ redirect_uris: 'https://till.example' }, /must be of type/],
    [{ redirect_uris: Array(11).fill('https://till.example') }, 'redirect_uris cannot exceed 10 items'],
    [{ redirect_uris: ['http://till.example'] }, /HTTP scheme only allowed for localhost$/],
    [{ redirect_uris: ['https://till.example/#top'] }, /fragment not allowed/],
    [{ redirect_uris: ['javascript:alert(1)'] }, /scheme is not allowed$/],
    [{ ...draft, grant_types: ['password'] }, /grant_types must only contain/],
    [
      { ...draft, client_type: 'public', token_endpoint_auth_method: 'client_secret_post' },
      /is inconsistent/,
    ],
  ])('are not registered with %j', async (body, message) => {
    const answer = await request(auth, 'POST', '/admin/oauth/clients', { token: auth.secretKey, body })
    expect(answer.status).toBe(400)
    expect(answer.body.message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    )
  })

  test('are managed with the secret key only', async () => {
    const { token } = await someone(auth)
    expect(problem(await request(auth, 'GET', '/admin/oauth/clients', { token }))).toEqual([
      403,
      'not_admin',
      'User not allowed',
    ])
  })
})

test('tokens are signed with RS256 where the first key is RSA, and older keys still verify', async () => {
  const { keys } = inject('server')
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const rsa = { ...(await exportJWK(privateKey)), kid: 'rsa-1', alg: 'RS256', key_ops: ['sign', 'verify'] }
  const older = await startAlone()
  const { token: oldToken } = await someone(older)
  const auth = await startAlone({}, {
    database: older.database,
    keys: { ...keys, signingKeys: [rsa, ...keys.signingKeys] },
  })
  const { token } = await someone(auth)
  const { body } = await request(auth, 'GET', '/.well-known/jwks.json')
  const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(body))
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'rsa-1' })
  expect((await request(auth, 'GET', '/user', { token: oldToken })).status).toBe(200)
  const { data, error } = await client(auth).auth.getClaims(token)
  expect(error).toBeNull()
  expect(data?.header.alg).toBe('RS256')
})

test('an imported bcrypt hash is kept, and others are refused', async () => {
  const auth = await startAlone()
  const email = randomEmail()
  const hash = '$2y$10$vI8aWBnW3fID.ZQ4/zo1G.q1lRps.9cGLcZEiGDMVr5yUP1KUOYTa'
  const { error } = await admin(auth).createUser({ email, password_hash: hash, email_confirm: true })
  expect(error).toBeNull()
  const [user] = await auth.sql`select encrypted_password from auth.users where email = ${email}`
  expect(user?.['encrypted_password']).toBe(hash)
  const refused = await admin(auth).createUser({ email: randomEmail(), password_hash: 'plain' })
  expect(refused.error).toMatchObject({ status: 400, code: 'validation_failed' })
})
