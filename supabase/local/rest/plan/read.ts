/** Plans what is read: the tree of tables that `select` spells, with its filters, orders and limits in place. */
import {
  type Catalog,
  isToOne,
  keyOf,
  type QualifiedName,
  type Relationship,
  type Table,
} from '../catalog/catalog.ts'
import { aggregatesNotAllowed, notEmbedded, notImplemented, relatedOrderNotToOne } from '../errors.ts'
import type { Filter, LogicTree, OrderTerm, SelectColumn, SelectEmbed, SelectItem } from '../parse/syntax.ts'
import { ALL_ROWS, restrict, type RowRange } from '../request/range.ts'
import type { AtPath, QueryParameters } from '../request/query.ts'
import { findRelationship } from './embeds.ts'
import { filteredField, orderedField, selectedField } from './fields.ts'
import type {
  EmbedShape,
  PlannedColumn,
  PlannedEmbed,
  PlannedField,
  PlannedFilter,
  PlannedNode,
  PlannedOrder,
  SpreadColumn,
} from './plan.ts'

/** What a read is planned from. */
export interface ReadInput {
  readonly catalog: Catalog
  /** The table whose rows the root gives: its columns and relationships are looked up. */
  readonly table: QualifiedName
  /** Where the root's rows come from, if not from the table itself. */
  readonly source: QualifiedName | undefined
  readonly query: QueryParameters
  /** The conditions that apply to what is read (those of a write apply to the write). */
  readonly filters: readonly AtPath<Filter>[]
  readonly logic: readonly AtPath<LogicTree>[]
  /** Undefined where limits do not apply. */
  readonly ranges: { readonly root: RowRange; readonly maxRows: number | undefined } | undefined
  readonly aggregatesEnabled: boolean
  /** Whether an embed with an alias may be called by its target, too. */
  readonly allowsTargetNames: boolean
}

/** An embed of the select with what the other parameters say of it, before names are resolved. */
interface Draft {
  readonly item: SelectEmbed | undefined
  readonly columns: SelectColumn[]
  readonly filters: LogicTree[]
  readonly children: Draft[]
  order: readonly OrderTerm[]
  range: RowRange
  /** Whether it was called by its target although it has an alias. */
  calledByTarget: boolean
}

/** Plans a read. Throws PGRST108, PGRST118, PGRST123, PGRST127, PGRST200 and PGRST201. */
export function planRead(input: ReadInput): PlannedNode {
  const draft = draftOf(undefined, input.query.select)
  const at = (path: readonly string[]) => locate(draft, path, input.allowsTargetNames)
  for (const { path, value } of input.filters) at(path).filters.push(value)
  for (const { path, value } of input.query.order) at(path).order = value
  if (input.ranges !== undefined) {
    for (const { path, value } of input.query.ranges) at(path).range = value
    draft.range = input.ranges.root
  }
  for (const { path, value } of input.logic) at(path).filters.push(value)
  const planner = new Planner(input)
  const root = planner.node(draft, undefined, 0)
  if (!input.aggregatesEnabled && hasAggregate(draft)) throw aggregatesNotAllowed()
  if (planner.aggregatesInArrays) {
    throw notImplemented('Aggregates are not implemented for one-to-many or many-to-many spreads.')
  }
  return root
}

function draftOf(item: SelectEmbed | undefined, items: readonly SelectItem[]): Draft {
  return {
    item,
    columns: items.filter((item) => item.kind === 'column'),
    children: items.filter((item) => item.kind === 'embed').map((embed) => draftOf(embed, embed.items)),
    filters: [],
    order: [],
    range: ALL_ROWS,
    calledByTarget: false,
  }
}

function locate(draft: Draft, path: readonly string[], allowsTargetNames: boolean): Draft {
  return path.reduce((node, name) => {
    const byAlias = node.children.find(({ item }) => (item!.alias ?? item!.target) === name)
    const byEither = node.children.find(({ item }) => item!.target === name || item!.alias === name)
    const child = allowsTargetNames ? byEither : byAlias
    if (child === undefined) throw notEmbedded(name, byEither?.item?.alias)
    const { alias, target } = child.item!
    if (target === name && alias !== undefined && alias !== name) child.calledByTarget = true
    return child
  }, draft)
}

/** Embeds that were called by their target although they have an alias, which a coming release will not understand. */
export function calledByTarget({ embed, children }: PlannedNode): { target: string; alias: string }[] {
  const own = embed?.calledByTarget === undefined
    ? []
    : [{ target: embed.calledByTarget, alias: embed.outputName }]
  return [...own, ...children.flatMap(calledByTarget)]
}

const hasAggregate = (draft: Draft): boolean =>
  draft.columns.some(({ aggregate }) => aggregate !== undefined) || draft.children.some(hasAggregate)

/** What a node's parent looks like to it. */
interface Parent {
  /** Name of the parent's table, by which relationships are found. */
  readonly table: QualifiedName
  /** What the parent's rows are called in the statement. */
  readonly rows: QualifiedName
  /** Whether a `*` must be spelt out: where columns are grouped by, or become arrays one by one. */
  readonly expands: boolean
}

class Planner {
  /** Whether a column that a spread turns into a list is to be aggregated. */
  aggregatesInArrays = false

  constructor(readonly input: ReadInput) {}

  node(draft: Draft, parent: Parent | undefined, depth: number): PlannedNode {
    const { catalog, table, source, ranges } = this.input
    const relationship = parent === undefined ? undefined : this.#relationship(draft, parent)
    const own = relationship?.foreignTable ?? table
    const alias = relationship === undefined
      ? source === undefined ? undefined : table.name
      : aliasOf(relationship, depth)
    const rows = alias === undefined ? own : { schema: '', name: alias }
    const known = catalog.tables.get(keyOf(own))
    const shape = relationship === undefined ? undefined : shapeOf(relationship, draft.item!.spread)
    const expands = (parent?.expands ?? false) || shape === 'spreadArray' ||
      draft.columns.some((column) => column.aggregate !== undefined)
    const children = draft.children.map((child) => this.node(child, { table: own, rows, expands }, depth + 1))
    const columns = this.#columns(draft.columns, known, expands, shape)
    const lifted = shape === 'spread' || shape === 'spreadArray'
    const embed = relationship === undefined
      ? undefined
      : embedOf(draft, relationship, shape!, parent!, columns, children, depth)
    this.aggregatesInArrays ||= shape === 'spreadArray' &&
      embed!.spread.some(({ aggregate }) => aggregate !== undefined)
    return {
      from: relationship === undefined ? (source ?? table) : own,
      alias,
      columns: lifted ? columns.map(withoutAggregate) : columns,
      filters: draft.filters.map((filter) => planFilter(catalog, known, filter, children)),
      order: draft.order.map((term) => planOrder(term, known, own.name, children)),
      range: ranges === undefined ? ALL_ROWS : restrict(draft.range, ranges.maxRows),
      embed,
      children: lifted ? children.map(withoutSpreadAggregates) : children,
    }
  }

  #relationship(draft: Draft, parent: Parent): Relationship {
    const { target, hint } = draft.item!
    return findRelationship(this.input.catalog, this.input.table.schema, parent.table.name, target, hint)
  }

  #columns(
    columns: readonly SelectColumn[],
    table: Table | undefined,
    byName: boolean,
    shape: EmbedShape | undefined,
  ): PlannedColumn[] {
    const { catalog } = this.input
    const represented = [...(table?.columns.values() ?? [])].some(({ type }) =>
      catalog.representations.has(`${type}>json`)
    )
    const expands = table !== undefined && (byName || represented)
    return columns.flatMap((column) => {
      if (
        column.field.name === '*' && column.aggregate === undefined && column.field.path.length === 0 &&
        expands
      ) {
        return [...table.columns.keys()].map((name) =>
          planColumn(
            { ...column, field: { name, path: [] } },
            selectedField(catalog, table, { name, path: [] }),
            shape,
          )
        )
      }
      return [planColumn(column, selectedField(catalog, table, column.field), shape)]
    })
  }
}

function aliasOf(relationship: Relationship, depth: number): string | undefined {
  // A junction table is joined beside the other end, and both are told apart by their own names.
  if (relationship.kind === 'foreign' && relationship.cardinality === 'many-to-many') return undefined
  return `${relationship.foreignTable.name}_${depth}`
}

function shapeOf(relationship: Relationship, spread: boolean): EmbedShape {
  if (isToOne(relationship)) return spread ? 'spread' : 'object'
  return spread ? 'spreadArray' : 'array'
}

function planColumn(column: SelectColumn, field: PlannedField, shape: EmbedShape | undefined): PlannedColumn {
  const { alias, cast, aggregate, aggregateCast } = column
  const wholeRow = shape === 'spread' && aggregate === 'count' && field.name === '*'
  return {
    field,
    wholeRow,
    alias: alias ?? (wholeRow ? 'count' : impliedAlias(field, aggregate !== undefined)),
    cast,
    aggregate,
    aggregateCast,
  }
}

/** A place inside JSON is named by its last key, and a converted column by itself. */
function impliedAlias(field: PlannedField, aggregated: boolean): string | undefined {
  if (aggregated) return undefined
  if (field.path.length > 0) {
    const keys = field.path.flatMap(({ operand }) => ('key' in operand ? [operand.key] : []))
    return keys.at(-1) ?? field.name
  }
  return field.transform === undefined ? undefined : field.name
}

const withoutAggregate = (column: PlannedColumn): PlannedColumn => ({
  ...column,
  aggregate: undefined,
  aggregateCast: undefined,
})

function withoutSpreadAggregates(child: PlannedNode): PlannedNode {
  if (child.embed === undefined || child.embed.spread.length === 0) return child
  const spread = child.embed.spread.map((column) => ({
    name: column.name,
    alias: undefined,
    aggregate: undefined,
    aggregateCast: undefined,
  }))
  return { ...child, embed: { ...child.embed, spread } }
}

function embedOf(
  draft: Draft,
  relationship: Relationship,
  shape: EmbedShape,
  parent: Parent,
  columns: readonly PlannedColumn[],
  children: readonly PlannedNode[],
  depth: number,
): PlannedEmbed {
  const item = draft.item!
  const outputName = item.alias ?? item.target
  const spread = item.spread ? spreadColumns(columns, children) : []
  return {
    relationship,
    shape,
    inner: item.join === 'inner',
    outputName,
    joinAlias: `${relationship.table.name}_${outputName}_${depth}`,
    parent: parent.rows,
    spread,
    hidden: columns.length === 0 && children.every(({ embed }) => embed!.hidden),
    calledByTarget: draft.calledByTarget ? item.target : undefined,
  }
}

/** What a spread embed gives its parent: its own columns, its embeds, and what those spread into it. */
function spreadColumns(columns: readonly PlannedColumn[], children: readonly PlannedNode[]): SpreadColumn[] {
  const own = columns.map(({ field, alias, aggregate, aggregateCast }) => ({
    name: alias ?? field.name,
    alias: aggregate === undefined ? undefined : alias,
    aggregate,
    aggregateCast,
  }))
  const embedded = children.flatMap(({ embed }): SpreadColumn[] => {
    const { shape, spread, outputName, hidden } = embed!
    if (shape === 'spread' || shape === 'spreadArray') {
      return spread.map((
        column,
      ) => (column.aggregate === undefined && column.alias !== undefined
        ? { ...column, name: column.alias, alias: undefined }
        : column)
      )
    }
    if (hidden) return []
    return [{ name: outputName, alias: undefined, aggregate: undefined, aggregateCast: undefined }]
  })
  return [...own, ...embedded]
}

/** Resolves a condition's columns. `embed=is.null` asks whether an embed has rows. */
export function planFilter(
  catalog: Catalog,
  table: Table | undefined,
  filter: LogicTree,
  embeds: readonly PlannedNode[] = [],
): PlannedFilter {
  if (filter.kind === 'logic') {
    const children = filter.children.map((child) => planFilter(catalog, table, child, embeds))
    return { ...filter, children }
  }
  const { field, condition } = filter
  const { operation } = condition
  if (field.path.length === 0 && operation.kind === 'is' && operation.operand.endsWith('NULL')) {
    const embed = embeds.find((node) => node.embed!.outputName === field.name)
    const negated = condition.negated !== (operation.operand === 'NOT NULL')
    if (embed !== undefined) return { kind: 'embed', exists: negated, embed }
  }
  return { kind: 'filter', field: filteredField(catalog, table, field, condition), condition }
}

function planOrder(
  term: OrderTerm,
  table: Table | undefined,
  origin: string,
  children: readonly PlannedNode[],
): PlannedOrder {
  const { direction, nulls } = term
  if (term.embed === undefined) {
    return { embedAlias: undefined, field: orderedField(table, term.field), direction, nulls }
  }
  const embed = children.find((child) => child.embed!.outputName === term.embed)?.embed
  if (embed === undefined) throw notEmbedded(term.embed)
  if (!isToOne(embed.relationship)) throw relatedOrderNotToOne(origin, embed.outputName)
  return { embedAlias: embed.joinAlias, field: orderedField(undefined, term.field), direction, nulls }
}

/**
 * The columns that a write must return, or a call must give, for what is read of it afterwards.
 * @param keys columns wanted in any case
 */
export function neededColumns(root: PlannedNode, keys: readonly string[]): string[] {
  const names = root.columns.map(({ field }) => field.name)
  const relationships = root.children.map(({ embed }) => embed!.relationship)
  if (names.includes('*') || relationships.some(({ kind }) => kind === 'computed')) return ['*']
  const joined = relationships.flatMap((relationship) =>
    relationship.kind === 'computed'
      ? []
      : (relationship.junction?.own ?? relationship.columns).map(([column]) => column)
  )
  const ordered = root.order.flatMap((
    { embedAlias, field },
  ) => (embedAlias === undefined ? [field.name] : []))
  const filtered = root.filters.flatMap(filteredColumns)
  return [...new Set([...names, ...joined, ...keys, ...ordered, ...filtered])].sort()
}

function filteredColumns(filter: PlannedFilter): string[] {
  if (filter.kind === 'logic') return filter.children.flatMap(filteredColumns)
  return filter.kind === 'filter' ? [filter.field.name] : []
}
