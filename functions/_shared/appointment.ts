import { z } from 'zod'
import type { CalendarEvent } from './ics.ts'
import type { Language } from './language.ts'

/** An appointment as the database tells it to whoever writes it into a calendar. */
export const Appointment = z.object({
  booking: z.object({
    id: z.uuid(),
    reference: z.string(),
    service: z.string(),
    staff: z.string(),
    party_size: z.number(),
    starts_at: z.string(),
    ends_at: z.string(),
    /** Version of the event: calendars show the highest. */
    sequence: z.number().int(),
    /** When this version was made. */
    stamped_at: z.string(),
    note: z.string().nullish(),
  }),
  store: z.object({ name: z.string(), link: z.string(), contact_email: z.string().nullish() }),
  address: z.object({
    line1: z.string(),
    line2: z.string().nullish(),
    city: z.string(),
    region: z.string().nullish(),
    postal_code: z.string().nullish(),
    country: z.string(),
  }),
  customer: z.object({
    name: z.string().nullish(),
    phone: z.string().nullish(),
    email: z.string().nullish(),
  }),
})
/** See {@link Appointment}. */
export type Appointment = z.infer<typeof Appointment>

/** What stands in a customer's calendar, by language. */
const WORDS: Record<Language, { summary: (service: string, staff: string) => string; reference: string }> = {
  en: { summary: (service, staff) => `${service} with ${staff}`, reference: 'Reference' },
  de: { summary: (service, staff) => `${service} bei ${staff}`, reference: 'Buchungsnummer' },
}

/** An appointment as an event of its customer's calendar: one event through all its versions. */
export function appointmentEvent(
  data: Appointment,
  status: CalendarEvent['status'],
  siteUrl: string,
  language: Language,
): CalendarEvent {
  const { booking, store, customer } = data
  const words = WORDS[language]
  const page = new URL(encodeURIComponent(store.link), `${siteUrl}/`).href
  return {
    ...sharedParts(data, status),
    summary: `${words.summary(booking.service, booking.staff)} — ${store.name}`,
    description: `${words.reference} ${booking.reference}`,
    url: page,
    organizer: { name: store.name, address: store.contact_email ? `mailto:${store.contact_email}` : page },
    ...(customer.email
      ? { attendee: { name: customer.name ?? customer.email, address: `mailto:${customer.email}` } }
      : {}),
  }
}

/** The same as an event of the calendar of whoever gives it: who comes, and what they wrote. */
export function staffEvent(data: Appointment, status: CalendarEvent['status']): CalendarEvent {
  const { booking, customer } = data
  return {
    ...sharedParts(data, status),
    summary: [booking.service, customer.name].filter(Boolean).join(' — '),
    description: [
      `Reference ${booking.reference}`,
      booking.party_size > 1 ? `${booking.party_size} people` : null,
      customer.phone,
      customer.email,
      booking.note,
    ].filter(Boolean).join('\n'),
  }
}

function sharedParts(
  { booking, address }: Appointment,
  status: CalendarEvent['status'],
): Omit<CalendarEvent, 'summary'> {
  return {
    uid: `${booking.id}@marketbase`,
    sequence: booking.sequence,
    stampedAt: booking.stamped_at,
    startsAt: booking.starts_at,
    endsAt: booking.ends_at,
    status,
    location: placeOf(address),
  }
}

/** An address on one line. */
export function placeOf(address: Appointment['address']): string {
  return [
    address.line1,
    address.line2,
    [address.postal_code, address.city].filter(Boolean).join(' '),
    address.region,
    address.country,
  ].filter(Boolean).join(', ')
}
