/** What an error of Postgres becomes over HTTP. */
import { PostgresError } from './database/connection.ts'
import { RestError } from './errors.ts'
import { isHeader } from './response.ts'

/** Statuses by SQLSTATE, or by what it begins with. The longest match counts. */
const STATUSES: Readonly<Record<string, number>> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '21000': 500,
  '23503': 409,
  '23505': 409,
  '25': 500,
  '25006': 405,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53': 503,
  '53400': 500,
  '54': 500,
  '55': 500,
  '57': 500,
  '57P01': 503,
  '58': 500,
  'F0': 500,
  'HV': 500,
  'P0': 500,
  'P0001': 400,
  'XX': 500,
}

/** The status of everything else: what the client sent did not fit. */
const OTHERWISE = 400

/**
 * Tells an error of Postgres.
 * @param anonymous whether the request had nobody's rights: then a missing privilege asks for a token
 */
export function tellPostgresError(error: PostgresError, anonymous: boolean): RestError {
  const { code, message, detail, hint } = error
  if (code === 'PGRST') return tellRaised(message, detail)
  const custom = /^PT(.*)$/.exec(code)?.[1]
  if (custom !== undefined) {
    const isStatus = /^\d{3}$/.test(custom) && Number(custom) >= 200
    const status = isStatus ? Number(custom) : 500
    return new RestError(status, code, message, detail, hint, {
      headers: unauthorized(status),
      reason: isStatus ? message : undefined,
    })
  }
  const status = statusOf(code, message, anonymous)
  const headers = status === 503 ? { 'Retry-After': '1' } : unauthorized(status)
  return new RestError(status, code, message, detail, hint, { headers })
}

const unauthorized = (status: number): Record<string, string> =>
  status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}

function statusOf(code: string, message: string, anonymous: boolean): number {
  if (code === '42501') return anonymous ? 401 : 403
  if (code === '21000' && message.endsWith('requires a WHERE clause')) return 400
  if (code === '22023') return message.startsWith('role') && message.endsWith('does not exist') ? 401 : 400
  if (code === '42883' && message.startsWith('function xmlagg(')) return 406
  return STATUSES[code] ?? STATUSES[code.slice(0, 2)] ?? OTHERWISE
}

/** `RAISE SQLSTATE 'PGRST'`: the message holds the body, the detail the status and the headers. */
function tellRaised(message: string, detail: string | null): RestError {
  const body = parseObject(message)
  if (body === undefined || typeof body['code'] !== 'string' || typeof body['message'] !== 'string') {
    return unreadable(
      `Invalid JSON value for MESSAGE: '${message}'`,
      "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
    )
  }
  const detailHint =
    "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'."
  if (detail === null) return unreadable('DETAIL is missing in the RAISE statement', detailHint)
  const response = parseObject(detail)
  const headers = response?.['headers']
  if (response === undefined || typeof response['status'] !== 'number' || !isHeaders(headers)) {
    return unreadable(`Invalid JSON value for DETAIL: '${detail}'`, detailHint)
  }
  const text = response['status_text']
  return new RestError(
    validStatus(response['status']) ? response['status'] : 500,
    body['code'],
    body['message'],
    body['details'] ?? null,
    typeof body['hint'] === 'string' ? body['hint'] : null,
    { headers, reason: typeof text === 'string' ? text : undefined },
  )
}

const validStatus = (status: number) => Number.isInteger(status) && status >= 200 && status <= 999

const unreadable = (details: string, hint: string) =>
  new RestError(500, 'PGRST121', `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`, details, hint)

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function isHeaders(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null &&
    Object.entries(value).every(([name, text]) => typeof text === 'string' && isHeader(name, text))
}
