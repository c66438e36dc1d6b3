/** Works out which tables and views may be embedded in which. */
import { columnOrigins } from './view-columns.ts'
import {
  type ColumnPair,
  type ComputedRelationship,
  type ForeignRelationship,
  keyOf,
  type QualifiedName,
  type Relationship,
  sameName,
  type Table,
} from './catalog.ts'

/** A foreign key, as the query gives it. */
export interface ForeignKey {
  readonly constraint: string
  readonly table: QualifiedName
  readonly foreignTable: QualifiedName
  readonly columns: readonly ColumnPair[]
  readonly unique: boolean
}

/** A key whose columns a view may carry on. */
export interface KeyColumns {
  readonly constraint: string
  readonly kind: 'primary' | 'foreign' | 'referenced'
  /** Object id of the table. */
  readonly table: number
  readonly columns: readonly number[]
  readonly names: readonly string[]
}

/** A view and the query under it. */
export interface View extends QualifiedName {
  readonly oid: number
  readonly query: string
  /** Names by column number. */
  readonly columns: Readonly<Record<string, string>>
}

/** A key that a view shows whole. */
export interface ViewKey {
  readonly key: KeyColumns
  readonly view: QualifiedName
  /** For each column of the key, the view's columns that show it. */
  readonly shownAs: readonly (readonly string[])[]
}

/** Finds the keys whose columns all appear, unchanged, in a view. */
export function viewKeys(views: readonly View[], keys: readonly KeyColumns[]): ViewKey[] {
  const origins = new Map(views.map((view) => [view.oid, columnOrigins(view.query)]))
  const keysByTable = groupByTable(keys)
  return views.flatMap((view) => {
    const shown = shownColumns(view.oid, view.columns, origins)
    return [...shown].flatMap(([table, columns]) =>
      (keysByTable.get(table) ?? [])
        .filter((key) => key.columns.every((column) => columns.has(column)))
        .map((key) => ({ key, view, shownAs: key.columns.map((column) => columns.get(column)!) }))
    )
  })
}

/** The columns of every table that a view shows, directly or through other views. */
function shownColumns(
  view: number,
  names: Readonly<Record<string, string>>,
  origins: ReadonlyMap<number, ReturnType<typeof columnOrigins>>,
): Map<number, Map<number, string[]>> {
  const shown = new Map<number, Map<number, string[]>>()
  const follow = (name: string, table: number, column: number, path: readonly number[]): void => {
    const columns = shown.get(table) ?? new Map<number, string[]>()
    shown.set(table, columns)
    columns.set(column, [...(columns.get(column) ?? []), name])
    if (path.includes(table)) return
    for (const origin of origins.get(table) ?? []) {
      if (origin.column === column) follow(name, origin.table, origin.tableColumn, [...path, table])
    }
  }
  for (const origin of origins.get(view) ?? []) {
    const name = names[origin.column]
    if (name !== undefined) follow(name, origin.table, origin.tableColumn, [view])
  }
  return shown
}

function groupByTable(keys: readonly KeyColumns[]): Map<number, KeyColumns[]> {
  const groups = new Map<number, KeyColumns[]>()
  for (const key of keys) groups.set(key.table, [...(groups.get(key.table) ?? []), key])
  return groups
}

/** Gives views the primary keys they show. */
export function inheritPrimaryKeys(tables: readonly Table[], keys: readonly ViewKey[]): Table[] {
  return tables.map((table) => {
    if (!table.isView) return table
    const inherited = keys.filter(({ key, view }) => key.kind === 'primary' && sameName(view, table))
    return { ...table, primaryKey: inherited.flatMap(({ shownAs }) => shownAs.map((names) => names[0]!)) }
  })
}

/**
 * All relationships between exposed tables and views, by their own table.
 * @param tables with the primary keys of views filled in
 */
export function relationships(
  tables: ReadonlyMap<string, Table>,
  foreignKeys: readonly ForeignKey[],
  keys: readonly ViewKey[],
  computed: readonly ComputedRelationship[],
  exposed: readonly string[],
): Map<string, Relationship[]> {
  const forward = foreignKeys.map(fromForeignKey)
  const withViews = [...forward, ...forward.flatMap((relationship) => throughViews(relationship, keys))]
  const detected = [...withViews, ...manyToMany(tables, withViews)]
  const everyWay = [...detected, ...withViews.map(inverse)]
  const overridden = (relationship: ForeignRelationship) =>
    computed.some((c) =>
      sameName(c.table, relationship.table) && sameName(c.function, relationship.foreignTable)
    )
  const visible = (name: QualifiedName) => exposed.includes(name.schema)
  const result = new Map<string, Relationship[]>()
  const add = (relationship: Relationship) => {
    if (!visible(relationship.table) || !visible(relationship.foreignTable)) return
    const key = keyOf(relationship.table)
    const list = result.get(key) ?? []
    result.set(key, list)
    // A table that is related to others through a hidden one only is known to be related, but not how.
    const junction = relationship.kind === 'foreign' ? relationship.junction : undefined
    if (junction === undefined || visible(junction.table)) list.push(relationship)
  }
  for (const relationship of everyWay) {
    if (!overridden(relationship)) add(relationship)
  }
  computed.forEach(add)
  for (const list of result.values()) list.sort(inOrder)
  return result
}

function fromForeignKey(key: ForeignKey): ForeignRelationship {
  return {
    kind: 'foreign',
    table: key.table,
    foreignTable: key.foreignTable,
    isSelf: sameName(key.table, key.foreignTable),
    cardinality: key.unique ? 'one-to-one' : 'many-to-one',
    constraint: key.constraint,
    columns: key.columns,
    junction: undefined,
    ownsKey: true,
    tableIsView: false,
    foreignTableIsView: false,
  }
}

/** The same relationship from and to the views that show its key. */
function throughViews(relationship: ForeignRelationship, keys: readonly ViewKey[]): ForeignRelationship[] {
  const ofConstraint = (kind: KeyColumns['kind']) =>
    keys.filter(({ key }) => key.kind === kind && key.constraint === relationship.constraint)
  const own = relationship.columns.map(([column]) => column)
  const other = relationship.columns.map(([, column]) => column)
  const ownViews = ofConstraint('foreign').filter(({ key }) => sameList(key.names, own)).flatMap(spellings)
  const otherViews = ofConstraint('referenced').filter(({ key }) => sameList(key.names, other)).flatMap(
    spellings,
  )
  const pair = (left: readonly string[], right: readonly string[]): ColumnPair[] =>
    left.map((column, index) => [column, right[index]!])
  return [
    ...ownViews.map(({ view, columns }) => ({
      ...relationship,
      table: view,
      isSelf: false,
      columns: pair(columns, other),
      tableIsView: true,
    })),
    ...otherViews.map(({ view, columns }) => ({
      ...relationship,
      foreignTable: view,
      isSelf: false,
      columns: pair(own, columns),
      foreignTableIsView: true,
    })),
    ...ownViews.flatMap((left) =>
      otherViews.map((right) => ({
        ...relationship,
        table: left.view,
        foreignTable: right.view,
        isSelf: sameName(left.view, right.view),
        columns: pair(left.columns, right.columns),
        tableIsView: true,
        foreignTableIsView: true,
      }))
    ),
  ]
}

const sameList = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && left.every((item, index) => item === right[index])

/** A view may show a column twice: each way to name the whole key is a relationship of its own. */
function spellings({ view, shownAs }: ViewKey): { view: QualifiedName; columns: string[] }[] {
  const combinations = shownAs.reduce<string[][]>(
    (lists, names) => lists.flatMap((list) => names.map((name) => [...list, name])),
    [[]],
  )
  return combinations.map((columns) => ({ view: { schema: view.schema, name: view.name }, columns }))
}

function inverse(relationship: ForeignRelationship): ForeignRelationship {
  return {
    ...relationship,
    table: relationship.foreignTable,
    foreignTable: relationship.table,
    cardinality: relationship.cardinality === 'many-to-one' ? 'one-to-many' : 'one-to-one',
    columns: relationship.columns.map(([own, other]) => [other, own]),
    ownsKey: !relationship.ownsKey,
    tableIsView: relationship.foreignTableIsView,
    foreignTableIsView: relationship.tableIsView,
  }
}

/** Two foreign keys of one table, both within its primary key, relate the tables they point to. */
function manyToMany(
  tables: ReadonlyMap<string, Table>,
  forward: readonly ForeignRelationship[],
): ForeignRelationship[] {
  const toOne = forward.filter((relationship) => relationship.cardinality === 'many-to-one')
  const byTable = new Map<string, ForeignRelationship[]>()
  for (const relationship of toOne) {
    const key = keyOf(relationship.table)
    byTable.set(key, [...(byTable.get(key) ?? []), relationship])
  }
  return [...byTable].flatMap(([key, list]) => {
    const primaryKey = new Set(tables.get(key)?.primaryKey ?? [])
    return list.flatMap((left) =>
      list
        .filter((right) =>
          left.constraint !== right.constraint &&
          [...left.columns, ...right.columns].every(([column]) => primaryKey.has(column))
        )
        .map((right): ForeignRelationship => ({
          kind: 'foreign',
          table: left.foreignTable,
          foreignTable: right.foreignTable,
          isSelf: sameName(left.foreignTable, right.foreignTable),
          cardinality: 'many-to-many',
          constraint: '',
          columns: [],
          junction: {
            table: left.table,
            ownConstraint: left.constraint,
            otherConstraint: right.constraint,
            own: left.columns.map(([column, own]) => [own, column]),
            other: right.columns.map(([column, other]) => [other, column]),
          },
          ownsKey: false,
          tableIsView: left.foreignTableIsView,
          foreignTableIsView: right.foreignTableIsView,
        }))
    )
  })
}

const CARDINALITIES = ['one-to-many', 'many-to-one', 'one-to-one', 'many-to-many']

/** A fixed order, so that the message about an ambiguous embed lists its candidates the same way each time. */
function inOrder(left: Relationship, right: Relationship): number {
  const rank = (relationship: Relationship): string[] =>
    relationship.kind === 'computed' ? ['1', relationship.function.name] : [
      '0',
      relationship.foreignTable.schema,
      relationship.foreignTable.name,
      String(CARDINALITIES.indexOf(relationship.cardinality)),
      relationship.constraint,
      relationship.junction?.table.name ?? '',
      relationship.junction?.ownConstraint ?? '',
      ...relationship.columns.flat(),
    ]
  const [a, b] = [rank(left), rank(right)]
  const index = a.findIndex((part, at) => part !== b[at])
  return index < 0 ? 0 : a[index]! < (b[index] ?? '') ? -1 : 1
}
