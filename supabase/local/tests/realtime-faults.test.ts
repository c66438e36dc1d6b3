import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Database } from '../database.ts'
import { verificationKeys } from '../keys.ts'
import {
  cloneDatabase,
  connectAsOwner,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from '../postgres/index.ts'
import { RealtimeConfig, startRealtime } from '../realtime/index.ts'
import { isSettled } from '../realtime/postgres-changes/settled.ts'
import { Janitor } from '../realtime/janitor.ts'
import type { Service } from '../service.ts'
import { tolerateBrokenWrites } from '../testing/broken-writes.ts'
import { RawSocket } from './realtime/raw-socket.ts'

// What happens to Realtime when its limits are reached, its clients misbehave, or its database goes away. These need a
// server that may be stopped and limits that may be set, so they run against the local service only.

let postgres: TemporaryPostgres
let template: Database
const cleanups: (() => Promise<unknown>)[] = []

let restoreListeners = () => {}
beforeAll(async () => {
  restoreListeners = tolerateBrokenWrites()
  postgres = await startTemporaryPostgres()
  template = await cloneDatabase(postgres.database, 'template')
}, 60_000)

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

afterAll(async () => {
  restoreListeners()
  await postgres.remove()
}, 60_000)

/** A Realtime of its own, with its own database. */
async function startOwn(config: Record<string, unknown> = {}, database?: Database) {
  const own = database ?? await cloneDatabase(template, `own_${randomUUID()}`)
  const service = await startRealtime({
    database: own,
    verificationKeys: verificationKeys(postgres.keys),
    config: RealtimeConfig.parse(config),
  })
  const http = await serve(service)
  const { port } = http.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const sql = connectAsOwner(own)
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await service.close()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  }
  cleanups.push(close, () => sql.end({ timeout: 1 }))
  const socket = async (vsn = '2.0.0', apikey = postgres.keys.serviceRoleJwt) => {
    const opened = new RawSocket({ url, apikey, vsn })
    cleanups.push(async () => opened.close())
    await opened.opened
    return opened
  }
  return { url, sql, socket, close, database: own }
}

/** The service as the gateway would serve it. */
async function serve(service: Service): Promise<Server> {
  const withoutPrefix = (url = '/') =>
    url.replace(/^\/realtime\/v1\/(api)?/, (_, api) => api ? '/api' : '/socket/')
  const http = createServer((req, res) => {
    req.url = withoutPrefix(req.url)
    void service.handle(req, res)
  })
  http.on('upgrade', (req, socket, head) => {
    req.url = withoutPrefix(req.url)
    service.upgrade!(req, socket, head)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return http
}

const ready = { private: true, broadcast: { replication_ready: true } }
const text = (event: string, payload: unknown = {}) => ({ type: 'broadcast', event, payload })

describe('limits', () => {
  test('connected users, and channels of a socket', async () => {
    const { socket } = await startOwn({ limits: { concurrent_users: 1, channels_per_socket: 2 } })
    const [first, second] = [await socket(), await socket()]
    expect((await first.join('a')).status).toBe('ok')
    expect((await second.join('a')).response.reason).toBe(
      'ConnectionRateLimitReached: Too many connected users',
    )
    expect((await first.join('b')).status).toBe('ok')
    expect((await first.join('c')).response.reason).toBe('ChannelRateLimitReached: Too many channels')
    expect((await first.join('b')).status).toBe('ok') // instead of the one it had
    first.close()
    await expect.poll(async () => (await second.join('a')).status).toBe('ok')
  })

  test('joins a second: refused, and the socket is closed', async () => {
    const { socket } = await startOwn({ limits: { joins_per_second: 1 } })
    const client = await socket()
    for (let index = 0; index <= 60; index++) expect((await client.join(`t${index}`)).status).toBe('ok')
    const last = client.send('realtime:last', 'phx_join', {})
    expect((await client.next({ ref: last })).payload.response.reason)
      .toBe('ClientJoinRateLimitReached: Too many joins per second')
    expect(await client.closed).toBe(1001)
  })

  test('messages a second: every channel of the topic is told, and closed', async () => {
    const { socket } = await startOwn({ limits: { events_per_second: 2 } })
    const [sender, receiver] = [await socket(), await socket()]
    const { topic, joinRef } = await sender.join('busy')
    await receiver.join('busy')
    for (let index = 0; index < 80; index++) sender.send(topic, 'broadcast', text('x'), joinRef)
    expect((await receiver.next({ event: 'system' })).payload).toMatchObject({
      status: 'error',
      message: 'Too many messages per second',
    })
    await receiver.next({ event: 'phx_close' })
    await sender.next({ event: 'phx_close' })
    expect((await receiver.heartbeat()).payload.status).toBe('ok')
  })

  test('payloads: too large is an error only for who asked for an answer', async () => {
    const { socket, url } = await startOwn({ limits: { payload_kb: 1 } })
    const [sender, receiver] = [await socket(), await socket()]
    const { topic, joinRef } = await sender.join('large', { broadcast: { ack: true } })
    const quiet = await receiver.join('large')
    const large = 'x'.repeat(2_000)
    const ref = sender.send(topic, 'broadcast', text('x', { large }), joinRef)
    expect((await sender.next({ ref })).payload).toEqual({
      status: 'error',
      response: 'payload_size_exceeded',
    })
    receiver.send(topic, 'broadcast', text('x', { large }), quiet.joinRef)
    expect(await receiver.settled({ topic })).toEqual([])
    expect(await sender.settled({ topic })).toEqual([])
    const answer = await fetch(`${url}/realtime/v1/api/broadcast`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${postgres.keys.serviceRoleJwt}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ messages: [{ topic: 'large', event: 'x', payload: { large } }] }),
    })
    expect(answer.status).toBe(422)
    const tracked = sender.send(
      topic,
      'presence',
      { type: 'presence', event: 'track', payload: { large } },
      joinRef,
    )
    expect((await sender.next({ event: 'system' })).payload.message).toBe('Track message size exceeded')
    expect(tracked).toBeTypeOf('string')
  })

  test('HTTP: so many messages at once, and per minute', async () => {
    const { url, socket } = await startOwn({ limits: { events_per_second: 5 } })
    const post = (count: number) =>
      fetch(`${url}/realtime/v1/api/broadcast`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${postgres.keys.serviceRoleJwt}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          messages: Array.from({ length: count }, () => ({ topic: 't', event: 'e', payload: {} })),
        }),
      })
    const tooMany = await post(6)
    expect([tooMany.status, await tooMany.json()])
      .toEqual([429, { message: 'Too many messages to broadcast, please reduce the batch size' }])
    expect((await post(5)).status).toBe(202)
    const client = await socket()
    const { topic, joinRef } = await client.join('t')
    for (let index = 0; index < 301; index++) client.send(topic, 'broadcast', text('x'), joinRef)
    await client.next({ event: 'phx_close' })
    const exceeded = await post(1)
    expect([exceeded.status, await exceeded.json()]).toEqual([429, {
      message: 'You have exceeded your rate limit',
    }])
    expect(exceeded.headers.get('x-rate-limit')).toBe('5')
  })

  test('a project may refuse public channels', async () => {
    const { socket } = await startOwn({ private_only: true })
    const client = await socket()
    expect((await client.join('a')).response.reason)
      .toBe('PrivateOnly: This project only allows private channels')
    expect((await client.join('a', { private: true })).status).toBe('ok')
  })
})

describe('clients that misbehave', () => {
  test('a frame that is too large closes the socket with 1009', async () => {
    const { socket } = await startOwn()
    const client = await socket()
    client.sendRaw(Buffer.alloc(5_000_001))
    expect(await client.closed).toBe(1009)
  })

  test('a payload that is nested too deeply ends its channel, not the service', async () => {
    const { socket } = await startOwn()
    const [client, other] = [await socket(), await socket()]
    const { topic, joinRef } = await client.join('deep', { broadcast: { self: true } })
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    client.sendRaw(
      `["${joinRef}","9","${topic}","broadcast",{"type":"broadcast","event":"x","payload":${deep}}]`,
    )
    await client.next({ topic, event: 'phx_error' })
    expect((await client.join('deep')).status).toBe('ok')
    expect((await other.heartbeat()).payload.status).toBe('ok')
  })

  test('a silent socket is closed; its channels are left', async () => {
    const { socket } = await startOwn({ timing: { idle_timeout_ms: 300 } })
    const [silent, watcher] = [await socket(), await socket()]
    const joined = await silent.join('room', { presence: { enabled: true, key: 'silent' } })
    silent.send(joined.topic, 'presence', { type: 'presence', event: 'track', payload: {} }, joined.joinRef)
    await silent.next({ event: 'presence_diff' })
    await watcher.join('room', { presence: { enabled: true } })
    const beats = setInterval(() => void watcher.send('phoenix', 'heartbeat', {}), 50)
    expect(await silent.closed).toBe(1000)
    expect(Object.keys((await watcher.next({ event: 'presence_diff' })).payload.leaves)).toEqual(['silent'])
    clearInterval(beats)
  })

  test('one that does not read is cut off, and nobody else notices', async () => {
    const { socket } = await startOwn({ limits: { unsent_bytes: 1_000_000 } })
    const [sender, reader, slow] = [await socket(), await socket(), await socket()]
    const { topic, joinRef } = await sender.join('flood')
    await Promise.all([reader.join('flood'), slow.join('flood')])
    slow.ws.pause()
    const chunk = 'x'.repeat(500_000)
    for (let index = 0; index < 60; index++) {
      sender.send(topic, 'broadcast', text('chunk', { chunk }), joinRef)
      await reader.next({ event: 'broadcast' })
    }
    slow.ws.resume()
    expect(await slow.closed).toBe(1006)
    expect((await reader.heartbeat()).payload.status).toBe('ok')
  }, 30_000)

  test('many messages at once wait for a join, in order', async () => {
    const { socket } = await startOwn()
    const client = await socket()
    const topic = 'realtime:queue'
    const joinRef = client.send(topic, 'phx_join', { config: { private: true, broadcast: { self: true } } })
    for (let index = 0; index < 1_000; index++) client.send(topic, 'broadcast', text(String(index)), joinRef)
    const events: string[] = []
    for (let index = 0; index < 1_000; index++) {
      events.push((await client.next({ event: 'broadcast' })).payload.event)
    }
    expect(events).toEqual(Array.from({ length: 1_000 }, (_, index) => String(index)))
  })
})

describe('a database that goes away', () => {
  test('killed connections are replaced; sockets and channels stay', async () => {
    const { socket, sql } = await startOwn()
    const client = await socket()
    await client.join('orders', ready)
    await client.next({ event: 'system' })
    const slots = () =>
      sql<{ name: string }[]>`select slot_name as name from pg_replication_slots
      where database = current_database()`
    const [before] = await slots()

    const admin = connect(postgres.database, 'supabase_admin', { max: 1 })
    await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where usename in ('supabase_realtime_admin', 'supabase_replication_admin')`
    await admin.end()

    await expect.poll(async () => (await slots())[0]?.name, { timeout: 10_000 })
      .toSatisfy((name) => name !== undefined && name !== before?.name)
    await received(client, () => sql`select realtime.send('{}', 'again', 'orders')`)
    expect((await client.join('orders:2', { private: true })).status).toBe('ok')
    expect(await slots()).toHaveLength(1)
  }, 30_000)

  test('a restarted server: joins are refused meanwhile, and everything resumes by itself', async () => {
    const { socket, sql } = await startOwn({ timing: { subscribe_retry_ms: 100 } })
    await sql`create table public.things (id int primary key)`
    await sql`grant select on public.things to service_role`
    await sql`alter publication supabase_realtime add table public.things`
    const client = await socket()
    await client.join('orders', {
      ...ready,
      postgres_changes: [{ event: 'INSERT', schema: 'public', table: 'things' }],
    })
    await client.next({ event: 'system' })
    await client.next({ event: 'system' })

    const restarted = postgres.server.restart()
    const refusals = new Set<string>()
    let status = ''
    for (let attempt = 0; status !== 'ok' || refusals.size === 0; attempt++) {
      const joined = await client.join(`during:${attempt}`, { private: true })
      status = joined.status
      if (status !== 'ok') refusals.add(joined.response.reason)
      if (attempt > 100) break
    }
    await restarted
    expect([...refusals]).toEqual([
      'UnableToConnectToProject: Realtime was unable to connect to the project database',
    ])
    await received(client, () => sql`select realtime.send('{}', 'again', 'orders')`)
    await sql`insert into public.things values (1)`
    expect((await client.next({ event: 'postgres_changes' })).payload.data.record).toEqual({ id: 1 })
  }, 60_000)

  /** Sends until a message arrives: what was sent while replication was away never does. */
  async function received(client: RawSocket, send: () => Promise<unknown>): Promise<void> {
    await expect.poll(async () => {
      await send().catch(() => {})
      return (await client.settled({ event: 'broadcast' })).length
    }, { timeout: 20_000 }).toBeGreaterThan(0)
  }
})

describe('stopping', () => {
  test('says goodbye on every channel, closes with 1012, and leaves no slot behind', async () => {
    const { socket, sql, close } = await startOwn()
    const client = await socket()
    await client.join('a', { broadcast: { replication_ready: true } })
    await client.next({ event: 'system' })
    await close()
    expect((await client.next({ event: 'system' })).payload).toMatchObject({
      status: 'ok',
      message: 'Server requested disconnect',
    })
    expect(await client.closed).toBe(1012)
    expect(await sql`select from pg_replication_slots where database = current_database()`).toHaveLength(0)
  })

  test('two services of one server follow their own databases', async () => {
    const [one, two] = [await startOwn(), await startOwn()]
    const [first, second] = [await one.socket(), await two.socket()]
    for (const client of [first, second]) {
      await client.join('shared', ready)
      await client.next({ event: 'system' })
    }
    await one.sql`select realtime.send('{"from":1}', 'x', 'shared')`
    expect((await first.next({ event: 'broadcast' })).payload.payload.from).toBe(1)
    expect(await second.settled({ event: 'broadcast' })).toEqual([])
  })
})

test('partitions are made ahead of time, and dropped after three days', async () => {
  const database = await cloneDatabase(template, 'partitions')
  const sql = connect(database, 'supabase_realtime_admin', { max: 1 })
  const janitor = new Janitor(sql)
  const days = async () => {
    const rows = await sql<{ name: string }[]>`select relname as name from pg_class
      where relispartition and relname like 'messages_2%' and relkind = 'r' order by 1`
    return rows.map(({ name }) => name)
  }
  await janitor.sweep(new Date('2031-05-10T12:00:00Z'))
  expect(await days()).toEqual([
    'messages_2031_05_09',
    'messages_2031_05_10',
    'messages_2031_05_11',
    'messages_2031_05_12',
    'messages_2031_05_13',
  ])
  await janitor.sweep(new Date('2031-05-13T00:00:01Z'))
  expect((await days())[0]).toBe('messages_2031_05_10')
  expect((await days()).at(-1)).toBe('messages_2031_05_16')
  await sql.end()
})

test('a transaction counts as settled when other sessions see it', () => {
  const next = 2n ** 32n * 3n + 100n // the fourth round of ids
  expect(isSettled(`${next - 5n}:${next}:`, 99)).toBe(true)
  expect(isSettled(`${next - 5n}:${next}:${next - 5n},${next - 1n}`, 99)).toBe(false)
  expect(isSettled(`${next}:${next}:`, 100)).toBe(false)
  expect(isSettled(`${next}:${next}:`, 2 ** 32 - 1)).toBe(true) // the last one of the round before
})
