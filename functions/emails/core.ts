import { z } from 'zod'
import { atOnce } from '../_shared/at-once.ts'
import { messageOf } from '../_shared/http.ts'
import { type CallSql, Nothing } from '../_shared/sql.ts'
import { SmsRefused } from '../_shared/twilio.ts'
import { oneLine, pushText, render, type Rendered, shortText } from './layout.ts'
import { Unwritable, write } from './templates.ts'

/** What the outbox is drained with. */
export interface Dependencies {
  sql: CallSql
  /**
   * Hands one mail to the provider and returns its id there.
   * @throws {MailRefused} if asking again would change nothing
   */
  sendMail(mail: OutgoingMail): Promise<string>
  /**
   * Hands one text to the provider and returns its id there.
   * @throws {SmsRefused} if asking again would change nothing
   */
  sendSms(to: string, body: string): Promise<string>
  /**
   * Hands one message for a browser to its push service and returns its id there.
   * @throws {PushGone} if the browser does not exist any more
   * @throws {PushRefused} if asking again would change nothing
   */
  sendPush(push: OutgoingPush): Promise<string>
  /** Address of the page that ends a kind of letter; its token is added. */
  unsubscribeUrl: string
  /** Addresses in mails begin with it. */
  siteUrl: string
}

/** A mail for the provider. */
export interface OutgoingMail extends Rendered {
  to: string
  replyTo: string | null
  /** The provider sends one mail for each key, however often it is asked. */
  idempotencyKey: string
  /** Further header fields. */
  headers: Record<string, string>
}

/** A message for one browser. */
export interface OutgoingPush {
  endpoint: string
  /** The browser's own, base64url. */
  keys: { p256dh: string; auth: string }
  text: string
  /** Of the messages with one topic that wait at the push service, only the last is kept. */
  topic: string
}

/** The browser was uninstalled, or its permission taken back. */
export class PushGone extends Error {
  override readonly name = 'PushGone'
}

/** The push service will never take this message. */
export class PushRefused extends Error {
  override readonly name = 'PushRefused'
}

/** The provider will never take this mail. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

/** What one run did. */
export interface Report {
  sent: number
  failed: number
  /** There was nobody to write to, or nothing left to write about. */
  skipped: number
}

const Claimed = z.object({
  id: z.uuid(),
  template: z.string(),
  channel: z.enum(['email', 'sms', 'push']),
  recipient: z.string().nullable(),
  reply_to: z.string().nullish(),
  locale: z.string().nullish(),
  data: z.unknown(),
  attempt: z.number().int().nullish(),
  unsubscribe_token: z.string().nullish(),
})
type Claimed = z.infer<typeof Claimed>

/** What a browser is told, as its notification queued it. */
const Pushed = z.object({
  p256dh: z.string(),
  auth: z.string(),
  notification_id: z.uuid(),
  kind: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
})

const BATCH = 20
const LEASE_SECONDS = 60
/** Leaves time to finish the batch in hand before the platform ends the request. */
const RUN_MS = 40_000
/** How many mails are on their way at a time. */
const AT_ONCE = 4

/**
 * Sends what waits in the outbox until nothing is due or time is up. A message that fails comes back later by itself; a
 * worker that dies in between leaves its messages to the next one, and the provider's key keeps mails from going out
 * twice. (The provider of texts has no such key: there, a worker that dies at that very moment costs a second text. A
 * message to a browser that comes twice has the same id, by which the browser replaces the first.)
 */
export async function drain(deps: Dependencies): Promise<Report> {
  const report: Report = { sent: 0, failed: 0, skipped: 0 }
  const until = Date.now() + RUN_MS
  while (Date.now() < until) {
    const batch = await deps.sql(
      'claim_outbox',
      { max_rows: BATCH, lease_seconds: LEASE_SECONDS },
      z.array(Claimed),
    )
    await atOnce(AT_ONCE, batch, async (row) => {
      report[await deliver(deps, row)]++
    })
    if (batch.length === 0) break
  }
  return report
}

async function deliver(deps: Dependencies, row: Claimed): Promise<keyof Report> {
  let providerId: string | Skipped
  try {
    providerId = await send(deps, row)
  } catch (error) {
    if (error instanceof PushGone) {
      await deps.sql('mark_outbox_gone', { id: row.id }, Nothing)
      return 'skipped'
    }
    const permanent = PERMANENT.some((kind) => error instanceof kind)
    console.error(`message ${row.id} (${row.template}) failed:`, messageOf(error))
    await deps.sql(
      'mark_outbox_failed',
      { id: row.id, error: messageOf(error).slice(0, 500), permanent },
      Nothing,
    )
    return 'failed'
  }
  if (typeof providerId !== 'string') {
    await deps.sql('mark_outbox_skipped', { id: row.id, reason: providerId.reason }, Nothing)
    return 'skipped'
  }
  await deps.sql('mark_outbox_sent', { id: row.id, provider_id: providerId }, Nothing)
  return 'sent'
}

/** Why a message was not sent and need not be. */
interface Skipped {
  reason: string
}

async function send(deps: Dependencies, row: Claimed): Promise<string | Skipped> {
  if (row.recipient === null) {
    return { reason: 'There is nobody to write to, or too many texts went there today.' }
  }
  if (row.channel === 'push') return await sendPush(deps, row, row.recipient)
  const reader = { siteUrl: deps.siteUrl, locale: row.locale }
  const letter = row.data === null ? null : write(row.template, row.data, reader)
  if (letter === null) return { reason: 'What it was about is over.' }
  if (row.channel === 'sms') {
    const text = shortText(letter)
    if (text === null) return { reason: 'It is not worth a text.' }
    return await deps.sendSms(oneLine(row.recipient), text)
  }
  const endingUrl = row.unsubscribe_token
    ? `${deps.unsubscribeUrl}?token=${encodeURIComponent(row.unsubscribe_token)}`
    : null
  return await deps.sendMail({
    ...render(letter, endingUrl),
    to: oneLine(row.recipient),
    replyTo: row.reply_to ? oneLine(row.reply_to) : null,
    idempotencyKey: `outbox-${row.id}`,
    // RFC 8058: mail programs show a button of their own, and press it without opening the page.
    headers: endingUrl === null
      ? {}
      : { 'List-Unsubscribe': `<${endingUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  })
}

async function sendPush(deps: Dependencies, row: Claimed, endpoint: string): Promise<string | Skipped> {
  if (row.data === null) return { reason: 'It was read in the app.' }
  const parsed = Pushed.safeParse(row.data)
  if (!parsed.success) throw new Unwritable(z.prettifyError(parsed.error))
  const { p256dh, auth, ...told } = parsed.data
  return await deps.sendPush({
    endpoint,
    keys: { p256dh, auth },
    text: pushText(told),
    topic: row.id.replaceAll('-', ''),
  })
}

/** What another try would not mend. Thrown only before a message leaves, or by a provider that did not take it. */
const PERMANENT = [MailRefused, SmsRefused, PushRefused, Unwritable]
