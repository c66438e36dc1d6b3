/**
 * The two ways Phoenix frames are written. Version 1.0.0: JSON objects. Version 2.0.0: JSON arrays, and binary frames
 * for broadcasts. Everything above this module deals in messages.
 */

/** Protocol version of one socket (`vsn` of its URL). */
export type Version = '1.0.0' | '2.0.0'

/** Whether `text` names a version that a socket may speak. */
export const isVersion = (text: string): text is Version => text === '1.0.0' || text === '2.0.0'

/** A broadcast whose payload is never decoded, only carried. */
export class UserBroadcast {
  constructor(
    readonly event: string,
    readonly encoding: 'json' | 'binary',
    readonly payload: Buffer,
    /** JSON object that travels beside the payload, such as `{"id": …}` of a stored message. */
    readonly meta?: Record<string, unknown>,
  ) {}
}

/** One frame from a client. */
export interface ClientMessage {
  joinRef: string | null
  ref: string | null
  topic: string
  event: string
  /** Whatever JSON the client sent, or a broadcast that came as a binary frame of kind 3. */
  payload: unknown
  /** Bytes of the whole frame, which stand for the size of what is in it. */
  size: number
}

/** One message to a client, before it is written in a socket's version. */
export interface ServerMessage {
  joinRef: string | null
  ref: string | null
  topic: string
  event: string
  payload: unknown
}

/** A frame ready to be sent. */
export interface Frame {
  data: string | Buffer
  binary: boolean
}

/** Kinds of binary frames, the first byte. 1 (reply) and 2 (broadcast) are only ever sent, and not by this service. */
const KIND = { push: 0, userBroadcastPush: 3, userBroadcast: 4 } as const

/** A frame that is not one: it is logged and ignored, the socket stays open. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
}

/**
 * Reads a client's frame.
 * @throws {MalformedFrame}
 */
export function decode(data: Buffer, isBinary: boolean, version: Version): ClientMessage {
  if (isBinary && version === '2.0.0') return decodeBinary(data)
  let json: unknown
  try {
    json = JSON.parse(data.toString('utf8'))
  } catch {
    throw new MalformedFrame('not JSON')
  }
  return version === '2.0.0' ? fromArray(json, data.length) : fromObject(json, data.length)
}

function fromArray(json: unknown, size: number): ClientMessage {
  if (!Array.isArray(json) || json.length < 5) throw new MalformedFrame('not an array of five')
  const [joinRef, ref, topic, event, payload] = json as unknown[]
  return message([joinRef, ref, topic, event, payload], size)
}

function fromObject(json: unknown, size: number): ClientMessage {
  if (!isRecord(json) || !('payload' in json) || !('ref' in json)) {
    throw new MalformedFrame('keys are missing')
  }
  // A join names its own channel: version 1 clients do not repeat the reference.
  const joinRef = json.event === 'phx_join' ? json.ref : json.join_ref
  return message([joinRef, json.ref, json.topic, json.event, json.payload], size)
}

function message([joinRef, ref, topic, event, payload]: unknown[], size: number): ClientMessage {
  if (typeof topic !== 'string' || typeof event !== 'string') throw new MalformedFrame('no topic or no event')
  return { joinRef: reference(joinRef), ref: reference(ref), topic, event, payload, size }
}

const reference = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null

function decodeBinary(data: Buffer): ClientMessage {
  const reader = new Reader(data)
  const kind = reader.byte()
  if (kind === KIND.push) {
    const [joinRef, ref, topic, event] = reader.strings(reader.lengths(4)) as [string, string, string, string]
    return {
      joinRef: joinRef || null,
      ref: ref || null,
      topic,
      event,
      payload: reader.rest(),
      size: data.length,
    }
  }
  if (kind !== KIND.userBroadcastPush) throw new MalformedFrame(`unknown kind ${kind}`)
  const lengths = reader.lengths(5)
  const encoding = reader.byte() === 0 ? 'binary' : 'json'
  // The fifth string is metadata that a client may attach; upstream reads it and uses none of it.
  const [joinRef, ref, topic, event] = reader.strings(lengths) as [string, string, string, string, string]
  const payload = new UserBroadcast(event, encoding, reader.rest())
  return { joinRef: joinRef || null, ref: ref || null, topic, event: 'broadcast', payload, size: data.length }
}

/** Walks through a binary frame; whatever reaches past its end is malformed. */
class Reader {
  #offset = 0
  constructor(readonly data: Buffer) {}

  byte(): number {
    const value = this.data[this.#offset++]
    if (value === undefined) throw new MalformedFrame('too short')
    return value
  }

  lengths(count: number): number[] {
    return Array.from({ length: count }, () => this.byte())
  }

  strings(lengths: number[]): string[] {
    return lengths.map((length) => {
      const end = this.#offset + length
      if (end > this.data.length) throw new MalformedFrame('too short')
      return this.data.toString('utf8', this.#offset, this.#offset = end)
    })
  }

  rest(): Buffer {
    return this.data.subarray(this.#offset)
  }
}

/** Writes one message for one socket. */
export function encode(message: ServerMessage, version: Version): Frame {
  const { joinRef, ref, topic, event, payload } = message
  return text(
    version === '2.0.0'
      ? JSON.stringify([joinRef, ref, topic, event, payload])
      : JSON.stringify({ topic, event, payload, ref }),
  )
}

/**
 * Writes a message to a whole room whose payload is JSON text already: numbers keep every digit Postgres gave them.
 */
export function encodeText(topic: string, event: string, payload: string, version: Version): Frame {
  const names = `${JSON.stringify(topic)},`
  return text(
    version === '2.0.0'
      ? `[null,null,${names}${JSON.stringify(event)},${payload}]`
      : `{"topic":${names}"event":${JSON.stringify(event)},"payload":${payload},"ref":null}`,
  )
}

const text = (data: string): Frame => ({ data, binary: false })

/** Writes the answer to one client message. */
export function encodeReply(
  to: { joinRef: string | null; ref: string | null; topic: string },
  status: 'ok' | 'error',
  response: unknown,
  version: Version,
): Frame {
  return encode({ ...to, event: 'phx_reply', payload: { status, response } }, version)
}

/**
 * Writes a broadcast that came with its payload still encoded. Version 1 has no binary frames: JSON payloads are put
 * into an object, binary ones cannot be delivered.
 * @returns the frame, or undefined where this version cannot carry it
 */
export function encodeUserBroadcast(
  topic: string,
  broadcast: UserBroadcast,
  version: Version,
): Frame | undefined {
  const { event, encoding, payload, meta } = broadcast
  const strings = [topic, event, meta === undefined ? '' : JSON.stringify(meta)].map((text) =>
    Buffer.from(text)
  )
  // Lengths are single bytes: longer names go as text too, which says the same to a client.
  if (version === '2.0.0' && strings.every((string) => string.length <= 255)) {
    const lengths = strings.map((string) => string.length)
    const header = Buffer.from([KIND.userBroadcast, ...lengths, encoding === 'json' ? 1 : 0])
    return { data: Buffer.concat([header, ...strings, payload]), binary: true }
  }
  if (encoding === 'binary') return undefined
  try {
    const content = {
      type: 'broadcast',
      event,
      payload: JSON.parse(payload.toString('utf8')) as unknown,
      meta,
    }
    return encode({ joinRef: null, ref: null, topic, event: 'broadcast', payload: content }, version)
  } catch {
    return undefined // its sender called it JSON, and it is not
  }
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
