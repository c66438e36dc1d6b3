import type { Catalog, Column, Table } from '../catalog/catalog.ts'
import { columnNotFound } from '../errors.ts'
import type { Condition, Field } from '../parse/syntax.ts'
import type { PlannedField, WrittenColumn } from './plan.ts'

const JSON_TYPES = new Set(['json', 'jsonb'])

const columnOf = (table: Table | undefined, name: string): Column | undefined => table?.columns.get(name)

/** How a selected column is spelt. Unknown columns are left for Postgres to refuse. */
export function selectedField(catalog: Catalog, table: Table | undefined, field: Field): PlannedField {
  const column = columnOf(table, field.name)
  return {
    ...fieldOf(column, field),
    transform: column === undefined ? undefined : catalog.representations.get(`${column.type}>json`),
  }
}

/** How a filtered column is spelt. */
export function filteredField(
  catalog: Catalog,
  table: Table | undefined,
  field: Field,
  condition: Condition,
): PlannedField {
  const column = columnOf(table, field.name)
  return {
    ...fieldOf(column, field),
    // Of what no column is known by its name, as a computed one, the type is not known either.
    toTsvector: condition.operation.kind === 'fts' && column !== undefined && column.baseType !== 'tsvector',
    transform: column === undefined ? undefined : catalog.representations.get(`text>${column.type}`),
  }
}

/** How an ordered column is spelt. */
export const orderedField = (table: Table | undefined, field: Field): PlannedField =>
  fieldOf(columnOf(table, field.name), field)

function fieldOf(column: Column | undefined, field: Field): PlannedField {
  return {
    name: field.name,
    path: field.path,
    // Columns that are JSON already stay bare, so that an index on the expression can be used.
    toJson: !JSON_TYPES.has(column?.type ?? ''),
    toTsvector: false,
    transform: undefined,
  }
}

/** A column that a payload sets. Throws PGRST204 if the table has none of that name. */
export function writtenColumn(catalog: Catalog, table: Table, name: string): WrittenColumn {
  const column = table.columns.get(name)
  if (column === undefined) throw columnNotFound(table.name, name)
  const transform = catalog.representations.get(`json>${column.type}`)
  return { name, type: transform === undefined ? column.type : 'json', default: column.default, transform }
}
