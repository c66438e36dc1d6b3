import { z } from 'zod'
import { Appointment, appointmentEvent, placeOf } from '../_shared/appointment.ts'
import { type CalendarMethod, writeCalendar } from '../_shared/ics.ts'
import { Amount, Currency } from '../_shared/sql.ts'
import type { Block, CalendarPart, Letter } from './layout.ts'
import { formatInstant, formatMoney } from './money.ts'
import { button, table, text } from './parts.ts'
import type { Setting } from './templates.ts'

/** What every letter about an appointment is told. */
export const BookingData = Appointment.extend({
  booking: Appointment.shape.booking.extend({
    /** As it was when it was told. */
    status: z.string(),
    currency: Currency,
    price: Amount,
    paid: Amount,
    /** Until when it is cancelled for nothing. */
    free_until: z.string().nullish(),
    /** Until when the store answers a request. */
    decide_by: z.string().nullish(),
  }),
  store: Appointment.shape.store.extend({ time_zone: z.string() }),
  previous_starts_at: z.string().nullish(),
  cancelled_by: z.enum(['customer', 'store', 'operator', 'system']).nullish(),
  /** In the words of whoever ended it. */
  reason: z.string().nullish(),
  refund_amount: Amount.nullish(),
  /** The wish that an offer answers. */
  waiting_id: z.uuid().nullish(),
  /** Opens the booking without signing in; in letters to its customer only. */
  token: z.string().nullish(),
})
type BookingData = z.infer<typeof BookingData>

type Write = (data: BookingData, setting: Setting) => Letter

/** Letters about appointments: to the customer, and, with `_store`, to the store. */
export const BOOKING_LETTERS: Record<string, Write> = {
  booking_confirmed: (data, setting) =>
    toCustomer(data, setting, {
      subject: `Your appointment at ${data.store.name}: ${when(data, setting)}`,
      heading: data.customer.name ? `See you soon, ${data.customer.name}` : 'Your appointment is confirmed',
      words: `${data.store.name} expects you on ${when(data, setting)}.`,
      calendar: ['REQUEST', 'CONFIRMED'],
    }),
  booking_requested: (data, setting) =>
    toCustomer(data, setting, {
      subject: `Your request to ${data.store.name} for ${when(data, setting)}`,
      heading: 'Your request has arrived',
      words: `${data.store.name} decides whether ${when(data, setting)} can be kept` +
        `${data.booking.decide_by ? `, until ${at(data.booking.decide_by, data, setting)}` : ''}. ` +
        'The time is kept for you until then, and you are told.',
      calendar: ['REQUEST', 'TENTATIVE'],
    }),
  booking_moved: (data, setting) => {
    const isRequest = data.booking.status === 'requested'
    const [what, calendarStatus] = isRequest
      ? ['request to', 'TENTATIVE'] as const
      : ['appointment at', 'CONFIRMED'] as const
    const words = data.previous_starts_at && data.previous_starts_at !== data.booking.starts_at
      ? `It was on ${at(data.previous_starts_at, data, setting)}. Now it is on ${when(data, setting)}.`
      : `It is on ${when(data, setting)}, with ${data.booking.staff}.`
    return toCustomer(data, setting, {
      subject: `Your ${what} ${data.store.name} has moved to ${when(data, setting)}`,
      heading: isRequest ? 'Your request has moved' : 'Your appointment has moved',
      words: isRequest ? `${words} ${data.store.name} has yet to decide whether it can be kept.` : words,
      calendar: ['REQUEST', calendarStatus],
    })
  },
  booking_cancelled: (data, setting) =>
    toCustomer(data, setting, {
      subject: `Your appointment at ${data.store.name} was cancelled`,
      heading: 'Your appointment was cancelled',
      words: `${
        data.cancelled_by === 'customer' ? 'You' : data.cancelled_by === 'store' ? data.store.name : 'We'
      } cancelled the appointment on ${when(data, setting)}.${moneyWords(data, setting)}`,
      isOver: true,
      calendar: ['CANCEL', 'CANCELLED'],
    }),
  booking_declined: (data, setting) =>
    toCustomer(data, setting, {
      subject: `${data.store.name} cannot keep ${when(data, setting)}`,
      heading: 'Your request was declined',
      words: `${data.store.name} cannot take you on ${when(data, setting)}.${moneyWords(data, setting)}`,
      isOver: true,
      calendar: ['CANCEL', 'CANCELLED'],
    }),
  booking_lapsed: (data, setting) =>
    toCustomer(data, setting, {
      subject: `${data.store.name} did not answer your request`,
      heading: 'Your request was not answered',
      words: `${data.store.name} did not answer in time whether ${when(data, setting)} can be kept. ` +
        `It is not kept any more.${moneyWords(data, setting)}`,
      isOver: true,
      calendar: ['CANCEL', 'CANCELLED'],
    }),
  booking_refunded_late: (data, setting) =>
    toCustomer(data, setting, {
      subject: 'Your payment came too late and goes back to you',
      heading: 'Your payment came too late and goes back to you',
      words: `The time at ${data.store.name} on ${when(data, setting)} was not kept for you any more when ` +
        `your payment reached us.${moneyWords(data, setting)}`,
      isOver: true,
    }),
  booking_reminder: (data, setting) =>
    toCustomer(data, setting, {
      subject: `Reminder: ${data.booking.service} at ${data.store.name}, ${when(data, setting)}`,
      heading: 'Your appointment is coming up',
      words: `${data.store.name} expects you on ${when(data, setting)}.`,
      calendar: ['REQUEST', 'CONFIRMED'],
    }),
  booking_offer: (data, setting) =>
    toCustomer(data, setting, {
      subject: `${data.store.name} has a time for you: ${when(data, setting)}`,
      heading: 'A time has become free',
      words: `You wait for a time at ${data.store.name}. ${when(data, setting)} is kept for you until ${
        at(data.booking.decide_by ?? data.booking.starts_at, data, setting)
      }.`,
      button: button('Take it', setting, 'appointments', 'offers', data.waiting_id ?? ''),
    }),
  booking_confirmed_store: (data, setting) =>
    toStore(data, setting, `New appointment: ${data.booking.service}, ${when(data, setting)}`),
  booking_requested_store: (data, setting) =>
    toStore(
      data,
      setting,
      `Please answer: ${data.booking.service}, ${when(data, setting)}`,
      data.booking.decide_by
        ? `Without an answer until ${at(data.booking.decide_by, data, setting)} it lapses.`
        : '',
    ),
  booking_moved_store: (data, setting) =>
    toStore(
      data,
      setting,
      `Moved: ${data.booking.service}, now ${when(data, setting)}`,
      data.previous_starts_at ? `It was on ${at(data.previous_starts_at, data, setting)}.` : '',
    ),
  booking_cancelled_store: (data, setting) =>
    toStore(data, setting, `Cancelled: ${data.booking.service}, ${when(data, setting)}`),
}

/** What is particular of a letter to a customer. */
interface Particulars {
  subject: string
  heading: string
  words: string
  /** Where to go from here, if not to the booking. */
  button?: Block
  /** Nothing is left to be moved, cancelled or prepared for. */
  isOver?: boolean
  /** The event's new version, for the customer's calendar. */
  calendar?: [CalendarMethod, Parameters<typeof appointmentEvent>[1]]
}

function toCustomer(data: BookingData, setting: Setting, letter: Particulars): Letter {
  return {
    subject: letter.subject,
    heading: letter.heading,
    blocks: [
      text(letter.words),
      ...(data.reason ? [{ kind: 'quote', text: data.reason } as const] : []),
      ...details(data, setting),
      ...(letter.isOver || letter.button ? [] : [freeUntil(data, setting)]),
      letter.button ??
        (data.token && !letter.isOver
          ? button('See, move or cancel it', setting, 'appointments', data.token)
          : button('Book another time', setting, data.store.link)),
    ],
    sender: data.store.name,
    brief: letter.words,
    ...(letter.calendar ? { calendar: calendarPart(data, setting, ...letter.calendar) } : {}),
  }
}

function toStore(data: BookingData, setting: Setting, subject: string, words = ''): Letter {
  return {
    subject,
    heading: subject,
    blocks: [
      ...(words ? [text(words)] : []),
      ...(data.reason ? [{ kind: 'quote', text: data.reason } as const] : []),
      ...details(data, setting),
      table(
        [data.customer.name, data.customer.phone, data.customer.email]
          .filter((value) => typeof value === 'string')
          .map((value) => ({ label: 'Customer', value })),
      ),
      ...(data.booking.note ? [{ kind: 'quote', text: data.booking.note } as const] : []),
      button('Open the calendar', setting, 'sell', 'appointments', data.booking.id),
    ],
    sender: 'Marketbase',
    brief: `${subject}. ${words}`.trim(),
  }
}

function details(data: BookingData, setting: Setting): Block[] {
  const { booking } = data
  const money = (amount: number) => formatMoney(amount, booking.currency, setting.locale)
  return [table([
    { label: booking.service, detail: `with ${booking.staff}`, value: when(data, setting) },
    ...(booking.party_size > 1 ? [{ label: 'People', value: String(booking.party_size) }] : []),
    { label: 'Where', value: placeOf(data.address) },
    { label: 'Price', value: booking.price === 0 ? 'free' : money(booking.price) },
    ...(booking.paid > 0 ? [{ label: 'Paid', value: money(booking.paid) }] : []),
    ...(booking.paid > 0 && booking.paid < booking.price
      ? [{ label: 'To pay there', value: money(booking.price - booking.paid) }]
      : []),
    { label: 'Reference', value: booking.reference },
  ])]
}

function freeUntil(data: BookingData, setting: Setting): Block {
  return text(
    data.booking.paid > 0 && data.booking.free_until
      ? `Cancelled until ${at(data.booking.free_until, data, setting)} it costs nothing.`
      : 'If you cannot come, please say so: the time can be given to somebody else.',
  )
}

function moneyWords(data: BookingData, setting: Setting): string {
  const { booking } = data
  if (booking.paid === 0) return ''
  const money = (amount: number) => formatMoney(amount, booking.currency, setting.locale)
  const back = data.refund_amount ?? 0
  if (back === 0) return ` By its terms the ${money(booking.paid)} that you paid are kept.`
  const kept = booking.paid - back
  return ` ${money(back)} goes back to you the way you paid` +
    `${kept > 0 ? `; by its terms ${money(kept)} are kept` : ''}. Banks take up to ten days to show it.`
}

function calendarPart(
  data: BookingData,
  setting: Setting,
  method: CalendarMethod,
  status: Parameters<typeof appointmentEvent>[1],
): CalendarPart {
  return { method, content: writeCalendar(method, [appointmentEvent(data, status, setting.siteUrl)]) }
}

function at(instant: string, data: BookingData, setting: Setting): string {
  return formatInstant(instant, data.store.time_zone, setting.locale)
}

const when = (data: BookingData, setting: Setting) => at(data.booking.starts_at, data, setting)
