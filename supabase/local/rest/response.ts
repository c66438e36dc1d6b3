/** What goes back over HTTP, made out of what a statement gave. */
import { returnsVoid } from './catalog/catalog.ts'
import type { Settings } from './config.ts'
import * as errors from './errors.ts'
import type { Plan } from './plan/plan.ts'
import type { ApiRequest } from './request/api-request.ts'
import { contentType, type MediaType } from './request/media.ts'
import { appliedPreferences } from './request/preferences.ts'
import { encode } from './request/query.ts'
import { contentRange, rangeStatus } from './request/range.ts'

/** An answer. */
export interface RestResponse {
  readonly status: number
  /** Reason phrase, where it differs from the status's usual one. */
  readonly reason?: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer | string | undefined
}

/** What a statement gave. */
export interface Outcome {
  /** How many rows match in all; undefined if nobody asked. */
  readonly tableTotal: number | undefined
  /** How many rows the result has. */
  readonly pageTotal: number
  /** The primary key of the one row inserted. */
  readonly location: readonly (readonly [key: string, value: string | null])[] | undefined
  readonly body: Buffer
  /** `response.headers` and `response.status`, if the database set them. */
  readonly headers: string | undefined
  readonly status: string | undefined
  /** Rows that an upsert inserted rather than updated. */
  readonly inserted: number | undefined
}

type Header = readonly [name: string, value: string]

/** Answers a plan that has run. Throws PGRST111 and PGRST112, when the write has long been committed. */
export function respond(
  request: ApiRequest,
  plan: Plan,
  outcome: Outcome,
  verbosity: Settings['clientErrorVerbosity'],
): RestResponse {
  const response = plan.kind === 'read'
    ? respondToRead(request, plan, outcome, verbosity)
    : plan.kind === 'call'
    ? respondToCall(request, plan, outcome, verbosity)
    : respondToMutation(request, plan, outcome)
  return overridden(response, outcome)
}

/** Answers with the plan that EXPLAIN gave. */
export function respondWithPlan(request: ApiRequest, media: MediaType, text: string): RestResponse {
  return { status: 200, headers: typeHeaders(request, media), body: text }
}

/** Content-Type, and the schema where it is not obvious. */
export function typeHeaders(request: ApiRequest, media: MediaType): Header[] {
  const headers: Header[] = [['Content-Type', contentType(media)]]
  if (request.showsProfile) headers.push(['Content-Profile', request.schema])
  return headers
}

function preferenceHeaders(
  request: ApiRequest,
  ...honoured: Parameters<typeof appliedPreferences>[1]
): Header[] {
  const applied = appliedPreferences(request.preferences, honoured)
  return applied === undefined ? [] : [['Preference-Applied', applied]]
}

function respondToRead(
  request: ApiRequest,
  plan: Plan,
  outcome: Outcome,
  verbosity: Settings['clientErrorVerbosity'],
): RestResponse {
  const { pageTotal, tableTotal } = outcome
  const { offset } = request.range
  const status = rangeStatus(offset, pageTotal, tableTotal)
  const name = request.action.kind === 'read' ? request.action.target.name : ''
  const query = request.query.canonical === '' ? '' : `?${request.query.canonical}`
  return {
    status,
    headers: [
      ['Content-Range', contentRange(offset, offset + pageTotal - 1, tableTotal)],
      ['Content-Location', `/${encodeURI(name)}${query}`],
      ...typeHeaders(request, plan.media),
      ...preferenceHeaders(request, 'count', 'tx', 'handling', 'timezone'),
    ],
    body: status === 416
      ? outOfRange(offset, tableTotal, verbosity)
      : plan.body.kind === 'none'
      ? undefined
      : outcome.body,
  }
}

const outOfRange = (
  offset: number,
  total: number | undefined,
  verbosity: Settings['clientErrorVerbosity'],
): string =>
  errors.rangeInvalid(`An offset of ${offset} was requested, but there are only ${total ?? 0} rows.`)
    .body(verbosity)

function respondToCall(
  request: ApiRequest,
  plan: Extract<Plan, { kind: 'call' }>,
  outcome: Outcome,
  verbosity: Settings['clientErrorVerbosity'],
): RestResponse {
  const { pageTotal, tableTotal } = outcome
  const { offset } = request.range
  const status = rangeStatus(offset, pageTotal, tableTotal)
  const headers: Header[] = [
    ['Content-Range', contentRange(offset, offset + pageTotal - 1, tableTotal)],
    ...preferenceHeaders(request, 'count', 'tx', 'handling', 'timezone', 'maxAffected'),
  ]
  if (returnsVoid(plan.call.routine)) return { status: 204, headers, body: undefined }
  return {
    status,
    headers: [...headers, ...typeHeaders(request, plan.media)],
    body: status === 416
      ? outOfRange(offset, tableTotal, verbosity)
      : plan.body.kind === 'none'
      ? undefined
      : outcome.body,
  }
}

function respondToMutation(
  request: ApiRequest,
  plan: Extract<Plan, { kind: 'mutate' }>,
  outcome: Outcome,
): RestResponse {
  const { preferences } = request
  const { mutation } = plan
  const total = preferences.count === undefined || preferences.count === 'planned'
    ? undefined
    : outcome.pageTotal
  const shows = preferences.return === 'representation'
  const body = shows ? outcome.body : undefined
  const types = shows ? typeHeaders(request, plan.media) : []
  const inserted = outcome.inserted ?? 0
  if (mutation.kind === 'delete' || mutation.kind === 'update') {
    const isUpdate = mutation.kind === 'update'
    return {
      status: shows ? 200 : 204,
      headers: [
        [
          'Content-Range',
          isUpdate ? contentRange(0, outcome.pageTotal - 1, total) : contentRange(1, 0, total),
        ],
        ...(isUpdate
          ? preferenceHeaders(
            request,
            'missing',
            'return',
            'count',
            'tx',
            'handling',
            'timezone',
            'maxAffected',
          )
          : preferenceHeaders(request, 'return', 'count', 'tx', 'handling', 'timezone', 'maxAffected')),
        ...types,
      ],
      body,
    }
  }
  if (mutation.isPut) {
    return {
      status: !shows ? 204 : inserted > 0 ? 201 : 200,
      headers: [...types, ...preferenceHeaders(request, 'return', 'count', 'tx', 'handling', 'timezone')],
      body,
    }
  }
  const hasTarget = mutation.table.primaryKey.length > 0 || request.query.onConflict !== undefined
  const common = ['missing', 'return', 'count', 'tx', 'handling', 'timezone'] as const
  return {
    status: preferences.resolution === 'merge-duplicates' && inserted <= 0 ? 200 : 201,
    headers: [
      ...locationHeaders(mutation.table.name, outcome.location),
      ['Content-Range', contentRange(1, 0, total)],
      ...(hasTarget
        ? preferenceHeaders(request, 'resolution', ...common)
        : preferenceHeaders(request, ...common)),
      ...types,
    ],
    body: body ?? '',
  }
}

function locationHeaders(table: string, location: Outcome['location']): Header[] {
  if (location === undefined || location.length === 0) return []
  const query = location.map(([key, value]) =>
    `${encode(key)}=${value === null ? 'is.null' : encode(`eq.${value}`)}`
  )
  return [['Location', `/${encodeURI(table)}?${query.join('&')}`]]
}

function overridden(response: RestResponse, outcome: Outcome): RestResponse {
  if (outcome.headers === undefined && outcome.status === undefined) return response
  const own = outcome.headers === undefined ? [] : parseHeaders(outcome.headers)
  const named = new Set(own.map(([name]) => name.toLowerCase()))
  return {
    status: outcome.status === undefined ? response.status : parseStatus(outcome.status),
    headers: [...response.headers.filter(([name]) => !named.has(name.toLowerCase())), ...own],
    body: response.body,
  }
}

function parseStatus(text: string): number {
  const status = /^\d+/.test(text) ? Number.parseInt(text, 10) : Number.NaN
  if (status >= 200 && status <= 999) return status
  throw errors.responseStatusInvalid()
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// deno-lint-ignore no-control-regex
const HEADER_VALUE = /^[^\0-\x08\x0a-\x1f\x7f]*$/

/** Whether HTTP can carry a header that the database made. */
export const isHeader = (name: string, value: string): boolean =>
  HEADER_NAME.test(name) && HEADER_VALUE.test(value)

function parseHeaders(text: string): Header[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw errors.responseHeadersInvalid()
  }
  if (!Array.isArray(list)) throw errors.responseHeadersInvalid()
  return list.map((item: unknown) => {
    const entries = typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.entries(item)
      : []
    const [name, value] = entries[0] ?? []
    const valid = entries.length === 1 && typeof value === 'string' && isHeader(name!, value)
    if (!valid) throw errors.responseHeadersInvalid()
    return [name!, value as string]
  })
}
