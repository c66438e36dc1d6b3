import { createHash, randomUUID } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { beforeAll, describe, expect, test } from 'vitest'
import { clientOptions, startTestPlatform, type TestPlatform } from '../testing/index.ts'

// Sign-in at an OpenID Connect provider: the sandbox of this machine stands for every provider that config.toml enables.

let platform: TestPlatform
const REDIRECT = 'http://127.0.0.1:3000/welcome'

beforeAll(async () => {
  platform = await startTestPlatform({
    template: 'platform',
    config: {
      auth: {
        enable_manual_linking: true,
        enable_anonymous_sign_ins: true,
        external: {
          google: { enabled: true, client_id: 'shop,shop-ios' },
          github: { enabled: true, client_id: 'shop', email_optional: true },
        },
        email: { notification: { identity_linked: { enabled: true }, identity_unlinked: { enabled: true } } },
      },
    },
  })
})

/** Who is chosen at the provider. */
interface Choice {
  name?: string
  email?: string
  verified?: boolean
}

const newEmail = () => `${randomUUID()}@example.com`

/** A browser that keeps what auth-js stores. */
function visitor(flowType: 'pkce' | 'implicit' = 'pkce'): SupabaseClient {
  const store = new Map<string, string>()
  return createClient(platform.apiUrl, platform.keys.publishableKey, {
    ...clientOptions(),
    auth: {
      flowType,
      autoRefreshToken: false,
      persistSession: true,
      storageKey: randomUUID(),
      storage: {
        getItem: (key) => store.get(key) ?? null,
        setItem: (key, value) => void store.set(key, value),
        removeItem: (key) => void store.delete(key),
      },
    },
  })
}

async function hop(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, redirect: 'manual' })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return location
}

/** Chooses on the provider's page, and answers where Auth then sends the browser. */
async function choose(pageUrl: string, choice: Choice | undefined): Promise<URL> {
  const form = new URLSearchParams()
  if (choice?.name !== undefined) form.set('name', choice.name)
  if (choice?.email !== undefined) form.set('email', choice.email)
  if (choice?.verified !== false) form.set('verified', 'on')
  const callback = await hop(pageUrl, { method: 'POST', body: form })
  expect(callback).toContain(`${platform.apiUrl}/auth/v1/callback?`)
  return new URL(await hop(callback))
}

/** Begins a sign-in and follows it to the provider's page. */
async function begin(client: SupabaseClient, provider: 'google' | 'github' = 'google'): Promise<string> {
  const { data, error } = await client.auth.signInWithOAuth({
    provider,
    options: {
      redirectTo: REDIRECT,
      skipBrowserRedirect: true,
      scopes: 'calendar',
      queryParams: { prompt: 'login' },
    },
  })
  expect(error).toBeNull()
  return await hop(data.url!)
}

async function signIn(choice: Choice, provider: 'google' | 'github' = 'google') {
  const client = visitor()
  const landed = await choose(await begin(client, provider), choice)
  const code = landed.searchParams.get('code')
  if (code === null) return { client, landed, session: undefined }
  const { data, error } = await client.auth.exchangeCodeForSession(code)
  expect(error).toBeNull()
  return { client, landed, session: data.session! }
}

const membersOf = (url: URL) => Object.fromEntries(url.searchParams)

describe('signInWithOAuth', () => {
  test('leads to a page where somebody is chosen, and back with a session and the provider’s tokens', async () => {
    const client = visitor()
    const page = await begin(client)
    const asked = new URL(page)
    expect(page.startsWith(`${platform.inboxUrl}/openid/`)).toBe(true)
    expect(membersOf(asked)).toMatchObject({
      client_id: 'shop',
      response_type: 'code',
      redirect_uri: `${platform.apiUrl}/auth/v1/callback`,
      scope: 'openid profile email calendar',
      code_challenge_method: 'S256',
      prompt: 'login',
    })
    expect(await (await fetch(page)).text()).toMatch(/Who signs in\?.*shop.*Ada Lovelace/s)

    const email = newEmail()
    const landed = await choose(page, { name: 'Nina Blum', email })
    expect(landed.href.startsWith(`${REDIRECT}?code=`)).toBe(true)
    const { data } = await client.auth.exchangeCodeForSession(landed.searchParams.get('code')!)
    expect(data.session).toMatchObject({
      provider_token: expect.any(String),
      provider_refresh_token: expect.any(String),
    })
    expect(data.user).toMatchObject({
      email,
      email_confirmed_at: expect.any(String),
      app_metadata: { provider: 'google', providers: ['google'] },
      user_metadata: {
        name: 'Nina Blum',
        full_name: 'Nina Blum',
        email,
        email_verified: true,
        phone_verified: false,
      },
      identities: [{ provider: 'google', email, identity_data: { sub: expect.any(String) } }],
    })
    const { data: claims } = await client.auth.getClaims()
    expect(claims!.claims.amr).toMatchObject([{ method: 'oauth' }])
  })

  test('gives the session in the fragment where no PKCE is used', async () => {
    const landed = await choose(await begin(visitor('implicit')), { name: 'Ivo', email: newEmail() })
    const fragment = Object.fromEntries(new URLSearchParams(landed.hash.slice(1)))
    expect(Object.keys(fragment)).toEqual([
      'access_token',
      'expires_at',
      'expires_in',
      'provider_refresh_token',
      'provider_token',
      'refresh_token',
      'sb',
      'token_type',
    ])
    expect((await visitor().auth.getUser(fragment['access_token'])).data.user!.user_metadata['name']).toBe(
      'Ivo',
    )
  })

  test('finds the same account again, and takes over what changed at the provider', async () => {
    const email = newEmail()
    const first = await signIn({ name: 'Old Name', email })
    const second = await signIn({ name: 'New Name', email })
    expect(second.session!.user.id).toBe(first.session!.user.id)
    expect(second.session!.user.user_metadata['name']).toBe('New Name')
    expect(second.session!.user.identities).toHaveLength(1)
  })

  test('joins the account that has the same proven address, whoever was first', async () => {
    const email = newEmail()
    const made = await platform.service().auth.admin.createUser({
      email,
      email_confirm: true,
      password: 'Secret123',
    })
    const { session } = await signIn({ name: 'Joined', email: email.toUpperCase() })
    expect(session!.user.id).toBe(made.data.user!.id)
    expect(session!.user.app_metadata['providers']).toEqual(['email', 'google'])
    const again = await signIn({ name: 'Joined', email }, 'github')
    expect(again.session!.user.id).toBe(made.data.user!.id)
    expect((await visitor().auth.signInWithPassword({ email, password: 'Secret123' })).error).toBeNull()
    const actions = await platform.sql`
      select payload ->> 'action' as action from auth.audit_log_entries
      where payload ->> 'actor_username' = ${email} and payload ->> 'action' = 'identity_linked'`
    expect(actions).toHaveLength(2)
  })

  test('throws an unproven password out when the provider proves the address', async () => {
    const email = newEmail()
    await visitor().auth.signUp({ email, password: 'Attacker123' })
    const { session } = await signIn({ name: 'Owner', email })
    expect(session!.user.identities!.map(({ provider }) => provider)).toEqual(['google'])
    expect(session!.user.app_metadata['providers']).toEqual(['google'])
    const attacker = await visitor().auth.signInWithPassword({ email, password: 'Attacker123' })
    expect(attacker.error).toMatchObject({ code: 'invalid_credentials' })
  })

  test('does not believe an address that the provider has not verified', async () => {
    const email = newEmail()
    const { landed } = await signIn({ name: 'Sam', email, verified: false })
    expect(membersOf(landed)).toEqual({
      error: 'access_denied',
      error_code: 'provider_email_needs_verification',
      error_description:
        'Unverified email with google. A confirmation email has been sent to your google email',
    })
    expect(new URLSearchParams(landed.hash.slice(1)).get('error_code')).toBe(
      'provider_email_needs_verification',
    )
    const link = (await platform.inbox.next({ to: email })).html!.match(/href="([^"]*verify[^"]*)"/)![1]!
    await hop(link.replaceAll('&amp;', '&'))
    expect((await signIn({ name: 'Sam', email, verified: false })).session!.user.email).toBe(email)

    const taken = newEmail()
    await platform.service().auth.admin.createUser({ email: taken, email_confirm: true })
    const stranger = await signIn({ name: 'Stranger', email: taken, verified: false })
    expect(membersOf(stranger.landed)['error_description']).toBe(
      'Unverified email with google. Verify the email with google in order to sign in',
    )
  })

  test('needs an address, unless the provider’s settings say otherwise', async () => {
    const name = `Robin ${randomUUID()}`
    const refused = await signIn({ name })
    expect(membersOf(refused.landed)).toMatchObject({
      error: 'server_error',
      error_description: 'Error getting user email from external provider',
    })
    const { session } = await signIn({ name }, 'github')
    expect(session!.user).toMatchObject({ email: '', user_metadata: { name } })
  })

  test('comes back with a refusal when nobody is chosen', async () => {
    const landed = await choose(await begin(visitor()), {})
    expect(membersOf(landed)).toEqual({
      error: 'access_denied',
      error_description: 'Nobody was chosen to sign in.',
    })
  })

  test('lets a state and a code be used once, and only by whom they were given to', async () => {
    const client = visitor()
    const callback = await hop(await begin(client), {
      method: 'POST',
      body: new URLSearchParams({ name: 'Once', email: newEmail(), verified: 'on' }),
    })
    const answers = await Promise.all([1, 2, 3].map(() => hop(callback)))
    const codes = answers.map((answer) => new URL(answer).searchParams.get('code')).filter(Boolean)
    expect(codes).toHaveLength(1)
    const stranger = await visitor().auth.exchangeCodeForSession(codes[0]!)
    expect(stranger.error).not.toBeNull()
    expect((await client.auth.exchangeCodeForSession(codes[0]!)).error).toBeNull()
    expect(membersOf(new URL(await hop(callback)))).toMatchObject({ error_code: 'bad_oauth_state' })
  })

  test.each([
    ['', 'bad_oauth_callback', 'OAuth state parameter missing'],
    ['state=x', 'bad_oauth_state', 'OAuth state parameter is invalid'],
    [`state=${randomUUID()}`, 'bad_oauth_state', 'OAuth state not found or expired'],
  ])('sends a callback with %j to the site', async (query, code, message) => {
    const landed = new URL(await hop(`${platform.apiUrl}/auth/v1/callback?${query}`))
    expect(landed.origin).toBe('http://127.0.0.1:3000')
    expect(membersOf(landed)).toEqual({
      error: 'invalid_request',
      error_code: code,
      error_description: message,
    })
  })

  test('refuses providers that are off or unknown', async () => {
    const ask = async (provider: string) => {
      const response = await fetch(`${platform.apiUrl}/auth/v1/authorize?provider=${provider}`)
      return [response.status, (await response.json() as { msg: string }).msg]
    }
    expect(await ask('gitlab')).toEqual([400, 'Unsupported provider: provider is not enabled'])
    expect(await ask('none')).toEqual([400, 'Unsupported provider: Provider none could not be found'])
  })

  test('makes one account when two sign-ins of somebody new arrive at once', async () => {
    const choice = { name: 'Double', email: newEmail() }
    const both = await Promise.all([signIn(choice), signIn(choice), signIn(choice, 'github')])
    expect(new Set(both.map(({ session }) => session!.user.id)).size).toBe(1)
  })
})

describe('linkIdentity and unlinkIdentity', () => {
  async function link(client: SupabaseClient, choice: Choice): Promise<URL> {
    const { data, error } = await client.auth.linkIdentity({
      provider: 'google',
      options: { redirectTo: REDIRECT, skipBrowserRedirect: true },
    })
    expect(error).toBeNull()
    return await choose(data.url!, choice)
  }

  test('add an identity to who is signed in, and take it away again', async () => {
    const email = newEmail()
    const { client, session } = await signIn({ name: 'Git', email }, 'github')
    const other = newEmail()
    const landed = await link(client, { name: 'Goo', email: other })
    expect((await client.auth.exchangeCodeForSession(landed.searchParams.get('code')!)).error).toBeNull()
    const { data } = await client.auth.getUserIdentities()
    expect(data!.identities.map(({ provider }) => provider)).toEqual(['github', 'google'])
    expect((await client.auth.getUser()).data.user!.id).toBe(session!.user.id)
    expect((await platform.inbox.next({ to: email })).subject).toMatch(/identity|account|linked|sign/i)

    const again = await link(client, { name: 'Goo', email: other })
    expect(membersOf(again)).toMatchObject({
      error_code: 'identity_already_exists',
      error_description: 'Identity is already linked',
    })
    const stranger = await signIn({ name: 'Third', email: newEmail() })
    expect(membersOf(await link(stranger.client, { name: 'Goo', email: other }))['error_description']).toBe(
      'Identity is already linked to another user',
    )

    const github = data!.identities.find(({ provider }) => provider === 'github')!
    expect((await client.auth.unlinkIdentity(github)).error).toBeNull()
    const { data: after } = await client.auth.getUser()
    expect(after.user).toMatchObject({ email: other, app_metadata: { providers: ['google'] } })
    const google = after.user!.identities![0]!
    expect((await client.auth.unlinkIdentity(google)).error).toMatchObject({
      code: 'single_identity_not_deletable',
    })
  })

  test('give an anonymous user an address, which must be proven and free', async () => {
    const client = visitor()
    const { data } = await client.auth.signInAnonymously()
    const email = newEmail()
    const landed = await link(client, { name: 'Known now', email })
    await client.auth.exchangeCodeForSession(landed.searchParams.get('code')!)
    expect((await client.auth.getUser()).data.user).toMatchObject({
      id: data.user!.id,
      email,
      is_anonymous: false,
      app_metadata: { provider: 'google' },
    })
    const other = visitor()
    await other.auth.signInAnonymously()
    const taken = newEmail()
    await platform.service().auth.admin.createUser({ email: taken, email_confirm: true })
    expect(membersOf(await link(other, { name: 'Taken', email: taken }))).toMatchObject({
      error_code: 'email_exists',
    })
  })
})

describe('signInWithIdToken', () => {
  /** An ID token as a client gets it from the provider by itself. */
  async function idToken(
    choice: Choice,
    { client = 'shop', nonce }: { client?: string; nonce?: string } = {},
  ) {
    const page = new URL(`${platform.inboxUrl}/openid/protocol/openid-connect/auth`)
    page.search = new URLSearchParams({
      client_id: client,
      response_type: 'id_token',
      redirect_uri: REDIRECT,
      state: 's',
      ...(nonce === undefined ? {} : { nonce: createHash('sha256').update(nonce).digest('hex') }),
    }).toString()
    const form = new URLSearchParams({ name: choice.name ?? '', email: choice.email ?? '', verified: 'on' })
    const landed = new URL(await hop(page.href, { method: 'POST', body: form }))
    expect(new URLSearchParams(landed.hash.slice(1)).get('state')).toBe('s')
    return new URLSearchParams(landed.hash.slice(1)).get('id_token')!
  }

  test('signs in, with or without a nonce, also for a second client of the provider', async () => {
    const email = newEmail()
    const nonce = randomUUID()
    const first = await visitor().auth.signInWithIdToken({
      provider: 'google',
      token: await idToken({ name: 'Tok', email }, { nonce }),
      nonce,
    })
    expect(first.error).toBeNull()
    expect(first.data.user).toMatchObject({ email, app_metadata: { provider: 'google' } })
    const second = await visitor().auth.signInWithIdToken({
      provider: 'google',
      token: await idToken({ name: 'Tok', email }, { client: 'shop-ios' }),
    })
    expect(second.data.user!.id).toBe(first.data.user!.id)
  })

  test('refuses what is not for this project', async () => {
    const token = await idToken({ name: 'Tok', email: newEmail() }, { nonce: 'n' })
    const ask = async (more: Record<string, string>, provider = 'google') => {
      const { error } = await visitor().auth.signInWithIdToken({ provider, token, nonce: 'n', ...more })
      return error?.message
    }
    expect(await ask({ nonce: 'other' })).toBe('Nonces mismatch')
    expect(await ask({ nonce: '' })).toBe(
      'Passed nonce and nonce in id_token should either both exist or not.',
    )
    expect(await ask({ token: `${token.slice(0, -4)}AAAA` })).toBe('Bad ID token')
    expect(await ask({}, 'kakao')).toContain('is not enabled')
    const foreign = await idToken({ name: 'Tok', email: newEmail() }, { client: 'other-shop' })
    expect(await ask({ token: foreign, nonce: '' })).toBe('Unacceptable audience in id_token: [other-shop]')
    expect(await ask({ token: platform.keys.anonJwt })).toBe('Bad ID token')
  })

  test('adds the identity to who is signed in', async () => {
    const { client, session } = await signIn({ name: 'Git', email: newEmail() }, 'github')
    const { data, error } = await client.auth.linkIdentity({
      provider: 'google',
      token: await idToken({ name: 'Native', email: newEmail() }),
    } as never)
    expect(error).toBeNull()
    expect((data as unknown as { user: unknown }).user).toMatchObject({
      id: session!.user.id,
      identities: [{ provider: 'github' }, { provider: 'google' }],
    })
  })
})

describe('the provider of this machine', () => {
  const url = (path: string) => `${platform.inboxUrl}/openid${path}`

  test('says where everything is', async () => {
    const found = await (await fetch(url('/.well-known/openid-configuration'))).json() as Record<
      string,
      string
    >
    expect(found['issuer']).toBe(url(''))
    const keys = await (await fetch(found['jwks_uri']!)).json() as { keys: Record<string, string>[] }
    expect(keys.keys[0]).toMatchObject({ kty: 'RSA', use: 'sig' })
    expect(keys.keys[0]).not.toHaveProperty('d')
    expect((await fetch(found['userinfo_endpoint']!)).status).toBe(401)
  })

  test('shows what it cannot answer instead of sending anybody anywhere', async () => {
    const ask = async (query: string) => (await fetch(url(`/protocol/openid-connect/auth?${query}`))).status
    expect(await ask('client_id=a')).toBe(400)
    expect(await ask('client_id=a&redirect_uri=javascript:alert(1)')).toBe(400)
    expect(await ask('redirect_uri=http://a.example/')).toBe(400)
  })

  test('gives tokens for a code once, to the client that asked, with its verifier', async () => {
    const verifier = randomUUID() + randomUUID()
    const query = new URLSearchParams({
      client_id: 'spa',
      redirect_uri: 'myapp://back',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const code = async () => {
      const landed = await hop(`${url('/protocol/openid-connect/auth')}?${query}`, {
        method: 'POST',
        body: new URLSearchParams({ person: '0' }),
      })
      return new URL(landed).searchParams.get('code')!
    }
    const exchange = async (form: Record<string, string>) => {
      const response = await fetch(url('/protocol/openid-connect/token'), {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          redirect_uri: 'myapp://back',
          client_id: 'spa',
          ...form,
        }),
      })
      return [response.status, await response.json() as Record<string, string>] as const
    }
    expect((await exchange({ code: await code(), code_verifier: 'wrong' }))[0]).toBe(400)
    expect((await exchange({ code: await code(), code_verifier: verifier, client_id: 'other' }))[0]).toBe(401)
    const used = await code()
    const [status, tokens] = await exchange({ code: used, code_verifier: verifier })
    expect(status).toBe(200)
    expect((await exchange({ code: used, code_verifier: verifier }))[0]).toBe(400)
    const who = await fetch(url('/protocol/openid-connect/userinfo'), {
      headers: { authorization: `Bearer ${tokens['access_token']}` },
    })
    expect(await who.json()).toMatchObject({
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      email_verified: true,
    })
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token']! }
    expect((await exchange(refresh))[0]).toBe(200)
    expect((await exchange({ ...refresh, refresh_token: tokens['access_token']! }))[0]).toBe(400)
  })
})
