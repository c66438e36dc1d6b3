import type { QualifiedName } from '../catalog/catalog.ts'

/** A statement's text with the values of its parameters. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly (string | Buffer)[]
}

/** Builds a statement. Values only ever enter as parameters, and names only quoted. */
export class SqlWriter {
  #sql = ''
  readonly #parameters: (string | Buffer)[] = []

  /** Adds SQL as it stands. Never what a client wrote. */
  raw(sql: string): this {
    this.#sql += sql
    return this
  }

  /** Adds a name. */
  name(name: string): this {
    this.#sql += quoteName(name)
    return this
  }

  /** Adds a name with its schema, if it has one. */
  qualified(name: QualifiedName): this {
    this.#sql += quoteQualified(name)
    return this
  }

  /** Adds a value, whose type Postgres infers. */
  value(value: string | Buffer): this {
    this.#parameters.push(value)
    this.#sql += `$${this.#parameters.length}`
    return this
  }

  /** Adds each item, with `separator` between. */
  list<T>(items: readonly T[], separator: string, write: (item: T) => void): this {
    items.forEach((item, index) => {
      if (index > 0) this.#sql += separator
      write(item)
    })
    return this
  }

  /** The statement so far. */
  build(): Statement {
    return { sql: this.#sql, parameters: this.#parameters }
  }
}

/** Quotes a name. Postgres' text ends at a NUL, and so does a name. */
export function quoteName(name: string): string {
  const end = name.indexOf('\0')
  return `"${(end < 0 ? name : name.slice(0, end)).replaceAll('"', '""')}"`
}

/** Quotes a name with its schema, if it has one. */
export const quoteQualified = ({ schema, name }: QualifiedName): string =>
  schema === '' ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`

/** Quotes text that came from the catalog. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? `E${quoted}` : quoted
}
