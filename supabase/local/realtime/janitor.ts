import type postgres from 'postgres'

const INTERVAL_MS = 4 * 3600_000
const RETRY_MS = 30_000
const DAYS_AHEAD = 3
const KEPT_HOURS = 72

/** Makes tomorrow's partitions of `realtime.messages` and drops those that are too old. */
export class Janitor {
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(readonly sql: postgres.Sql) {}

  /** Does it now, and every four hours from then on. */
  async start(): Promise<void> {
    const done = await this.sweep(new Date()).then(() => true, (error: unknown) => {
      if (!this.#stopped) console.warn(`JanitorFailed: ${(error as Error).message}`)
      return false
    })
    if (this.#stopped) return
    this.#timer = setTimeout(() => void this.start(), done ? INTERVAL_MS : RETRY_MS)
    this.#timer.unref()
  }

  /** Brings the partitions into the state they should have at a moment. */
  async sweep(now: Date): Promise<void> {
    for (let day = -1; day <= DAYS_AHEAD; day++) await this.#make(dayAfter(now, day), dayAfter(now, day + 1))

    const oldest = partitionName(new Date(now.getTime() - KEPT_HOURS * 3600_000))
    const rows = await this.sql<{ name: string }[]>`
      select child.relname as name
      from pg_catalog.pg_inherits
      join pg_catalog.pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = 'realtime.messages'::regclass and child.relname ~ '^messages_\\d{4}_\\d\\d_\\d\\d$'`
    for (const { name } of rows.filter((row) => row.name < oldest)) {
      await this.sql`drop table if exists ${this.sql(`realtime.${name}`)}`
    }
  }

  /** Stops. A sweep under way ends with its connection. */
  close(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #make(from: Date, to: Date): Promise<void> {
    const name = partitionName(from)
    const [present] = await this.sql`select from pg_catalog.pg_class
      where relname = ${name} and relnamespace = 'realtime'::regnamespace`
    if (present !== undefined) return
    const [first, last] = [from, to].map((date) => date.toISOString().slice(0, 10))
    await this.sql.unsafe(
      `create table if not exists realtime.${name} partition of realtime.messages for values from ('${first}') to ('${last}')`,
    )
  }
}

const dayAfter = (date: Date, days: number) => new Date(date.getTime() + days * 24 * 3600_000)

const partitionName = (date: Date) => `messages_${date.toISOString().slice(0, 10).replaceAll('-', '_')}`
