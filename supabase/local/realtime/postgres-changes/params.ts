import { isRecord } from '../wire.ts'

/** One condition on a column, as `realtime.subscription.filters` stores it. */
export interface Filter {
  column: string
  operator: string
  /** Text form of the value; for `in`, of an array. */
  value: string
  negated: boolean
}

/** What one binding listens to. */
export interface ChangeParams {
  event: '*' | 'INSERT' | 'UPDATE' | 'DELETE'
  schema: string
  /** A table's name, or `*` for every table of the schema. */
  table: string
  filters: Filter[]
  /** Columns to send beside the primary key; null for all. */
  select: string[] | null
}

/** A binding that says something Realtime cannot use. The message is upstream's. */
export class MalformedParams extends Error {
  override readonly name = 'MalformedParams'
}

const OPERATORS = new Set([
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'like',
  'ilike',
  'is',
  'match',
  'imatch',
  'isdistinct',
])

/**
 * Reads one element of `config.postgres_changes`.
 * @throws {MalformedParams}
 */
export function parseParams(binding: unknown): ChangeParams {
  const params = isRecord(binding) ? binding : {}
  const select = parseSelect(params.select)
  const { schema, table, filter } = params
  const event = parseEvent(params.event)
  let parsed: ChangeParams
  if (typeof schema === 'string' && typeof table === 'string' && typeof filter === 'string') {
    parsed = { event, schema, table, filters: parseFilters(filter), select }
  } else if (typeof schema === 'string' && typeof table === 'string' && filter === undefined) {
    parsed = { event, schema, table, filters: [], select }
  } else if (typeof schema === 'string' && table === undefined && filter === undefined) {
    parsed = { event, schema, table: '*', filters: [], select }
  } else if (typeof table === 'string' && schema === undefined && filter === undefined) {
    parsed = { event, schema: 'public', table, filters: [], select }
  } else {
    const given = 'user_token' in params || 'auth_token' in params ? '<redacted>' : inspect(params)
    throw new MalformedParams(
      `No subscription params provided. Please provide at least a \`schema\` or \`table\` to subscribe to: ${given}`,
    )
  }
  if (select !== null && (parsed.schema === '*' || parsed.table === '*')) {
    throw new MalformedParams(
      'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.',
    )
  }
  return parsed
}

/** The parameters in the form that error messages show them in. */
export function describeParams({ event, schema, table, filters, select }: ChangeParams): string {
  const shownFilters = filters.map(({ column, operator, value, negated }) =>
    `{${[column, operator, value].map(inspect).join(', ')}, ${negated}}`
  )
  const shownSelect = select === null ? 'nil' : inspect(select)
  return `event: ${event}, schema: ${schema}, table: ${table}, filters: [${
    shownFilters.join(', ')
  }], select: ${shownSelect}`
}

function parseEvent(event: unknown): ChangeParams['event'] {
  const name = typeof event === 'string' ? event.toUpperCase() : '*'
  return name === 'INSERT' || name === 'UPDATE' || name === 'DELETE' ? name : '*'
}

function parseSelect(select: unknown): string[] | null {
  if (typeof select === 'string') {
    throw new MalformedParams(
      'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]',
    )
  }
  if (!Array.isArray(select)) return null
  const columns = select.filter((column) => typeof column === 'string')
  return columns.length === 0 ? null : columns
}

function parseFilters(text: string): Filter[] {
  const trimmed = text.trim()
  return trimmed === '' ? [] : splitConditions(trimmed).map(parseCondition)
}

/** Splits at commas that are neither in parentheses nor in a quoted value. */
function splitConditions(text: string): string[] {
  const conditions: string[] = []
  let start = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
    } else if (char === '"' && '.(,'.includes(text[at - 1] ?? ' ')) quoted = true
    else if (char === '(') depth += 1
    else if (char === ')') depth = Math.max(0, depth - 1)
    else if (char === ',' && depth === 0) {
      conditions.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...conditions, text.slice(start)]
}

/** `column=operator.value` or `column=not.operator.value`. */
function parseCondition(text: string): Filter {
  const condition = text.trim()
  if (condition === '') throw malformed('filter must not contain empty segments (check for extra commas)')
  const [column, rest] = cut(condition, '=')
  if (rest === undefined) throw malformed(inspect([column]))
  const negated = rest.startsWith('not.')
  const [operator, value] = cut(negated ? rest.slice('not.'.length) : rest, '.')
  if (value === undefined) throw malformed(inspect([operator]))
  if (!OPERATORS.has(operator)) throw malformed(inspect([operator, value]))
  return { column, operator, value: operator === 'in' ? arrayText(value) : unquote(value), negated }
}

function arrayText(value: string): string {
  if (!/^\(.*\)$/s.test(value)) throw malformed('`in` filter value must be wrapped by parentheses')
  return `{${value.slice(1, -1)}}`
}

/** A value in double quotes may contain anything; a quote or backslash in it is escaped. */
function unquote(value: string): string {
  return /^"(?:[^"\\]|\\.)*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

const malformed = (message: string) => new MalformedParams(`Error parsing \`filter\` params: ${message}`)

/** Values as upstream's language prints them, because clients see it in messages. */
function inspect(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inspect).join(', ')}]`
  if (isRecord(value)) {
    return `%{${
      Object.entries(value).map(([key, item]) => `${inspect(key)} => ${inspect(item)}`).join(', ')
    }}`
  }
  return value === null || value === undefined ? 'nil' : JSON.stringify(value)
}
