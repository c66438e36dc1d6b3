import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createHandler } from '../../functions/notifications/handler.ts'
import { type Answers, sqlOf } from './support.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const TOKEN = `${'a'.repeat(32)}.back_in_stock.${'0'.repeat(64)}`
const letters = { kind: 'back_in_stock', description: 'What <b>you</b> waited for', is_enabled: true }

function build(answers: Answers = {}, supabaseUrl = 'http://127.0.0.1:54321') {
  const database = sqlOf({
    get_unsubscribe_link: letters,
    unsubscribe: { ...letters, is_enabled: false },
    ...answers,
  })
  const handler = createHandler({
    sql: database.sql,
    pushKey: 'BKey',
    supabaseUrl,
    siteUrl: 'https://shop.example',
  })
  const ask = (method: string, path: string) =>
    handler(new Request(`http://functions/notifications${path}`, { method }))
  return { ...database, ask }
}

describe('the link at the foot of a letter', () => {
  test('opening the link shows what it would end, and changes nothing', async () => {
    const { ask, calls } = build()
    const response = await ask('GET', `/unsubscribe?token=${TOKEN}`)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    const html = await response.text()
    expect(html).toContain('<form method="post">')
    expect(html).not.toMatch(/<b>|<script|<a /)
    expect(calls).toEqual([{ name: 'get_unsubscribe_link', args: { token: TOKEN } }])
  })

  test('the button ends the letters, and says so', async () => {
    const { ask, calls } = build()
    const html = await (await ask('POST', `/unsubscribe?token=${TOKEN}`)).text()
    expect(html).toContain('You get no more e-mails')
    expect(html).not.toContain('<form')
    expect(calls).toEqual([{ name: 'unsubscribe', args: { token: TOKEN } }])
  })

  test('a link that was used already is no question any more', async () => {
    const { ask } = build({ get_unsubscribe_link: { ...letters, is_enabled: false } })
    expect(await (await ask('GET', `/unsubscribe?token=${TOKEN}`)).text()).not.toContain('<form')
  })

  test.each(['GET', 'POST'])('a link that was cut is shown as such: %s', async (method) => {
    const lost = new Problem(404, 'unsubscribe_link_not_found', 'This link is not whole.')
    const { ask } = build({ get_unsubscribe_link: lost, unsubscribe: lost })
    for (const path of ['/unsubscribe?token=x', '/unsubscribe']) {
      const response = await ask(method, path)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'text/html; charset=utf-8',
      ])
    }
  })

  test('a database that is down is no link that was cut', async () => {
    const { ask } = build({ unsubscribe: new Problem(503, 'service_unavailable', 'Busy.') })
    expect((await ask('POST', `/unsubscribe?token=${TOKEN}`)).status).toBe(503)
  })

  test('where functions cannot show pages the link goes on to the storefront, and a click still ends the letters', async () => {
    const { ask, calls } = build({}, 'https://abc.supabase.co')
    const opened = await ask('GET', `/unsubscribe?token=${TOKEN}`)
    expect([opened.status, opened.headers.get('location')])
      .toEqual([302, `https://shop.example/unsubscribe?token=${TOKEN}`])
    expect(calls).toEqual([])
    expect((await ask('POST', `/unsubscribe?token=${TOKEN}`)).status).toBe(200)
    expect(calls).toHaveLength(1)
  })
})

test('browsers are told the key that they subscribe with', async () => {
  const response = await build().ask('GET', '/push-key')
  expect([response.status, await response.json()]).toEqual([200, { public_key: 'BKey' }])
})

test.each([['DELETE', '/unsubscribe', 405], ['POST', '/push-key', 405], ['GET', '/', 404]])(
  '%s %s is answered %d',
  async (method, path, status) => {
    expect((await build().ask(method, path)).status).toBe(status)
  },
)
