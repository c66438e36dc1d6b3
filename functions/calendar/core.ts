import { z } from 'zod'
import { Appointment, appointmentEvent, staffEvent } from '../_shared/appointment.ts'
import { type CalendarEvent, writeCalendar } from '../_shared/ics.ts'
import type { CallSql } from '../_shared/sql.ts'

const Entry = Appointment.extend({ status: z.string() })
const Feed = z.object({ name: z.string(), entries: z.array(Entry) })

/**
 * One appointment, as its customer's calendar takes it.
 * @param token opens it without signing in
 * @throws {Problem} 404 booking_not_found
 */
export async function bookingCalendar(
  sql: CallSql,
  siteUrl: string,
  bookingId: string,
  token: string | null,
): Promise<string> {
  const entry = await sql('calendar_booking', { booking_id: bookingId, token }, Entry)
  const status = statusOf(entry.status)
  return writeCalendar(status === 'CANCELLED' ? 'CANCEL' : 'REQUEST', [
    appointmentEvent(entry, status, siteUrl, 'en'),
  ])
}

/**
 * A staff member's appointments, for calendar programs that come back for them.
 * @throws {Problem} 404 calendar_not_found
 */
export async function feedCalendar(sql: CallSql, token: string): Promise<string> {
  const feed = await sql('calendar_feed', { token }, Feed)
  const events = feed.entries.map((entry) => staffEvent(entry, statusOf(entry.status)))
  return writeCalendar('PUBLISH', events, feed.name)
}

function statusOf(status: string): CalendarEvent['status'] {
  if (status === 'cancelled' || status === 'declined') return 'CANCELLED'
  return status === 'requested' ? 'TENTATIVE' : 'CONFIRMED'
}
