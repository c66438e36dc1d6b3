import { z } from 'zod'
import { messageOf } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { type CallSql, Nothing } from '../_shared/sql.ts'
import { SmsRefused } from '../_shared/twilio.ts'

/** What texts are sent with. */
export interface Dependencies {
  sql: CallSql
  /**
   * Sends one text and returns the provider's id of it.
   * @throws {SmsRefused} if the provider will never deliver to this number
   */
  sendSms(to: string, body: string): Promise<string>
}

/** A one-time code on its way to a phone. */
export interface Code {
  /** Digits with or without the leading "+". */
  phone: string
  otp: string
  /** The same in every try to deliver this code. */
  dedupeKey: string
}

const Registered = z.object({ outcome: z.enum(['send', 'sent', 'in_flight']) })

/**
 * Texts a code, at most once for each dedupe key, and not more often than one phone may cost in a day.
 * @throws {Problem} 429 sms_limit_reached, 422 phone_not_reachable, or 503 sms_unavailable for what is worth another try
 */
export async function deliverCode(deps: Dependencies, code: Code): Promise<void> {
  const phone = `+${code.phone.replace(/^\+/, '')}`
  const claim = await deps.sql('register_sms', { phone, dedupe_key: code.dedupeKey }, Registered)
  if (claim.outcome === 'sent') return
  if (claim.outcome === 'in_flight') {
    throw new Problem(503, 'sms_unavailable', 'Another try to send this code is still under way.')
  }
  let providerId: string
  try {
    providerId = await deps.sendSms(phone, `Your Marketbase code is ${code.otp}`)
  } catch (error) {
    // Not sent, as far as we know: give the claim back. Should the text have left all the same, the phone gets the same
    // code twice.
    await settle(deps.sql, code.dedupeKey, null)
    if (error instanceof SmsRefused) {
      throw new Problem(422, 'phone_not_reachable', 'No text can be sent to this phone number.', {
        cause: error,
      })
    }
    console.error('sms provider failed:', messageOf(error))
    throw new Problem(503, 'sms_unavailable', 'No text can be sent at the moment.', { cause: error })
  }
  await settle(deps.sql, code.dedupeKey, providerId)
}

/** Best effort: the text has left or has not, whatever we manage to write down about it. */
async function settle(sql: CallSql, dedupeKey: string, providerId: string | null): Promise<void> {
  try {
    await sql('settle_sms', { dedupe_key: dedupeKey, provider_id: providerId }, Nothing)
  } catch (error) {
    console.error('recording a text failed:', messageOf(error))
  }
}
