import type { IncomingMessage, ServerResponse } from 'node:http'

const EXPOSED =
  'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit'
const METHODS = 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD'
const ALWAYS_ALLOWED = ['Accept', 'Accept-Language', 'Content-Language']
const MAX_AGE_SECONDS = 86_400

/**
 * Lets pages of other origins use the service, and read more of its answers than browsers let them by default: without
 * that no page sees a count or a Location.
 * @param origins undefined for all
 * @returns whether the request was a preflight, and has been answered
 */
export function answerCors(
  req: IncomingMessage,
  res: ServerResponse,
  origins: readonly string[] | undefined,
): boolean {
  const { origin } = req.headers
  if (origin === undefined || (origins !== undefined && !origins.includes(origin))) return false
  // Behind the gateway its own answer to this stands already.
  if (!res.hasHeader('Access-Control-Allow-Origin')) {
    res.setHeader('Access-Control-Allow-Origin', origins === undefined ? '*' : origin)
    if (origins !== undefined) res.setHeader('Access-Control-Allow-Credentials', 'true')
  }
  if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) {
    res.setHeader('Access-Control-Expose-Headers', EXPOSED)
    return false
  }
  const asked = req.headers['access-control-request-headers']?.split(',').map((name) => name.trim()) ?? []
  res.setHeader('Access-Control-Allow-Methods', METHODS)
  res.setHeader('Access-Control-Allow-Headers', ['Authorization', ...asked, ...ALWAYS_ALLOWED].join(', '))
  res.setHeader('Access-Control-Max-Age', MAX_AGE_SECONDS)
  res.setHeader('Content-Length', 0)
  res.writeHead(200)
  res.end()
  return true
}
