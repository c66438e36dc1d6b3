import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendJson } from '../http.ts'

/** A mail or text that would have left the machine, or what happened to a payment. */
export interface Message {
  id: string
  channel: 'email' | 'sms' | 'payment'
  from: string
  /** E-mail address or E.164 phone number of the one recipient; of a payment its id. */
  to: string
  subject: string | null
  text: string | null
  html: string | null
  /** Files that came with it; content is base64. */
  attachments?: Attachment[]
  /** ISO 8601, UTC. */
  receivedAt: string
}

/** A file of a mail. */
export interface Attachment {
  filename: string
  /** Base64. */
  content: string
  content_type?: string | undefined
}

/** A mail as a service of the platform hands it over. */
export interface Mail {
  from: string
  to: string
  subject: string
  html: string
  text?: string
}

const CHANNELS = ['email', 'sms', 'payment']

/** How many messages are kept; the oldest go first. */
const CAPACITY = 2000
/** A comment line this often keeps proxies and browsers from closing an idle stream. */
const HEARTBEAT_MS = 20_000

/** Holds what was sent, in memory, and tells open pages about each new message. */
export class Inbox {
  #messages: Message[] = []
  #streams = new Set<ServerResponse>()

  /** Stores one message for one recipient and shows it on every open page. */
  add(message: Omit<Message, 'id' | 'receivedAt'>): Message {
    const stored: Message = { id: randomUUID(), ...message, receivedAt: new Date().toISOString() }
    this.#messages.unshift(stored)
    if (this.#messages.length > CAPACITY) this.#messages.length = CAPACITY
    this.#publish('message', stored)
    return stored
  }

  /** Stores a mail once for each of its recipients. */
  addMail(
    mail: {
      from: string
      to: string[]
      subject: string
      html: string | null
      text: string | null
      attachments?: Attachment[]
    },
  ): void {
    for (const to of mail.to) {
      this.add({
        channel: 'email',
        from: mail.from,
        to,
        subject: mail.subject,
        html: mail.html,
        ...(mail.attachments?.length ? { attachments: mail.attachments } : {}),
        text: mail.text ?? (mail.html === null ? null : readableText(mail.html)),
      })
    }
  }

  /** The messages that match, newest first; payments only where they are asked for. Addresses compare without case, phones without "+". */
  list(filter: { to?: string | null; channel?: string | null; limit?: number } = {}): Message[] {
    const to = filter.to ? comparable(filter.to) : null
    return this.#messages
      .filter((message) => to === null || comparable(message.to) === to)
      .filter(({ channel }) => filter.channel ? channel === filter.channel : channel !== 'payment')
      .slice(0, filter.limit ?? CAPACITY)
  }

  /** Forgets every message. */
  clear(): void {
    this.#messages = []
    this.#publish('cleared', {})
  }

  /**
   * Answers `GET /messages`, `GET /messages/<id>`, `DELETE /messages` and the live stream `GET /messages/stream`.
   * @param url the request's address, already parsed
   */
  handle(req: IncomingMessage, res: ServerResponse, url: URL): void {
    const id = url.pathname.slice('/messages'.length).replace(/^\//, '')
    if (req.method === 'GET' && id === 'stream') return this.#stream(res)
    if (req.method === 'GET' && id !== '') {
      const message = this.#messages.find((candidate) => candidate.id === id)
      if (message) return sendJson(res, 200, message)
      return sendJson(res, 404, { code: 'message_not_found', message: 'There is no such message.' })
    }
    if (req.method === 'GET') return this.#answerList(res, url)
    if (req.method === 'DELETE' && id === '') {
      this.clear()
      res.writeHead(204).end()
      return
    }
    sendJson(res, 405, {
      code: 'method_not_allowed',
      message: 'Messages are read with GET, cleared with DELETE.',
    }, {
      allow: 'GET, DELETE',
    })
  }

  /** Ends every live stream. */
  close(): void {
    for (const stream of this.#streams) stream.end()
    this.#streams.clear()
  }

  #answerList(res: ServerResponse, url: URL): void {
    const channel = url.searchParams.get('channel')
    const limit = Number(url.searchParams.get('limit') ?? 100)
    if (channel !== null && !CHANNELS.includes(channel)) {
      return sendJson(res, 400, { code: 'bad_channel', message: 'A channel is "email", "sms" or "payment".' })
    }
    if (!Number.isInteger(limit) || limit < 1) {
      return sendJson(res, 400, { code: 'bad_limit', message: 'A limit is a whole number from 1.' })
    }
    sendJson(res, 200, this.list({ to: url.searchParams.get('to'), channel, limit }), {
      'cache-control': 'no-store',
    })
  }

  #stream(res: ServerResponse): void {
    res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    res.write('retry: 1000\n\n')
    const heartbeat = setInterval(() => res.write(':\n\n'), HEARTBEAT_MS)
    heartbeat.unref()
    this.#streams.add(res)
    res.on('close', () => {
      clearInterval(heartbeat)
      this.#streams.delete(res)
    })
  }

  #publish(event: string, data: unknown): void {
    const frame = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const stream of this.#streams) stream.write(frame)
  }
}

/** The bare address out of `Name <address>`, without case and without the "+" of a phone. */
function comparable(recipient: string): string {
  const address = /<([^<>]+)>\s*$/.exec(recipient)?.[1] ?? recipient
  // A "+" that came through an unescaped query string arrives as a space.
  return address.trim().replace(/^\+/, '').toLowerCase()
}

/** A mail's words without its markup, for clients that read the plain part. Links keep their target. */
function readableText(html: string): string {
  return html
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<a\b[^>]*\bhref="([^"]*)"[^>]*>([\s\S]*?)<\/a>/gi, '$2 ($1)')
    .replace(/<(br|\/p|\/div|\/tr|\/h\d|\/li)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim()
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
}
