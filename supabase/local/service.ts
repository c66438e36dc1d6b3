import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** One of the platform's services as the gateway sees it: a plain Node request listener that can be closed. */
export interface Service {
  /**
   * Answers one request. The gateway has already removed its prefix from `req.url` (`/auth/v1/user` arrives as
   * `/user`) and put into `req.headers.authorization` what the service should believe (see gateway.ts).
   */
  handle(req: IncomingMessage, res: ServerResponse): void | Promise<void>
  /** Takes over a WebSocket upgrade. Absent where the service speaks only HTTP. */
  upgrade?(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Lets requests in flight finish, then gives back connections, timers and files. Never throws. */
  close(): Promise<void>
}
