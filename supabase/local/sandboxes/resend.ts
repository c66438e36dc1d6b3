import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { BodyTooLarge, readBody, sendJson } from '../http.ts'
import type { Faults } from './faults.ts'
import type { Inbox } from './inbox.ts'
import type { ResendWebhooks } from './resend-webhooks.ts'

/** Resend's limit on a whole mail. */
const LARGEST_BODY = 40 * 1024 * 1024
const LONGEST_KEY = 256
const KEY_LIFETIME_MS = 24 * 3600 * 1000
const KEPT_EMAILS = 2000

const ADDRESS = /^[^\s@<>,;:"()[\]]+@[^\s@<>,;:"()[\]]+\.[^\s@<>,;:"()[\]]+$/
const recipients = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1).max(50)])

const Email = z.object({
  from: z.string(),
  to: recipients,
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  cc: recipients.optional(),
  bcc: recipients.optional(),
  reply_to: recipients.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  attachments: z.array(z.object({
    filename: z.string().min(1),
    /** Base64. */
    content: z.base64(),
    content_type: z.string().optional(),
  })).optional(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
})
type Email = z.infer<typeof Email>

interface Stored {
  fingerprint: string
  startedAt: number
  answer: unknown
}

/** What the Resend sandbox is made with. */
export interface ResendOptions {
  apiKey: string
  inbox: Inbox
  faults: Faults
  webhooks: ResendWebhooks
}

/** Addresses that Resend keeps for tests, with any label; mails to them come back, or are complained about. */
const TEST_ADDRESSES: [RegExp, event: string, last: string, more: object][] = [
  [/^bounced(\+[^@]*)?@resend\.dev$/i, 'email.bounced', 'bounced', {
    bounce: {
      type: 'Permanent',
      subType: 'General',
      message: "The recipient's email provider sent a hard bounce message.",
    },
  }],
  [/^complained(\+[^@]*)?@resend\.dev$/i, 'email.complained', 'complained', {}],
  [/^suppressed(\+[^@]*)?@resend\.dev$/i, 'email.suppressed', 'suppressed', {}],
]

class ResendError extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message)
  }
}

/** Answers as Resend's e-mail API does (https://resend.com/docs/api-reference/emails/send-email). */
export class ResendSandbox {
  #options: ResendOptions
  #keys = new Map<string, Stored>()
  #emails = new Map<string, Record<string, unknown>>()

  constructor(options: ResendOptions) {
    this.#options = options
  }

  /** Whether this path is the sandbox's. */
  serves(path: string): boolean {
    return path === '/emails' || path.startsWith('/emails/')
  }

  /** Stops telling. */
  close(): void {
    this.#options.webhooks.close()
  }

  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    try {
      this.#checkKey(req)
      if (req.method === 'GET') {
        const email = this.#emails.get(url.pathname.slice('/emails/'.length))
        if (!email) throw new ResendError(404, 'not_found', 'Email not found')
        return sendJson(res, 200, email)
      }
      if (req.method !== 'POST' || (url.pathname !== '/emails' && url.pathname !== '/emails/batch')) {
        throw new ResendError(405, 'method_not_allowed', 'Method is not allowed for the requested path.')
      }
      const fault = await this.#options.faults.take('POST', url.pathname)
      if (fault && fault.when !== 'after') return breakOff(req, res, fault.status)
      const body = await readBody(req, LARGEST_BODY)
      const answer = this.#once(req, body, () => this.#send(url.pathname, parseJson(body)))
      if (fault) return breakOff(req, res, fault.status)
      sendJson(res, 200, answer)
    } catch (error) {
      if (error instanceof ResendError) return sendError(res, error)
      if (error instanceof BodyTooLarge) {
        return sendError(res, new ResendError(413, 'validation_error', error.message))
      }
      throw error
    }
  }

  /** Sends once for each idempotency key and gives the first answer again; a refused mail is not remembered. */
  #once(req: IncomingMessage, body: Buffer, send: () => unknown): unknown {
    const key = req.headers['idempotency-key']
    if (key === undefined) return send()
    if (typeof key !== 'string' || key.length < 1 || key.length > LONGEST_KEY) {
      throw new ResendError(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
    }
    const fingerprint = createHash('sha256').update(body).digest('hex')
    const known = this.#keys.get(key)
    if (known && Date.now() - known.startedAt < KEY_LIFETIME_MS) {
      if (known.fingerprint === fingerprint) return known.answer
      throw new ResendError(
        409,
        'invalid_idempotent_request',
        'This idempotency key was already used with a different request body.',
      )
    }
    const answer = send()
    this.#keys.set(key, { fingerprint, startedAt: Date.now(), answer })
    return answer
  }

  #send(path: string, body: unknown): unknown {
    if (path === '/emails') return { id: this.#deliver(checkEmail(body)) }
    if (!Array.isArray(body) || body.length < 1 || body.length > 100) {
      throw new ResendError(422, 'validation_error', 'A batch is an array of 1 to 100 emails.')
    }
    const emails = body.map(checkEmail)
    return { data: emails.map((email) => ({ id: this.#deliver(email) })) }
  }

  #deliver(email: Email): string {
    const id = randomUUID()
    const { from, to, subject, html = null, text = null, cc = [], bcc = [], attachments = [] } = email
    this.#options.inbox.addMail({
      from,
      to: [...to, ...cc, ...bcc],
      subject,
      html,
      text,
      attachments,
      headers: email.headers,
    })
    const createdAt = new Date().toISOString()
    const [, event, lastEvent = 'delivered', more] =
      TEST_ADDRESSES.find(([address]) => to.some((one) => address.test(one))) ?? []
    if (event !== undefined) {
      const data = { created_at: createdAt, email_id: id, from, to, subject, ...more }
      this.#options.webhooks.send({ type: event, created_at: createdAt, data })
    }
    this.#emails.set(id, {
      object: 'email',
      id,
      from,
      to,
      cc,
      bcc,
      reply_to: email.reply_to ?? [],
      subject,
      html,
      text,
      created_at: createdAt,
      last_event: lastEvent,
    })
    if (this.#emails.size > KEPT_EMAILS) this.#emails.delete(this.#emails.keys().next().value!)
    return id
  }

  #checkKey(req: IncomingMessage): void {
    const key = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '')?.[1]
    if (key === undefined) throw new ResendError(401, 'missing_api_key', 'Missing API Key')
    if (key !== this.#options.apiKey) throw new ResendError(403, 'invalid_api_key', 'API key is invalid')
  }
}

function checkEmail(body: unknown): Email {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ResendError(422, 'validation_error', 'The email must be an object.')
  }
  for (const name of ['from', 'to', 'subject']) {
    if (!(name in body)) throw new ResendError(422, 'missing_required_field', `Missing \`${name}\` field.`)
  }
  const parsed = Email.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ResendError(
      422,
      'validation_error',
      `Invalid \`${issue?.path.join('.')}\` field. ${issue?.message}`,
    )
  }
  const email = parsed.data
  if (email.html === undefined && email.text === undefined) {
    throw new ResendError(422, 'missing_required_field', 'Missing `html` or `text` field.')
  }
  checkAddresses('from', [email.from])
  for (const field of ['to', 'cc', 'bcc', 'reply_to'] as const) checkAddresses(field, email[field] ?? [])
  if (/[\r\n]/.test(email.subject)) {
    throw new ResendError(422, 'validation_error', 'The `\\n` is not allowed in the `subject` field.')
  }
  return email
}

function checkAddresses(field: string, addresses: string[]): void {
  for (const address of addresses) {
    const bare = /^[^<>\r\n]*<([^<>]+)>$/.exec(address)?.[1] ?? address
    if (!ADDRESS.test(bare)) {
      throw new ResendError(
        422,
        'validation_error',
        `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`,
      )
    }
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new ResendError(400, 'validation_error', 'The request body is not valid JSON.')
  }
}

function sendError(res: ServerResponse, error: ResendError): void {
  sendJson(res, error.status, { statusCode: error.status, name: error.code, message: error.message })
}

function breakOff(req: IncomingMessage, res: ServerResponse, status: number | null): void {
  if (status === null) {
    req.socket.destroy()
    return
  }
  if (status === 429) res.setHeader('retry-after', '1')
  const code = status === 429 ? 'rate_limit_exceeded' : 'application_error'
  sendError(res, new ResendError(status, code, 'An error that was asked for at /_control.'))
}
