import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Thrown by `readBody` when a request is longer than its service allows. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  /** @param limit what would have been allowed, in bytes */
  constructor(readonly limit: number) {
    super(`The request body is larger than ${limit} bytes.`)
  }
}

/**
 * Reads a whole request body.
 * @param limit largest accepted size, in bytes
 * @throws {BodyTooLarge} as soon as the limit is passed; the rest of the body is discarded
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(req.headers['content-length'] ?? 0)
  if (declared > limit) {
    req.resume()
    throw new BodyTooLarge(limit)
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) {
      req.resume()
      throw new BodyTooLarge(limit)
    }
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
}

/** Answers with a JSON body. */
export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = JSON.stringify(body)
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  res.end(text)
}

/** How this machine reaches what listens on `host`, as part of a URL: "everywhere" is no address to connect to. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
