import { createHash, randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { RealtimeConfig } from '../config.ts'
import type { Rate } from '../limits.ts'
import type { Change } from '../replication/pgoutput.ts'
import type { TokenClaims } from '../tokens.ts'
import { encodeText, type Frame, type Version } from '../wire.ts'
import { MalformedParams, parseParams } from './params.ts'
import { SubscriptionRefused, Subscriptions } from './subscriptions.ts'
import { awaitSettled } from './settled.ts'
import { WalWriter } from './wal.ts'

/** What of a channel the feed needs. */
export interface Listener {
  readonly topic: string
  readonly version: Version
  send(frame: Frame): void
  pushSystem(extension: 'postgres_changes', status: 'ok' | 'error', message: string): void
}

/** A channel's hold on its subscriptions. */
export interface ChangeSubscription {
  /** Subscribes again, with the claims of a new token. */
  renew(claims: TokenClaims): void
  cancel(): void
}

/** Changes that may wait to be worked through, by number and by bytes; more are dropped, as upstream drops what is too much. */
const MOST_WAITING = 10_000
const MOST_WAITING_BYTES = 64 * 1024 * 1024
/** Changes whose visibility is asked in one statement. */
const BATCH = 100

/** One visible change, as `realtime.apply_rls` gives it. */
interface VisibleChange {
  wal: string
  ids: string[]
  errors: string[]
}

/**
 * postgres_changes: keeps who listens to what in `realtime.subscription`, and sends every change to those who may see
 * it. Postgres decides that, in `realtime.apply_rls`.
 */
export class ChangeFeed {
  readonly #subscriptions: Subscriptions
  readonly #writer: WalWriter
  /** Subscription id in the database -> the channel and the id that its client knows. */
  readonly #listeners = new Map<string, { listener: Listener; bindingId: number }>()
  #waiting: Change[] = []
  #waitingBytes = 0
  #working: Promise<void> | undefined
  #stopped = false

  constructor(readonly sql: postgres.Sql, readonly config: RealtimeConfig, readonly events: Rate) {
    this.#subscriptions = new Subscriptions(sql)
    this.#writer = new WalWriter(sql)
  }

  /** Forgets what an earlier process left in the database. */
  async start(): Promise<void> {
    await this.#subscriptions.clear()
  }

  /** The number a client knows a binding by: the same for the same binding, and never 0. */
  idOf(binding: Record<string, unknown>): number {
    const canonical = JSON.stringify(Object.entries(binding).sort(([left], [right]) => left < right ? -1 : 1))
    return createHash('sha256').update(canonical).digest().readUInt32BE(0) % (2 ** 27 - 1) + 1
  }

  /** Subscribes a channel. What comes of it, the channel is told in a system message. */
  subscribe(
    listener: Listener,
    bindings: Record<string, unknown>[],
    claims: TokenClaims,
  ): ChangeSubscription {
    const ids = bindings.map((binding) => {
      const id = randomUUID()
      this.#listeners.set(id, { listener, bindingId: this.idOf(binding) })
      return { id, binding }
    })
    let current = claims
    let timer: NodeJS.Timeout | undefined
    let cancelled = false
    let attempt = Promise.resolve()

    const save = async (): Promise<void> => {
      if (cancelled) return
      try {
        const parsed = ids.map(({ id, binding }) => ({ id, params: parseParams(binding) }))
        await this.#subscriptions.save(parsed, current)
        if (!cancelled) listener.pushSystem('postgres_changes', 'ok', 'Subscribed to PostgreSQL')
      } catch (error) {
        if (cancelled || this.#stopped) return
        listener.pushSystem('postgres_changes', 'error', (error as Error).message)
        if (error instanceof MalformedParams || error instanceof SubscriptionRefused) return
        timer = setTimeout(schedule, this.config.timing.subscribe_retry_ms * (1 + Math.random()))
        timer.unref()
      }
    }
    const schedule = () => {
      clearTimeout(timer)
      attempt = attempt.then(save)
    }
    schedule()

    return {
      renew: (renewed) => {
        current = renewed
        schedule()
      },
      cancel: () => {
        cancelled = true
        clearTimeout(timer)
        for (const { id } of ids) this.#listeners.delete(id)
        if (this.#stopped) return
        // After an attempt under way, whose rows would otherwise stay. Rows that stay all the same are sent to nobody.
        attempt.then(() => this.#subscriptions.remove(ids.map(({ id }) => id))).catch(() => {})
      },
    }
  }

  /** Takes a change from the replication stream. */
  receive(change: Change): void {
    if (this.#listeners.size === 0 || this.#stopped) return
    if (this.#waiting.length >= MOST_WAITING || this.#waitingBytes + change.size > MOST_WAITING_BYTES) {
      return console.warn('ChangesDropped: more changes than can be worked through')
    }
    this.#waiting.push(change)
    this.#waitingBytes += change.size
    this.#working ??= this.#work().finally(() => this.#working = undefined)
  }

  /** Stops sending, and lets the batch under way finish. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#waiting = []
    await this.#working
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopped) {
      const batch = this.#waiting.splice(0, BATCH)
      for (const { size } of batch) this.#waitingBytes -= size
      try {
        for (const change of await this.#visible(batch)) this.#deliver(change)
      } catch (error) {
        if (!this.#stopped) console.warn(`ChangesDropped: ${(error as Error).message}`)
      }
    }
  }

  async #visible(batch: Change[]): Promise<VisibleChange[]> {
    await awaitSettled(this.sql, batch.map(({ transaction }) => transaction.xid))
    const records = await Promise.all(batch.map((change) => this.#writer.write(change)))
    return await this.sql<VisibleChange[]>`
      select applied.wal::text as wal, applied.subscription_ids as ids, applied.errors
      from jsonb_array_elements(${
      JSON.stringify(records)
    }::text::jsonb) with ordinality as record (wal, place)
      cross join lateral realtime.apply_rls(record.wal, ${this.config.limits.change_bytes}) applied
      where cardinality(applied.subscription_ids) > 0
      order by record.place`
  }

  #deliver({ wal, ids, errors }: VisibleChange): void {
    if (this.events.exceeded) return console.warn('ChangesDropped: too many messages per second')
    const bindingIds = new Map<Listener, number[]>()
    for (const id of ids) {
      const found = this.#listeners.get(id)
      if (found === undefined) continue // left while the change was being looked at
      const list = bindingIds.get(found.listener)
      if (list === undefined) bindingIds.set(found.listener, [found.bindingId])
      else list.push(found.bindingId)
    }
    // The change stays text: JavaScript would lose digits of large numbers.
    const data = `${wal.slice(0, -1)},"errors":${errors.length === 0 ? 'null' : JSON.stringify(errors)}}`
    for (const [listener, known] of bindingIds) {
      const payload = `{"ids":${JSON.stringify(known)},"data":${data}}`
      listener.send(encodeText(listener.topic, 'postgres_changes', payload, listener.version))
    }
    this.events.add(bindingIds.size)
  }
}
