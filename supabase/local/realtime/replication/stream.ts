import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type postgres from 'postgres'
import { connect, type Database } from '../../database.ts'
import { type Change, PgOutputDecoder } from './pgoutput.ts'

/** How a stream is told apart from others of the same server: every attempt gets a slot of its own. */
const SLOT_PREFIX = 'supabase_realtime_messages_replication_slot_'

const STATUS_INTERVAL_MS = 10_000
/** Postgres answers every status at once; a connection that has been silent for this long is dead. */
const SILENCE_LIMIT_MS = 30_000
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5_000
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)

/** Options of {@link ReplicationStream}. */
export interface ReplicationOptions {
  database: Database
  /** Publications to listen to. Those that do not exist are left out, and looked for again every minute. */
  publications: string[]
  /** Ordinary connections, to look into the catalog. */
  sql: postgres.Sql
  onChange(change: Change): void
}

/**
 * Follows the changes of one database over logical replication. The slot is temporary: it disappears with the
 * connection, never holds back the server's log, and what happens in between is not delivered. A connection that breaks
 * is made again, for as long as it takes.
 */
export class ReplicationStream {
  readonly #options: ReplicationOptions
  readonly #running: Promise<void>
  #streaming = false
  #stopped = false
  #interrupt: () => void = () => {}

  constructor(options: ReplicationOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  /** Whether changes arrive at the moment. */
  get streaming(): boolean {
    return this.#streaming
  }

  /** Ends the stream, and waits until its slot is gone from the server. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#interrupt()
    await this.#running
  }

  async #run(): Promise<void> {
    let delay = FIRST_RETRY_MS
    let reported = ''
    while (!this.#stopped) {
      const reason = await this.#follow(() => {
        delay = FIRST_RETRY_MS
        reported = ''
      }).then(() => 'the connection was closed', (error: Error) => error.message)
      if (!this.#stopped && reason !== reported) console.warn(`ReplicationInterrupted: ${reason}`)
      reported = reason
      if (this.#stopped) return
      await this.#pause(delay)
      delay = Math.min(delay * 2, LAST_RETRY_MS)
    }
  }

  /** One connection, from its slot to its end. */
  async #follow(onStarted: () => void): Promise<void> {
    const publications = await this.#existingPublications()
    if (publications.length === 0) throw new Error('none of the publications exists')
    const slot = SLOT_PREFIX + randomBytes(8).toString('hex')
    let onClosed: () => void = () => {}
    const closed = new Promise<void>((resolve) => onClosed = resolve)
    const sql = connect(this.#options.database, 'supabase_replication_admin', {
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 10,
      connection: { application_name: 'realtime_replication_connection', replication: 'database' },
      onclose: () => onClosed(),
    })
    let heartbeat: NodeJS.Timeout | undefined
    try {
      await sql.unsafe(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`)
      const names = publications.map((name) => `"${name}"`).join(',')
      const stream = await sql.unsafe(
        `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${names}')`,
      ).writable() as unknown as Duplex
      const session = new Session(stream, this.#options.onChange)
      const ended = new Promise<void>((resolve) => {
        this.#interrupt = resolve
        stream.once('close', resolve).once('end', resolve).once('error', () => resolve())
        heartbeat = setInterval(() => {
          if (session.silence > SILENCE_LIMIT_MS) return resolve()
          session.sendStatus(true)
          this.#havePublicationsChanged(publications).then((changed) => changed && resolve(), () => {})
        }, STATUS_INTERVAL_MS)
      })
      if (this.#stopped) return
      this.#streaming = true
      onStarted()
      await Promise.race([ended, closed])
    } finally {
      this.#streaming = false
      this.#interrupt = () => {}
      clearInterval(heartbeat)
      await sql.end({ timeout: 0 }).catch(() => {})
      await this.#waitUntilGone(slot)
    }
  }

  async #existingPublications(): Promise<string[]> {
    const { sql, publications } = this.#options
    const rows = await sql<{ name: string }[]>`
      select pubname as name from pg_catalog.pg_publication where pubname in ${
      sql(publications)
    } order by pubname`
    return rows.map(({ name }) => name)
  }

  async #havePublicationsChanged(known: string[]): Promise<boolean> {
    return (await this.#existingPublications()).join() !== known.join()
  }

  /** A database with a slot in it cannot be dropped; the server takes a moment to notice that its client has left. */
  async #waitUntilGone(slot: string): Promise<void> {
    const { sql } = this.#options
    for (let attempt = 0; attempt < 50; attempt++) {
      const left = await sql`select from pg_catalog.pg_replication_slots where slot_name = ${slot}`.catch(
        () => [],
      )
      if (left.length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** The conversation on one stream: changes come in, positions go out. */
class Session {
  readonly #decoder = new PgOutputDecoder()
  #position = 0n
  #lastHeardAt = Date.now()

  constructor(readonly stream: Duplex, readonly onChange: (change: Change) => void) {
    stream.on('data', (message: Buffer) => {
      try {
        this.#receive(message)
      } catch (error) {
        stream.destroy(error as Error) // out of step with the server: begin again
      }
    })
  }

  get silence(): number {
    return Date.now() - this.#lastHeardAt
  }

  /** Tells Postgres how far we are. @param askForAnswer so that silence proves a dead connection */
  sendStatus(askForAnswer: boolean): void {
    if (!this.stream.writable) return
    const status = Buffer.alloc(34)
    status.write('r', 0, 'latin1')
    for (const offset of [1, 9, 17]) status.writeBigUInt64BE(this.#position, offset) // written, flushed, applied
    status.writeBigInt64BE(BigInt(Date.now() - POSTGRES_EPOCH_MS) * 1000n, 25)
    status.writeUInt8(askForAnswer ? 1 : 0, 33)
    this.stream.write(status)
  }

  #receive(message: Buffer): void {
    this.#lastHeardAt = Date.now()
    const kind = String.fromCharCode(message[0] ?? 0)
    if (kind === 'k') { // keepalive
      this.#advance(message.readBigUInt64BE(1))
      if (message[17] === 1) this.sendStatus(false)
    } else if (kind === 'w') { // data
      this.#advance(message.readBigUInt64BE(9))
      const change = this.#decoder.decode(message.subarray(25))
      if (change !== undefined) this.onChange(change)
    }
  }

  #advance(position: bigint): void {
    if (position > this.#position) this.#position = position
  }
}
