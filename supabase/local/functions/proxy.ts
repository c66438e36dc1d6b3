import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { sendJson } from '../http.ts'

/** Headers that concern one connection only. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/** What a client gets when its function ended before it had answered. */
export const WORKER_ERROR = {
  code: 'WORKER_ERROR',
  message: 'Function exited due to an error (please check logs)',
}

const agent = new Agent({ keepAlive: true, maxFreeSockets: 16 })

/** How a forwarded request came out. After `unreached` nothing has been sent either way. */
export type Outcome = 'answered' | 'aborted' | 'failed' | 'timed-out' | 'unreached'

/**
 * Passes a request on to a port of this machine and its answer back, both as streams. A client that goes away ends the
 * request there, too.
 * @param idleLimitMs how long nothing may move, in milliseconds
 */
export function forward(
  req: IncomingMessage,
  res: ServerResponse,
  port: number,
  idleLimitMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const outgoing = request({
      agent,
      host: '127.0.0.1',
      port,
      method: req.method,
      path: req.url,
      headers: endToEnd(req.headers),
      setHost: false,
    })
    let timedOut = false
    outgoing.setTimeout(idleLimitMs, () => {
      timedOut = true
      outgoing.destroy()
    })
    const onClientGone = () => {
      if (res.writableFinished) return
      outgoing.destroy()
      resolve('aborted')
    }
    res.once('close', onClientGone)

    outgoing.once('response', (incoming) => {
      res.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.headers))
      // Event streams want their head before the first event.
      res.flushHeaders()
      incoming.pipe(res)
      incoming.once('error', () => res.destroy())
      incoming.once('close', () => {
        if (!incoming.complete) res.destroy()
        resolve('answered')
      })
    })
    let reached = false
    outgoing.once('error', () => {
      res.off('close', onClientGone)
      if (res.destroyed) return resolve('aborted')
      if (!reached) return resolve('unreached')
      if (res.headersSent) {
        res.destroy()
        return resolve('answered')
      }
      if (timedOut) {
        sendJson(res, 504, { message: 'The upstream server is timing out' })
        return resolve('timed-out')
      }
      sendJson(res, 500, WORKER_ERROR)
      resolve('failed')
    })
    // The body is touched only once there is somebody to send it to, so that an unreached request can be tried again.
    const sendBody = () => {
      reached = true
      req.pipe(outgoing)
    }
    outgoing.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', sendBody)
      else sendBody()
    })
    req.once('error', () => outgoing.destroy())
  })
}

/** Passes a WebSocket upgrade on, and from then on bytes both ways. */
export function forwardUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, port: number): void {
  const upstream = connect(port, '127.0.0.1', () => {
    const lines = [`${req.method} ${req.url} HTTP/1.1`]
    for (const [name, value] of Object.entries(req.headers)) {
      for (const one of [value].flat()) if (one !== undefined) lines.push(`${name}: ${one}`)
    }
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    upstream.pipe(socket).pipe(upstream)
  })
  upstream.on('error', () => socket.destroy())
  socket.on('error', () => upstream.destroy())
  socket.on('close', () => upstream.destroy())
}

function endToEnd(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)),
  )
}
