import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectAs, draws } from '../support/index.ts'
import { call, createUser, must } from '../support/market.ts'
import { type Arena, openArena, race, REPEATS, tally } from './arena.ts'

/** What `list_notifications` answers. */
interface Feed {
  unread_count: number
  items: { id: string; read_at: string | null }[]
}

describe('notifications under contention', () => {
  const draw = draws()
  let arena: Arena
  /** Many writers: whoever has something to tell, and workers. */
  let writers: postgres.Sql
  beforeAll(async () => {
    arena = await openArena(24)
    writers = connectAs(arena.database, 'postgres', { max: 16 })
  })

  test(
    'the unread count is a recount whatever arrives while it is read, and nothing is read that was not shown',
    { ...REPEATS, timeout: 60_000 },
    async () => {
      const reader = await createUser(arena.owner)
      const tell = async (): Promise<string> => {
        const [row] = await writers<{ id: string }[]>`
          insert into public.notifications (user_id, kind, title) values (${reader}, 'order_shipped', 'On its way')
          returning id`
        return row!.id
      }
      const shown: string[] = []
      for (let number = 0; number < 10; number++) shown.push(await tell())
      const arriving = Array.from({ length: 40 }, () => tell())
      const marks = Array.from({ length: 10 }, () => {
        const up_to = shown[Math.floor(draw() * shown.length)]!
        return () =>
          call<{ unread_count: number }>(arena.clients, reader, 'mark_notifications_read', { up_to })
      })
      const [late, outcomes] = await Promise.all([Promise.all(arriving), race(marks)])
      expect(tally(outcomes)).toEqual({ ok: 10 })

      const feed = await must(call<Feed>(arena.clients, reader, 'list_notifications', { page_size: 100 }))
      const [recount] = await arena.owner<{ unread: number }[]>`
        select count(*)::int as unread from public.notifications where user_id = ${reader} and read_at is null`
      expect(feed.items).toHaveLength(50)
      expect(feed.unread_count).toBe(recount!.unread)
      expect(feed.unread_count).toBe(feed.items.filter(({ read_at }) => read_at === null).length)
      expect(feed.items.filter(({ id, read_at }) => late.includes(id) && read_at !== null)).toEqual([])
    },
  )

  const subscribe = (who: string, number: number) => () =>
    call<{ user_id: string }>(arena.clients, who, 'subscribe_push', {
      endpoint: `https://fcm.googleapis.com/fcm/send/${who.slice(0, 8)}-${number}`,
      p256dh: `B${'A'.repeat(86)}`,
      auth: 'A'.repeat(22),
    })

  test('a person has twenty browsers and not one more, though forty subscribe at once', {
    ...REPEATS,
    timeout: 60_000,
  }, async () => {
    const who = await createUser(arena.owner)
    const outcomes = await race(Array.from({ length: 40 }, (_, number) => subscribe(who, number)))
    expect(tally(outcomes)).toEqual({ ok: 40 })
    const [kept] = await arena.owner<{ count: number }[]>`
      select count(*)::int as count from public.push_subscriptions where user_id = ${who}`
    expect(kept!.count).toBe(20)
  })

  test('a browser in which two sign in at once is told for one of them', {
    ...REPEATS,
    timeout: 60_000,
  }, async () => {
    const [one, other] = [await createUser(arena.owner), await createUser(arena.owner)]
    const endpoint = `https://fcm.googleapis.com/fcm/send/${one}`
    const outcomes = await race(
      [one, other, one, other].map((who) => () =>
        call(arena.clients, who, 'subscribe_push', {
          endpoint,
          p256dh: `B${'A'.repeat(86)}`,
          auth: 'A'.repeat(22),
        })
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 4 })
    const rows = await arena.owner`select user_id from public.push_subscriptions where endpoint = ${endpoint}`
    expect(rows).toHaveLength(1)
  })

  test('a digest goes to one worker of many, and after that one died to one again', {
    ...REPEATS,
    timeout: 60_000,
  }, async () => {
    await arena.owner`delete from private.outbox`
    const reader = await createUser(arena.owner)
    const key = `digest:${reader}`
    await Promise.all(Array.from({ length: 16 }, () =>
      writers`
        insert into private.outbox (template, user_id, payload, dedupe_key)
        values ('low_stock', ${reader}, '{}', ${key}) on conflict do nothing`))
    const claim = async () =>
      (await Promise.all(Array.from({ length: 8 }, () => writers`select id from public.claim_outbox(5, 60)`)))
        .flat()
    const first = await claim()
    expect(first).toHaveLength(1)
    expect(await claim()).toEqual([])
    await arena.owner`update private.outbox set leased_until = now()`
    expect(await claim()).toEqual(first)
  })

  test('whoever switches something off while it is being sent gets it at most once more', {
    ...REPEATS,
    timeout: 60_000,
  }, async () => {
    await arena.owner`delete from private.outbox`
    const reader = await createUser(arena.owner)
    const queue = () =>
      writers`insert into private.outbox (template, user_id, payload) values ('low_stock', ${reader}, '{}')`
    await queue()
    const [off] = await Promise.all([
      call(arena.clients, reader, 'set_notification_preference', {
        kind: 'low_stock',
        medium: 'email',
        is_enabled: false,
      }),
      writers`select id from public.claim_outbox(5, 60)`,
    ])
    expect(off.outcome).toBe('ok')
    await queue()
    expect(await writers`select id from public.claim_outbox(5, 60)`).toEqual([])
  })
})
