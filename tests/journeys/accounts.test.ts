import { beforeAll, describe, expect, test } from 'vitest'
import { must, randomPhone, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { PIXEL } from './world.ts'

describe('accounts', () => {
  let platform: TestPlatform

  beforeAll(async () => {
    platform = await startTestPlatform()
  })

  test('a person registers by e-mail, confirms, and has a profile with the name she gave', async () => {
    const client = platform.visitor()
    const email = 'mira@journeys.example'
    const signedUp = await client.auth.signUp({
      email,
      password: 'correct horse 7',
      options: { data: { full_name: '  Mira   Sen ' } },
    })
    expect(signedUp.error).toBeNull()
    expect(signedUp.data.session).toBeNull()
    const early = await client.auth.signInWithPassword({ email, password: 'correct horse 7' })
    expect(early.error?.code).toBe('email_not_confirmed')

    const confirmed = await client.auth.verifyOtp({
      email,
      token: await platform.inbox.code(email),
      type: 'email',
    })
    expect(confirmed.error).toBeNull()
    const profile = await must(client.from('profiles').select('full_name, email, phone').single())
    expect(profile).toEqual({ full_name: 'Mira Sen', email, phone: null })
  })

  test('a weak password is refused', async () => {
    const { error } = await platform.visitor().auth.signUp({
      email: 'weak@journeys.example',
      password: 'letters-only',
    })
    expect(error?.code).toBe('weak_password')
  })

  test('a forgotten password is replaced by a code sent by e-mail', async () => {
    const client = platform.visitor()
    const email = 'reset@journeys.example'
    await client.auth.signUp({ email, password: 'first password 1' })
    await client.auth.verifyOtp({ email, token: await platform.inbox.code(email), type: 'email' })
    const before = await platform.inbox.list({ to: email })
    expect((await client.auth.resetPasswordForEmail(email)).error).toBeNull()
    const token = await platform.inbox.code(email, before)
    expect((await client.auth.verifyOtp({ email, token, type: 'recovery' })).error).toBeNull()
    expect((await client.auth.updateUser({ password: 'second password 2' })).error).toBeNull()

    const other = platform.visitor()
    expect((await other.auth.signInWithPassword({ email, password: 'first password 1' })).error).not
      .toBeNull()
    expect((await other.auth.signInWithPassword({ email, password: 'second password 2' })).error).toBeNull()
  })

  test('a customer is one per phone: signing in again is the same person', async () => {
    const phone = randomPhone()
    const first = await platform.signIn(phone)
    const again = await platform.signIn(phone)
    expect(again.user.id).toBe(first.user.id)
    expect(await must(again.client.from('profiles').select('phone').single())).toEqual({ phone })
  })

  test('after sign-out an old token opens no store any more', async () => {
    const { client } = await platform.signIn()
    const { data } = await client.auth.getSession()
    await client.auth.signOut()
    const stolen = platform.visitor({
      global: { headers: { Authorization: `Bearer ${data.session!.access_token}` } },
    })
    const refused = (await refusal(stolen.rpc('create_store', {
      name: 'Too Late',
      line1: 'x',
      city: 'Pune',
      country_code: 'IN',
      postal_code: '411001',
    }))).code
    expect(refused).toBe('session_revoked')
  })

  test('a person has several addresses, one of them the default, and nobody else’s', async () => {
    const ana = await platform.signIn()
    const address = {
      recipient_name: 'Ana',
      line1: '1 Road',
      city: 'Pune',
      postal_code: '411001',
      country_code: 'IN',
    }
    const first = await must(ana.client.from('addresses').insert(address).select().single())
    expect(first.is_default).toBe(true)
    await must(ana.client.from('addresses').insert({ ...address, line1: '2 Road', is_default: true }))
    const listed = await must(ana.client.from('addresses').select('line1, is_default').order('line1'))
    expect(listed).toEqual([{ line1: '1 Road', is_default: false }, { line1: '2 Road', is_default: true }])

    const bob = await platform.signIn()
    expect(await must(bob.client.from('addresses').select())).toEqual([])
    expect(await must(bob.client.from('addresses').update({ city: 'X' }).eq('id', first.id).select()))
      .toEqual([])
    expect((await refusal(ana.client.from('addresses').insert({ ...address, country_code: 'ZZ' }))).code)
      .toBe(
        'unknown_reference',
      )
    expect((await refusal(ana.client.from('addresses').insert({ ...address, postal_code: null }))).code)
      .toBe('postal_code_required')
  })

  test('a picture of oneself goes into one’s own folder', async () => {
    const { client, user } = await platform.signIn()
    const avatars = client.storage.from('avatars')
    expect((await avatars.upload(`${user.id}/me.png`, PIXEL, { contentType: 'image/png' })).error).toBeNull()
    expect((await avatars.upload(`${crypto.randomUUID()}/me.png`, PIXEL, { contentType: 'image/png' })).error)
      .not.toBeNull()
    await must(client.from('profiles').update({ avatar_path: `${user.id}/me.png` }).eq('id', user.id))
  })
})
