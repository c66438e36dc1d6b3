import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyTooLarge, readBody, sendJson } from '../http.ts'
import type { Faults } from './faults.ts'
import type { Inbox } from './inbox.ts'

const PREFIX = '/2010-04-01/Accounts/'
const LARGEST_BODY = 64 * 1024
const LONGEST_TEXT = 1600
const KEPT_MESSAGES = 2000

/** Test numbers that always fail (https://www.twilio.com/docs/iam/test-credentials). */
const FAILING_TO: Record<string, [code: number, message: string]> = {
  '+15005550001': [21211, "Invalid 'To' Phone Number: +15005550001"],
  '+15005550002': [
    21612,
    "The 'To' phone number: +15005550002, is not currently reachable using the 'From' phone number",
  ],
  '+15005550003': [
    21408,
    "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  ],
  '+15005550004': [21610, 'Attempt to send to unsubscribed recipient'],
  '+15005550009': [21614, "'To' number is not a valid mobile number"],
}
const FAILING_FROM: Record<string, [code: number, message: string]> = {
  '+15005550001': [21212, "Invalid 'From' Phone Number: +15005550001"],
  '+15005550007': [
    21606,
    "The 'From' phone number +15005550007 is not a valid, SMS-capable inbound phone number",
  ],
  '+15005550008': [21611, "This 'From' number has exceeded the maximum number of queued messages"],
}

/** What the Twilio sandbox is made with. */
export interface TwilioOptions {
  accountSid: string
  authToken: string
  inbox: Inbox
  faults: Faults
}

/** Answers as Twilio's Messages API does (https://www.twilio.com/docs/messaging/api/message-resource). */
export class TwilioSandbox {
  #options: TwilioOptions
  #messages = new Map<string, Record<string, unknown>>()

  constructor(options: TwilioOptions) {
    this.#options = options
  }

  /** Whether this path is the sandbox's. */
  serves(path: string): boolean {
    return path.startsWith('/2010-04-01/')
  }

  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const { accountSid, authToken, faults } = this.#options
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
    if (!sameText(req.headers.authorization ?? '', expected)) {
      res.setHeader('www-authenticate', 'Basic realm="Twilio API"')
      return sendError(res, 401, 20003, 'Authenticate')
    }
    const resource = url.pathname.startsWith(`${PREFIX}${accountSid}/`)
      ? url.pathname.slice(`${PREFIX}${accountSid}/`.length)
      : ''
    const sid = /^Messages\/(SM[0-9a-f]{32})\.json$/.exec(resource)?.[1]
    if (req.method === 'GET' && sid !== undefined && this.#messages.has(sid)) {
      return sendJson(res, 200, this.#messages.get(sid))
    }
    if (req.method !== 'POST' || resource !== 'Messages.json') {
      return sendError(res, 404, 20404, `The requested resource ${url.pathname} was not found`)
    }
    const fault = await faults.take('POST', url.pathname)
    if (fault && fault.when !== 'after') return breakOff(req, res, fault.status)
    let form: URLSearchParams
    try {
      form = new URLSearchParams((await readBody(req, LARGEST_BODY)).toString('utf8'))
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error
      return sendError(res, 413, 20001, error.message)
    }
    const problem = findProblem(form)
    if (problem) return sendError(res, 400, ...problem)
    const message = this.#accept(form)
    if (fault) return breakOff(req, res, fault.status)
    sendJson(res, 201, message)
  }

  #accept(form: URLSearchParams): Record<string, unknown> {
    const { accountSid, inbox } = this.#options
    const from = form.get('From') ?? form.get('MessagingServiceSid')!
    const to = form.get('To')!
    const body = form.get('Body')!
    const sid = `SM${randomBytes(16).toString('hex')}`
    inbox.add({ channel: 'sms', from, to, subject: null, text: body, html: null })
    const date = new Date().toUTCString().replace('GMT', '+0000')
    const message = {
      account_sid: accountSid,
      api_version: '2010-04-01',
      body,
      date_created: date,
      date_sent: null,
      date_updated: date,
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: form.get('From'),
      messaging_service_sid: form.get('MessagingServiceSid'),
      num_media: '0',
      num_segments: String(segments(body)),
      price: null,
      price_unit: 'USD',
      sid,
      status: form.has('From') ? 'queued' : 'accepted',
      subresource_uris: { media: `${PREFIX}${accountSid}/Messages/${sid}/Media.json` },
      to,
      uri: `${PREFIX}${accountSid}/Messages/${sid}.json`,
    }
    this.#messages.set(sid, { ...message, status: 'delivered', date_sent: date })
    if (this.#messages.size > KEPT_MESSAGES) this.#messages.delete(this.#messages.keys().next().value!)
    return message
  }
}

function findProblem(form: URLSearchParams): [code: number, message: string] | null {
  const [to, from, body] = [form.get('To'), form.get('From'), form.get('Body')]
  if (!to) return [21604, "A 'To' phone number is required."]
  if (!from && !form.get('MessagingServiceSid')) return [21603, "A 'From' phone number is required."]
  if (!body) return [21602, 'Message body is required.']
  if (FAILING_TO[to]) return FAILING_TO[to]
  if (from && FAILING_FROM[from]) return FAILING_FROM[from]
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return [21211, `Invalid 'To' Phone Number: ${to}`]
  // A sender is a number, a short code, or a name of up to eleven letters and digits.
  if (from && !/^(\+[1-9]\d{6,14}|\d{5,6}|[A-Za-z0-9 ]{1,11})$/.test(from)) {
    return [21212, `Invalid 'From' Phone Number: ${from}`]
  }
  if (body.length > LONGEST_TEXT) {
    return [21617, 'The concatenated message body exceeds the 1600 character limit']
  }
  return null
}

/** How many SMS one text becomes: 160 (153) characters each, or 70 (67) where the GSM alphabet does not do. */
function segments(body: string): number {
  const [single, joined] = /^[\x20-\x7e\n\r£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€]*$/.test(body)
    ? [160, 153]
    : [70, 67]
  return body.length <= single ? 1 : Math.ceil(body.length / joined)
}

function sendError(res: ServerResponse, status: number, code: number, message: string): void {
  sendJson(res, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })
}

function breakOff(req: IncomingMessage, res: ServerResponse, status: number | null): void {
  if (status === null) req.socket.destroy()
  else sendError(res, status, status === 429 ? 20429 : 20500, 'An error that was asked for at /_control.')
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
