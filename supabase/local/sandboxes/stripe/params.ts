import type { Form, FormValue } from '../form.ts'
import { invalidRequest } from './errors.ts'

/** Stripe's limits on metadata. */
const METADATA_KEYS = 50
const METADATA_KEY_LENGTH = 40
const METADATA_VALUE_LENGTH = 500

/** Reads one level of a decoded form the way Stripe validates it: strict types, unknown names refused. */
export class Params {
  #form: Form
  #prefix: string

  constructor(form: Form, prefix = '') {
    this.#form = form
    this.#prefix = prefix
  }

  /** @throws {StripeError} for any name that is not in `accepted` (`expand` always is) */
  only(...accepted: string[]): this {
    for (const name of Object.keys(this.#form)) {
      if (name !== 'expand' && !accepted.includes(name)) {
        const param = this.#name(name)
        throw invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
      }
    }
    return this
  }

  has(name: string): boolean {
    return this.#form[name] !== undefined
  }

  string(name: string): string | null {
    const value = this.#form[name]
    if (value === undefined) return null
    const param = this.#name(name)
    if (typeof value !== 'string') throw invalidRequest(`Invalid string: ${JSON.stringify(value)}`, { param })
    if (value === '') {
      throw invalidRequest(
        `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; ` +
          `however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
        { code: 'parameter_invalid_empty', param },
      )
    }
    return value
  }

  requiredString(name: string): string {
    const value = this.string(name)
    if (value === null) throw this.#missing(name)
    return value
  }

  oneOf<T extends string>(name: string, options: readonly T[]): T | null {
    const value = this.string(name)
    if (value === null) return null
    const found = options.find((option) => option === value)
    if (found !== undefined) return found
    throw invalidRequest(`Invalid ${this.#name(name)}: must be one of ${options.join(', ')}`, {
      param: this.#name(name),
    })
  }

  boolean(name: string): boolean | null {
    const value = this.string(name)
    if (value === null) return null
    if (value === 'true') return true
    if (value === 'false') return false
    throw invalidRequest(`Invalid boolean: ${value}`, { param: this.#name(name) })
  }

  /** A whole number of at least `least`. */
  integer(name: string, least = 1): number | null {
    const value = this.string(name)
    if (value === null) return null
    const param = this.#name(name)
    if (!/^-?\d{1,15}$/.test(value)) {
      throw invalidRequest(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param })
    }
    if (Number(value) < least) {
      throw invalidRequest(`This value must be greater than or equal to ${least}.`, {
        code: 'parameter_invalid_integer',
        param,
      })
    }
    return Number(value)
  }

  requiredInteger(name: string): number {
    const value = this.integer(name)
    if (value === null) throw this.#missing(name)
    return value
  }

  /** A nested object, or null where the request has none. */
  object(name: string): Params | null {
    const value = this.#form[name]
    if (value === undefined) return null
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param: this.#name(name) })
    return new Params(value, this.#name(name))
  }

  /** The nested object as it was sent, for what is only stored and given back. */
  raw(name: string): FormValue | null {
    return this.#form[name] ?? null
  }

  /** A list of strings. */
  list(name: string): string[] | null {
    const value = this.#form[name]
    if (value === undefined) return null
    const items = typeof value === 'string' ? null : Object.values(value)
    if (items === null || items.some((item) => typeof item !== 'string')) {
      throw invalidRequest('Invalid array', { param: this.#name(name) })
    }
    return items as string[]
  }

  /**
   * Metadata merged into what the object had. An empty value removes its key; `metadata=` removes all.
   * @see https://docs.stripe.com/api/metadata
   */
  metadata(before: Record<string, string> = {}): Record<string, string> {
    const value = this.#form['metadata']
    if (value === undefined) return before
    if (value === '') return {}
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param: 'metadata' })
    const merged = new Map(Object.entries(before))
    for (const [key, entry] of Object.entries(value)) {
      const param = `metadata[${key}]`
      if (typeof entry !== 'string') {
        throw invalidRequest(`Invalid string: metadata values are strings, got an object for ${key}`, {
          param,
        })
      }
      if (key.length > METADATA_KEY_LENGTH) {
        throw invalidRequest(
          `Metadata keys must be under ${METADATA_KEY_LENGTH} characters long. The key given was ${key.length} characters long.`,
          { param },
        )
      }
      if (entry.length > METADATA_VALUE_LENGTH) {
        throw invalidRequest(
          `Metadata values can be at most ${METADATA_VALUE_LENGTH} characters, but you passed in a value that is ${entry.length} characters.`,
          { param },
        )
      }
      if (entry === '') merged.delete(key)
      else merged.set(key, entry)
    }
    if (merged.size > METADATA_KEYS) {
      throw invalidRequest(`You can have up to ${METADATA_KEYS} keys in metadata.`, { param: 'metadata' })
    }
    return Object.fromEntries(merged)
  }

  #name(name: string): string {
    return this.#prefix === '' ? name : `${this.#prefix}[${name}]`
  }

  #missing(name: string) {
    const param = this.#name(name)
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  }
}
