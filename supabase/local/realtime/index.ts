import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { connect, type Database } from '../database.ts'
import { sendJson } from '../http.ts'
import { JwtVerifier, type VerificationKeys } from '../jwt.ts'
import type { Service } from '../service.ts'
import { Authorizer } from './authorization.ts'
import { BroadcastApi, plainHeaders } from './broadcast-api.ts'
import type { ChannelServices } from './channel.ts'
import type { RealtimeConfig } from './config.ts'
import { CLOSE, Connection } from './connection.ts'
import { broadcastMessage, isMessage, MESSAGES_PUBLICATION } from './database-broadcasts.ts'
import { DatabaseFailure, databaseFailure } from './failures.ts'
import { Janitor } from './janitor.ts'
import { Rate } from './limits.ts'
import { ChangeFeed } from './postgres-changes/feed.ts'
import { PUBLICATION } from './postgres-changes/subscriptions.ts'
import { ReplicationStream } from './replication/stream.ts'
import { StoredMessages } from './replay.ts'
import { Rooms } from './rooms.ts'
import { ALGORITHMS, InvalidToken, verifyToken } from './tokens.ts'
import { isVersion, type Version } from './wire.ts'

export { RealtimeConfig } from './config.ts'

/** Largest frame a client may send, in bytes. */
const LARGEST_FRAME = 5_000_000
/** How often silent sockets are looked for, at least. */
const SWEEP_MS = 5_000
/** How long sockets may take to say goodbye when the service stops. */
const DRAIN_MS = 500

/** Options of {@link startRealtime}. */
export interface RealtimeOptions {
  database: Database
  /** What tokens are verified with. */
  verificationKeys: VerificationKeys
  config: RealtimeConfig
}

/**
 * Starts Realtime: WebSockets at `/websocket`, broadcasts over HTTP at `/api/broadcast`. Resolves once requests can be
 * taken; broadcasts from the database follow as soon as replication has begun (`replication_ready` waits for it).
 */
export async function startRealtime(
  { database, verificationKeys, config }: RealtimeOptions,
): Promise<Service> {
  const sql = connect(database, 'supabase_realtime_admin', {
    max: 5,
    connect_timeout: 5,
    backoff: () => 0.2,
    connection: {
      application_name: 'realtime',
      // Policies may call functions that leave schemas out; the clock of realtime.messages is UTC.
      search_path: 'public, extensions, realtime',
      TimeZone: 'UTC',
      statement_timeout: '10s',
    },
  })
  const verifier = new JwtVerifier(verificationKeys, ALGORITHMS)
  const { limits } = config
  const rooms = new Rooms(new Rate(limits.events_per_second), new Rate(limits.presence_events_per_second))
  const changes = new ChangeFeed(sql, config, rooms.events)
  const connections = new Set<Connection>()
  let stopping = false

  await changes.start()
  const janitor = new Janitor(sql)
  await janitor.start()
  const replication = new ReplicationStream({
    database,
    sql,
    publications: [MESSAGES_PUBLICATION, PUBLICATION],
    onChange: (change) =>
      isMessage(change) ? broadcastMessage(change, rooms, config) : changes.receive(change),
  })

  const services: ChannelServices = {
    config,
    rooms,
    changes,
    joins: new Rate(limits.joins_per_second),
    authorizer: new Authorizer(sql),
    storedMessages: new StoredMessages(sql),
    users: new Set(),
    verify: (token) => verifyToken(verifier, token),
    isReplicating: () => replication.streaming,
    isStopping: () => stopping,
    assertDatabase: async () => {
      if (replication.streaming) return
      await sql`select`.catch((error: unknown) => {
        throw databaseFailure(error) ??
          new DatabaseFailure('UnableToConnectToProject', (error as Error).message)
      })
    },
  }
  const broadcastApi = new BroadcastApi(services)
  const server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME, perMessageDeflate: false })

  const sweep = setInterval(() => {
    for (const connection of connections) {
      if (connection.silence > config.timing.idle_timeout_ms) connection.close(CLOSE.idle)
    }
  }, Math.min(SWEEP_MS, config.timing.idle_timeout_ms))
  sweep.unref()

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = urlOf(req)
    if (pathname.startsWith('/api/broadcast') && req.method === 'POST') {
      return await broadcastApi.handle(req, res, pathname, searchParams)
    }
    req.resume()
    if (pathname === '/api/ping') return sendJson(res, 200, { message: 'Success' })
    if (pathname === '/healthcheck') {
      res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok')
      return
    }
    if (/^\/api\/tenants\/[^/]+\/health$/.test(pathname)) return await sendHealth(req, res)
    if (/^(\/socket)?\/longpoll$/.test(pathname)) {
      return sendJson(res, 501, { message: 'The local platform serves WebSockets only, not long polling.' })
    }
    if (isSocketPath(pathname)) return sendJson(res, 400, { error: 'Expected a WebSocket upgrade' })
    sendJson(res, 404, { message: 'Not found' })
  }

  /** What upstream says of one project's Realtime; whoever asks must hold a token of it. */
  async function sendHealth(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const token = (req.headers.authorization ?? '').replace(/^Bearer /i, '')
    if (await services.verify(token).then(() => false, () => true)) return void res.writeHead(403).end()
    const db_connected = await sql`select`.then(() => true, () => false)
    sendJson(res, 200, {
      data: {
        healthy: db_connected,
        db_connected,
        replication_connected: replication.streaming,
        connected_cluster: connections.size,
        region: null,
        node: 'local',
      },
    })
  }

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {}) // a client that vanishes in the middle of the handshake
    const url = urlOf(req)
    open(url, req).then(({ token, version }) => {
      if (socket.destroyed) return
      server.handleUpgrade(req, socket, head, (ws) => accept(ws, version, token, req))
    }, async (error: unknown) => {
      const { status, message } = error instanceof HandshakeRefused
        ? error
        : new HandshakeRefused(500, 'Internal error')
      if (status === 401) {
        await new Promise((done) => setTimeout(done, config.timing.connect_error_delay_ms).unref())
      }
      refuseUpgrade(socket, status, message)
    })
  }

  /** Decides over a handshake. @throws {HandshakeRefused} */
  async function open({ pathname, searchParams }: URL, req: IncomingMessage) {
    if (!isSocketPath(pathname)) throw new HandshakeRefused(404, 'Not found')
    const version = searchParams.get('vsn') ?? '1.0.0'
    if (!isVersion(version)) throw new HandshakeRefused(403, 'Unsupported protocol version')
    if (stopping) throw new HandshakeRefused(503, 'Realtime is restarting, please standby')
    const header = req.headers['x-api-key']
    const token = typeof header === 'string' ? header : searchParams.get('apikey')
    if (token === null || token === '') throw new HandshakeRefused(401, 'API key is missing')
    try {
      await services.verify(token)
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error
      throw new HandshakeRefused(
        401,
        /^Token has expired/.test(error.message) ? 'Token has expired' : error.message,
      )
    }
    return { token, version }
  }

  function accept(ws: WebSocket, version: Version, token: string, req: IncomingMessage): void {
    const connection = new Connection(services, ws, version, token, plainHeaders(req), (closed) => {
      connections.delete(closed)
    })
    connections.add(connection)
  }

  async function close(): Promise<void> {
    stopping = true
    clearInterval(sweep)
    janitor.close()
    for (const connection of connections) connection.drain()
    const patience = Date.now() + DRAIN_MS
    while (connections.size > 0 && Date.now() < patience) await new Promise((done) => setTimeout(done, 10))
    for (const { ws } of connections) ws.terminate()
    await changes.close()
    await replication.close().catch(() => {})
    await sql.end({ timeout: 1 }).catch(() => {})
  }

  return { handle, upgrade, close }
}

/** A WebSocket that is not opened. */
class HandshakeRefused extends Error {
  constructor(readonly status: number, message: string) {
    super(message)
  }
}

const STATUS_TEXT: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: message })
  socket.end([
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n'))
}

/** The gateway removes `/realtime/v1`; upstream's own paths start with `/socket`. */
const isSocketPath = (path: string) => /^(\/socket)?\/websocket$/.test(path)

function urlOf(req: IncomingMessage): URL {
  try {
    return new URL(req.url ?? '/', 'http://localhost')
  } catch {
    return new URL('http://localhost/')
  }
}
