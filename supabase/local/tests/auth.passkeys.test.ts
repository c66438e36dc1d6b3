import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { SupabaseClient } from '@supabase/supabase-js'
import { describe, expect, test } from 'vitest'
import { type Alone, startAlone } from './auth/alone.ts'
import { Authenticator, type Deviation } from './auth/authenticator.ts'
import { claimsOf, request, service, signedIn, type Target, visitor } from './auth/target.ts'

// Passkeys through supabase-js, with an authenticator in software. Local only: it needs settings of its own.

const SITE = 'http://localhost:3000'
const auth = await startAlone({
  site_url: SITE,
  passkey: { enabled: true },
  webauthn: { rp_id: 'localhost', rp_display_name: 'The shop', rp_origins: [SITE, 'http://localhost:5173'] },
  mfa: { totp: { enroll_enabled: true, verify_enabled: true } },
  enable_anonymous_sign_ins: true,
})
const target = auth as unknown as Target
const client = (): SupabaseClient => visitor(target, { experimental: { passkey: true } })

async function someone(name = 'Nina') {
  const person = await signedIn(target, { name })
  const sdk = client()
  const { access_token, refresh_token } = person.session
  const { error } = await sdk.auth.setSession({ access_token, refresh_token })
  if (error) throw error
  return { ...person, sdk }
}

/** Makes a passkey of somebody. */
async function register(sdk: SupabaseClient, authenticator: Authenticator, deviation: Deviation = {}) {
  const { data, error } = await sdk.auth.passkey.startRegistration()
  if (error) throw error
  return await sdk.auth.passkey.verifyRegistration({
    challengeId: data!.challenge_id,
    credential: authenticator.create(data!.options as never, deviation) as never,
  })
}

/** Signs in with a passkey. */
async function signIn(authenticator: Authenticator, deviation: Deviation = {}) {
  const sdk = client()
  const { data, error } = await sdk.auth.passkey.startAuthentication()
  if (error) throw error
  return await sdk.auth.passkey.verifyAuthentication({
    challengeId: data!.challenge_id,
    credential: authenticator.get(data!.options as never, deviation) as never,
  })
}

async function withPasskey() {
  const person = await someone()
  const authenticator = new Authenticator(SITE)
  const { data, error } = await register(person.sdk, authenticator)
  expect(error).toBeNull()
  return { ...person, authenticator, passkey: data! }
}

describe('a passkey', () => {
  test('a passkey signs its owner in, without a name being typed, and says so in the token', async () => {
    const { authenticator, user, sdk, passkey } = await withPasskey()
    expect(passkey).toMatchObject({ friendly_name: 'Passkey', created_at: expect.any(String) })
    const { data, error } = await signIn(authenticator)
    expect(error).toBeNull()
    expect(data!.user!.id).toBe(user.id)
    expect(claimsOf(data!.session!.access_token)).toMatchObject({
      sub: user.id,
      aal: 'aal1',
      amr: [{ method: 'passkey' }],
    })
    const { data: listed } = await sdk.auth.passkey.list()
    expect(listed).toMatchObject([{ id: passkey.id, last_used_at: expect.any(String) }])
    const actions = await auth.sql`
      select payload ->> 'action' as action from auth.audit_log_entries
      where payload ->> 'actor_id' = ${user.id} and payload -> 'traits' ->> 'passkey_id' = ${passkey.id}
      order by created_at`
    expect(actions.map(({ action }) => action)).toEqual(['passkey_created', 'login'])
  })

  test('the options name the shop, the person and the keys that are there already', async () => {
    const { sdk, user, email, authenticator } = await withPasskey()
    const { data } = await sdk.auth.passkey.startRegistration()
    expect(data!.options).toMatchObject({
      rp: { id: 'localhost', name: 'The shop' },
      user: { id: Buffer.from(user.id).toString('base64url'), name: email, displayName: 'Nina' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      excludeCredentials: [{ id: authenticator.id.toString('base64url'), type: 'public-key' }],
    })
    const soon = Date.now() / 1000
    expect(data!.expires_at).toBeGreaterThan(soon + 290)
    expect(data!.expires_at).toBeLessThan(soon + 310)
    const { data: asked } = await client().auth.passkey.startAuthentication()
    expect(asked!.options).toMatchObject({ rpId: 'localhost', userVerification: 'preferred' })
    expect(asked!.options.allowCredentials ?? []).toEqual([])
  })

  test('a passkey works on every origin that config.toml lists', async () => {
    const { authenticator } = await withPasskey()
    expect((await signIn(authenticator, { origin: 'http://localhost:5173' })).error).toBeNull()
  })

  test('a passkey is renamed and deleted by its owner only, and then signs nobody in', async () => {
    const { authenticator, sdk, passkey } = await withPasskey()
    const other = await someone()
    const passkeyId = passkey.id
    expect((await other.sdk.auth.passkey.update({ passkeyId, friendlyName: 'Mine' })).error).toMatchObject({
      status: 404,
      message: 'Passkey not found',
    })
    expect((await other.sdk.auth.passkey.delete({ passkeyId })).error).toMatchObject({ status: 404 })
    expect((await other.sdk.auth.passkey.list()).data).toEqual([])
    const { data } = await sdk.auth.passkey.update({ passkeyId, friendlyName: 'Phone' })
    expect(data).toMatchObject({ id: passkeyId, friendly_name: 'Phone' })
    for (const friendlyName of ['', 'x'.repeat(121)]) {
      expect((await sdk.auth.passkey.update({ passkeyId, friendlyName })).error).toMatchObject({
        status: 400,
        code: 'validation_failed',
      })
    }
    expect((await sdk.auth.passkey.delete({ passkeyId })).error).toBeNull()
    expect((await sdk.auth.passkey.list()).data).toEqual([])
    expect((await signIn(authenticator)).error).toMatchObject({ code: 'webauthn_verification_failed' })
  })

  test('somebody who runs the project lists and deletes passkeys of others', async () => {
    const { authenticator, user, passkey, token } = await withPasskey()
    const path = `/admin/users/${user.id}/passkeys`
    const admin = target.secretKey
    expect(await request(target, 'GET', path, { token })).toMatchObject({ status: 403 })
    const listed = await request(target, 'GET', path, { token: admin })
    expect(listed).toMatchObject({ status: 200, body: [{ id: passkey.id }] })
    const gone = await request(target, 'DELETE', `${path}/${passkey.id}`, { token: admin })
    expect(gone.status).toBe(204)
    expect((await request(target, 'DELETE', `${path}/${passkey.id}`, { token: admin })).status).toBe(404)
    expect((await signIn(authenticator)).error).not.toBeNull()
  })
})

describe('a passkey is refused', () => {
  const refused = { status: 400, code: 'webauthn_verification_failed' }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  test.each<[string, Deviation]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'bm90IHRoaXM' }],
  ])('that is made for %s', async (_what, deviation) => {
    const { sdk } = await someone()
    expect((await register(sdk, new Authenticator(SITE), deviation)).error).toMatchObject(refused)
    expect((await sdk.auth.passkey.list()).data).toEqual([])
  })

  test.each<[string, Deviation]>([
    ['for another origin', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: 'bm90IHRoaXM' }],
    ['with another key', { key: privateKey }],
    ['in the name of nobody', { userHandle: Buffer.from(randomUUID()).toString('base64url') }],
    ['in the name of nonsense', { userHandle: 'x' }],
  ])('that signs %s', async (_what, deviation) => {
    const { authenticator } = await withPasskey()
    expect((await signIn(authenticator, deviation)).error).toMatchObject(refused)
  })

  test('that signs in the name of somebody else who has one', async () => {
    const [{ authenticator }, { user }] = [await withPasskey(), await withPasskey()]
    const userHandle = Buffer.from(user.id).toString('base64url')
    expect((await signIn(authenticator, { userHandle })).error).toMatchObject(refused)
  })

  test('whose challenge was answered before, is of another kind, of another person, or too old', async () => {
    const { sdk, authenticator, token } = await withPasskey()
    const notFound = { status: 400, code: 'webauthn_challenge_not_found' }
    const register = (challengeId: string, options: unknown, by = sdk) =>
      by.auth.passkey.verifyRegistration({
        challengeId,
        credential: new Authenticator(SITE).create(options as never) as never,
      })
    const { data: asked } = await client().auth.passkey.startAuthentication()
    const credential = authenticator.get(asked!.options as never) as never
    const challengeId = asked!.challenge_id
    expect((await client().auth.passkey.verifyAuthentication({ challengeId, credential })).error).toBeNull()
    expect((await client().auth.passkey.verifyAuthentication({ challengeId, credential })).error)
      .toMatchObject(notFound)

    const { data: kind } = await client().auth.passkey.startAuthentication()
    const created = await request(target, 'POST', '/passkeys/registration/verify', {
      token,
      body: { challenge_id: kind!.challenge_id, credential: {} },
    })
    expect([created.status, created.body.code]).toEqual([400, 'webauthn_challenge_not_found'])

    const { data: mine } = await sdk.auth.passkey.startRegistration()
    const other = await someone()
    expect((await register(mine!.challenge_id, mine!.options, other.sdk)).error).toMatchObject(notFound)

    await auth.sql`update auth.webauthn_challenges set expires_at = now() where id = ${mine!.challenge_id}`
    expect((await register(mine!.challenge_id, mine!.options)).error).toMatchObject({
      status: 400,
      code: 'webauthn_challenge_expired',
    })
  })

  test('that is registered already', async () => {
    const { authenticator } = await withPasskey()
    const other = await someone()
    expect((await register(other.sdk, authenticator)).error).toMatchObject({
      status: 422,
      code: 'webauthn_credential_exists',
    })
  })

  test('that would be one too many', async () => {
    const { sdk, user } = await withPasskey()
    await auth.sql`
      insert into auth.webauthn_credentials (user_id, credential_id, public_key)
      select ${user.id}, convert_to(gen_random_uuid()::text, 'UTF8'), '' from generate_series(1, 9)`
    expect((await sdk.auth.passkey.startRegistration()).error).toMatchObject({
      status: 422,
      code: 'too_many_passkeys',
    })
  })

  test.each(['', 'x', '{}', 'null', '{"response":null}', '{"id":1,"response":{"userHandle":1}}'])(
    'that is nonsense: %j',
    async (credential) => {
      const { data } = await client().auth.passkey.startAuthentication()
      const { status, body } = await request(target, 'POST', '/passkeys/authentication/verify', {
        body: `{"challenge_id":"${data!.challenge_id}","credential":${
          credential === '' ? '""' : credential
        }}`,
      })
      expect([status, typeof body.code]).toEqual([400, 'string'])
    },
  )
})

describe('who may sign in with a passkey, and who may have one', () => {
  test('somebody who is banned may not', async () => {
    const { authenticator, user } = await withPasskey()
    await service(target).auth.admin.updateUserById(user.id, { ban_duration: '1h' })
    expect((await signIn(authenticator)).error).toMatchObject({ status: 403, code: 'user_banned' })
  })

  test('somebody whose address is not confirmed may not', async () => {
    const { authenticator, user } = await withPasskey()
    await auth.sql`update auth.users set email_confirmed_at = null where id = ${user.id}`
    expect((await signIn(authenticator)).error).toMatchObject({ status: 403, code: 'email_not_confirmed' })
  })

  test('a visitor and an anonymous user may have none', async () => {
    expect((await request(target, 'GET', '/passkeys')).status).toBe(403)
    const anonymous = client()
    await anonymous.auth.signInAnonymously()
    expect((await anonymous.auth.passkey.startRegistration()).error).toMatchObject({
      status: 403,
      code: 'no_authorization',
    })
  })

  test('somebody with a second factor manages passkeys only after using it', async () => {
    const { sdk, user, passkey } = await withPasskey()
    await auth.sql`
      insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)
      values (gen_random_uuid(), ${user.id}, 'totp', 'verified', now(), now())`
    const weak = { status: 403, code: 'insufficient_aal' }
    expect((await sdk.auth.passkey.startRegistration()).error).toMatchObject(weak)
    expect((await sdk.auth.passkey.delete({ passkeyId: passkey.id })).error).toMatchObject(weak)
    await auth.sql`update auth.sessions set aal = 'aal2' where user_id = ${user.id}`
    expect((await sdk.auth.passkey.startRegistration()).error).toBeNull()
  })

  test('the settings say that there are passkeys', async () => {
    expect((await request(target, 'GET', '/settings')).body).toMatchObject({ passkeys_enabled: true })
  })

  test('a relying party that config.toml does not name is the host of the site', async () => {
    const other: Alone = await startAlone({ site_url: 'https://shop.example', passkey: { enabled: true } })
    const { body } = await request(other, 'POST', '/passkeys/authentication/options', { body: {} })
    expect(body.options).toMatchObject({ rpId: 'shop.example' })
  })
})
