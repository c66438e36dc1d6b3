import { z } from 'zod'
import { Address, addressLines } from '../_shared/address.ts'
import { readingOf } from '../_shared/language.ts'
import { formatInstant, formatMoney } from '../_shared/money.ts'
import { Amount, Currency } from '../_shared/sql.ts'
import { BOOKING_LETTERS, BookingData } from './bookings.ts'
import type { Block, Letter } from './layout.ts'
import { button, quote, type Setting, table, text } from './parts.ts'
import { WORDS } from './words.ts'

const Store = z.object({
  name: z.string(),
  link: z.string(),
  time_zone: z.string(),
  contact_email: z.string().nullish(),
})
type Store = z.infer<typeof Store>

/** An order that was never confirmed has no number. */
const OrderReference = z.object({
  id: z.uuid(),
  number: z.union([z.string(), z.number()]).nullable().transform((number) =>
    number === null ? null : String(number)
  ),
  is_pickup: z.boolean().nullish(),
})

const Order = z.object({
  store: Store,
  order: OrderReference.extend({
    placed_at: z.string(),
    currency: Currency,
    subtotal: Amount,
    discount: Amount,
    shipping: Amount,
    tax: Amount,
    included_tax: Amount.nullish(),
    total: Amount,
    payment_method: z.string(),
  }),
  lines: z.array(z.object({
    name: z.string(),
    variant: z.string().nullish(),
    quantity: z.number(),
    unit_price: Amount,
    total: Amount,
  })),
  /** Where it is sent to, or where it is picked up. */
  address: Address.nullish(),
  customer: z.object({ name: z.string().nullish() }).nullish(),
})

/** What became of the money of an order that was cancelled; `amount` is what goes back. */
const ReturnedMoney = z.object({
  money: z.enum(['card', 'cash', 'refunded_before', 'under_way', 'not_charged', 'not_due']),
  amount: Amount.nullish(),
  currency: Currency,
})

const OrderStatus = z.object({
  store: Store,
  order: OrderReference.extend({ status: z.enum(['processing', 'shipped', 'delivered', 'cancelled']) }),
  tracking: z.object({
    carrier: z.string().nullish(),
    number: z.string().nullish(),
    url: z.string().nullish(),
  })
    .nullish(),
  cancelled: ReturnedMoney.extend({
    by: z.enum(['customer', 'store', 'marketplace', 'expiry']),
    /** In the words of whoever cancelled it. */
    reason: z.string().nullish(),
    /** Whether its lines wait in the cart again. */
    is_back_in_cart: z.boolean().nullish(),
  }).nullish(),
})

const Refund = z.object({
  /** Store and order are missing for a payment that came too late to become an order. */
  store: Store.nullish(),
  order: OrderReference.nullish(),
  /** The service, if it was for an appointment. */
  appointment: z.string().nullish(),
  refund: z.object({
    amount: Amount,
    currency: Currency,
    status: z.enum(['rejected', 'succeeded', 'failed']),
    is_cash: z.boolean().nullish(),
    /** What the store says about its decision. */
    note: z.string().nullish(),
  }),
})

const CheckoutMoney = z.object({ checkout_id: z.uuid(), amount: Amount, currency: Currency })

const PaymentFailed = CheckoutMoney.extend({
  /** The provider's code for why. */
  code: z.string().nullish(),
  /** Why, in words for the customer, in English. */
  reason: z.string(),
  /** The service, if it was for an appointment. */
  appointment: z.string().nullish(),
  /** Until when the items, or the time, are kept, on the clock of this place; missing when they are not any more. */
  reserved_until: z.string().nullish(),
  time_zone: z.string().nullish(),
})

const PaymentRefundedLate = CheckoutMoney.extend({
  cause: z.enum(['cancelled', 'sold_out', 'coupon_used_up']),
})

const LowStock = z.object({
  store: Store,
  product: z.object({ name: z.string(), variant: z.string().nullish(), sku: z.string().nullish() }),
  on_hand: z.number(),
  threshold: z.number(),
})

const BackInStock = z.object({
  store: Store,
  product: z.object({
    name: z.string(),
    variant: z.string().nullish(),
    slug: z.string(),
    price: Amount,
    currency: Currency,
  }),
})

const Invitation = z.object({
  store: Store,
  role: z.enum(['owner', 'manager', 'staff']),
  token: z.string(),
  inviter: z.string().nullish(),
  expires_at: z.string(),
})

const AbandonedCart = z.object({
  store: Store.nullish(),
  lines: z.array(z.object({ name: z.string(), quantity: z.number() })).nullable(),
})

/** Of an order, or of an appointment. */
const ReviewRequest = z.union([
  z.object({ store: Store, order: OrderReference, products: z.array(z.string()) }),
  z.object({ store: Store, appointment: z.object({ id: z.uuid(), service: z.string() }) }),
])

/** What was decided about a review, as it was then. */
const ReviewDecision = z.object({
  decision_id: z.uuid(),
  review_id: z.uuid(),
  action: z.enum(['hide', 'restore', 'keep']),
  /** What was reviewed. */
  subject: z.string(),
  rating: z.number(),
  review: z.string(),
  rule: z.string().nullish(),
  facts: z.string().nullish(),
  is_automated: z.boolean(),
  appeal_until: z.string(),
  time_zone: z.string(),
})

/** What somebody has not read. */
const UnreadMessages = z.object({
  store: Store,
  conversation_id: z.uuid(),
  /** Which side wrote them; the letter goes to the other one. */
  author: z.enum(['customer', 'store']),
  customer: z.object({ name: z.string().nullish() }),
  count: z.number(),
  /** The first ones. */
  messages: z.array(z.object({ body: z.string(), file_count: z.number() })),
})

/** A receiver of events that does not answer. */
const WebhookDisabled = z.object({
  store: Store,
  url: z.string(),
  /** The first try that failed, of those without a success in between. */
  failing_since: z.string(),
})

const Alert = z.object({ rule: z.string(), message: z.string() })

const PLATFORM = 'Marketbase'

/** What a template writes; in which language stands in its setting. */
type Content = Omit<Letter, 'language'>

/** A template: the data it needs, and what it writes. */
interface Template {
  write(data: unknown, setting: Setting): Content | null
}

function template<T>(shape: z.ZodType<T>, write: (data: T, setting: Setting) => Content | null): Template {
  return {
    write(data, setting) {
      const parsed = shape.safeParse(data)
      if (!parsed.success) throw new Unwritable(z.prettifyError(parsed.error))
      return write(parsed.data, setting)
    },
  }
}

/** Statuses that cannot wait until the customer opens the app. */
const TEXTED_STATUSES = ['shipped', 'cancelled']

const TEMPLATES: Record<string, Template> = {
  order_confirmed: template(Order, (data, setting) => {
    const words = setting.words.order_confirmed
    const { order, store } = data
    const number = order.number ?? ''
    return {
      subject: words.subject(number, store.name),
      heading: words.heading(data.customer?.name ?? null),
      blocks: [
        text(words.text(store.name, number, order.is_pickup === true)),
        ...orderBlocks(data, setting),
        button(setting.words.buttons.view_order, setting, 'orders', order.id),
      ],
      sender: store.name,
      brief: words.brief(orderName(order, store, setting), money(order.total, order.currency, setting)),
    }
  }),
  order_placed_store: template(Order, (data, setting) => {
    const words = setting.words.order_placed_store
    const { order, store } = data
    const subject = words.subject(
      orderName(order, store, setting),
      money(order.total, order.currency, setting),
    )
    return {
      subject,
      heading: words.heading,
      blocks: [
        text(words.text(order.number ?? '', store.name, when(order.placed_at, store.time_zone, setting))),
        ...orderBlocks(data, setting),
        button(words.button, setting, 'sell', 'orders', order.id),
      ],
      sender: PLATFORM,
      brief: `${subject}.`,
    }
  }),
  order_status: template(OrderStatus, (data, setting) => {
    const words = setting.words.order_status
    const { order, store, cancelled } = data
    const step = stepOf(order)
    const subject = words[step](orderName(order, store, setting))
    const told = step !== 'cancelled'
      ? words.texts[step]
      : cancelled
      ? cancelledText(cancelled, store, setting)
      : ''
    return {
      subject,
      heading: subject,
      blocks: [
        ...(told ? [text(told)] : []),
        ...(cancelled?.reason ? [quote(cancelled.reason)] : []),
        ...(order.is_pickup ? [] : trackingBlocks(data.tracking, setting)),
        button(setting.words.buttons.view_order, setting, 'orders', order.id),
      ],
      sender: store.name,
      ...(TEXTED_STATUSES.includes(order.status)
        ? { brief: `${subject}.${cancelled ? ` ${told}` : ''}` }
        : {}),
    }
  }),
  refund: template(Refund, (data, setting) => {
    const { refund, order, store, appointment } = data
    const { words } = setting
    const amount = money(refund.amount, refund.currency, setting)
    const thing = order && store
      ? words.refund.things.order(orderName(order, store, setting))
      : appointment
      ? words.refund.things.appointment(words.things.appointment(appointment))
      : words.refund.things.payment
    const told = refundWords(data, amount, thing, setting)
    return {
      subject: told.subject,
      heading: told.heading,
      blocks: [
        text([told.text, told.takes].filter(Boolean).join(' ')),
        ...(refund.status === 'rejected' && refund.note ? [quote(refund.note)] : []),
        order
          ? button(words.buttons.view_order, setting, 'orders', order.id)
          : appointment
          ? button(words.buttons.view_appointments, setting, 'appointments')
          : button(words.buttons.view_orders, setting, 'orders'),
      ],
      sender: store?.name ?? PLATFORM,
      brief: told.text,
    }
  }),
  payment_failed: template(PaymentFailed, (data, setting) => {
    const words = setting.words.payment_failed
    const { appointment } = data
    const amount = money(data.amount, data.currency, setting)
    const until = data.reserved_until ? when(data.reserved_until, data.time_zone ?? 'UTC', setting) : null
    const next = until === null
      ? (appointment ? words.appointment_over : words.order_over)
      : appointment
      ? words.time_kept(appointment, until)
      : words.items_kept(until)
    return {
      subject: words.subject,
      heading: words.subject,
      blocks: [
        text(`${words.text(amount)} ${next}`),
        quote(words.reason(data.code ?? null, data.reason)),
        until !== null
          ? button(words.button, setting, 'checkouts', data.checkout_id)
          : appointment
          ? button(setting.words.buttons.view_appointments, setting, 'appointments')
          : button(setting.words.buttons.view_orders, setting, 'orders'),
      ],
      sender: PLATFORM,
      brief: `${words.brief(amount)} ${next}`,
    }
  }),
  payment_refunded_late: template(PaymentRefundedLate, (data, setting) => {
    const words = setting.words.payment_refunded_late
    const told = `${words.causes[data.cause](money(data.amount, data.currency, setting))} ${words.all_back}`
    return {
      subject: words.subject,
      heading: words.subject,
      blocks: [
        text(`${told} ${setting.words.banks_take}`),
        button(setting.words.buttons.view_orders, setting, 'orders'),
      ],
      sender: PLATFORM,
      brief: told,
    }
  }),
  low_stock: template(LowStock, ({ product, store, on_hand, threshold }, setting) => {
    const words = setting.words.low_stock
    return {
      subject: words.subject(productName(product)),
      heading: words.heading(productName(product), store.name),
      blocks: [
        table([
          { label: words.left, value: String(on_hand), strong: true },
          { label: words.threshold, value: String(threshold) },
          ...(product.sku ? [{ label: words.sku, value: product.sku }] : []),
        ]),
        button(words.button, setting, 'sell', 'stock'),
      ],
      sender: PLATFORM,
    }
  }),
  back_in_stock: template(BackInStock, ({ product, store }, setting) => {
    const words = setting.words.back_in_stock
    return {
      subject: words.subject(productName(product)),
      heading: words.heading(productName(product)),
      blocks: [
        text(words.text(store.name, money(product.price, product.currency, setting))),
        button(words.button, setting, store.link, product.slug),
      ],
      sender: store.name,
    }
  }),
  invitation: template(Invitation, ({ store, role, inviter, token, expires_at }, setting) => {
    const words = setting.words.invitation
    return {
      subject: words.subject(store.name),
      heading: words.heading(store.name, words.roles[role]),
      blocks: [
        text(words.text(inviter ?? store.name, store.name, when(expires_at, store.time_zone, setting))),
        button(words.button, setting, 'invitations', token),
        text(words.ignore),
      ],
      sender: PLATFORM,
    }
  }),
  abandoned_cart: template(AbandonedCart, (data, setting) => {
    const words = setting.words.abandoned_cart
    // Emptied, or bought, since the mail was put in.
    if (!data.lines?.length) return null
    return {
      subject: words.subject,
      heading: words.heading,
      blocks: [
        table(data.lines.map((line) => ({ label: line.name, value: `× ${line.quantity}` }))),
        button(words.button, setting, 'cart'),
      ],
      sender: data.store?.name ?? PLATFORM,
    }
  }),
  review_request: template(ReviewRequest, (data, setting) => {
    const words = setting.words.review_request
    if ('appointment' in data) {
      return {
        subject: words.appointment_subject(data.store.name),
        heading: words.appointment_heading,
        blocks: [
          text(words.appointment_text(data.store.name, data.appointment.service)),
          button(words.button, setting, 'bookings', data.appointment.id),
        ],
        sender: data.store.name,
      }
    }
    return {
      subject: words.subject(data.store.name),
      heading: words.heading,
      blocks: [
        text(words.text(orderName(data.order, data.store, setting))),
        table(data.products.map((name) => ({ label: name, value: '' }))),
        button(words.button, setting, 'orders', data.order.id),
      ],
      sender: data.store.name,
    }
  }),
  review_decision: template(ReviewDecision, (data, setting) => {
    const words = setting.words.review_decision
    const told = words[data.action]
    const subject = told.subject(data.subject)
    return {
      subject,
      heading: subject,
      blocks: [
        text(told.text(data.subject, PLATFORM)),
        quote([stars(data.rating), data.review].filter(Boolean).join('\n')),
        table([
          ...(data.rule ? [{ label: words.rule, value: data.rule }] : []),
          ...(data.facts ? [{ label: words.facts, value: data.facts }] : []),
          { label: words.decided_by, value: data.is_automated ? words.a_program : words.a_person },
        ]),
        ...(data.action === 'restore' ? [button(words.see, setting, 'reviews', data.review_id)] : [
          text(words.appeal_until(when(data.appeal_until, data.time_zone, setting))),
          button(words.appeal, setting, 'decisions', data.decision_id),
        ]),
      ],
      sender: PLATFORM,
    }
  }),
  unread_messages: template(UnreadMessages, (data, setting) => {
    const words = setting.words.unread_messages
    const { count, store } = data
    const customer = data.customer.name ?? null
    const more = count - data.messages.length
    const isToCustomer = data.author === 'store'
    return {
      subject: isToCustomer
        ? words.subject(count, store.name)
        : words.subject_store(count, customer, store.name),
      heading: isToCustomer ? words.heading(store.name) : words.heading_store(customer, store.name),
      blocks: [
        ...data.messages.map(({ body, file_count }) =>
          quote([body, file_count > 0 ? words.files(file_count) : ''].filter(Boolean).join(' '))
        ),
        ...(more > 0 ? [text(words.more(more))] : []),
        isToCustomer
          ? button(words.button, setting, 'messages', data.conversation_id)
          : button(words.button, setting, 'sell', 'messages', data.conversation_id),
      ],
      sender: PLATFORM,
    }
  }),
  webhook_disabled: template(WebhookDisabled, ({ store, url, failing_since }, setting) => {
    const words = setting.words.webhook_disabled
    return {
      subject: words.subject(store.name),
      heading: words.heading,
      blocks: [
        text(words.text(when(failing_since, store.time_zone, setting))),
        quote(url),
        button(words.button, setting, 'sell', 'webhooks'),
      ],
      sender: PLATFORM,
    }
  }),
  alert: template(Alert, ({ rule, message }, setting) => ({
    subject: setting.words.alert.subject(rule),
    heading: rule,
    blocks: [text(message)],
    sender: PLATFORM,
    brief: setting.words.alert.brief(rule, message),
  })),
  ...Object.fromEntries(
    Object.entries(BOOKING_LETTERS).map(([name, writeLetter]) => [name, template(BookingData, writeLetter)]),
  ),
}

/** The names of all templates. */
export const templateNames: string[] = Object.keys(TEMPLATES)

/** No letter can be made of this, however often it is tried: no such template, or data that does not fit it. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable'
}

/** Whom a letter is written to. */
export interface Reader {
  /** Addresses in mails begin with it. */
  siteUrl: string
  /** BCP 47, as their profile has it. */
  locale: string | null | undefined
}

/**
 * Writes a letter, in the language of its reader or else in English.
 * @returns null if there is nothing to say any more
 * @throws {Unwritable}
 */
export function write(name: string, data: unknown, { siteUrl, locale: wanted }: Reader): Letter | null {
  if (!Object.hasOwn(TEMPLATES, name)) throw new Unwritable(`There is no template "${name}".`)
  const { language, locale } = readingOf(wanted)
  const content = TEMPLATES[name]!.write(data, { siteUrl, language, locale, words: WORDS[language] })
  return content && { ...content, language }
}

function orderName(order: { number: string | null }, store: Store, { words }: Setting): string {
  return words.things.order(order.number, store.name)
}

/** What an order's status is called: one that is fetched goes other ways than one that is sent. */
function stepOf({ status, is_pickup }: z.infer<typeof OrderStatus>['order']) {
  if (is_pickup && status === 'shipped') return 'ready'
  if (is_pickup && status === 'delivered') return 'picked_up'
  return status
}

function cancelledText(
  cancelled: NonNullable<z.infer<typeof OrderStatus>['cancelled']>,
  store: Store,
  setting: Setting,
): string {
  const words = setting.words.order_status
  return [
    words.cancelled_by[cancelled.by](store.name, PLATFORM),
    words.money[cancelled.money](money(cancelled.amount ?? 0, cancelled.currency, setting), store.name),
    cancelled.money === 'card' ? setting.words.banks_take : '',
    cancelled.is_back_in_cart ? words.back_in_cart : '',
  ].filter(Boolean).join(' ')
}

const stars = (rating: number): string => '★'.repeat(rating) + '☆'.repeat(5 - rating)

function refundWords(
  { refund, store }: z.infer<typeof Refund>,
  amount: string,
  thing: string,
  { words }: Setting,
): Pick<Letter, 'subject' | 'heading'> & { text: string; takes?: string } {
  if (refund.status !== 'succeeded') {
    const { subject, heading, text } = words.refund[refund.status]
    return { subject: subject(thing), heading, text: text(amount, thing) }
  }
  const { subject, heading, text } = words.refund[refund.is_cash ? 'in_cash' : 'succeeded']
  return {
    subject: subject(amount),
    heading: heading(amount),
    text: text(amount, thing, store?.name ?? PLATFORM),
    ...(refund.is_cash ? {} : { takes: words.banks_take }),
  }
}

function orderBlocks(data: z.infer<typeof Order>, setting: Setting): Block[] {
  const { order, address } = data
  const words = setting.words.order
  const amount = (minor: number) => money(minor, order.currency, setting)
  const sums = [
    { label: words.subtotal, value: amount(order.subtotal) },
    ...(order.discount > 0 ? [{ label: words.discount, value: amount(-order.discount) }] : []),
    {
      label: order.is_pickup ? words.pickup : words.shipping,
      value: order.shipping === 0 ? words.free : amount(order.shipping),
    },
    ...(order.tax > 0 ? [{ label: words.tax, value: amount(order.tax) }] : []),
    { label: words.total, value: amount(order.total), strong: true },
    ...(order.included_tax ? [{ label: words.tax_included, value: amount(order.included_tax) }] : []),
    paidRow(order, amount, words),
  ]
  return [
    table([
      ...data.lines.map((line) => ({
        label: productName(line),
        detail: line.quantity === 1 ? undefined : `${line.quantity} × ${amount(line.unit_price)}`,
        value: amount(line.total),
      })),
      ...sums,
    ]),
    ...(address
      ? [
        text(order.is_pickup ? words.picked_up_at : words.delivered_to),
        quote(addressLines(address, setting.locale).join('\n')),
      ]
      : []),
  ]
}

function paidRow(
  order: z.infer<typeof Order>['order'],
  amount: (minor: number) => string,
  words: Setting['words']['order'],
) {
  if (order.total === 0) return { label: words.to_pay, value: words.nothing }
  if (order.payment_method === 'card') return { label: words.paid, value: amount(order.total) }
  return {
    label: order.is_pickup ? words.cash_at_pickup : words.cash_on_delivery,
    value: amount(order.total),
  }
}

function trackingBlocks(
  tracking: z.infer<typeof OrderStatus>['tracking'],
  { words: { order_status: words } }: Setting,
): Block[] {
  if (!tracking?.number) return []
  const blocks: Block[] = [text(words.parcel(tracking.carrier ?? null, tracking.number))]
  // Typed by the store: only what is an ordinary web address becomes a link.
  if (tracking.url && /^https?:\/\//i.test(tracking.url) && URL.canParse(tracking.url)) {
    blocks.push({ kind: 'button', label: words.track, url: new URL(tracking.url).href })
  }
  return blocks
}

function productName(product: { name: string; variant?: string | null | undefined }): string {
  return product.variant ? `${product.name}, ${product.variant}` : product.name
}

function money(amount: number, currency: string, { locale }: Setting): string {
  return formatMoney(amount, currency, locale)
}

function when(instant: string, timeZone: string, { locale }: Setting): string {
  return formatInstant(instant, timeZone, locale)
}
