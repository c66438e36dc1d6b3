/** Finds the relationship that an embed means, or says why there is not exactly one. */
import { type Catalog, type ForeignRelationship, keyOf, type Relationship } from '../catalog/catalog.ts'
import { RestError } from '../errors.ts'
import { closest, closestScored } from './similar.ts'

/**
 * @param schema schema of the request: both ends are looked for in it
 * @param origin name of the parent table
 * @param target what the select calls the other end
 */
export function findRelationship(
  catalog: Catalog,
  schema: string,
  origin: string,
  target: string,
  hint: string | undefined,
): Relationship {
  const candidates = (catalog.relationships.get(keyOf({ schema, name: origin })) ?? [])
    .filter((relationship) => relationship.foreignTable.schema === schema || relationship.kind === 'computed')
  const found = candidates.filter((relationship) => {
    if (relationship.kind === 'computed') return relationship.function.name === target
    return relationship.isSelf ? matchesSelf(relationship, target, hint) : matches(relationship, target, hint)
  })
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw notRelated(catalog, schema, origin, target, hint)
  throw ambiguous(origin, target, found as ForeignRelationship[])
}

const ownColumn = (relationship: ForeignRelationship): string | undefined =>
  relationship.columns.length === 1 ? relationship.columns[0]![0] : undefined
const otherColumn = (relationship: ForeignRelationship): string | undefined =>
  relationship.columns.length === 1 ? relationship.columns[0]![1] : undefined

function matches(relationship: ForeignRelationship, target: string, hint: string | undefined): boolean {
  const isTable = target === relationship.foreignTable.name
  const constraint = relationship.cardinality === 'many-to-many' ? undefined : relationship.constraint
  if (hint === undefined) {
    // A constraint or a column stands for the table it leads to, but never for a view over that table.
    const leadsToTable = target === constraint || target === ownColumn(relationship)
    return isTable || (leadsToTable && !relationship.foreignTableIsView)
  }
  const names = [
    constraint,
    ownColumn(relationship),
    otherColumn(relationship),
    relationship.junction?.table.name,
  ]
  return isTable && names.includes(hint)
}

/** Within one table the table's name means the children, and the column's name means the parent. */
function matchesSelf(relationship: ForeignRelationship, target: string, hint: string | undefined): boolean {
  const isChildren = target === relationship.foreignTable.name && relationship.cardinality === 'one-to-many'
  if (hint !== undefined) return isChildren && otherColumn(relationship) === hint
  return isChildren || (relationship.cardinality === 'many-to-one' && target === ownColumn(relationship))
}

function notRelated(
  catalog: Catalog,
  schema: string,
  origin: string,
  target: string,
  hint: string | undefined,
): RestError {
  const withHint = hint === undefined ? '' : `' using the hint '${hint}`
  return new RestError(
    400,
    'PGRST200',
    `Could not find a relationship between '${origin}' and '${target}' in the schema cache`,
    `Searched for a foreign key relationship between '${origin}' and '${target}${withHint}' in the schema '${schema}', ` +
      'but no matches were found.',
    relatedHint(catalog, schema, origin, target),
  )
}

function relatedHint(catalog: Catalog, schema: string, origin: string, target: string): string | null {
  const related = catalog.relationships.get(keyOf({ schema, name: origin }))
  if (related === undefined) {
    const origins = [...catalog.tables.values()].filter((table) =>
      table.schema === schema && catalog.relationships.has(keyOf(table))
    )
    const similar = closest(origins.map(({ name }) => name), origin)
    return similar === undefined ? null : `Perhaps you meant '${similar}' instead of '${origin}'.`
  }
  const similar = closestScored(related.map(({ foreignTable }) => foreignTable.name), target)
  // The very name means that the hint was wrong, and there is nothing better to propose.
  if (similar === undefined || similar.score === 1) return null
  return `Perhaps you meant '${similar.text}' instead of '${target}'.`
}

function ambiguous(origin: string, target: string, found: readonly ForeignRelationship[]): RestError {
  const hints = found.map((relationship) =>
    `'${relationship.foreignTable.name}!${relationship.junction?.table.name ?? relationship.constraint}'`
  )
  return new RestError(
    300,
    'PGRST201',
    `Could not embed because more than one relationship was found for '${origin}' and '${target}'`,
    found.map((relationship) => ({
      cardinality: relationship.cardinality,
      embedding: `${relationship.table.name} with ${relationship.foreignTable.name}`,
      relationship: describe(relationship),
    })),
    `Try changing '${target}' to one of the following: ${hints.join(', ')}. ` +
      "Find the desired relationship in the 'details' key.",
  )
}

function describe({ junction, constraint, table, foreignTable, columns }: ForeignRelationship): string {
  const named = (names: readonly string[]) => `(${names.join(', ')})`
  if (junction !== undefined) {
    const own = `${junction.ownConstraint}${named(junction.own.map(([, column]) => column))}`
    const other = `${junction.otherConstraint}${named(junction.other.map(([, column]) => column))}`
    return `${junction.table.name} using ${own} and ${other}`
  }
  const own = `${table.name}${named(columns.map(([column]) => column))}`
  const other = `${foreignTable.name}${named(columns.map(([, column]) => column))}`
  return `${constraint} using ${own} and ${other}`
}
