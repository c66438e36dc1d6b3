import { describe, expect, test } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createHandler } from '../../functions/calendar/handler.ts'
import { answerOf, type Answers, sqlOf } from './support.ts'

const ID = '0198f000-0000-7000-8000-00000000c0de'
const FEED = 'a'.repeat(64)
const entry = {
  status: 'confirmed',
  booking: {
    id: ID,
    reference: 'B7K2M',
    service: 'Cut, colour',
    staff: 'Zoë',
    party_size: 2,
    starts_at: '2026-03-12T10:00:00+00:00',
    ends_at: '2026-03-12T11:00:00+00:00',
    sequence: 2,
    stamped_at: '2026-03-01T09:00:00.5+00:00',
    note: 'Ring\nthe bell',
  },
  store: { name: 'Salon Ærø', link: 'salon', contact_email: null },
  address: {
    line1: '1 Road',
    line2: null,
    city: 'Pune',
    region: 'MH',
    postal_code: '411001',
    country: 'IN',
  },
  customer: { name: 'Ana', phone: '+911234567890', email: 'ana@shop.example' },
}

function build(answers: Answers = {}) {
  const database = sqlOf({ calendar_booking: entry, calendar_feed: { name: 'Zoë', entries: [] }, ...answers })
  const handler = createHandler({ sql: database.sql, siteUrl: 'https://shop.example' })
  const get = (path: string) => handler(new Request(`http://functions/calendar${path}`))
  const lines = async (path: string) => (await (await get(path)).text()).replaceAll('\r\n ', '').split('\r\n')
  return { ...database, get, lines }
}

describe('an appointment as .ics', () => {
  test('is opened by the token of its address', async () => {
    const { lines, calls } = build()
    expect(await lines(`/bookings/${ID}.ics?token=t`)).toEqual(expect.arrayContaining([
      'METHOD:REQUEST',
      `UID:${ID}@marketbase`,
      'SEQUENCE:2',
      'DTSTAMP:20260301T090000Z',
      'DTSTART:20260312T100000Z',
      'SUMMARY:Cut\\, colour with Zoë — Salon Ærø',
      'LOCATION:1 Road\\, 411001 Pune\\, MH\\, IN',
      'ORGANIZER;CN="Salon Ærø":https://shop.example/salon',
    ]))
    expect(calls).toEqual([{ name: 'calendar_booking', args: { booking_id: ID, token: 't' } }])
  })

  test('without one is asked for as the caller', async () => {
    const { get, calls } = build()
    const response = await get(`/bookings/${ID}.ics`)
    expect([response.headers.get('content-type'), response.headers.get('cache-control')])
      .toEqual(['text/calendar; charset=utf-8', 'private, no-store'])
    expect(calls[0]!.args).toEqual({ booking_id: ID, token: null })
  })

  test.each(
    [
      ['confirmed', 'REQUEST', 'CONFIRMED'],
      ['completed', 'REQUEST', 'CONFIRMED'],
      ['requested', 'REQUEST', 'TENTATIVE'],
      ['cancelled', 'CANCEL', 'CANCELLED'],
      ['declined', 'CANCEL', 'CANCELLED'],
    ] as const,
  )('one that is %s comes by %s as %s', async (status, method, shown) => {
    const { lines } = build({ calendar_booking: { ...entry, status } })
    expect(await lines(`/bookings/${ID}.ics?token=t`))
      .toEqual(expect.arrayContaining([`METHOD:${method}`, `STATUS:${shown}`]))
  })

  test('that nobody may see is a 404', async () => {
    const { get } = build({ calendar_booking: new Problem(404, 'booking_not_found', 'No such booking.') })
    expect(await answerOf(await get(`/bookings/${ID}.ics?token=t`)))
      .toMatchObject([404, { code: 'booking_not_found' }])
  })
})

describe('a calendar to subscribe to', () => {
  test('tells who comes, and what they wrote', async () => {
    const { lines, calls } = build({ calendar_feed: { name: 'Zoë, Salon', entries: [entry] } })
    expect(await lines(`/feeds/${FEED}.ics`)).toEqual(expect.arrayContaining([
      'METHOD:PUBLISH',
      'X-WR-CALNAME:Zoë\\, Salon',
      'SUMMARY:Cut\\, colour — Ana',
      'DESCRIPTION:Reference B7K2M\\n2 people\\n+911234567890\\nana@shop.example\\nRing\\nthe bell',
    ]))
    expect(calls).toEqual([{ name: 'calendar_feed', args: { token: FEED } }])
  })

  test('of which there is nothing is empty, and a calendar all the same', async () => {
    const lines = await build().lines(`/feeds/${FEED}.ics`)
    expect([lines[0], lines.at(-2)]).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR'])
  })
})

test.each(['', '/', '/bookings/x.ics', `/bookings/${ID}`, '/feeds/abc.ics', `/feeds/${FEED}`, '/feeds/'])(
  'the calendar has no route "%s"',
  async (path) => {
    expect(await answerOf(await build().get(path))).toMatchObject([404, { code: 'route_not_found' }])
  },
)
