import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { EdgeFunction } from './catalog.ts'
import { DenoProcess } from './deno.ts'
import type { Report } from './runtime/messages.ts'

/** A function could not be loaded. */
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
  /** Set when another run is to take its place. */
  retired: boolean
  /** Settles when the worker listens, or cannot. */
  worker: Promise<FunctionWorker>
  settle: { resolve(worker: FunctionWorker): void; reject(error: Error): void }
}

/** What `Workers` needs. */
export interface WorkersOptions {
  directory: string
  /** What the functions' imports stand for; see `DenoOptions`. */
  imports: string | undefined
  /** Read anew whenever the process starts. */
  environment(): Promise<Record<string, string>>
  /** Where lines of functions go; `name` is absent when it is not known whose line it is. */
  print(line: string, name?: string): void
}

/** A worker that takes longer to boot has failed, in milliseconds. */
const BOOT_LIMIT_MS = 60_000

/** A process that ends within this time of its start is not started again at once, in milliseconds. */
const SHORT_LIFE_MS = 2_000

/** How long functions may go on once the platform ends, in milliseconds. */
const FAREWELL_MS = 3_000

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
    for (;;) {
      const run = this.#current.get(fn.name) ?? this.#boot(fn)
      try {
        return await run.worker
      } catch (error) {
        // Files changed while it was booting: the next run has the new ones.
        if (!run.retired) throw error
      }
    }
  }

  /** Has a worker show that it is alive; one that does not is ended, and the next request boots another. */
  async check(worker: FunctionWorker): Promise<void> {
    const deno = await this.#process?.catch(() => undefined)
    deno?.send({ type: 'check', id: worker.id, withinMs: SILENCE_MS })
  }

  /** Gives up a worker that cannot be reached; the next request boots another. */
  async discard(worker: FunctionWorker): Promise<void> {
    const run = this.#runs.get(worker.id)
    if (run !== undefined) this.#retire(run, await this.#process?.catch(() => undefined))
  }

  /** Has functions loaded anew at their next request. What is under way is finished by the old workers. */
  async reload(names: readonly string[] = [...this.#current.keys()]): Promise<void> {
    const deno = await this.#process?.catch(() => undefined)
    for (const name of names) {
      const run = this.#current.get(name)
      if (run !== undefined) this.#retire(run, deno)
    }
  }

  /** Ends the process and starts it again, with its environment read anew. */
  async restart(): Promise<void> {
    const deno = await this.#process?.catch(() => undefined)
    await deno?.end()
    await this.#deno()
  }

  /** Lets functions finish what they do, in the background too, within a limit; then ends everything. */
  async close(): Promise<void> {
    this.#closing = true
    const deno = await this.#process?.catch(() => undefined)
    for (const run of this.#current.values()) this.#retire(run, deno)
    const patience = Date.now() + FAREWELL_MS
    while (this.#runs.size > 0 && Date.now() < patience) await sleep(10)
    await deno?.end()
  }

  #boot(fn: EdgeFunction): Run {
    const run = this.#newRun(fn.name)
    this.#current.set(fn.name, run)
    this.#runs.set(run.id, run)
    const limit = setTimeout(() => {
      this.#options.print('took too long to boot', fn.name)
      this.#process?.then((deno) => deno.send({ type: 'check', id: run.id, withinMs: 0 }), () => {})
      this.#finish(run, 'it took too long to boot')
    }, BOOT_LIMIT_MS)
    run.worker.catch(() => {}).finally(() => clearTimeout(limit))
    this.#deno().then(
      (deno) =>
        deno.send({ type: 'boot', id: run.id, name: fn.name, entrypoint: pathToFileURL(fn.entrypoint).href }),
      (error: Error) => this.#finish(run, error.message),
    )
    return run
  }

  #retire(run: Run, deno: DenoProcess | undefined): void {
    run.retired = true
    if (this.#current.get(run.name) === run) this.#current.delete(run.name)
    deno?.send({ type: 'retire', id: run.id })
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
        imports: this.#options.imports,
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
    return { id: this.#nextId++, name, retired: false, worker, settle }
  }
}
