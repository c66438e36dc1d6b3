import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isReachable } from './address.ts'

/** One request to a receiver. */
export interface Outgoing {
  url: string
  headers: Record<string, string>
  body: string
}

/** What came of it: the status of the answer, or why there was none. */
export type Answer = { code: number } | { error: Failure }

/** Why there was no answer; written into the log as it stands. */
export type Failure =
  | 'address_not_allowed'
  | 'name_not_found'
  | 'connection_failed'
  | 'connection_timeout'
  | 'certificate_invalid'
  | 'answer_timeout'
  | 'answer_invalid'

/** How requests are sent. */
export interface Sending {
  /** Every address of a name. */
  resolve(name: string): Promise<string[]>
  /** Whether this machine may be the receiver: for developers only. */
  allowLoopback: boolean
  /** Authorities besides the usual ones that may vouch for a receiver, as PEM. */
  authorities?: string
}

const CONNECT_WITHIN_MS = 1000
const ANSWER_WITHIN_MS = 5000
/** A status line and headers are smaller; the body of an answer is not read. */
const LARGEST_HEAD_BYTES = 16 * 1024

/** Every address of a name, as this machine resolves it. */
export async function resolveName(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address)
}

/**
 * Posts once and reads the status of the answer. A receiver's address is somebody else's text, and must never make this
 * machine talk to what stands beside it: the name is resolved here, every address of it must be of the open internet, and
 * the connection goes to that very address, so that a name which leads elsewhere a moment later is of no use. A redirect
 * is an answer like any other and is not followed.
 */
export async function send(request: Outgoing, sending: Sending): Promise<Answer> {
  const url = new URL(request.url)
  const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS)
  let socket: Socket | undefined
  try {
    const addresses = await within(deadline, 'answer_timeout', addressesOf(url, sending))
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    socket = await connectToOne(addresses, port)
    if (url.protocol === 'https:') {
      socket = await within(deadline, 'answer_timeout', secure(socket, hostOf(url), sending.authorities))
    }
    return { code: await within(deadline, 'answer_timeout', exchange(socket, url, request)) }
  } catch (error) {
    if (error instanceof Failed) return { error: error.why }
    throw error
  } finally {
    socket?.destroy()
  }
}

class Failed extends Error {
  constructor(readonly why: Failure, cause?: unknown) {
    super(why, { cause })
  }
}

async function addressesOf(url: URL, sending: Sending): Promise<string[]> {
  const host = hostOf(url)
  const addresses = isIP(host) ? [host] : await sending.resolve(host).catch((error: unknown) => {
    throw new Failed('name_not_found', error)
  })
  if (addresses.length === 0) throw new Failed('name_not_found')
  if (!addresses.every((address) => isReachable(address, sending.allowLoopback))) {
    throw new Failed('address_not_allowed')
  }
  return addresses
}

/** The host without the brackets of an IPv6 address. The parser has made one form of every spelling of an address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** Connects to the first address that answers, all within the time for one. */
async function connectToOne(addresses: string[], port: number): Promise<Socket> {
  const deadline = AbortSignal.timeout(CONNECT_WITHIN_MS)
  let failed = new Failed('connection_failed')
  for (const address of addresses) {
    const socket = connect({ host: address, port })
    try {
      await within(deadline, 'connection_timeout', arrival(socket, 'connect', 'connection_failed'))
      return socket
    } catch (error) {
      socket.destroy()
      failed = error as Failed
      if (failed.why === 'connection_timeout') break
    }
  }
  throw failed
}

async function secure(socket: Socket, host: string, authorities: string | undefined): Promise<Socket> {
  const secured = connectTls({
    socket,
    host,
    ...(isIP(host) ? {} : { servername: host }),
    ...(authorities === undefined ? {} : { ca: authorities }),
  })
  try {
    await arrival(secured, 'secureConnect', 'certificate_invalid')
  } catch (error) {
    secured.destroy()
    throw error
  }
  return secured
}

/** Writes the request and reads the status. */
function exchange(socket: Socket, url: URL, request: Outgoing): Promise<number> {
  const body = new TextEncoder().encode(request.body)
  const headers = {
    host: url.host,
    ...request.headers,
    'content-length': String(body.byteLength),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    let head = ''
    socket.on('data', (part: Uint8Array) => {
      head += new TextDecoder('latin1').decode(part)
      const code = statusOf(head)
      if (code === 'invalid' || (code === null && head.length > LARGEST_HEAD_BYTES)) {
        reject(new Failed('answer_invalid'))
      } else if (code !== null) resolve(code)
    })
    socket.on('error', (error: Error) => reject(new Failed('connection_failed', error)))
    socket.on('close', () => reject(new Failed('answer_invalid')))
    socket.write(`POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`)
    socket.write(body)
  })
}

/** The status of the final answer in what has arrived so far; null while it has not. */
function statusOf(received: string): number | 'invalid' | null {
  for (let rest = received;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) return null
    const code = Number(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r)/.exec(rest)?.[1] ?? NaN)
    if (Number.isNaN(code)) return 'invalid'
    if (code >= 200) return code
    // 1xx: another head follows.
    rest = rest.slice(end + 4)
  }
}

/** Waits for a socket's event. */
function arrival(socket: Socket, event: string, failure: Failure): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve())
    // For good: an error that nobody listens to would end the worker.
    socket.on('error', (error: Error) => reject(new Failed(failure, error)))
    socket.once('close', () => reject(new Failed(failure)))
  })
}

/** Waits no longer than the deadline. What comes later is nobody's. */
function within<T>(deadline: AbortSignal, failure: Failure, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(new Failed(failure))
    if (deadline.aborted) give()
    deadline.addEventListener('abort', give, { once: true })
    work.then(resolve, reject).finally(() => deadline.removeEventListener('abort', give))
  })
}
