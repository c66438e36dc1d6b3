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

interface Waiter {
  resolve(connection: Connection): void
  reject(error: Error): void
}

/** Connections of one role, opened when needed and lent to one request at a time. */
export class Pool {
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  readonly #lent = new Set<Connection>()
  readonly #waiting: Waiter[] = []
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
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire()
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
      waiting: this.#waiting.length,
      size,
      timeouts: this.#timeouts,
    }
  }

  /** Waits for lent connections to come back, then closes all. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiter of this.#waiting.splice(0)) waiter.reject(new ConnectionLost('The service is closing.'))
    for (const connection of this.#idle.splice(0)) connection.close()
    if (this.#lent.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve))
  }

  async #acquire(): Promise<Connection> {
    if (this.#closed) throw new ConnectionLost('The service is closing.')
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) break
      if (connection.closed === undefined) return this.#lend(connection)
    }
    if (this.#idle.length + this.#lent.size + this.#opening < this.#options.size) return await this.#open()
    return await this.#wait()
  }

  async #open(): Promise<Connection> {
    this.#opening += 1
    try {
      const connection = await Connection.open(this.#options)
      this.#generations.set(connection, this.#generation)
      connection.onClose = () => this.#forget(connection)
      return this.#lend(connection)
    } catch (error) {
      // Those who wait would wait in vain: nothing comes back while nothing can be opened.
      if (this.#lent.size === 0) {
        for (const waiter of this.#waiting.splice(0)) waiter.reject(error as Error)
      }
      throw error
    } finally {
      this.#opening -= 1
    }
  }

  #wait(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve(connection) {
          clearTimeout(timer)
          resolve(connection)
        },
        reject(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        this.#timeouts += 1
        reject(acquisitionTimedOut())
      }, this.#options.acquisitionTimeout)
      this.#waiting.push(waiter)
    })
  }

  #lend(connection: Connection): Connection {
    this.#lent.add(connection)
    if (this.#generations.get(connection) !== this.#generation) {
      connection.forgetStatements()
      this.#generations.set(connection, this.#generation)
    }
    return connection
  }

  #release(connection: Connection): void {
    this.#lent.delete(connection)
    const outlived = Date.now() - connection.openedAt > this.#options.maxLifetime
    // A session left inside a transaction is not worth cleaning: the next one opens in a millisecond.
    if (connection.closed === undefined && (this.#closed || outlived || !connection.idle)) connection.close()
    if (this.#closed) {
      if (this.#lent.size === 0) this.#drained?.()
      return
    }
    const waiter = this.#waiting.shift()
    if (connection.closed === undefined) {
      if (waiter === undefined) this.#idle.push(connection)
      else waiter.resolve(this.#lend(connection))
    } else if (waiter !== undefined) {
      this.#open().then(waiter.resolve, waiter.reject)
    }
  }

  #forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
  }
}
