import { z } from 'zod'
import { sendJson } from '../http.ts'
import { flag, oneOf, readJson, readQuery, text, whole } from './body.ts'
import { ownerColumns, readCaller } from './caller.ts'
import type { Exchange, Route, StorageContext } from './context.ts'
import {
  bucketAlreadyExists,
  bucketNotEmpty,
  fromDatabase,
  invalidRole,
  noSuchBucket,
  notImplemented,
} from './errors.ts'
import { checkAllowedTypes, parseBucketLimit } from './limits.ts'
import { checkBucketName } from './names.ts'
import { factsOf, type Transaction } from './sessions.ts'

interface BucketRow {
  id: string
  name: string
  public: boolean
  owner: string | null
  created_at: Date
  updated_at: Date
  file_size_limit: number | null
  allowed_mime_types: string[] | null
  type: string
}

const limits = {
  public: flag.optional(),
  file_size_limit: z.union([z.null(), whole, text], 'must be integer').optional(),
  allowed_mime_types: z.array(text, 'must be array').nullable().optional(),
}
const NewBucket = z.object({
  name: text,
  id: text.optional(),
  type: oneOf('STANDARD', 'ANALYTICS').optional(),
  ...limits,
})
const BucketChange = z.object(limits).refine((change) => Object.keys(change).length > 0, {
  error: 'must NOT have fewer than 1 properties',
})
const BucketListing = z.object({
  limit: whole.min(1, 'must be >= 1').optional(),
  offset: whole.min(0, 'must be >= 0').optional(),
  search: text.optional(),
  sortColumn: oneOf('id', 'name', 'created_at', 'updated_at').optional(),
  sortOrder: oneOf('asc', 'desc').optional(),
})

/** How many objects one statement deletes while a bucket is emptied. */
const EMPTY_BATCH = 1000

/** Buckets: create, list, get, update, empty, delete. All as the caller, so that policies on storage.buckets decide. */
export const bucketRoutes: Route[] = [
  { method: 'POST', pattern: '/bucket', handle: createBucket },
  { method: 'GET', pattern: '/bucket', handle: listBuckets },
  { method: 'GET', pattern: '/bucket/:bucket', handle: getBucket },
  { method: 'PUT', pattern: '/bucket/:bucket', handle: updateBucket },
  { method: 'DELETE', pattern: '/bucket/:bucket', handle: deleteBucket },
  { method: 'POST', pattern: '/bucket/:bucket/empty', handle: emptyBucket },
]

async function createBucket(storage: StorageContext, { req, res, path }: Exchange): Promise<void> {
  const body = await readJson(req, NewBucket)
  const caller = await readCaller(req, storage.verifier)
  if (body.type === 'ANALYTICS') throw notImplemented('Storage for analytics')
  checkBucketName(body.name)
  checkBucketName(body.id ?? body.name)
  checkAllowedTypes(body.allowed_mime_types ?? [])
  const bucket = {
    id: body.id ?? body.name,
    name: body.name,
    public: body.public ?? false,
    file_size_limit: parseBucketLimit(body.file_size_limit ?? null, storage.fileSizeLimit),
    allowed_mime_types: body.allowed_mime_types ?? null,
    ...ownerColumns(caller.claims.sub),
  }
  try {
    await storage.sessions.run(caller, factsOf(req, path, 'storage.bucket.create'), async (tx) => {
      await tx`insert into storage.buckets ${tx(bucket)}`
    })
  } catch (error) {
    if (fromDatabase(error)?.code === 'ResourceAlreadyExists') throw bucketAlreadyExists()
    throw error
  }
  sendJson(res, 200, { name: bucket.name })
}

async function listBuckets(storage: StorageContext, { req, res, path, query }: Exchange): Promise<void> {
  const { limit, offset, search, sortColumn, sortOrder } = readQuery(query, BucketListing)
  const caller = await readCaller(req, storage.verifier)
  const buckets = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.bucket.list'),
    async (tx) =>
      await tx<BucketRow[]>`
        select ${bucketColumns(tx)} from storage.buckets
        where ${search ?? ''} = '' or name ilike ${`%${escapeLike(search ?? '')}%`}
        order by ${tx(sortColumn ?? 'name')} ${sortOrder === 'desc' ? tx`desc` : tx`asc`}
        limit ${limit ?? null} offset ${offset ?? 0}`,
  )
  sendJson(res, 200, buckets.map(show))
}

async function getBucket(storage: StorageContext, { req, res, path, bucket: id }: Exchange): Promise<void> {
  const caller = await readCaller(req, storage.verifier)
  const [bucket] = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.bucket.get'),
    async (tx) => await tx<BucketRow[]>`select ${bucketColumns(tx)} from storage.buckets where id = ${id}`,
  )
  if (bucket === undefined) throw noSuchBucket()
  // Only a listing says of which type a bucket is.
  const { type: _type, ...shown } = show(bucket)
  sendJson(res, 200, shown)
}

async function updateBucket(
  storage: StorageContext,
  { req, res, path, bucket: id }: Exchange,
): Promise<void> {
  const body = await readJson(req, BucketChange)
  const caller = await readCaller(req, storage.verifier)
  checkAllowedTypes(body.allowed_mime_types ?? [])
  const change = {
    ...(body.public === undefined ? {} : { public: body.public }),
    ...(body.file_size_limit === undefined
      ? {}
      : { file_size_limit: parseBucketLimit(body.file_size_limit, storage.fileSizeLimit) }),
    ...(body.allowed_mime_types === undefined ? {} : { allowed_mime_types: body.allowed_mime_types }),
    updated_at: new Date(),
  }
  const { count } = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.bucket.update'),
    async (tx) => await tx`update storage.buckets set ${tx(change)} where id = ${id}`,
  )
  if (count === 0) throw noSuchBucket()
  sendJson(res, 200, { message: 'Successfully updated' })
}

async function deleteBucket(
  storage: StorageContext,
  { req, res, path, bucket: id }: Exchange,
): Promise<void> {
  const caller = await readCaller(req, storage.verifier)
  const facts = factsOf(req, path, 'storage.bucket.delete')
  const [visible] = await storage.sessions.run(
    caller,
    facts,
    async (tx) => await tx`select 1 from storage.buckets where id = ${id}`,
  )
  if (visible === undefined) throw noSuchBucket()
  // Whether a bucket is empty does not depend on who asks.
  const [object] = await storage.sessions.run(
    storage.service,
    facts,
    async (tx) => await tx`select 1 from storage.objects where bucket_id = ${id} limit 1`,
  )
  if (object !== undefined) throw bucketNotEmpty()
  const { count } = await storage.sessions.run(
    caller,
    facts,
    async (tx) => await tx`delete from storage.buckets where id = ${id}`,
  )
  if (count === 0) throw noSuchBucket()
  sendJson(res, 200, { message: 'Successfully deleted' })
}

/** Only the service key empties a bucket. Upstream does it in the background; here it happens at once. */
async function emptyBucket(storage: StorageContext, { req, res, path, bucket: id }: Exchange): Promise<void> {
  await readJson(req, z.unknown())
  const caller = await readCaller(req, storage.verifier)
  if (caller.role !== storage.service.role) throw invalidRole()
  const facts = factsOf(req, path, 'storage.bucket.empty')
  const [bucket] = await storage.sessions.run(
    caller,
    facts,
    async (tx) => await tx`select 1 from storage.buckets where id = ${id}`,
  )
  if (bucket === undefined) throw noSuchBucket()
  let deleted: { version: string | null }[]
  do {
    deleted = await storage.sessions.run(
      caller,
      facts,
      async (tx) =>
        await tx<{ version: string | null }[]>`
          delete from storage.objects
          where id in (select id from storage.objects where bucket_id = ${id} limit ${EMPTY_BATCH})
          returning version`,
    )
    await storage.files.remove(deleted.map((row) => row.version))
  } while (deleted.length > 0)
  sendJson(res, 200, { message: 'Empty bucket has been queued. Completion may take up to an hour.' })
}

const bucketColumns = (tx: Transaction) =>
  tx`id, name, public, owner, created_at, updated_at, file_size_limit, allowed_mime_types, type`

/** A bucket as clients see it: an owner that is not there is an empty text. */
function show(bucket: BucketRow) {
  return { ...bucket, owner: bucket.owner ?? '' }
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&')
