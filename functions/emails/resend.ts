import { z } from 'zod'
import { MailRefused, type OutgoingMail } from './core.ts'
import type { CalendarPart } from './layout.ts'

/** Account and sender at Resend. */
export interface ResendOptions {
  apiKey: string
  /** `Name <address>`. */
  from: string
  /** Another address than Resend's own. */
  base?: string | undefined
}

const ANSWER_WITHIN_MS = 10_000
const Accepted = z.object({ id: z.string() })
const Refused = z.object({ name: z.string(), message: z.string() })

/** Sends mails through Resend's API. */
export function createResend(options: ResendOptions): (mail: OutgoingMail) => Promise<string> {
  const url = new URL('/emails', options.base ?? 'https://api.resend.com')
  return async (mail) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': mail.idempotencyKey,
      },
      body: JSON.stringify({
        from: options.from,
        to: [mail.to],
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        ...(mail.replyTo === null ? {} : { reply_to: [mail.replyTo] }),
        ...(mail.calendar === undefined ? {} : { attachments: [attached(mail.calendar)] }),
      }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) {
      const accepted = Accepted.safeParse(answer).data
      // The mail has left: asked again under the same key, the provider answers again and sends nothing.
      if (!accepted) throw new Error(`Resend answered ${response.status} with a body that cannot be read.`)
      return accepted.id
    }
    const refused = Refused.safeParse(answer).data
    // The mail went out in an earlier try whose answer was lost; what it says has changed since.
    if (response.status === 409 && refused?.name === 'invalid_idempotent_request') return 'sent-before'
    const message = `Resend answered ${response.status}: ${refused?.name ?? ''} ${refused?.message ?? ''}`
    if (response.status === 400 || response.status === 422) throw new MailRefused(message)
    throw new Error(message)
  }
}

/** A calendar as Resend takes files. Its type says the method, by which mail programs know an invitation. */
function attached(calendar: CalendarPart) {
  const octets = new TextEncoder().encode(calendar.content)
  return {
    filename: 'appointment.ics',
    content: btoa(Array.from(octets, (octet) => String.fromCharCode(octet)).join('')),
    content_type: `text/calendar; charset=utf-8; method=${calendar.method}`,
  }
}
