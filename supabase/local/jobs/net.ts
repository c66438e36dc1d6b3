import type postgres from 'postgres'
import { connect, type Database } from '../database.ts'

/** Requests under way at once. */
const BATCH = 50

/** How long answers are kept, as pg_net.ttl. */
const TTL = '6 hours'
const SWEEP_MS = 600_000

/** Longer answers are cut, in characters. */
const MAX_CONTENT = 10_000_000

interface QueuedRequest {
  id: string
  method: string
  url: string
  headers: Record<string, string> | null
  body: Uint8Array | null
  timeout_milliseconds: number
}

interface Answer {
  status_code: number | null
  content_type: string | null
  headers: Record<string, string> | null
  content: string | null
  timed_out: boolean | null
  error_msg: string | null
}

/** Sends what net.http_get, http_post and http_delete put into the queue, as pg_net's worker does. */
export class NetExecutor {
  readonly #sql: postgres.Sql
  readonly #onError: (error: unknown) => void
  readonly #abort = new AbortController()
  #sending: Promise<void> | undefined
  #isWoken = false
  #sweeper: NodeJS.Timeout | undefined

  constructor(database: Database, onError: (error: unknown) => void) {
    this.#onError = onError
    this.#sql = connect(database, 'supabase_admin', {
      max: 4,
      connection: { application_name: 'pg_net worker' },
    })
  }

  /** Begins; resolves once requests that are queued from now on will be sent. */
  async start(): Promise<void> {
    // Also called after each reconnection, when requests may have been queued unseen.
    await this.#sql.listen('pg_net', () => this.#wake(), () => this.#wake())
    this.#wake()
    this.#sweeper = setInterval(() => void this.#sweep(), SWEEP_MS)
  }

  /** Sends no more; requests under way are cut, their answers are lost, as at a restart of the server. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper)
    this.#abort.abort()
    await this.#sending
    await this.#sql.end({ timeout: 1 })
  }

  #wake(): void {
    this.#isWoken = true
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
      // Woken between the last look at the queue and now.
      if (this.#isWoken && !this.#abort.signal.aborted) this.#wake()
    })
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#isWoken && !this.#abort.signal.aborted) {
        this.#isWoken = false
        const batch = await this.#take()
        if (batch.length > 0) this.#isWoken = true
        await Promise.all(
          batch.map(async (request) => await this.#record(request.id, await this.#send(request))),
        )
      }
    } catch (error) {
      this.#isWoken = false
      if (!this.#abort.signal.aborted) this.#onError(error)
    }
  }

  /** A request leaves the queue before it is sent: it is tried once, never twice. */
  async #take(): Promise<QueuedRequest[]> {
    const [installed] = await this.#sql`select to_regclass('net.http_request_queue') is not null as found`
    if (installed?.['found'] !== true) return []
    const batch = await this.#sql<QueuedRequest[]>`
      delete from net.http_request_queue
      where id in (select id from net.http_request_queue order by id limit ${BATCH} for update skip locked)
      returning id, method, url, headers, body, timeout_milliseconds`
    return batch
  }

  async #send(request: QueuedRequest): Promise<Answer> {
    const timeout = AbortSignal.timeout(Math.max(0, request.timeout_milliseconds))
    try {
      const { protocol } = new URL(request.url)
      if (protocol !== 'http:' && protocol !== 'https:') {
        return failure(`Protocol "${protocol.slice(0, -1)}" not supported`)
      }
      const response = await fetch(request.url, {
        method: request.method.toUpperCase(),
        headers: { 'user-agent': 'pg_net/0.19.5', ...request.headers },
        body: request.body === null ? null : Buffer.from(request.body),
        redirect: 'manual',
        signal: AbortSignal.any([timeout, this.#abort.signal]),
      })
      const content = (await response.text()).replaceAll('\0', '') // text in Postgres holds no NUL
      return {
        status_code: response.status,
        content_type: response.headers.get('content-type'),
        headers: Object.fromEntries(response.headers),
        content: content.slice(0, MAX_CONTENT),
        timed_out: false,
        error_msg: null,
      }
    } catch (error) {
      if (timeout.aborted) {
        return { ...failure(`Timeout of ${request.timeout_milliseconds} ms reached`), timed_out: true }
      }
      const { message, cause } = error as Error & { cause?: Error }
      return failure(cause?.message || message)
    }
  }

  async #record(id: string, answer: Answer): Promise<void> {
    await this.#sql`
      insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
      values (
        ${id}, ${answer.status_code}, ${answer.content_type}, ${this.#sql.json(answer.headers)},
        ${answer.content}, ${answer.timed_out}, ${answer.error_msg}
      )`
  }

  async #sweep(): Promise<void> {
    // Fails where pg_net is not installed, or the server is restarting; tried again later either way.
    await this.#sql`delete from net._http_response where created < now() - ${TTL}::interval`.catch(() => {})
  }
}

function failure(message: string): Answer {
  return {
    status_code: null,
    content_type: null,
    headers: null,
    content: null,
    timed_out: null,
    error_msg: message,
  }
}
