import { NOBODY, readCaller, readOptionalCaller } from './caller.ts'
import type { Exchange, StorageContext } from './context.ts'
import { noSuchBucket, noSuchKey } from './errors.ts'
import { findBucket, findObject, type ObjectRow } from './objects.ts'
import { factsOf } from './sessions.ts'

/**
 * Who may read through a route: `public`, everyone, public buckets only; `authenticated`, a valid token is needed;
 * `optional`, without a valid token public buckets only; `signed`, the URL's signature has been checked.
 */
export type Access = 'public' | 'authenticated' | 'optional' | 'signed'

/**
 * Finds the object of a request that the caller may read. A public bucket is read by the platform itself; in any other
 * the caller's policies decide.
 * @throws {StorageError} NoSuchBucket or NoSuchKey, also for what the caller may not see
 */
export async function findReadable(
  storage: StorageContext,
  { req, path, bucket: bucketId, key }: Exchange,
  access: Access,
  operation: string,
): Promise<ObjectRow> {
  const caller = access === 'authenticated'
    ? await readCaller(req, storage.verifier)
    : access === 'optional'
    ? await readOptionalCaller(req, storage.verifier)
    : NOBODY
  const facts = factsOf(req, path, operation)
  const seen = await storage.sessions.run(storage.service, facts, async (tx) => {
    const bucket = await findBucket(tx, bucketId)
    if (bucket === undefined) throw noSuchBucket()
    const isOpen = bucket.public || access === 'signed'
    if (!isOpen && caller === NOBODY) throw noSuchBucket()
    return isOpen ? { object: await findObject(tx, bucketId, key) } : undefined
  })
  const object = seen === undefined
    ? await storage.sessions.run(caller, facts, (tx) => findObject(tx, bucketId, key))
    : seen.object
  if (object === undefined) throw noSuchKey()
  return object
}
