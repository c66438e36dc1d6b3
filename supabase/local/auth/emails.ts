import type { Call } from './context.ts'
import { invalid } from './errors.ts'
import { requireInterval } from './limits.ts'
import type { Delivery } from './mail/mailer.ts'
import type { Db } from './store/database.ts'
import { hashOtp, makeOtp, PKCE_PREFIX, putOneTimeToken } from './store/one-time-tokens.ts'
import { updateUser, type UserRow } from './store/users.ts'
import { now } from './times.ts'

const MAX_LENGTH = 255
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const ADDRESS = new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})*$`)

/** Checks an address and returns it as stored: in lower case. */
export function parseEmail(text: string): string {
  if (text === '') throw invalid('An email address is required')
  if (Buffer.byteLength(text) > MAX_LENGTH) throw invalid('An email address is too long')
  if (!ADDRESS.test(text)) throw invalid('Unable to validate email address: invalid format')
  return text.toLowerCase()
}

/** How long a mailed code is valid, in seconds. */
export const emailOtpExpiry = (call: Call): number => call.config.email.otp_expiry

/** A fresh code for an address; in a PKCE flow the link's token says so. */
export function makeDelivery(call: Call, email: string, pkce: boolean): Delivery {
  const otp = makeOtp(call.config.email.otp_length)
  return { otp, hash: (pkce ? PKCE_PREFIX : '') + hashOtp(email, otp) }
}

/** Mails that carry one code, and the columns that remember it. */
const COLUMNS = {
  signup: 'confirmation',
  invite: 'confirmation',
  recovery: 'recovery',
  magiclink: 'recovery',
  reauthentication: 'reauthentication',
} as const

/** The mails that carry one code to the user's current address. */
export type CodeMail = keyof typeof COLUMNS

/** Stores a code as the user's pending one. */
export async function putEmailCode(
  db: Db,
  user: UserRow,
  action: CodeMail,
  { hash }: Delivery,
): Promise<UserRow> {
  const column = COLUMNS[action]
  await putOneTimeToken(db, user.id, `${column}_token`, hash, user.email ?? '')
  const at = now()
  return await updateUser(db, user.id, {
    [`${column}_token`]: hash,
    [`${column}_sent_at`]: at,
    ...(action === 'invite' ? { invited_at: at } : {}),
  })
}

/**
 * Mails a code, in the transaction that stores it: if the mail does not leave, the code does not exist.
 * An invitation is sent however shortly after another; it is the owner of the project who asks.
 */
export async function sendEmailCode(
  call: Call,
  db: Db,
  user: UserRow,
  action: CodeMail,
  { pkce = false }: { pkce?: boolean } = {},
): Promise<UserRow> {
  if (action !== 'invite') {
    const sentAt = user[`${COLUMNS[action]}_sent_at`]
    requireInterval(sentAt, call.config.email.max_frequency, 'over_email_send_rate_limit')
  }
  const delivery = makeDelivery(call, user.email ?? '', pkce)
  const updated = await putEmailCode(db, user, action, delivery)
  await call.auth.mailer.send(db, action, updated, delivery, call.redirectTo, call.ip)
  return updated
}

/** Mails the codes of a change of address; with a secure change both addresses get one. */
export async function sendEmailChangeCodes(
  call: Call,
  db: Db,
  user: UserRow,
  newEmail: string,
  pkce: boolean,
): Promise<UserRow> {
  requireInterval(user.email_change_sent_at, call.config.email.max_frequency, 'over_email_send_rate_limit')
  const toNew = makeDelivery(call, newEmail, pkce)
  const secure = call.config.email.double_confirm_changes && Boolean(user.email)
  const toCurrent = secure ? makeDelivery(call, user.email!, pkce) : undefined
  await putOneTimeToken(db, user.id, 'email_change_token_new', toNew.hash, newEmail)
  if (toCurrent !== undefined) {
    await putOneTimeToken(db, user.id, 'email_change_token_current', toCurrent.hash, user.email!)
  }
  const updated = await updateUser(db, user.id, {
    email_change: newEmail,
    email_change_token_new: toNew.hash,
    email_change_token_current: toCurrent?.hash ?? '',
    email_change_confirm_status: 0,
    email_change_sent_at: now(),
  })
  await call.auth.mailer.sendEmailChange(db, updated, toNew, toCurrent, call.redirectTo, call.ip)
  return updated
}
