/** The steps of a request, in order, as the Server-Timing header names them. */
export type Stage = 'jwt' | 'parse' | 'plan' | 'transaction' | 'response'

/** Measures the steps of one request. A step that fails has been run, too. */
export class Stopwatch {
  readonly #entries: string[] = []
  #stage: Stage | undefined
  #since = 0

  /** Ends the step that is under way and begins the next. */
  begin(stage: Stage): void {
    this.#end()
    this.#stage = stage
    this.#since = performance.now()
  }

  /** The header: every step that was begun, in milliseconds. */
  header(): string {
    this.#end()
    return this.#entries.join(', ')
  }

  #end(): void {
    if (this.#stage === undefined) return
    this.#entries.push(`${this.#stage};dur=${(performance.now() - this.#since).toFixed(1)}`)
    this.#stage = undefined
  }
}
