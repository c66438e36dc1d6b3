import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** How long a browser that opened the printed address stays let in, in seconds. */
const COOKIE_LIFETIME_SECONDS = 30 * 24 * 3600

/** Why a request is not answered; absent for one that may go on. */
export type Refusal = { status: 401 | 403; message: string } | undefined

/**
 * Who may reach the database from a browser. A page of any address can send requests to a port of this machine; what it
 * cannot do is name another host or origin than its own, or bring a cookie that only the printed address gives.
 */
export class Access {
  readonly #port: number
  readonly #token: string

  /** @param token what the printed address carries */
  constructor(port: number, token: string) {
    this.#port = port
    this.#token = token
  }

  /** Cookies do not know ports: each copy on this machine has its own name. */
  get #cookieName(): string {
    return `studio_${this.#port}`
  }

  /** The header that lets a browser in which has opened the printed address. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#token}; Path=/; Max-Age=${COOKIE_LIFETIME_SECONDS}; HttpOnly; SameSite=Strict`
  }

  /** Whether the address carries the token. */
  opens(token: string | null): boolean {
    return token !== null && isSame(token, this.#token)
  }

  /** A name that somebody else's name server points to this machine is not ours (DNS rebinding). */
  refuseHost({ headers: { host } }: IncomingMessage): Refusal {
    if (this.#hosts.includes(host ?? '')) return undefined
    return { status: 403, message: 'This address is not the one that `npm start` prints.' }
  }

  /** Who has not opened the printed address; and, for what acts on the database, whoever is not our own page. */
  refuseCaller({ method, headers }: IncomingMessage): Refusal {
    const own = `${this.#cookieName}=`
    const token = headers.cookie?.split(/; */).find((cookie) => cookie.startsWith(own))?.slice(own.length)
    if (!this.opens(token ?? null)) {
      return {
        status: 401,
        message: 'Open the address of Studio that `npm start` prints (`npm run status`).',
      }
    }
    if (method !== 'GET' && method !== 'HEAD' && headers.origin !== `http://${headers.host}`) {
      return { status: 403, message: 'Only the page of Studio itself may do this.' }
    }
    return undefined
  }

  get #hosts(): string[] {
    return [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`]
  }
}

/** Compared as hashes, which are of one length: how long it takes tells nothing. */
function isSame(left: string, right: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(left), hash(right))
}
