import { z } from 'zod'
import { Appointment, appointmentEvent, placeOf } from '../_shared/appointment.ts'
import { type CalendarMethod, writeCalendar } from '../_shared/ics.ts'
import { formatInstant, formatMoney } from '../_shared/money.ts'
import { Amount, Currency } from '../_shared/sql.ts'
import type { Block, CalendarPart, Letter } from './layout.ts'
import { button, quote, type Setting, table, text } from './parts.ts'

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

type Write = (data: BookingData, setting: Setting) => Omit<Letter, 'language'>

/** Letters about appointments: to the customer, and, with `_store`, to the store. */
export const BOOKING_LETTERS: Record<string, Write> = {
  booking_confirmed: (data, setting) => {
    const words = setting.words.booking_confirmed
    return toCustomer(data, setting, {
      subject: words.subject(data.store.name, when(data, setting)),
      heading: words.heading(data.customer.name ?? null),
      words: words.text(data.store.name, when(data, setting)),
      calendar: ['REQUEST', 'CONFIRMED'],
    })
  },
  booking_requested: (data, setting) => {
    const words = setting.words.booking_requested
    const { decide_by } = data.booking
    const until = decide_by ? at(decide_by, data, setting) : null
    return toCustomer(data, setting, {
      subject: words.subject(data.store.name, when(data, setting)),
      heading: words.heading,
      words: words.text(data.store.name, when(data, setting), until),
      calendar: ['REQUEST', 'TENTATIVE'],
    })
  },
  booking_moved: (data, setting) => {
    const words = setting.words.booking_moved
    const isRequest = data.booking.status === 'requested'
    const told = data.previous_starts_at && data.previous_starts_at !== data.booking.starts_at
      ? words.text(at(data.previous_starts_at, data, setting), when(data, setting))
      : words.text_staff(when(data, setting), data.booking.staff)
    const subject = isRequest ? words.subject_request : words.subject
    return toCustomer(data, setting, {
      subject: subject(data.store.name, when(data, setting)),
      heading: isRequest ? words.heading_request : words.heading,
      words: isRequest ? `${told} ${words.undecided(data.store.name)}` : told,
      calendar: ['REQUEST', isRequest ? 'TENTATIVE' : 'CONFIRMED'],
    })
  },
  booking_cancelled: (data, setting) => {
    const words = setting.words.booking_cancelled
    const by = data.cancelled_by === 'customer' || data.cancelled_by === 'store' ? data.cancelled_by : 'us'
    return toCustomer(data, setting, {
      subject: words.subject(data.store.name),
      heading: words.heading,
      words: withMoney(words.by[by](when(data, setting), data.store.name), data, setting),
      isOver: true,
      calendar: ['CANCEL', 'CANCELLED'],
    })
  },
  booking_declined: (data, setting) => {
    const words = setting.words.booking_declined
    return toCustomer(data, setting, {
      subject: words.subject(data.store.name, when(data, setting)),
      heading: words.heading,
      words: withMoney(words.text(data.store.name, when(data, setting)), data, setting),
      isOver: true,
      calendar: ['CANCEL', 'CANCELLED'],
    })
  },
  booking_lapsed: (data, setting) => {
    const words = setting.words.booking_lapsed
    return toCustomer(data, setting, {
      subject: words.subject(data.store.name),
      heading: words.heading,
      words: withMoney(words.text(data.store.name, when(data, setting)), data, setting),
      isOver: true,
      calendar: ['CANCEL', 'CANCELLED'],
    })
  },
  booking_refunded_late: (data, setting) => {
    const words = setting.words.booking_refunded_late
    return toCustomer(data, setting, {
      subject: words.subject,
      heading: words.subject,
      words: withMoney(words.text(data.store.name, when(data, setting)), data, setting),
      isOver: true,
    })
  },
  booking_reminder: (data, setting) => {
    const words = setting.words.booking_reminder
    return toCustomer(data, setting, {
      subject: words.subject(data.booking.service, data.store.name, when(data, setting)),
      heading: words.heading,
      words: words.text(data.store.name, when(data, setting)),
      calendar: ['REQUEST', 'CONFIRMED'],
    })
  },
  booking_offer: (data, setting) => {
    const words = setting.words.booking_offer
    const until = at(data.booking.decide_by ?? data.booking.starts_at, data, setting)
    return toCustomer(data, setting, {
      subject: words.subject(data.store.name, when(data, setting)),
      heading: words.heading,
      words: words.text(data.store.name, when(data, setting), until),
      button: button(words.button, setting, 'appointments', 'offers', data.waiting_id ?? ''),
    })
  },
  booking_confirmed_store: (data, setting) =>
    toStore(
      data,
      setting,
      setting.words.booking_confirmed_store.subject(data.booking.service, when(data, setting)),
    ),
  booking_requested_store: (data, setting) => {
    const words = setting.words.booking_requested_store
    const { decide_by } = data.booking
    return toStore(
      data,
      setting,
      words.subject(data.booking.service, when(data, setting)),
      decide_by ? words.text(at(decide_by, data, setting)) : '',
    )
  },
  booking_moved_store: (data, setting) =>
    toStore(
      data,
      setting,
      setting.words.booking_moved_store.subject(data.booking.service, when(data, setting)),
      data.previous_starts_at ? setting.words.booking.was_on(at(data.previous_starts_at, data, setting)) : '',
    ),
  booking_cancelled_store: (data, setting) =>
    toStore(
      data,
      setting,
      setting.words.booking_cancelled_store.subject(data.booking.service, when(data, setting)),
    ),
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

function toCustomer(data: BookingData, setting: Setting, letter: Particulars): ReturnType<Write> {
  const words = setting.words.booking
  return {
    subject: letter.subject,
    heading: letter.heading,
    blocks: [
      text(letter.words),
      ...(data.reason ? [quote(data.reason)] : []),
      ...details(data, setting),
      ...(letter.isOver || letter.button ? [] : [freeUntil(data, setting)]),
      letter.button ??
        (data.token && !letter.isOver
          ? button(words.manage, setting, 'appointments', data.token)
          : button(words.book_another, setting, data.store.link)),
    ],
    sender: data.store.name,
    brief: letter.words,
    ...(letter.calendar ? { calendar: calendarPart(data, setting, ...letter.calendar) } : {}),
  }
}

function toStore(data: BookingData, setting: Setting, subject: string, told = ''): ReturnType<Write> {
  const words = setting.words.booking
  return {
    subject,
    heading: subject,
    blocks: [
      ...(told ? [text(told)] : []),
      ...(data.reason ? [quote(data.reason)] : []),
      ...details(data, setting),
      table(
        [data.customer.name, data.customer.phone, data.customer.email]
          .filter((value) => typeof value === 'string')
          .map((value) => ({ label: words.customer, value })),
      ),
      ...(data.booking.note ? [quote(data.booking.note)] : []),
      button(words.open_calendar, setting, 'sell', 'appointments', data.booking.id),
    ],
    sender: 'Marketbase',
    brief: `${subject}. ${told}`.trim(),
  }
}

function details(data: BookingData, setting: Setting): Block[] {
  const { booking } = data
  const words = setting.words.booking
  const money = (amount: number) => formatMoney(amount, booking.currency, setting.locale)
  return [table([
    { label: booking.service, detail: words.with(booking.staff), value: when(data, setting) },
    ...(booking.party_size > 1 ? [{ label: words.people, value: String(booking.party_size) }] : []),
    { label: words.where, value: placeOf(data.address) },
    { label: words.price, value: booking.price === 0 ? words.free : money(booking.price) },
    ...(booking.paid > 0 ? [{ label: words.paid, value: money(booking.paid) }] : []),
    ...(booking.paid > 0 && booking.paid < booking.price
      ? [{ label: words.to_pay_there, value: money(booking.price - booking.paid) }]
      : []),
    { label: words.reference, value: booking.reference },
  ])]
}

function freeUntil(data: BookingData, setting: Setting): Block {
  const words = setting.words.booking
  return text(
    data.booking.paid > 0 && data.booking.free_until
      ? words.free_until(at(data.booking.free_until, data, setting))
      : words.please_say_so,
  )
}

/** What was told, and what becomes of the money. */
function withMoney(told: string, data: BookingData, setting: Setting): string {
  const { paid, currency } = data.booking
  if (paid === 0) return told
  const words = setting.words.booking
  const money = (amount: number) => formatMoney(amount, currency, setting.locale)
  const back = data.refund_amount ?? 0
  if (back === 0) return `${told} ${words.all_kept(money(paid))}`
  const goesBack = back < paid
    ? words.goes_back_in_part(money(back), money(paid - back))
    : words.goes_back(money(back))
  return `${told} ${goesBack} ${setting.words.banks_take}`
}

function calendarPart(
  data: BookingData,
  setting: Setting,
  method: CalendarMethod,
  status: Parameters<typeof appointmentEvent>[1],
): CalendarPart {
  const event = appointmentEvent(data, status, setting.siteUrl, setting.language)
  return { method, content: writeCalendar(method, [event]) }
}

function at(instant: string, data: BookingData, setting: Setting): string {
  return formatInstant(instant, data.store.time_zone, setting.locale)
}

const when = (data: BookingData, setting: Setting) => at(data.booking.starts_at, data, setting)
