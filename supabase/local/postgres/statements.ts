/**
 * Splits an SQL script into its statements, as the official CLI records them: without the semicolons, comments kept.
 * Knows strings, quoted names, dollar quotes, nested comments, and the bodies of `begin atomic … end` functions.
 */
export function splitStatements(script: string): string[] {
  const statements: string[] = []
  let start = 0
  let depth = 0 // of `begin atomic` and the `case`s within it
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(script); match !== null; match = TOKEN.exec(script)) {
    const token = match[0]
    if (token === '/*') TOKEN.lastIndex = endOfComment(script, match.index)
    else if (token.startsWith('$')) {
      const end = script.indexOf(token, TOKEN.lastIndex)
      TOKEN.lastIndex = end === -1 ? script.length : end + token.length
    } else if (/^begin/i.test(token)) depth++
    else if (/^case$/i.test(token) && depth > 0) depth++
    else if (/^end$/i.test(token) && depth > 0) depth--
    else if (token === ';' && depth === 0) {
      statements.push(script.slice(start, match.index).trim())
      start = TOKEN.lastIndex
    }
  }
  statements.push(script.slice(start).trim())
  return statements.filter((statement) => !isBlank(statement))
}

/** Everything that may hide a semicolon, and the words that open and close a body. */
const TOKEN = new RegExp(
  [
    /--[^\n]*/,
    /\/\*/,
    /\b[eE]'(?:\\[\s\S]|''|[^'\\])*'/,
    /'(?:''|[^'])*'/,
    /"(?:""|[^"])*"/,
    /(?<![\w$])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/,
    /\bbegin\s+atomic\b/,
    /\bcase\b/,
    /\bend\b/,
    /;/,
  ].map(({ source }) => source).join('|'),
  'gi',
)

/** Comments nest in SQL. */
function endOfComment(script: string, start: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  let depth = 0
  for (let match = mark.exec(script); match !== null; match = mark.exec(script)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return script.length
}

function isBlank(statement: string): boolean {
  return statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() === ''
}
