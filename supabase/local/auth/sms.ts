import type { Call } from './context.ts'
import { AuthProblem, invalid } from './errors.ts'
import { hookMetadata } from './hooks.ts'
import { requireInterval } from './limits.ts'
import type { Db } from './store/database.ts'
import { hashOtp, makeOtp, putOneTimeToken } from './store/one-time-tokens.ts'
import { renderUser, updateUser, type UserPatch, type UserRow } from './store/users.ts'
import { now } from './times.ts'

/** How long a texted code is valid, in seconds. The CLI offers no setting for it. */
export const SMS_OTP_EXPIRY = 6_000
const OTP_DIGITS = 6

/** What a texted code is for. */
export type TextPurpose = 'confirmation' | 'phone_change' | 'reauthentication'

/** Digits only, as phone numbers are stored: one leading `+` and all spaces removed. */
export function parsePhone(text: string): string {
  const phone = text.replace(/^\+/, '').replace(/ /g, '')
  if (!/^[1-9][0-9]{1,14}$/.test(phone)) throw invalid('Invalid phone number format (E.164 required)')
  return phone
}

/** @throws {AuthProblem} for a channel texts cannot take */
export function requireChannel(channel: string): void {
  if (channel !== '' && channel !== 'sms' && channel !== 'whatsapp') {
    throw invalid(
      "Invalid channel, supported values are 'sms' or 'whatsapp'. 'whatsapp' is only supported if Twilio or Twilio Verify is used as the provider.",
    )
  }
}

/** The fixed code of a test number, if this is one. */
export const testOtp = (call: Call, phone: string): string | undefined =>
  Object.hasOwn(call.config.sms.test_otp, phone) ? call.config.sms.test_otp[phone] : undefined

/**
 * Texts a code through the Send SMS hook, in the transaction that stores it: if the text does not leave, the code
 * does not exist. Numbers of `[auth.sms.test_otp]` are never texted.
 * @returns `message_id` of the answer, '' where there is none
 */
export async function sendTextCode(
  call: Call,
  db: Db,
  user: UserRow,
  phone: string,
  purpose: TextPurpose,
): Promise<string> {
  const sentAt = user[`${purpose}_sent_at`]
  requireInterval(sentAt, call.config.sms.max_frequency, 'over_sms_send_rate_limit')
  const fixed = testOtp(call, phone)
  if (fixed === undefined && call.config.sms.enable_confirmations && !call.auth.texts.take()) {
    throw new AuthProblem(429, 'over_sms_send_rate_limit', 'SMS rate limit exceeded')
  }
  const otp = fixed ?? makeOtp(OTP_DIGITS)
  const hash = hashOtp(phone, otp)
  const patch: UserPatch = { [`${purpose}_token`]: hash, [`${purpose}_sent_at`]: now() }
  if (purpose === 'phone_change') patch.phone_change = phone
  const updated = await updateUser(db, user.id, patch)
  await putOneTimeToken(db, user.id, `${purpose}_token`, hash, phone)
  if (fixed !== undefined) return 'test-otp'
  await deliver(call, db, updated, phone, otp)
  return ''
}

async function deliver(call: Call, db: Db, user: UserRow, phone: string, otp: string): Promise<void> {
  if (!call.auth.hooks.isEnabled('send_sms')) {
    throw new AuthProblem(
      422,
      'sms_send_failed',
      'Error sending confirmation OTP to provider: locally texts leave only through the Send SMS hook, and none is enabled',
    )
  }
  await call.auth.hooks.call('send_sms', db, {
    ...hookMetadata('send-sms', call.ip),
    user: await renderUser(db, user),
    sms: { otp, phone },
  })
}
