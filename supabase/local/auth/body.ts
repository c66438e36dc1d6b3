import { AuthProblem } from './errors.ts'

/** Members of a JSON object. */
export type Json = Record<string, unknown>

/**
 * A JSON request body, read member by member with its type checked. An absent member and `null` are the same, and
 * unknown members are ignored, as a Go decoder would have it.
 */
export class Body {
  readonly #members: Json

  constructor(members: Json) {
    this.#members = members
  }

  /** @throws {AuthProblem} 400 bad_json where the bytes are no JSON object */
  static parse(bytes: Buffer): Body {
    let value: unknown
    try {
      value = JSON.parse(bytes.toString('utf8'))
    } catch (error) {
      throw badJson(bytes.length === 0 ? 'unexpected end of JSON input' : (error as Error).message)
    }
    requireStorable(value, 0)
    if (value === null) return new Body({})
    if (typeof value !== 'object' || Array.isArray(value)) throw badJson('an object is expected')
    return new Body(value as Json)
  }

  /** A string, or '' where it is absent. */
  string(name: string): string {
    return this.optionalString(name) ?? ''
  }

  optionalString(name: string): string | undefined {
    const value = this.#members[name] ?? undefined
    if (value !== undefined && typeof value !== 'string') throw wrongType(name, 'string')
    return value
  }

  /** A boolean; false where it is absent, unless told otherwise. */
  boolean(name: string, byDefault = false): boolean {
    const value = this.#members[name] ?? byDefault
    if (typeof value !== 'boolean') throw wrongType(name, 'boolean')
    return value
  }

  /** A list of strings, or undefined where it is absent. */
  strings(name: string): string[] | undefined {
    const value = this.#members[name] ?? undefined
    if (value === undefined) return undefined
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw wrongType(name, '[]string')
    }
    return value
  }

  /** A JSON object, or undefined where it is absent. */
  object(name: string): Json | undefined {
    const value = this.#members[name] ?? undefined
    if (value === undefined) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(name, 'object')
    return value as Json
  }
}

/** How deep JSON may be nested; Postgres and the serializer both give up somewhere beyond. */
const MAX_DEPTH = 512

/** Refuses what jsonb cannot hold: NUL, half of a surrogate pair, endless nesting. */
function requireStorable(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || /\p{Surrogate}/u.test(value)) {
      throw badJson('a string holds a character that text cannot hold')
    }
  } else if (value !== null && typeof value === 'object') {
    if (depth === MAX_DEPTH) throw badJson('exceeded max depth')
    for (const [key, member] of Object.entries(value)) {
      requireStorable(key, depth)
      requireStorable(member, depth + 1)
    }
  }
}

/** 400 for a body that cannot be read as the JSON this endpoint takes. */
export const badJson = (reason: string) =>
  new AuthProblem(400, 'bad_json', `Could not parse request body as JSON: ${reason}`)

const wrongType = (name: string, type: string) => badJson(`member ${name} must be of type ${type}`)
