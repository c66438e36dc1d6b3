import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'

/** A frame as a client sees it, whichever version it came in. */
export interface Received {
  joinRef: string | null | undefined
  ref: string | null
  topic: string
  event: string
  // deno-lint-ignore no-explicit-any
  payload: any
  /** Whether it was a binary frame. */
  binary: boolean
}

/** How to open a {@link RawSocket}. */
export interface RawSocketOptions {
  /** Of the API, such as `http://127.0.0.1:54321`. */
  url: string
  apikey: string
  vsn?: string
  headers?: Record<string, string>
}

/** Matches frames: every named property must be equal. */
export type Expected = Partial<Pick<Received, 'joinRef' | 'ref' | 'topic' | 'event' | 'binary'>>

/** A WebSocket without a client library: what it receives is kept, in order, until somebody asks for it. */
export class RawSocket {
  readonly ws: WebSocket
  readonly opened: Promise<void>
  readonly closed: Promise<number>
  /** Everything received that has not been taken by `next`. */
  readonly received: Received[] = []
  readonly #version: string
  #ref = 0

  constructor({ url, apikey, vsn = '2.0.0', headers = {} }: RawSocketOptions) {
    this.#version = vsn
    const address = `${url.replace(/^http/, 'ws')}/realtime/v1/websocket?apikey=${
      encodeURIComponent(apikey)
    }&vsn=${vsn}`
    this.ws = new WebSocket(address, { headers })
    this.opened = new Promise((resolve, reject) => {
      this.ws.once('open', resolve)
      this.ws.once('error', reject)
      this.ws.once('unexpected-response', (_req, res) => {
        let body = ''
        res.on('data', (chunk: Buffer) => body += chunk)
        res.on('end', () => reject(new Error(`${res.statusCode} ${body}`)))
      })
    })
    this.closed = new Promise((resolve) => this.ws.once('close', resolve))
    this.ws.on('message', (data: Buffer, binary: boolean) => this.received.push(decode(data, binary)))
  }

  /** Sends a message, and gives the reference it was sent with. */
  send(topic: string, event: string, payload: unknown, joinRef: string | null = null): string {
    const ref = String(++this.#ref)
    const own = event === 'phx_join' ? ref : joinRef
    this.ws.send(
      this.#version === '2.0.0'
        ? JSON.stringify([own, ref, topic, event, payload])
        : JSON.stringify({ topic, event, payload, ref, join_ref: own }),
    )
    return ref
  }

  /** Sends bytes or text as they are. */
  sendRaw(data: string | Buffer): void {
    this.ws.send(data)
  }

  /** Sends a broadcast as a binary frame of kind 3. */
  sendBinaryBroadcast(
    { topic, event, payload, joinRef, ref = '' }: {
      topic: string
      event: string
      payload: Buffer | Record<string, unknown>
      joinRef: string
      ref?: string
    },
  ): void {
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload))
    const strings = [joinRef, ref, topic, event, ''].map((text) => Buffer.from(text))
    const header = Buffer.from([3, ...strings.map(({ length }) => length), Buffer.isBuffer(payload) ? 0 : 1])
    this.ws.send(Buffer.concat([header, ...strings, bytes]))
  }

  /** Joins a topic (without `realtime:`), and gives the answer. */
  async join(subtopic: string, config: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
    const topic = `realtime:${subtopic}`
    const ref = this.send(topic, 'phx_join', { config, ...more })
    const reply = await this.next({ topic, ref, event: 'phx_reply' })
    return { topic, joinRef: ref, status: reply.payload.status as string, response: reply.payload.response }
  }

  /** Takes the first frame that fits, waiting for it. */
  async next(expected: Expected, withinMs = 5_000): Promise<Received> {
    const deadline = Date.now() + withinMs
    do {
      const index = this.received.findIndex((frame) => fits(frame, expected))
      if (index >= 0) return this.received.splice(index, 1)[0]!
      await sleep(5)
    } while (Date.now() < deadline)
    throw new Error(`No ${JSON.stringify(expected)} among ${JSON.stringify(this.received)}`)
  }

  /**
   * What has arrived and fits, once the server has answered something it was asked after everything else: then what was
   * not sent yet will not be.
   */
  async settled(expected: Expected): Promise<Received[]> {
    await this.heartbeat()
    await sleep(100) // messages of other sockets and of the database come in their own time
    return this.received.filter((frame) => fits(frame, expected))
  }

  /** One heartbeat, there and back. */
  async heartbeat(): Promise<Received> {
    return await this.next({ topic: 'phoenix', ref: this.send('phoenix', 'heartbeat', {}) })
  }

  close(): void {
    this.ws.terminate()
  }
}

function fits(frame: Received, expected: Expected): boolean {
  return Object.entries(expected).every(([name, value]) => frame[name as keyof Received] === value)
}

function decode(data: Buffer, binary: boolean): Received {
  if (binary) return decodeBinary(data)
  const json = JSON.parse(data.toString()) as unknown
  if (!Array.isArray(json)) {
    return {
      joinRef: undefined,
      binary,
      ...json as { ref: string; topic: string; event: string; payload: unknown },
    }
  }
  const [joinRef, ref, topic, event, payload] = json as [
    string | null,
    string | null,
    string,
    string,
    unknown,
  ]
  return { joinRef, ref, topic, event, payload, binary }
}

/** Binary frames of kind 4, the only ones a server sends. */
function decodeBinary(data: Buffer): Received {
  const [kind, topicLength = 0, eventLength = 0, metaLength = 0, encoding] = data
  if (kind !== 4) throw new Error(`unexpected kind ${kind}`)
  let offset = 5
  const text = (length: number) => data.toString('utf8', offset, offset += length)
  const topic = text(topicLength)
  const event = text(eventLength)
  const meta = text(metaLength)
  const rest = data.subarray(offset)
  const payload = {
    type: 'broadcast',
    event,
    payload: encoding === 1 ? JSON.parse(rest.toString()) as unknown : rest,
    ...(meta === '' ? {} : { meta: JSON.parse(meta) as unknown }),
  }
  return { joinRef: null, ref: null, topic, event: 'broadcast', payload, binary: true }
}
