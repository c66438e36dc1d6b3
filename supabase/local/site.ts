import { readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type postgres from 'postgres'
import { Failure } from './failure.ts'
import { hostInUrl } from './http.ts'
import { listenOn } from './ports.ts'

/** The pages that a project shows at `auth.site_url`. */
export interface LocalSite {
  /** What the screen calls them, such as `Shop`. */
  name: string
  /** Brings their files up to date and answers with the folder. Runs while the database starts. */
  build: () => Promise<string>
  /** Tells the project's database where the pages are, at each start: another port offset moves them. */
  announce?: (sql: postgres.Sql, url: string) => Promise<void>
}

/** Pages that are served. */
export interface RunningSite {
  url: string
  close(): Promise<void>
}

/** What to serve, and where. */
export interface SiteOptions {
  /** The folder of `index.html`. */
  directory: string
  /** `auth.site_url`: its port is listened on. */
  url: string
  host: string
  /** The API that the pages may talk to. */
  apiUrl: string
  publishableKey: string
}

interface File {
  body: Buffer
  zipped: Buffer | undefined
  type: string
}

/** The page that answers every address that is no file: what to show there, its script decides. */
const SHELL = 'index.html'

/** Files below it carry their content's hash in the name. */
const HASHED = '/assets/'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
const ZIPPED = /^(text\/|application\/(json|manifest)|image\/svg)/

/**
 * The address at which a project's pages can be served from here: `auth.site_url` where that is this machine.
 * @returns nothing for a site that lives elsewhere
 */
export function localSiteUrl(siteUrl: unknown): string | undefined {
  if (typeof siteUrl !== 'string' || !URL.canParse(siteUrl)) return undefined
  const { protocol, hostname, port, origin } = new URL(siteUrl)
  return protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname) && port !== ''
    ? origin
    : undefined
}

/**
 * Serves a folder of built pages: files as they are, `index.html` for every other address. In that page
 * `%SUPABASE_URL%` and `%SUPABASE_PUBLISHABLE_KEY%` become the address and key of this platform.
 * @throws {Failure} when the port is taken, or there is no page
 */
export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const files = await readFiles(options)
  const headers = securityHeaders(options.apiUrl)
  const server = createServer((req, res) => answer(files, headers, req, res))
  const { port, protocol } = new URL(options.url)
  const taken = await listenOn(server, Number(port), options.host, "the project's site")
  return { url: `${protocol}//${hostInUrl(options.host)}:${taken}`, close: () => closeServer(server) }
}

/** Every file, with the shell filled in. They are few and small: nobody can ask for a path outside of them. */
async function readFiles({ directory, apiUrl, publishableKey }: SiteOptions): Promise<Map<string, File>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, File>()
  await Promise.all(
    entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      const type = TYPES[extname(path)] ?? 'application/octet-stream'
      let body = await readFile(path)
      if (entry.name === SHELL) {
        body = Buffer.from(
          body.toString('utf8')
            .replaceAll('%SUPABASE_URL%', apiUrl)
            .replaceAll('%SUPABASE_PUBLISHABLE_KEY%', publishableKey),
        )
      }
      const zipped = ZIPPED.test(type) ? gzipSync(body) : undefined
      files.set(`/${relative(directory, path).split(sep).join('/')}`, { body, zipped, type })
    }),
  )
  if (!files.has(`/${SHELL}`)) throw new Failure(`There is no ${SHELL} in ${directory}.`)
  return files
}

/** The pages run their own scripts and no others, talk to the API alone, and stand in nobody's frame. */
function securityHeaders(apiUrl: string): Record<string, string> {
  const sockets = apiUrl.replace(/^http/, 'ws')
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "manifest-src 'self'",
      `img-src 'self' data: blob: ${apiUrl}`,
      `connect-src 'self' ${apiUrl} ${sockets}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    // An address may hold the token of an invitation.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

function answer(
  files: Map<string, File>,
  headers: Record<string, string>,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end()
    return
  }
  const path = (req.url ?? '/').split('?')[0]!
  const isPage = /text\/html|^\*\/\*$/.test(req.headers.accept ?? '*/*')
  const file = files.get(path) ?? (isPage && !path.startsWith(HASHED) ? files.get(`/${SHELL}`) : undefined)
  if (file === undefined) {
    res.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('Not found')
    return
  }
  const isZipped = file.zipped !== undefined && /\bgzip\b/.test(String(req.headers['accept-encoding']))
  const body = isZipped ? file.zipped! : file.body
  res.writeHead(200, {
    ...headers,
    'content-type': file.type,
    'content-length': body.length,
    'cache-control': path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
  })
  res.end(req.method === 'HEAD' ? undefined : body)
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
