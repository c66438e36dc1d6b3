/** Request bodies. JSON goes to Postgres as it came; here only its keys are looked at. */
import { isUtf8 } from 'node:buffer'
import { bodyInvalid } from '../errors.ts'
import { type MediaType, mediaTypeName } from './media.ts'
import { decodePairs } from './query.ts'

/** A body, as far as it has been looked into. */
export interface Payload {
  /** What Postgres gets. */
  readonly bytes: Buffer
  /** The keys that every row has, sorted; of a raw body, those of `columns`. */
  readonly keys: readonly string[]
  /** Whether the JSON is one object rather than an array. */
  readonly isObject: boolean
  /** The arguments of a call whose body is a form. */
  readonly form: readonly (readonly [name: string, value: string])[] | undefined
}

const EMPTY_ARRAY = Buffer.from('[]')
const EMPTY_OBJECT = Buffer.from('{}')

/**
 * Reads a body.
 * @param columns the `columns` parameter: then the body is not inspected
 * @param forCall whether it holds the arguments of a function
 */
export function parsePayload(
  body: Buffer,
  type: MediaType,
  columns: readonly string[] | undefined,
  forCall: boolean,
): Payload {
  switch (type.kind) {
    case 'json':
      if (columns !== undefined) return payload(body, sortedKeys(columns))
      if (body.length === 0 && forCall) return payload(EMPTY_OBJECT, [])
      return fromJson(body)
    case 'csv':
      return fromCsv(body)
    case 'form': {
      const pairs = decodePairs(body.toString('utf8')).map(([key, value]) => [key, value ?? ''] as const)
      const object = Object.fromEntries(pairs)
      const bytes = Buffer.from(JSON.stringify(object))
      return { ...payload(bytes, sortedKeys(Object.keys(object))), form: forCall ? pairs : undefined }
    }
    case 'text':
    case 'xml':
    case 'octets':
      if (forCall) return payload(body, [])
  }
  throw bodyInvalid(`Content-Type not acceptable: ${mediaTypeName(type)}`)
}

function payload(bytes: Buffer, keys: readonly string[]): Payload {
  return { bytes, keys, isObject: startsWithBrace(bytes), form: undefined }
}

const sortedKeys = (keys: readonly string[]): string[] => [...new Set(keys)].sort()

const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d])
const OPENING_BRACE = 0x7b

function startsWithBrace(bytes: Buffer): boolean {
  let at = 0
  while (at < bytes.length && BLANKS.has(bytes[at]!)) at += 1
  return bytes[at] === OPENING_BRACE
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fromJson(body: Buffer): Payload {
  const value = parseJson(body)
  if (isObject(value)) return payload(body, sortedKeys(Object.keys(value)))
  if (!Array.isArray(value) || value.length === 0) return payload(EMPTY_ARRAY, [])
  const [head] = value as unknown[]
  if (!isObject(head)) throw bodyInvalid('All object keys must match')
  const keys = Object.keys(head)
  const matches = (row: unknown) => {
    if (!isObject(row)) return false
    return Object.keys(row).length === keys.length && keys.every((key) => Object.hasOwn(row, key))
  }
  if (!value.every(matches)) throw bodyInvalid('All object keys must match')
  return payload(body, sortedKeys(keys))
}

function parseJson(body: Buffer): unknown {
  try {
    if (isUtf8(body)) return JSON.parse(body.toString('utf8'))
  } catch {
    // The parser's own words are not passed on; upstream has one message for all.
  }
  throw bodyInvalid('Empty or invalid json')
}

/** Rows of CSV become rows of JSON; a bare `NULL` becomes null. */
function fromCsv(body: Buffer): Payload {
  const [header, ...lines] = csvLines(body.toString('utf8'))
  if (header === undefined) throw bodyInvalid('not enough input')
  const records = lines.filter((line) => !(line.length === 1 && line[0] === ''))
  if (records.some((record) => record.length !== header.length)) {
    throw bodyInvalid('All lines must have same number of fields')
  }
  const rows = records.map((record) =>
    Object.fromEntries(header.map((name, index) => [name, record[index] === 'NULL' ? null : record[index]]))
  )
  const bytes = Buffer.from(JSON.stringify(rows))
  return rows.length === 0 ? payload(EMPTY_ARRAY, []) : payload(bytes, sortedKeys(header))
}

/** RFC 4180: fields may be quoted, and a quote in a quoted field is doubled. */
function csvLines(text: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  const field = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|\r|$)/gy
  while (field.lastIndex < text.length) {
    const match = field.exec(text)
    if (match === null) throw bodyInvalid('parse error (Failed reading: satisfy)')
    const [, raw = '', separator = ''] = match
    line.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw)
    if (separator === ',' && field.lastIndex === text.length) line.push('')
    if (separator !== ',') {
      lines.push(line)
      line = []
    }
  }
  if (line.length > 0) lines.push(line)
  return lines
}
