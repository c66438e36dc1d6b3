import webpush from 'web-push'
import { type OutgoingPush, PushGone, PushRefused } from './core.ts'

/** Who we are to the push services of browsers (VAPID, RFC 8292). */
export interface PushOptions {
  /** Both of one key pair, base64url; browsers subscribe with the public one. */
  publicKey: string
  privateKey: string
  /** `mailto:` or `https:`, where a push service reaches us when something is wrong. */
  subject: string
  /** What answers instead of every push service. */
  base?: string | undefined
}

const ANSWER_WITHIN_MS = 10_000
/** What a push service keeps for a browser that is not running: after this long it is no news any more. */
const KEPT_SECONDS = 24 * 3600

/** Encrypts messages for browsers and hands them to their push services (RFC 8030, 8291). */
export function createPush(options: PushOptions): (push: OutgoingPush) => Promise<string> {
  const vapidDetails = { ...options }
  return async ({ endpoint, keys, text, topic }) => {
    const request = prepared(() =>
      webpush.generateRequestDetails({ endpoint, keys }, text, {
        vapidDetails,
        TTL: KEPT_SECONDS,
        topic,
      })
    )
    const { 'Content-Length': _counted, ...headers } = request.headers
    const address = options.base === undefined
      ? endpoint
      : new URL(`/push/${encodeURIComponent(endpoint)}`, options.base)
    const response = await fetch(address, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(request.body!),
      // An address leads to its push service and nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    await response.body?.cancel()
    if (response.ok) return response.headers.get('location') ?? `push-${response.status}`
    const message = `The push service answered ${response.status}.`
    if (response.status === 404 || response.status === 410) throw new PushGone(message)
    if (response.status === 400 || response.status === 413) throw new PushRefused(message)
    throw new Error(message)
  }
}

/** A key that is no point of the curve will not become one. */
function prepared<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new PushRefused((error as Error).message)
  }
}
