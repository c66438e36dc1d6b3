import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  randomPhone,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { ask, buy, offer, openStore } from './world.ts'

describe('docs/api.md, word for word: webhooks', () => {
  const page = new Snippets('docs/api.md', 'Webhooks')
  let platform: TestPlatform
  let owner: SignedIn
  let store_id: string
  /** What the store's program got, and what it answers next (200 once this is empty). */
  const received: { headers: Record<string, string>; body: string }[] = []
  const answers: number[] = []
  const program = createServer(async (req: IncomingMessage, res) => {
    let body = ''
    for await (const part of req) body += part
    received.push({ headers: req.headers as Record<string, string>, body })
    res.writeHead(answers.shift() ?? 200).end()
  })

  beforeAll(async () => {
    program.listen(0, '127.0.0.1')
    await once(program, 'listening')
    platform = await startTestPlatform({ withFunctions: true })
    owner = await signInByPhone(
      platform.visitor({ global: { fetch: page.fetch } }),
      platform.inbox,
      randomPhone(),
    )
    store_id = await openStore(owner)
  }, 120_000)
  afterAll(() => {
    program.close()
    expect([...page.unread(), ...page.mistyped()]).toEqual([])
  }, 120_000)

  const run = async () => {
    const { data, error } = await platform.service().functions.invoke('webhooks', { method: 'POST' })
    if (error) throw error
    return data as { delivered: number; failed: number }
  }

  test("a store's program is told, verifies what it is told, and gets again what it missed", async () => {
    const supabase = owner.client
    const { endpoint } = await page.run('create_webhook_endpoint', { supabase, store_id })
    const endpoint_id = endpoint.id as string
    // A developer's receiver on the same machine.
    await ask(supabase, 'update_webhook_endpoint', {
      endpoint_id,
      url: `http://127.0.0.1:${(program.address() as AddressInfo).port}/hooks`,
    })
    const lamp = await offer(owner, store_id, 'Lamp')
    await platform.sql`delete from public.webhook_deliveries`
    answers.push(503)
    await buy(await platform.signIn(), lamp)
    expect(await run()).toEqual({ delivered: 1, failed: 1 })
    const told = received.find(({ body }) => JSON.parse(body).type === 'order.created')!
    const { event } = await page.run('new Webhook', { Webhook, secret: endpoint.secret, ...told })
    expect(event).toMatchObject({ type: 'order.created', data: { status: 'confirmed', total_amount: 1000 } })

    const { data: missed } = await supabase.from('webhook_deliveries').select('id').eq('status', 'pending')
      .single()
    const { log, rolled } = await page.run('webhook_deliveries', {
      supabase,
      endpoint_id,
      delivery_id: missed!.id,
    })
    expect(log).toMatchObject([{ status: expect.any(String) }, { status: expect.any(String) }])
    expect(rolled.secret).not.toBe(endpoint.secret)
  })

  test('while a secret is replaced, a delivery verifies with the old one and with the new one', async () => {
    received.length = 0
    const { id: endpoint_id, secret } = await ask<{ id: string; secret: string }>(
      owner.client,
      'create_webhook_endpoint',
      {
        store_id,
        url: `http://localhost:${(program.address() as AddressInfo).port}/`,
        events: ['order.created'],
      },
    )
    const rolled = await ask<{ secret: string }>(owner.client, 'roll_webhook_secret', { endpoint_id })
    await buy(await platform.signIn(), await offer(owner, store_id, 'Lamp 2'))
    expect(await run()).toEqual({ delivered: 1, failed: 0 })
    for (const known of [secret, rolled.secret]) {
      expect(new Webhook(known).verify(received[0]!.body, received[0]!.headers)).toMatchObject({
        type: 'order.created',
      })
    }
  })

  test('nothing is sent to an address inside, whoever asks for it', async () => {
    await ask(owner.client, 'create_webhook_endpoint', {
      store_id,
      url: 'https://169.254.169.254/latest/meta-data',
      events: ['order.updated'],
    })
    const placed = await buy(await platform.signIn(), await offer(owner, store_id, 'Lamp 3'))
    await ask(owner.client, 'advance_order', { order_id: placed.orders[0]!.id, status: 'processing' })
    await run()
    const { data } = await owner.client.from('webhook_deliveries').select('status, error, response_code')
      .not('error', 'is', null)
    expect(data).toEqual([{ status: 'pending', error: 'address_not_allowed', response_code: null }])
  })
})
