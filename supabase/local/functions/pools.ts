import type { EdgeFunction } from './catalog.ts'
import { type FunctionWorker, Workers, type WorkersOptions } from './workers.ts'

/**
 * One Deno process for the functions that share their imports, and one more for each that has imports of its own:
 * Deno knows one import map per process.
 */
export class Pools {
  readonly #options: Omit<WorkersOptions, 'imports'>
  /** By the file of imports; `undefined` is the shared one, which is always there. */
  readonly #pools = new Map<string | undefined, Workers>()

  constructor(options: Omit<WorkersOptions, 'imports'>) {
    this.#options = options
  }

  /** Starts the shared process. Rejects when it cannot be started at all. */
  async start(): Promise<void> {
    await this.of().start()
  }

  /** The workers among which a function's own is. */
  of(fn?: EdgeFunction): Workers {
    const imports = fn?.imports
    let pool = this.#pools.get(imports)
    if (pool === undefined) {
      pool = new Workers({ ...this.#options, imports })
      this.#pools.set(imports, pool)
    }
    return pool
  }

  /** The worker that serves a function; throws as `Workers.get` does. */
  async get(fn: EdgeFunction): Promise<FunctionWorker> {
    return await this.of(fn).get(fn)
  }

  /** Has functions loaded anew at their next request; all of them unless names are given. */
  async reload(names?: readonly string[]): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.reload(names)))
  }

  /** Ends every process and starts the shared one again; which imports there are is found out anew. */
  async restart(): Promise<void> {
    const own = [...this.#pools].filter(([imports]) => imports !== undefined)
    own.forEach(([imports]) => this.#pools.delete(imports))
    await Promise.all([this.of().restart(), ...own.map(([, pool]) => pool.close())])
  }

  /** Lets functions finish what they do, within a limit; then ends everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()))
  }
}
