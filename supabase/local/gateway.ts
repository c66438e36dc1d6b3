import { createServer, type IncomingMessage, type OutgoingHttpHeader, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { hostInUrl, sendJson } from './http.ts'
import type { Keys } from './keys.ts'
import { listenOn } from './ports.ts'
import type { Service } from './service.ts'

/** The services behind the gateway. One that is absent has not started yet, or is switched off. */
export interface Services {
  auth?: Service
  rest?: Service
  storage?: Service
  realtime?: Service
  functions?: Service
}

/** The one door to the platform. */
export interface Gateway {
  /** `http://127.0.0.1:54321` */
  url: string
  port: number
  /** Takes no more requests, and waits until those in flight are answered (at most `DRAIN_LIMIT_MS`). */
  drain(): Promise<void>
  /** Cuts what is still open. */
  close(): Promise<void>
}

/** What the gateway needs. */
export interface GatewayOptions {
  port: number
  host: string
  /** Looked up at each request, so that services may be added while the gateway already listens. */
  services: Services
  keys: Keys
  /** Told about anything a service let slip; the client gets a plain 500. */
  onError?: (error: unknown) => void
}

/** Where a path prefix leads. Upstream: the routes of the CLI's Kong. */
interface Route {
  prefix: string
  service: keyof Services
  /** What the prefix is replaced with. */
  path: string
  /** Open routes carry their own credential: `authorization` reaches the service as it came. */
  open?: true
  /** Whether hosted projects let nobody through without one of the project's keys. */
  keyed?: true
}

/** The first prefix that fits wins. */
const ROUTES: Route[] = [
  { prefix: '/rest/v1/', service: 'rest', path: '/', keyed: true },
  { prefix: '/auth/v1/verify', service: 'auth', path: '/verify', open: true },
  { prefix: '/auth/v1/callback', service: 'auth', path: '/callback', open: true },
  { prefix: '/auth/v1/authorize', service: 'auth', path: '/authorize', open: true },
  { prefix: '/auth/v1/', service: 'auth', path: '/', keyed: true },
  { prefix: '/storage/v1/s3/', service: 'storage', path: '/s3/', open: true },
  { prefix: '/storage/v1/', service: 'storage', path: '/' },
  { prefix: '/functions/v1/', service: 'functions', path: '/' },
  { prefix: '/realtime/v1/', service: 'realtime', path: '/' },
  {
    prefix: '/.well-known/oauth-authorization-server',
    service: 'auth',
    path: '/.well-known/oauth-authorization-server',
    open: true,
  },
]

/** Parts of a Supabase stack that the local platform does not have. */
const NOT_SERVED = ['/graphql/v1', '/pg/', '/rest-admin/v1/', '/analytics/v1/', '/pooler/v2/', '/mcp']

const NO_ROUTE = { message: 'no Route matched with those values' }

/** What a hosted project answers to a key that is none of its own. */
const INVALID_KEY = {
  message: 'Invalid API key',
  hint: 'Double check your Supabase `anon` or `service_role` API key.',
}

/** What a browser may use: the default of the CLI's Kong. */
const ALLOWED_METHODS = 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT'

/** Long `in.(…)` filters make long request lines; a longer head is answered with 431. In bytes. */
const MAX_HEAD_BYTES = 64 * 1024

/** How long requests in flight may take to finish once the platform stops, in milliseconds. */
const DRAIN_LIMIT_MS = 10_000

/**
 * Listens, and hands each request to its service in this same process: the prefix goes, an API key becomes the JWT that
 * it stands for, CORS headers come.
 * @throws {Failure} when the port is taken
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { services, keys } = options
  const jwtOf = new Map([[keys.secretKey, keys.serviceRoleJwt], [keys.publishableKey, keys.anonJwt]])
  let inFlight = 0
  let onIdle: (() => void) | undefined

  const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES, keepAliveTimeout: 75_000 }, (req, res) => {
    inFlight++
    res.once('close', () => {
      inFlight--
      if (inFlight === 0) onIdle?.()
    })
    res.setHeader('Access-Control-Allow-Origin', '*')
    const path = originForm(req)
    const route = findRoute(path)
    // A function answers its own preflight, as on the platform: what it does not allow, a browser does not send.
    if (isPreflight(req) && route?.service !== 'functions') return answerPreflight(req, res)
    if (route === undefined) return answerUnrouted(path, res)
    const service = services[route.service]
    if (service === undefined) {
      return sendJson(res, 503, { message: `The service ${route.service} is not running.` })
    }
    if (route.keyed === true && isForeignKey(req, jwtOf)) return sendJson(res, 401, INVALID_KEY)
    if (route.open !== true && !isFunctionsOwnKey(req, route)) authorize(req, jwtOf)
    if (route.service === 'functions') keepAllowedOrigin(res)
    req.url = route.path + path.slice(route.prefix.length)
    try {
      const handled = service.handle(req, res)
      if (handled instanceof Promise) handled.catch((error) => fail(res, error, options))
    } catch (error) {
      fail(res, error, options)
    }
  })

  server.on('upgrade', (req, socket, head) => {
    socket.on('error', () => socket.destroy())
    const path = originForm(req)
    const route = findRoute(path)
    const service = route === undefined ? undefined : services[route.service]
    if (route === undefined || service?.upgrade === undefined) return refuseUpgrade(socket)
    if (route.service === 'realtime') {
      req.url = route.path + mapQueryKey(path.slice(route.prefix.length), jwtOf)
    } else {
      authorize(req, jwtOf)
      req.url = route.path + path.slice(route.prefix.length)
    }
    service.upgrade(req, socket, head)
  })

  const port = await listenOn(server, options.port, options.host, 'the API')

  return {
    url: `http://${hostInUrl(options.host)}:${port}`,
    port,
    drain: async () => {
      server.close()
      if (inFlight === 0) return
      const idle = new Promise<void>((resolve) => onIdle = resolve)
      const limit = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_LIMIT_MS).unref())
      await Promise.race([idle, limit])
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function findRoute(path: string): Route | undefined {
  for (const route of ROUTES) {
    if (path.startsWith(route.prefix)) return route
  }
  return undefined
}

/** `/path?query`, also for a request that came in absolute form, as through a proxy. */
function originForm(req: IncomingMessage): string {
  const url = req.url ?? '/'
  return url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*\/?/i, '/')
}

/** A secret key that a function is to check itself, without one in `apikey`: monitoring can send no other header. */
function isFunctionsOwnKey(req: IncomingMessage, route: Route): boolean {
  return route.service === 'functions' && req.headers['apikey'] === undefined &&
    req.headers.authorization?.startsWith('Bearer sb_secret_') === true
}

/**
 * Whether a request comes with a key of another project, or a misspelt one. Hosted projects refuse these, and requests
 * without a key, too; the CLI lets both in as visitors. What is meant as a key is refused here, so that a mistake shows
 * before production; what is none passes, as the SDKs' own tests need it.
 */
function isForeignKey(req: IncomingMessage, jwtOf: Map<string, string>): boolean {
  const apikey = req.headers['apikey']
  return typeof apikey === 'string' && apikey.startsWith('sb_') && !jwtOf.has(apikey)
}

/** Puts into `authorization` what the service should believe. */
function authorize(req: IncomingMessage, jwtOf: Map<string, string>): void {
  const { authorization } = req.headers
  if (authorization !== undefined && !authorization.startsWith('Bearer sb_')) return
  const apikey = req.headers['apikey']
  if (typeof apikey !== 'string') {
    delete req.headers.authorization
    return
  }
  const jwt = jwtOf.get(apikey)
  // A key that is not ours goes on as it is, without the word Bearer: that is no credential to any service.
  req.headers.authorization = jwt === undefined ? apikey : `Bearer ${jwt}`
}

/** Browsers cannot set headers on a WebSocket: there the key is the query parameter `apikey`. */
function mapQueryKey(path: string, jwtOf: Map<string, string>): string {
  return path.replace(/([?&]apikey=)([^&]*)/, (whole, name: string, key: string) => {
    const jwt = jwtOf.get(key)
    return jwt === undefined ? whole : name + jwt
  })
}

function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && req.headers.origin !== undefined &&
    req.headers['access-control-request-method'] !== undefined
}

function answerPreflight(req: IncomingMessage, res: ServerResponse): void {
  const requested = req.headers['access-control-request-headers']
  if (requested !== undefined) res.setHeader('Access-Control-Allow-Headers', requested)
  res.setHeader('Access-Control-Allow-Methods', ALLOWED_METHODS)
  res.setHeader('Content-Length', '0')
  res.writeHead(200)
  res.end()
}

function answerUnrouted(path: string, res: ServerResponse): void {
  const part = NOT_SERVED.find((prefix) => path.startsWith(prefix))
  if (part === undefined) return sendJson(res, 404, NO_ROUTE)
  sendJson(res, 501, { message: `${part} is not part of the local platform; see supabase/local/README.md.` })
}

/** The gateway's `Access-Control-Allow-Origin` wins over a function's own, as on the platform. */
function keepAllowedOrigin(res: ServerResponse): void {
  const writeHead = res.writeHead as (...args: unknown[]) => ServerResponse
  res.writeHead = (status: number, ...rest: unknown[]) => {
    const headers = rest.at(-1)
    if (typeof headers === 'object' && headers !== null && !Array.isArray(headers)) {
      const others = Object.entries(headers as Record<string, OutgoingHttpHeader>)
        .filter(([name]) => name.toLowerCase() !== 'access-control-allow-origin')
      return writeHead.call(res, status, ...rest.slice(0, -1), Object.fromEntries(others))
    }
    return writeHead.call(res, status, ...rest)
  }
}

function fail(res: ServerResponse, error: unknown, options: GatewayOptions): void {
  options.onError?.(error)
  if (res.headersSent) res.destroy()
  else sendJson(res, 500, { message: 'An unexpected error occurred' })
}

function refuseUpgrade(socket: Duplex): void {
  const body = JSON.stringify(NO_ROUTE)
  socket.end(
    `HTTP/1.1 404 Not Found\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}
