import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import busboy from 'busboy'
import type postgres from 'postgres'
import { sendJson } from '../http.ts'
import { type Caller, ownerColumns, readCaller } from './caller.ts'
import type { Exchange, Route, StorageContext } from './context.ts'
import {
  asKeyError,
  entityTooLarge,
  invalidRequest,
  isRefusal,
  keyAlreadyExists,
  noSuchBucket,
} from './errors.ts'
import type { StagedFile } from './files.ts'
import { checkType } from './limits.ts'
import { describe } from './metadata.ts'
import { checkKey } from './names.ts'
import { checkRobotsTag } from './robots.ts'
import {
  type Bucket,
  findBucket,
  findObject,
  lockKeys,
  type ObjectWrite,
  probeWrite,
  upsertObject,
} from './objects.ts'
import { factsOf, type RequestFacts } from './sessions.ts'
import { readUploadToken, signUploadToken } from './tokens.ts'

/** A file as a client has sent it. */
interface Upload {
  file: StagedFile
  mimetype: string
  cacheControl: string
  xRobotsTag: string | undefined
  userMetadata: postgres.JSONValue | null
}

/** Studio keeps empty folders alive with an empty object of this name. */
const FOLDER_PLACEHOLDER = '.emptyFolderPlaceholder'

/** The longest metadata a client may attach, in bytes. */
const LONGEST_USER_METADATA = 1024 * 1024

/** Uploads: new objects, updates, and both through signed URLs. */
export const uploadRoutes: Route[] = [
  { method: 'POST', pattern: '/object/upload/sign/:bucket/*', handle: signUpload },
  { method: 'PUT', pattern: '/object/upload/sign/:bucket/*', handle: uploadSigned },
  { method: 'POST', pattern: '/object/:bucket/*', handle: upload },
  { method: 'PUT', pattern: '/object/:bucket/*', handle: update },
]

async function upload(storage: StorageContext, exchange: Exchange): Promise<void> {
  const caller = await readCaller(exchange.req, storage.verifier)
  const facts = factsOf(exchange.req, exchange.path, 'storage.object.upload')
  const id = await receiveObject(storage, exchange, facts, caller, isUpsert(exchange.req))
  sendJson(exchange.res, 200, { Id: id, Key: `${exchange.bucket}/${exchange.key}` })
}

async function update(storage: StorageContext, exchange: Exchange): Promise<void> {
  const caller = await readCaller(exchange.req, storage.verifier)
  const facts = factsOf(exchange.req, exchange.path, 'storage.object.upload_update')
  const id = await receiveObject(storage, exchange, facts, caller, true)
  sendJson(exchange.res, 200, { Id: id, Key: `${exchange.bucket}/${exchange.key}` })
}

/** Answers with a URL that whoever holds it may upload to, once the caller has been found to be allowed to. */
async function signUpload(storage: StorageContext, exchange: Exchange): Promise<void> {
  const { req, res, bucket, key } = exchange
  const caller = await readCaller(req, storage.verifier)
  checkKey(key)
  const facts = factsOf(req, exchange.path, 'storage.object.sign_upload_url')
  await bucketOf(storage, facts, bucket)
  const upsert = isUpsert(req)
  const owner = caller.claims.sub
  await probeWrite(storage.sessions, caller, facts, {
    bucket_id: bucket,
    name: key,
    ...ownerColumns(owner),
    version: '1',
    metadata: {},
    user_metadata: null,
  }, upsert)
  const token = await signUploadToken(storage.keys, { owner, url: `${bucket}/${key}`, upsert })
  sendJson(res, 200, { url: `/object/upload/sign/${bucket}/${key}?token=${token}`, token })
}

async function uploadSigned(storage: StorageContext, exchange: Exchange): Promise<void> {
  const { req, res, query, bucket, key } = exchange
  const grant = await readUploadToken(storage.verifier, query, `${bucket}/${key}`)
  const facts = factsOf(req, exchange.path, 'storage.object.upload_signed')
  // Whether the upload is allowed was decided when the URL was signed.
  await receiveObject(storage, exchange, facts, undefined, grant.upsert, grant.owner)
  sendJson(res, 200, { Key: `${bucket}/${key}` })
}

const isUpsert = (req: IncomingMessage) => req.headers['x-upsert'] === 'true'

/**
 * Receives the body of a request and makes it the object's content.
 * @param caller whose rights decide; absent when they were decided before
 * @returns the object's id
 */
async function receiveObject(
  storage: StorageContext,
  { req, bucket: bucketId, key }: Exchange,
  facts: RequestFacts,
  caller: Caller | undefined,
  upsert: boolean,
  owner = caller?.claims.sub,
): Promise<string> {
  checkKey(key)
  const bucket = await bucketOf(storage, facts, bucketId)
  const { file, userMetadata, ...description } = await receive(storage, req, bucket, key)
  const write: ObjectWrite = {
    bucket_id: bucketId,
    name: key,
    ...ownerColumns(owner),
    version: file.version,
    metadata: describe(file, description),
    user_metadata: userMetadata,
  }
  try {
    if (caller !== undefined) {
      const metadata = { mimetype: description.mimetype, contentLength: file.size }
      await probeWrite(storage.sessions, caller, facts, { ...write, version: '1', metadata }, upsert)
    }
    return await writeObject(storage, facts, write, file, upsert)
  } finally {
    await storage.files.discard(file)
  }
}

/** The bucket of an upload, whoever calls. */
export async function bucketOf(storage: StorageContext, facts: RequestFacts, id: string): Promise<Bucket> {
  const bucket = await storage.sessions.run(storage.service, facts, (tx) => findBucket(tx, id))
  if (bucket === undefined) throw noSuchBucket()
  return bucket
}

/** Writes the row and gives the bytes their place, both or none. Returns the object's id. */
export async function writeObject(
  storage: StorageContext,
  facts: RequestFacts,
  write: ObjectWrite,
  file: StagedFile,
  upsert: boolean,
): Promise<string> {
  try {
    const { id, replaced } = await storage.sessions.run(storage.service, facts, async (tx) => {
      await lockKeys(tx, `${write.bucket_id}/${write.name}`)
      const existing = await findObject(tx, write.bucket_id, write.name)
      if (existing !== undefined && !upsert) throw keyAlreadyExists()
      const { id } = await upsertObject(tx, write)
      await storage.files.keep(file)
      return { id, replaced: existing?.version ?? null }
    })
    await storage.files.remove([replaced])
    return id
  } catch (error) {
    // Where nobody knows whether the row was committed, the sweep decides about its bytes.
    if (isRefusal(error)) await storage.files.remove([file.version])
    return asKeyError(error)
  }
}

/** The largest object that a bucket takes, in bytes. */
export function sizeLimitOf(storage: StorageContext, bucket: Bucket): number {
  return Math.min(bucket.file_size_limit ?? storage.fileSizeLimit, storage.fileSizeLimit)
}

/** Receives a body of either form, checked against the bucket's limits. */
async function receive(
  storage: StorageContext,
  req: IncomingMessage,
  bucket: Bucket,
  key: string,
): Promise<Upload> {
  const isPlaceholder = key.split('/').at(-1) === FOLDER_PLACEHOLDER
  const limit = isPlaceholder ? 0 : sizeLimitOf(storage, bucket)
  const allowedTypes = isPlaceholder ? null : bucket.allowed_mime_types
  const robots = req.headers['x-robots-tag']
  const xRobotsTag = typeof robots === 'string' ? robots : undefined
  if (xRobotsTag !== undefined) checkRobotsTag(xRobotsTag)
  const isForm = req.headers['content-type']?.startsWith('multipart/form-data') === true
  const received = isForm
    ? await receiveForm(storage, req, limit, allowedTypes)
    : await receiveRaw(storage, req, limit, allowedTypes)
  return { ...received, xRobotsTag }
}

/** The body is the file; everything else stands in headers. */
async function receiveRaw(
  storage: StorageContext,
  req: IncomingMessage,
  limit: number,
  allowedTypes: string[] | null,
): Promise<Omit<Upload, 'xRobotsTag'>> {
  const mimetype = req.headers['content-type'] ?? 'application/octet-stream'
  checkType(mimetype, allowedTypes)
  if (Number(req.headers['content-length'] ?? 0) > limit) throw entityTooLarge()
  const header = req.headers['x-metadata']
  const userMetadata = typeof header === 'string'
    ? parseUserMetadata(Buffer.from(header, 'base64').toString('utf8'))
    : null
  const file = await storage.files.stage(req, limit)
  return { file, mimetype, cacheControl: req.headers['cache-control'] ?? 'no-cache', userMetadata }
}

/** The body is a form: text fields, and one file whose field name does not matter (supabase-js leaves it empty). */
async function receiveForm(
  storage: StorageContext,
  req: IncomingMessage,
  limit: number,
  allowedTypes: string[] | null,
): Promise<Omit<Upload, 'xRobotsTag'>> {
  const fields = new Map<string, string>()
  let staging: Promise<{ file: StagedFile; type: string }> | undefined
  const form = openForm(req)
  const parsed = new Promise<void>((resolve, reject) => {
    form.on('field', (name, value) => fields.set(name, value))
    form.on('file', (_name, stream: Readable, info) => {
      staging = storage.files.stage(stream, limit).then((file) => ({ file, type: info.mimeType }))
      staging.catch(reject)
    })
    form.once('error', (error: Error) => reject(invalidRequest(error.message)))
    req.once('error', reject)
    req.once('close', () => req.complete || reject(new Error('aborted')))
    form.once('close', resolve)
  })
  req.pipe(form)
  try {
    await parsed
  } catch (error) {
    req.unpipe(form)
    req.resume()
    form.destroy()
    await staging?.then(({ file }) => storage.files.discard(file), () => undefined)
    throw error
  }
  if (staging === undefined) throw invalidRequest('No content provided')
  const { file, type } = await staging
  try {
    const mimetype = fields.get('contentType') ?? type
    checkType(mimetype, allowedTypes)
    const seconds = fields.get('cacheControl')
    const metadata = fields.get('metadata') ?? fields.get('userMetadata')
    return {
      file,
      mimetype,
      cacheControl: seconds ? `max-age=${seconds}` : 'no-cache',
      userMetadata: metadata === undefined ? null : parseUserMetadata(metadata),
    }
  } catch (error) {
    await storage.files.discard(file)
    throw error
  }
}

function openForm(req: IncomingMessage): busboy.Busboy {
  try {
    return busboy({
      headers: req.headers,
      defParamCharset: 'utf8',
      limits: { files: 1, fields: 10, fieldSize: LONGEST_USER_METADATA + 1 },
    })
  } catch (error) {
    throw invalidRequest((error as Error).message)
  }
}

/** Metadata that is no JSON is ignored, as upstream ignores it. */
export function parseUserMetadata(json: string): postgres.JSONValue | null {
  if (json.length > LONGEST_USER_METADATA) {
    throw entityTooLarge('The user metadata exceeded the maximum allowed size')
  }
  try {
    return JSON.parse(json) as postgres.JSONValue
  } catch {
    return null
  }
}
