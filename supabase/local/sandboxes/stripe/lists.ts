import { noSuch } from './errors.ts'
import type { Params } from './params.ts'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

/**
 * Pages through objects, newest first (https://docs.stripe.com/api/pagination), with the `created` filters.
 * @param also further parameters that the caller has read
 */
export function list<T extends { id: string; created: number }>(
  objects: T[],
  params: Params,
  path: string,
  also: string[] = [],
): () => unknown {
  params.only('limit', 'starting_after', 'ending_before', 'created', ...also)
  const limit = Math.min(params.integer('limit') ?? DEFAULT_LIMIT, MAX_LIMIT)
  const after = params.string('starting_after')
  const before = params.string('ending_before')
  const within = createdFilter(params)
  const matching = objects.filter((object) => within(object.created))
  const position = (id: string, param: string) => {
    const index = matching.findIndex((object) => object.id === id)
    if (index === -1) throw noSuch('object', id, param)
    return index
  }
  const page = before === null
    ? ((start) => ({ start, end: start + limit }))(after === null ? 0 : position(after, 'starting_after') + 1)
    : ((end) => ({ start: Math.max(0, end - limit), end }))(position(before, 'ending_before'))
  const hasMore = before === null ? page.end < matching.length : page.start > 0
  return () => ({ object: 'list', url: path, has_more: hasMore, data: matching.slice(page.start, page.end) })
}

function createdFilter(params: Params): (created: number) => boolean {
  if (typeof params.raw('created') === 'string') {
    const exact = params.integer('created', 0)
    return (created) => created === exact
  }
  const range = params.object('created')?.only('gt', 'gte', 'lt', 'lte')
  if (!range) return () => true
  const above = range.integer('gt', 0) ?? -Infinity
  const from = range.integer('gte', 0) ?? -Infinity
  const below = range.integer('lt', 0) ?? Infinity
  const to = range.integer('lte', 0) ?? Infinity
  return (created) => created > above && created >= from && created < below && created <= to
}
