import type { FileHandle } from 'node:fs/promises'
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { sendJson } from '../http.ts'
import type { Exchange, Handler, Route, StorageContext } from './context.ts'
import { invalidRange } from './errors.ts'
import type { ObjectRow } from './objects.ts'
import { type Access, findReadable } from './reading.ts'
import { readDownloadToken } from './tokens.ts'

/** Downloads, their HEAD forms, and what is known of an object without its bytes. */
export const downloadRoutes: Route[] = [
  {
    method: 'GET',
    pattern: '/object/public/:bucket/*',
    handle: download('public', 'storage.object.get_public'),
  },
  {
    method: 'GET',
    pattern: '/object/authenticated/:bucket/*',
    handle: download('authenticated', 'storage.object.get_authenticated'),
  },
  { method: 'GET', pattern: '/object/sign/:bucket/*', handle: downloadSigned },
  {
    method: 'GET',
    pattern: '/object/info/public/:bucket/*',
    handle: info('public', 'storage.object.info_public'),
  },
  {
    method: 'GET',
    pattern: '/object/info/authenticated/:bucket/*',
    handle: info('authenticated', 'object.get_authenticated_info'),
  },
  {
    method: 'GET',
    pattern: '/object/info/:bucket/*',
    handle: info('optional', 'object.get_authenticated_info'),
  },
  {
    method: 'GET',
    pattern: '/object/:bucket/*',
    handle: download('optional', 'storage.object.get_authenticated'),
  },
]

/** What a HEAD request is called; the odd names are upstream's. */
const HEAD_OPERATIONS: Record<Access, string> = {
  public: 'storage.object.info_public',
  authenticated: 'object.head_authenticated_info',
  optional: 'object.head_authenticated_info',
  signed: 'storage.object.get_signed',
}

function download(access: Access, operation: string): Handler {
  return async (storage, exchange) => {
    const isHead = exchange.req.method === 'HEAD'
    await deliver(
      storage,
      exchange,
      () => findReadable(storage, exchange, access, isHead ? HEAD_OPERATIONS[access] : operation),
    )
  }
}

async function downloadSigned(storage: StorageContext, exchange: Exchange): Promise<void> {
  const { bucket, key, query } = exchange
  const { expiresAt } = await readDownloadToken(storage.verifier, query, `${bucket}/${key}`)
  await deliver(
    storage,
    exchange,
    () => findReadable(storage, exchange, 'signed', 'storage.object.get_signed'),
    expiresAt,
  )
}

function info(access: Access, operation: string): Handler {
  return async (storage, exchange) => {
    const object = await findReadable(storage, exchange, access, operation)
    sendJson(exchange.res, 200, {
      id: object.id,
      name: object.name,
      version: object.version,
      bucket_id: object.bucket_id,
      size: object.metadata?.size ?? null,
      content_type: object.metadata?.mimetype ?? null,
      cache_control: object.metadata?.cacheControl ?? null,
      etag: object.metadata?.eTag ?? null,
      metadata: object.user_metadata ?? {},
      last_modified: object.updated_at,
      created_at: object.created_at,
    }, commonHeaders(object))
  }
}

/** The bytes of an object, opened, beside the row that names them. */
export interface OpenObject {
  object: ObjectRow
  file: FileHandle
}

/**
 * Opens the bytes of an object. Between finding the row and opening its file the object may be replaced, so the row is
 * looked up once more before the bytes count as missing.
 */
export async function openObject(
  storage: StorageContext,
  find: () => Promise<ObjectRow>,
): Promise<OpenObject | undefined> {
  let version: string | null | undefined
  for (;;) {
    const object = await find()
    if (object.version === version) return undefined
    version = object.version
    const file = await storage.files.read(version)
    if (file !== undefined) return { object, file }
  }
}

/** Answers that the row is there and the bytes are not. */
export function sendMissing(res: ServerResponse): void {
  const body = { error: 'Not found', message: 'The resource was not found', statusCode: '404' }
  sendJson(res, 400, body, { 'cache-control': 'no-store' })
}

async function deliver(
  storage: StorageContext,
  { req, res, query }: Exchange,
  find: () => Promise<ObjectRow>,
  expiresAt?: number,
): Promise<void> {
  const opened = await openObject(storage, find)
  if (opened === undefined) return sendMissing(res)
  const { object, file } = opened
  try {
    const { size } = await file.stat()
    const headers: OutgoingHttpHeaders = {
      'accept-ranges': 'bytes',
      'content-type': servedType(object.metadata?.mimetype),
      ...commonHeaders(object, expiresAt),
      ...disposition(query.get('download')),
    }
    if (isUnchanged(req.headers, object.metadata?.eTag, modifiedAt(object))) {
      res.writeHead(304, headers).end()
      return
    }
    const range = parseRange(req.headers.range, size)
    const { start, end } = range ?? { start: 0, end: size - 1 }
    res.writeHead(range === undefined ? 200 : 206, {
      ...headers,
      'content-length': end - start + 1,
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
    })
    if (req.method === 'HEAD' || size === 0) {
      res.end()
      return
    }
    await pipeline(file.createReadStream({ start, end, autoClose: false }), res)
  } catch (error) {
    // The reader went away; that is its right.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  } finally {
    await file.close()
  }
}

/**
 * The headers that an object is served with, whatever form it takes: all but Content-Type and Content-Length.
 * @param expiresAt for a signed URL, which tells when it ends instead of how to cache; in seconds since 1970
 */
export function commonHeaders(object: ObjectRow, expiresAt?: number): OutgoingHttpHeaders {
  const etag = object.metadata?.eTag
  return {
    ...(etag === undefined ? {} : { etag: sendable(etag, '') }),
    'last-modified': modifiedAt(object).toUTCString(),
    ...(expiresAt === undefined
      ? { 'cache-control': sendable(object.metadata?.cacheControl, 'no-cache') }
      : { expires: new Date(expiresAt * 1000).toUTCString() }),
    'x-robots-tag': sendable(object.metadata?.xRobotsTag, 'none'),
  }
}

const modifiedAt = (object: ObjectRow) => new Date(object.metadata?.lastModified ?? object.updated_at)

/** Metadata is what clients have sent; not all of it can be a header. */
function sendable(value: string | undefined, fallback: string): string {
  return value !== undefined && /^[\t\x20-\x7e]*$/.test(value) ? value : fallback
}

/** A page uploaded by someone must not run as one of this origin. */
function servedType(type: string | undefined): string {
  return type?.includes('text/html') ? 'text/plain' : sendable(type, 'application/octet-stream')
}

/** `?download` saves instead of showing; `?download=name` also says under which name. */
export function disposition(download: string | null): OutgoingHttpHeaders {
  if (download === null) return {}
  if (download === '') return { 'content-disposition': 'attachment;' }
  const name = encodeURIComponent(download)
  return { 'content-disposition': `attachment; filename=${name}; filename*=UTF-8''${name}` }
}

function isUnchanged(
  headers: IncomingHttpHeaders,
  etag: string | undefined,
  modified: Date,
): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) {
    return tags === '*' ||
      tags.split(',').some((tag) => etag !== undefined && bare(tag) === bare(etag))
  }
  const since = Date.parse(headers['if-modified-since'] ?? '')
  // HTTP dates count whole seconds.
  return Math.floor(modified.getTime() / 1000) * 1000 <= since
}

const bare = (tag: string) => tag.trim().replace(/^W\//, '').replaceAll('"', '')

/**
 * Reads one byte range. Several ranges, and other units, are answered with the whole object.
 * @throws {StorageError} InvalidRange when the range lies outside of the object
 */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (parts === null || (parts[1] === '' && parts[2] === '')) return undefined
  const start = parts[1] === '' ? Math.max(0, size - Number(parts[2])) : Number(parts[1])
  const end = parts[1] === '' || parts[2] === '' ? size - 1 : Math.min(Number(parts[2]), size - 1)
  if (start >= size || start > end) throw invalidRange()
  return { start, end }
}
