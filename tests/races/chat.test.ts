import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { draws } from '../support/index.ts'
import {
  call,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  createUsers,
  fillCart,
  must,
  type Store,
} from '../support/market.ts'
import { type Arena, countDeadlocks, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

// People write at the same instant: numbers have no gap and are given in the order of commits, a retry says nothing twice,
// and what is unread is exact whatever came in between.

interface Message {
  seq: number
  client_id: string
}

const draw = draws()

let arena: Arena
let store: Store
beforeAll(async () => {
  arena = await openArena(40)
  store = await createStore(arena.owner)
  await arena.owner`update private.settings
    set messages_per_person_and_minute = 100000, conversations_per_person_and_hour = 100000`
})

const send = (sender: string, conversation_id: string, client_id = randomUUID(), body = 'Hello') => () =>
  // A composite value arrives as text; its JSON is asked for where it is looked at.
  call<string>(arena.clients, sender, 'send_message', { conversation_id, body, client_id })

async function begin(customer: string): Promise<string> {
  return (await must(
    call<{ id: string }>(arena.clients, customer, 'start_conversation', { store_id: store.id }),
  )).id
}

const messagesOf = (conversation_id: string) =>
  arena.owner<Message[]>`
    select seq, client_id from public.messages where conversation_id = ${conversation_id} order by seq`

/** What a customer has not read in a conversation, as the list says and as a recount does. */
async function unreadOf(
  customer: string,
  conversation_id: string,
): Promise<[listed: number, counted: number]> {
  const { conversations } = await must(
    call<{ conversations: { id: string; unread_count: number }[] }>(
      arena.clients,
      customer,
      'list_conversations',
    ),
  )
  const [counted] = await arena.owner<{ count: number }[]>`
    select count(*)::int as count from public.messages
    join public.conversations on conversations.id = messages.conversation_id
    where conversation_id = ${conversation_id} and side = 'store' and seq > customer_read_seq`
  return [conversations.find(({ id }) => id === conversation_id)!.unread_count, counted!.count]
}

async function addMembers(count: number): Promise<string[]> {
  const members = await createUsers(arena.owner, count)
  await arena.owner`
    insert into public.store_members (store_id, user_id, role)
    select ${store.id}, id, 'staff' from unnest(${members}::uuid[]) as member (id)`
  return members
}

describe('sending', () => {
  test(
    'a message sent several times at once is one message, and every answer is the same',
    REPEATS,
    async () => {
      const customer = await createUser(arena.owner)
      const conversation = await begin(customer)
      const key = randomUUID()
      const outcomes = await race(Array.from({ length: 8 }, () => send(customer, conversation, key)))
      expect(tally(outcomes)).toEqual({ ok: 8 })
      expect(new Set(outcomes.map((outcome) => outcome.outcome === 'ok' && outcome.value)).size).toBe(1)
      expect(await messagesOf(conversation)).toEqual([{ seq: 1, client_id: key }])
      await expectSound(arena.owner)
    },
  )

  test(
    'sixteen people in one conversation get numbers without a gap, in the order of commits',
    REPEATS,
    async () => {
      const customer = await createUser(arena.owner)
      const senders = [customer, ...await addMembers(15)]
      const conversation = await begin(customer)
      let isOver = false
      const seen: number[][] = []
      // Whoever has a number has everything below it, at any moment.
      const reading = (async () => {
        while (!isOver) seen.push((await messagesOf(conversation)).map(({ seq }) => seq))
      })()
      const outcomes = (await Promise.all(senders.map(async (sender) => {
        const own = []
        for (let turn = 0; turn < 10; turn++) own.push(await send(sender, conversation)())
        return own
      }))).flat()
      isOver = true
      await reading
      expect(tally(outcomes)).toEqual({ ok: 160 })
      const stored = (await messagesOf(conversation)).map(({ seq }) => seq)
      expect(stored).toEqual(Array.from({ length: 160 }, (_, index) => index + 1))
      for (const seqs of seen) expect(seqs).toEqual(seqs.map((_, index) => index + 1))
      expect(await countDeadlocks(arena.owner)).toBe(0)
      await expectSound(arena.owner)
    },
  )
})

describe('beginning', () => {
  test(
    'two tabs begin one conversation, and the numbers of what they say are 1 and 2',
    { repeats: 49 },
    async () => {
      const customer = await createUser(arena.owner)
      const product = await createProduct(arena.owner, store)
      await fillCart(arena.owner, customer, [{ product }])
      const placed = await must(
        call<{ orders: { id: string }[] }>(arena.clients, customer, 'checkout', cashCheckout()),
      )
      const start = (who: string) => () =>
        call<{ id: string }>(arena.clients, who, 'start_conversation', {
          store_id: store.id,
          subject_type: 'order',
          subject_id: placed.orders[0]!.id,
        })
      // Two tabs of the customer, and the store at the same moment.
      const outcomes = await race([start(customer), start(customer), start(store.ownerId)])
      expect(tally(outcomes)).toEqual({ ok: 3 })
      const ids = new Set(outcomes.map((outcome) => outcome.outcome === 'ok' && outcome.value.id))
      expect(ids.size).toBe(1)
      const [conversation] = [...ids] as string[]
      await race([send(customer, conversation!), send(customer, conversation!)])
      expect((await messagesOf(conversation!)).map(({ seq }) => seq)).toEqual([1, 2])
    },
  )
})

describe('reading', () => {
  test('what is sent while somebody reads is unread, in every order', REPEATS, async () => {
    const customer = await createUser(arena.owner)
    const conversation = await begin(customer)
    for (let seq = 1; seq <= 10; seq++) await must(send(store.ownerId, conversation)())
    const read = (seq: number) => () =>
      call(arena.clients, customer, 'mark_read', { conversation_id: conversation, seq })
    const outcomes = await race<unknown>([
      read(10),
      send(store.ownerId, conversation),
      send(store.ownerId, conversation),
      read(7),
      read(10),
    ])
    expect(tally(outcomes)).toEqual({ ok: 5 })
    expect(await unreadOf(customer, conversation)).toEqual([2, 2])
    await expectSound(arena.owner)
  })

  test(
    'after any mix of writing and reading everything that is unread equals a recount',
    REPEATS,
    async () => {
      const customer = await createUser(arena.owner)
      const members = [store.ownerId, ...await addMembers(3)]
      const conversation = await begin(customer)
      const people = [customer, ...members]
      const outcomes = await race<unknown>(Array.from({ length: 80 }, () => {
        const who = people[Math.floor(draw() * people.length)]!
        if (draw() < 0.5) return send(who, conversation)
        return () =>
          call(arena.clients, who, 'mark_read', {
            conversation_id: conversation,
            seq: Math.ceil(draw() * 40),
          })
      }))
      expect(tally(outcomes)).toEqual({ ok: 80 })
      const [listed, counted] = await unreadOf(customer, conversation)
      expect(listed).toBe(counted)
      await expectSound(arena.owner)
    },
  )
})

describe('leaving', () => {
  test('what is sent while it is blocked is there and numbered, or refused', REPEATS, async () => {
    const customer = await createUser(arena.owner)
    const conversation = await begin(customer)
    await must(send(customer, conversation)())
    const outcomes = await race<unknown>([
      ...Array.from({ length: 6 }, () => send(store.ownerId, conversation)),
      () => call(arena.clients, customer, 'block_store', { store_id: store.id }),
      ...Array.from({ length: 6 }, () => send(store.ownerId, conversation)),
    ])
    const { ok, blocked = 0 } = tally(outcomes)
    expect(ok! + blocked).toBe(13)
    expect(await messagesOf(conversation)).toHaveLength(ok!)
    expect(tally([await send(store.ownerId, conversation)()])).toEqual({ blocked: 1 })
    await expectSound(arena.owner)
  })

  test(
    'a member who is removed while writing has said it, or is told that there is nothing',
    REPEATS,
    async () => {
      const customer = await createUser(arena.owner)
      const [member] = await addMembers(1)
      const conversation = await begin(customer)
      const outcomes = await race<unknown>([
        ...Array.from({ length: 4 }, () => send(member!, conversation)),
        () => call(arena.clients, store.ownerId, 'remove_member', { store_id: store.id, user_id: member }),
        () =>
          call(arena.clients, store.ownerId, 'assign_conversation', {
            conversation_id: conversation,
            user_id: member,
          }),
        () => call(arena.clients, member!, 'mark_read', { conversation_id: conversation, seq: 2 }),
      ])
      const unexpected = Object.keys(tally(outcomes)).filter((code) =>
        !['ok', 'conversation_not_found', 'member_not_found'].includes(code)
      )
      expect(unexpected).toEqual([])
      await expectSound(arena.owner)
    },
  )

  test(
    'an account that is deleted in the middle of a conversation leaves numbers without a gap',
    REPEATS,
    async () => {
      const customer = await createUser(arena.owner)
      const conversation = await begin(customer)
      for (let turn = 0; turn < 3; turn++) await must(send(customer, conversation)())
      const erase = async () => {
        await arena.owner`delete from auth.users where id = ${customer}`
        return { outcome: 'ok' as const, value: null }
      }
      const outcomes = await race<unknown>([
        send(customer, conversation),
        send(store.ownerId, conversation),
        erase,
        send(store.ownerId, conversation),
        send(customer, conversation),
      ])
      const unexpected = Object.keys(tally(outcomes)).filter((code) =>
        !['ok', 'conversation_ended', 'conversation_not_found', 'session_revoked'].includes(code)
      )
      expect(unexpected).toEqual([])
      const left = await arena.owner`
      select from public.messages where conversation_id = ${conversation} and side = 'customer' and body <> ''`
      expect(left).toHaveLength(0)
      await expectSound(arena.owner)
    },
  )
})
