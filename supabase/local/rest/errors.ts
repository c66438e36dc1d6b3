/** A failure as PostgREST tells it: a status, headers and the four fields of the body. */
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
  body(verbosity: 'verbose' | 'minimal'): string {
    const { code, details, hint, message } = this
    if (verbosity === 'minimal') return JSON.stringify({ code, message })
    return JSON.stringify({ code, details: details ?? null, hint: hint ?? null, message })
  }
}

/** Seconds after which a client should try again when the database cannot be reached. */
const RETRY_AFTER_SECONDS = 1

/** The database cannot be connected to. */
export const connectionFailed = (details: string): RestError =>
  new RestError(503, 'PGRST000', 'Database connection error.', details, null, {
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

/** A query parameter cannot be read. `position` says where, `reason` why. */
export const queryParameterInvalid = (position: string, reason: string): RestError =>
  new RestError(400, 'PGRST100', position, reason)

/** Functions are called with GET, HEAD and POST only. */
export const rpcMethodNotAllowed = (method: string): RestError =>
  new RestError(405, 'PGRST101', `Cannot use the ${method} method on RPC`)

/** The body cannot be read, or is of a type that is not understood. */
export const bodyInvalid = (message: string): RestError => new RestError(400, 'PGRST102', message)

/** There are no such rows as the client asked for. */
export const rangeInvalid = (details: string): RestError =>
  new RestError(416, 'PGRST103', 'Requested range not satisfiable', details)

/** PUT must name one row by its whole primary key. */
export const putFiltersInvalid = (): RestError =>
  new RestError(
    405,
    'PGRST105',
    "Filters must include all and only primary key columns with 'eq' operators",
  )

/** The profile names a schema that is not served. */
export const schemaNotExposed = (schema: string, exposed: readonly string[]): RestError =>
  new RestError(
    406,
    'PGRST106',
    `Invalid schema: ${schema}`,
    null,
    `Only the following schemas are exposed: ${exposed.join(', ')}`,
  )

/** None of the accepted types can be made. */
export const mediaTypesUnavailable = (types: readonly string[]): RestError =>
  new RestError(406, 'PGRST107', `None of these media types are available: ${types.join(', ')}`)

/**
 * A filter, an order or a limit is meant for an embed that is not selected.
 * @param alias what an embed of that name is called in the select, where that is why
 */
export const notEmbedded = (name: string, alias?: string): RestError =>
  new RestError(
    400,
    'PGRST108',
    `'${name}' is not an embedded resource in this request`,
    alias === undefined ? null : 'Target names are not allowed in filters if they have an alias',
    alias === undefined
      ? `Verify that '${name}' is included in the 'select' query parameter.`
      : `Change '${name}' to '${alias}' in filters, orders or limits.`,
  )

/** The database set `response.headers` to something that is none. */
export const responseHeadersInvalid = (): RestError =>
  new RestError(
    500,
    'PGRST111',
    'response.headers guc must be a JSON array composed of objects with a single key and a string value',
  )

/** The database set `response.status` to something that is none. */
export const responseStatusInvalid = (): RestError =>
  new RestError(500, 'PGRST112', 'response.status guc must be a valid status code')

/** PUT is about one row. */
export const putLimitNotAllowed = (): RestError =>
  new RestError(400, 'PGRST114', 'limit/offset querystring parameters are not allowed for PUT')

/** The row of a PUT is not the one that its URL names. */
export const putKeyMismatch = (): RestError =>
  new RestError(400, 'PGRST115', 'Payload values do not match URL in primary key column(s)')

/** One object was asked for, and there is none or more than one. */
export const notSingular = (rows: number): RestError =>
  new RestError(
    406,
    'PGRST116',
    'Cannot coerce the result to a single JSON object',
    `The result contains ${rows} rows`,
  )

/** The method means nothing here. */
export const methodNotSupported = (method: string): RestError =>
  new RestError(405, 'PGRST117', `Unsupported HTTP method: ${method}`)

/** Rows can only be ordered by an embed of which each has at most one. */
export const relatedOrderNotToOne = (origin: string, target: string): RestError =>
  new RestError(
    400,
    'PGRST118',
    `A related order on '${target}' is not possible`,
    `'${origin}' and '${target}' do not form a many-to-one or one-to-one relationship`,
  )

/** Strict handling was asked for, and some preferences are not understood. */
export const preferencesInvalid = (preferences: readonly string[]): RestError =>
  new RestError(
    400,
    'PGRST122',
    'Invalid preferences given with handling=strict',
    `Invalid preferences: ${preferences.join(', ')}`,
  )

/** Aggregates are switched off. */
export const aggregatesNotAllowed = (): RestError =>
  new RestError(400, 'PGRST123', 'Use of aggregate functions is not allowed')

/** More rows would be affected than the client allowed. */
export const maxAffectedExceeded = (rows: number): RestError =>
  new RestError(
    400,
    'PGRST124',
    'Query result exceeds max-affected preference constraint',
    `The query affects ${rows} rows`,
  )

/** The path leads nowhere. */
export const pathInvalid = (): RestError =>
  new RestError(404, 'PGRST125', 'Invalid path specified in request URL')

/** The document at the root is switched off. */
export const openApiDisabled = (): RestError =>
  new RestError(404, 'PGRST126', 'Root endpoint metadata is disabled')

/** What was asked for is grammatical but cannot be done. */
export const notImplemented = (details: string): RestError =>
  new RestError(400, 'PGRST127', 'Feature not implemented', details)

/** A limit on affected rows makes no sense for a function of one result. */
export const maxAffectedNeedsSet = (): RestError =>
  new RestError(
    400,
    'PGRST128',
    'Function must return SETOF or TABLE when max-affected preference is used with handling=strict',
  )

/** A statement would change every row of a table; pg-safeupdate's words. */
export const conditionMissing = (statement: 'DELETE' | 'UPDATE'): RestError =>
  new RestError(400, '21000', `${statement} requires a WHERE clause`)

/** The payload names a column that the table does not have. */
export const columnNotFound = (table: string, column: string): RestError =>
  new RestError(400, 'PGRST204', `Could not find the '${column}' column of '${table}' in the schema cache`)

/** There is no such table. `similar` is proposed instead. */
export const tableNotFound = (schema: string, table: string, similar: string | undefined): RestError =>
  new RestError(
    404,
    'PGRST205',
    `Could not find the table '${schema}.${table}' in the schema cache`,
    null,
    similar === undefined ? null : `Perhaps you meant the table '${schema}.${similar}'`,
  )
