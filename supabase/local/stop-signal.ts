import process from 'node:process'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Terminals and npm both pass a Ctrl-C on: what comes within this time is the same one, in milliseconds. */
const SAME_SIGNAL_MS = 500

/** Thrown between two steps of a start that somebody has interrupted. */
export class Stopped extends Error {}

/** Ctrl-C, a closed terminal, or `npm run stop`. A second one forces the end. */
export class StopSignal {
  #receivedAt: number | undefined
  #force: () => void = () => {}
  readonly #received: Promise<void>
  #resolve: () => void = () => {}

  constructor() {
    this.#received = new Promise((resolve) => this.#resolve = resolve)
    for (const name of SIGNALS) process.on(name, this.#receive)
  }

  /** @throws {Stopped} once a signal has come */
  check(): void {
    if (this.#receivedAt !== undefined) throw new Stopped()
  }

  /** What `work` gives, unless a signal comes first. */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    const stopped = this.#received.then(() => Promise.reject(new Stopped()))
    return await Promise.race([work, stopped])
  }

  /** Resolves when a signal comes. */
  async wait(): Promise<void> {
    await this.#received
  }

  /** What a second signal does before the process ends. */
  onForce(action: () => void): void {
    this.#force = action
  }

  dispose(): void {
    for (const name of SIGNALS) process.off(name, this.#receive)
  }

  #receive = () => {
    if (this.#receivedAt === undefined) {
      this.#receivedAt = Date.now()
      this.#resolve()
    } else if (Date.now() - this.#receivedAt > SAME_SIGNAL_MS) {
      this.#force()
      process.exit(130)
    }
  }
}
