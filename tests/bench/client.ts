import { connect, type Socket } from 'node:net'

interface Answer {
  status: number
  body: string
}

/**
 * A bare HTTP/1.1 client on kept-alive connections. It shares the cores with what it measures, so it speaks to the socket
 * itself: that costs half of what `node:http` does. It understands answers with a content-length, and no others.
 */
export class HttpClient {
  readonly #host: string
  readonly #port: number
  readonly #idle: Connection[] = []

  constructor(url: string, readonly key: string) {
    const { hostname, port } = new URL(url)
    this.#host = hostname
    this.#port = Number(port)
  }

  /** The body of an answer; rejects with status and body when it is not a 2xx. */
  async call(method: string, path: string, body?: unknown, token?: string): Promise<string> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const connection = this.#idle.pop() ?? new Connection(connect(this.#port, this.#host))
    const answer = await connection.exchange(
      `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}:${this.#port}\r\napikey: ${this.key}\r\n` +
        `authorization: Bearer ${token ?? this.key}\r\n` +
        (text === ''
          ? '\r\n'
          : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`),
    )
    this.#idle.push(connection)
    if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body}`)
    return answer.body
  }

  /** Calls a function of the API. */
  rpc(name: string, args: unknown, token?: string): Promise<string> {
    return this.call('POST', `/rest/v1/rpc/${name}`, args, token)
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close()
  }
}

const END_OF_HEAD = '\r\n\r\n'

/** One connection, with one exchange at a time. */
class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true)
    socket.on('data', (bytes) => this.#take(bytes))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('The connection was closed.')))
  }

  exchange(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const headLength = this.#received.indexOf(END_OF_HEAD)
    if (headLength < 0) return
    const head = this.#received.toString('latin1', 0, headLength)
    const start = headLength + END_OF_HEAD.length
    const end = start + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? NaN)
    if (Number.isNaN(end)) this.#waiting?.reject(new Error(`An answer without content-length: ${head}`))
    if (!(this.#received.length >= end)) return
    const body = this.#received.toString('utf8', start, end)
    this.#received = this.#received.subarray(end)
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), body })
    this.#waiting = undefined
  }
}
