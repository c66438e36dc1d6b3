import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SupabaseClient } from '@supabase/supabase-js'
import {
  must,
  randomPhone,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { type Article, ask, offer, openStore, PIXEL } from './world.ts'

/** How long a broadcast may take. */
const PATIENCE = { timeout: 15_000 }

describe('docs/api.md, word for word: messages', () => {
  const page = new Snippets('docs/api.md', 'Messages')
  let platform: TestPlatform
  let owner: SignedIn
  let customer: SignedIn
  let store_id: string
  let lamp: Article
  let conversation_id: string
  const signIn = (): Promise<SignedIn> =>
    signInByPhone(platform.visitor({ global: { fetch: page.fetch } }), platform.inbox, randomPhone())
  const say = (client: SupabaseClient, body: string) =>
    ask<{ seq: number }>(client, 'send_message', { conversation_id, body, client_id: crypto.randomUUID() })

  beforeAll(async () => {
    platform = await startTestPlatform()
    owner = await signIn()
    customer = await signIn()
    store_id = await openStore(owner)
    lamp = await offer(owner, store_id, 'Harbour Lamp', 2400, 10)
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('a customer begins a conversation about a product', async () => {
    const { conversation } = await page.run('start_conversation', {
      supabase: customer.client,
      store_id,
      product_id: lamp.productId,
    })
    expect(conversation).toEqual({
      id: expect.any(String),
      side: 'customer',
      store: { id: store_id, name: 'Harbour Light', link: expect.any(String), logo_path: null },
      customer: { id: customer.user.id, name: null, avatar_path: null },
      subject_type: 'product',
      subject_id: lamp.productId,
      last_seq: 0,
      last_message_at: null,
      last_message: null,
      unread_count: 0,
      is_archived: false,
      is_blocked: false,
      is_blocked_by_me: false,
      assignee_id: null,
      read_seq: 0,
      other_read_seq: 0,
    })
    conversation_id = conversation.id
  })

  test('the lines of a frontend say something, and show what both sides say, edit and delete', async () => {
    let shown: string[] = []
    const timers: ReturnType<typeof setInterval>[] = []
    const { drafts } = await page.run('const hear =', {
      supabase: customer.client,
      conversation_id,
      user: customer.user,
      show: (list: { seq: number; body: string }[]) => shown = list.map(({ seq, body }) => `${seq} ${body}`),
      addEventListener: () => {},
      setInterval: (work: () => void, ms: number) => timers.push(setInterval(work, ms)),
    })
    expect(shown).toEqual(['1 Is this one still there?'])
    await say(owner.client, 'It is!')
    const { seq } = await say(owner.client, 'It is!')
    await expect.poll(() => shown, PATIENCE).toEqual([
      '1 Is this one still there?',
      '2 It is!',
      '3 It is!',
    ])
    await page.run('edit_message', { supabase: owner.client, conversation_id, seq })
    await expect.poll(() => shown, PATIENCE).toEqual(['1 Is this one still there?', '2 It is!', '3 '])
    expect(drafts.size).toBe(0)
    timers.forEach(clearInterval)
  })

  test('both sides see their inbox, page back, and read', async () => {
    const { inbox, one } = await page.run('list_conversations', {
      supabase: owner.client,
      store_id,
      conversation_id,
    })
    expect(inbox).toMatchObject({
      unread_count: 0,
      conversations: [{ id: conversation_id, side: 'store', last_message: { seq: 3, body: '' } }],
      next_cursor: null,
    })
    expect(one).toEqual(inbox.conversations[0])
    const { older, read } = await page.run('before_seq', { supabase: customer.client, conversation_id })
    expect(older.map(({ body }: { body: string }) => body)).toEqual(['Is this one still there?', 'It is!'])
    expect(read).toEqual({ conversation_id, read_seq: 2, unread_count: 1 })
  })

  test('a picture is uploaded, sent, and seen through a signed URL', async () => {
    const { message, signed } = await page.run('message-attachments', {
      supabase: customer.client,
      conversation_id,
      picture: new File([PIXEL], 'lamp.png', { type: 'image/png' }),
    })
    expect(message.attachments).toEqual([{
      path: expect.any(String),
      mime_type: 'image/png',
      size: PIXEL.length,
    }])
    expect((await fetch(signed.signedUrl)).status).toBe(200)
  })

  test('both sides see that the other is typing, and there', async () => {
    const seen: unknown[] = []
    for (const { client, user } of [owner, customer]) {
      await page.run('typing', {
        supabase: client,
        conversation_id,
        user,
        show: (what: unknown) => seen.push(what),
      })
    }
    await expect.poll(() => seen, PATIENCE).toContainEqual(
      { user_id: expect.any(String) },
    )
    await expect.poll(() => JSON.stringify(seen), PATIENCE).toContain('"presence_ref"')
  })

  test('a customer files, reports and blocks', async () => {
    await page.run('archive_conversation', { supabase: customer.client, conversation_id, store_id, seq: 2 })
    expect(await must(customer.client.from('message_reports').select('seq, reason, status'))).toEqual([
      { seq: 2, reason: 'fraud', status: 'open' },
    ])
    expect(await must(customer.client.from('chat_blocks').select('store_id'))).toEqual([])
  })

  test('a store assigns, keeps replies, goes away, and blocks', async () => {
    const { replies } = await page.run('saved_replies', {
      supabase: owner.client,
      conversation_id,
      store_id,
      user_id: owner.user.id,
      customer_id: customer.user.id,
    })
    expect(replies).toEqual([{ id: expect.any(String), title: 'Thanks', body: 'Thank you for your order!' }])
  })
})
