import { connect as connectSocket, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import {
  clientOptions,
  connectAs,
  draws,
  must,
  randomPhone,
  refusal,
  releaseLater,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { call, must as mustCall } from '../support/market.ts'
import { Snippets } from './snippets.ts'
import { ask, openShop, openStore, PIXEL, type Shop } from './world.ts'

/** How long a broadcast, or the way back after a cut, may take. */
const PATIENCE = { timeout: 30_000 }

interface Message {
  seq: number
  body: string
  client_id: string
  side: string
}

/** A line between a client and the platform, which can be cut and laid again. */
interface Line {
  url: string
  /** Where it leads from now on. */
  port: number
  cut(): void
}

async function layLine(port: number): Promise<Line> {
  const open = new Set<Socket>()
  const line = { url: '', port, cut: () => open.forEach((socket) => socket.destroy()) }
  const server = createServer((near) => {
    const far = connectSocket(line.port, '127.0.0.1')
    for (const [one, other] of [[near, far], [far, near]] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy()).on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releaseLater(async () => {
    line.cut()
    server.close()
  })
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return line
}

/** What a frontend with the lines of docs/api.md shows. */
interface Screen {
  bodies(): string[]
  /** What was ever shown that had a gap, or something twice, or in another order. */
  wrong: string[]
  drafts: Map<string, string>
  send(body: string): Promise<void>
}

/** Runs the lines of docs/api.md, word for word; only the half minute is shorter. */
async function openScreen({ client, user }: SignedIn, conversation_id: string): Promise<Screen> {
  let shown: Message[] = []
  const wrong: string[] = []
  const { drafts, send } = await new Snippets('docs/api.md', 'Messages').run('const hear =', {
    supabase: client,
    conversation_id,
    user,
    show: (list: Message[]) => {
      shown = list
      const seqs = list.map(({ seq }) => seq)
      if (seqs.some((seq, index) => index > 0 && seq !== seqs[index - 1]! + 1)) wrong.push(seqs.join(' '))
    },
    addEventListener: () => {},
    setInterval: (work: () => void) => {
      const timer = setInterval(work, 1000)
      releaseLater(async () => clearInterval(timer))
    },
  })
  return { bodies: () => shown.map(({ body }) => body), wrong, drafts, send }
}

describe('chat', () => {
  let shop: Shop
  let platform: TestPlatform
  beforeAll(async () => {
    shop = await openShop()
    platform = shop.platform
    await platform.sql`update private.settings set messages_per_person_and_minute = 100000`
  })

  const begin = async (customer: SignedIn): Promise<string> =>
    (await ask<{ id: string }>(customer.client, 'start_conversation', { store_id: shop.storeId })).id
  const say = (client: SupabaseClient, conversation_id: string, body: string) =>
    ask<Message>(client, 'send_message', { conversation_id, body, client_id: crypto.randomUUID() })

  describe('files', () => {
    const upload = (client: SupabaseClient, path: string, type = 'image/png') =>
      client.storage.from('message-attachments').upload(path, PIXEL, { contentType: type })

    test('only the two sides sign a file, for a while, and nobody once its message was deleted', async () => {
      const customer = await platform.signIn()
      const stranger = await platform.signIn()
      const conversation_id = await begin(customer)
      const path = `${conversation_id}/${crypto.randomUUID()}.png`
      expect((await upload(customer.client, path)).error).toBeNull()
      const files = (client: SupabaseClient) => client.storage.from('message-attachments')
      expect((await files(shop.owner.client).createSignedUrl(path, 60)).error).not.toBeNull()
      const { seq } = await ask<Message>(customer.client, 'send_message', {
        conversation_id,
        body: '',
        client_id: crypto.randomUUID(),
        attachments: [path],
      })
      for (const { client } of [customer, shop.owner]) {
        const { signedUrl } = await must<{ signedUrl: string }>(files(client).createSignedUrl(path, 1))
        expect((await fetch(signedUrl)).status).toBe(200)
        await expect.poll(async () => (await fetch(signedUrl)).status, PATIENCE).toBe(400)
      }
      for (const client of [stranger.client, platform.visitor()]) {
        expect((await files(client).createSignedUrl(path, 60)).error).not.toBeNull()
        expect((await files(client).download(path)).error).not.toBeNull()
        expect((await files(client).list(conversation_id)).data ?? []).toEqual([])
      }
      const open = await fetch(`${platform.apiUrl}/storage/v1/object/public/message-attachments/${path}`)
      expect(open.status).toBe(400)
      for (const { client } of [customer, shop.owner]) {
        await files(client).remove([path])
        expect((await files(client).update(path, PIXEL, { contentType: 'image/png' })).error).not.toBeNull()
      }
      expect((await files(shop.owner.client).createSignedUrl(path, 60)).error).toBeNull()

      await ask(customer.client, 'delete_message', { conversation_id, seq })
      expect((await files(shop.owner.client).createSignedUrl(path, 60)).error).not.toBeNull()
      expect(await must(platform.service().rpc('list_stale_attachments'))).toEqual([path])
    })

    test('a file of another conversation, of somebody else, sent before, or of a dangerous kind is refused', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const other = await begin(await platform.signIn())
      const send = (path: string) =>
        refusal(customer.client.rpc('send_message', {
          conversation_id,
          body: 'See',
          client_id: crypto.randomUUID(),
          attachments: [path],
        }))
      const fresh = (folder = conversation_id, ending = '') => `${folder}/${crypto.randomUUID()}${ending}`
      expect((await upload(customer.client, fresh(other))).error).not.toBeNull()
      expect((await upload(customer.client, `${conversation_id}/x.png`)).error).not.toBeNull()
      expect((await upload(customer.client, fresh(conversation_id, '.svg'))).error).not.toBeNull()
      for (const type of ['image/svg+xml', 'text/html', 'application/xhtml+xml', 'text/javascript']) {
        expect((await upload(customer.client, fresh(), type)).error).not.toBeNull()
      }
      const mine = fresh()
      const theirs = fresh()
      expect((await upload(customer.client, mine)).error).toBeNull()
      expect((await upload(shop.owner.client, theirs)).error).toBeNull()
      expect(await send(theirs)).toEqual({ status: 422, code: 'invalid_attachment' })
      expect(await send(fresh())).toEqual({ status: 422, code: 'invalid_attachment' })
      expect(await send(`../${mine}`)).toEqual({ status: 422, code: 'invalid_attachment' })
      expect((await send(mine)).code).toBeUndefined()
      expect(await send(mine)).toEqual({ status: 422, code: 'invalid_attachment' })
    })

    test('a file that nobody sent is swept after a day, and is not sent shortly before', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const path = `${conversation_id}/${crypto.randomUUID()}`
      expect((await upload(customer.client, path)).error).toBeNull()
      const stale = () => must<string[]>(platform.service().rpc('list_stale_attachments'))
      const age = (hours: number) =>
        platform
          .sql`update storage.objects set created_at = now() - ${`${hours} hours`}::interval where name = ${path}`
      await age(23.5)
      expect(await stale()).not.toContain(path)
      const late = customer.client.rpc('send_message', {
        conversation_id,
        body: '',
        client_id: crypto.randomUUID(),
        attachments: [path],
      })
      expect(await refusal(late)).toEqual({ status: 422, code: 'invalid_attachment' })
      await age(24.5)
      expect(await stale()).toContain(path)
    })
  })

  describe('channels', () => {
    const join = async ({ client }: SignedIn, topic: string) => {
      await client.realtime.setAuth()
      const heard: string[] = []
      const channel = client.channel(topic, { config: { private: true, broadcast: { ack: true } } })
      releaseLater(async () => {
        await client.removeAllChannels()
      })
      const status = await new Promise<string>((resolve) => {
        channel.on(
          'broadcast',
          { event: '*' },
          ({ event, payload }) => heard.push(`${event} ${payload.body ?? ''}`),
        )
          .subscribe((state) => resolve(state))
      })
      return { status, heard, channel }
    }

    test('only the two sides join the channel of a conversation, and nobody while one of them blocks', async () => {
      const customer = await platform.signIn()
      const stranger = await platform.signIn()
      const admin = await platform.signIn()
      await platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
      const topic = `conversation:${await begin(customer)}`
      expect((await join(customer, topic)).status).toBe('SUBSCRIBED')
      expect((await join(shop.owner, topic)).status).toBe('SUBSCRIBED')
      expect((await join(stranger, topic)).status).toBe('CHANNEL_ERROR')
      expect((await join(admin, topic)).status).toBe('CHANNEL_ERROR')
      await ask(customer.client, 'block_store', { store_id: shop.storeId })
      expect((await join(await again(customer), topic)).status).toBe('CHANNEL_ERROR')
      await ask(customer.client, 'unblock_store', { store_id: shop.storeId })
    })

    /** The same person in another window. */
    const again = async ({ client, user }: SignedIn): Promise<SignedIn> => {
      const other = platform.visitor()
      await other.auth.setSession((await client.auth.getSession()).data.session!)
      return { client: other, user }
    }

    test('nobody sends on a channel of a person or a store, and what is sent in a conversation is no message', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const own = await join(customer, `user:${customer.user.id}`)
      const forged = { type: 'broadcast' as const, event: 'message_created', payload: { body: 'Forged' } }
      await own.channel.send(forged)
      const room = await join(customer, `conversation:${conversation_id}`)
      const facing = await join(shop.owner, `conversation:${conversation_id}`)
      expect(await room.channel.send({ ...forged, event: 'typing' })).toBe('ok')
      await expect.poll(() => facing.heard, PATIENCE).toEqual(['typing Forged'])
      expect(own.heard).toEqual([])
      expect(await must(customer.client.rpc('list_messages', { conversation_id }))).toEqual([])
    })

    test('a member who is removed hears no message more, though the channel is still open', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const staff = await platform.signIn()
      await platform.sql`
        insert into public.store_members (store_id, user_id, role) values (${shop.storeId}, ${staff.user.id}, 'staff')`
      const { heard } = await join(staff, `user:${staff.user.id}`)
      await say(customer.client, conversation_id, 'For everybody')
      await expect.poll(() => heard.filter((event) => event.startsWith('message_')), PATIENCE)
        .toEqual(['message_created For everybody'])
      await ask(shop.owner.client, 'remove_member', { store_id: shop.storeId, user_id: staff.user.id })
      await say(customer.client, conversation_id, 'For those who are left')
      await say(shop.owner.client, conversation_id, 'Yes')
      const { heard: ownHeard } = await join(await again(staff), `user:${staff.user.id}`)
      await platform
        .sql`select realtime.send('{"body": "last"}', 'notification_created', ${`user:${staff.user.id}`})`
      await expect.poll(() => ownHeard, PATIENCE).toEqual(['notification_created last'])
      expect(heard.filter((event) => event.startsWith('message_'))).toEqual(['message_created For everybody'])
      expect(await refusal(staff.client.rpc('list_messages', { conversation_id }))).toEqual({
        status: 404,
        code: 'conversation_not_found',
      })
    })

    test('messages of one store never reach another, nor a customer of the same store', async () => {
      const rival = await platform.signIn()
      await openStore(rival, { name: 'Rival' })
      const customer = await platform.signIn()
      const other = await platform.signIn()
      const conversation_id = await begin(customer)
      await begin(other)
      await say(customer.client, conversation_id, 'Secret')
      for (const { client } of [rival, other]) {
        expect(await must(client.from('messages').select())).toEqual([])
        expect(await must(client.from('conversations').select('id').eq('id', conversation_id))).toEqual([])
      }
      expect(
        await must(shop.owner.client.from('messages').select('body').eq('conversation_id', conversation_id)),
      )
        .toEqual([{ body: 'Secret' }])
    })
  })

  describe('what a frontend shows', () => {
    test('what came while somebody was away is fetched once and in order, with what comes at that moment', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const screen = await openScreen(customer, conversation_id)
      for (let number = 2; number <= 41; number++) await say(shop.owner.client, conversation_id, `${number}`)
      await expect.poll(() => screen.bodies().length, PATIENCE).toBe(41)
      await customer.client.realtime.disconnect()
      for (let number = 42; number <= 56; number++) await say(shop.owner.client, conversation_id, `${number}`)
      const missed = await must<Message[]>(
        customer.client.rpc('list_messages', { conversation_id, after_seq: 41, page_size: 200 }),
      )
      expect(missed.length).toBe(15)
      customer.client.realtime.connect()
      await say(shop.owner.client, conversation_id, '57')
      await expect.poll(() => screen.bodies().slice(1), PATIENCE)
        .toEqual(Array.from({ length: 56 }, (_, index) => `${index + 2}`))
      expect(screen.wrong).toEqual([])
    })

    test('the same word sent twice is two messages, and each draft is replaced once', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const screen = await openScreen(customer, conversation_id)
      await Promise.all([screen.send('ok'), screen.send('ok')])
      await expect.poll(screen.bodies, PATIENCE).toEqual(['Is this one still there?', 'ok', 'ok'])
      expect(screen.drafts.size).toBe(0)
      expect(screen.wrong).toEqual([])
    })

    test('no message is lost while realtime has no room for the day', async () => {
      const customer = await platform.signIn()
      const conversation_id = await begin(customer)
      const admin = connectAs(platform.database, 'supabase_admin')
      const screen = await openScreen(customer, conversation_id)
      const partitions = await admin<{ name: string; bounds: string }[]>`
        select inhrelid::regclass::text as name, pg_get_expr(relpartbound, inhrelid) as bounds
        from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = 'realtime.messages'::regclass`
      for (const { name } of partitions) {
        await admin.unsafe(`alter table realtime.messages detach partition ${name}`)
      }
      try {
        const before = await platform.sql`select from realtime.messages`
        const { seq } = await say(shop.owner.client, conversation_id, 'Without a broadcast')
        expect(seq).toBe(2)
        expect(await platform.sql`select from realtime.messages`).toHaveLength(before.length)
        await expect.poll(screen.bodies, PATIENCE).toEqual([
          'Is this one still there?',
          'Without a broadcast',
        ])
      } finally {
        for (const { name, bounds } of partitions) {
          await admin.unsafe(`alter table realtime.messages attach partition ${name} ${bounds}`)
        }
      }
    })

    test('nothing is lost, doubled or out of order while lines are cut and the platform is started again', {
      timeout: 180_000,
    }, async () => {
      const draw = draws()
      const portOf = (url: string) => Number(new URL(url).port)
      const line = await layLine(portOf(platform.apiUrl))
      const [client] = [createClient(line.url, platformKey(platform), clientOptions())]
      releaseLater(() => client.realtime.disconnect() as Promise<unknown>)
      const customer = await signInByPhone(client, platform.inbox, randomPhone())
      const conversation_id = await begin(customer)
      const screen = await openScreen(customer, conversation_id)
      const clients = connectAs(platform.database, 'authenticator', { max: 4 })
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
      const speak = async () => {
        for (let number = 1; number <= 80; number++) {
          await mustCall(call(clients, shop.owner.user.id, 'send_message', {
            conversation_id,
            body: `store ${number}`,
            client_id: crypto.randomUUID(),
          }))
          await pause(draw() * 60)
        }
      }
      const answer = async () => {
        for (let number = 1; number <= 20; number++) {
          await screen.send(`customer ${number}`)
          await pause(draw() * 200)
        }
      }
      const trouble = async () => {
        for (let round = 0; round < 4; round++) {
          await pause(300 + draw() * 500)
          line.cut()
        }
        await platform.close()
        line.cut()
        const restarted = await startTestPlatform({ database: platform.database })
        line.port = portOf(restarted.apiUrl)
        await pause(500)
        line.cut()
      }
      await Promise.all([speak(), answer(), trouble()])
      await expect.poll(() => [...screen.bodies()].sort(), { timeout: 60_000 }).toEqual(
        [
          'Is this one still there?',
          ...Array.from({ length: 80 }, (_, index) => `store ${index + 1}`),
          ...Array.from({ length: 20 }, (_, index) => `customer ${index + 1}`),
        ].sort(),
      )
      const stored = await platform.sql<{ body: string }[]>`
        select body from public.messages where conversation_id = ${conversation_id} order by seq`
      expect(screen.bodies()).toEqual(stored.map(({ body }) => body))
      expect(screen.wrong).toEqual([])
      expect(screen.drafts.size).toBe(0)
      expect(await platform.sql`select * from private.check_invariants()`).toEqual([])
    })
  })
})

/** The publishable key, as a frontend has it. */
function platformKey(platform: TestPlatform): string {
  return platform.keys.publishableKey
}
