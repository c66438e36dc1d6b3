import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { importJWK, jwtVerify } from 'jose'
import { BodyTooLarge, readBody, sendJson } from '../http.ts'
import type { Faults } from './faults.ts'
import type { Inbox } from './inbox.ts'

/** What push services take, encryption included. */
const LARGEST_BODY = 4096
const LONGEST_TOKEN_SECONDS = 24 * 3600
const KEPT_BROWSERS = 2000

/** Looks like an address at Mozilla's push service; nothing is sent there. */
const ENDPOINTS = 'https://updates.push.services.mozilla.com/wpush/v2/'

/** A browser that this sandbox plays: it alone can read what is pushed to it. */
interface Browser {
  key: ECDH
  auth: Buffer
}

/** What the sandbox of push services is made with. */
export interface PushSandboxOptions {
  /** The VAPID key that senders must sign with. */
  publicKey: string
  inbox: Inbox
  faults: Faults
}

class PushError extends Error {
  constructor(readonly status: number, message: string) {
    super(message)
  }
}

/**
 * Stands for the push services of all browsers, and plays browsers, so that what was pushed can be read.
 *
 * - `POST /push/subscriptions` is a browser that subscribes: answers what `PushSubscription.toJSON()` does
 * - `DELETE /push/subscriptions` `{endpoint}` is one that ends it: from then on 410 is answered
 * - `POST /push/<endpoint, URL-encoded>` takes a message (RFC 8030, 8188, 8291, 8292) and shows it in the inbox. One for a
 *   browser that is not played here is taken, too, and cannot be read.
 */
export class PushSandbox {
  #options: PushSandboxOptions
  #browsers = new Map<string, Browser>()
  #gone = new Set<string>()

  constructor(options: PushSandboxOptions) {
    this.#options = options
  }

  /** Whether this path is the sandbox's. */
  serves(path: string): boolean {
    return path.startsWith('/push/')
  }

  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    try {
      if (url.pathname === '/push/subscriptions') return await this.#subscription(req, res)
      if (req.method !== 'POST') throw new PushError(405, 'Messages are posted.')
      const fault = await this.#options.faults.take('POST', url.pathname)
      if (fault && fault.when !== 'after') return breakOff(req, res, fault.status)
      const endpoint = decoded(url.pathname.slice('/push/'.length))
      await this.#checkSender(req, endpoint)
      if (this.#gone.has(endpoint)) throw new PushError(410, 'This subscription has ended.')
      this.#deliver(req, endpoint, await readBody(req, LARGEST_BODY))
      if (fault) return breakOff(req, res, fault.status)
      res.writeHead(201, { location: `${ENDPOINTS}m/${randomBytes(12).toString('base64url')}` }).end()
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendError(res, 413, error.message)
      if (error instanceof PushError) return sendError(res, error.status, error.message)
      throw error
    }
  }

  async #subscription(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // A page of any origin may subscribe: that is how a frontend on another port tries it.
    res.setHeader('access-control-allow-origin', '*')
    res.setHeader('access-control-allow-headers', 'content-type')
    res.setHeader('access-control-allow-methods', 'POST, DELETE')
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end()
    } else if (req.method === 'POST') {
      const key = createECDH('prime256v1')
      key.generateKeys()
      const browser = { key, auth: randomBytes(16) }
      const endpoint = `${ENDPOINTS}${randomBytes(24).toString('base64url')}`
      this.#browsers.set(endpoint, browser)
      if (this.#browsers.size > KEPT_BROWSERS) this.#browsers.delete(this.#browsers.keys().next().value!)
      sendJson(res, 201, {
        endpoint,
        expirationTime: null,
        keys: { p256dh: key.getPublicKey('base64url'), auth: browser.auth.toString('base64url') },
      })
    } else if (req.method === 'DELETE') {
      const { endpoint } = parsed(await readBody(req, LARGEST_BODY))
      this.#gone.add(endpoint)
      res.writeHead(204).end()
    } else throw new PushError(405, 'A browser subscribes with POST and ends it with DELETE.')
  }

  async #checkSender(req: IncomingMessage, endpoint: string): Promise<void> {
    const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/i.exec(req.headers.authorization ?? '') ?? []
    if (token === undefined || key === undefined) {
      throw new PushError(401, 'Missing or malformed VAPID header.')
    }
    if (key !== this.#options.publicKey) {
      throw new PushError(403, 'Browsers subscribed with another VAPID key.')
    }
    try {
      const { payload } = await jwtVerify(token, await publicKeyOf(key), {
        audience: new URL(endpoint).origin,
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'sub'],
      })
      if (payload.exp! > Date.now() / 1000 + LONGEST_TOKEN_SECONDS) throw new Error('exp is too far away')
      if (!/^(mailto:|https:)/.test(payload.sub!)) throw new Error('sub is no address')
    } catch (error) {
      throw new PushError(403, `The VAPID token is not valid: ${(error as Error).message}.`)
    }
  }

  #deliver(req: IncomingMessage, endpoint: string, body: Buffer): void {
    const { ttl, topic, urgency, 'content-encoding': encoding } = req.headers
    if (!/^\d+$/.test(String(ttl))) throw new PushError(400, 'Missing TTL.')
    if (encoding !== 'aes128gcm') throw new PushError(400, 'The content encoding must be aes128gcm.')
    if (topic !== undefined && !/^[\w-]{1,32}$/.test(String(topic))) {
      throw new PushError(400, 'Malformed Topic.')
    }
    const browser = this.#browsers.get(endpoint)
    const text = browser === undefined ? null : decrypt(body, browser)
    this.#options.inbox.add({
      channel: 'push',
      from: 'push',
      to: endpoint,
      subject: text === null ? 'Encrypted for a browser' : titleOf(text),
      text,
      html: null,
      headers: Object.fromEntries(
        Object.entries({ ttl, topic, urgency }).filter(([, value]) => value !== undefined),
      ) as Record<string, string>,
    })
  }
}

/** Reads what only this browser can (RFC 8188 with the keys of RFC 8291). */
function decrypt(body: Buffer, { key, auth }: Browser): string {
  try {
    const [salt, keyLength] = [body.subarray(0, 16), body[20]!]
    const sender = body.subarray(21, 21 + keyLength)
    const derive = (material: Buffer, salted: Buffer, info: string | Buffer, length: number) =>
      Buffer.from(hkdfSync('sha256', material, salted, info, length))
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), key.getPublicKey(), sender])
    const secret = derive(key.computeSecret(sender), auth, info, 32)
    const content = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16)
    const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12)
    const record = body.subarray(21 + keyLength)
    const decipher = createDecipheriv('aes-128-gcm', content, nonce).setAuthTag(record.subarray(-16))
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
    return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8')
  } catch {
    throw new PushError(400, 'The browser cannot decrypt this message.')
  }
}

async function publicKeyOf(key: string) {
  const point = Buffer.from(key, 'base64url')
  return await importJWK({
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }, 'ES256')
}

/** The title of what a page would show, where it is written in the usual way. */
function titleOf(text: string): string | null {
  try {
    const { title } = JSON.parse(text) as { title?: unknown }
    return typeof title === 'string' ? title : null
  } catch {
    return null
  }
}

function parsed(body: Buffer): { endpoint: string } {
  try {
    const { endpoint } = JSON.parse(body.toString('utf8')) as { endpoint?: unknown }
    if (typeof endpoint === 'string') return { endpoint }
  } catch {
    // Told below.
  }
  throw new PushError(400, 'Send {"endpoint": …}.')
}

function decoded(path: string): string {
  try {
    const endpoint = decodeURIComponent(path)
    if (endpoint.startsWith('https://') && URL.canParse(endpoint)) return endpoint
  } catch {
    // Told below.
  }
  throw new PushError(404, 'There is no such subscription.')
}

function sendError(res: ServerResponse, status: number, message: string): void {
  sendJson(res, status, { code: status, message })
}

function breakOff(req: IncomingMessage, res: ServerResponse, status: number | null): void {
  if (status === null) req.socket.destroy()
  else sendError(res, status, 'An error that was asked for at /_control.')
}
