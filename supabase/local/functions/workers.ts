import { setTimeout as sleep } from 'node:timers/promises'
import type { EdgeFunction } from './catalog.ts'
import { DenoProcess } from './deno.ts'
import type { Report } from './runtime/messages.ts'

/** The runs of functions: which workers there are, on which ports. */
export class BootError extends Error {
  override readonly name = 'BootError'
}

/** One run of a function. */
export interface FunctionWorker {
  id: number
  /** Port on 127.0.0.1. */
  port: number
}

interface Run {
  id: number
  name: string
  /** Settles when the worker listens, or cannot. */
  worker: Promise<FunctionWorker>
  settle: { resolve(worker: FunctionWorker): void; reject(error: Error): void }
}

/** What `Workers` needs. */
export interface WorkersOptions {
  directory: string
  /** Read anew whenever the process starts. */
  environment(): Promise<Record<string, string>>
  /** Where lines of functions go; `name` is absent when it is not known whose line it is. */
  print(line: string, name?: string): void
}

/** A worker that takes longer to boot has failed, in milliseconds. */
const BOOT_LIMIT_MS = 60_000

/** A process that ends within this time of its start is not started again at once, in milliseconds. */
const SHORT_LIFE_MS = 2_000

/** How long a worker may stay silent after a function of it has run into its time limit, in milliseconds. */
const SILENCE_MS = 2_000

/** Keeps the Deno process and the functions' workers running. */
export class Workers {
  readonly #options: WorkersOptions
  /** The newest run of each function, by name. */
  readonly #current = new Map<string, Run>()
  /** All runs, retiring ones too. */
  readonly #runs = new Map<number, Run>()
  #process: Promise<DenoProcess> | undefined
  #closing = false
  #nextId = 1

  constructor(options: WorkersOptions) {
    this.#options = options
  }

  /** Starts the Deno process. Rejects when it cannot be started at all. */
  async start(): Promise<void> {
    await this.#deno()
  }

  /**
   * The worker that serves a function, booted if there is none.
   * @throws {BootError} when the function cannot be loaded, with the reason already printed
   */
  async get(fn: EdgeFunction): Promise<FunctionWorker> {
    const running = this.#current.get(fn.name)
    if (running !== undefined) return await running.worker
    const run = this.#newRun(fn.name)
    this.#current.set(fn.name, run)
    this.#runs.set(run.id, run)
    const deno = await this.#deno().catch((error: Error) => this.#finish(run, error.message))
    deno?.send({ type: 'boot', id: run.id, name: fn.name, entrypoint: `file://${fn.entrypoint}` })
    const limit = setTimeout(() => {
      deno?.send({ type: 'retire', id: run.id })
      this.#finish(run, 'it took too long to boot')
    }, BOOT_LIMIT_MS)
    return await run.worker.finally(() => clearTimeout(limit))
  }

  /** Has a worker show that it is alive; one that does not is ended, and the next request boots another. */
  async check(worker: FunctionWorker): Promise<void> {
    ;(await this.#process)?.send({ type: 'check', id: worker.id, withinMs: SILENCE_MS })
  }

  /** Has functions loaded anew at their next request. What is under way is finished by the old workers. */
  async reload(names: readonly string[] = [...this.#current.keys()]): Promise<void> {
    const deno = await this.#process
    for (const name of names) {
      const run = this.#current.get(name)
      if (run === undefined) continue
      this.#current.delete(name)
      deno?.send({ type: 'retire', id: run.id })
    }
  }

  /** Ends the process and starts it again, with its environment read anew. */
  async restart(): Promise<void> {
    const deno = await this.#process?.catch(() => undefined)
    await deno?.end()
    await this.#deno()
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#closing = true
    const deno = await this.#process?.catch(() => undefined)
    await deno?.end()
  }

  async #deno(): Promise<DenoProcess> {
    if (this.#closing) throw new Error('the functions are being stopped')
    this.#process ??= this.#startProcess()
    return await this.#process
  }

  async #startProcess(): Promise<DenoProcess> {
    const startedAt = Date.now()
    try {
      return await DenoProcess.start({
        directory: this.#options.directory,
        environment: await this.#options.environment(),
        onReport: (report) => this.#receive(report),
        onOutput: (line) => this.#options.print(line),
        onExit: (reason) => this.#onExit(reason, Date.now() - startedAt),
      })
    } catch (error) {
      this.#process = undefined
      throw error
    }
  }

  #onExit(reason: string, lifetimeMs: number): void {
    this.#process = undefined
    for (const run of [...this.#runs.values()]) this.#finish(run, 'the Deno process ended')
    if (this.#closing) return
    this.#options.print(`the Deno process ended (${reason}) and is started again`)
    const pause = lifetimeMs < SHORT_LIFE_MS ? SHORT_LIFE_MS : 0
    sleep(pause, undefined, { ref: false }).then(() => this.#deno()).catch((error: unknown) => {
      if (!this.#closing) this.#options.print(`the Deno process cannot be started: ${error}`)
    })
  }

  #receive(report: Report): void {
    if (report.type === 'ready') return
    const run = this.#runs.get(report.id)
    if (run === undefined) return
    switch (report.type) {
      case 'log':
        return this.#options.print(report.text, run.name)
      case 'listening':
        return run.settle.resolve({ id: run.id, port: report.port })
      case 'failed':
        this.#options.print(`could not be loaded: ${report.reason}`, run.name)
        return this.#finish(run, report.reason)
      case 'ended':
        if (!report.reason.startsWith('retired')) {
          this.#options.print(`ended: ${report.reason}`, run.name)
        }
        return this.#finish(run, report.reason)
    }
  }

  #finish(run: Run, reason: string): undefined {
    this.#runs.delete(run.id)
    if (this.#current.get(run.name) === run) this.#current.delete(run.name)
    run.settle.reject(new BootError(reason))
  }

  #newRun(name: string): Run {
    let settle!: Run['settle']
    const worker = new Promise<FunctionWorker>((resolve, reject) => settle = { resolve, reject })
    // Whoever waits for the worker hears of its failure; a run that nobody waits for may fail quietly.
    worker.catch(() => {})
    return { id: this.#nextId++, name, worker, settle }
  }
}
