import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../../failure.ts'
import { makeOwnerOnly, OWNER_ONLY_FILE } from '../../owner-only.ts'
import type { Snapshot, Store } from './objects.ts'

/** Changes this close together are written once. */
const GATHER_MS = 250
/** Of its time this process gives one part in so many to writing, however much there is to write. */
const SHARE = 20

/**
 * Keeps what a sandbox account holds in a file, so that a payment of yesterday can be refunded today. What happened in
 * the last moment before a kill may be missing, as it may be with any provider that was cut off.
 */
export class Memory {
  #file: string
  #store: Store
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #lastTookMs = 0

  private constructor(file: string, store: Store) {
    this.#file = file
    this.#store = store
  }

  /**
   * Reads the file into the store, if there is one, and keeps it up to date from now on.
   * @throws {Failure} if the file is not what this class wrote
   */
  static async open(file: string, store: Store): Promise<Memory> {
    await makeOwnerOnly(file)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text !== null) store.restore(parse(file, text))
    return new Memory(file, store)
  }

  /** Something has changed: write it down soon. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.#write(), Math.max(GATHER_MS, this.#lastTookMs * SHARE))
    this.#timer.unref()
  }

  /** Writes what has changed and was not written yet. */
  async close(): Promise<void> {
    if (this.#timer !== null) this.#write()
    await this.#writing
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const began = performance.now()
    const text = JSON.stringify(this.#store.snapshot())
    this.#lastTookMs = performance.now() - began
    this.#writing = this.#writing.then(() => this.#replace(text)).catch((error: unknown) => {
      console.error(`sandboxes: ${this.#file} could not be written:`, (error as Error).message)
    })
  }

  /** Written beside and renamed, so that a kill never leaves half a file. */
  async #replace(text: string): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true })
    await writeFile(`${this.#file}.new`, text, { mode: OWNER_ONLY_FILE })
    await rename(`${this.#file}.new`, this.#file)
  }
}

function parse(file: string, text: string): Snapshot {
  try {
    return JSON.parse(text) as Snapshot
  } catch {
    throw new Failure(`${file} holds no payments of the sandbox: remove it to start without any.`)
  }
}
