import { access, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { findImports } from './imports.ts'

/** One section [functions.<name>] of config.toml. */
const FunctionSettings = z.object({
  enabled: z.boolean().default(true),
  /** Whether a request needs a JWT of this project. */
  verify_jwt: z.boolean().default(true),
  /** The file that serves it, and the one that says what its imports stand for; relative to config.toml. */
  entrypoint: z.string().optional(),
  import_map: z.string().optional(),
})

/** The sections [functions.*] of config.toml, by name. A function without one has the defaults. */
export const FunctionsConfig = z.record(z.string(), FunctionSettings)
export type FunctionsConfig = z.output<typeof FunctionsConfig>

/** A function that exists. */
export interface EdgeFunction {
  name: string
  /** Path of the file that serves it. */
  entrypoint: string
  /** The file that says what its imports stand for; absent where it shares those of all functions. */
  imports: string | undefined
  verifyJwt: boolean
}

/** Names of functions, as the official CLI allows them. `_shared` is not one, and neither is `..`. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/

const ENTRYPOINTS = ['index.ts', 'index.js', 'index.tsx', 'index.jsx']

/** Finds functions by name: a folder with an index file. Looked up each time, so that new ones appear by themselves. */
export class Catalog {
  readonly #directory: string
  /** Where relative paths of config.toml start. */
  readonly #home: string
  readonly #config: FunctionsConfig

  /**
   * @param directory the functions' folder, without symbolic links
   * @param home the folder of config.toml
   */
  constructor(directory: string, home: string, config: FunctionsConfig) {
    this.#directory = directory
    this.#home = home
    this.#config = config
  }

  /** The function of that name; `undefined` when there is none or it is switched off. */
  async find(name: string): Promise<EdgeFunction | undefined> {
    if (!NAME.test(name)) return undefined
    const settings = this.#config[name] ?? FunctionSettings.parse({})
    if (!settings.enabled) return undefined
    const entrypoint = await this.#entrypoint(name, settings.entrypoint)
    if (entrypoint === undefined) return undefined
    const imports = settings.import_map === undefined
      ? await findImports(this.#directory, join(this.#directory, name))
      : await this.#configured(settings.import_map)
    return { name, entrypoint, imports, verifyJwt: settings.verify_jwt }
  }

  async #entrypoint(name: string, configured: string | undefined): Promise<string | undefined> {
    const candidates = configured === undefined
      ? ENTRYPOINTS.map((file) => join(this.#directory, name, file))
      : [await this.#configured(configured)]
    for (const candidate of candidates) {
      if (await access(candidate).then(() => true, () => false)) return candidate
    }
    return undefined
  }

  /** A path of config.toml as Deno sees it: without symbolic links. */
  async #configured(path: string): Promise<string> {
    const file = resolve(this.#home, path)
    return await realpath(file).catch(() => file)
  }
}
