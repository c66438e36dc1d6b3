import { z } from 'zod'
import { type CallSql, Nothing } from '../_shared/sql.ts'

/** What Resend tells of a mail; only what is looked at. */
export const MailEvent = z.object({
  type: z.string(),
  data: z.object({
    email_id: z.string(),
    to: z.array(z.string()),
    bounce: z.object({ type: z.string() }).nullish(),
  }),
})
export type MailEvent = z.infer<typeof MailEvent>

/**
 * Writes no more than what is transactional to whom a mail did not reach and never will, and to who called one unwanted.
 * @returns how many addresses that was
 */
export async function applyMailEvent(sql: CallSql, event: MailEvent): Promise<number> {
  const reason = reasonOf(event)
  if (reason === null) return 0
  for (const address of event.data.to) {
    await sql('suppress_address', { address, reason, provider_id: event.data.email_id }, Nothing)
  }
  return event.data.to.length
}

function reasonOf({ type, data }: MailEvent): 'bounced' | 'complained' | null {
  switch (type) {
    case 'email.complained':
      return 'complained'
    case 'email.suppressed':
      // Resend knows the address from an earlier mail, and did not send this one.
      return 'bounced'
    case 'email.bounced':
      // A full mailbox, or a server that is down, is no reason to stop.
      return (data.bounce?.type ?? 'Permanent') === 'Permanent' ? 'bounced' : null
    default:
      return null
  }
}
