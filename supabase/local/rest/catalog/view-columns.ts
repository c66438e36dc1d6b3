/** Where the columns of a view come from, read out of the parsed query that Postgres keeps in `pg_rewrite`. */

/** A column that a view selects as it is. */
export interface ColumnOrigin {
  /** Number of the view's column. */
  readonly column: number
  /** Object id of the table or view it comes from. */
  readonly table: number
  /** Number of the column there. */
  readonly tableColumn: number
}

type Node = string | Node[] | Fields

interface Fields {
  [name: string]: Node
}

/**
 * Reads the target list of the outermost query.
 * @param query `pg_rewrite.ev_action::text` of the view's rule
 */
export function columnOrigins(query: string): ColumnOrigin[] {
  const [outermost] = readNodes(query) as Fields[][]
  const targets = outermost?.[0]?.['targetList']
  if (!Array.isArray(targets)) return []
  return (targets as Fields[])
    .map((entry) => ({
      column: Number(entry['resno']),
      table: Number(entry['resorigtbl']),
      tableColumn: Number(entry['resorigcol']),
    }))
    .filter((origin) => origin.table > 0 && origin.tableColumn > 0)
}

/** A node tree is made of `{TYPE :field value …}`, `(item …)` and words, where a backslash quotes one character. */
function readNodes(source: string): Node[] {
  const tokens = source.match(/[(){}]|(?:\\.|[^\s(){}\\])+/gs) ?? []
  let at = 0
  const readList = (close: string | undefined): Node[] => {
    const items: Node[] = []
    while (at < tokens.length && tokens[at] !== close) items.push(readNode())
    at += 1
    return items
  }
  const readNode = (): Node => {
    const token = tokens[at++]!
    if (token === '(') return readList(')')
    if (token !== '{') return token
    const fields: Fields = {}
    for (let field: string | undefined; at < tokens.length && tokens[at] !== '}';) {
      const isField = tokens[at]!.startsWith(':')
      const value = isField ? tokens[at++]! : readNode()
      if (isField) field = (value as string).slice(1)
      // A constant's bytes follow its field as several words; the first one is enough.
      else if (field !== undefined) fields[field] ??= value
    }
    at += 1
    return fields
  }
  return readList(undefined)
}
