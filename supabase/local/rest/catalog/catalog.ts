/** What the service knows of the database: a snapshot of the system catalogs, replaced as a whole on reload. */

/** The name of a table, view or function, with its schema. */
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

/** A column of a table or view. */
export interface Column {
  readonly name: string
  readonly description: string | null
  readonly nullable: boolean
  /** The type with its length, as `json_to_recordset` must name it. A domain keeps its own name. */
  readonly type: string
  /** The type without its length; of a domain over a built-in type, the type underneath. */
  readonly baseType: string
  readonly maxLength: number | null
  /** The default as an expression; of an identity column, the call of its sequence. */
  readonly default: string | null
  /** The values of an enum type. */
  readonly enum: readonly string[]
}

/** A table, view, materialized view, foreign or partitioned table. */
export interface Table extends QualifiedName {
  readonly description: string | null
  readonly isView: boolean
  readonly insertable: boolean
  readonly updatable: boolean
  readonly deletable: boolean
  /** Columns of the primary key; a view inherits them from the table under it. */
  readonly primaryKey: readonly string[]
  readonly columns: ReadonlyMap<string, Column>
}

/** Two columns that a relationship equates: the one of its own table, and the one of the other. */
export type ColumnPair = readonly [own: string, other: string]

/** The table between the two ends of a many-to-many relationship. */
export interface Junction {
  readonly table: QualifiedName
  readonly ownConstraint: string
  readonly otherConstraint: string
  /** Columns of the own end, with those of the junction. */
  readonly own: readonly ColumnPair[]
  /** Columns of the other end, with those of the junction. */
  readonly other: readonly ColumnPair[]
}

/** How many rows of the other end belong to one of the own end. */
export type Cardinality = 'many-to-one' | 'one-to-many' | 'one-to-one' | 'many-to-many'

/** A relationship that a foreign key states, seen from one of its ends. */
export interface ForeignRelationship {
  readonly kind: 'foreign'
  readonly table: QualifiedName
  readonly foreignTable: QualifiedName
  readonly isSelf: boolean
  readonly cardinality: Cardinality
  /** Empty for many-to-many. */
  readonly constraint: string
  /** Empty for many-to-many. */
  readonly columns: readonly ColumnPair[]
  readonly junction: Junction | undefined
  /** Whether the foreign key is the own end's. */
  readonly ownsKey: boolean
  readonly tableIsView: boolean
  readonly foreignTableIsView: boolean
}

/** A relationship that a function of a row computes. */
export interface ComputedRelationship {
  readonly kind: 'computed'
  readonly function: QualifiedName
  readonly table: QualifiedName
  readonly foreignTable: QualifiedName
  readonly toOne: boolean
}

/** Two relations whose rows belong together, seen from one of them. */
export type Relationship = ForeignRelationship | ComputedRelationship

/** A parameter of a function. */
export interface Parameter {
  readonly name: string
  readonly type: string
  /** The type, with `character` and `bit` widened so that long values are not cut. */
  readonly wideType: string
  readonly required: boolean
  readonly variadic: boolean
}

/** A function of an exposed schema. */
export interface Routine extends QualifiedName {
  readonly description: string | null
  readonly parameters: readonly Parameter[]
  /** The type returned; a domain counts as what it is over. */
  readonly returns: QualifiedName & { readonly setOf: boolean; readonly composite: boolean }
  readonly volatility: 'immutable' | 'stable' | 'volatile'
  /** Its own `default_transaction_isolation`. */
  readonly isolation: string | null
  /** Its other settings, as they were written. */
  readonly settings: readonly (readonly [name: string, value: string])[]
}

/** What makes a body of a media type. */
export interface MediaHandler {
  /** An aggregate; or, of a function that returns the body itself, the media type's domain. */
  readonly function: QualifiedName
  /** The relation whose rows it takes, or the function whose result it is; undefined where it takes any rows. */
  readonly target: QualifiedName | undefined
  /** Whether it takes rows. */
  readonly ofRows: boolean
  /** In lower case; the type that stands for any is written as such. */
  readonly mediaType: string
}

/** The whole snapshot. Maps are keyed by `keyOf`. */
export interface Catalog {
  readonly tables: ReadonlyMap<string, Table>
  /** Relationships of exposed tables to exposed tables, by the key of the own table. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>
  readonly routines: ReadonlyMap<string, readonly Routine[]>
  /** Functions that convert a domain to or from JSON and text, by `source>target`. */
  readonly representations: ReadonlyMap<string, string>
  readonly mediaHandlers: readonly MediaHandler[]
  /** Whether some function could change every row of a table at once, without a condition. */
  readonly writesWholeTables: boolean
}

/** The key under which the catalog's maps hold an object. */
export const keyOf = ({ schema, name }: QualifiedName): string => `${schema}\0${name}`

/** Whether two names are of the same object. */
export const sameName = (left: QualifiedName, right: QualifiedName): boolean =>
  left.schema === right.schema && left.name === right.name

/** Whether at most one row of the other end belongs to a row of the own end. */
export function isToOne(relationship: Relationship): boolean {
  if (relationship.kind === 'computed') return relationship.toOne
  return relationship.cardinality === 'many-to-one' || relationship.cardinality === 'one-to-one'
}

/** Whether calling the function gives no value at all. */
export const returnsVoid = (routine: Routine): boolean =>
  !routine.returns.composite && routine.returns.schema === 'pg_catalog' && routine.returns.name === 'void'

/** Whether calling the function gives one value that is not a row. */
export const returnsScalar = (routine: Routine): boolean =>
  !routine.returns.composite && !routine.returns.setOf

/** Whether calling the function gives values that are not rows. */
export const returnsSetOfScalar = (routine: Routine): boolean =>
  !routine.returns.composite && routine.returns.setOf

/** Whether calling the function gives exactly one row. */
export const returnsRow = (routine: Routine): boolean => routine.returns.composite && !routine.returns.setOf
