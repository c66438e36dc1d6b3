/** What the query string's little languages mean: plain data, made by grammar.ts and read by the planner. */

/** A step into a JSON value: `->key`, `->>key`, `->0`. */
export interface JsonStep {
  /** `->` gives JSON, `->>` gives text. */
  readonly arrow: '->' | '->>'
  readonly operand: { readonly key: string } | { readonly index: string }
}

/** A column, or a place inside a JSON column. */
export interface Field {
  readonly name: string
  readonly path: readonly JsonStep[]
}

/** The aggregate functions a select may name. */
export type Aggregate = 'sum' | 'avg' | 'max' | 'min' | 'count'

/** One item of `select` that gives one column (`*` gives all). */
export interface SelectColumn {
  readonly kind: 'column'
  readonly field: Field
  readonly alias: string | undefined
  readonly cast: string | undefined
  readonly aggregate: Aggregate | undefined
  readonly aggregateCast: string | undefined
}

/** One item of `select` that embeds a related table. */
export interface SelectEmbed {
  readonly kind: 'embed'
  readonly target: string
  readonly alias: string | undefined
  readonly hint: string | undefined
  readonly join: 'left' | 'inner' | undefined
  /** `...target()`: the columns go straight into the parent. */
  readonly spread: boolean
  readonly items: readonly SelectItem[]
}

/** One item of `select`. */
export type SelectItem = SelectColumn | SelectEmbed

/** Operators that take one value, and SQL's spelling of them. */
export const SIMPLE_OPERATORS = {
  neq: '<>',
  cs: '@>',
  cd: '<@',
  ov: '&&',
  sl: '<<',
  sr: '>>',
  nxr: '&<',
  nxl: '&>',
  adj: '-|-',
} as const

/** Operators that also take `(any)` and `(all)`. */
export const QUANTIFIED_OPERATORS = {
  eq: '=',
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
} as const

/** Full-text operators, and the function that reads their query. */
export const FTS_OPERATORS = {
  fts: 'to_tsquery',
  plfts: 'plainto_tsquery',
  phfts: 'phraseto_tsquery',
  wfts: 'websearch_to_tsquery',
} as const

/** An operator that takes one value. */
export type SimpleOperator = keyof typeof SIMPLE_OPERATORS
/** An operator that also takes `(any)` and `(all)`. */
export type QuantifiedOperator = keyof typeof QUANTIFIED_OPERATORS
/** A full-text operator. */
export type FtsOperator = keyof typeof FTS_OPERATORS

/** What may stand after `is.`, as SQL writes it. */
export type IsOperand = 'NULL' | 'NOT NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN'

/** A comparison, without the thing compared. */
export type Operation =
  | { readonly kind: 'simple'; readonly operator: SimpleOperator; readonly value: string }
  | {
    readonly kind: 'quantified'
    readonly operator: QuantifiedOperator
    readonly quantifier: 'any' | 'all' | undefined
    readonly value: string
  }
  | { readonly kind: 'in'; readonly values: readonly string[] }
  | { readonly kind: 'is'; readonly operand: IsOperand }
  | { readonly kind: 'isdistinct'; readonly value: string }
  | {
    readonly kind: 'fts'
    readonly operator: FtsOperator
    readonly config: string | undefined
    readonly value: string
  }

/** A comparison, possibly negated. */
export interface Condition {
  readonly negated: boolean
  readonly operation: Operation
}

/** `column=op.value`. */
export interface Filter {
  readonly kind: 'filter'
  readonly field: Field
  readonly condition: Condition
}

/** `and=(…)`, `or=(…)` and what stands inside. */
export type LogicTree = Filter | {
  readonly kind: 'logic'
  readonly negated: boolean
  readonly operator: 'and' | 'or'
  readonly children: readonly LogicTree[]
}

/** One term of `order`. `embed` is set for `order=embed(column)`. */
export interface OrderTerm {
  readonly field: Field
  readonly embed: string | undefined
  readonly direction: 'asc' | 'desc' | undefined
  readonly nulls: 'nullsfirst' | 'nullslast' | undefined
}
