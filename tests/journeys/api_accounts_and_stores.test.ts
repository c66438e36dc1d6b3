import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  must,
  randomPhone,
  refusal,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { ADDRESS, buy, offer, openStore, PIXEL } from './world.ts'

describe('docs/api.md, word for word: accounts, stores, running the marketplace', () => {
  const page = new Snippets('docs/api.md', '', 'Accounts', 'Stores', 'Running the marketplace')
  let platform: TestPlatform
  const picture = new Blob([PIXEL], { type: 'image/png' })
  const visitor = () => platform.visitor({ global: { fetch: page.fetch } })
  const signIn = (): Promise<SignedIn> => signInByPhone(visitor(), platform.inbox, randomPhone())
  /** Answers with the newest code that a phone or an address got after this was called. */
  const codeSentTo = async (to: string) => {
    const before = await platform.inbox.list({ to })
    return () => platform.inbox.code(to, before)
  }

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('the page shows a client, and the code of an error', async () => {
    const made = await page.run('createClient(', { createClient: (...given: string[]) => given })
    expect(made['supabase']).toEqual(['http://127.0.0.1:54321', 'sb_publishable_…'])

    const owner = await signIn()
    const last = await offer(owner, await openStore(owner), 'Last Lamp', 1000, 1)
    const [quick, slow] = [await signIn(), await signIn()]
    await must(slow.client.rpc('add_to_cart', { variant_id: last.variantId }))
    await buy(quick, last)
    const hints: string[] = []
    await page.run('showWhatIsLeft', {
      supabase: slow.client,
      order: { idempotency_key: 'key', payment_method: 'cash_on_delivery', shipping_address: ADDRESS },
      showWhatIsLeft: (hint: string) => hints.push(hint),
    }, ['409 out_of_stock'])
    expect(hints).toEqual([expect.stringContaining('available: 0')])
  })

  test('the page opens an account by phone', async () => {
    const phone = randomPhone()
    const askForTheCode = await codeSentTo(phone)
    const { data } = await page.run('signInWithOtp', { supabase: visitor(), phone, askForTheCode })
    expect(data.session.access_token).toBeTruthy()
    expect(`+${data.user.phone}`).toBe(phone)
  })

  test('the page registers an account by e-mail, signs it in, refreshes it, replaces its password and signs it out', async () => {
    const supabase = visitor()
    const email = `maya-${Date.now()}@marketbase.example`
    const { data } = await page.run('auth.signUp', {
      supabase,
      email,
      password: 'candles 4 all',
      askForTheCode: await codeSentTo(email),
    })
    expect(data.user.user_metadata.full_name).toBe('Maya Brooks')

    const refreshed = await page.run('refreshSession', { supabase })
    expect(refreshed['data'].session.access_token).toBeTruthy()

    const before = await platform.inbox.list({ to: email })
    await page.run('resetPasswordForEmail', { supabase, email, askForTheCode: await codeSentTo(email) })
    const mail = await platform.inbox.next({ to: email }, before)
    expect(mail.html).toContain('redirect_to=http://127.0.0.1:3000/reset')
    await page.run('auth.signOut', { supabase })
    expect((await supabase.auth.getSession()).data.session).toBeNull()
    expect((await supabase.auth.signInWithPassword({ email, password: 'a new one 1' })).error).toBeNull()
  })

  test('the page edits a profile and its addresses', async () => {
    const { client: supabase, user } = await signIn()
    const { profile } = await page.run('avatar_path', { supabase, user, picture })
    expect(`+${user.phone}`).toBe(profile.phone)
    const changed = await must(supabase.from('profiles').select().single())
    expect(changed).toMatchObject({ full_name: 'Maya B.', avatar_path: `${user.id}/me.png` })

    const first = await page.run("from('addresses')", { supabase })
    expect(first['address'].is_default).toBe(true)
    const second = await page.run("from('addresses')", { supabase })
    expect(second['addresses'].map(({ id }: { id: string }) => id)).toEqual([
      first['address'].id,
      second['address'].id,
    ])
    const defaults = await must(supabase.from('addresses').select('id').eq('is_default', true))
    expect(defaults).toEqual([{ id: second['address'].id }])
  })

  test('the page opens a store, shares, changes, runs, hands over and closes it', async () => {
    const { client: supabase, user: owner } = await signIn()
    const { store } = await page.run('create_store', { supabase })
    expect(store).toMatchObject({ slug: 'fern-ember', status: 'active', currency: 'USD' })
    const store_id = store.id as string

    const replaced: string[] = []
    await page.run('the-candle-corner', {
      supabase: visitor(),
      location: { replace: (path: string) => replaced.push(path) },
    })
    expect(replaced).toEqual(['/willow-wick'])

    const shared = await page.run('store-links', { apiUrl: platform.apiUrl, store })
    expect(shared['details']).toMatchObject({
      id: store_id,
      name: 'Fern & Ember',
      link: 'fern-ember',
      address: { city: 'Hudson' },
    })
    expect(shared['details'].url).toMatch(/\/fern-ember$/)
    expect(shared['details'].qr.svg).toMatch(/\/fern-ember\/qr\.svg$/)
    expect(await shared['svg'].text()).toContain('<svg')
    expect(shared['png'].headers.get('content-type')).toBe('image/png')
    const opened = await fetch(shared['page'], { redirect: 'manual' })
    expect([opened.status, opened.headers.get('location')]).toEqual([302, shared['details'].url])

    await page.run('rename_store_link', { supabase, store_id, picture })
    expect(await must(visitor().rpc('get_store_by_link', { link: 'fern-ember' }))).toMatchObject({
      is_current: false,
      link: 'fern',
      description: 'Slow evenings.',
      logo_path: `${store_id}/logo.png`,
    })
    const moved = await fetch(`${shared['links']}/fern-ember`, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `${shared['links']}/fern`])
    const methods = await must(
      supabase.from('shipping_methods').select('kind').eq('store_id', store_id).order('kind'),
    )
    expect(methods).toEqual([{ kind: 'flat' }, { kind: 'free_over' }, { kind: 'pickup' }])

    const { invitation } = await page.run('invite_member', { supabase, store_id })
    const helper = await signIn()
    const { mine } = await page.run('accept_invitation', {
      supabase: helper.client,
      user: helper.user,
      invitation,
    })
    expect(mine).toMatchObject([{ role: 'staff', stores: { id: store_id, name: 'Fern & Ember' } }])
    await page.run('transfer_store', { supabase, store_id, user_id: helper.user.id })
    const members = await must(
      supabase.from('store_members').select('user_id, role').eq('store_id', store_id).order('role'),
    )
    expect(members).toEqual([{ user_id: owner.id, role: 'manager' }, {
      user_id: helper.user.id,
      role: 'owner',
    }])

    await page.run('close_store', { supabase: helper.client, store_id, user_id: owner.id })
    expect((await refusal(visitor().rpc('get_store_by_link', { link: 'fern' }))).code).toBe('store_not_found')
  })

  test('an admin approves a store, tidies the categories and looks at everything', async () => {
    const { client: supabase, user } = await signIn()
    await platform.sql`insert into private.platform_admins (user_id) values (${user.id})`
    await platform.sql`update private.settings set stores_require_approval = true`
    const seller = await signIn()
    const opened = await must(seller.client.rpc('create_store', {
      name: 'Waiting Room',
      line1: '1 Elm Row',
      city: 'Albany',
      country_code: 'US',
      postal_code: '12203',
    }))
    const categories = await must(
      supabase.from('categories').select('id, name').in('name', ['Candles', 'Mugs', 'Cups']),
    )
    const idOf = (name: string) => categories.find((category: { name: string }) => category.name === name).id

    const shown = async () =>
      (await must(visitor().from('products').select('id').eq('slug', 'dinner-plate-oat'))) as { id: string }[]
    const [{ id: product_id }] = await shown() as [{ id: string }]
    await platform.sql`select private.raise_alert('drill', 'Nothing is wrong.')`
    const { stores, sales, alerts, jobs } = await page.run('admin_stores', {
      supabase,
      store_id: opened.id,
      product_id,
      category_id: idOf('Candles'),
      from_id: idOf('Mugs'),
      into_id: idOf('Cups'),
    })
    expect(stores).toMatchObject([{ id: opened.id, name: 'Waiting Room', status: 'pending' }])
    await page.run('set_commission', { supabase, store_id: opened.id, category_id: idOf('Cups') })
    expect(await must(supabase.rpc('store_balance', { store_id: opened.id }))).toMatchObject({
      currencies: [{ currency: 'USD', balance_amount: -450, debt_amount: 450 }],
    })
    expect(sales).toMatchObject({ from: '2026-11-01', to: '2026-11-30', time_zone: 'UTC' })
    expect(await shown()).toEqual([])
    // On a machine that has much to do others may have come up beside it.
    expect(alerts.filter(({ rule }: { rule: string }) => rule === 'drill')).toMatchObject([
      { message: 'Nothing is wrong.', resolution: null },
    ])
    expect(await must(supabase.from('admin_alerts').select('resolution').eq('rule', 'drill'))).toEqual([
      { resolution: 'Refunded by hand.' },
    ])
    expect(jobs.map(({ name }: { name: string }) => name)).toContain('evaluate-alerts')
    const reasons = await must(
      supabase.from('admin_audit').select('table_name, reason').not('reason', 'is', null).order('at'),
    )
    expect(reasons).toEqual([
      { table_name: 'stores', reason: 'Papers seen.' },
      { table_name: 'products', reason: 'Recalled.' },
    ])
    expect(await must(visitor().rpc('get_store_by_link', { link: opened.slug }))).toMatchObject({
      status: 'active',
    })
    expect(await must(visitor().from('categories').select('name').eq('id', idOf('Candles')))).toEqual([
      { name: 'Home & Scent' },
    ])
    expect(await must(visitor().from('categories').select().eq('id', idOf('Mugs')))).toEqual([])
  })
})
