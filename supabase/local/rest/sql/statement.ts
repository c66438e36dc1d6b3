/**
 * The one statement of a request: what is read or written becomes `pgrst_source`, and out of it Postgres makes the
 * body, the counts and what the response needs to know.
 */
import { returnsRow, returnsScalar, returnsSetOfScalar, type Routine } from '../catalog/catalog.ts'
import type { BodyMaker, Plan } from '../plan/plan.ts'
import type { MediaType } from '../request/media.ts'
import { writeCall } from './call.ts'
import { writeMutation } from './mutate.ts'
import { writeCount, writeSelect } from './select.ts'
import { quoteLiteral, quoteQualified, SqlWriter, type Statement } from './writer.ts'

/** What the statement's one row may hold. */
export type ResultColumn =
  | 'tableTotal'
  | 'pageTotal'
  | 'location'
  | 'body'
  | 'headers'
  | 'status'
  | 'inserted'

const COLUMNS_READ: readonly ResultColumn[] = ['tableTotal', 'pageTotal', 'body', 'headers', 'status']
const COLUMNS_WRITTEN: readonly ResultColumn[] = [
  'tableTotal',
  'pageTotal',
  'location',
  'body',
  'headers',
  'status',
]
const COLUMNS_INSERTED: readonly ResultColumn[] = [...COLUMNS_WRITTEN, 'inserted']

/** The columns of the statement's one row, in order. */
export function resultColumns(plan: Plan): readonly ResultColumn[] {
  if (plan.kind !== 'mutate') return COLUMNS_READ
  return plan.mutation.kind === 'insert' ? COLUMNS_INSERTED : COLUMNS_WRITTEN
}

/** How totals are to be counted. */
export interface Counting {
  /** Count all rows that match, beside those returned. */
  readonly all: boolean
  /** Count no further than this. */
  readonly atMost: number | undefined
  /** Whether the rows returned are all that match, so that nothing need be counted beside them. */
  readonly pageIsAll: boolean
}

const setting = (name: string) => `nullif(current_setting('${name}', true), '')`

/** Writes a plan as its statement. */
export function statementOf(plan: Plan, counting: Counting, wantsLocation: boolean): Statement {
  const sql = new SqlWriter()
  writeExplain(sql, plan.media)
  sql.raw('WITH pgrst_source AS ( ')
  switch (plan.kind) {
    case 'read':
      writeSelect(sql, plan.root)
      sql.raw(' )')
      writeCountSource(sql, plan, counting)
      writeResult(sql, plan, { total: totalOf(plan, counting) })
      sql.raw('FROM ( SELECT * FROM pgrst_source ) _postgrest_t')
      break
    case 'call':
      writeCall(sql, plan.call)
      sql.raw(' )')
      writeCountSource(sql, plan, counting)
      writeResult(sql, plan, { total: totalOf(plan, counting) })
      sql.raw('FROM ( ')
      writeSelect(sql, plan.root)
      sql.raw(' ) _postgrest_t')
      break
    case 'mutate': {
      writeMutation(sql, plan.mutation)
      sql.raw(' )')
      const keys = wantsLocation && plan.mutation.kind === 'insert' ? plan.mutation.table.primaryKey : []
      writeResult(sql, plan, {
        total: NO_TOTAL,
        location: keys.length === 0 ? NO_LOCATION : locationOf(keys),
      })
      sql.raw('FROM ( ')
      if (plan.body.kind === 'none') sql.raw('SELECT * FROM pgrst_source')
      else writeSelect(sql, plan.root)
      sql.raw(' ) _postgrest_t')
    }
  }
  return sql.build()
}

/** A query whose planned rows are the total: for `count=planned` and `count=estimated`. */
export function plannedCountOf(plan: Plan): Statement {
  const sql = new SqlWriter().raw('EXPLAIN (FORMAT JSON) ')
  writeCount(sql, plan.root)
  return sql.build()
}

const totalOf = (plan: Plan, { all, pageIsAll }: Counting) =>
  !all ? NO_TOTAL : pageIsAll ? pageTotalOf(plan) : TOTAL

/** How many rows the result has; a body that is the function's one value stands beside no aggregate. */
const pageTotalOf = (plan: Plan) => isOneValue(plan) ? '1' : 'pg_catalog.count(_postgrest_t)'

const isOneValue = (plan: Plan) =>
  plan.kind === 'call' && returnsScalar(plan.call.routine) && plan.body.kind === 'handler' &&
  !plan.body.handler.ofRows

const NO_TOTAL = 'NULL::bigint'
const TOTAL = '(SELECT pg_catalog.count(*) FROM pgrst_source_count)'
const NO_LOCATION = 'NULL'

function writeExplain(sql: SqlWriter, media: MediaType): void {
  if (media.kind !== 'plan') return
  const options = [`FORMAT ${media.format}`, ...media.options].map((option) => option.toUpperCase())
  sql.raw(`EXPLAIN (${options.join(', ')}) `)
}

function writeCountSource(sql: SqlWriter, plan: Plan, { all, atMost, pageIsAll }: Counting): void {
  if (!all || pageIsAll) return
  sql.raw(', pgrst_source_count AS (')
  writeCount(sql, plan.root)
  if (atMost !== undefined) sql.raw(` LIMIT ${atMost}`)
  sql.raw(')')
}

function writeResult(sql: SqlWriter, plan: Plan, row: { total: string; location?: string }): void {
  const values: Record<ResultColumn, string> = {
    tableTotal: `${row.total} AS total_result_set`,
    pageTotal: `${pageTotalOf(plan)} AS page_total`,
    location: `${row.location ?? NO_LOCATION} AS header`,
    body: `${bodyOf(plan.body, plan.kind === 'call' ? plan.call.routine : undefined)} AS body`,
    headers: setting('response.headers'),
    status: setting('response.status'),
    inserted: setting('pgrst.inserted'),
  }
  sql.raw(` SELECT ${resultColumns(plan).map((column) => values[column]).join(', ')} `)
}

/** `key=eq.value` of the one row inserted, as a JSON array of key and value, null for null. */
const locationOf = (keys: readonly string[]) =>
  'CASE WHEN pg_catalog.count(_postgrest_t) = 1 THEN (SELECT json_agg(json_build_array(entry.key, entry.value))::text ' +
  'FROM (SELECT row_to_json(_) AS row FROM pgrst_source AS _ LIMIT 1) AS data ' +
  'CROSS JOIN json_each_text(data.row) AS entry ' +
  `WHERE entry.key IN (${keys.map(quoteLiteral).join(', ')})) END`

function bodyOf(body: BodyMaker, routine: Routine | undefined): string {
  switch (body.kind) {
    case 'none':
      return "''::text"
    case 'csv':
      return CSV
    case 'geojson':
      return "json_build_object('type', 'FeatureCollection', 'features', " +
        "coalesce(json_agg(ST_AsGeoJSON(_postgrest_t)::json), '[]'))"
    case 'handler': {
      const { handler } = body
      const rows = !handler.ofRows || (routine !== undefined && returnsScalar(routine))
        ? '_postgrest_t.pgrst_scalar'
        : handler.target === undefined
        ? '_postgrest_t'
        : `_postgrest_t::${quoteQualified(handler.target)}`
      const value = `${quoteQualified(handler.function)}(${rows})`
      // What is no aggregate may have to stand beside one.
      const isOne = handler.ofRows || (routine !== undefined && returnsScalar(routine))
      return isOne ? value : `(array_agg(${value}))[1]`
    }
    case 'json':
      return jsonOf(body, routine)
  }
}

function jsonOf(
  { singular, stripNulls }: Extract<BodyMaker, { kind: 'json' }>,
  routine: Routine | undefined,
): string {
  const isScalar = routine !== undefined && (returnsScalar(routine) || returnsSetOfScalar(routine))
  const rows = `json_agg(_postgrest_t${isScalar ? '.pgrst_scalar' : ''})`
  const one = singular || (routine !== undefined && (returnsScalar(routine) || returnsRow(routine)))
  const json = one ? `${rows}->0` : rows
  return `coalesce(${stripNulls ? `json_strip_nulls(${json})` : json}, '${one ? 'null' : '[]'}')`
}

/** A header out of the first row's keys, then each row as Postgres spells it, without its parentheses. */
const CSV = "(SELECT coalesce(string_agg(a.k, ','), '') FROM (SELECT json_object_keys(r)::text AS k " +
  'FROM (SELECT row_to_json(hh) AS r FROM pgrst_source AS hh LIMIT 1) s) a) ' +
  "|| E'\\n' || coalesce(string_agg(substring(_postgrest_t::text, 2, length(_postgrest_t::text) - 2), E'\\n'), '')"
