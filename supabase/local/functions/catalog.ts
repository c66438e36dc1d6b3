import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** One section [functions.<name>] of config.toml. */
const FunctionSettings = z.object({
  enabled: z.boolean().default(true),
  /** Whether a request needs a JWT of this project. */
  verify_jwt: z.boolean().default(true),
})

/** The sections [functions.*] of config.toml, by name. A function without one has the defaults. */
export const FunctionsConfig = z.record(z.string(), FunctionSettings)
export type FunctionsConfig = z.output<typeof FunctionsConfig>

/** A function that exists. */
export interface EdgeFunction {
  name: string
  /** Path of the file that serves it. */
  entrypoint: string
  verifyJwt: boolean
}

/** Names of functions, as the official CLI allows them. `_shared` is not one, and neither is `..`. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/

const ENTRYPOINTS = ['index.ts', 'index.js', 'index.tsx', 'index.jsx']

/** Finds functions by name: a folder with an index file. Looked up each time, so that new ones appear by themselves. */
export class Catalog {
  readonly #directory: string
  readonly #config: FunctionsConfig

  constructor(directory: string, config: FunctionsConfig) {
    this.#directory = directory
    this.#config = config
  }

  /** The function of that name; `undefined` when there is none or it is switched off. */
  async find(name: string): Promise<EdgeFunction | undefined> {
    if (!NAME.test(name)) return undefined
    const settings = this.#config[name] ?? FunctionSettings.parse({})
    if (!settings.enabled) return undefined
    for (const file of ENTRYPOINTS) {
      const entrypoint = join(this.#directory, name, file)
      const exists = await access(entrypoint).then(() => true, () => false)
      if (exists) return { name, entrypoint, verifyJwt: settings.verify_jwt }
    }
    return undefined
  }
}
