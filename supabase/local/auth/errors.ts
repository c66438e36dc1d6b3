import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { sendJson } from '../http.ts'

/** From this version of the API on, errors are `{code, message}`; the client must ask for it. */
const VERSION_HEADER = 'x-supabase-api-version'
const FIRST_VERSION = '2024-01-01'

/** An answer other than success, with the code that SDKs branch on. */
export class AuthProblem extends Error {
  override readonly name: string = 'AuthProblem'
  /**
   * @param status HTTP status
   * @param code machine-readable code, for example `otp_expired`
   * @param extra further members of the body, for example `weak_password`
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly extra: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** An OAuth-style answer (`{error, error_description}`, status 400), which a few grants give. */
export class OAuthProblem extends Error {
  override readonly name = 'OAuthProblem'
  constructor(readonly error: string, description: string, options?: ErrorOptions) {
    super(description, options)
  }
}

/** 400 with the code most refusals carry. */
export const invalid = (message: string) => new AuthProblem(400, 'validation_failed', message)

/** 500 that keeps what happened for the log, and tells the client only which step failed. */
export const failed = (message: string, cause?: unknown) =>
  new AuthProblem(500, 'unexpected_failure', message, {}, { cause })

/** 501 for what upstream serves and this service does not. */
export const notServed = (what: string) =>
  new AuthProblem(501, 'not_implemented', `${what} is not served by the local Auth service.`)

/**
 * Runs a step whose database errors the client should see as one sentence.
 * Connection failures and deliberate problems pass through unchanged.
 */
export async function wrapping<T>(message: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    const isOurs = error instanceof postgres.PostgresError && !isUnavailable(error) && !isUnstorable(error)
    throw isOurs ? failed(message, error) : error
  }
}

/** Whether an error says that the database cannot be reached just now. */
export function isUnavailable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' &&
    (/^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|ENOENT)/.test(code) ||
      /^(08|57P|53300)/.test(code))
}

/** Whether the database could not take a value at all: too long, too deep, not of its type. */
function isUnstorable(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /^(22|54)/.test(error.code)
}

/** Answers with a problem, in the shape the client's API version asks for. Unknown errors become a 500. */
export function sendProblem(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  if (error instanceof OAuthProblem) {
    sendJson(res, 400, { error: error.error, error_description: error.message })
    return
  }
  const problem = asProblem(error)
  const versioned = isVersioned(req)
  const raised = versioned ? undefined : raisedByTheProject(problem.cause)
  if (raised !== undefined) {
    sendJson(res, raised.status, raised.body)
    return
  }
  const headers = { 'x-sb-error-code': problem.code }
  if (versioned) {
    sendJson(res, problem.status, { code: problem.code, message: problem.message, ...problem.extra }, {
      ...headers,
      [VERSION_HEADER]: FIRST_VERSION,
    })
    return
  }
  sendJson(res, problem.status, {
    code: problem.status,
    error_code: problem.code,
    msg: problem.message,
    ...(problem.status >= 500 ? { error_id: randomUUID() } : {}),
    ...problem.extra,
  }, headers)
}

/** What the client is told about any error. */
export function asProblem(error: unknown): AuthProblem {
  if (error instanceof AuthProblem) return error
  if (isUnavailable(error)) {
    return new AuthProblem(503, 'unexpected_failure', 'The database cannot be reached; try again.', {}, {
      cause: error,
    })
  }
  if (isUnstorable(error)) return invalid('The request holds a value that cannot be stored')
  return failed('Unexpected failure, please check server logs for more information', error)
}

const isVersioned = (req: IncomingMessage): boolean => {
  const asked = req.headers[VERSION_HEADER]
  return typeof asked === 'string' && /^\d{4}-\d\d-\d\d$/.test(asked) && asked >= FIRST_VERSION
}

/**
 * Errors that a project's own trigger raises (P0001, PTxyz, broken constraints) reach clients that speak the old
 * version as Postgres wrote them.
 */
function raisedByTheProject(cause: unknown) {
  if (!(cause instanceof postgres.PostgresError)) return undefined
  const { code } = cause
  if (code !== 'P0001' && !code.startsWith('PT') && !code.startsWith('23')) return undefined
  const asked = Number(code.slice(2))
  return {
    status: code.startsWith('PT') && asked >= 400 && asked <= 599 ? asked : 500,
    body: {
      code,
      message: cause.message,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      ...(cause.detail === undefined ? {} : { detail: cause.detail }),
    },
  }
}

/** Writes to the log what the client is not told: the cause of a failure that is not the client's. */
export function logFailure(req: IncomingMessage, error: unknown): void {
  const problem = error instanceof OAuthProblem ? undefined : asProblem(error)
  if (problem === undefined || problem.status < 500 || problem.cause === undefined) return
  const path = req.url?.split('?')[0]
  console.error(`auth: ${req.method} ${path}: ${problem.message}: ${describe(problem.cause)}`)
}

/** Enough to find the fault, and nothing of what the client sent. What a database refuses needs no stack. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = (cause as { code?: unknown }).code
  return code === undefined ? cause.stack ?? cause.message : `${cause.message} (${String(code)})`
}
