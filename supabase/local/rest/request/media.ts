/** Media types that this service gives a meaning of its own. */

const PLAN_OPTIONS = ['analyze', 'verbose', 'settings', 'buffers', 'wal'] as const

/** An option of EXPLAIN. */
export type PlanOption = (typeof PLAN_OPTIONS)[number]

/** A media type with those parameters that matter. */
export type MediaType =
  | { readonly kind: 'json' | 'geojson' | 'csv' | 'text' | 'xml' | 'openapi' | 'form' | 'octets' | 'any' }
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'singular'; readonly stripNulls: boolean }
  | { readonly kind: 'strippedArray' }
  | {
    readonly kind: 'plan'
    readonly of: MediaType
    readonly format: 'text' | 'json'
    readonly options: readonly PlanOption[]
  }

const NAMES = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  text: 'text/plain',
  xml: 'text/xml',
  openapi: 'application/openapi+json',
  form: 'application/x-www-form-urlencoded',
  octets: 'application/octet-stream',
  any: '*/*',
} as const

const KINDS = new Map(
  Object.entries(NAMES).map(([kind, name]) => [name as string, kind as keyof typeof NAMES]),
)

/** What is given where nothing else is asked for. */
export const JSON_TYPE: MediaType = { kind: 'json' }

/** Reads one media type. Blanks have been removed. */
export function parseMediaType(text: string): MediaType {
  const [name = '', ...parameters] = text.split(';')
  const known = KINDS.get(name)
  if (known !== undefined) return { kind: known }
  const strips = parameters.length === 1 && parameters[0] === 'nulls=stripped'
  switch (name) {
    case 'application/vnd.pgrst.object':
    case 'application/vnd.pgrst.object+json':
      return { kind: 'singular', stripNulls: strips }
    case 'application/vnd.pgrst.array':
    case 'application/vnd.pgrst.array+json':
      return strips ? { kind: 'strippedArray' } : JSON_TYPE
    case 'application/vnd.pgrst.plan':
    case 'application/vnd.pgrst.plan+text':
      return parsePlan('text', text)
    case 'application/vnd.pgrst.plan+json':
      return parsePlan('json', text)
    default:
      return { kind: 'other', name }
  }
}

function parsePlan(format: 'text' | 'json', text: string): MediaType {
  const quoted = /;for="([^"]*)"/.exec(text)?.[1] ?? /;for=([^;"]*)/.exec(text)?.[1]
  const options = (/;options=([^;]*)/.exec(text)?.[1] ?? '').split('|')
  return {
    kind: 'plan',
    of: quoted === undefined ? JSON_TYPE : parseMediaType(quoted),
    format,
    options: PLAN_OPTIONS.filter((option) => options.includes(option)),
  }
}

const ANY: readonly MediaType[] = [{ kind: 'any' }]

/** Reads an Accept header: the wanted types, most wanted first, the more specific first among equals. */
export function parseAccept(header: string | undefined): readonly MediaType[] {
  if (header === undefined || header === '*/*') return ANY
  return splitTopLevel(header.replaceAll(' ', ''))
    .map((part) => {
      const [type = '', quality] = part.split(';q=')
      const specificity = count(type, ';') - count(type, '*')
      return { type, quality: quality === undefined ? 1 : Number.parseFloat(quality) || 0, specificity }
    })
    .sort((left, right) => right.quality - left.quality || right.specificity - left.specificity)
    .map(({ type }) => parseMediaType(type))
}

const count = (text: string, character: string) => text.split(character).length - 1

/** Splits at commas that are not inside quotes. */
const splitTopLevel = (text: string): string[] => text.match(/(?:"[^"]*"|[^,])+/g) ?? ['']

/** The type's name with its parameters, without a character set. */
export function mediaTypeName(type: MediaType): string {
  switch (type.kind) {
    case 'other':
      return type.name
    case 'singular':
      return `application/vnd.pgrst.object+json${type.stripNulls ? ';nulls=stripped' : ''}`
    case 'strippedArray':
      return 'application/vnd.pgrst.array+json;nulls=stripped'
    case 'plan': {
      const options = type.options.length === 0 ? '' : `; options=${type.options.join('|')}`
      return `application/vnd.pgrst.plan+${type.format}; for="${mediaTypeName(type.of)}"${options}`
    }
    default:
      return NAMES[type.kind]
  }
}

/** The value of a Content-Type header. */
export function contentType(type: MediaType): string {
  const name = mediaTypeName(type)
  return type.kind === 'octets' || type.kind === 'other' ? name : `${name}; charset=utf-8`
}
