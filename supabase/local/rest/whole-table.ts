/**
 * Finds `DELETE` and `UPDATE` without a condition in SQL, as pg-safeupdate refuses them. Hosted projects load that
 * extension into every session of the API, so that it holds inside functions and triggers, too. It cannot be loaded
 * here: instead Postgres reports what such a transaction ran (auto_explain), and this reads the reports.
 */

/** A statement that changes every row of a table. */
export type WholeTableWrite = 'DELETE' | 'UPDATE'

const TOKEN = new RegExp(
  [
    /--[^\n]*/,
    /\/\*/,
    /[eE]'(?:\\[\s\S]|''|[^'\\])*'/,
    /'(?:''|[^'])*'/,
    /"(?:""|[^"])*"/,
    /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/,
    /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/,
    /\S/,
  ].map(({ source }) => source).join('|'),
  'g',
)

/** What a text consists of: words in lower case, names as they are quoted, strings, single signs. No comments. */
function tokensOf(sql: string): string[] {
  const tokens: string[] = []
  const token = new RegExp(TOKEN)
  for (let match = token.exec(sql); match !== null; match = token.exec(sql)) {
    const text = match[0]
    if (text.startsWith('--')) continue
    if (text === '/*') token.lastIndex = endOfComment(sql, match.index)
    else if (text.length > 1 && text.startsWith('$') && text.endsWith('$')) {
      const end = sql.indexOf(text, token.lastIndex)
      const stop = end === -1 ? sql.length : end
      tokens.push(`'${sql.slice(token.lastIndex, stop)}'`)
      token.lastIndex = stop + text.length
    } else tokens.push(/^["']|^[eE]'/.test(text) ? text : text.toLowerCase())
  }
  return tokens
}

/** Comments nest in SQL. */
function endOfComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  let depth = 0
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return sql.length
}

const isName = (token: string | undefined) => token !== undefined && /^["a-z_\u0080-\uffff]/.test(token)

/** Whether `update` at this place begins a statement: a table and `set` follow, which no lock or trigger has. */
function updatesTable(tokens: readonly string[], at: number): boolean {
  let next = at + 1
  if (tokens[next] === 'only') next++
  if (tokens[next] === '(') next++
  if (!isName(tokens[next]) || tokens[next] === 'set') return false
  next++
  while (tokens[next] === '.' && isName(tokens[next + 1])) next += 2
  if (tokens[next] === ')') next++
  if (tokens[next] === '*') next++
  if (tokens[next] === 'as') next++
  if (tokens[next] !== 'set' && isName(tokens[next])) next++
  return tokens[next] === 'set'
}

/** Whether a statement that begins here ends without a condition of its own. */
function isUnconditional(tokens: readonly string[], start: number): boolean {
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!
    if (token === '(' || token === '[') depth++
    else if (token === ')' || token === ']') depth--
    if (depth < 0) return true
    if (depth > 0) continue
    if (token === 'where') return false
    if (token === ';' || token === 'returning' || token === 'loop') return true
  }
  return true
}

function firstWrite(tokens: readonly string[]): WholeTableWrite | undefined {
  for (const [at, token] of tokens.entries()) {
    const kind = token === 'delete' && tokens[at + 1] === 'from'
      ? 'DELETE'
      : token === 'update' && updatesTable(tokens, at)
      ? 'UPDATE'
      : undefined
    if (kind !== undefined && isUnconditional(tokens, at + 1)) return kind
  }
  return undefined
}

/** The first `DELETE` or `UPDATE` without a `WHERE` in a text, which may hold several statements or a whole function. */
export const wholeTableWrite = (sql: string): WholeTableWrite | undefined => firstWrite(tokensOf(sql))

/**
 * Whether a function could change whole tables: it says so, or executes text that might. May be wrong about the latter,
 * never about what is written out.
 */
export function mayWriteWholeTable(source: string): boolean {
  const tokens = tokensOf(source)
  if (firstWrite(tokens) !== undefined) return true
  const executed = tokens.flatMap((token, at) => (token === 'execute' ? [tokens[at + 1] ?? ''] : []))
  if (executed.length === 0) return false
  // Text out of a variable or a function of one's own may be anything; of text that stands here, what it says counts.
  const comesFromElsewhere = executed.some((next) => isName(next) && !PUTS_TOGETHER.has(next))
  return comesFromElsewhere ||
    tokens.some((token) => /^[eE]?'/.test(token) && /\b(delete\s+from|update)\s(?!.*\bwhere\b)/is.test(token))
}

/** What may follow `execute` and takes the text as it stands; the last two name a trigger's function. */
const PUTS_TOGETHER = new Set(['format', 'concat', 'concat_ws', 'function', 'procedure', 'pg_catalog'])

/** How auto_explain begins a report in JSON. */
const REPORT = /^duration: [\d.]+ ms {2}plan:\n/

/** The text of the statement that a report of auto_explain is about; undefined where it is none. */
export function reportedStatement(notice: string): string | undefined {
  const plan = REPORT.exec(notice)
  if (plan === null) return undefined
  const { 'Query Text': text } = JSON.parse(notice.slice(plan[0].length)) as { 'Query Text'?: string }
  return text
}
