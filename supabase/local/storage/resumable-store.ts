import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DataStore, ERRORS, Upload } from '@tus/server'
import type { StagedFile } from './files.ts'
import { checkKey } from './names.ts'

/** An upload that has no more bytes after this time is forgotten, in milliseconds; as on the hosted platform. */
export const UPLOAD_LIFETIME_MS = 24 * 3_600_000

/** Where an upload is to go. */
export interface UploadId {
  bucket: string
  key: string
  /** The version that its bytes will have; also their file's name. */
  version: string
}

/** What is kept of an upload beside its bytes. */
interface Kept {
  id: string
  size: number | undefined
  metadata: Upload['metadata'] | undefined
  creation_date: string | undefined
  /** Set once the bytes belong to an object. */
  finished?: true
}

const VERSION = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The name of an upload: `bucket/key/version`. */
export function writeUploadId({ bucket, key, version }: UploadId): string {
  return `${bucket}/${key}/${version}`
}

/**
 * Reads the name of an upload.
 * @throws `FILE_NOT_FOUND` for a text that names none, {StorageError} InvalidKey for an impossible key
 */
export function readUploadId(id: string): UploadId {
  const [bucket = '', ...rest] = id.split('/')
  const version = rest.pop() ?? ''
  const key = rest.join('/')
  if (bucket === '' || !VERSION.test(version)) throw ERRORS.FILE_NOT_FOUND
  checkKey(key)
  return { bucket, key, version }
}

/**
 * The bytes of uploads under way, one file each, and a second file that says what they are. Both are named by version
 * only, survive the platform's end, and are removed when the upload's time is over.
 */
export class ResumableStore extends DataStore {
  override extensions = [
    'creation',
    'creation-with-upload',
    'creation-defer-length',
    'termination',
    'expiration',
  ]
  readonly #directory: string
  readonly #lifetimeMs: number

  private constructor(directory: string, lifetimeMs: number) {
    super()
    this.#directory = directory
    this.#lifetimeMs = lifetimeMs
  }

  /** Opens a store, making its folder. */
  static async open(directory: string, lifetimeMs = UPLOAD_LIFETIME_MS): Promise<ResumableStore> {
    await mkdir(directory, { recursive: true })
    return new ResumableStore(directory, lifetimeMs)
  }

  override async create(upload: Upload): Promise<Upload> {
    const { version } = readUploadId(upload.id)
    const { id, size, metadata, creation_date } = upload
    await writeFile(this.#bytes(version), '', { flag: 'wx' })
    await this.#keep({ id, size, metadata, creation_date })
    return upload
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { version, finished } = await this.#find(id)
    if (finished) return offset
    const path = this.#bytes(version)
    const target = createWriteStream(path, { flags: 'r+', start: offset, flush: true })
    await pipeline(source, target)
    return offset + target.bytesWritten
  }

  override async getUpload(id: string): Promise<Upload> {
    const { version, finished, ...kept } = await this.#find(id)
    const offset = finished ? kept.size! : await sizeOf(this.#bytes(version))
    if (offset === undefined) throw ERRORS.FILE_NO_LONGER_EXISTS
    const { size, metadata = {}, creation_date = '' } = kept
    return new Upload({ id, offset, metadata, creation_date, ...(size === undefined ? {} : { size }) })
  }

  override async declareUploadLength(id: string, size: number): Promise<void> {
    const { version: _version, ...kept } = await this.#find(id)
    await this.#keep({ ...kept, size })
  }

  override async remove(id: string): Promise<void> {
    const { version } = await this.#find(id)
    await this.#forget(version)
  }

  override getExpiration(): number {
    return this.#lifetimeMs
  }

  override async deleteExpired(): Promise<number> {
    let removed = 0
    for (const name of await readdir(this.#directory)) {
      const version = name.replace(/\.json(\.new)?$/, '')
      const begun = await this.#begun(version)
      if (!VERSION.test(version) || begun === undefined || Date.now() - begun <= this.#lifetimeMs) continue
      await this.#forget(version)
      removed++
    }
    return removed
  }

  /** The bytes of a complete upload, ready to be kept as an object's; `undefined` when they already are. */
  async complete(id: string): Promise<StagedFile | undefined> {
    const { version, finished } = await this.#find(id)
    if (finished) return undefined
    const path = this.#bytes(version)
    const hash = createHash('md5')
    let size = 0
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer)
      size += (chunk as Buffer).length
    }
    return { version, path, size, md5: hash.digest('hex') }
  }

  /** Notes that the bytes belong to an object now; whoever asks for the upload learns that it is complete. */
  async finish(id: string): Promise<void> {
    const { version: _version, ...kept } = await this.#find(id)
    await this.#keep({ ...kept, finished: true })
  }

  async #find(id: string): Promise<Kept & { version: string }> {
    const { version } = readUploadId(id)
    const kept = await this.#read(version)
    // The version alone would be enough to guess; where the bytes may go was decided for the whole name.
    if (kept?.id !== id) throw ERRORS.FILE_NOT_FOUND
    return { ...kept, version }
  }

  async #read(version: string): Promise<Kept | undefined> {
    const text = await readFile(this.#facts(version), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    return text === undefined ? undefined : JSON.parse(text) as Kept
  }

  /** When an upload was begun, in milliseconds since 1970; where its facts are lost, when its bytes last changed. */
  async #begun(version: string): Promise<number | undefined> {
    const kept = await this.#read(version)
    if (kept?.creation_date !== undefined) return Date.parse(kept.creation_date)
    return (await stat(this.#bytes(version)).catch(() => undefined))?.mtimeMs
  }

  async #keep(kept: Kept): Promise<void> {
    const file = this.#facts(readUploadId(kept.id).version)
    await writeFile(`${file}.new`, JSON.stringify(kept))
    await rename(`${file}.new`, file)
  }

  async #forget(version: string): Promise<void> {
    const facts = this.#facts(version)
    await Promise.all(
      [this.#bytes(version), facts, `${facts}.new`].map((file) => rm(file, { force: true })),
    )
  }

  #bytes(version: string): string {
    return join(this.#directory, version)
  }

  #facts(version: string): string {
    return join(this.#directory, `${version}.json`)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}
