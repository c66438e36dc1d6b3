import { z } from 'zod'

/** The provider will not deliver to this number, now or later. */
export class SmsRefused extends Error {
  override readonly name = 'SmsRefused'
}

/** Account and sender at Twilio. */
export interface TwilioOptions {
  accountSid: string
  authToken: string
  /** A phone number, or the SID of a messaging service. */
  from: string
  /** Another address than Twilio's own. */
  base?: string | undefined
}

/** Auth gives the whole hook five seconds, tries included: this leaves time to say that it failed. */
const ANSWER_WITHIN_MS = 2500
const Accepted = z.object({ sid: z.string() })
const Refused = z.object({ code: z.number(), message: z.string() })

/**
 * Sends texts through Twilio's Messages API. What it returns hands one text over and answers with the provider's id of it.
 * @throws {SmsRefused} (the returned function) if the provider will never deliver to this number
 */
export function createTwilio(options: TwilioOptions): (to: string, body: string) => Promise<string> {
  const base = options.base ?? 'https://api.twilio.com'
  const url = new URL(`/2010-04-01/Accounts/${options.accountSid}/Messages.json`, base)
  const authorization = `Basic ${btoa(`${options.accountSid}:${options.authToken}`)}`
  const sender = options.from.startsWith('MG') ? 'MessagingServiceSid' : 'From'

  return async (to, body) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ To: to, [sender]: options.from, Body: body }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const answer: unknown = await response.json().catch(() => null)
    // The text has left, whatever of the answer arrived: asking again would send a second one.
    if (response.ok) return Accepted.safeParse(answer).data?.sid ?? 'accepted'
    const refused = Refused.safeParse(answer).data
    const message = `Twilio answered ${response.status}: ${refused?.code ?? ''} ${refused?.message ?? ''}`
    // Codes 21xxx are about this recipient; everything else is about us or about them, and may pass.
    if (response.status === 400 && refused && refused.code >= 21_000 && refused.code < 22_000) {
      throw new SmsRefused(message)
    }
    throw new Error(message)
  }
}
