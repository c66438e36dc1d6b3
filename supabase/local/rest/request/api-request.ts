/** A request in this service's own terms: what it wants done to what, before anything is known of the database. */
import * as errors from '../errors.ts'
import type { QualifiedName } from '../catalog/catalog.ts'
import { type MediaType, parseAccept, parseMediaType } from './media.ts'
import { parsePayload, type Payload } from './payload.ts'
import { parsePreferences, type Preferences } from './preferences.ts'
import { parseQuery, type QueryParameters } from './query.ts'
import { ALL_ROWS, intersect, parseRangeHeader, type RowRange } from './range.ts'

/** What is to be done. */
export type Action =
  | { readonly kind: 'read'; readonly target: QualifiedName; readonly headersOnly: boolean }
  | { readonly kind: 'insert' | 'update' | 'put' | 'delete'; readonly target: QualifiedName }
  | { readonly kind: 'call'; readonly target: QualifiedName; readonly method: 'GET' | 'HEAD' | 'POST' }
  | { readonly kind: 'root'; readonly headersOnly: boolean }
  | { readonly kind: 'rootInfo' }
  | { readonly kind: 'tableInfo'; readonly target: QualifiedName }
  | { readonly kind: 'routineInfo'; readonly target: QualifiedName }

/** What came over HTTP, as far as it matters here. */
export interface Incoming {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A request, read. */
export interface ApiRequest {
  readonly action: Action
  readonly schema: string
  /** Whether responses name the schema: a profile was asked for, or there are several. */
  readonly showsProfile: boolean
  readonly query: QueryParameters
  readonly preferences: Preferences
  readonly accepts: readonly MediaType[]
  readonly contentType: MediaType
  /** Rows asked of the root, by parameters and header together. */
  readonly range: RowRange
  readonly payload: Payload | undefined
}

/** What the reading of a request depends on. */
export interface RequestContext {
  readonly schemas: readonly string[]
  readonly allowTx: boolean
  /** The function that answers the root, as `schema.name` or `name`. */
  readonly rootSpec: string | undefined
}

const TABLE_ACTIONS: Readonly<Record<string, Action['kind']>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'insert',
  PUT: 'put',
  PATCH: 'update',
  DELETE: 'delete',
  OPTIONS: 'tableInfo',
}

/** Methods whose schema is named by Accept-Profile; the others name it by Content-Profile. */
const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Reads a request. Throws the first `RestError` in upstream's order of checks. */
export function readRequest(incoming: Incoming, context: RequestContext): ApiRequest {
  const { method, headers } = incoming
  const mark = incoming.url.indexOf('?')
  const path = mark < 0 ? incoming.url : incoming.url.slice(0, mark)
  const resource = readPath(path)
  const { schema, negotiated } = readProfile(method, headers, context.schemas)
  const action = readAction(method, resource, schema, context.rootSpec)
  const query = parseQuery(
    mark < 0 ? '' : incoming.url.slice(mark + 1),
    action.kind === 'call' && action.method !== 'POST',
  )
  const contentType = parseMediaType((one(headers['content-type']) ?? 'application/json').replaceAll(' ', ''))
  const range = readRange(method, query, one(headers['range']))
  return {
    action,
    schema,
    showsProfile: negotiated || context.schemas.length > 1,
    query,
    preferences: parsePreferences(one(headers['prefer']), context.allowTx),
    accepts: parseAccept(one(headers['accept'])),
    contentType,
    range,
    payload: readPayload(action, contentType, query, incoming.body),
  }
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header

type Resource = { kind: 'root' } | { kind: 'table' | 'routine'; name: string }

function readPath(path: string): Resource {
  const segments = path.split('/').slice(1)
  if (segments.length > 1 && segments.at(-1) === '') segments.pop()
  const [first = '', second] = segments.map(decodeSegment)
  if (segments.length === 1) return first === '' ? { kind: 'root' } : { kind: 'table', name: first }
  if (segments.length === 2 && first === 'rpc') return { kind: 'routine', name: second! }
  throw errors.pathInvalid()
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw errors.pathInvalid()
  }
}

function readProfile(
  method: string,
  headers: Incoming['headers'],
  exposed: readonly string[],
): { schema: string; negotiated: boolean } {
  const asked = one(headers[READING_METHODS.has(method) ? 'accept-profile' : 'content-profile'])
  if (asked === undefined) return { schema: exposed[0]!, negotiated: false }
  if (!exposed.includes(asked)) throw errors.schemaNotExposed(asked, exposed)
  return { schema: asked, negotiated: true }
}

function readAction(
  method: string,
  resource: Resource,
  schema: string,
  rootSpec: string | undefined,
): Action {
  if (resource.kind === 'root') {
    if (method === 'GET' || method === 'HEAD') {
      if (rootSpec === undefined) return { kind: 'root', headersOnly: method === 'HEAD' }
      const [name = '', qualifier = schema] = rootSpec.split('.').reverse()
      return { kind: 'call', target: { schema: qualifier, name }, method }
    }
    if (method === 'OPTIONS') return { kind: 'rootInfo' }
    throw errors.methodNotSupported(method)
  }
  const target = { schema, name: resource.name }
  if (resource.kind === 'routine') {
    if (method === 'GET' || method === 'HEAD' || method === 'POST') return { kind: 'call', target, method }
    if (method === 'OPTIONS') return { kind: 'routineInfo', target }
    throw errors.rpcMethodNotAllowed(method)
  }
  const kind = Object.hasOwn(TABLE_ACTIONS, method) ? TABLE_ACTIONS[method] : undefined
  if (kind === undefined) throw errors.methodNotSupported(method)
  return kind === 'read' ? { kind, target, headersOnly: method === 'HEAD' } : { kind, target } as Action
}

function readRange(method: string, query: QueryParameters, header: string | undefined): RowRange {
  const fromHeader = method === 'GET' ? parseRangeHeader(header) : ALL_ROWS
  if (fromHeader.limit !== undefined && fromHeader.limit <= 0) {
    throw errors.rangeInvalid(
      'The lower boundary must be lower than or equal to the upper boundary in the Range header.',
    )
  }
  const fromQuery = query.ranges.find(({ path }) => path.length === 0)?.value ?? ALL_ROWS
  const range = intersect(fromHeader, fromQuery)
  if (range.limit !== undefined && range.limit <= 0 && fromQuery.limit !== 0) {
    throw errors.rangeInvalid('Limit should be greater than or equal to zero.')
  }
  if (method === 'PUT' && query.ranges.some(({ path }) => path.length === 0)) {
    throw errors.putLimitNotAllowed()
  }
  return fromQuery.limit === 0 ? { offset: range.offset, limit: 0 } : range
}

function readPayload(
  action: Action,
  type: MediaType,
  query: QueryParameters,
  body: Buffer,
): Payload | undefined {
  if (action.kind === 'insert' || action.kind === 'update') {
    return parsePayload(body, type, query.columns, false)
  }
  if (action.kind === 'put') return parsePayload(body, type, undefined, false)
  if (action.kind === 'call' && action.method === 'POST') return parsePayload(body, type, query.columns, true)
  return undefined
}
