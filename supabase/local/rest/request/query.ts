/** The query string, taken apart into what each parameter means. */
import { queryParameterInvalid } from '../errors.ts'
import {
  isCondition,
  parseColumns,
  parseCondition,
  parseLogicPath,
  parseLogicTree,
  parseOnConflict,
  parseOrder,
  parseSelect,
  parseTreePath,
} from '../parse/grammar.ts'
import type { Outcome } from '../parse/parsec.ts'
import type { Filter, LogicTree, OrderTerm, SelectItem } from '../parse/syntax.ts'
import type { RowRange } from './range.ts'

/** Something said of one embed; an empty path means the root. */
export interface AtPath<T> {
  readonly path: readonly string[]
  readonly value: T
}

/** All parameters of a query string. */
export interface QueryParameters {
  readonly select: readonly SelectItem[]
  readonly filters: readonly AtPath<Filter>[]
  /** The keys of the filters as written, for the check of `PUT`. */
  readonly filterKeys: ReadonlySet<string>
  readonly logic: readonly AtPath<LogicTree>[]
  readonly order: readonly AtPath<readonly OrderTerm[]>[]
  readonly ranges: readonly AtPath<RowRange>[]
  readonly columns: readonly string[] | undefined
  readonly onConflict: readonly string[] | undefined
  /** Parameters that are no filters: the arguments of `GET /rpc/…`. */
  readonly args: readonly (readonly [name: string, value: string])[]
  /** The whole query, sorted and encoded, as Content-Location shows it. */
  readonly canonical: string
}

const RESERVED = new Set(['select', 'columns', 'on_conflict'])
const EMBEDDABLE = new Set(['order', 'limit', 'offset', 'and', 'or'])

/** How many parameters' texts are remembered with what they mean. Clients send the same few selects for ever. */
const REMEMBERED = 500
/** Longer texts are not remembered. */
const LONGEST_REMEMBERED = 1_000

/** Keeps what a pure function made of recent inputs. */
function remembering<T>(work: (input: string) => T): (input: string) => T {
  const known = new Map<string, T>()
  return (input) => {
    const before = known.get(input)
    if (before !== undefined) return before
    const result = work(input)
    if (input.length <= LONGEST_REMEMBERED) {
      if (known.size >= REMEMBERED) known.delete(known.keys().next().value!)
      known.set(input, result)
    }
    return result
  }
}

const selectOf = remembering((input) => valueOf(parseSelect(input)))
const orderOf = remembering((input) => valueOf(parseOrder(input)))
const pathOf = remembering((input) => valueOf(parseTreePath(input)))

/**
 * Parses a query string.
 * @param query without its question mark
 * @param forCall whether a value that is no operator expression is an argument rather than a mistake
 */
export function parseQuery(query: string, forCall: boolean): QueryParameters {
  const pairs = decodePairs(query)
  const given = pairs.filter((pair): pair is [string, string] => pair[1] !== undefined)
  const first = (name: string) => given.find(([key]) => key === name)?.[1]
  const ending = (...words: string[]) => given.filter(([key]) => words.includes(lastSegment(key)))
  const others = given.filter(([key]) => !RESERVED.has(key) && !EMBEDDABLE.has(lastSegment(key)))
  const isFilter = ([key, value]: [string, string]) => !forCall || key.includes('.') || isCondition(value)
  const filters = others.filter(isFilter)

  // The order in which parameters are looked at decides which of several mistakes is reported.
  const order = ending('order').map(([key, value]) => {
    const { embeds } = pathOf(key)
    return { path: embeds, value: orderOf(value) }
  })
  const logic = ending('and', 'or').map(([key, value]) => parseLogic(key, value))
  const columnsText = first('columns')
  const columns = columnsText === undefined ? undefined : valueOf(parseColumns(columnsText))
  const select = selectOf(first('select') || '*')
  const parsedFilters = filters.map(([key, value]) => {
    const { embeds, field } = pathOf(key)
    return {
      path: embeds,
      value: { kind: 'filter' as const, field, condition: valueOf(parseCondition(value)) },
    }
  })
  const onConflictText = first('on_conflict')
  return {
    select,
    filters: parsedFilters,
    filterKeys: new Set(filters.map(([key]) => key)),
    logic,
    order,
    ranges: parseRanges(ending('limit', 'offset')),
    columns,
    onConflict: onConflictText === undefined ? undefined : valueOf(parseOnConflict(onConflictText)),
    args: forCall ? others.filter((pair) => !isFilter(pair)) : [],
    canonical: canonicalOf(pairs),
  }
}

function valueOf<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  throw queryParameterInvalid(outcome.position, outcome.reason)
}

const lastSegment = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

function parseLogic(key: string, value: string): AtPath<LogicTree> {
  const names = valueOf(parseLogicPath(key))
  const operator = names.at(-1)!
  const prefix = names.includes('not') ? `not.${operator}` : operator
  return {
    path: names.slice(0, -1).filter((name) => name !== 'not'),
    value: valueOf(parseLogicTree(prefix, value)),
  }
}

/** `limit` and `offset` of one embed become one range. The last of several wins; what is no number is ignored. */
function parseRanges(pairs: readonly [string, string][]): AtPath<RowRange>[] {
  const ranges = new Map<string, { offset?: number; limit?: number }>()
  for (const [key, value] of pairs) {
    const word = lastSegment(key) as 'limit' | 'offset'
    const embeds = key.slice(0, -word.length)
    const range = ranges.get(embeds) ?? {}
    ranges.set(embeds, range)
    if (/^\s*-?\d+\s*$/.test(value)) range[word] = Number(value)
  }
  return [...ranges].map(([embeds, range]) => ({
    path: pathOf(`${embeds}limit`).embeds,
    value: { offset: Math.max(range.offset ?? 0, 0), limit: range.limit },
  }))
}

/** Splits and decodes a query or a form. A pair without `=` has no value. */
export function decodePairs(query: string): [key: string, value: string | undefined][] {
  if (query === '') return []
  return query.split(/[&;]/).filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=')
    if (at < 0) return [decode(part), undefined]
    return [decode(part.slice(0, at)), decode(part.slice(at + 1))]
  })
}

/** Decodes `+` and `%XX`. What is not a valid escape stands for itself; what is no UTF-8 becomes U+FFFD. */
function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    const bytes = spaced.replace(
      /%([0-9a-f]{2})|[^\0-\x7f]/gi,
      (character, hex: string | undefined) =>
        hex === undefined
          ? Buffer.from(character).toString('latin1')
          : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    return Buffer.from(bytes, 'latin1').toString('utf8')
  }
}

/** Sorted by key; the values of a repeated key are joined by commas. */
function canonicalOf(pairs: readonly [string, string | undefined][]): string {
  const values = new Map<string, string[]>()
  for (const [key, value] of pairs) {
    const list = values.get(key)
    if (list === undefined) values.set(key, [value ?? ''])
    else list.push(value ?? '')
  }
  return [...values]
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([key, list]) => `${encode(key)}=${list.map(encode).join(',')}`)
    .join('&')
}

/** Percent-encodes all but unreserved characters (RFC 3986). */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
