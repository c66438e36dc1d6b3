/** What a request comes down to once names are resolved: the input of the SQL builder. */
import type {
  MediaHandler,
  Parameter,
  QualifiedName,
  Relationship,
  Routine,
  Table,
} from '../catalog/catalog.ts'
import type { Aggregate, Condition, JsonStep, OrderTerm } from '../parse/syntax.ts'
import type { MediaType } from '../request/media.ts'
import type { Payload } from '../request/payload.ts'
import type { RowRange } from '../request/range.ts'

/** A column as the statement must spell it. */
export interface PlannedField {
  readonly name: string
  readonly path: readonly JsonStep[]
  /** Whether JSON arrows need `to_jsonb` around the column first. */
  readonly toJson: boolean
  /** Whether full-text operators need `to_tsvector` around the column first. */
  readonly toTsvector: boolean
  /** A function that shows the column (in a select) or reads the value (in a filter). */
  readonly transform: string | undefined
}

/** A column of the result. */
export interface PlannedColumn {
  readonly field: PlannedField
  /** The whole row as one value: what a spread `count()` counts in its parent. */
  readonly wholeRow: boolean
  readonly alias: string | undefined
  readonly cast: string | undefined
  readonly aggregate: Aggregate | undefined
  readonly aggregateCast: string | undefined
}

/** A condition on a table's rows. */
export type PlannedFilter =
  | { readonly kind: 'filter'; readonly field: PlannedField; readonly condition: Condition }
  /** Whether an embed has rows. */
  | { readonly kind: 'embed'; readonly exists: boolean; readonly embed: PlannedNode }
  | {
    readonly kind: 'logic'
    readonly negated: boolean
    readonly operator: 'and' | 'or'
    readonly children: readonly PlannedFilter[]
  }

/** One term of an order. */
export interface PlannedOrder {
  /** Alias of the embed whose column it is; undefined for an own column. */
  readonly embedAlias: string | undefined
  readonly field: PlannedField
  readonly direction: OrderTerm['direction']
  readonly nulls: OrderTerm['nulls']
}

/** How an embed appears in its parent. */
export type EmbedShape = 'object' | 'array' | 'spread' | 'spreadArray'

/** A column that a spread embed gives its parent. */
export interface SpreadColumn {
  readonly name: string
  readonly alias: string | undefined
  /** Set where the parent, not the embed, must aggregate. */
  readonly aggregate: Aggregate | undefined
  readonly aggregateCast: string | undefined
}

/** How an embed hangs on its parent. */
export interface PlannedEmbed {
  readonly relationship: Relationship
  readonly shape: EmbedShape
  readonly inner: boolean
  /** Key in the parent's row. */
  readonly outputName: string
  /** Alias of the joined subquery. */
  readonly joinAlias: string
  /** What the parent's rows are called. */
  readonly parent: QualifiedName
  /** Of a spread: what it gives its parent. */
  readonly spread: readonly SpreadColumn[]
  /** Whether nothing of it is shown, here and below: it only filters. */
  readonly hidden: boolean
  /** What it was called in the URL although it has an alias. */
  readonly calledByTarget: string | undefined
}

/** One table of a read, with the tables embedded in it. */
export interface PlannedNode {
  /** The relation read from, or the statement's own rows. */
  readonly from: QualifiedName
  /** What its rows are called where that is not the name itself. */
  readonly alias: string | undefined
  readonly columns: readonly PlannedColumn[]
  readonly filters: readonly PlannedFilter[]
  readonly order: readonly PlannedOrder[]
  readonly range: RowRange
  /** Undefined at the root. */
  readonly embed: PlannedEmbed | undefined
  readonly children: readonly PlannedNode[]
}

/** A column that a write sets. */
export interface WrittenColumn {
  readonly name: string
  readonly type: string
  readonly default: string | null
  /** A function that reads the column's value from JSON. */
  readonly transform: string | undefined
}

/** A write to one table. */
export type Mutation =
  | {
    readonly kind: 'insert'
    readonly table: Table
    readonly columns: readonly WrittenColumn[]
    readonly payload: Payload
    readonly applyDefaults: boolean
    readonly conflict:
      | { readonly action: 'merge' | 'ignore'; readonly columns: readonly string[] }
      | undefined
    /** The filters of a PUT. */
    readonly filters: readonly PlannedFilter[]
    readonly isPut: boolean
    readonly returning: readonly string[]
  }
  | {
    readonly kind: 'update'
    readonly table: Table
    readonly columns: readonly WrittenColumn[]
    readonly payload: Payload
    readonly applyDefaults: boolean
    readonly filters: readonly PlannedFilter[]
    readonly returning: readonly string[]
  }
  | {
    readonly kind: 'delete'
    readonly table: Table
    readonly filters: readonly PlannedFilter[]
    readonly returning: readonly string[]
  }

/** The arguments of a call. */
export type CallArguments =
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, string | readonly string[]> }
  | { readonly kind: 'json'; readonly payload: Payload }
  /** The whole body is the one argument. */
  | { readonly kind: 'body'; readonly parameter: Parameter; readonly bytes: Buffer }

/** A call of a function. */
export interface Call {
  readonly routine: Routine
  /** The parameters that get a value. */
  readonly parameters: readonly Parameter[]
  readonly args: CallArguments
  /** Columns needed of the result; empty for all. */
  readonly returning: readonly string[]
}

/** What makes the body out of the rows. */
export type BodyMaker =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly singular: boolean; readonly stripNulls: boolean }
  | { readonly kind: 'csv' }
  | { readonly kind: 'geojson' }
  | { readonly kind: 'handler'; readonly handler: MediaHandler }

/** A request, ready to be written as SQL. */
export type Plan =
  | { readonly kind: 'read'; readonly root: PlannedNode; readonly body: BodyMaker; readonly media: MediaType }
  | {
    readonly kind: 'mutate'
    readonly root: PlannedNode
    readonly mutation: Mutation
    readonly body: BodyMaker
    readonly media: MediaType
  }
  | {
    readonly kind: 'call'
    readonly root: PlannedNode
    readonly call: Call
    readonly readOnly: boolean
    readonly body: BodyMaker
    readonly media: MediaType
  }

/** The name under which a statement's own rows are read again. */
export const SOURCE: QualifiedName = { schema: '', name: 'pgrst_source' }
