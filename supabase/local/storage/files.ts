import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { makeOwnerOnly, OWNER_ONLY_FOLDER } from '../owner-only.ts'
import { isAlive } from '../process.ts'
import { entityTooLarge } from './errors.ts'

/** Bytes that have arrived completely but belong to no object yet. */
export interface StagedFile {
  /** The version these bytes will have; also their file's name. */
  version: string
  path: string
  /** Bytes. */
  size: number
  /** MD5 of the bytes, hexadecimal: what clients see as the ETag. */
  md5: string
}

/** A version is what names a file, so nothing but a UUID may become a path. */
const VERSION = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A file younger than this may belong to a transaction that has not committed yet. */
const ORPHAN_AGE_MS = 60_000

/**
 * The bytes of all objects. A file is written once, under the version that the object's row will name, and never
 * changed: a replaced object gets a new file, so a reader of the old one is not disturbed. Keys and bucket names do
 * not appear in paths at all.
 *
 * Bytes come before the row, and go after it. A crash in between leaves a file that no row names; `sweep` removes it.
 */
export class FileStore {
  readonly #incoming: string
  readonly #objects: string

  private constructor(directory: string) {
    this.#incoming = join(directory, 'incoming')
    this.#objects = join(directory, 'objects')
  }

  /** Opens a store, making its folders, and removes what interrupted uploads have left. */
  static async open(directory: string): Promise<FileStore> {
    const store = new FileStore(directory)
    await mkdir(directory, { recursive: true, mode: OWNER_ONLY_FOLDER })
    await makeOwnerOnly(directory, OWNER_ONLY_FOLDER) // private buckets lie here, too
    await mkdir(store.#incoming, { recursive: true })
    await mkdir(store.#objects, { recursive: true })
    await store.#removeInterrupted()
    return store
  }

  /**
   * Receives a stream into a temporary file.
   * @param limit largest accepted size, in bytes
   * @throws {StorageError} EntityTooLarge as soon as the limit is passed
   */
  async stage(source: Readable, limit: number): Promise<StagedFile> {
    const version = randomUUID()
    const path = join(this.#incoming, `${process.pid}.${version}`)
    const hash = createHash('md5')
    let size = 0
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length
        if (size > limit) return done(entityTooLarge())
        hash.update(chunk)
        done(null, chunk)
      },
    })
    try {
      // Not the source itself: a pipeline that fails destroys it, and with it the connection that the answer needs.
      const bytes = source.iterator({ destroyOnReturn: false })
      await pipeline(bytes, meter, createWriteStream(path, { flags: 'wx', flush: true }))
    } catch (error) {
      source.resume()
      await rm(path, { force: true })
      throw error
    }
    return { version, path, size, md5: hash.digest('hex') }
  }

  /** Gives a staged file its final place. Call it inside the transaction that writes the row, as the last step. */
  async keep(staged: StagedFile): Promise<void> {
    const path = this.#pathOf(staged.version)
    await mkdir(join(path, '..'), { recursive: true })
    await rename(staged.path, path)
  }

  /** Removes a staged file that was not kept. */
  async discard(staged: StagedFile): Promise<void> {
    await rm(staged.path, { force: true })
  }

  /**
   * Gives the bytes of one version a second name, for a copy or a move.
   * @returns the new version; `undefined` when there are no bytes
   */
  async duplicate(version: string | null): Promise<string | undefined> {
    const source = this.#find(version)
    if (source === undefined) return undefined
    const copy = randomUUID()
    const target = this.#pathOf(copy)
    await mkdir(join(target, '..'), { recursive: true })
    try {
      // Files never change, so both may share their bytes.
      await link(source, target)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
    return copy
  }

  /** Opens the bytes of a version for reading; `undefined` when there are none. */
  async read(version: string | null): Promise<FileHandle | undefined> {
    const path = this.#find(version)
    if (path === undefined) return undefined
    try {
      return await open(path, 'r')
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  /** Removes the bytes of versions that no row names any more. Whoever reads one now reads it to the end. */
  async remove(versions: readonly (string | null)[]): Promise<void> {
    for (const version of versions) {
      const path = this.#find(version)
      if (path !== undefined) await rm(path, { force: true })
    }
  }

  /**
   * Removes files that no row names: what a crash between file and row, or a delete by SQL, has left.
   * @param findKnown which of these versions the database has rows for
   * @param minimumAgeMs younger files are left alone, in milliseconds
   * @returns how many files were removed
   */
  async sweep(
    findKnown: (versions: string[]) => Promise<Set<string>>,
    minimumAgeMs = ORPHAN_AGE_MS,
  ): Promise<number> {
    let removed = 0
    for (const folder of await readdir(this.#objects)) {
      const versions = (await readdir(join(this.#objects, folder))).filter((name) => VERSION.test(name))
      const old: string[] = []
      for (const version of versions) {
        if (await this.#age(this.#pathOf(version)) >= minimumAgeMs) old.push(version)
      }
      if (old.length === 0) continue
      const known = await findKnown(old)
      const orphans = old.filter((version) => !known.has(version))
      await this.remove(orphans)
      removed += orphans.length
    }
    return removed
  }

  /** Milliseconds since the file came to its place; less than any age when it has just gone. */
  async #age(path: string): Promise<number> {
    try {
      return Date.now() - (await stat(path)).ctimeMs
    } catch (error) {
      if (isMissing(error)) return -Infinity
      throw error
    }
  }

  #find(version: string | null): string | undefined {
    return version !== null && VERSION.test(version) ? this.#pathOf(version) : undefined
  }

  /** Files are spread over folders by their first two characters, to keep each folder short. */
  #pathOf(version: string): string {
    return join(this.#objects, version.slice(0, 2), version)
  }

  /** Temporary files carry the id of the process that writes them; those of dead processes are of no use. */
  async #removeInterrupted(): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const pid = Number(name.split('.')[0])
      if (isAlive(pid)) continue
      await unlink(join(this.#incoming, name)).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
