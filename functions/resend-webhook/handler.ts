import { Webhook } from 'standardwebhooks'
import { allowMethods, answering, type Handler, readText } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import type { CallSql } from '../_shared/sql.ts'
import { applyMailEvent, MailEvent } from './core.ts'

/** What the endpoint works with. */
export interface Dependencies {
  sql: CallSql
  /** `whsec_<base64>`; two while one replaces the other. */
  webhookSecrets: string[]
}

const LARGEST_EVENT_BYTES = 1024 * 1024

/**
 * Resend's events, signed by Svix: the scheme is that of Standard Webhooks, under headers of its own. 400 means a bad
 * signature, or nothing that is an event; a failure of ours is a 500, so that Resend tries again.
 */
export function createHandler(deps: Dependencies): Handler {
  const webhooks = deps.webhookSecrets.map((secret) => new Webhook(secret))

  return answering(async (req) => {
    allowMethods(req, 'POST')
    const body = await readText(req, LARGEST_EVENT_BYTES)
    const headers = Object.fromEntries(
      ['id', 'timestamp', 'signature'].map((
        name,
      ) => [`webhook-${name}`, req.headers.get(`svix-${name}`) ?? '']),
    )
    const event = verified(webhooks, body, headers)
    return Response.json({ suppressed: await applyMailEvent(deps.sql, event) })
  })
}

function verified(webhooks: Webhook[], body: string, headers: Record<string, string>): MailEvent {
  for (const webhook of webhooks) {
    let event: unknown
    try {
      event = webhook.verify(body, headers)
    } catch {
      continue // Perhaps the next secret.
    }
    const parsed = MailEvent.safeParse(event)
    // Signed, but of another kind: events about domains and contacts have no mail.
    return parsed.data ?? { type: 'other', data: { email_id: '', to: [] } }
  }
  throw new Problem(400, 'bad_signature', 'The signature is missing, wrong or too old.')
}
