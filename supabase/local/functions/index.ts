import { realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendJson } from '../http.ts'
import { JwtVerifier } from '../jwt.ts'
import { type Keys, verificationKeys } from '../keys.ts'
import type { Service } from '../service.ts'
import { refusal } from './authorization.ts'
import { Catalog, type EdgeFunction, FunctionsConfig } from './catalog.ts'
import { buildEnvironment } from './environment.ts'
import { forward, forwardUpgrade, WORKER_ERROR } from './proxy.ts'
import { Pools } from './pools.ts'
import { type Change, watchFunctions } from './watching.ts'
import { BootError } from './workers.ts'

export { FunctionsConfig }

/** What `startFunctions` needs. */
export interface FunctionsOptions {
  /** Folder of the functions: one folder each, and `_shared`. */
  directory: string
  config: FunctionsConfig
  keys: Keys
  /** Environment of the functions beside what follows from the keys; SUPABASE_URL and SUPABASE_DB_URL among it. */
  environment: Record<string, string>
  /** Whether functions are loaded anew when their files change. */
  watch: boolean
  /** How long a function may be silent, in milliseconds; 150 s unless told otherwise. */
  idleLimitMs?: number
  /** Where the lines go that functions print; the platform's stdout unless told otherwise. */
  print?: (line: string) => void
}

const DEFAULT_IDLE_LIMIT_MS = 150_000

/** A worker may end between being chosen and being called; then the next one is tried, so many times in all. */
const ATTEMPTS = 3

/** How long requests may go on once the platform ends, in milliseconds. */
const DRAIN_LIMIT_MS = 5_000

/**
 * Starts the edge functions: one Deno process, a worker for each function, made at its first request.
 * @throws {Failure} when Deno is not installed
 */
export async function startFunctions(options: FunctionsOptions): Promise<Service> {
  const directory = await realpath(options.directory).catch(() => undefined)
  if (directory === undefined) return NO_FUNCTIONS
  const idleLimitMs = options.idleLimitMs ?? DEFAULT_IDLE_LIMIT_MS
  const write = options.print ?? ((line: string) => console.log(line))
  const print = (text: string, name?: string) => {
    for (const line of text.split('\n')) write(`[functions${name === undefined ? '' : `/${name}`}] ${line}`)
  }
  const catalog = new Catalog(directory, dirname(options.directory), options.config)
  const verifier = new JwtVerifier(verificationKeys(options.keys))
  const workers = new Pools({
    directory,
    environment: () => buildEnvironment(directory, options.keys, options.environment, print),
    print,
  })
  await workers.start()

  const onChange = (change: Change) => {
    const done = change === 'process'
      ? workers.restart()
      : workers.reload(change === 'all' ? undefined : change)
    done.catch((error: unknown) => print(`could not be loaded anew: ${error}`))
  }
  const stopWatching = options.watch ? watchFunctions(directory, onChange) : () => {}

  /** The function that a request is for, if the request may pass; otherwise the request has been answered. */
  const admit = async (
    req: IncomingMessage,
    refuse: (status: number, body: unknown) => void,
  ): Promise<EdgeFunction | undefined> => {
    const fn = await catalog.find(nameOf(req.url))
    if (fn === undefined) {
      refuse(404, 'Function not found')
      return undefined
    }
    const reason = fn.verifyJwt && req.method !== 'OPTIONS' ? await refusal(req, verifier) : undefined
    if (reason === undefined) return fn
    refuse(401, { msg: reason })
    return undefined
  }

  const serve = async (req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/_internal/health') return sendJson(res, 200, { message: 'ok' })
    const fn = await admit(req, (status, body) => send(res, status, body))
    if (fn === undefined) return
    try {
      for (let attempt = 1;; attempt++) {
        const worker = await workers.get(fn)
        if (res.destroyed) return
        const outcome = await forward(req, res, worker.port, idleLimitMs)
        if (outcome === 'timed-out') print(`did not answer within ${idleLimitMs / 1000} s`, fn.name)
        if (outcome === 'timed-out' || outcome === 'failed') await workers.of(fn).check(worker)
        if (outcome !== 'unreached') return
        if (attempt === ATTEMPTS) return send(res, 500, WORKER_ERROR)
        await workers.of(fn).discard(worker)
      }
    } catch (error) {
      if (!(error instanceof BootError)) throw error
      send(res, 503, { code: 'BOOT_ERROR', message: 'Worker failed to boot (please check logs)' })
    }
  }

  const inFlight = new Set<Promise<void>>()
  return {
    async handle(req, res) {
      const served = serve(req, res)
      inFlight.add(served)
      await served.finally(() => inFlight.delete(served))
    },
    upgrade(req, socket, head) {
      const refuse = (status: number, body: unknown) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        socket.end(
          `HTTP/1.1 ${status} Refused\r\nContent-Length: ${
            Buffer.byteLength(text)
          }\r\nConnection: close\r\n\r\n${text}`,
        )
      }
      admit(req, refuse).then(async (fn) => {
        if (fn !== undefined) forwardUpgrade(req, socket, head, (await workers.get(fn)).port)
      }).catch(() => socket.destroy())
    },
    async close() {
      stopWatching()
      const drained = new AbortController()
      await Promise.race([
        Promise.allSettled(inFlight),
        sleep(DRAIN_LIMIT_MS, undefined, { signal: drained.signal }).catch(() => {}),
      ])
      drained.abort()
      await workers.close()
    },
  }
}

/** What answers for a project without a folder of functions. */
const NO_FUNCTIONS: Service = {
  handle: (_req, res) => send(res, 404, 'Function not found'),
  close: async () => {},
}

/** `/hello/world?x=1` is for the function `hello`. */
function nameOf(url = '/'): string {
  return url.split('?')[0]!.split('/')[1] ?? ''
}

function send(res: ServerResponse, status: number, body: unknown): void {
  if (typeof body !== 'string') return sendJson(res, status, body)
  res.writeHead(status, { 'content-type': 'text/plain;charset=UTF-8' }).end(body)
}
