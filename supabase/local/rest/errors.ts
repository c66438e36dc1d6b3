/** A failure as PostgREST tells it: a status, headers and the four fields of the body (contract §10). */
export class RestError extends Error {
  override readonly name = 'RestError'
  /** Headers beside the usual ones of an error. */
  readonly headers: Readonly<Record<string, string>>
  /** Reason phrase, where it differs from the status's usual one. */
  readonly reason: string | undefined

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown = null,
    readonly hint: string | null = null,
    more: { headers?: Record<string, string>; reason?: string | undefined } = {},
  ) {
    super(message)
    this.headers = more.headers ?? {}
    this.reason = more.reason
  }

  /** The body, its keys in alphabetical order as upstream's. */
  body(): string {
    const { code, details, hint, message } = this
    return JSON.stringify({ code, details: details ?? null, hint: hint ?? null, message })
  }
}

/** Seconds after which a client should try again when the database cannot be reached. */
export const RETRY_AFTER_SECONDS = 1

/** The database cannot be connected to. */
export const connectionFailed = (details: string): RestError =>
  new RestError(503, 'PGRST000', 'Database connection error. Retrying the connection.', details, null, {
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  })

/** The connection broke, or the request cannot be put into the database's protocol. */
export const clientFailed = (details: string): RestError =>
  new RestError(503, 'PGRST001', 'Database client error. Retrying the connection.', details, null, {
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  })

/** The schema cache has never been loaded. */
export const noSchemaCache = (): RestError =>
  new RestError(503, 'PGRST002', 'Could not query the database for the schema cache. Retrying.', null, null, {
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  })

/** Every connection stayed busy for too long. */
export const acquisitionTimedOut = (): RestError =>
  new RestError(504, 'PGRST003', 'Timed out acquiring connection from connection pool.')

export const queryParameterInvalid = (position: string, reason: string): RestError =>
  new RestError(400, 'PGRST100', position, reason)

export const rpcMethodNotAllowed = (method: string): RestError =>
  new RestError(405, 'PGRST101', `Cannot use the ${method} method on RPC`)

export const bodyInvalid = (message: string): RestError => new RestError(400, 'PGRST102', message)

export const rangeInvalid = (details: string): RestError =>
  new RestError(416, 'PGRST103', 'Requested range not satisfiable', details)

export const putFiltersInvalid = (): RestError =>
  new RestError(
    405,
    'PGRST105',
    "Filters must include all and only primary key columns with 'eq' operators",
  )

export const schemaNotExposed = (schema: string, exposed: readonly string[]): RestError =>
  new RestError(
    406,
    'PGRST106',
    `Invalid schema: ${schema}`,
    null,
    `Only the following schemas are exposed: ${exposed.join(', ')}`,
  )

export const mediaTypesUnavailable = (types: readonly string[]): RestError =>
  new RestError(406, 'PGRST107', `None of these media types are available: ${types.join(', ')}`)

export const notEmbedded = (name: string): RestError =>
  new RestError(
    400,
    'PGRST108',
    `'${name}' is not an embedded resource in this request`,
    null,
    `Verify that '${name}' is included in the 'select' query parameter.`,
  )

export const responseHeadersInvalid = (): RestError =>
  new RestError(
    500,
    'PGRST111',
    'response.headers guc must be a JSON array composed of objects with a single key and a string value',
  )

export const responseStatusInvalid = (): RestError =>
  new RestError(500, 'PGRST112', 'response.status guc must be a valid status code')

export const putLimitNotAllowed = (): RestError =>
  new RestError(400, 'PGRST114', 'limit/offset querystring parameters are not allowed for PUT')

export const putKeyMismatch = (): RestError =>
  new RestError(400, 'PGRST115', 'Payload values do not match URL in primary key column(s)')

export const notSingular = (rows: number): RestError =>
  new RestError(
    406,
    'PGRST116',
    'Cannot coerce the result to a single JSON object',
    `The result contains ${rows} rows`,
  )

export const methodNotSupported = (method: string): RestError =>
  new RestError(405, 'PGRST117', `Unsupported HTTP method: ${method}`)

export const relatedOrderNotToOne = (origin: string, target: string): RestError =>
  new RestError(
    400,
    'PGRST118',
    `A related order on '${target}' is not possible`,
    `'${origin}' and '${target}' do not form a many-to-one or one-to-one relationship`,
  )

export const preferencesInvalid = (preferences: readonly string[]): RestError =>
  new RestError(
    400,
    'PGRST122',
    'Invalid preferences given with handling=strict',
    `Invalid preferences: ${preferences.join(', ')}`,
  )

export const aggregatesNotAllowed = (): RestError =>
  new RestError(400, 'PGRST123', 'Use of aggregate functions is not allowed')

export const maxAffectedExceeded = (rows: number): RestError =>
  new RestError(
    400,
    'PGRST124',
    'Query result exceeds max-affected preference constraint',
    `The query affects ${rows} rows`,
  )

export const pathInvalid = (): RestError =>
  new RestError(404, 'PGRST125', 'Invalid path specified in request URL')

export const openApiDisabled = (): RestError =>
  new RestError(404, 'PGRST126', 'Root endpoint metadata is disabled')

export const notImplemented = (details: string): RestError =>
  new RestError(400, 'PGRST127', 'Feature not implemented', details)

export const maxAffectedNeedsSet = (): RestError =>
  new RestError(
    400,
    'PGRST128',
    'Function must return SETOF or TABLE when max-affected preference is used with handling=strict',
  )

export const columnNotFound = (table: string, column: string): RestError =>
  new RestError(400, 'PGRST204', `Could not find the '${column}' column of '${table}' in the schema cache`)

export const tableNotFound = (schema: string, table: string, similar: string | undefined): RestError =>
  new RestError(
    404,
    'PGRST205',
    `Could not find the table '${schema}.${table}' in the schema cache`,
    null,
    similar === undefined ? null : `Perhaps you meant the table '${schema}.${similar}'`,
  )
