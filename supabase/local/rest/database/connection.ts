/**
 * A connection that speaks Postgres's protocol (version 3) itself, because a request of this service is one pipeline:
 * settings, statement and commit go out in one packet and come back in one, results stay the bytes Postgres wrote, and
 * parameters stay untyped so that Postgres infers their types. A general driver offers none of the three.
 */
import { createHash } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { beginScram, type ScramExchange } from './scram.ts'

/** Where and as whom to connect. */
export interface ConnectionOptions {
  /** Host name or address; a path is the folder of a Unix socket. */
  host: string
  port: number
  database: string
  user: string
  password: string | undefined
  /** `true` refuses a server without TLS. The certificate is checked when `verify` is given. */
  tls?: boolean | 'verify'
  /** Settings for the session, such as `application_name`. */
  settings?: Record<string, string>
}

/** One statement of a pipeline. */
export interface Step {
  readonly sql: string
  /** Text, or bytes taken as text; null is SQL's null. */
  readonly parameters: readonly (string | Buffer | null)[]
  /**
   * What the statement is prepared under. Statements with equal text but different meaning (another role, another
   * search_path) need different keys. Absent: parsed anew each time.
   */
  readonly key?: string
  /** For each column, whether its value is wanted in Postgres' binary form; text for all where absent. */
  readonly binary?: readonly boolean[]
}

/** What one statement gave. */
export interface StepResult {
  readonly rows: (Buffer | null)[][]
  /** The command tag, such as `INSERT 0 1`; empty if the statement gave none. */
  readonly tag: string
}

/** An error that Postgres reported. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError'
  constructor(
    readonly code: string,
    message: string,
    readonly detail: string | null,
    readonly hint: string | null,
  ) {
    super(message)
  }
}

/** The connection is gone, or never came about. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** The protocol counts parameters in 16 bits. */
const MAX_PARAMETERS = 65_535

/** Prepared statements kept on one connection; the one unused for longest makes room. */
const KEPT_STATEMENTS = 200

/** Keys seen once, remembered so that only statements that come again are prepared. */
const REMEMBERED_KEYS = 1_000

interface Pending {
  results: StepResult[]
  rows: (Buffer | null)[][]
  /** Names that become known as the server acknowledges each parse, in order; undefined for unnamed ones. */
  parsed: ({ key: string; name: string } | undefined)[]
  error: PostgresError | undefined
  resolve(results: StepResult[]): void
  reject(error: Error): void
}

/** One session with Postgres. One pipeline runs at a time. */
export class Connection {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  /** What Postgres wants to be told by who asks it to cancel: process and secret. */
  #cancelKey: Buffer | undefined
  readonly #statements = new Map<string, string>()
  readonly #seen = new Set<string>()
  #statementCount = 0
  #pending: Pending | undefined
  #rest: Buffer = EMPTY
  #closed: Error | undefined
  #status = 'I'
  /** Called for each notification on a channel this session listens to. */
  onNotification: (channel: string, payload: string) => void = () => {}
  /** Called with the text of each notice; notices are passed over where absent. */
  onNotice: ((text: string) => void) | undefined
  /** Called once when the connection is gone. */
  onClose: (error: Error) => void = () => {}
  /** When the connection was opened, in milliseconds since the epoch. */
  readonly openedAt = Date.now()

  private constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
  }

  /** Opens a session. Rejects with `ConnectionLost` or with the server's `PostgresError`. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const socket = await openSocket(options)
    const connection = new Connection(socket, options)
    try {
      await connection.#start(options)
    } catch (error) {
      socket.destroy()
      throw error
    }
    return connection
  }

  /** Why the connection can no longer be used, if it cannot. */
  get closed(): Error | undefined {
    return this.#closed
  }

  /** Whether the session is outside of any transaction. */
  get idle(): boolean {
    return this.#pending === undefined && this.#status === 'I'
  }

  /**
   * Sends all steps at once and waits for all of them. Without an explicit `begin` they are one transaction, which
   * commits if all succeed. Rejects with the first error; the steps after it have not run.
   */
  pipeline(steps: readonly Step[]): Promise<StepResult[]> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    if (this.#pending !== undefined) return Promise.reject(new Error('The connection is busy.'))
    const parsed: Pending['parsed'] = []
    const parts: Buffer[] = []
    for (const step of steps) this.#write(step, parts, parsed)
    parts.push(SYNC)
    return new Promise((resolve, reject) => {
      this.#pending = { results: [], rows: [], parsed, error: undefined, resolve, reject }
      this.#socket.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
    })
  }

  /** Runs one statement on its own. */
  async query(sql: string, parameters: readonly (string | null)[] = []): Promise<StepResult> {
    const [result] = await this.pipeline([{ sql, parameters }])
    return result!
  }

  /**
   * Asks Postgres to end what runs now; the pipeline then rejects with 57014. Resolves once Postgres has passed that on:
   * until then nothing else may run here, because it would be hit instead.
   */
  async cancel(): Promise<void> {
    if (this.#cancelKey === undefined || this.#pending === undefined) return
    const socket = await openSocket(this.#options)
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    socket.resume()
    socket.end(Buffer.concat([int32(8 + this.#cancelKey.length), int32(CANCEL_REQUEST), this.#cancelKey]))
    await closed
  }

  /** Forgets every prepared statement, as must be done when the tables under them have changed. */
  forgetStatements(): void {
    if (this.#closed !== undefined || this.#statements.size === 0) return
    const parts = [...this.#statements.values()].map(closeStatement)
    this.#statements.clear()
    this.#seen.clear()
    this.#socket.write(Buffer.concat(parts))
  }

  /** Says goodbye and closes. */
  close(): void {
    if (this.#closed !== undefined) return
    this.#socket.end(TERMINATE)
    this.#fail(new ConnectionLost('The connection was closed.'))
  }

  #write(step: Step, parts: Buffer[], parsed: Pending['parsed']): void {
    const known = step.key === undefined ? undefined : this.#statements.get(step.key)
    if (known !== undefined) {
      // Moved to the end: the map is ordered by last use.
      this.#statements.delete(step.key!)
      this.#statements.set(step.key!, known)
      parts.push(bind(known, step.parameters, step.binary))
    } else {
      const name = step.key === undefined ? '' : this.#nameFor(step.key, parts)
      parsed.push(name === '' ? undefined : { key: step.key!, name })
      parts.push(parse(name, step.sql), bind(name, step.parameters, step.binary))
    }
    parts.push(EXECUTE)
  }

  /** A name for a statement that has been seen before, else none: most shapes of a filter come once. */
  #nameFor(key: string, parts: Buffer[]): string {
    if (!this.#seen.has(key)) {
      if (this.#seen.size >= REMEMBERED_KEYS) this.#seen.delete(this.#seen.values().next().value!)
      this.#seen.add(key)
      return ''
    }
    if (this.#statements.size >= KEPT_STATEMENTS) {
      const [oldestKey, oldestName] = this.#statements.entries().next().value!
      this.#statements.delete(oldestKey)
      parts.push(closeStatement(oldestName))
    }
    this.#statementCount += 1
    return `s${this.#statementCount}`
  }

  #start(options: ConnectionOptions): Promise<void> {
    const socket = this.#socket
    let scram: ScramExchange | undefined
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new ConnectionLost('timeout expired')),
        CONNECT_TIMEOUT_MS,
      )
      timer.unref()
      let started = false
      const settle = (error?: Error) => {
        clearTimeout(timer)
        started = true
        if (error === undefined) resolve()
        else reject(error)
      }
      const password = () => {
        if (options.password !== undefined) return options.password
        throw new ConnectionLost('The server asks for a password and none was given.')
      }
      const authenticate = (body: Buffer): void => {
        const kind = body.readInt32BE(0)
        if (kind === AUTH_OK) return
        if (kind === AUTH_CLEARTEXT) socket.write(message('p', cString(password())))
        else if (kind === AUTH_MD5) {
          socket.write(message('p', cString(md5Password(options.user, password(), body.subarray(4, 8)))))
        } else if (kind === AUTH_SASL) {
          scram = beginScram(password())
          const first = Buffer.from(scram.first)
          socket.write(message('p', Buffer.concat([cString('SCRAM-SHA-256'), int32(first.length), first])))
        } else if (kind === AUTH_SASL_CONTINUE) {
          socket.write(message('p', Buffer.from(scram!.final(body.toString('utf8', 4)))))
        } else if (kind === AUTH_SASL_FINAL) {
          if (!scram!.verify(body.toString('utf8', 4))) {
            throw new ConnectionLost('The server could not be verified.')
          }
        } else throw new ConnectionLost(`The server asks for an unknown kind of authentication (${kind}).`)
      }
      socket.on('data', (chunk) => {
        try {
          this.#read(chunk, (type, body) => {
            if (type === READY) return settle()
            if (type === ERROR) return settle(readError(body))
            if (type === AUTHENTICATION) authenticate(body)
            if (type === CANCEL_KEY) this.#cancelKey = Buffer.from(body)
          }, () => started)
        } catch (error) {
          settle(error as Error)
        }
      })
      const lost = (error: Error) => {
        if (!started) settle(error)
        this.#fail(error)
      }
      socket.on('error', (error) => lost(new ConnectionLost(error.message || String(error))))
      socket.on('close', () => lost(new ConnectionLost('server closed the connection unexpectedly')))
      socket.write(startup(options))
    })
  }

  /** Cuts what arrived into messages. The rest waits for the next chunk. */
  #read(chunk: Buffer, onStart: (type: number, body: Buffer) => void, started: () => boolean): void {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    while (buffer.length - at >= 5) {
      const length = buffer.readInt32BE(at + 1)
      if (buffer.length - at < length + 1) break
      const type = buffer[at]!
      const body = buffer.subarray(at + 5, at + 1 + length)
      at += length + 1
      if (started()) this.#handle(type, body)
      else onStart(type, body)
    }
    buffer = at === buffer.length ? EMPTY : buffer.subarray(at)
    this.#rest = buffer
  }

  #handle(type: number, body: Buffer): void {
    const pending = this.#pending
    switch (type) {
      case DATA_ROW:
        pending?.rows.push(readRow(body))
        return
      case COMMAND_COMPLETE:
        pending?.results.push({ rows: pending.rows, tag: body.toString('latin1', 0, body.length - 1) })
        if (pending !== undefined) pending.rows = []
        return
      case EMPTY_QUERY:
        pending?.results.push({ rows: [], tag: '' })
        return
      case PARSE_COMPLETE: {
        const statement = pending?.parsed.shift()
        if (statement !== undefined) this.#statements.set(statement.key, statement.name)
        return
      }
      case ERROR: {
        const error = readError(body)
        if (pending === undefined) this.#closed ??= error
        else pending.error ??= error
        return
      }
      case READY:
        this.#status = String.fromCharCode(body[0]!)
        this.#pending = undefined
        if (pending?.error !== undefined) pending.reject(pending.error)
        else pending?.resolve(pending.results)
        return
      case NOTIFICATION: {
        const nameEnd = body.indexOf(0, 4)
        const payload = body.toString('utf8', nameEnd + 1, body.length - 1)
        this.onNotification(body.toString('utf8', 4, nameEnd), payload)
        return
      }
      case NOTICE:
        this.onNotice?.(readError(body).message)
        return
      case COPY_IN:
        // A pipeline never sends COPY data; refusing ends the statement with an error instead of hanging.
        this.#socket.write(message('f', cString('COPY is not supported')))
    }
  }

  #fail(error: Error): void {
    this.#closed ??= error
    const pending = this.#pending
    this.#pending = undefined
    // What Postgres said before it hung up (say 57P01) tells more than the hang-up itself.
    pending?.reject(pending.error ?? this.#closed)
    this.#socket.destroy()
    this.onClose(error)
    // Told once, whether Postgres said goodbye before it hung up or not.
    this.onClose = () => {}
  }
}

const EMPTY = Buffer.alloc(0)
/** How long to wait for the server to be ready. */
const CONNECT_TIMEOUT_MS = 10_000
const PROTOCOL_VERSION = 196_608
const SSL_REQUEST = 80_877_103
const CANCEL_REQUEST = 80_877_102

const AUTH_OK = 0
const AUTH_CLEARTEXT = 3
const AUTH_MD5 = 5
const AUTH_SASL = 10
const AUTH_SASL_CONTINUE = 11
const AUTH_SASL_FINAL = 12

const codeOf = (letter: string) => letter.charCodeAt(0)
const AUTHENTICATION = codeOf('R')
const READY = codeOf('Z')
const CANCEL_KEY = codeOf('K')
const ERROR = codeOf('E')
const DATA_ROW = codeOf('D')
const COMMAND_COMPLETE = codeOf('C')
const EMPTY_QUERY = codeOf('I')
const PARSE_COMPLETE = codeOf('1')
const NOTICE = codeOf('N')
const NOTIFICATION = codeOf('A')
const COPY_IN = codeOf('G')

function int32(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(4)
  buffer.writeInt32BE(value)
  return buffer
}

const cString = (text: string) => Buffer.from(`${text}\0`)

function message(type: string, body: Buffer): Buffer {
  const buffer = Buffer.allocUnsafe(5 + body.length)
  buffer[0] = codeOf(type)
  buffer.writeInt32BE(body.length + 4, 1)
  body.copy(buffer, 5)
  return buffer
}

const SYNC = message('S', EMPTY)
const TERMINATE = message('X', EMPTY)
/** Runs the unnamed portal to its end. */
const EXECUTE = message('E', Buffer.from([0, 0, 0, 0, 0]))
const closeStatement = (name: string) => message('C', cString(`S${name}`))

/** No parameter types are given: Postgres infers them. */
function parse(name: string, sql: string): Buffer {
  const size = 5 + name.length + 1 + Buffer.byteLength(sql) + 1 + 2
  const buffer = Buffer.allocUnsafe(size)
  buffer[0] = codeOf('P')
  buffer.writeInt32BE(size - 1, 1)
  let at = 5 + buffer.write(name, 5, 'latin1')
  buffer[at++] = 0
  at += buffer.write(sql, at, 'utf8')
  buffer[at++] = 0
  buffer.writeInt16BE(0, at)
  return buffer
}

function bind(statement: string, parameters: Step['parameters'], binary: readonly boolean[] = []): Buffer {
  if (parameters.length > MAX_PARAMETERS) {
    throw new RangeError(`number of parameters must be between 0 and ${MAX_PARAMETERS}`)
  }
  let size = 5 + 1 + statement.length + 1 + 2 + 2 + 2 + 2 * binary.length
  for (const parameter of parameters) size += 4 + (parameter === null ? 0 : Buffer.byteLength(parameter))
  const buffer = Buffer.allocUnsafe(size)
  buffer[0] = codeOf('B')
  buffer.writeInt32BE(size - 1, 1)
  buffer[5] = 0
  let at = 6 + buffer.write(statement, 6, 'latin1')
  buffer[at++] = 0
  at = buffer.writeInt16BE(0, at)
  at = buffer.writeUInt16BE(parameters.length, at)
  for (const parameter of parameters) {
    if (parameter === null) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const start = at + 4
    const length = typeof parameter === 'string'
      ? buffer.write(parameter, start, 'utf8')
      : parameter.copy(buffer, start)
    buffer.writeInt32BE(length, at)
    at = start + length
  }
  at = buffer.writeInt16BE(binary.length, at)
  for (const wanted of binary) at = buffer.writeInt16BE(wanted ? 1 : 0, at)
  return buffer
}

function readRow(body: Buffer): (Buffer | null)[] {
  const count = body.readInt16BE(0)
  const row = new Array<Buffer | null>(count)
  let at = 2
  for (let index = 0; index < count; index++) {
    const length = body.readInt32BE(at)
    at += 4
    row[index] = length < 0 ? null : body.subarray(at, at + length)
    if (length > 0) at += length
  }
  return row
}

function readError(body: Buffer): PostgresError {
  const fields: Record<string, string> = {}
  let at = 0
  while (at < body.length && body[at] !== 0) {
    const key = String.fromCharCode(body[at]!)
    const stop = body.indexOf(0, at + 1)
    fields[key] = body.toString('utf8', at + 1, stop)
    at = stop + 1
  }
  return new PostgresError(
    fields['C'] ?? 'XX000',
    fields['M'] ?? '',
    fields['D'] ?? null,
    fields['H'] ?? null,
  )
}

function startup(options: ConnectionOptions): Buffer {
  const settings: Record<string, string> = {
    user: options.user,
    database: options.database,
    client_encoding: 'UTF8',
    ...options.settings,
  }
  const pairs = Object.entries(settings).flatMap(([key, value]) => [cString(key), cString(value)])
  const body = Buffer.concat([int32(PROTOCOL_VERSION), ...pairs, Buffer.from([0])])
  return Buffer.concat([int32(body.length + 4), body])
}

function md5Password(user: string, password: string, salt: Buffer): string {
  const md5 = (...parts: (string | Buffer)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex')
  return `md5${md5(md5(password, user), salt)}`
}

function openSocket(options: ConnectionOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const path = options.host.startsWith('/') ? `${options.host}/.s.PGSQL.${options.port}` : undefined
    const socket = path === undefined
      ? connectTcp({ host: options.host, port: options.port, noDelay: true })
      : connectTcp({ path })
    const timer = setTimeout(
      () => socket.destroy(new Error('timeout expired')),
      CONNECT_TIMEOUT_MS,
    )
    timer.unref()
    const refuse = (error: Error) => {
      clearTimeout(timer)
      reject(new ConnectionLost(error.message || String(error)))
    }
    socket.once('error', refuse)
    socket.once('connect', () => {
      clearTimeout(timer)
      if (!options.tls) {
        socket.removeListener('error', refuse)
        return resolve(socket)
      }
      socket.write(Buffer.concat([int32(8), int32(SSL_REQUEST)]))
      socket.once('data', (answer) => {
        if (answer.toString('latin1') !== 'S') {
          return socket.destroy(new Error('The server does not offer TLS.'))
        }
        const secure = connectTls({
          socket,
          servername: options.host,
          rejectUnauthorized: options.tls === 'verify',
        })
        secure.once('error', refuse)
        secure.once('secureConnect', () => {
          secure.removeListener('error', refuse)
          resolve(secure)
        })
      })
    })
  })
}
