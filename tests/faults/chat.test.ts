import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectSound, REPEATS, tally } from '../races/arena.ts'
import { draws, SEED } from '../support/index.ts'
import { createStore, createUsers } from '../support/market.ts'
import { useKillable } from './killable.ts'

// The database dies while people write. Whoever got no answer sends again, with the same client_id; what was acknowledged
// is there, and no number is missing.

const MESSAGES = 100

const draw = draws()
const killable = useKillable()

test('no acknowledged message is lost and no number is missing after the database was killed', {
  ...REPEATS,
  timeout: 60_000,
}, async () => {
  const { senders, conversations } = await killable.withConnections(async (owner, clients) => {
    const store = await createStore(owner)
    const senders = await createUsers(owner, 10)
    const conversations: string[] = []
    for (const sender of senders) {
      const begun = await killable.press<{ id: string } | string>(clients, sender, 'start_conversation', {
        store_id: store.id,
      })
      if (begun.outcome !== 'ok') throw new Error(JSON.stringify(begun))
      conversations.push((typeof begun.value === 'string' ? JSON.parse(begun.value) : begun.value).id)
    }
    return { senders, conversations }
  })
  const sends = Array.from({ length: MESSAGES }, (_, index) => ({
    sender: senders[index % senders.length]!,
    args: {
      conversation_id: conversations[index % senders.length]!,
      body: `Message ${index}`,
      client_id: randomUUID(),
    },
  }))

  const answersUntilKill = Math.floor(draw() * 60)
  const first = await killable.withConnections(async (_, clients) => {
    let answers = 0
    let kill = () => {}
    const due = new Promise<void>((resolve) => kill = resolve)
    const sent = sends.map(async ({ sender, args }) => {
      const outcome = await killable.press<string>(clients, sender, 'send_message', args)
      if (++answers > answersUntilKill) kill()
      return outcome
    })
    await due
    await killable.killAndRecover()
    return await Promise.all(sent)
  })
  expect(first.some(({ outcome }) => outcome === 'unknown'), `TEST_SEED=${SEED}`).toBe(true)

  await killable.withConnections(async (owner, clients) => {
    await killable.answering(owner)
    const stored = await owner<{ client_id: string }[]>`select client_id from public.messages`
    const there = new Set(stored.map(({ client_id }) => client_id))
    for (const [index, outcome] of first.entries()) {
      if (outcome.outcome === 'ok') {
        expect(there.has(sends[index]!.args.client_id), `TEST_SEED=${SEED}`).toBe(true)
      }
    }
    await expectSound(owner)

    const second = await Promise.all(
      sends.map(({ sender, args }) => killable.press<string>(clients, sender, 'send_message', args)),
    )
    expect(tally(second), `TEST_SEED=${SEED}`).toEqual({ ok: MESSAGES })
    for (const [index, outcome] of first.entries()) {
      if (outcome.outcome === 'ok') expect(second[index]).toEqual(outcome)
    }
    const counted = await owner<{ count: number; highest: number }[]>`
      select count(*)::int as count, max(seq) as highest from public.messages
      where conversation_id = any (${conversations}) group by conversation_id`
    expect(counted).toEqual(counted.map(() => ({ count: 10, highest: 10 })))
    await expectSound(owner)
  })
})
