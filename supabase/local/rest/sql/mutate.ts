/** Writes in SQL. The body is one parameter that Postgres takes apart itself. */
import { quoteLiteral, type SqlWriter } from './writer.ts'
import type { Mutation, WrittenColumn } from '../plan/plan.ts'
import type { Payload } from '../request/payload.ts'
import type { QualifiedName } from '../catalog/catalog.ts'
import { writeColumn, writeFilter } from './conditions.ts'

/** The payload's rows, where a statement refers to them. */
const BODY: QualifiedName = { schema: '', name: 'pgrst_body' }

/** The statement that changes rows and returns what is read of them. */
export function writeMutation(sql: SqlWriter, mutation: Mutation): void {
  switch (mutation.kind) {
    case 'insert':
      return writeInsert(sql, mutation)
    case 'update':
      return writeUpdate(sql, mutation)
    case 'delete':
      sql.raw('DELETE FROM ').qualified(mutation.table)
      writeConditions(sql, mutation.table, mutation)
      return writeReturning(sql, mutation)
  }
}

function writeInsert(sql: SqlWriter, mutation: Extract<Mutation, { kind: 'insert' }>): void {
  const { table, columns, payload, conflict, filters, isPut } = mutation
  sql.raw('INSERT INTO ').qualified(table)
  if (columns.length > 0) sql.raw('(').list(columns, ', ', ({ name }) => sql.name(name)).raw(')')
  sql.raw(' SELECT ').list(columns, ', ', ({ name }) => writeColumn(sql, BODY, name)).raw(' ')
  writeRows(sql, payload, columns, { applyDefaults: mutation.applyDefaults, onlyFirst: false })
  const counts = isPut || conflict?.action === 'merge'
  if (counts) sql.raw(`WHERE ${COUNT_PROPOSED}`)
  for (const filter of filters) {
    sql.raw(' AND ')
    writeFilter(sql, BODY, filter)
  }
  if (conflict !== undefined && conflict.columns.length > 0) {
    sql.raw(' ON CONFLICT(').list(conflict.columns, ', ', (name) => sql.name(name)).raw(') ')
    if (conflict.action === 'ignore' || columns.length === 0) sql.raw('DO NOTHING')
    else {
      sql.raw('DO UPDATE SET ').list(
        columns,
        ', ',
        ({ name }) => sql.name(name).raw(' = EXCLUDED.').name(name),
      )
      sql.raw(` WHERE ${COUNT_UPDATED}`)
    }
  }
  writeReturning(sql, mutation)
}

/** Adds to the transaction's count of inserted rows, as a condition that is always met. */
const countInserted = (change: '+ 1' | '- 1') =>
  `set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0) ${change})::text, true) <> ''`

/** Every row that is proposed counts as inserted … */
const COUNT_PROPOSED = countInserted('+ 1')
/** … until it turns out to have been there. */
const COUNT_UPDATED = countInserted('- 1')

function writeUpdate(sql: SqlWriter, mutation: Extract<Mutation, { kind: 'update' }>): void {
  const { table, columns, payload, returning } = mutation
  if (columns.length === 0) {
    // Nothing to set. No rows, but with the columns that will be read of them.
    sql.raw('SELECT ')
    if (returning.length === 0) sql.raw('NULL')
    else sql.list(returning, ', ', (name) => writeColumn(sql, { schema: '', name: table.name }, name))
    sql.raw(' FROM ').qualified(table).raw(' WHERE false')
    return
  }
  sql.raw('UPDATE ').qualified(table).raw(' SET ')
  sql.list(columns, ', ', ({ name }) => {
    sql.name(name).raw(' = ')
    writeColumn(sql, BODY, name)
  }).raw(' ')
  writeRows(sql, payload, columns, { applyDefaults: mutation.applyDefaults, onlyFirst: false })
  writeConditions(sql, table, mutation)
  writeReturning(sql, mutation)
}

function writeConditions(sql: SqlWriter, table: QualifiedName, { filters }: Pick<Mutation, 'filters'>): void {
  if (filters.length === 0) return
  sql.raw(' WHERE ').list(filters, ' AND ', (filter) => writeFilter(sql, table, filter))
}

function writeReturning(sql: SqlWriter, { table, returning }: Mutation): void {
  sql.raw(' RETURNING ')
  // One column of nothing is enough to count rows, and needs no privilege to read the table.
  if (returning.length === 0) sql.raw('1')
  else sql.list(returning, ', ', (name) => writeColumn(sql, table, name))
}

/**
 * FROM with the payload's rows as `pgrst_body`.
 * @param options.onlyFirst takes one row, as the arguments of a call
 */
export function writeRows(
  sql: SqlWriter,
  payload: Payload,
  columns: readonly WrittenColumn[],
  options: { applyDefaults: boolean; onlyFirst: boolean },
): void {
  const json = options.applyDefaults ? 'jsonb' : 'json'
  sql.raw('FROM (SELECT ').value(payload.bytes).raw(`::${json} AS json_data) pgrst_payload, `)
  if (options.applyDefaults) {
    const defaults = `jsonb_build_object(${
      columns.filter((column) => column.default !== null)
        .map((column) => `${quoteLiteral(column.name)}, ${column.default}`).join(', ')
    })`
    sql.raw(
      payload.isObject
        ? `LATERAL (SELECT ${defaults} || pgrst_payload.json_data AS val) pgrst_json_defs, `
        : `LATERAL (SELECT jsonb_agg(${defaults} || elem) AS val ` +
          'FROM jsonb_array_elements(pgrst_payload.json_data) elem) pgrst_json_defs, ',
    )
  }
  const source = options.applyDefaults ? 'pgrst_json_defs.val' : 'pgrst_payload.json_data'
  sql.raw('LATERAL (SELECT ').list(columns, ', ', ({ name, transform }) => {
    if (transform === undefined) sql.name(name)
    else sql.raw(`${transform}(`).name(name).raw(') AS ').name(name)
  })
  sql.raw(' FROM ')
  if (columns.length === 0) {
    sql.raw(payload.isObject ? '(VALUES (1)) _' : `${json}_array_elements(${source}) _`)
  } else {
    sql.raw(`${json}_to_record${payload.isObject ? '' : 'set'}(${source}) AS _(`)
    sql.list(columns, ', ', ({ name, type }) => sql.name(name).raw(` ${type}`))
    sql.raw(')')
    if (options.onlyFirst) sql.raw(' LIMIT 1')
  }
  sql.raw(') pgrst_body ')
}
