import type { ServerResponse } from 'node:http'
import postgres from 'postgres'
import { sendJson } from '../http.ts'

/** The machine codes of Storage's errors, as upstream names them. */
export type ErrorCode =
  | 'NoSuchBucket'
  | 'NoSuchKey'
  | 'BucketAlreadyExists'
  | 'KeyAlreadyExists'
  | 'ResourceAlreadyExists'
  | 'AccessDenied'
  | 'ResourceNotEmpty'
  | 'InvalidKey'
  | 'InvalidBucketName'
  | 'InvalidMimeType'
  | 'InvalidXRobotsTag'
  | 'EntityTooLarge'
  | 'InvalidJWT'
  | 'InvalidSignature'
  | 'InvalidRequest'
  | 'InvalidRange'
  | 'InvalidParameter'
  | 'ResourceLocked'
  | 'LockTimeout'
  | 'DatabaseTimeout'
  | 'DatabaseError'
  | 'DatabaseInvalidObjectDefinition'
  | 'DatabaseSchemaMismatch'
  | 'DatabaseReadOnly'
  | 'SlowDown'
  | 'ImageProcessingError'
  | 'NotImplemented'
  | 'InternalError'

/**
 * An error that Storage answers with. The body carries `statusCode`, the status a reader would expect; the HTTP status
 * itself is 400 for nearly everything, because that is what clients of Supabase are used to.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  /** The machine code, body field `code`. */
  readonly code: ErrorCode
  /** What the body calls the status. */
  readonly statusCode: number
  /** The short phrase in the body field `error`. */
  readonly error: string
  /** The HTTP status, where it is not the usual one. */
  readonly httpStatus: number | undefined

  constructor(
    code: ErrorCode,
    statusCode: number,
    error: string,
    message: string,
    options?: ErrorOptions & { httpStatus?: number },
  ) {
    super(message, options)
    this.httpStatus = options?.httpStatus
    this.code = code
    this.statusCode = statusCode
    this.error = error
  }
}

/** A request that does not fit the shape its route asks for; answered as the upstream router words it. */
export class RequestError extends Error {
  /** The body field `error`: the kind of the failure. */
  readonly error: string
  /** The HTTP status, which here is also the body's. */
  readonly status: number

  constructor(message: string, error = 'Error', status = 400) {
    super(message)
    this.error = error
    this.status = status
  }
}

// The failures of the API. Each carries upstream's code, the status that stands in the body, and upstream's words.
export const noSuchBucket = () =>
  new StorageError('NoSuchBucket', 404, 'Bucket not found', 'Bucket not found')
export const noSuchKey = () => new StorageError('NoSuchKey', 404, 'not_found', 'Object not found')
export const keyAlreadyExists = () =>
  new StorageError('KeyAlreadyExists', 409, 'Duplicate', 'The resource already exists')
export const bucketAlreadyExists = () =>
  new StorageError('BucketAlreadyExists', 409, 'Duplicate', 'The resource already exists')
export const accessDenied = (message = 'Access denied', cause?: unknown) =>
  new StorageError('AccessDenied', 403, 'Unauthorized', message, { cause })
export const invalidRole = () =>
  new StorageError('AccessDenied', 403, 'Unauthorized', 'Access denied: Invalid role', { httpStatus: 403 })
export const bucketNotEmpty = () =>
  new StorageError(
    'ResourceNotEmpty',
    409,
    'ResourceNotEmpty',
    'The bucket you tried to delete is not empty',
  )
export const invalidKey = (key: string) =>
  new StorageError('InvalidKey', 400, 'InvalidKey', `Invalid key: ${key}`)
export const invalidBucketName = () =>
  new StorageError('InvalidBucketName', 400, 'Invalid Input', 'Bucket name invalid')
export const invalidMimeType = (type: string) =>
  new StorageError('InvalidMimeType', 415, 'invalid_mime_type', `mime type ${type} is not supported`)
export const invalidRobotsTag = (rule: string) =>
  new StorageError(
    'InvalidXRobotsTag',
    400,
    'invalid_x_robots_tag',
    `Invalid X-Robots-Tag header: Invalid X-Robots-Tag rule: "${rule}"`,
  )
export const entityTooLarge = (message = 'The object exceeded the maximum allowed size') =>
  new StorageError('EntityTooLarge', 413, 'Payload too large', message)
export const invalidJwt = (message: string) => new StorageError('InvalidJWT', 400, 'InvalidJWT', message)
export const invalidSignature = (message = 'Invalid signature') =>
  new StorageError('InvalidSignature', 400, 'InvalidSignature', message)
export const invalidRequest = (message: string) =>
  new StorageError('InvalidRequest', 400, 'InvalidRequest', message)
export const invalidRange = () =>
  new StorageError('InvalidRange', 400, 'invalid_range', 'invalid range provided')
export const invalidParameter = (message: string) =>
  new StorageError('InvalidParameter', 400, 'Invalid Parameter', message)
export const notImplemented = (what: string) =>
  new StorageError('NotImplemented', 501, 'Not Implemented', `${what} is not served by the local platform.`)

/**
 * Says in Storage's words what the database refused.
 * @returns `undefined` when the error did not come from the database
 */
export function fromDatabase(error: unknown): StorageError | undefined {
  if (!(error instanceof Error)) return undefined
  if (!(error instanceof postgres.PostgresError)) return connectionError(error)
  switch (error.code) {
    case '42501':
      return accessDenied(
        // The table's or policy's name that Postgres adds is not what clients compare with.
        error.message.startsWith('new row violates row-level security policy')
          ? 'new row violates row-level security policy'
          : error.message,
        error,
      )
    case '23505':
      return new StorageError('ResourceAlreadyExists', 409, 'Duplicate', 'The resource already exists', {
        cause: error,
      })
    case '23503':
      return new StorageError(
        'InvalidRequest',
        404,
        'InvalidRequest',
        'The related resource does not exist',
        {
          cause: error,
        },
      )
    case '55P03':
      return new StorageError('ResourceLocked', 423, 'Resource Locked', 'The resource is locked', {
        cause: error,
      })
    case '57014':
      return new StorageError(
        'DatabaseTimeout',
        544,
        'DatabaseTimeout',
        'The connection to the database timed out',
        { cause: error },
      )
    case '53300':
      return new StorageError('SlowDown', 429, 'SlowDown', 'Too many connections issued to the database', {
        cause: error,
      })
    case '25006':
      return new StorageError('DatabaseReadOnly', 503, 'DatabaseReadOnly', 'The database is read-only', {
        cause: error,
      })
    case '42P17':
      return new StorageError(
        'DatabaseInvalidObjectDefinition',
        503,
        'DatabaseInvalidObjectDefinition',
        error.message,
        { cause: error },
      )
    case '42703':
    case '42P01':
      return new StorageError('DatabaseSchemaMismatch', 503, 'DatabaseSchemaMismatch', error.message, {
        cause: error,
      })
    // The role that the token names does not exist.
    case '22023':
      return accessDenied(error.message, error)
  }
  // Everything else of this class is about a value that does not fit.
  if (error.code.startsWith('22')) {
    return new StorageError('InvalidParameter', 400, 'Invalid Parameter', error.message, { cause: error })
  }
  if (/^(08|57P)/.test(error.code)) return databaseUnavailable(error)
  return new StorageError('DatabaseError', 500, 'DatabaseError', `database error, code: ${error.code}`, {
    cause: error,
  })
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
])

function connectionError(error: Error): StorageError | undefined {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && CONNECTION_CODES.has(code) ? databaseUnavailable(error) : undefined
}

const databaseUnavailable = (cause: Error) =>
  new StorageError('DatabaseError', 503, 'Service Unavailable', 'The database is not reachable.', { cause })

/** For writes of objects: says that the key is taken, where the database only says that something is. */
export function asKeyError(error: unknown): never {
  throw fromDatabase(error)?.code === 'ResourceAlreadyExists' ? keyAlreadyExists() : error
}

/** Whether a transaction has surely not been committed. After a lost connection nobody knows. */
export function isRefusal(error: unknown): boolean {
  return error instanceof StorageError || error instanceof postgres.PostgresError
}

/** Answers with an error. What nobody foresaw is logged and becomes a 500 without details. */
export function sendError(res: ServerResponse, thrown: unknown): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  if (thrown instanceof RequestError) {
    sendJson(res, thrown.status, {
      statusCode: String(thrown.status),
      error: thrown.error,
      message: thrown.message,
    })
    return
  }
  const known = thrown instanceof StorageError ? thrown : fromDatabase(thrown)
  if (known === undefined || known.statusCode === 500) console.error('storage:', thrown)
  const error = known ??
    new StorageError('InternalError', 500, 'Internal', 'Internal Server Error', { cause: thrown })
  sendJson(res, httpStatus(error), {
    statusCode: String(error.statusCode),
    error: error.error,
    message: error.message,
    code: error.code,
  })
}

function httpStatus(error: StorageError): number {
  if (error.httpStatus !== undefined) return error.httpStatus
  return error.statusCode < 500 && error.statusCode !== 429 ? 400 : error.statusCode
}
