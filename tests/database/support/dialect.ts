import { parse } from 'libpg-query'
import type { CreateFunctionStmt, DefElem, FunctionParameter, Node } from '@pgsql/types'

/** A function as its source file declares it. */
export interface WrittenFunction {
  /** `private.move_stock`. */
  name: string
  /** The names of the parameters that a caller gives. */
  parameters: string[]
  /** Whether it says immutable, stable or volatile. */
  statesVolatility: boolean
  body: string
}

/** The functions that a file of SQL creates. */
export async function writtenFunctions(sql: string): Promise<WrittenFunction[]> {
  const { stmts } = await parse(sql) as { stmts: { stmt: Node }[] }
  return stmts.flatMap(({ stmt }) =>
    'CreateFunctionStmt' in stmt ? [written(stmt.CreateFunctionStmt as CreateFunctionStmt)] : []
  )
}

function written({ funcname, parameters, options }: CreateFunctionStmt): WrittenFunction {
  const settings = (options ?? []).map((node) => (node as { DefElem: DefElem }).DefElem)
  const given = (parameters ?? [])
    .map((node) => (node as { FunctionParameter: FunctionParameter }).FunctionParameter)
    .filter(({ mode }) => mode !== 'FUNC_PARAM_TABLE' && mode !== 'FUNC_PARAM_OUT')
  return {
    name: (funcname ?? []).map((node) => (node as { String: { sval: string } }).String.sval).join('.'),
    parameters: given.flatMap(({ name }) => name ?? []),
    statesVolatility: settings.some(({ defname }) => defname === 'volatility'),
    body: bodyOf(settings),
  }
}

function bodyOf(settings: DefElem[]): string {
  const as = settings.find(({ defname }) => defname === 'as')?.arg as
    | { List?: { items?: { String: { sval: string } }[] } }
    | undefined
  return as?.List?.items?.[0]?.String.sval ?? ''
}

/** Comments, literals and quoted names are one token each; so is every operator that matters here. */
const TOKEN = /--[^\n]*|'(?:[^']|'')*'|"[^"]*"|[a-z_][a-z0-9_]*|[0-9]+|=>|::|\S/gi

/** After these a name is a new one: of a column, of a table, of a setting of `raise`. */
const NAMING = new Set(['.', 'as', '::', 'set', 'using', 'column', 'constraint'])

/**
 * The parameters that a body names without its function, as far as words tell: `status` instead of `advance_order.status`. A
 * field of a parameter that is a row (`request.query`) names the parameter, and counts as qualified.
 */
export function bareParameters({ parameters, body }: Pick<WrittenFunction, 'parameters' | 'body'>): string[] {
  const tokens = (body.match(TOKEN) ?? []).filter((token) => !token.startsWith('--')).map((token) =>
    token.toLowerCase()
  )
  const bare = new Set<string>()
  for (let index = 0; index < tokens.length; index++) {
    const [before, token, after] = [tokens[index - 1] ?? '', tokens[index]!, tokens[index + 1] ?? '']
    if (opensNames(tokens, index)) index = tokens.indexOf(')', index)
    else if (parameters.includes(token) && isReference(before, after)) bare.add(token)
  }
  return [...bare]
}

function isReference(before: string, after: string): boolean {
  if (after === '.' || after === '(' || after === '=>') return false
  // `set a = 1, b = 2`, `using message = '…', detail = '…'`: what stands left of the sign is a column or a setting.
  if (after === '=' && (before === 'set' || before === 'using' || before === ',')) return false
  return !NAMING.has(before) || ((before === 'set' || before === 'using') && after !== '=')
}

/** Whether a bracket opens a list of names: `insert into t (a, b)`, `on conflict (a)`, `unnest(x) as given (a, b)`. */
function opensNames(tokens: string[], index: number): boolean {
  if (tokens[index] !== '(') return false
  const [third, second, first] = [tokens[index - 3], tokens[index - 2], tokens[index - 1]]
  if (first === 'conflict' || second === 'as' || second === 'into') return true
  return second === '.' && (tokens[index - 4] === 'into' || third === 'into')
}
