import { z } from 'zod'
import { sendJson } from '../http.ts'
import { flag, oneOf, readJson, text, whole } from './body.ts'
import { readCaller } from './caller.ts'
import type { Exchange, Route, StorageContext } from './context.ts'
import { invalidParameter } from './errors.ts'
import { factsOf } from './sessions.ts'

/** The longest page of a listing by folder. */
const LONGEST_PAGE = 1500

/** The longest page of a listing by key. */
const LONGEST_PAGE_V2 = 1000

const Listing = z.object({
  prefix: text,
  limit: whole.min(1, 'must be >= 1').optional(),
  offset: whole.min(0, 'must be >= 0').optional(),
  search: text.optional(),
  sortBy: z.object({
    column: oneOf('name', 'updated_at', 'created_at', 'last_accessed_at').optional(),
    order: oneOf('asc', 'desc').optional(),
  }, 'must be object').optional(),
})

const ListingV2 = z.object({
  prefix: text.optional(),
  limit: whole.min(1, 'must be >= 1').optional(),
  cursor: text.optional(),
  with_delimiter: flag.optional(),
  sortBy: z.object({
    column: oneOf('name', 'updated_at', 'created_at').optional(),
    order: oneOf('asc', 'desc').optional(),
  }, 'must be object').optional(),
})

interface Entry {
  name: string
  id: string | null
  updated_at: Date | null
  created_at: Date | null
  last_accessed_at: Date | null
  metadata: unknown
}

/** Where the next page of a listing begins, and how that listing was sorted. */
interface Cursor {
  startAfter: string
  order: 'asc' | 'desc'
  column: 'name' | 'created_at' | 'updated_at'
  /** The sorted instant of the last entry, ISO 8601; empty when sorting by name. */
  instant: string
}

/** Listings, filtered by the caller's policies. */
export const listingRoutes: Route[] = [
  { method: 'POST', pattern: '/object/list/:bucket', handle: list },
  { method: 'POST', pattern: '/object/list-v2/:bucket', handle: listV2 },
]

/** One folder: its objects and the folders in it, under their names within the folder. */
async function list(storage: StorageContext, { req, res, path, bucket }: Exchange): Promise<void> {
  const { prefix, limit, offset, search, sortBy } = await readJson(req, Listing)
  const caller = await readCaller(req, storage.verifier)
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  const levels = folder.split('/').length
  const entries = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.object.list'),
    async (tx) =>
      await tx<Entry[]>`
        select name, id, updated_at, created_at, last_accessed_at, metadata
        from storage.search(
          ${folder}, ${bucket}, ${Math.min(limit ?? 100, LONGEST_PAGE)}, ${levels}, ${offset ?? 0},
          ${search ?? ''}, ${sortBy?.column ?? 'name'}, ${sortBy?.order ?? 'asc'}
        )`,
  )
  sendJson(res, 200, entries)
}

/** All keys with a prefix, page by page; with a delimiter, folders stand for the keys below them. */
async function listV2(storage: StorageContext, { req, res, path, bucket }: Exchange): Promise<void> {
  const { prefix = '', limit, cursor, with_delimiter, sortBy } = await readJson(req, ListingV2)
  const caller = await readCaller(req, storage.verifier)
  const size = Math.min(limit ?? LONGEST_PAGE_V2, LONGEST_PAGE_V2)
  const from: Cursor = cursor === undefined || cursor === ''
    ? { startAfter: '', order: sortBy?.order ?? 'asc', column: sortBy?.column ?? 'name', instant: '' }
    : readCursor(cursor)
  const entries = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.object.list_v2'),
    async (tx) =>
      await tx<(Entry & { key: string })[]>`
        select key, name, id, updated_at, created_at, last_accessed_at, metadata
        from storage.search_v2(
          ${prefix}, ${bucket}, ${size + 1}, ${with_delimiter === true ? prefix.split('/').length : null},
          ${from.startAfter}, ${from.order}, ${from.column}, ${from.instant}
        )`,
  )
  const hasNext = entries.length > size
  const page = entries.slice(0, size)
  const last = page.at(-1)
  sendJson(res, 200, {
    hasNext,
    ...(hasNext && last !== undefined
      ? { nextCursor: writeCursor(from, last), nextCursorKey: last.name }
      : {}),
    folders: page.filter((entry) => entry.id === null),
    objects: page.filter((entry) => entry.id !== null),
  })
}

function writeCursor(from: Cursor, last: Entry): string {
  const instant = from.column === 'name' ? null : last[from.column]
  const lines = [`l:${last.name}`, `o:${from.order}`, `c:${from.column}`]
  if (instant !== null) lines.push(`a:${instant.toISOString()}`)
  return Buffer.from(lines.join('\n')).toString('base64')
}

function readCursor(text: string): Cursor {
  const lines = new Map(
    Buffer.from(text, 'base64').toString('utf8').split('\n').map((line) => [line.slice(0, 2), line.slice(2)]),
  )
  const column = lines.get('c:') ?? 'name'
  const instant = lines.get('a:') ?? ''
  const startAfter = lines.get('l:')
  const isKnown = column === 'name' || column === 'created_at' || column === 'updated_at'
  if (startAfter === undefined || !isKnown || (instant !== '' && Number.isNaN(Date.parse(instant)))) {
    throw invalidParameter('Invalid continuation token')
  }
  return { startAfter, order: lines.get('o:') === 'desc' ? 'desc' : 'asc', column, instant }
}
