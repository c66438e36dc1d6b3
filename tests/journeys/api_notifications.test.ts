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
import { type Article, buy, offer, openStore } from './world.ts'

describe('docs/api.md, word for word: notifications', () => {
  const page = new Snippets('docs/api.md', 'Notifications')
  let platform: TestPlatform
  let owner: SignedIn
  let store_id: string
  let lamp: Article
  const signIn = (): Promise<SignedIn> =>
    signInByPhone(platform.visitor({ global: { fetch: page.fetch } }), platform.inbox, randomPhone())
  /** What the job does every ten seconds: sends what is due. */
  const send = async () =>
    expect((await platform.service().functions.invoke('emails', { method: 'POST' })).error).toBeNull()

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await signIn()
    store_id = await openStore(owner)
    lamp = await offer(owner, store_id, 'Harbour Lamp', 2400, 1000)
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('the feed is read page by page, and what was shown is marked as read', async () => {
    const customer = await signIn()
    const supabase = customer.client
    for (let number = 0; number < 21; number++) await buy(customer, lamp)
    const { feed, older, left } = await page.run('list_notifications', { supabase })
    expect(feed).toMatchObject({ unread_count: 21, next_cursor: expect.any(String) })
    expect(feed.items).toHaveLength(20)
    expect(feed.items[0]).toEqual({
      id: expect.any(String),
      kind: 'order_confirmed',
      title: expect.stringContaining('is confirmed'),
      body: null,
      data: expect.objectContaining({ store_id, status: 'confirmed' }),
      read_at: null,
      created_at: expect.any(String),
    })
    expect(older).toMatchObject({ items: [{ kind: 'order_confirmed' }], next_cursor: null })
    expect(left).toEqual({ marked: 21, unread_count: 0 })
    expect(await must(supabase.rpc('list_notifications', { page_size: 1 }))).toMatchObject({
      unread_count: 0,
    })
  })

  test('what somebody switched off in the app is not told there, and what is transactional cannot be', async () => {
    const { client: supabase } = owner
    const { kinds, preferences } = await page.run('set_notification_preference', { supabase })
    expect(kinds).toContainEqual({
      kind: 'order_shipped',
      description: 'Your order is on its way, or ready to be picked up',
      is_transactional: true,
      media: ['in_app', 'email', 'text', 'push'],
    })
    expect(preferences).toEqual([])
    expect(await must(supabase.from('notification_preferences').select('kind, medium, is_enabled'))).toEqual([
      { kind: 'low_stock', medium: 'email', is_enabled: false },
    ])
    expect(
      await refusal(
        supabase.rpc('set_notification_preference', {
          kind: 'payment_failed',
          medium: 'email',
          is_enabled: false,
        }),
      ),
    ).toMatchObject({ code: 'kind_is_transactional' })

    await must(
      supabase.rpc('set_notification_preference', { kind: 'low_stock', medium: 'in_app', is_enabled: false }),
    )
    await must(
      supabase.from('stock_levels').update({ low_stock_threshold: 2000 }).eq('variant_id', lamp.variantId),
    )
    await must(supabase.rpc('adjust_stock', { variant_id: lamp.variantId, quantity: -1, reason: 'damaged' }))
    expect(await must(supabase.from('notifications').select('kind').eq('kind', 'low_stock'))).toEqual([])
  })

  test('quiet hours are set and given up', async () => {
    const { client: supabase, user } = await signIn()
    const hours = () => must(supabase.from('quiet_hours').select('starts, ends, time_zone'))
    await must(supabase.rpc('set_quiet_hours', { starts: '21:30', ends: '07:00', time_zone: 'Asia/Kolkata' }))
    expect(await hours()).toEqual([{ starts: '21:30:00', ends: '07:00:00', time_zone: 'Asia/Kolkata' }])
    await page.run('set_quiet_hours', { supabase, user })
    expect(await hours()).toEqual([])
  })

  test('a browser that subscribed is told of an order while the page is closed, once, until it ends that', async () => {
    const customer = await signIn()
    const supabase = customer.client
    const browser = await (await fetch(`${platform.inboxUrl}/push/subscriptions`, { method: 'POST' }))
      .json() as {
        endpoint: string
      }
    const asked: unknown[] = []
    const navigator = {
      serviceWorker: {
        register: async () => ({
          pushManager: {
            subscribe: async (options: unknown) => {
              asked.push(options)
              return { endpoint: browser.endpoint, toJSON: () => browser }
            },
          },
        }),
      },
    }
    const { push } = await page.run('pushManager', { supabase, navigator })
    expect(push.public_key).toMatch(/^B[\w-]{86}$/)
    expect(asked).toEqual([{ userVisibleOnly: true, applicationServerKey: push.public_key }])

    const { orders: [order] } = await buy(customer, lamp)
    await send()
    const shown = () => platform.inbox.list({ to: browser.endpoint, channel: 'push' })
    expect(await shown()).toHaveLength(1)
    const [message] = await shown()
    const [row] = await must(supabase.from('notifications').select('id, title'))
    expect(JSON.parse(message!.text!)).toMatchObject({
      id: row.id,
      kind: 'order_confirmed',
      title: row.title,
      data: { order_id: order!.id },
    })
    await send()
    expect(await shown()).toHaveLength(1)

    await page.run("from('push_subscriptions').delete()", { supabase, endpoint: browser.endpoint })
    await must(owner.client.rpc('advance_order', { order_id: order!.id, status: 'shipped' }))
    await send()
    expect(await must(supabase.from('push_subscriptions').select('id'))).toEqual([])
    expect(await shown()).toHaveLength(1)
  })

  test('a browser that was uninstalled is forgotten at its first message', async () => {
    const customer = await signIn()
    const path = `${platform.inboxUrl}/push/subscriptions`
    const { endpoint, keys } = await (await fetch(path, { method: 'POST' })).json() as {
      endpoint: string
      keys: { p256dh: string; auth: string }
    }
    await must(customer.client.rpc('subscribe_push', { endpoint, ...keys }))
    await fetch(path, { method: 'DELETE', body: JSON.stringify({ endpoint }) })
    await buy(customer, lamp)
    await send()
    expect(await must(customer.client.from('push_subscriptions').select('id'))).toEqual([])
    expect(await platform.inbox.list({ to: endpoint, channel: 'push' })).toEqual([])
  })

  test('the link of a letter shows a page, ends the letters when its button is pressed, and once is enough', async () => {
    const customer = await signIn()
    const email = `ending-${crypto.randomUUID()}@letters.example`
    await platform
      .sql`update auth.users set email = ${email}, email_confirmed_at = now() where id = ${customer.user.id}`
    const vase = await offer(owner, store_id, 'Vase', 2500, 0)
    const wait = () =>
      must(customer.client.from('back_in_stock_requests').insert({ variant_id: vase.variantId }))
    const stock = (expected: number, quantity: number) =>
      must(owner.client.rpc('set_stock', { variant_id: vase.variantId, expected, quantity }))
    await wait()
    await stock(0, 1)
    await send()
    const mail = await platform.inbox.next({ to: email })
    const url = /^<(.*)>$/.exec(mail.headers!['List-Unsubscribe']!)![1]!
    expect(mail.headers!['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')

    const isOn = async (): Promise<boolean> =>
      (await must(customer.client.from('notification_preferences').select('is_enabled'))).length === 0
    // A program that looks for viruses opens every link, twice.
    for (const method of ['GET', 'HEAD', 'GET']) {
      const opened = await fetch(url, { method })
      expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    }
    expect(await isOn()).toBe(true)
    expect(await (await fetch(url)).text()).toContain('A product that you waited for is back')

    // The mail program presses the button by itself, without cookies, and does not follow.
    const clicked = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      redirect: 'error',
    })
    expect(clicked.status).toBe(200)
    expect(await isOn()).toBe(false)
    expect((await fetch(url, { method: 'POST' })).status).toBe(200)
    expect(await must(customer.client.from('notification_preferences').select('kind, medium, is_enabled')))
      .toEqual([
        { kind: 'back_in_stock', medium: 'email', is_enabled: false },
      ])
    const forged = url.replace(/.$/, (last) => last === '0' ? '1' : '0')
    expect((await fetch(forged, { method: 'POST' })).status).toBe(404)

    const known = await platform.inbox.list({ to: email })
    await stock(1, 0)
    await wait()
    await stock(0, 1)
    await buy(customer, lamp)
    await send()
    const next = await platform.inbox.next({ to: email }, known)
    expect(next.subject).toMatch(/^Your order/)
    expect(await platform.inbox.list({ to: email })).toHaveLength(known.length + 1)

    const token = new URL(url).searchParams.get('token')
    const { letters, ended } = await page.run("rpc('unsubscribe'", {
      supabase: platform.visitor({ global: { fetch: page.fetch } }),
      token,
    })
    expect(letters).toEqual({
      kind: 'back_in_stock',
      description: 'A product that you waited for is back',
      is_enabled: false,
    })
    expect(ended).toEqual(letters)
  })
})
