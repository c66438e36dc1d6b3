/**
 * What Realtime costs and how fast it is: `npm run bench -- realtime`. The service runs in a process of its own, so
 * that its memory can be told apart from that of the clients. Measures, and never fails.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'
import {
  connectAsOwner,
  type Database,
  type Keys,
  RealtimeConfig,
  startRealtime,
  startTemporaryPostgres,
  verificationKeys,
} from '../../supabase/local/index.ts'
import { quantile } from './growth.ts'
import type { Measurement } from './report.ts'

const SOCKETS = 500
const ROUNDS = 40
const JOINS_AT_ONCE = 16
const LOST_AFTER_MS = 10_000
/** Budgets of the platform: memory of all idle sockets in MB, time for a broadcast to reach all of them in ms. */
const MEMORY_BUDGET_MB = 150
const BROADCAST_BUDGET_MS = 100

/** Measures a Realtime of its own, on a Postgres of its own. */
export async function benchRealtime(): Promise<Measurement[]> {
  const { database, keys, remove } = await startTemporaryPostgres({ durable: true })
  const service = fork(fileURLToPath(import.meta.url), ['serve'], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: { ...process.env, BENCH_DATABASE: JSON.stringify(database), BENCH_KEYS: JSON.stringify(keys) },
  })
  try {
    const [{ port }] = await once(service, 'message') as [{ port: number }]
    return await measure(`ws://127.0.0.1:${port}`, keys, database, service)
  } finally {
    const exited = once(service, 'exit')
    service.kill()
    await exited
    await remove()
  }
}

async function measure(
  url: string,
  keys: Keys,
  database: Database,
  service: ChildProcess,
): Promise<Measurement[]> {
  const sql = connectAsOwner(database)
  await sql`create policy receive on realtime.messages for select to authenticated, anon using (realtime.topic() like 'room%')`
  await sql`create policy send on realtime.messages for insert to authenticated, anon with check (realtime.topic() like 'room%')`

  const warmUp = await Client.open(url, keys.anonJwt)
  await warmUp.join('room:warm')
  const memoryBefore = await memoryOf(service)
  const opening = performance.now()
  const clients: Client[] = []
  for (let index = 0; index < SOCKETS; index += JOINS_AT_ONCE) {
    const batch = Array.from(
      { length: Math.min(JOINS_AT_ONCE, SOCKETS - index) },
      () => Client.open(url, keys.anonJwt),
    )
    const opened = await Promise.all(batch)
    await Promise.all(opened.map((client) => client.join('room')))
    clients.push(...opened)
  }
  const joinSeconds = (performance.now() - opening) / 1_000
  const memory = await memoryOf(service) - memoryBefore

  const sender = clients[0]!
  const receivers = clients.slice(1)
  const reach = async (receiving: Client[], send: () => unknown) => {
    const start = performance.now()
    const arrivals = receiving.map((client) => client.nextBroadcast())
    await send()
    return (await Promise.all(arrivals)).map((at) => at - start)
  }
  const rounds = async (receiving: Client[], send: () => unknown) => {
    const last: number[] = []
    const every: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const times = await reach(receiving, send)
      last.push(Math.max(...times))
      every.push(...times)
      await sleep(20)
    }
    return { last: quantile(last, 0.5), p95: quantile(last, 0.95), median: quantile(every, 0.5) }
  }
  const broadcast = await rounds(receivers, () => sender.broadcast('room'))
  const fromDatabase = await rounds(clients, () => sql`select realtime.send('{"n":1}', 'x', 'room')`)
  const echo = await rounds([receivers[0]!], () => sender.broadcast('room'))

  for (const client of [warmUp, ...clients]) client.close()
  await sql.end()
  return [
    {
      name: `${SOCKETS} idle sockets, each with a private channel`,
      value: memory,
      unit: 'MB',
      atMost: MEMORY_BUDGET_MB,
    },
    { name: 'private joins, socket included', value: SOCKETS / joinSeconds, unit: '/s' },
    {
      name: `broadcast: the median of ${SOCKETS - 1} has it`,
      value: broadcast.median,
      unit: 'ms',
      atMost: BROADCAST_BUDGET_MS,
    },
    { name: 'broadcast: the last one has it, median', value: broadcast.last, unit: 'ms' },
    { name: 'broadcast: the last one has it, p95', value: broadcast.p95, unit: 'ms' },
    {
      name: 'broadcast from the database: the last one has it, median',
      value: fromDatabase.last,
      unit: 'ms',
    },
    { name: 'broadcast: one of them has it, median', value: echo.median, unit: 'ms' },
  ]
}

/** One joined socket that notes when broadcasts arrive. */
class Client {
  #onReply: () => void = () => {}
  #onBroadcast: (at: number) => void = () => {}

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer, binary: boolean) => {
      if (binary || data.includes('"broadcast"')) this.#onBroadcast(performance.now())
      else this.#onReply()
    })
  }

  static async open(url: string, token: string): Promise<Client> {
    const ws = new WebSocket(`${url}/socket/websocket?vsn=2.0.0&apikey=${token}`, {
      perMessageDeflate: false,
    })
    const client = new Client(ws)
    await once(ws, 'open')
    return client
  }

  async join(subtopic: string): Promise<void> {
    const joined = new Promise<void>((resolve) => this.#onReply = resolve)
    this.ws.send(
      JSON.stringify(['1', '1', `realtime:${subtopic}`, 'phx_join', { config: { private: true } }]),
    )
    await joined
  }

  broadcast(subtopic: string): void {
    const payload = { type: 'broadcast', event: 'x', payload: { text: 'some words of a chat message' } }
    this.ws.send(JSON.stringify(['1', '2', `realtime:${subtopic}`, 'broadcast', payload]))
  }

  async nextBroadcast(): Promise<number> {
    const arrived = new Promise<number>((resolve) => this.#onBroadcast = resolve)
    const lost = sleep(LOST_AFTER_MS, undefined, { ref: false }).then(() => {
      throw new Error('A broadcast did not arrive.')
    })
    return await Promise.race([arrived, lost])
  }

  close(): void {
    this.ws.terminate()
  }
}

/** Resident memory of the service after a collection, in MB. */
async function memoryOf(service: ChildProcess): Promise<number> {
  service.send('memory')
  const [{ rss }] = await once(service, 'message') as [{ rss: number }]
  return rss / 1024 / 1024
}

/** The process of the service. */
async function serve(): Promise<void> {
  const keys = JSON.parse(process.env.BENCH_KEYS!) as Keys
  const realtime = await startRealtime({
    database: JSON.parse(process.env.BENCH_DATABASE!) as Database,
    verificationKeys: verificationKeys(keys),
    config: RealtimeConfig.parse({ limits: { events_per_second: 1_000_000 } }),
  })
  const server = createServer((req, res) => void realtime.handle(req, res))
  server.on('upgrade', (req, socket, head) => realtime.upgrade!(req, socket, head))
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
  process.on('message', () => {
    globalThis.gc?.()
    process.send!(process.memoryUsage())
  })
  process.on('SIGTERM', () => void realtime.close().then(() => process.exit(0)))
}

if (process.argv[2] === 'serve' && process.send !== undefined) await serve()
