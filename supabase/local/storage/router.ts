import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange, Route, StorageContext } from './context.ts'
import { RequestError, sendError } from './errors.ts'
import { sendJson } from '../http.ts'

interface CompiledRoute extends Route {
  segments: string[]
}

/** Finds the route of a request. The first route that fits wins, so fixed words stand before `:bucket`. */
export class Router {
  readonly #routes: CompiledRoute[]
  readonly #storage: StorageContext

  constructor(storage: StorageContext, routes: Route[]) {
    this.#storage = storage
    this.#routes = routes.map((route) => ({ ...route, segments: segmentsOf(route.pattern) }))
  }

  /** Answers one request. Never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const [path, search] = splitUrl(req.url ?? '/')
      // HEAD is a GET whose body stays away.
      const method = req.method === 'HEAD' ? 'GET' : req.method
      for (const route of this.#routes) {
        if (route.method !== method) continue
        const match = matchSegments(route.segments, segmentsOf(path))
        if (match === undefined) continue
        const query = new URLSearchParams(search)
        await route.handle(this.#storage, { req, res, path, query, ...match })
        return
      }
      const message = `Route ${req.method}:${req.url} not found`
      sendJson(res, 404, { message, error: 'Not Found', statusCode: 404 })
    } catch (error) {
      // The client has gone in the middle of its own request: nobody reads an answer.
      if (req.destroyed && !req.complete) res.destroy()
      else sendError(res, error)
    }
  }
}

function splitUrl(url: string): [path: string, search: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1)

function matchSegments(
  pattern: string[],
  actual: string[],
): Pick<Exchange, 'bucket' | 'key'> | undefined {
  const match = { bucket: '', key: '' }
  for (const [index, expected] of pattern.entries()) {
    const segment = actual[index]
    if (segment === undefined) return undefined
    if (expected === '*') return { ...match, key: decode(actual.slice(index).join('/')) }
    if (expected === ':bucket') match.bucket = decode(segment)
    else if (expected !== segment) return undefined
  }
  return pattern.length === actual.length ? match : undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RequestError(`'${text}' is not a valid url component`, 'Bad Request')
  }
}
