/** Keeps what is known of the database up to date: loads it, listens for news, and loads it again. */
import type { Catalog } from './catalog/catalog.ts'
import { loadCatalog } from './catalog/load.ts'
import { loadOptions, loadRoleSettings, type RoleSettings } from './catalog/role-settings.ts'
import { type Settings, withOptions } from './config.ts'
import { Connection, type ConnectionOptions } from './database/connection.ts'

/** One consistent state of knowledge. */
export interface Knowledge {
  readonly settings: Settings
  readonly roles: ReadonlyMap<string, RoleSettings>
  readonly catalog: Catalog
}

/** The channel that news come in on. */
const CHANNEL = 'pgrst'

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 32_000

/** A burst of news within this time is answered by one load. */
const SETTLE_MS = 5

/** What a keeper works with. */
export interface KeeperOptions {
  connection: ConnectionOptions
  /** What holds where the database says nothing. */
  settings: Settings
  /** Whether the database may say something. */
  readsOptions: boolean
  /** Called when there is new knowledge. */
  onChange: (knowledge: Knowledge) => void
}

/** Knows the database through a connection of its own. */
export class KnowledgeKeeper {
  readonly #options: KeeperOptions
  #current: Knowledge | undefined
  #connection: Connection | undefined
  #loading: Promise<void> = Promise.resolve()
  #scheduled = false
  #retry = FIRST_RETRY_MS
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #settings: Settings
  readonly #loads = { succeeded: 0, failed: 0, seconds: 0 }

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#settings = options.settings
  }

  /** How often everything was loaded, and how long the last time took. */
  get loads(): Readonly<{ succeeded: number; failed: number; seconds: number }> {
    return this.#loads
  }

  /** Loads everything again, as a notification would have it. */
  reload(settings?: Settings): void {
    this.#settings = settings ?? this.#settings
    this.#hear('')
  }

  /** What is known; undefined until the database has been reached once. */
  get current(): Knowledge | undefined {
    return this.#current
  }

  /** Whether news would be heard. */
  get listening(): boolean {
    return this.#connection !== undefined && this.#connection.closed === undefined
  }

  /** Connects and loads. Rejects if that fails, and keeps trying all the same. */
  async start(): Promise<void> {
    try {
      await this.#connect()
    } catch (error) {
      this.#tryAgain()
      throw error
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#connection?.close()
  }

  async #connect(): Promise<void> {
    const connection = await Connection.open(this.#options.connection)
    try {
      connection.onNotification = (_, payload) => this.#hear(payload)
      // Listening first: what changes while the catalog is being read is heard of.
      await connection.query(`listen ${CHANNEL}`)
      await this.#load(connection)
    } catch (error) {
      connection.close()
      throw error
    }
    if (this.#closed) return connection.close()
    this.#connection = connection
    this.#retry = FIRST_RETRY_MS
    connection.onClose = () => this.#tryAgain()
    if (connection.closed !== undefined) this.#tryAgain()
  }

  #tryAgain(): void {
    if (this.#closed) return
    this.#connection = undefined
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#connect().catch(() => this.#tryAgain())
    }, this.#retry)
    this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY_MS)
  }

  #hear(payload: string): void {
    if (!['', 'reload schema', 'reload config'].includes(payload) || this.#scheduled) return
    this.#scheduled = true
    setTimeout(() => {
      this.#scheduled = false
      const connection = this.#connection
      if (connection === undefined) return
      this.#loading = this.#loading.then(() => this.#load(connection)).catch(() => {
        // The old knowledge stays. A broken connection is opened again, and everything is loaded then.
        if (connection.closed === undefined) connection.close()
      })
    }, SETTLE_MS)
  }

  async #load(connection: Connection): Promise<void> {
    const begun = performance.now()
    try {
      this.#current = await this.#read(connection)
      this.#loads.succeeded += 1
    } catch (error) {
      this.#loads.failed += 1
      throw error
    }
    this.#loads.seconds = (performance.now() - begun) / 1000
    this.#options.onChange(this.#current)
  }

  async #read(connection: Connection): Promise<Knowledge> {
    const base = this.#settings
    const settings = this.#options.readsOptions ? withOptions(base, await loadOptions(connection)) : base
    const roles = await loadRoleSettings(connection)
    const catalog = await loadCatalog(connection, settings.dbSchemas, settings.dbExtraSearchPath)
    return { settings, roles, catalog }
  }
}
