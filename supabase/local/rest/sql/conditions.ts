/** Columns, filters and orders in SQL. */
import { arrayLiteral } from '../catalog/load.ts'
import type { QualifiedName } from '../catalog/catalog.ts'
import {
  FTS_OPERATORS,
  type JsonStep,
  type Operation,
  QUANTIFIED_OPERATORS,
  SIMPLE_OPERATORS,
} from '../parse/syntax.ts'
import type { PlannedField, PlannedFilter, PlannedNode, PlannedOrder } from '../plan/plan.ts'
import { type SqlWriter } from './writer.ts'

/** A column of `rows`; `*` stands for all. */
export function writeColumn(sql: SqlWriter, rows: QualifiedName, name: string): void {
  sql.qualified(rows).raw('.')
  if (name === '*') sql.raw('*')
  else sql.name(name)
}

/** A column or a place inside it, without any conversion. */
export function writeField(sql: SqlWriter, rows: QualifiedName, field: PlannedField): void {
  if (field.path.length === 0) return writeColumn(sql, rows, field.name)
  if (field.toJson) sql.raw('to_jsonb(')
  writeColumn(sql, rows, field.name)
  if (field.toJson) sql.raw(')')
  for (const step of field.path) writeStep(sql, step)
}

function writeStep(sql: SqlWriter, { arrow, operand }: JsonStep): void {
  sql.raw(arrow)
  if ('key' in operand) sql.value(operand.key)
  else sql.value(operand.index).raw('::int')
}

/** How a filter on an embed is answered: by the join that is there, or by a query of its own. */
export type EmbedTest = (sql: SqlWriter, embed: PlannedNode, exists: boolean) => void

/** The join of the embed is at hand: its row is null when it has none. */
export const testJoin: EmbedTest = (sql, embed, exists) => {
  sql.name(embed.embed!.joinAlias).raw(exists ? ' IS DISTINCT FROM NULL' : ' IS NOT DISTINCT FROM NULL')
}

/** A condition on `rows`. */
export function writeFilter(
  sql: SqlWriter,
  rows: QualifiedName,
  filter: PlannedFilter,
  testEmbed: EmbedTest = testJoin,
): void {
  switch (filter.kind) {
    case 'embed':
      return testEmbed(sql, filter.embed, filter.exists)
    case 'logic':
      sql.raw(filter.negated ? 'NOT (' : '(')
      sql.list(
        filter.children,
        filter.operator === 'and' ? ' AND ' : ' OR ',
        (child) => writeFilter(sql, rows, child, testEmbed),
      )
      sql.raw(')')
      return
    case 'filter': {
      const { field, condition: { negated, operation } } = filter
      if (negated) sql.raw('NOT ')
      writeLeft(sql, rows, field, operation)
      writeOperation(sql, field, operation)
    }
  }
}

function writeLeft(sql: SqlWriter, rows: QualifiedName, field: PlannedField, operation: Operation): void {
  if (!field.toTsvector || operation.kind !== 'fts') return writeField(sql, rows, field)
  sql.raw('to_tsvector(')
  if (operation.config !== undefined) sql.value(operation.config).raw(', ')
  writeField(sql, rows, field)
  sql.raw(')')
}

function writeOperation(sql: SqlWriter, field: PlannedField, operation: Operation): void {
  switch (operation.kind) {
    case 'simple':
      sql.raw(` ${SIMPLE_OPERATORS[operation.operator]} `)
      return writeValue(sql, field, operation.value)
    case 'quantified': {
      const { operator, quantifier, value } = operation
      const isPattern = operator === 'like' || operator === 'ilike'
      sql.raw(` ${QUANTIFIED_OPERATORS[operator]} `)
      if (quantifier !== undefined) sql.raw(quantifier === 'any' ? 'ANY(' : 'ALL(')
      if (isPattern) sql.value(value.replaceAll('*', '%'))
      else writeValue(sql, field, value)
      if (quantifier !== undefined) sql.raw(')')
      return
    }
    case 'is':
      sql.raw(` IS ${operation.operand}`)
      return
    case 'isdistinct':
      sql.raw(' IS DISTINCT FROM ').value(operation.value)
      return
    case 'in':
      return writeIn(sql, field, operation.values)
    case 'fts':
      sql.raw(` @@ ${FTS_OPERATORS[operation.operator]}(`)
      if (operation.config !== undefined) sql.value(operation.config).raw(', ')
      sql.value(operation.value).raw(')')
  }
}

function writeValue(sql: SqlWriter, { transform }: PlannedField, value: string): void {
  if (transform === undefined) sql.value(value)
  else sql.raw(`${transform}(`).value(value).raw(')')
}

/** One array parameter, however many values: so the statement's text stays the same. */
function writeIn(sql: SqlWriter, { transform }: PlannedField, values: readonly string[]): void {
  const literal = arrayLiteral(values.length === 1 && values[0] === '' ? [] : values)
  if (transform === undefined) sql.raw(' = ANY (').value(literal).raw(')')
  else sql.raw(` = ANY (SELECT ${transform}(unnest(`).value(literal).raw('::text[])))')
}

/** ORDER BY, if there is an order. */
export function writeOrder(sql: SqlWriter, rows: QualifiedName, order: readonly PlannedOrder[]): void {
  if (order.length === 0) return
  sql.raw(' ORDER BY ').list(order, ', ', ({ embedAlias, field, direction, nulls }) => {
    writeField(sql, embedAlias === undefined ? rows : { schema: '', name: embedAlias }, field)
    if (direction !== undefined) sql.raw(direction === 'asc' ? ' ASC' : ' DESC')
    if (nulls !== undefined) sql.raw(nulls === 'nullsfirst' ? ' NULLS FIRST' : ' NULLS LAST')
  })
}
