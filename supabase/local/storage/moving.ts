import type postgres from 'postgres'
import { z } from 'zod'
import { sendJson } from '../http.ts'
import { flag, readJson, text } from './body.ts'
import { ownerColumns, readCaller } from './caller.ts'
import type { Exchange, Route, StorageContext } from './context.ts'
import { asKeyError, isRefusal, keyAlreadyExists, noSuchBucket, noSuchKey } from './errors.ts'
import type { ObjectMetadata } from './metadata.ts'
import { checkKey } from './names.ts'
import {
  findBucket,
  findObject,
  lockKeys,
  type ObjectRow,
  type ObjectWrite,
  probeWrite,
  upsertObject,
} from './objects.ts'
import { factsOf, type RequestFacts } from './sessions.ts'

const Place = {
  bucketId: text,
  sourceKey: text,
  destinationKey: text,
  destinationBucket: text.optional(),
}
const Move = z.object(Place)
const Copy = z.object({
  ...Place,
  copyMetadata: flag.optional(),
  metadata: z.object({ cacheControl: text.optional(), mimetype: text.optional() }, 'must be object')
    .optional(),
})

/** Moves and copies. */
export const movingRoutes: Route[] = [
  { method: 'POST', pattern: '/object/move', handle: move },
  { method: 'POST', pattern: '/object/copy', handle: copy },
]

/** Renames an object, possibly into another bucket. Its id stays. */
async function move(storage: StorageContext, { req, res, path }: Exchange): Promise<void> {
  const body = await readJson(req, Move)
  const caller = await readCaller(req, storage.verifier)
  checkKey(body.destinationKey)
  const facts = factsOf(req, path, 'storage.object.move')
  const target = { bucket_id: body.destinationBucket ?? body.bucketId, name: body.destinationKey }
  const source = `${body.bucketId}/${body.sourceKey}`
  const destination = `${target.bucket_id}/${target.name}`
  await requireBuckets(storage, facts, body.bucketId, target.bucket_id)

  if (source === destination) {
    const object = await storage.sessions.run(
      caller,
      facts,
      (tx) => findObject(tx, body.bucketId, body.sourceKey),
    )
    if (object === undefined) throw noSuchKey()
    sendJson(res, 200, { message: 'Successfully moved' })
    return
  }

  // Needs the rights to see and to update the source, and that the result may stand at the destination.
  const { count } = await storage.sessions.probe(
    caller,
    facts,
    async (tx) =>
      await tx`
        update storage.objects set ${tx({ ...target, version: '1', ...ownerColumns(caller.claims.sub) })}
        where bucket_id = ${body.bucketId} and name = ${body.sourceKey}`,
  ).catch(asKeyError)
  if (count === 0) throw noSuchKey()

  let version: string | undefined
  try {
    const replaced = await storage.sessions.run(storage.service, facts, async (tx) => {
      await lockKeys(tx, source, destination)
      const object = await findObject(tx, body.bucketId, body.sourceKey)
      if (object === undefined) throw noSuchKey()
      version = await storage.files.duplicate(object.version)
      if (version === undefined) throw noSuchKey()
      await tx`
        update storage.objects set ${tx({ ...target, version, ...ownerColumns(caller.claims.sub) })}
        where id = ${object.id}`
      return object.version
    })
    await storage.files.remove([replaced])
  } catch (error) {
    // Where nobody knows whether the row was committed, the sweep decides about its bytes.
    if (version !== undefined && isRefusal(error)) await storage.files.remove([version])
    asKeyError(error)
  }
  sendJson(res, 200, { message: 'Successfully moved' })
}

/** Copies an object, possibly into another bucket. The copy belongs to the caller. */
async function copy(storage: StorageContext, { req, res, path }: Exchange): Promise<void> {
  const body = await readJson(req, Copy)
  const caller = await readCaller(req, storage.verifier)
  checkKey(body.destinationKey)
  const facts = factsOf(req, path, 'storage.object.copy')
  const upsert = req.headers['x-upsert'] === 'true'
  const target = { bucket_id: body.destinationBucket ?? body.bucketId, name: body.destinationKey }
  const destination = `${target.bucket_id}/${target.name}`
  await requireBuckets(storage, facts, body.bucketId, target.bucket_id)

  const source = await storage.sessions.run(
    caller,
    facts,
    (tx) => findObject(tx, body.bucketId, body.sourceKey),
  )
  if (source === undefined) throw noSuchKey()
  const write: ObjectWrite = {
    ...target,
    ...ownerColumns(caller.claims.sub),
    version: '1',
    metadata: { ...source.metadata, ...chosen(body.metadata) },
    user_metadata: body.copyMetadata === false
      ? userMetadataOf(req.headers['x-metadata'])
      : source.user_metadata,
  }
  await probeWrite(storage.sessions, caller, facts, write, upsert)

  const version = await storage.files.duplicate(source.version)
  if (version === undefined) throw noSuchKey()
  let copied: ObjectRow | undefined
  try {
    const replaced = await storage.sessions.run(storage.service, facts, async (tx) => {
      await lockKeys(tx, destination)
      const existing = await findObject(tx, target.bucket_id, target.name)
      if (existing !== undefined && !upsert) throw keyAlreadyExists()
      const metadata = { ...write.metadata, lastModified: new Date().toISOString() }
      copied = await upsertObject(tx, { ...write, version, metadata })
      return existing?.version ?? null
    })
    await storage.files.remove([replaced])
  } catch (error) {
    if (isRefusal(error)) await storage.files.remove([version])
    asKeyError(error)
  }
  const { owner, owner_id, ...rest } = copied!
  sendJson(res, 200, {
    Id: rest.id,
    Key: destination,
    ...rest,
    owner: owner ?? '',
    owner_id: owner_id ?? '',
  })
}

async function requireBuckets(
  storage: StorageContext,
  facts: RequestFacts,
  ...ids: string[]
): Promise<void> {
  await storage.sessions.run(storage.service, facts, async (tx) => {
    for (const id of new Set(ids)) {
      if (await findBucket(tx, id) === undefined) throw noSuchBucket()
    }
  })
}

function chosen(
  metadata: { cacheControl?: string | undefined; mimetype?: string | undefined } | undefined,
): Partial<ObjectMetadata> {
  return {
    ...(metadata?.cacheControl === undefined ? {} : { cacheControl: metadata.cacheControl }),
    ...(metadata?.mimetype === undefined ? {} : { mimetype: metadata.mimetype }),
  }
}

function userMetadataOf(header: string | string[] | undefined): postgres.JSONValue | null {
  if (typeof header !== 'string') return null
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as postgres.JSONValue
  } catch {
    return null
  }
}
