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
/** So many mails a second are taken, and no more: whoever is told to wait does, and loses none of a mail's tries. */
const MOST_WAITS = 5
const LONGEST_WAIT_SECONDS = 5
const Accepted = z.object({ id: z.string() })
const Refused = z.object({ name: z.string(), message: z.string() })

/** Sends mails through Resend's API. */
export function createResend(options: ResendOptions): (mail: OutgoingMail) => Promise<string> {
  const url = new URL('/emails', options.base ?? 'https://api.resend.com')
  const post = (mail: OutgoingMail) =>
    fetch(url, {
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
        ...(Object.keys(mail.headers).length === 0 ? {} : { headers: mail.headers }),
      }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
  return async (mail) => {
    let response = await post(mail)
    for (let waits = 0; response.status === 429 && waits < MOST_WAITS; waits++) {
      await response.body?.cancel()
      await pause(Number(response.headers.get('retry-after') ?? 1))
      response = await post(mail)
    }
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

function pause(seconds: number): Promise<void> {
  const wait = Math.min(Number.isFinite(seconds) ? seconds : 1, LONGEST_WAIT_SECONDS)
  return new Promise((resolve) => setTimeout(resolve, 1000 * wait))
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
