import type { WebSocket } from 'ws'
import { Channel, type ChannelServices, type ChannelSocket } from './channel.ts'
import { JoinRefused } from './failures.ts'
import {
  type ClientMessage,
  decode,
  encode,
  encodeReply,
  type Frame,
  MalformedFrame,
  type Version,
} from './wire.ts'

/** Close codes that clients see; they reconnect after any that they did not ask for. */
export const CLOSE = { idle: 1000, forced: 1001, restart: 1012 } as const

/** Messages that may wait for their turn on one socket before it is read no further. */
const MOST_WAITING = 256

/**
 * One WebSocket: reads frames, hands them to its channels in order, writes what they answer. Messages of one topic wait
 * for each other (a join may take a while); topics do not wait for each other, and heartbeats for nothing.
 */
export class Connection implements ChannelSocket {
  readonly #channels = new Map<string, Channel>()
  readonly #queues = new Map<string, Promise<void>>()
  #waiting = 0
  #lastHeardAt = Date.now()
  #closed = false

  constructor(
    readonly services: ChannelServices,
    readonly ws: WebSocket,
    readonly version: Version,
    readonly token: string,
    readonly headers: Record<string, string>,
    readonly onClosed: (connection: Connection) => void,
  ) {
    ws.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary))
    ws.on('ping', () => this.#lastHeardAt = Date.now())
    ws.on('pong', () => this.#lastHeardAt = Date.now())
    ws.on('close', () => this.#dispose())
    ws.on('error', () => {}) // frames that break the protocol, a reset connection: `close` follows
  }

  get channelCount(): number {
    return this.#channels.size
  }

  /** Milliseconds since the client was last heard. */
  get silence(): number {
    return Date.now() - this.#lastHeardAt
  }

  send(frame: Frame): void {
    if (this.ws.readyState !== this.ws.OPEN) return
    if (this.ws.bufferedAmount > this.services.config.limits.unsent_bytes) {
      // The client does not read as fast as it is written to. It will fetch what it missed when it is back.
      console.warn('SlowConsumer: a socket was cut off because too much was waiting for it')
      return this.ws.terminate()
    }
    this.ws.send(frame.data, { binary: frame.binary })
  }

  forget(channel: Channel): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic)
  }

  /** Closes with a code. A client that does not answer is cut off by ws after a while. */
  close(code: number): void {
    this.ws.close(code)
  }

  /** Says goodbye on every channel and closes, as upstream does before it restarts. */
  drain(): void {
    for (const channel of this.#channels.values()) {
      channel.pushSystem('system', 'ok', 'Server requested disconnect')
    }
    this.close(CLOSE.restart)
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#lastHeardAt = Date.now()
    let message: ClientMessage
    try {
      message = decode(data, isBinary, this.version)
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error
      return console.warn(`MalformedFrame: ${error.message}`)
    }
    const { topic } = message
    if (topic === 'phoenix' && message.event === 'heartbeat') return this.#reply(message, 'ok', {})

    const before = this.#queues.get(topic)
    let work: Promise<void> | void
    try {
      work = before === undefined ? this.#route(message) : before.then(() => this.#route(message))
    } catch (error) {
      return this.#crash(topic, error) // such as a payload that is nested too deeply to be written again
    }
    if (work === undefined) return

    if (++this.#waiting === MOST_WAITING) this.ws.pause()
    const done: Promise<void> = work
      .catch((error: unknown) => this.#crash(topic, error))
      .then(() => {
        if (this.#queues.get(topic) === done) this.#queues.delete(topic)
        if (this.#waiting-- === MOST_WAITING) this.ws.resume()
      })
    this.#queues.set(topic, done)
  }

  #route(message: ClientMessage): Promise<void> | void {
    if (this.#closed) return
    const { topic, event } = message
    const channel = this.#channels.get(topic)
    if (event === 'phx_join' && topic.startsWith('realtime:')) {
      channel?.closeWithNotice()
      return this.#join(message)
    }
    if (channel === undefined) {
      if (event === 'phx_leave') this.#reply(message, 'ok', {})
      else this.#reply(message, 'error', { reason: 'unmatched topic' })
      return
    }
    // From before a rejoin: not meant for the channel that is there now.
    if (message.joinRef !== null && channel.joinRef !== null && message.joinRef !== channel.joinRef) return
    if (event === 'phx_leave') {
      this.#reply({ ...message, joinRef: channel.joinRef }, 'ok', {})
      return channel.closeWithNotice()
    }
    return channel.handle(message)
  }

  async #join(message: ClientMessage): Promise<void> {
    const channel = new Channel(this.services, this, message)
    this.#channels.set(message.topic, channel)
    try {
      await channel.join(message)
    } catch (error) {
      channel.close()
      if (!(error instanceof JoinRefused)) throw error
      await new Promise((resolve) =>
        setTimeout(resolve, this.services.config.timing.join_error_delay_ms).unref()
      )
      this.#reply(message, 'error', { reason: error.reason })
      if (error.closesSocket) this.close(CLOSE.forced)
    }
  }

  /** A bug in one channel ends that channel, and the client joins it again. */
  #crash(topic: string, error: unknown): void {
    console.error('ChannelCrashed', error)
    const channel = this.#channels.get(topic)
    channel?.close()
    const joinRef = channel?.joinRef ?? null
    this.send(encode({ joinRef, ref: joinRef, topic, event: 'phx_error', payload: {} }, this.version))
  }

  #reply(to: ClientMessage, status: 'ok' | 'error', response: unknown): void {
    const { joinRef, ref, topic } = to
    this.send(encodeReply({ joinRef, ref, topic }, status, response, this.version))
  }

  #dispose(): void {
    if (this.#closed) return
    this.#closed = true
    for (const channel of [...this.#channels.values()]) channel.close()
    this.services.users.delete(this)
    this.onClosed(this)
  }
}
