import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyTooLarge, readBody, sendJson } from '../http.ts'
import type { Authorizer } from './authorization.ts'
import { payloadLimit } from './channel.ts'
import type { RealtimeConfig } from './config.ts'
import { DatabaseFailure } from './failures.ts'
import type { Rooms } from './rooms.ts'
import type { TokenClaims } from './tokens.ts'
import { isRecord, UserBroadcast } from './wire.ts'

/** What the HTTP side of Realtime needs. */
export interface BroadcastServices {
  readonly config: RealtimeConfig
  readonly rooms: Rooms
  readonly authorizer: Authorizer
  /** Verifies a token. @throws {InvalidToken} */
  verify(token: string): Promise<TokenClaims>
}

/** An answer other than 202. */
class Refused extends Error {
  constructor(readonly status: number, readonly body: unknown) {
    super(`HTTP ${status}`)
  }
}

const refused = (status: number, message: string) => new Refused(status, { message })

/** A message of a batch, once it has been checked. */
interface BatchMessage {
  topic: string
  event: string
  payload: Record<string, unknown>
  private: boolean
}

/** Largest body of a batch: as many bytes as one WebSocket frame may have. */
const LARGEST_BODY = 5_000_000

/** Broadcasts over HTTP: `POST /api/broadcast` and `POST /api/broadcast/{topic}/events/{event}`. */
export class BroadcastApi {
  constructor(readonly services: BroadcastServices) {}

  /** Answers a broadcast call. @param path without query, beginning with `/api/broadcast` */
  async handle(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    try {
      const claims = await this.#authenticate(req)
      this.#showRate(res)
      const single = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(path)
      if (single !== null) {
        const [topic, event] = [decode(single[1]!), decode(single[2]!)]
        await this.#broadcastOne(req, claims, topic, event, query.get('private') === 'true')
      } else if (path === '/api/broadcast') {
        await this.#broadcastBatch(req, claims)
      } else {
        throw refused(404, 'Not found')
      }
      res.writeHead(202, { 'access-control-allow-origin': '*', 'content-length': 0 }).end()
    } catch (error) {
      if (req.destroyed && !req.complete) return // the caller hung up
      const { status, body } = asRefused(error)
      sendJson(res, status, body, { 'access-control-allow-origin': '*' })
    }
  }

  async #authenticate(req: IncomingMessage): Promise<TokenClaims> {
    const bearer = /^bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1]
    const apikey = req.headers.apikey
    const token = bearer ?? (typeof apikey === 'string' ? apikey : undefined)
    try {
      return await this.services.verify(token ?? '')
    } catch {
      throw refused(401, 'Unauthorized')
    }
  }

  #showRate(res: ServerResponse): void {
    const { average, limit } = this.services.rooms.events
    res.setHeader('x-rate-rolling', average.toFixed(1))
    res.setHeader('x-rate-limit', limit)
    res.setHeader('x-rate-limit-remaining', Math.max(0, Math.floor(limit - average)))
  }

  /** @throws {Refused} when so many more messages would be too many */
  #checkRate(count: number): void {
    const { average, limit } = this.services.rooms.events
    if (average > limit) throw refused(429, 'You have exceeded your rate limit')
    if (average + count > limit) {
      throw refused(429, 'Too many messages to broadcast, please reduce the batch size')
    }
  }

  async #broadcastBatch(req: IncomingMessage, claims: TokenClaims): Promise<void> {
    const messages = checkBatch(await readJson(req, LARGEST_BODY), payloadLimit(this.services.config))
    this.#checkRate(messages.length)
    const topics = new Set(messages.filter((message) => message.private).map(({ topic }) => topic))
    const allowed = new Set<string>()
    for (const topic of topics) {
      if (await this.#maySend(req, claims, topic).catch(() => false)) allowed.add(topic)
    }
    for (const { topic, event, payload, private: isPrivate } of messages) {
      // What the caller may not send is passed over: the call succeeds all the same.
      if (isPrivate && !allowed.has(topic)) continue
      this.services.rooms.broadcast(topic, isPrivate, { type: 'broadcast', event, payload })
    }
  }

  async #broadcastOne(
    req: IncomingMessage,
    claims: TokenClaims,
    topic: string,
    event: string,
    isPrivate: boolean,
  ): Promise<void> {
    const type = (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
    if (type !== 'application/json' && type !== 'application/octet-stream') {
      throw refused(415, 'Unsupported media type. Use application/json or application/octet-stream')
    }
    const limit = payloadLimit(this.services.config)
    const body = await readWithin(req, limit)
    if (type === 'application/json') parseJson(body)
    this.#checkRate(1)
    if (isPrivate) {
      let allowed: boolean
      try {
        allowed = await this.#maySend(req, claims, topic)
      } catch (error) {
        throw refused(422, error instanceof Error ? error.message : 'Unknown error')
      }
      if (!allowed) throw refused(403, 'Unauthorized')
    }
    const encoding = type === 'application/json' ? 'json' : 'binary'
    this.services.rooms.broadcast(topic, isPrivate, new UserBroadcast(event, encoding, body))
  }

  async #maySend(req: IncomingMessage, claims: TokenClaims, topic: string): Promise<boolean> {
    return await this.services.authorizer.maySend({ topic, claims, headers: plainHeaders(req) }, 'broadcast')
  }
}

/** Headers of a request, those that came several times joined. */
export function plainHeaders(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(req.headers).map((
      [name, value],
    ) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']),
  )
}

/** @throws {Refused} with one object of errors per message, in upstream's form */
function checkBatch(body: unknown, limit: number): BatchMessage[] {
  const list = isRecord(body) ? body.messages : undefined
  if (list === undefined || list === null) throw invalid(["can't be blank"])
  if (!Array.isArray(list)) throw invalid(['is invalid'])
  if (list.length === 0) throw invalid(["can't be blank"])
  const problems = list.map((message) => problemsOf(message, limit))
  if (problems.some((found) => Object.keys(found).length > 0)) throw invalid(problems)
  return list.map((message: BatchMessage) => ({ ...message, private: isTrue(message.private) }))
}

const invalid = (messages: unknown) => new Refused(422, { errors: { messages } })

function problemsOf(message: unknown, limit: number): Record<string, string[]> {
  const { topic, event, payload, private: isPrivate } = isRecord(message) ? message : {}
  const problems: Record<string, string[]> = {}
  for (const [name, value] of Object.entries({ topic, event })) {
    if (value === undefined || value === null || value === '') problems[name] = ["can't be blank"]
    else if (typeof value !== 'string') problems[name] = ['is invalid']
  }
  if (payload === undefined || payload === null) problems.payload = ["can't be blank"]
  else if (!isRecord(payload)) problems.payload = ['is invalid']
  else if (Buffer.byteLength(JSON.stringify(payload)) > limit) {
    problems.payload = ['Payload size exceeds tenant limit']
  }
  if (isPrivate !== undefined && isPrivate !== null && !isBoolean(isPrivate)) {
    problems.private = ['is invalid']
  }
  return problems
}

const isTrue = (value: unknown) => value === true || value === 'true' || value === '1'
const isBoolean = (value: unknown) => isTrue(value) || value === false || value === 'false' || value === '0'

async function readJson(req: IncomingMessage, limit: number): Promise<unknown> {
  return parseJson(await readWithin(req, limit))
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    throw refused(400, 'Bad Request')
  }
}

async function readWithin(req: IncomingMessage, limit: number): Promise<Buffer> {
  try {
    return await readBody(req, limit)
  } catch (error) {
    if (error instanceof BodyTooLarge) throw refused(413, 'Request Entity Too Large')
    throw error
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw refused(400, 'Bad Request')
  }
}

function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  if (error instanceof DatabaseFailure) return refused(422, error.message)
  console.error('UnknownErrorOnController', error)
  return refused(422, 'Unknown error')
}
