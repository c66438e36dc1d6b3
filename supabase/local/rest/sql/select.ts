/** Reads in SQL: one subquery per table, joined laterally to the one it is embedded in. */
import type { QualifiedName } from '../catalog/catalog.ts'
import type { Aggregate } from '../parse/syntax.ts'
import type { PlannedColumn, PlannedEmbed, PlannedNode, SpreadColumn } from '../plan/plan.ts'
import { ALL_ROWS, type RowRange } from '../request/range.ts'
import { type EmbedTest, testJoin, writeColumn, writeField, writeFilter, writeOrder } from './conditions.ts'
import { type SqlWriter } from './writer.ts'

/** What a node's rows are called. */
const rowsOf = (node: PlannedNode): QualifiedName =>
  node.alias === undefined ? node.from : { schema: '', name: node.alias }

/** The rows of a node, with its embeds as columns. */
export function writeSelect(sql: SqlWriter, node: PlannedNode): void {
  const rows = rowsOf(node)
  const outputs = outputsOf(sql, node, rows)
  sql.raw('SELECT ').list(outputs, ', ', (write) => write())
  writeFrom(sql, node)
  for (const child of node.children) writeJoin(sql, child)
  writeWhere(sql, node, rows, [])
  writeGroupBy(sql, node, rows)
  writeOrder(sql, rows, node.order)
  writeRange(sql, node.range)
}

/** One writer for each item of the select list. */
function outputsOf(sql: SqlWriter, node: PlannedNode, rows: QualifiedName): (() => void)[] {
  // Nothing selected at all still needs rows to count.
  if (node.columns.length === 0 && node.children.length === 0) return [() => writeColumn(sql, rows, '*')]
  return [
    ...node.columns.map((column) => () => writeSelected(sql, rows, column)),
    ...node.children.flatMap(({ embed }) => embedOutputs(sql, embed!)),
  ]
}

function embedOutputs(sql: SqlWriter, embed: PlannedEmbed): (() => void)[] {
  const { joinAlias, outputName } = embed
  switch (embed.shape) {
    case 'object':
      if (embed.hidden) return []
      return [() => sql.raw('row_to_json(').name(joinAlias).raw('.*)::jsonb AS ').name(outputName)]
    case 'array':
      if (embed.hidden) return []
      return [
        () =>
          sql.raw('COALESCE( ').name(joinAlias).raw('.').name(joinAlias).raw(", '[]') AS ").name(outputName),
      ]
    case 'spread':
      return embed.spread.map((column) => () => writeSpread(sql, joinAlias, column))
    case 'spreadArray':
      return embed.spread.map(({ name }) => () =>
        sql.raw('COALESCE( ').name(joinAlias).raw('.').name(name).raw(", '[]') AS ").name(name)
      )
  }
}

function writeSelected(sql: SqlWriter, rows: QualifiedName, column: PlannedColumn): void {
  const { field, wholeRow, alias, cast, aggregate, aggregateCast } = column
  writeAggregate(sql, aggregate, aggregateCast, () =>
    writeCast(sql, cast, () => {
      if (wholeRow) sql.qualified(rows)
      else if (field.transform !== undefined) {
        sql.raw(`${field.transform}(`)
        writeField(sql, rows, field)
        sql.raw(')')
      } else if (aggregate === 'count' && field.name === '*') sql.raw('*')
      else writeField(sql, rows, field)
    }))
  if (alias !== undefined) sql.raw(' AS ').name(alias)
}

function writeSpread(sql: SqlWriter, joinAlias: string, column: SpreadColumn): void {
  writeAggregate(
    sql,
    column.aggregate,
    column.aggregateCast,
    () => writeColumn(sql, { schema: '', name: joinAlias }, column.name),
  )
  if (column.alias !== undefined) sql.raw(' AS ').name(column.alias)
}

function writeAggregate(
  sql: SqlWriter,
  aggregate: Aggregate | undefined,
  cast: string | undefined,
  write: () => void,
): void {
  if (aggregate === undefined) return write()
  writeCast(sql, cast, () => {
    sql.raw(`${aggregate.toUpperCase()}(`)
    write()
    sql.raw(')')
  })
}

/** The grammar lets only letters, digits, `_`, `$` and blanks into a cast: names like `int` lose their meaning quoted. */
function writeCast(sql: SqlWriter, cast: string | undefined, write: () => void): void {
  if (cast === undefined) return write()
  sql.raw('CAST( ')
  write()
  sql.raw(` AS ${cast} )`)
}

function writeFrom(sql: SqlWriter, { from, alias, embed }: PlannedNode): void {
  const relationship = embed?.relationship
  sql.raw(' FROM ')
  if (relationship?.kind === 'computed') {
    sql.qualified(relationship.function).raw('(').name(embed!.parent.name).raw('::')
      .qualified(relationship.table).raw(')')
  } else sql.qualified(from)
  if (alias !== undefined) sql.raw(' AS ').name(alias)
  if (relationship?.kind === 'foreign' && relationship.junction !== undefined) {
    sql.raw(', ').qualified(relationship.junction.table)
  }
}

function writeJoin(sql: SqlWriter, child: PlannedNode): void {
  const { shape, inner, joinAlias, spread } = child.embed!
  sql.raw(inner ? ' INNER JOIN LATERAL ( ' : ' LEFT JOIN LATERAL ( ')
  const gathers = shape === 'array' || shape === 'spreadArray'
  if (gathers) {
    // All rows as one value, called as the join is: null tells that there are none.
    sql.raw('SELECT json_agg(').name(joinAlias).raw(')::jsonb AS ').name(joinAlias)
    for (const { name } of spread) {
      sql.raw(', json_agg(').name(joinAlias).raw('.').name(name).raw(')::jsonb AS ').name(name)
    }
    sql.raw(' FROM (')
  }
  writeSelect(sql, child)
  if (gathers) sql.raw(' ) AS ').name(joinAlias)
  sql.raw(' ) AS ').name(joinAlias).raw(' ON ')
  if (inner && gathers) sql.name(joinAlias).raw(' IS NOT NULL')
  else sql.raw('TRUE')
}

/** The conditions of a node: its filters, what ties it to its parent, and whatever else is given. */
function writeWhere(
  sql: SqlWriter,
  node: PlannedNode,
  rows: QualifiedName,
  more: readonly (() => void)[],
  testEmbed: EmbedTest = testJoin,
): void {
  const conditions = [
    ...node.filters.map((filter) => () => writeFilter(sql, rows, filter, testEmbed)),
    ...joinConditions(sql, node, rows),
    ...more,
  ]
  if (conditions.length > 0) sql.raw(' WHERE ').list(conditions, ' AND ', (write) => write())
}

function joinConditions(sql: SqlWriter, { embed }: PlannedNode, rows: QualifiedName): (() => void)[] {
  if (embed === undefined || embed.relationship.kind === 'computed') return []
  const { junction, columns } = embed.relationship
  const equal =
    (left: QualifiedName, leftColumn: string, right: QualifiedName, rightColumn: string) => () => {
      writeColumn(sql, left, leftColumn)
      sql.raw(' = ')
      writeColumn(sql, right, rightColumn)
    }
  if (junction === undefined) return columns.map(([own, other]) => equal(rows, other, embed.parent, own))
  return [
    ...junction.other.map(([column, between]) => equal(rows, column, junction.table, between)),
    ...junction.own.map(([column, between]) => equal(embed.parent, column, junction.table, between)),
  ]
}

function writeGroupBy(sql: SqlWriter, node: PlannedNode, rows: QualifiedName): void {
  const embeds = node.children.map(({ embed }) => embed!)
  const aggregates = [...node.columns, ...embeds.flatMap(({ spread }) => spread)]
  if (aggregates.every(({ aggregate }) => aggregate === undefined)) return
  const terms = [
    ...node.columns.filter(({ aggregate }) => aggregate === undefined).map(({ alias, field }) => () => {
      if (alias === undefined) writeField(sql, rows, field)
      else sql.name(alias)
    }),
    ...embeds.flatMap(({ shape, spread, joinAlias, outputName, hidden }) => {
      if (shape === 'object' || shape === 'array') return hidden ? [] : [() => sql.name(outputName)]
      return spread.filter(({ aggregate }) => aggregate === undefined)
        .map(({ name }) => () => writeColumn(sql, { schema: '', name: joinAlias }, name))
    }),
  ]
  if (terms.length > 0) sql.raw(' GROUP BY ').list(terms, ', ', (write) => write())
}

function writeRange(sql: SqlWriter, range: RowRange): void {
  if (range.limit === undefined && range.offset === ALL_ROWS.offset) return
  sql.raw(' LIMIT ')
  if (range.limit === undefined) sql.raw('ALL')
  else sql.value(String(range.limit))
  sql.raw(' OFFSET ').value(String(range.offset))
}

/**
 * A query with as many rows as the node would have without its limit. Embeds that must have rows, or must have none,
 * are asked for with EXISTS, so that nothing is computed of them.
 */
export function writeCount(sql: SqlWriter, node: PlannedNode): void {
  const rows = rowsOf(node)
  sql.raw('SELECT 1')
  writeFrom(sql, node)
  const exists = (embed: PlannedNode, wanted: boolean) => {
    sql.raw(wanted ? 'EXISTS (' : 'NOT EXISTS (')
    writeCount(sql, embed)
    sql.raw(')')
  }
  const required = node.children.filter(({ embed }) => embed!.inner).map((child) => () => exists(child, true))
  writeWhere(sql, node, rows, required, (_, embed, wanted) => exists(embed, wanted))
}
