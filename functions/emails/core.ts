import { z } from 'zod'
import { messageOf } from '../_shared/http.ts'
import { type CallSql, Nothing } from '../_shared/sql.ts'
import { oneLine, render, type Rendered } from './layout.ts'
import { UnknownTemplate, write } from './templates.ts'

/** What the outbox is drained with. */
export interface Dependencies {
  sql: CallSql
  /**
   * Hands one mail to the provider and returns its id there.
   * @throws {MailRefused} if asking again would change nothing
   */
  sendMail(mail: OutgoingMail): Promise<string>
  /** Addresses in mails begin with it. */
  siteUrl: string
}

/** A mail for the provider. */
export interface OutgoingMail extends Rendered {
  to: string
  replyTo: string | null
  /** The provider sends one mail for each key, however often it is asked. */
  idempotencyKey: string
}

/** The provider will never take this mail. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

/** What one run did. */
export interface Report {
  sent: number
  failed: number
}

const Claimed = z.object({
  id: z.uuid(),
  template: z.string(),
  recipient: z.string().nullable(),
  reply_to: z.string().nullish(),
  locale: z.string().nullish(),
  data: z.unknown(),
  attempt: z.number().int().nullish(),
})
type Claimed = z.infer<typeof Claimed>

const BATCH = 20
const LEASE_SECONDS = 60
/** Leaves time to finish the batch in hand before the platform ends the request. */
const RUN_MS = 40_000
/** How many mails are on their way at a time. */
const AT_ONCE = 4

/**
 * Sends what waits in the outbox until nothing is due or time is up. A mail that fails comes back later by itself; a
 * worker that dies in between leaves its mails to the next one, and the provider's key keeps them from going out twice.
 */
export async function drain(deps: Dependencies): Promise<Report> {
  const report: Report = { sent: 0, failed: 0 }
  const until = Date.now() + RUN_MS
  while (Date.now() < until) {
    const batch = await deps.sql(
      'claim_outbox',
      { max_rows: BATCH, lease_seconds: LEASE_SECONDS },
      z.array(Claimed),
    )
    const waiting = [...batch]
    const worker = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        if (await deliver(deps, row)) report.sent++
        else report.failed++
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    if (batch.length < BATCH) break
  }
  return report
}

async function deliver(deps: Dependencies, row: Claimed): Promise<boolean> {
  let providerId: string
  try {
    providerId = await send(deps, row)
  } catch (error) {
    const permanent = PERMANENT.some((kind) => error instanceof kind)
    console.error(`mail ${row.id} (${row.template}) failed:`, messageOf(error))
    await deps.sql(
      'mark_outbox_failed',
      { id: row.id, error: messageOf(error).slice(0, 500), permanent },
      Nothing,
    )
    return false
  }
  await deps.sql('mark_outbox_sent', { id: row.id, provider_id: providerId }, Nothing)
  return true
}

async function send(deps: Dependencies, row: Claimed): Promise<string> {
  // Nobody to write to, such as a customer who signed up by phone, or nothing left to write about: done.
  if (row.recipient === null || row.data === null) return 'none'
  const letter = write(row.template, row.data, { siteUrl: deps.siteUrl, locale: localeOf(row.locale) })
  if (letter === null) return 'none'
  return await deps.sendMail({
    ...render(letter),
    to: oneLine(row.recipient),
    replyTo: row.reply_to ? oneLine(row.reply_to) : null,
    idempotencyKey: `outbox-${row.id}`,
  })
}

/** What another try would not mend. */
const PERMANENT = [MailRefused, UnknownTemplate, z.ZodError]

/** A language as numbers and dates can be written in it; English where there is none such. */
function localeOf(wanted: string | null | undefined): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(wanted ?? [])[0] ?? 'en'
  } catch {
    return 'en'
  }
}
