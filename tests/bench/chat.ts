/**
 * Chat: `npm run bench -- chat`. A minute of messages from `send_message` to the readers' sockets, one conversation with many
 * senders, the inbox beside the product list, and the same calls with few and many messages. Sizes come from
 * BENCH_MESSAGES_SMALL and BENCH_MESSAGES_LARGE (6,000 and 10,000,000 unless said). Measures, and never fails.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import WebSocket from 'ws'
import {
  applyMigrations,
  cloneDatabase,
  connect,
  connectAsOwner,
  type Database,
  startTemporaryPostgres,
} from '../../supabase/local/index.ts'
import { createStore, createUsers, type Store } from '../support/market.ts'
import { Api } from './api.ts'
import { HttpClient } from './client.ts'
import { medianGrowthOf, quantile, timeBoth } from './growth.ts'
import { closedLoop } from './load.ts'
import { type BenchPlatform, startBenchPlatform } from './platform.ts'
import type { Measurement } from './report.ts'
import { PRODUCT_LIST, signIn } from './shop.ts'

const CONVERSATIONS = 200
const MESSAGES_PER_SECOND = 100
const SECONDS = Number(process.env['BENCH_CHAT_SECONDS'] ?? 60)
const STORES = 20
const SENDERS = 16
const SMALL = Number(process.env['BENCH_MESSAGES_SMALL'] ?? 6_000)
const LARGE = Number(process.env['BENCH_MESSAGES_LARGE'] ?? 10_000_000)
const GROWTH_BUDGET = 1.3

/** All of it, on a platform of its own and on two databases of its own. */
export async function benchChat(): Promise<Measurement[]> {
  const platform = await startBenchPlatform()
  const sql = connectAsOwner(platform.database, { max: 4 })
  const http = new HttpClient(platform.apiUrl, platform.keys.publishableKey)
  try {
    await sql`update private.settings
      set messages_per_person_and_minute = 100000, conversations_per_person_and_hour = 100000`
    return [
      ...await minute(platform, sql, http),
      ...await manySenders(platform, sql, http),
      ...await inbox(platform, sql, http),
      ...await growth(),
    ]
  } finally {
    http.close()
    await sql.end()
    await platform.close()
  }
}

/** Who talks to whom. */
interface Talk {
  id: string
  ownerToken: string
  customerId: string
  customerToken: string
}

async function begin(
  platform: BenchPlatform,
  sql: postgres.Sql,
  http: HttpClient,
  count: number,
): Promise<Talk[]> {
  const stores: Store[] = []
  for (let index = 0; index < STORES; index++) stores.push(await createStore(sql))
  const owners = await signIn(sql, platform.keys, stores.map(({ ownerId }) => ownerId))
  const customers = await createUsers(sql, count)
  const tokens = await signIn(sql, platform.keys, customers)
  const talks: Talk[] = []
  for (const [index, customerId] of customers.entries()) {
    const begun = await http.rpc(
      'start_conversation',
      { store_id: stores[index % STORES]!.id },
      tokens[index]!,
    )
    talks.push({
      id: (JSON.parse(begun) as { id: string }).id,
      ownerToken: owners[index % STORES]!,
      customerId,
      customerToken: tokens[index]!,
    })
  }
  return talks
}

const send = (http: HttpClient, token: string, conversation_id: string, body: string) =>
  http.rpc('send_message', { conversation_id, body, client_id: randomUUID() }, token)

/** A hundred messages a second over two hundred conversations, each with its reader's socket. */
async function minute(platform: BenchPlatform, sql: postgres.Sql, http: HttpClient): Promise<Measurement[]> {
  const talks = await begin(platform, sql, http, CONVERSATIONS)
  const sent = new Map<string, number>()
  const times: number[] = []
  const seen = new Map<string, number[]>()
  const sockets = await Promise.all(talks.map((talk) =>
    listen(platform, talk, (message) => {
      const at = sent.get(message.body)
      if (at !== undefined) times.push(performance.now() - at)
      seen.set(talk.id, [...seen.get(talk.id) ?? [], message.seq])
    })
  ))
  let failed = 0
  const under: Promise<unknown>[] = []
  const begun = performance.now()
  for (let number = 0; number < SECONDS * MESSAGES_PER_SECOND; number++) {
    const wait = begun + number * 1000 / MESSAGES_PER_SECOND - performance.now()
    if (wait > 0) await sleep(wait)
    const { id, ownerToken } = talks[number % talks.length]!
    const body = `message ${number}`
    sent.set(body, performance.now())
    under.push(send(http, ownerToken, id, body).catch(() => failed++))
  }
  await Promise.all(under)
  await sleep(2_000)
  for (const socket of sockets) socket.terminate()
  const count = SECONDS * MESSAGES_PER_SECOND - failed
  const disordered = [...seen.values()].filter((seqs) => seqs.some((seq, at) => seq !== at + 1)).length
  return [
    {
      name: `${MESSAGES_PER_SECOND}/s over ${CONVERSATIONS} conversations: not taken`,
      value: failed,
      unit: '',
      atMost: 0,
    },
    { name: '… taken and not heard', value: count - times.length, unit: '', atMost: 0 },
    { name: '… conversations heard in another order', value: disordered, unit: '', atMost: 0 },
    {
      name: '… from send_message to the socket, median',
      value: quantile(times, 0.5),
      unit: 'ms',
      atMost: 60,
    },
    { name: '… p99', value: quantile(times, 0.99), unit: 'ms', atMost: 250 },
  ]
}

async function listen(
  { apiUrl, keys }: BenchPlatform,
  { customerId, customerToken }: Talk,
  hear: (message: { seq: number; body: string }) => void,
): Promise<WebSocket> {
  const url = `${apiUrl.replace(/^http/, 'ws')}/realtime/v1/websocket?vsn=1.0.0&apikey=${keys.publishableKey}`
  const ws = new WebSocket(url, { perMessageDeflate: false })
  await once(ws, 'open')
  const joined = new Promise<void>((resolve, reject) => {
    ws.on('message', (data: Buffer) => {
      const { event, payload } = JSON.parse(data.toString()) as {
        event: string
        payload: { status?: string; event?: string; payload?: { seq: number; body: string } }
      }
      if (event === 'phx_reply' && payload.status === 'ok') resolve()
      else if (event === 'phx_reply') reject(new Error(JSON.stringify(payload)))
      else if (event === 'broadcast' && payload.event === 'message_created') hear(payload.payload!)
    })
  })
  ws.send(JSON.stringify({
    topic: `realtime:user:${customerId}`,
    event: 'phx_join',
    payload: { config: { private: true }, access_token: customerToken },
    ref: '1',
    join_ref: '1',
  }))
  await joined
  return ws
}

/** Everybody of a store writes into one conversation. */
async function manySenders(
  platform: BenchPlatform,
  sql: postgres.Sql,
  http: HttpClient,
): Promise<Measurement[]> {
  const [talk] = await begin(platform, sql, http, 1)
  const members = await createUsers(sql, SENDERS)
  await sql`
    insert into public.store_members (store_id, user_id, role)
    select conversations.store_id, member.id, 'staff'
    from public.conversations, unnest(${members}::uuid[]) as member (id) where conversations.id = ${talk!.id}`
  const tokens = await signIn(sql, platform.keys, members)
  const load = await closedLoop(SENDERS, 6, (client) => send(http, tokens[client]!, talk!.id, 'Hello'))
  const [numbers] = await sql<{ gaps: number }[]>`
    select max(seq) - count(*)::int as gaps from public.messages where conversation_id = ${talk!.id}`
  const [stats] = await sql<{ deadlocks: number }[]>`
    select deadlocks::int from pg_stat_database where datname = current_database()`
  return [
    { name: `one conversation, ${SENDERS} senders`, value: load.rate, unit: '/s' },
    { name: '… gaps', value: numbers!.gaps, unit: '', atMost: 0 },
    { name: '… deadlocks', value: stats!.deadlocks, unit: '', atMost: 0 },
    {
      name: '… refused',
      value: [...load.failures.values()].reduce((sum, one) => sum + one, 0),
      unit: '',
      atMost: 0,
    },
  ]
}

/** What is unread in a thousand conversations, with the first page, beside a page of products. */
async function inbox(platform: BenchPlatform, sql: postgres.Sql, http: HttpClient): Promise<Measurement[]> {
  const store = await createStore(sql)
  const customers = await createUsers(sql, 1_000)
  const [token] = await signIn(sql, platform.keys, [store.ownerId])
  const tokens = await signIn(sql, platform.keys, customers)
  for (const customer of tokens) {
    const { id } = JSON.parse(await http.rpc('start_conversation', { store_id: store.id }, customer)) as {
      id: string
    }
    await send(http, customer, id, 'Hello')
  }
  await sql`analyze public.conversations, public.messages`
  const calls = {
    list: () => http.call('GET', PRODUCT_LIST, undefined, token),
    page: () => http.rpc('list_conversations', { store_id: store.id, page_size: 20 }, token),
    whole: () => http.rpc('list_conversations', { store_id: store.id, page_size: 1000 }, token),
  }
  // In turns, for whatever else the machine does.
  const waited = { list: [] as number[], page: [] as number[], whole: [] as number[] }
  for (let round = -20; round < 200; round++) {
    for (const name of ['list', 'page', 'whole'] as const) {
      const start = performance.now()
      await calls[name]()
      if (round >= 0) waited[name].push(performance.now() - start)
    }
  }
  const [list, page, whole] = [waited.list, waited.page, waited.whole].map((times) =>
    quantile(times, 0.5)
  ) as [
    number,
    number,
    number,
  ]
  return [
    { name: 'product list of 20: median', value: list, unit: 'ms' },
    { name: 'unread in 1,000 conversations, 20 listed: median', value: page, unit: 'ms' },
    { name: '… beside the product list', value: page / list, unit: 'x', atMost: 2 },
    { name: '… all 1,000 listed: median', value: whole, unit: 'ms' },
  ]
}

/** The same calls where few and where many messages are. */
async function growth(): Promise<Measurement[]> {
  const { database, remove } = await startTemporaryPostgres({ sharedBuffers: '1GB' })
  try {
    await applyMigrations(database, 'migrations')
    const sizes = [await generate(database, 'few', SMALL), await generate(database, 'many', LARGE)] as const
    const apis = [await Api.open(sizes[0]), await Api.open(sizes[1])] as const
    try {
      const owner = '00000000-0000-4000-8002-000000000001'
      const clients = [
        await apis[0].client('authenticated', owner),
        await apis[1].client('authenticated', owner),
      ] as const
      // Those that have a page of messages in both.
      const talk = (call: number) => `00000000-0000-4000-8004-${String(1 + call % 10).padStart(12, '0')}`
      const CALLS = { warmUp: 20, counted: 200 }
      const history = await timeBoth(
        CALLS,
        (size, call) =>
          apis[size].time(
            clients[size],
            (client) =>
              client.rpc('list_messages', { conversation_id: talk(call), before_seq: 60, page_size: 50 }),
          ),
      )
      const sending = await timeBoth(
        CALLS,
        (size, call) =>
          apis[size].time(clients[size], (client) =>
            client.rpc('send_message', {
              conversation_id: talk(call),
              body: 'Hello',
              client_id: randomUUID(),
            })),
      )
      return [
        ...medianGrowthOf('a page of history', [SMALL, LARGE], history, GROWTH_BUDGET),
        ...medianGrowthOf('sending', [SMALL, LARGE], sending, GROWTH_BUDGET),
      ]
    } finally {
      for (const api of apis) await api.close()
    }
  } finally {
    await remove()
  }
}

async function generate(template: Database, name: string, count: number): Promise<Database> {
  const database = await cloneDatabase(template, name)
  // Only a superuser may write without triggers and foreign keys.
  const sql = connect(database, 'supabase_admin', { max: 1 })
  try {
    await sql.unsafe(await readFile(new URL('messages.sql', import.meta.url), 'utf8')).simple()
    await sql`select bench.generate_messages(${count})`
    await sql`update private.settings set messages_per_person_and_minute = 100000`
    await sql.unsafe('vacuum analyze').simple()
  } finally {
    await sql.end()
  }
  return database
}
