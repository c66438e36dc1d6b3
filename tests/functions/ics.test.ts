import { describe, expect, test } from 'vitest'
import { type CalendarEvent, writeCalendar } from '../../functions/_shared/ics.ts'

const LONG = 'Cut, colour; wash\\dry with Zoë — Salon Ærø, 2nd floor, ring the bell at No. 7 twice please'
const event: CalendarEvent = {
  uid: '0198f000-0000-7000-8000-00000000c0de@marketbase',
  sequence: 0,
  stampedAt: '2026-03-29T07:00:00.123456+00:00',
  startsAt: '2026-03-29T10:00:00+02:00',
  endsAt: '2026-03-29T09:30:00Z',
  status: 'CONFIRMED',
  summary: LONG,
}
const octets = (line: string) => Buffer.byteLength(line)
/** The content lines of a calendar, put together again. */
const unfolded = (calendar: string) => calendar.replaceAll('\r\n ', '').split('\r\n')
const valueOf = (calendar: string, property: string) =>
  unfolded(calendar).find((line) => line.startsWith(`${property}:`))?.slice(property.length + 1)

describe('a calendar', () => {
  test('folds a long line after 75 octets, never inside a character, and loses nothing', () => {
    const calendar = writeCalendar('REQUEST', [event])
    const lines = calendar.split('\r\n')
    const at = lines.findIndex((line) => line.startsWith('SUMMARY:'))
    expect(lines.slice(at, at + 2)).toEqual([
      'SUMMARY:Cut\\, colour\\; wash\\\\dry with Zoë — Salon Ærø\\, 2nd floor\\, ri',
      ' ng the bell at No. 7 twice please',
    ])
    expect(lines.slice(at, at + 2).map(octets)).toEqual([75, 34])
    expect(valueOf(calendar, 'SUMMARY')!.replace(/\\(.)/g, '$1')).toBe(LONG)
  })

  test('ends every line with CR and LF, the last one as well', () => {
    const calendar = writeCalendar('REQUEST', [event])
    expect(calendar.endsWith('END:VCALENDAR\r\n')).toBe(true)
    expect(calendar.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  test('tells instants in UTC, whatever offset they were given with', () => {
    const calendar = writeCalendar('REQUEST', [event])
    expect(['DTSTART', 'DTEND', 'DTSTAMP'].map((name) => valueOf(calendar, name)))
      .toEqual(['20260329T080000Z', '20260329T093000Z', '20260329T070000Z'])
    expect(calendar).not.toContain('TZID')
  })

  test.each(
    [
      [0, 'REQUEST', 'CONFIRMED'],
      [1, 'REQUEST', 'CONFIRMED'],
      [2, 'REQUEST', 'CONFIRMED'],
      [3, 'CANCEL', 'CANCELLED'],
    ] as const,
  )('version %d is the same event by %s', (sequence, method, status) => {
    const lines = unfolded(writeCalendar(method, [{ ...event, sequence, status }]))
    expect(lines).toEqual(
      expect.arrayContaining([
        `METHOD:${method}`,
        `UID:${event.uid}`,
        `SEQUENCE:${sequence}`,
        `STATUS:${status}`,
      ]),
    )
  })

  test('folds characters of four octets whole, at every place of the line', () => {
    for (let before = 0; before < 8; before++) {
      const summary = 'x'.repeat(60 + before) + '😀'.repeat(60)
      const calendar = writeCalendar('PUBLISH', [{ ...event, summary }])
      expect(calendar.split('\r\n').map(octets).every((size) => size <= 75)).toBe(true)
      expect(valueOf(calendar, 'SUMMARY')).toBe(summary)
    }
  })

  test('nothing that is typed by people begins a line of its own', () => {
    const hostile = 'x\r\nBEGIN:VALARM\nATTACH:http://evil.example\u0000\u2028'
    const calendar = writeCalendar('REQUEST', [{
      ...event,
      summary: hostile,
      description: hostile,
      location: hostile,
      organizer: { name: `"${hostile}";X=1`, address: 'mailto:a@shop.example' },
    }])
    expect(calendar.split('\r\n').filter((line) => /^(BEGIN:VALARM|ATTACH)/.test(line))).toEqual([])
    expect(valueOf(calendar, 'SUMMARY')).toBe('x\\nBEGIN:VALARM\\nATTACH:http://evil.example\u2028')
    expect(calendar.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/)
  })

  test('that is subscribed to has a name, and may be empty', () => {
    const calendar = writeCalendar('PUBLISH', [], 'Zoë, Salon Ærø')
    expect(valueOf(calendar, 'X-WR-CALNAME')).toBe('Zoë\\, Salon Ærø')
  })
})
