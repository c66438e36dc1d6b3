import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { messageOf, readText } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { deliverCode, type Dependencies as CoreDependencies } from './core.ts'

/** What the hook works with. */
export interface Dependencies extends CoreDependencies {
  /** `v1,whsec_<base64>` as issued; several joined by "|" while one replaces another. */
  hookSecrets: string
}

const Payload = z.object({
  metadata: z.object({ uuid: z.uuid() }),
  user: z.object({ phone: z.string().nullish() }),
  sms: z.object({ otp: z.string().min(1), phone: z.string().nullish() }),
})
/** E.164 without the "+", as Auth keeps phones. */
const PHONE = /^\+?[1-9]\d{1,14}$/
const LARGEST_PAYLOAD_BYTES = 100 * 1024

/**
 * Supabase Auth's "Send SMS" hook (Standard Webhooks). Auth shows its users the `error` object of a 200, tries again on
 * 503 with `retry-after`, and rejects a 200 that is not JSON.
 */
export function createHandler(deps: Dependencies): (req: Request) => Promise<Response> {
  const webhooks = deps.hookSecrets.split('|').map((secret) => new Webhook(secret.replace(/^v1,/, '')))

  return async (req) => {
    if (req.method !== 'POST') return hookError(405, 'Use POST.')
    let body: string
    try {
      body = await readText(req, LARGEST_PAYLOAD_BYTES)
    } catch {
      return hookError(413, 'The payload is too large.')
    }
    const headers = Object.fromEntries(req.headers)
    if (!webhooks.some((webhook) => isSigned(webhook, body, headers))) return hookError(401, 'Bad signature.')

    const payload = Payload.safeParse(parseJson(body)).data
    const phone = payload?.sms.phone ?? payload?.user.phone
    if (!payload || !phone || !PHONE.test(phone)) return hookError(400, 'Unexpected payload.')
    try {
      await deliverCode(deps, { phone, otp: payload.sms.otp, dedupeKey: payload.metadata.uuid })
      return Response.json({})
    } catch (error) {
      if (error instanceof Problem && error.status < 500) {
        return Response.json({ error: { http_code: error.status, message: error.message } })
      }
      if (!(error instanceof Problem)) console.error('sending a code failed:', messageOf(error))
      return hookError(503, 'No text can be sent at the moment.', { 'retry-after': '1' })
    }
  }
}

function isSigned(webhook: Webhook, body: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(body, headers)
    return true
  } catch {
    return false
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function hookError(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { http_code: status, message } }, { status, headers })
}
