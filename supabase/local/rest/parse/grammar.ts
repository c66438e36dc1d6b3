/** The grammar of PostgREST's query parameters. Each `parse…` reads one parameter's text. */
import {
  after,
  anyCharacter,
  attempt,
  before,
  between,
  bind,
  char,
  choice,
  end,
  label,
  lazy,
  lookAhead,
  many,
  many1,
  map,
  never,
  noneOf,
  notFollowedBy,
  oneOf,
  option,
  type Outcome,
  type Parser,
  pure,
  run,
  run1,
  satisfy,
  separated,
  sequence,
  text,
} from './parsec.ts'
import {
  type Aggregate,
  type Condition,
  type Field,
  type Filter,
  FTS_OPERATORS,
  type FtsOperator,
  type IsOperand,
  type JsonStep,
  type LogicTree,
  type Operation,
  type OrderTerm,
  QUANTIFIED_OPERATORS,
  type QuantifiedOperator,
  type SelectItem,
  SIMPLE_OPERATORS,
  type SimpleOperator,
} from './syntax.ts'

const DIGIT = /^[0-9]$/
const digit = label(satisfy((character) => DIGIT.test(character)), 'digit')
const joined = (parser: Parser<string[]>) => map(parser, (characters) => characters.join(''))

const blanks = many(oneOf(' \t'))
const lexeme = <T>(parser: Parser<T>): Parser<T> => after(blanks, before(parser, blanks))
const delimiter = label(char('.'), 'delimiter (.)')

const identifier = map(run1(/[\p{L}\p{Nd}_ $]+/uy, ['letter', 'digit']), (name) => name.trim())
const quoted = joined(
  between(char('"'), char('"'), many(choice(noneOf('\\"'), after(char('\\'), anyCharacter)))),
)

/** A dash belongs to a name unless it begins an arrow. */
const dash = attempt(before(char('-'), notFollowedBy(char('>'))))
const dashed = (part: Parser<string>) => map(separated(part, dash), (parts) => parts.join('-'))
const name = label(choice(quoted, dashed(identifier)), 'field name (* or [a..z0..9_$])')

const jsonKey = label(
  choice(quoted, dashed(map(joined(many1(noneOf('(-:.,>)'))), (key) => key.trim()))),
  'any non reserved character different from: .,>()',
)
const afterIndex = choice<unknown>(
  attempt(lookAhead(text('->'))),
  attempt(lookAhead(text('::'))),
  attempt(lookAhead(text('.'))),
  attempt(lookAhead(text(','))),
  attempt(end),
)
const jsonIndex = before(
  map(
    sequence<[string, string]>(option(char('-'), '+'), joined(many1(digit))),
    ([sign, digits]) => sign + digits,
  ),
  afterIndex,
)
const jsonStep: Parser<JsonStep> = map(
  sequence<[JsonStep['arrow'], JsonStep['operand']]>(
    choice<JsonStep['arrow']>(
      attempt(map(text('->>'), () => '->>')),
      attempt(map(text('->'), () => '->')),
    ),
    choice<JsonStep['operand']>(
      attempt(map(jsonIndex, (index) => ({ index }))),
      attempt(map(jsonKey, (key) => ({ key }))),
    ),
  ),
  ([arrow, operand]) => ({ arrow, operand }),
)
const jsonPath = many(jsonStep)
const bareField: Parser<Field> = map(
  sequence<[string, JsonStep[]]>(name, jsonPath),
  ([name, path]) => ({ name, path }),
)
const field = lexeme(bareField)

// select

const alias = option(
  attempt(before(name, after(char(':'), notFollowedBy(char(':'))))),
  undefined,
)
const cast = option(after(text('::'), identifier), undefined)
const itemEnd = choice<unknown>(attempt(lookAhead(text(')'))), attempt(lookAhead(text(','))), attempt(end))

const aggregate: Parser<Aggregate> = choice<Aggregate>(
  map(text('sum'), () => 'sum'),
  map(text('avg'), () => 'avg'),
  map(text('count'), () => 'count'),
  attempt(map(text('max'), () => 'max')),
  attempt(map(text('min'), () => 'min')),
)

const star: Parser<SelectItem> = before(
  map(text('*'), () => column({ name: '*', path: [] })),
  itemEnd,
)
const countAll: Parser<SelectItem> = map(
  sequence<[string | undefined, string, string | undefined, unknown]>(alias, text('count()'), cast, itemEnd),
  ([alias, , aggregateCast]) => column({ name: '*', path: [] }, { alias, aggregate: 'count', aggregateCast }),
)
const plainColumn: Parser<SelectItem> = map(
  sequence<[
    string | undefined,
    Field,
    string | undefined,
    Aggregate | undefined,
    string | undefined,
    unknown,
  ]>(
    alias,
    field,
    cast,
    option(attempt(after(char('.'), before(aggregate, text('()')))), undefined),
    cast,
    itemEnd,
  ),
  ([alias, field, cast, aggregate, aggregateCast]) =>
    column(field, { alias, cast, aggregate, aggregateCast }),
)
const columnItem = lexeme(choice(attempt(star), attempt(countAll), plainColumn))

type EmbedModifier = { join: 'left' | 'inner' } | { hint: string }
const embedModifier: Parser<EmbedModifier> = after(
  char('!'),
  choice<EmbedModifier>(
    attempt(map(text('left'), () => ({ join: 'left' as const }))),
    attempt(map(text('inner'), () => ({ join: 'inner' as const }))),
    attempt(map(name, (hint) => ({ hint }))),
  ),
)
const embedModifiers = map(
  sequence<[EmbedModifier | undefined, EmbedModifier | undefined]>(
    option(embedModifier, undefined),
    option(embedModifier, undefined),
  ),
  (modifiers) => ({
    hint: modifiers.map((m) => (m !== undefined && 'hint' in m ? m.hint : undefined)).find((h) =>
      h !== undefined
    ),
    join: modifiers.map((m) => (m !== undefined && 'join' in m ? m.join : undefined)).find((j) =>
      j !== undefined
    ),
  }),
)
const opensItems = attempt(lookAhead(text('(')))

type EmbedHead = {
  target: string
  alias: string | undefined
  hint: string | undefined
  join: 'left' | 'inner' | undefined
}
const spreadHead: Parser<EmbedHead> = lexeme(
  bind(
    after(text('...'), name),
    (target) =>
      map(before(embedModifiers, opensItems), (modifiers) => ({ target, alias: undefined, ...modifiers })),
  ),
)
const embedHead: Parser<EmbedHead> = lexeme(
  bind(
    alias,
    (alias) =>
      bind(
        name,
        (target) =>
          target === 'count'
            ? never
            : map(before(embedModifiers, opensItems), (modifiers) => ({ target, alias, ...modifiers })),
      ),
  ),
)
const items: Parser<SelectItem[]> = lazy(() => separated(selectItem, lexeme(char(','))))
/** `target()` embeds without output. */
const embedItems: Parser<SelectItem[]> = between(
  char('('),
  char(')'),
  choice(attempt(map(lookAhead(char(')')), () => [])), items),
)
const embed = (head: Parser<EmbedHead>, spread: boolean): Parser<SelectItem> =>
  bind(head, (head) => map(embedItems, (items) => ({ kind: 'embed' as const, ...head, spread, items })))
const selectItem: Parser<SelectItem> = choice(
  attempt(embed(spreadHead, true)),
  attempt(embed(embedHead, false)),
  columnItem,
)

// filters

const key = <T extends string>(word: T): Parser<T> => map(attempt(text(word)), () => word)
const anyWord = <T extends string>(words: T[]): Parser<T> => choice(...words.map(key))

/** Letters match in lower case or in upper case. */
const caseless = (word: string): Parser<unknown> =>
  sequence(...[...word].map((c) => (c === '_' ? char(c) : choice(char(c), char(c.toUpperCase())))))

const isOperand: Parser<IsOperand> = label(
  choice<IsOperand>(
    attempt(map(caseless('null'), () => 'NULL')),
    attempt(map(caseless('not_null'), () => 'NOT NULL')),
    attempt(map(caseless('true'), () => 'TRUE')),
    attempt(map(caseless('false'), () => 'FALSE')),
    attempt(map(caseless('unknown'), () => 'UNKNOWN')),
  ),
  'isVal: (null, not_null, true, false, unknown)',
)

const quotedElement = attempt(before(quoted, notFollowedBy(noneOf(',)'))))
const rawElement = joined(many(noneOf(',)')))
const listElement = choice(quotedElement, rawElement)
const listValue = between(lexeme(char('(')), lexeme(char(')')), separated(listElement, char(',')))

/** Everything that is left. */
const wholeValue: Parser<string> = (input, at) => ({
  ok: true,
  value: input.slice(at),
  at: input.length,
  consumed: at < input.length,
  failure: { at: input.length, messages: [] },
})
const arrayLiteral = map(
  sequence<[string, string, string]>(text('{'), joined(many(noneOf('{}'))), text('}')),
  (parts) => parts.join(''),
)
const valueInLogic = choice(quotedElement, attempt(arrayLiteral), rawElement)

function operation(value: Parser<string>): Parser<Operation> {
  const parenthesised = <T>(parser: Parser<T>) =>
    option(attempt(between(char('('), char(')'), parser)), undefined)
  const inList = map(
    after(attempt(after(text('in'), delimiter)), listValue),
    (values): Operation => ({ kind: 'in', values }),
  )
  const is = map(
    after(attempt(after(text('is'), delimiter)), isOperand),
    (operand): Operation => ({ kind: 'is', operand }),
  )
  const isDistinct = map(
    after(attempt(after(text('isdistinct'), delimiter)), value),
    (value): Operation => ({ kind: 'isdistinct', value }),
  )
  const fts = bind(
    anyWord(Object.keys(FTS_OPERATORS) as FtsOperator[]),
    (operator) =>
      bind(
        parenthesised(identifier),
        (config) =>
          map(after(delimiter, value), (value): Operation => ({ kind: 'fts', operator, config, value })),
      ),
  )
  const simple = bind(
    anyWord(Object.keys(SIMPLE_OPERATORS) as SimpleOperator[]),
    (operator) => map(after(delimiter, value), (value): Operation => ({ kind: 'simple', operator, value })),
  )
  const quantifier = parenthesised(
    choice<'any' | 'all'>(attempt(map(text('any'), () => 'any')), map(text('all'), () => 'all')),
  )
  const quantified = bind(
    anyWord(Object.keys(QUANTIFIED_OPERATORS) as QuantifiedOperator[]),
    (operator) =>
      bind(
        quantifier,
        (quantifier) =>
          map(
            after(delimiter, value),
            (value): Operation => ({ kind: 'quantified', operator, quantifier, value }),
          ),
      ),
  )
  return label(
    choice(inList, is, isDistinct, attempt(fts), attempt(simple), attempt(quantified)),
    'operator (eq, gt, ...)',
  )
}

const negation = choice<boolean>(attempt(map(after(text('not'), delimiter), () => true)), pure(false))
const condition = (value: Parser<string>): Parser<Condition> =>
  map(
    sequence<[boolean, Operation]>(negation, operation(value)),
    ([negated, operation]) => ({ negated, operation }),
  )
const wholeCondition = condition(wholeValue)
const conditionInLogic = condition(valueInLogic)

// logic

const logicFilter: Parser<LogicTree> = map(
  sequence<[Field, string, Condition]>(field, delimiter, conditionInLogic),
  ([field, , condition]): Filter => ({ kind: 'filter', field, condition }),
)
const logicNegation = label(
  choice<boolean>(attempt(map(after(text('not'), delimiter), () => true)), pure(false)),
  'negation operator (not)',
)
const logicOperator = label(
  choice<'and' | 'or'>(attempt(map(text('and'), () => 'and')), map(text('or'), () => 'or')),
  'logic operator (and, or)',
)
const logicTree: Parser<LogicTree> = choice<LogicTree>(
  attempt(logicFilter),
  map(
    sequence<[boolean, 'and' | 'or', LogicTree[]]>(
      logicNegation,
      logicOperator,
      between(
        lexeme(char('(')),
        lexeme(char(')')),
        lazy(() => separated(logicTree, lexeme(char(',')))),
      ),
    ),
    ([negated, operator, children]) => ({ kind: 'logic', negated, operator, children }),
  ),
)

// order

const orderEnd = choice<unknown>(attempt(lookAhead(char(','))), attempt(end))
const nullsOrder: Parser<OrderTerm['nulls']> = choice<OrderTerm['nulls']>(
  attempt(map(after(delimiter, text('nullsfirst')), () => 'nullsfirst')),
  attempt(map(after(delimiter, text('nullslast')), () => 'nullslast')),
)
const direction: Parser<OrderTerm['direction']> = choice<OrderTerm['direction']>(
  attempt(map(after(delimiter, text('asc')), () => 'asc')),
  attempt(map(after(delimiter, text('desc')), () => 'desc')),
)
type OrderTail = Pick<OrderTerm, 'direction' | 'nulls'>
const orderTail: Parser<OrderTail> = map(
  sequence<[OrderTerm['direction'], OrderTerm['nulls']]>(
    option(direction, undefined),
    choice<OrderTerm['nulls']>(
      before(option(nullsOrder, undefined), orderEnd),
      map(orderEnd, () => undefined),
    ),
  ),
  ([direction, nulls]) => ({ direction, nulls }),
)
const embedOrder: Parser<OrderTerm> = map(
  sequence<[string, Field, OrderTail]>(name, between(char('('), char(')'), field), orderTail),
  ([embed, field, tail]) => ({ embed, field, ...tail }),
)
const columnOrder: Parser<OrderTerm> = map(
  sequence<[Field, OrderTail]>(field, orderTail),
  ([field, tail]) => ({ embed: undefined, field, ...tail }),
)
const order = separated(lexeme(choice(attempt(embedOrder), columnOrder)), char(','))

// keys of parameters

const treePath: Parser<TreePath> = map(
  sequence<[string[], JsonStep[]]>(separated(name, delimiter), option(jsonPath, [])),
  ([names, path]) => ({ embeds: names.slice(0, -1), field: { name: names.at(-1)!, path } }),
)
const dottedNames = separated(name, delimiter)
const columns = separated(name, lexeme(char(',')))

/** The key of a filter, an order or a limit: the embeds on the way, and the column. */
export interface TreePath {
  readonly embeds: readonly string[]
  readonly field: Field
}

/** Reads `select`. Both `select=` and no `select` at all mean `*`. */
export const parseSelect = (input: string): Outcome<SelectItem[]> =>
  run(items, `failed to parse select parameter (${input})`, input)

/** Reads the key of a filter: `embed.column->key`. */
export const parseTreePath = (input: string): Outcome<TreePath> =>
  run(treePath, `failed to parse tree path (${input})`, input)

/** Reads the value of a filter: `not.eq.5`. */
export const parseCondition = (input: string): Outcome<Condition> =>
  run(wholeCondition, `failed to parse filter (${input})`, input)

/** Reads `order`. */
export const parseOrder = (input: string): Outcome<OrderTerm[]> =>
  run(order, `failed to parse order (${input})`, input)

/** Reads the key of a logic parameter: `embed.not.or`. */
export const parseLogicPath = (input: string): Outcome<string[]> =>
  run(dottedNames, `failed to parse logic path (${input})`, input)

/**
 * Reads a logic parameter.
 * @param prefix `and`, `or`, `not.and` or `not.or`, from the key
 */
export const parseLogicTree = (prefix: string, input: string): Outcome<LogicTree> =>
  run(logicTree, `failed to parse logic tree (${input})`, prefix + input)

/** Reads `columns`. */
export const parseColumns = (input: string): Outcome<string[]> =>
  run(columns, `failed to parse columns parameter (${input})`, input)

/** Reads `on_conflict`. */
export const parseOnConflict = (input: string): Outcome<string[]> =>
  run(columns, `failed to parse on_conflict parameter (${input})`, input)

/** Whether a value of `GET /rpc/…` is a filter rather than an argument. */
export function isCondition(input: string): boolean {
  return 'value' in parseCondition(input)
}

function column(
  field: Field,
  rest: Partial<Omit<Extract<SelectItem, { kind: 'column' }>, 'kind' | 'field'>> = {},
): SelectItem {
  return {
    kind: 'column',
    field,
    alias: rest.alias,
    cast: rest.cast,
    aggregate: rest.aggregate,
    aggregateCast: rest.aggregateCast,
  }
}
