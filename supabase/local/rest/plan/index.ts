/** Turns a request into a plan, or into the first error that its names and preferences give. */
import { type Catalog, keyOf, type QualifiedName, type Routine, type Table } from '../catalog/catalog.ts'
import type { Settings } from '../config.ts'
import * as errors from '../errors.ts'
import type { ApiRequest } from '../request/api-request.ts'
import { findRoutine } from './call.ts'
import { writtenColumn } from './fields.ts'
import { negotiate } from './negotiate.ts'
import { type Call, type CallArguments, type Mutation, type Plan, type PlannedNode, SOURCE } from './plan.ts'
import { neededColumns, planFilter, planRead, type ReadInput } from './read.ts'
import { closest } from './similar.ts'

/** Table names are only proposed when they are this similar. */
const LEAST_TABLE_SCORE = 0.75

/** Plans a request for rows. */
export function planRequest(request: ApiRequest, catalog: Catalog, settings: Settings): Plan {
  const { action } = request
  switch (action.kind) {
    case 'read':
      return planTableRead(request, action, catalog, settings)
    case 'insert':
    case 'update':
    case 'put':
    case 'delete':
      return planMutation(request, action.kind, action.target, catalog, settings)
    case 'call':
      return planCall(request, action.target, action.method, catalog, settings)
    default:
      throw new TypeError(`A ${action.kind} request is not planned.`)
  }
}

/** The table of a request. Throws PGRST205. */
export function findTable(catalog: Catalog, target: QualifiedName): Table {
  const table = catalog.tables.get(keyOf(target))
  if (table !== undefined) return table
  const names = [...catalog.tables.values()].filter(({ schema }) => schema === target.schema).map((
    { name },
  ) => name)
  throw errors.tableNotFound(target.schema, target.name, closest(names, target.name, LEAST_TABLE_SCORE))
}

function planTableRead(
  request: ApiRequest,
  action: { readonly target: QualifiedName; readonly headersOnly: boolean },
  catalog: Catalog,
  settings: Settings,
): Plan {
  const table = findTable(catalog, action.target)
  const root = planRead({
    ...readInput(request, catalog, settings),
    table,
    source: undefined,
    filters: request.query.filters,
    logic: request.query.logic,
    ranges: { root: request.range, maxRows: settings.dbMaxRows },
  })
  const { body, media } = negotiate(catalog, request.accepts, table, isWholeRow(root), settings.dbPlanEnabled)
  refuseInvalidPreferences(request)
  return { kind: 'read', root, body: action.headersOnly ? { kind: 'none' } : body, media }
}

const readInput = (request: ApiRequest, catalog: Catalog, settings: Settings): Pick<
  ReadInput,
  'catalog' | 'query' | 'aggregatesEnabled' | 'allowsTargetNames'
> => ({
  catalog,
  query: request.query,
  aggregatesEnabled: settings.dbAggregatesEnabled,
  allowsTargetNames: settings.urlUseLegacyTargetNames,
})

/** Whether the select is a plain `*`. */
const isWholeRow = (root: PlannedNode): boolean =>
  root.children.length === 0 && root.columns.length === 1 && root.columns[0]!.field.name === '*' &&
  root.columns[0]!.aggregate === undefined

function refuseInvalidPreferences({ preferences }: ApiRequest): void {
  if (preferences.handling === 'strict' && preferences.invalid.length > 0) {
    throw errors.preferencesInvalid(preferences.invalid)
  }
}

const isRoot = ({ path }: { readonly path: readonly string[] }) => path.length === 0

function planMutation(
  request: ApiRequest,
  kind: 'insert' | 'update' | 'put' | 'delete',
  target: QualifiedName,
  catalog: Catalog,
  settings: Settings,
): Plan {
  const table = findTable(catalog, target)
  const { query, preferences } = request
  const root = planRead({
    ...readInput(request, catalog, settings),
    table,
    source: SOURCE,
    filters: query.filters.filter((filter) => !isRoot(filter)),
    logic: query.logic.filter((logic) => !isRoot(logic)),
    ranges: undefined,
  })
  const returning = preferences.return === undefined || preferences.return === 'minimal'
    ? []
    : neededColumns(root, table.primaryKey)
  const mutation = mutationOf(request, kind, table, catalog, returning)
  refuseInvalidPreferences(request)
  const { body, media } = negotiate(catalog, request.accepts, table, isWholeRow(root), settings.dbPlanEnabled)
  return {
    kind: 'mutate',
    root,
    mutation,
    body: preferences.return === 'representation' ? body : { kind: 'none' },
    media,
  }
}

function mutationOf(
  request: ApiRequest,
  kind: 'insert' | 'update' | 'put' | 'delete',
  table: Table,
  catalog: Catalog,
  returning: readonly string[],
): Mutation {
  const { query, preferences } = request
  const filters = [...query.filters, ...query.logic].filter(isRoot).map(({ value }) =>
    planFilter(catalog, table, value)
  )
  if (kind === 'delete') return { kind, table, filters, returning }
  if (kind === 'put') refuseOtherPutFilters(request, table)
  const payload = request.payload!
  const columns = payload.keys.map((name) => writtenColumn(catalog, table, name))
  const applyDefaults = preferences.missing === 'default' && kind !== 'put'
  if (kind === 'update') return { kind, table, columns, payload, applyDefaults, filters, returning }
  return {
    kind: 'insert',
    table,
    columns,
    payload,
    applyDefaults,
    conflict: kind === 'put'
      ? { action: 'merge', columns: table.primaryKey }
      : preferences.resolution === undefined
      ? undefined
      : {
        action: preferences.resolution === 'merge-duplicates' ? 'merge' : 'ignore',
        columns: query.onConflict ?? table.primaryKey,
      },
    filters: kind === 'put' ? filters : [],
    isPut: kind === 'put',
    returning,
  }
}

/** PUT names one row: by its whole primary key, with `eq`, and by nothing else. */
function refuseOtherPutFilters({ query }: ApiRequest, table: Table): void {
  const keys = new Set(table.primaryKey)
  const named = query.filterKeys.size === keys.size && [...query.filterKeys].every((key) => keys.has(key))
  const plain = query.filters.filter(isRoot).every(({ value: { condition } }) => {
    const { negated, operation } = condition
    return !negated && operation.kind === 'quantified' && operation.operator === 'eq' &&
      operation.quantifier === undefined
  })
  if (keys.size === 0 || query.logic.length > 0 || !named || !plain) throw errors.putFiltersInvalid()
}

function planCall(
  request: ApiRequest,
  target: QualifiedName,
  method: 'GET' | 'HEAD' | 'POST',
  catalog: Catalog,
  settings: Settings,
): Plan {
  const { query, payload, preferences } = request
  const isPost = method === 'POST'
  const names = isPost
    ? payload!.form?.map(([name]) => name) ?? payload!.keys
    : query.args.map(([name]) => name)
  const routine = findRoutine(catalog, target, names, isPost ? request.contentType : undefined)
  // The rows of a composite result are those of its table, whose relationships may then be embedded.
  const table = {
    schema: routine.returns.composite ? routine.schema : target.schema,
    name: routine.returns.composite &&
        catalog.tables.has(keyOf({ schema: routine.schema, name: routine.returns.name }))
      ? routine.returns.name
      : routine.name,
  }
  const root = planRead({
    ...readInput(request, catalog, settings),
    table,
    source: SOURCE,
    filters: query.filters,
    logic: query.logic,
    ranges: { root: request.range, maxRows: settings.dbMaxRows },
  })
  const call: Call = {
    routine,
    parameters: routine.parameters.filter(({ name }) => names.includes(name)),
    args: argumentsOf(routine, request, isPost),
    returning: neededColumns(root, []),
  }
  const { body, media } = negotiate(catalog, request.accepts, table, isWholeRow(root), settings.dbPlanEnabled)
  refuseInvalidPreferences(request)
  if (preferences.maxAffected !== undefined && !routine.returns.setOf) throw errors.maxAffectedNeedsSet()
  return {
    kind: 'call',
    root,
    call,
    readOnly: !isPost || routine.volatility !== 'volatile',
    body: method === 'HEAD' ? { kind: 'none' } : body,
    media,
  }
}

function argumentsOf(routine: Routine, request: ApiRequest, isPost: boolean): CallArguments {
  const { payload, query } = request
  const [only] = routine.parameters
  if (isPost && routine.parameters.length === 1 && only!.name === '') {
    return { kind: 'body', parameter: only!, bytes: payload!.bytes }
  }
  if (isPost && payload!.form === undefined) return { kind: 'json', payload: payload! }
  const values = new Map<string, string | string[]>()
  for (const [name, value] of payload?.form ?? query.args) {
    const parameter = routine.parameters.find((candidate) => candidate.name === name)
    const before = values.get(name)
    // Only a variadic parameter collects; of any other the last value counts.
    if (parameter?.variadic !== true) values.set(name, value)
    else values.set(name, Array.isArray(before) ? [...before, value] : [value])
  }
  return { kind: 'values', values }
}
