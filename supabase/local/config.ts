import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { Failure } from './failure.ts'
import type { Keys } from './keys.ts'

const DEFAULT_API_PORT = 54321
/** Characters. */
const LONGEST_PROJECT_ID = 40

const Port = z.number().int().min(1).max(65535)

/** `[db.vault]`: secrets that SQL reads from `vault.decrypted_secrets`, by name. */
export const VaultConfig = z.record(z.string(), z.string())

/** Sections that several services share, or that belong to the platform itself. The services own the others. */
const PlatformConfig = z.object({
  /** Names folders of this project. */
  project_id: z.string().transform(asProjectId),
  api: z.object({
    enabled: z.boolean().default(true),
    port: Port.default(DEFAULT_API_PORT),
    /** Whether what a migration makes in `public` is open to the API without a grant, as on hosted projects. */
    auto_expose_new_tables: z.boolean().default(true),
  }).prefault({}),
  db: z.object({
    port: Port.default(54322),
    major_version: z.number().int().default(17),
    migrations: z.object({ enabled: z.boolean().default(true) }).prefault({}),
    seed: z.object({
      enabled: z.boolean().default(true),
      sql_paths: z.array(z.string()).default(['./seed.sql']),
    }).prefault({}),
  }).prefault({}),
  local_smtp: z.object({ enabled: z.boolean().default(true), port: Port.default(54324) }).prefault({}),
  edge_runtime: z.object({
    enabled: z.boolean().default(true),
    /** Environment of every function. */
    secrets: z.record(z.string(), z.string()).default({}),
  }).prefault({}),
})

/** A section that a service parses itself. */
export type Section = Record<string, unknown>

/** What supabase/config.toml says, with the CLI's defaults. */
export type Config = z.output<typeof PlatformConfig> & {
  /** The file as it was read, `env(…)` replaced: each service parses its own section. */
  sections: Record<string, Section>
}

/** Where the configuration stands, relative to the project; this is how messages name it. */
const FILE = 'supabase/config.toml'

/**
 * Reads supabase/config.toml.
 * @param environment what `env(NAME)` stands for; a name that is not there stays as it is written, as with the CLI
 * @throws {Failure} one sentence, naming file and place
 */
export async function loadConfig(
  projectDirectory: string,
  environment: Record<string, string | undefined>,
): Promise<Config> {
  const text = await readFile(join(projectDirectory, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      throw new Failure(
        `There is no ${FILE} in ${projectDirectory}: start from the project's folder, or use --workdir.`,
      )
    }
    throw new Failure(`${FILE} cannot be read (${error.message}).`)
  })
  let raw: unknown
  try {
    raw = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.replace(/^Invalid TOML document: /, '').split('\n')[0]
    throw new Failure(`${FILE}, line ${error.line}: ${reason}.`)
  }
  const sections = substitute(raw, environment) as Record<string, Section>
  // What has an older name counts under it, too.
  const named = {
    project_id: basename(resolve(projectDirectory)),
    local_smtp: sections['inbucket'],
    ...sections,
  }
  return { ...parseSection(PlatformConfig, named), sections }
}

/** Leaves of a name what may stand in one of a folder, in the CLI's way. */
function asProjectId(name: string): string {
  const id = name.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^[_.-]+/, '').slice(0, LONGEST_PROJECT_ID)
  return id === '' ? 'project' : id
}

/** What `env(NAME)` stands for where the platform alone knows it: its own keys and address. */
export function platformEnvironment(keys: Keys, apiUrl: string): Record<string, string> {
  return {
    SEND_SMS_HOOK_SECRETS: keys.sendSmsHookSecret,
    SUPABASE_SECRET_KEY: keys.secretKey,
    SUPABASE_URL: apiUrl,
  }
}

/**
 * Parses one section with its service's schema.
 * @param name the section, for messages; absent for the whole file
 * @throws {Failure} naming the first setting that is wrong
 */
export function parseSection<Schema extends z.ZodType>(
  schema: Schema,
  section: unknown,
  name?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(section ?? {})
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const path = [...(name === undefined ? [] : [name]), ...issue.path.map(String)]
  const setting = path.pop()
  throw new Failure(
    `${FILE}: ${path.length === 0 ? '' : `[${path.join('.')}] `}${setting}: ${issue.message}.`,
  )
}

/** Replaces every string that is exactly `env(NAME)`. */
function substitute(value: unknown, environment: Record<string, string | undefined>): unknown {
  if (typeof value === 'string') {
    const name = /^env\((.*)\)$/.exec(value)?.[1]
    return name === undefined ? value : environment[name] ?? value
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, environment))
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, environment)]),
    )
  }
  return value
}

/**
 * Points addresses of the configured API at the one that really listens: a platform on other ports (a second copy, a
 * test) must not call the first one.
 */
export function rebase(sections: Record<string, Section>, apiUrl: string): Record<string, Section> {
  const apiPort = Number(sections['api']?.['port'] ?? DEFAULT_API_PORT)
  const configured = new RegExp(
    `^http://(?:127\\.0\\.0\\.1|localhost|host\\.docker\\.internal|kong):${apiPort}(?=/|$)`,
  )
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(configured, apiUrl)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
    }
    return value
  }
  return walk(sections) as Record<string, Section>
}

/**
 * Moves the project's site with the other ports of a second copy: `auth.site_url`, and the addresses of that site that
 * people may return to. A site that lives elsewhere stays where it is.
 */
export function moveSite(
  sections: Record<string, Section>,
  portOffset: number,
): Record<string, Section> {
  const { auth } = sections
  const url = /^http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(String(auth?.['site_url']))
  if (auth === undefined || url === null || portOffset === 0) return sections
  const configured = new RegExp(`^(https?://(?:127\\.0\\.0\\.1|localhost):)${url[1]}(?=/|$)`)
  const move = (address: unknown) => String(address).replace(configured, `$1${Number(url[1]) + portOffset}`)
  const redirects = auth['additional_redirect_urls']
  return {
    ...sections,
    auth: {
      ...auth,
      site_url: move(auth['site_url']),
      ...(Array.isArray(redirects) ? { additional_redirect_urls: redirects.map(move) } : {}),
    },
  }
}
