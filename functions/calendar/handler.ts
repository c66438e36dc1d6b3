import { z } from 'zod'
import { allowMethods, answering, type Handler, pathOf } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import type { CallSql } from '../_shared/sql.ts'
import { bookingCalendar, feedCalendar } from './core.ts'

/** What calendars are served with. */
export interface Dependencies {
  /** As the caller: a signed-in customer, or a calendar program that brings a token in the address. */
  sql: CallSql
  /** Where people find the shop. */
  siteUrl: string
}

const BOOKING = /^\/bookings\/([^/]+)\.ics$/
const FEED = /^\/feeds\/([0-9a-f]{64})\.ics$/

/**
 * - `GET /calendar/bookings/<id>.ics?token=…` an appointment; without a token for its customer, signed in
 * - `GET /calendar/feeds/<token>.ics` a staff member's appointments, to subscribe to
 */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    allowMethods(req, 'GET', 'HEAD')
    const path = pathOf(req, 'calendar')
    const feed = FEED.exec(path)?.[1]
    if (feed !== undefined) return answer(await feedCalendar(deps.sql, feed), 'calendar.ics')
    const booking = z.uuid().safeParse(BOOKING.exec(path)?.[1])
    if (!booking.success) throw new Problem(404, 'route_not_found', 'There is no such route.')
    const token = new URL(req.url).searchParams.get('token')
    return answer(
      await bookingCalendar(deps.sql, deps.siteUrl, booking.data, token),
      'appointment.ics',
    )
  })
}

/** Nothing on the way keeps it: it may change, and the address is a secret. */
function answer(calendar: string, filename: string): Response {
  return new Response(calendar, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `attachment; filename="${filename}"`,
      'cache-control': 'private, no-store',
    },
  })
}
