import { z } from 'zod'
import { sendJson } from '../http.ts'
import { readJson, text } from './body.ts'
import { readCaller } from './caller.ts'
import type { Exchange, Route, StorageContext } from './context.ts'
import { accessDenied, noSuchBucket, noSuchKey } from './errors.ts'
import { findBucket, findObject, objectColumns, type ObjectRow } from './objects.ts'
import { factsOf } from './sessions.ts'

const Removal = z.object({
  prefixes: z.array(
    // Newer clients may name a version beside the path; there is one version of each object here.
    z.union([text, z.object({ path: text })], 'must be string'),
    'must be array',
  ).min(1, 'must NOT have fewer than 1 items'),
})

/** Deletes, of one object or of several. */
export const removingRoutes: Route[] = [
  { method: 'DELETE', pattern: '/object/:bucket', handle: removeMany },
  { method: 'DELETE', pattern: '/object/:bucket/*', handle: removeOne },
]

/** Deletes what the caller may delete and answers with those rows; what is missing or hidden is left out. */
async function removeMany(
  storage: StorageContext,
  { req, res, path, bucket }: Exchange,
): Promise<void> {
  const { prefixes } = await readJson(req, Removal)
  const caller = await readCaller(req, storage.verifier)
  const keys = prefixes.map((entry) => typeof entry === 'string' ? entry : entry.path)
  const deleted = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.object.delete_many'),
    async (tx) =>
      await tx<ObjectRow[]>`
        delete from storage.objects where bucket_id = ${bucket} and name = any(${keys})
        returning ${objectColumns(tx)}`,
  )
  await storage.files.remove(deleted.map((object) => object.version))
  const position = new Map(keys.map((key, index) => [key, index]))
  deleted.sort((left, right) => position.get(left.name)! - position.get(right.name)!)
  sendJson(
    res,
    200,
    deleted.map(({ owner, owner_id, ...rest }) => ({
      ...rest,
      owner: owner ?? '',
      owner_id: owner_id ?? '',
    })),
  )
}

async function removeOne(
  storage: StorageContext,
  { req, res, path, bucket, key }: Exchange,
): Promise<void> {
  const caller = await readCaller(req, storage.verifier)
  const facts = factsOf(req, path, 'storage.object.delete')
  await storage.sessions.run(storage.service, facts, async (tx) => {
    if (await findBucket(tx, bucket) === undefined) throw noSuchBucket()
    if (await findObject(tx, bucket, key) === undefined) throw noSuchKey()
  })
  const deleted = await storage.sessions.run(
    caller,
    facts,
    async (tx) =>
      await tx<{ version: string | null }[]>`
        delete from storage.objects where bucket_id = ${bucket} and name = ${key} returning version`,
  )
  if (deleted.length === 0) throw accessDenied()
  await storage.files.remove(deleted.map((object) => object.version))
  sendJson(res, 200, { message: 'Successfully deleted' })
}
