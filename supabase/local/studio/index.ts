import type { StudioBFFRequest } from '@prisma/studio-core/data/bff'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { BodyTooLarge, readBody, sendJson } from '../http.ts'
import { listenOn } from '../ports.ts'
import { Access } from './access.ts'
import { type Bundle, bundlePage } from './bundle.ts'
import { openQueries, type Queries } from './queries.ts'
import { partOf, REFERENCE, type Reference } from './reference.ts'

export type { Reference }

/** `[studio]` of config.toml. */
export const StudioConfig = z.object({
  enabled: z.boolean().default(true),
  port: z.number().int().min(1).max(65535).default(54323),
})

/** How to serve the editor. */
export interface StudioOptions {
  /** 0 takes a free port. */
  port: number
  database: Database
  /** What the printed address carries; whoever has it owns the database. */
  token: string
  /** The API that is shown beside the database; nothing where it is not described. */
  reference?: () => Promise<Reference | undefined>
  /** Told about errors that the page only gets as a 500. */
  onError?: (error: unknown) => void
}

/** An editor that is served. */
export interface Studio {
  /** The address to open, with its token. */
  url: string
  /** Where the API is shown, if it is; nothing there is secret. */
  referenceUrl: string
  close(): Promise<void>
}

/** Never elsewhere: whoever reaches it and has the token owns the database. */
const HOST = '127.0.0.1'

/** SQL may bring data; in bytes. */
const LARGEST_BODY = 16 * 1024 * 1024

/** A page runs its own script, talks to its own server (and the API it shows), and loads nothing from anywhere. */
const headersFor = (apiUrl = '') => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // The editor of SQL and the diagram write their styles into the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ${apiUrl}`.trimEnd(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})
const HEADERS = headersFor()

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Studio</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/page.css">
  <body style="margin: 0"><div id="studio" style="height: 100vh"></div>
  <script type="module" src="/page.js"></script>
</html>`

/** Serves an editor of the database, for the one who started it. What it needs is loaded when it is first opened. */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const server = createServer((req, res) => {
    answer(req, res).catch((error) => {
      options.onError?.(error)
      if (res.headersSent) res.destroy()
      else sendJson(res, 500, { message: 'Something went wrong.' }, HEADERS)
    })
  })
  const port = await listenOn(server, options.port, HOST, 'Studio')
  const access = new Access(port, options.token)
  let bundle: Promise<Bundle> | undefined
  let queries: Promise<Queries> | undefined

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const refusal = access.refuseHost(req)
    if (refusal !== undefined) return refuse(res, refusal)
    const { pathname, searchParams } = new URL(req.url ?? '/', `http://${req.headers.host}`)
    if (req.method === 'GET' && pathname === '/' && access.opens(searchParams.get('token'))) {
      res.writeHead(303, { ...HEADERS, 'set-cookie': access.cookie, location: '/' }).end()
      return
    }
    if (pathname === REFERENCE || pathname.startsWith(`${REFERENCE}/`)) {
      return await showReference(pathname, res)
    }
    const refused = access.refuseCaller(req)
    if (refused !== undefined) return refuse(res, refused)
    switch (`${req.method} ${pathname}`) {
      case 'GET /':
        return send(res, 'text/html', PAGE)
      case 'GET /page.js':
        return send(res, 'text/javascript', (await (bundle ??= bundlePage())).script)
      case 'GET /page.css':
        return send(res, 'text/css', (await (bundle ??= bundlePage())).style)
      case 'POST /query':
        return await runQuery(req, res)
      default:
        refuse(res, { status: 404, message: 'There is nothing here.' })
    }
  }

  async function showReference(path: string, res: ServerResponse): Promise<void> {
    const reference = await options.reference?.()
    const part = reference === undefined ? undefined : await partOf(path, reference)
    if (part === undefined) return refuse(res, { status: 404, message: 'There is nothing here.' })
    send(res, part.type, part.body, headersFor(reference!.apiUrl))
  }

  async function runQuery(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const gone = new AbortController()
    res.once('close', () => gone.abort())
    let request: StudioBFFRequest
    try {
      request = JSON.parse((await readBody(req, LARGEST_BODY)).toString('utf8')) as StudioBFFRequest
    } catch (error) {
      if (error instanceof BodyTooLarge) return refuse(res, { status: 413, message: error.message })
      return refuse(res, { status: 400, message: 'The request is not JSON.' })
    }
    const result = await (await (queries ??= openQueries(options.database))).answer(request, gone.signal)
    if (result === undefined) return refuse(res, { status: 400, message: 'There is no such procedure.' })
    sendJson(res, 200, result, HEADERS)
  }

  return {
    url: `http://${HOST}:${port}/?token=${options.token}`,
    referenceUrl: `http://${HOST}:${port}${REFERENCE}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      await (await queries)?.close()
    },
  }
}

function refuse(res: ServerResponse, { status, message }: { status: number; message: string }): void {
  res.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}

function send(res: ServerResponse, type: string, body: string | Buffer, headers = HEADERS): void {
  res.writeHead(200, {
    ...headers,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  }).end(body)
}
