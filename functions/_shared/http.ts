import type { z } from 'zod'
import { Problem } from './problem.ts'

/** Requests of this API are small; whatever is larger is not one of them. */
const LARGEST_BODY_BYTES = 64 * 1024

/** What serves one function. */
export type Handler = (req: Request) => Promise<Response>

/**
 * Turns what a handler throws into an answer: a {@link Problem} becomes `{code, message}` with its status, anything else
 * is logged and becomes a 500 that tells nothing. Only messages are logged, never objects, which may carry payloads.
 */
export function answering(handler: Handler): Handler {
  return async (req) => {
    try {
      return await handler(req)
    } catch (error) {
      if (error instanceof Problem && error.status < 500) return problemResponse(error)
      const cause = error instanceof Problem ? error.cause ?? error : error
      console.error(`${req.method} ${new URL(req.url).pathname} failed:`, messageOf(cause))
      if (error instanceof Problem) return problemResponse(error)
      return problemResponse(new Problem(500, 'internal_error', 'Something went wrong on our side.'))
    }
  }
}

function problemResponse(problem: Problem): Response {
  return Response.json({ code: problem.code, message: problem.message, ...problem.details }, {
    status: problem.status,
  })
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  return String(error)
}

/**
 * Picks the route of a request. The platform calls a function at `/<name>/…`; what follows the name is the path.
 * @param name the function's own name
 */
export function pathOf(req: Request, name: string): string {
  const path = new URL(req.url).pathname.replace(new RegExp(`^/(functions/v1/)?${name}(?=/|$)`), '')
  return path === '' ? '/' : path
}

/** @throws {Problem} 405 unless the request uses one of these methods */
export function allowMethods(req: Request, ...methods: string[]): void {
  if (methods.includes(req.method)) return
  throw new Problem(405, 'method_not_allowed', `Use ${methods.join(' or ')}.`)
}

/**
 * Reads a request's body as UTF-8 text. A signature over it holds for what is valid UTF-8 without a byte order mark.
 * @throws {Problem} 413 for one larger than `limit` bytes
 */
export async function readText(req: Request, limit = LARGEST_BODY_BYTES): Promise<string> {
  const tooLarge = () => new Problem(413, 'body_too_large', `The request is larger than ${limit} bytes.`)
  if (Number(req.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  const reader = req.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      throw tooLarge()
    }
    text += decoder.decode(value, { stream: true })
  }
}

/**
 * Reads a JSON body and checks it.
 * @throws {Problem} 400 invalid_json for what is not JSON, 422 invalid_request for JSON of another shape
 */
export async function readJson<T>(req: Request, shape: z.ZodType<T>): Promise<T> {
  const text = await readText(req)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem(400, 'invalid_json', 'The request body is not valid JSON.')
  }
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }))
  const first = issues[0]
  throw new Problem(422, 'invalid_request', `${first?.field || 'The body'}: ${first?.message}`, {
    details: { issues },
  })
}

/** `fetch` that gives up after a while. */
export function fetchWithin(milliseconds: number): typeof fetch {
  return (input, init) => {
    const deadline = AbortSignal.timeout(milliseconds)
    return fetch(input, {
      ...init,
      signal: init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline,
    })
  }
}
