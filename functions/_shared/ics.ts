/** One event of a calendar, as RFC 5545 has it. */
export interface CalendarEvent {
  /** The same for every version of the event: calendars replace by it. */
  uid: string
  /** Version of the event; the highest is shown. */
  sequence: number
  /** Instant at which this version was made, ISO 8601. */
  stampedAt: string
  /** ISO 8601. */
  startsAt: string
  /** ISO 8601. */
  endsAt: string
  status: 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED'
  summary: string
  description?: string | undefined
  location?: string | undefined
  url?: string | undefined
  /** Who gives it, and who comes; both are needed for a calendar to take an invitation. */
  organizer?: Party | undefined
  attendee?: Party | undefined
}

/** Somebody who takes part; `address` is a URI, such as `mailto:ana@shop.example`. */
export interface Party {
  name: string
  address: string
}

/** How a calendar is meant (RFC 5546): an event somebody takes part in, its end, or something to read. */
export type CalendarMethod = 'REQUEST' | 'CANCEL' | 'PUBLISH'

const PRODUCT = '-//Marketbase//Appointments//EN'
/** Content lines are folded after so many octets (RFC 5545, 3.1). */
const LONGEST_LINE = 75

/**
 * Writes a calendar (RFC 5545). Times are instants in UTC, so that no time zone needs to be told.
 * @param name how a calendar program calls it, for one that is subscribed to
 */
export function writeCalendar(method: CalendarMethod, events: CalendarEvent[], name?: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${PRODUCT}`,
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    ...(name === undefined ? [] : [
      `NAME:${escapeText(name)}`,
      `X-WR-CALNAME:${escapeText(name)}`,
      'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    ]),
    ...events.flatMap(eventLines),
    'END:VCALENDAR',
  ].map((line) => `${fold(line)}\r\n`).join('')
}

function eventLines(event: CalendarEvent): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(event.uid)}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTAMP:${instant(event.stampedAt)}`,
    `DTSTART:${instant(event.startsAt)}`,
    `DTEND:${instant(event.endsAt)}`,
    `STATUS:${event.status}`,
    `SUMMARY:${escapeText(event.summary)}`,
    ...(event.description ? [`DESCRIPTION:${escapeText(event.description)}`] : []),
    ...(event.location ? [`LOCATION:${escapeText(event.location)}`] : []),
    ...(event.url ? [`URL:${event.url}`] : []),
    ...(event.organizer ? [`ORGANIZER;${party(event.organizer)}`] : []),
    ...(event.attendee ? [`ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;${party(event.attendee)}`] : []),
    'END:VEVENT',
  ]
}

/** An instant as `YYYYMMDDTHHMMSSZ`. */
function instant(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** Makes text safe as the value of a property. */
function escapeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    // deno-lint-ignore no-control-regex -- no other control character may stand in a calendar
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n')
}

/** A name and an address. What is quoted cannot hold a quotation mark, and an address is one word. */
function party({ name, address }: Party): string {
  // deno-lint-ignore no-control-regex -- a control character would begin a line of its own
  const controls = /[\u0000-\u001f\u007f]+/g
  const cited = name.replaceAll('"', "'").replace(controls, ' ')
  return `CN="${cited}":${address.replace(controls, '').replaceAll(' ', '')}`
}

/** Breaks a line before what would be longer than allowed, never inside a character. */
function fold(line: string): string {
  const encoder = new TextEncoder()
  let folded = ''
  let octets = 0
  for (const character of line) {
    const size = encoder.encode(character).length
    if (octets + size > LONGEST_LINE) {
      folded += '\r\n '
      octets = 1
    }
    folded += character
    octets += size
  }
  return folded
}
