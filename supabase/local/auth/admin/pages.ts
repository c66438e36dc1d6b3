import type { Call } from '../context.ts'
import { invalid } from '../errors.ts'

const DEFAULT_PER_PAGE = 50
const MAX_PER_PAGE = 1_000

/** Which rows the asked page holds; says in headers how many there are and where the neighbours are. */
export function paginate(call: Call, path: string, total: number): { limit: number; offset: number } {
  const page = Math.max(readNumber(call, 'page', 1), 1)
  const limit = Math.min(Math.max(readNumber(call, 'per_page', DEFAULT_PER_PAGE), 1), MAX_PER_PAGE)
  const last = Math.max(Math.ceil(total / limit), 1)
  // The page comes first: clients read what follows the first `=`.
  const link = (number: number, rel: string) => {
    const perPage = call.query.get('per_page') ? `&per_page=${limit}` : ''
    return `<${path}?page=${number}${perPage}>; rel="${rel}"`
  }
  call.headers['x-total-count'] = String(total)
  call.headers['link'] = [...(page < last ? [link(page + 1, 'next')] : []), link(last, 'last')].join(', ')
  return { limit, offset: (page - 1) * limit }
}

function readNumber(call: Call, name: string, byDefault: number): number {
  const text = call.query.get(name) ?? ''
  if (text === '') return byDefault
  if (!/^\d{1,15}$/.test(text)) {
    throw invalid(
      `Bad Pagination Parameters: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  }
  return Number(text)
}
