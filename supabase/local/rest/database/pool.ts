import { acquisitionTimedOut } from '../errors.ts'
import { Connection, ConnectionLost, type ConnectionOptions } from './connection.ts'

/** How a pool behaves. */
export interface PoolOptions extends ConnectionOptions {
  /** Most connections open at once. */
  size: number
  /** How long a request waits for a free connection, in milliseconds. */
  acquisitionTimeout: number
  /** A connection older than this is replaced when it comes back, in milliseconds. */
  maxLifetime: number
}

/** Who wants a connection. */
export interface Borrower {
  /** The role whose share it takes. */
  readonly role: string
  /** Of that role, whose turn it takes: one person, or all who are nobody in particular. */
  readonly caller: string
  /** Aborted when nobody waits for the answer any more: then it does not get one. */
  readonly signal?: AbortSignal
}

interface Waiter extends Borrower {
  resolve(connection: Connection): void
  reject(error: Error): void
}

/** Nobody waits for this any more. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned'
}

/** Of so many connections one is kept for other roles: a crowd in one role never has them all. */
const CONNECTIONS_PER_KEPT_ONE = 5

/**
 * Connections, opened when needed and lent to one request at a time. Whoever must wait is served by turns: of the roles,
 * and within a role of its callers. So who sends much waits behind who sends little.
 */
export class Pool {
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  readonly #lent = new Map<Connection, string>()
  /** Connections that each role has, or that are being opened for it. */
  readonly #shares = new Map<string, number>()
  readonly #line = new Line()
  readonly #generations = new WeakMap<Connection, number>()
  #opening = 0
  #generation = 0
  #timeouts = 0
  #closed = false
  #drained: (() => void) | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Lends a connection to `work` and takes it back, whatever happens. */
  async use<T>(borrower: Borrower, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire(borrower)
    try {
      return await work(connection)
    } finally {
      this.#release(connection)
    }
  }

  /** Makes every connection forget its prepared statements before its next use. */
  forgetStatements(): void {
    this.#generation += 1
  }

  /** How busy the pool is. */
  get load(): { available: number; waiting: number; size: number; timeouts: number } {
    const { size } = this.#options
    return {
      available: size - this.#lent.size - this.#opening,
      waiting: this.#line.length,
      size,
      timeouts: this.#timeouts,
    }
  }

  /** Waits for lent connections to come back, then closes all. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiter of this.#line.clear()) waiter.reject(new ConnectionLost('The service is closing.'))
    for (const connection of this.#idle.splice(0)) connection.close()
    if (this.#lent.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve))
  }

  async #acquire(borrower: Borrower): Promise<Connection> {
    if (this.#closed) throw new ConnectionLost('The service is closing.')
    if (borrower.signal?.aborted) throw new Abandoned()
    if (!this.#mayBorrow(borrower.role)) return await this.#wait(borrower)
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) break
      if (connection.closed === undefined) return this.#lend(connection, borrower.role)
    }
    if (this.#lent.size + this.#opening < this.#options.size) return await this.#open(borrower.role)
    return await this.#wait(borrower)
  }

  #mayBorrow(role: string): boolean {
    const { size } = this.#options
    return (this.#shares.get(role) ?? 0) < size - Math.floor(size / CONNECTIONS_PER_KEPT_ONE)
  }

  async #open(role: string): Promise<Connection> {
    this.#opening += 1
    this.#share(role, 1)
    try {
      const connection = await Connection.open(this.#options)
      this.#generations.set(connection, this.#generation)
      connection.onClose = () => this.#forget(connection)
      this.#share(role, -1)
      return this.#lend(connection, role)
    } catch (error) {
      this.#share(role, -1)
      // Those who wait would wait in vain: nothing comes back while nothing can be opened.
      if (this.#lent.size === 0) {
        for (const waiter of this.#line.clear()) waiter.reject(error as Error)
      }
      throw error
    } finally {
      this.#opening -= 1
    }
  }

  #wait(borrower: Borrower): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const settled = () => {
        clearTimeout(timer)
        borrower.signal?.removeEventListener('abort', abandon)
      }
      const waiter: Waiter = {
        ...borrower,
        resolve(connection) {
          settled()
          resolve(connection)
        },
        reject(error) {
          settled()
          reject(error)
        },
      }
      const leave = (error: Error) => {
        this.#line.leave(waiter)
        waiter.reject(error)
      }
      const abandon = () => leave(new Abandoned())
      borrower.signal?.addEventListener('abort', abandon)
      const timer = setTimeout(() => {
        this.#timeouts += 1
        leave(acquisitionTimedOut())
      }, this.#options.acquisitionTimeout)
      this.#line.join(waiter)
    })
  }

  #share(role: string, change: 1 | -1): void {
    const share = (this.#shares.get(role) ?? 0) + change
    if (share === 0) this.#shares.delete(role)
    else this.#shares.set(role, share)
  }

  #lend(connection: Connection, role: string): Connection {
    this.#lent.set(connection, role)
    this.#share(role, 1)
    if (this.#generations.get(connection) !== this.#generation) {
      connection.forgetStatements()
      this.#generations.set(connection, this.#generation)
    }
    return connection
  }

  #release(connection: Connection): void {
    this.#share(this.#lent.get(connection)!, -1)
    this.#lent.delete(connection)
    const outlived = Date.now() - connection.openedAt > this.#options.maxLifetime
    // A session left inside a transaction is not worth cleaning: the next one opens in a millisecond.
    if (connection.closed === undefined && (this.#closed || outlived || !connection.idle)) connection.close()
    if (this.#closed) {
      if (this.#lent.size === 0) this.#drained?.()
      return
    }
    const waiter = this.#line.next((role) => this.#mayBorrow(role))
    if (connection.closed === undefined) {
      if (waiter === undefined) this.#idle.push(connection)
      else waiter.resolve(this.#lend(connection, waiter.role))
    } else if (waiter !== undefined) {
      this.#open(waiter.role).then(waiter.resolve, waiter.reject)
    }
  }

  #forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
  }
}

/** Those who wait, by role and caller. Both maps are in the order of whose turn it is: who was served goes to the end. */
class Line {
  readonly #roles = new Map<string, Map<string, Waiter[]>>()
  #length = 0

  get length(): number {
    return this.#length
  }

  join(waiter: Waiter): void {
    const callers = this.#roles.get(waiter.role) ?? new Map<string, Waiter[]>()
    const waiting = callers.get(waiter.caller) ?? []
    waiting.push(waiter)
    callers.set(waiter.caller, waiting)
    this.#roles.set(waiter.role, callers)
    this.#length += 1
  }

  leave(waiter: Waiter): void {
    const waiting = this.#roles.get(waiter.role)?.get(waiter.caller)
    const index = waiting?.indexOf(waiter) ?? -1
    if (index < 0) return
    waiting!.splice(index, 1)
    this.#length -= 1
    this.#tidy(waiter)
  }

  /** Takes out whose turn it is, among the roles that may have one. */
  next(mayBorrow: (role: string) => boolean): Waiter | undefined {
    for (const [role, callers] of this.#roles) {
      if (!mayBorrow(role)) continue
      const [caller, waiting] = callers.entries().next().value!
      const waiter = waiting.shift()!
      this.#length -= 1
      callers.delete(caller)
      callers.set(caller, waiting)
      this.#roles.delete(role)
      this.#roles.set(role, callers)
      this.#tidy(waiter)
      return waiter
    }
    return undefined
  }

  clear(): Waiter[] {
    const all = [...this.#roles.values()].flatMap((callers) => [...callers.values()].flat())
    this.#roles.clear()
    this.#length = 0
    return all
  }

  #tidy({ role, caller }: Waiter): void {
    const callers = this.#roles.get(role)!
    if (callers.get(caller)!.length === 0) callers.delete(caller)
    if (callers.size === 0) this.#roles.delete(role)
  }
}
