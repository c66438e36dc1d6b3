/** Rows asked for: `limit`, `offset` and the Range header, which mean the same thing. */

/** Which rows, in order, are wanted. */
export interface RowRange {
  readonly offset: number
  /** Undefined: all of them. */
  readonly limit: number | undefined
}

/** No limit at all. */
export const ALL_ROWS: RowRange = { offset: 0, limit: undefined }

/** Whether there is no limit at all. */
export const isAllRows = ({ offset, limit }: RowRange): boolean => offset === 0 && limit === undefined

/** Never more than `maxRows`. */
export function restrict(range: RowRange, maxRows: number | undefined): RowRange {
  if (maxRows === undefined) return range
  return { offset: range.offset, limit: Math.min(range.limit ?? maxRows, maxRows) }
}

/** The rows that are in both. A negative limit says that there are none. */
export function intersect(left: RowRange, right: RowRange): RowRange {
  const offset = Math.max(left.offset, right.offset)
  const end = Math.min(endOf(left), endOf(right))
  return { offset, limit: end === Infinity ? undefined : end - offset }
}

const endOf = (range: RowRange) => (range.limit === undefined ? Infinity : range.offset + range.limit)

/** Reads a Range header such as `0-9` or `10-`; anything else asks for all rows. */
export function parseRangeHeader(header: string | undefined): RowRange {
  const match = header === undefined ? null : /^([0-9]+)-([0-9]*)$/.exec(header)
  if (match === null) return ALL_ROWS
  const offset = Number(match[1])
  return { offset, limit: match[2] === '' ? undefined : Number(match[2]) - offset + 1 }
}

/** The Content-Range header, `0-9/57`. */
export function contentRange(lower: number, upper: number, total: number | undefined): string {
  const rows = total !== 0 && lower <= upper ? `${lower}-${upper}` : '*'
  return `${rows}/${total ?? '*'}`
}

/** The status of a read: partial where the total is known and not all of it was given. */
export function rangeStatus(offset: number, rows: number, total: number | undefined): 200 | 206 | 416 {
  if (total === undefined) return 200
  if (offset > total) return 416
  return rows < total ? 206 : 200
}
