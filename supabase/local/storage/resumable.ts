import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { MemoryLocker, Metadata, Server, type ServerOptions, type Upload } from '@tus/server'
import type postgres from 'postgres'
import { type Caller, ownerColumns, readCaller } from './caller.ts'
import type { Handler, Route, StorageContext } from './context.ts'
import { fromDatabase, invalidRequest, invalidSignature, RequestError, StorageError } from './errors.ts'
import { checkType } from './limits.ts'
import { describe } from './metadata.ts'
import { probeWrite } from './objects.ts'
import { readUploadId, type ResumableStore, writeUploadId } from './resumable-store.ts'
import { factsOf, type RequestFacts } from './sessions.ts'
import { verifyUploadToken } from './tokens.ts'
import { bucketOf, parseUserMetadata, sizeLimitOf, writeObject } from './uploads.ts'

/** Where clients find this protocol, as seen from outside the gateway: what `Location` begins with. */
const PUBLIC_PATH = '/storage/v1/upload/resumable'
const PATH = '/upload/resumable'
const SIGNED = `${PATH}/sign`

/** The type of bytes that nobody has named one for. */
const ANY_TYPE = 'application/octet-stream'

/** What is known of one request beside what the protocol's server reads of it. */
interface Request {
  storage: StorageContext
  /** Whose rights decide; absent where a signature has decided before. */
  caller: Caller | undefined
  /** The token of a signed URL; absent on the routes that are not signed. */
  signature: string | undefined
  facts: RequestFacts
  upsert: boolean
  owner: string | undefined
}

/** The operation that policies see, by method. */
const OPERATIONS: Record<string, string> = {
  POST: 'storage.tus.upload.create',
  PATCH: 'storage.tus.upload.part',
  HEAD: 'storage.tus.upload.get',
  DELETE: 'storage.tus.upload.delete',
  OPTIONS: 'storage.tus.options',
}

/** Resumable uploads: the protocol TUS 1.0, with the caller's own rights and with signed URLs. */
export function resumableRoutes(store: ResumableStore): Route[] {
  const requests = new WeakMap<IncomingMessage, Request>()
  const server = createTusServer(store, requests)
  const serve = (signed: boolean): Handler => async (storage, { req, res, path }) => {
    const operation = OPERATIONS[req.method ?? '']
    if (operation === undefined) {
      throw new RequestError(`Route ${req.method}:${req.url} not found`, 'Not Found', 404)
    }
    const isOpen = signed || req.method === 'OPTIONS'
    const caller = isOpen ? undefined : await readCaller(req, storage.verifier)
    requests.set(req, {
      storage,
      caller,
      signature: signed ? String(req.headers['x-signature'] ?? '') : undefined,
      facts: factsOf(req, path, signed ? `${operation}_signed` : operation),
      upsert: req.headers['x-upsert'] === 'true',
      owner: caller?.claims.sub,
    })
    await server.handle(req, res)
  }
  return (['POST', 'PATCH', 'GET', 'DELETE', 'OPTIONS'] as const).flatMap((method) => [
    { method, pattern: SIGNED, handle: serve(true) },
    { method, pattern: `${SIGNED}/*`, handle: serve(true) },
    { method, pattern: PATH, handle: serve(false) },
    { method, pattern: `${PATH}/*`, handle: serve(false) },
  ])
}

type HookRequest = Parameters<NonNullable<ServerOptions['onIncomingRequest']>>[0]

/** The protocol's server. Policies, limits and rows are those of every other upload. */
function createTusServer(store: ResumableStore, requests: WeakMap<IncomingMessage, Request>): Server {
  const nodeOf = (req: HookRequest) => req.runtime!.node!.req as IncomingMessage
  const requestOf = (req: HookRequest) => requests.get(nodeOf(req))!
  const bucketIn = (request: Request, id: string) =>
    bucketOf(request.storage, request.facts, readUploadId(id).bucket)

  return new Server({
    path: PATH,
    datastore: store,
    disableTerminationForFinishedUploads: true,
    respectForwardedHeaders: true,
    allowedHeaders: ['Authorization', 'X-Upsert', 'Upload-Expires', 'ApiKey', 'x-signature'],
    exposedHeaders: ['Upload-Expires', 'Tus-Complete'],
    locker: new MemoryLocker(),
    namingFunction: (_req, metadata) => {
      if (metadata === undefined) throw invalidRequest('Metadata header is required')
      const { bucketName, objectName } = metadata
      const id = writeUploadId({ bucket: bucketName ?? '', key: objectName ?? '', version: randomUUID() })
      readUploadId(id)
      return id
    },
    generateUrl: (req, { proto, host, id }) => {
      const folder = requestOf(req).signature === undefined ? PUBLIC_PATH : `${PUBLIC_PATH}/sign`
      return `${proto}://${host}${folder}/${Buffer.from(id).toString('base64url')}`
    },
    getFileIdFromRequest: (req) => {
      const folder = requestOf(req).signature === undefined ? PATH : SIGNED
      const [path] = nodeOf(req).url!.split('?') as [string]
      return Buffer.from(path.slice(folder.length).replaceAll('/', ''), 'base64url').toString('utf8')
    },
    maxSize: async (req, id) => {
      const request = requestOf(req)
      if (id === null) return request.storage.fileSizeLimit
      return sizeLimitOf(request.storage, await bucketIn(request, id))
    },
    onIncomingRequest: async (req, id) => {
      const request = requestOf(req)
      const { bucket, key } = readUploadId(id)
      if (request.signature !== undefined) {
        if (request.signature === '') throw invalidSignature('Missing x-signature header')
        const grant = await verifyUploadToken(request.storage.verifier, request.signature, `${bucket}/${key}`)
        Object.assign(request, grant)
        return
      }
      if (request.caller === undefined || req.method === 'HEAD') return
      const { metadata, size } = req.method === 'POST' ? declaredIn(req) : await store.getUpload(id)
      await probeWrite(request.storage.sessions, request.caller, request.facts, {
        bucket_id: bucket,
        name: key,
        ...ownerColumns(request.owner),
        version: '1',
        metadata: { mimetype: metadata?.['contentType'] ?? ANY_TYPE, contentLength: size ?? 0 },
        user_metadata: userMetadataOf(metadata),
      }, request.upsert)
    },
    onUploadCreate: async (req, { id, metadata = {} }) => {
      const bucket = await bucketIn(requestOf(req), id)
      checkType(metadata['contentType'] ?? ANY_TYPE, bucket.allowed_mime_types)
      const seconds = metadata['cacheControl'] ?? ''
      const cacheControl = /^-?\d+$/.test(seconds) ? `max-age=${seconds}` : 'no-cache'
      return { metadata: { ...metadata, cacheControl } }
    },
    onUploadFinish: async (req, upload) => {
      await finish(store, requestOf(req), upload)
      return { headers: { 'Tus-Complete': '1' } }
    },
    onResponseError: (_req, error) => {
      if (!(error instanceof Error)) return undefined
      const known = error instanceof StorageError ? error : fromDatabase(error)
      if (known === undefined) console.error('storage:', error)
      return { status_code: known?.statusCode ?? 500, body: known?.message ?? 'Internal Server Error' }
    },
  })
}

/** What a request that begins an upload says of it. */
function declaredIn(req: HookRequest): { metadata: Upload['metadata']; size: number | undefined } {
  const size = req.headers.get('upload-length')
  return {
    metadata: Metadata.parse(req.headers.get('upload-metadata') ?? undefined),
    size: size === null ? undefined : Number(size),
  }
}

function userMetadataOf(metadata: Upload['metadata']): postgres.JSONValue | null {
  const text = metadata?.['metadata']
  return typeof text === 'string' ? parseUserMetadata(text) : null
}

/** Makes the complete upload the object's content. One that was finished before stays as it is. */
async function finish(
  store: ResumableStore,
  { storage, facts, upsert, owner }: Request,
  { id, metadata }: Upload,
): Promise<void> {
  const file = await store.complete(id)
  if (file === undefined) return
  const { bucket, key } = readUploadId(id)
  await writeObject(
    storage,
    facts,
    {
      bucket_id: bucket,
      name: key,
      ...ownerColumns(owner),
      version: file.version,
      metadata: describe(file, {
        mimetype: metadata?.['contentType'] ?? ANY_TYPE,
        cacheControl: metadata?.['cacheControl'] ?? 'no-cache',
        xRobotsTag: undefined,
      }),
      user_metadata: userMetadataOf(metadata),
    },
    file,
    upsert,
  )
  await store.finish(id)
}
