import { z } from 'zod'
import { Amount, Currency } from '../_shared/sql.ts'
import { addressLines } from './address.ts'
import type { Block, Letter } from './layout.ts'
import { formatInstant, formatMoney } from './money.ts'
import { BOOKING_LETTERS, BookingData } from './bookings.ts'
import { button, table, text } from './parts.ts'

/** What every template may use. */
export interface Setting {
  /** Addresses in mails begin with it. */
  siteUrl: string
  /** BCP 47 language of the reader, for numbers and dates. */
  locale: string
}

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

const Place = z.object({
  name: z.string(),
  line1: z.string(),
  line2: z.string().nullish(),
  city: z.string(),
  region: z.string().nullish(),
  postal_code: z.string().nullish(),
  country: z.string(),
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
  address: Place.nullish(),
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
  order: OrderReference.extend({ status: z.string() }),
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
  /** In words for the customer. */
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
  role: z.string(),
  token: z.string(),
  inviter: z.string().nullish(),
  expires_at: z.string(),
})

const AbandonedCart = z.object({
  store: Store.nullish(),
  lines: z.array(z.object({ name: z.string(), quantity: z.number() })).nullable(),
})

const ReviewRequest = z.object({
  store: Store,
  order: OrderReference,
  products: z.array(z.string()),
  /** Of the link that ends these mails. */
  token: z.string(),
})

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

/** A template: the data it needs, and what it writes. */
interface Template {
  write(data: unknown, setting: Setting): Letter | null
}

function template<T>(shape: z.ZodType<T>, write: (data: T, setting: Setting) => Letter | null): Template {
  return {
    write(data, setting) {
      const parsed = shape.safeParse(data)
      if (!parsed.success) throw new Unwritable(z.prettifyError(parsed.error))
      return write(parsed.data, setting)
    },
  }
}

/** What an order's new status means to its customer, and to one who comes to fetch it. Others are not worth a mail. */
const STATUS_WORDS: Record<string, { subject: string; text: string }> = {
  processing: { subject: 'is being prepared', text: 'Your order is being prepared.' },
  shipped: { subject: 'is on its way', text: 'Your order has been handed to the carrier.' },
  delivered: { subject: 'was delivered', text: 'Your order was delivered. We hope you like it.' },
}
const PICKUP_WORDS: typeof STATUS_WORDS = {
  ...STATUS_WORDS,
  shipped: { subject: 'is ready to be picked up', text: 'Your order is ready to be picked up.' },
  delivered: { subject: 'was picked up', text: 'Your order was picked up. We hope you like it.' },
}
/** Those that cannot wait until the customer opens the app. */
const TEXTED_STATUSES = ['shipped', 'cancelled']

const LATE_CAUSES: Record<z.infer<typeof PaymentRefundedLate>['cause'], string> = {
  cancelled: 'after the order had been cancelled',
  sold_out: 'after the reservation had ended, and the items were gone',
  coupon_used_up: 'after the reservation had ended, and the coupon on the order had been used up',
}

const BANKS_TAKE = 'Banks take up to ten days to show it.'

const TEMPLATES: Record<string, Template> = {
  order_confirmed: template(Order, (data, setting) => {
    const name = orderName(data.order, data.store)
    const next = data.order.is_pickup ? 'it can be picked up' : 'it leaves'
    return {
      subject: `Your order ${data.order.number} at ${data.store.name}`,
      heading: data.customer?.name ? `Thank you, ${data.customer.name}` : 'Thank you for your order',
      blocks: [
        text(`${data.store.name} has your order ${data.order.number} and will tell you when ${next}.`),
        ...orderBlocks(data, setting),
        button('View your order', setting, 'orders', data.order.id),
      ],
      sender: data.store.name,
      brief: `Your ${name} is confirmed: ` +
        `${formatMoney(data.order.total, data.order.currency, setting.locale)}.`,
    }
  }),
  order_placed_store: template(Order, (data, setting) => {
    const subject = `New ${orderName(data.order, data.store)}: ${
      formatMoney(data.order.total, data.order.currency, setting.locale)
    }`
    return {
      subject,
      heading: `A new order has come in`,
      blocks: [
        text(
          `Order ${data.order.number} of ${data.store.name}, ` +
            `${when(data.order.placed_at, data.store.time_zone, setting)}.`,
        ),
        ...orderBlocks(data, setting),
        button('Open the order', setting, 'sell', 'orders', data.order.id),
      ],
      sender: PLATFORM,
      brief: `${subject}.`,
    }
  }),
  order_status: template(OrderStatus, (data, setting) => {
    const { status } = data.order
    const words = data.cancelled
      ? { subject: 'was cancelled', text: cancelledText(data.cancelled, data.store, setting) }
      : (data.order.is_pickup ? PICKUP_WORDS : STATUS_WORDS)[status] ??
        { subject: `is ${status}`, text: `Your order is now ${status}.` }
    const name = orderName(data.order, data.store)
    return {
      subject: `Your ${name} ${words.subject}`,
      heading: `${name[0]!.toUpperCase()}${name.slice(1)} ${words.subject}`,
      blocks: [
        text(words.text),
        ...(data.cancelled?.reason ? [{ kind: 'quote', text: data.cancelled.reason } as const] : []),
        ...(data.order.is_pickup ? [] : trackingBlocks(data.tracking)),
        button('View your order', setting, 'orders', data.order.id),
      ],
      sender: data.store.name,
      ...(TEXTED_STATUSES.includes(status)
        ? { brief: `Your ${name} ${words.subject}.${data.cancelled ? ` ${words.text}` : ''}` }
        : {}),
    }
  }),
  refund: template(Refund, (data, setting) => {
    const { refund } = data
    const amount = formatMoney(refund.amount, refund.currency, setting.locale)
    const words = refundWords(data, amount)
    return {
      subject: words.subject,
      heading: words.heading,
      blocks: [
        text([words.text, words.takes].filter(Boolean).join(' ')),
        ...(refund.status === 'rejected' && refund.note
          ? [{ kind: 'quote', text: refund.note } as const]
          : []),
        data.order
          ? button('View your order', setting, 'orders', data.order.id)
          : data.appointment
          ? button('View your appointments', setting, 'appointments')
          : button('View your orders', setting, 'orders'),
      ],
      sender: data.store?.name ?? PLATFORM,
      brief: words.text,
    }
  }),
  payment_failed: template(PaymentFailed, (data, setting) => {
    const amount = formatMoney(data.amount, data.currency, setting.locale)
    const subject = 'Your payment did not go through'
    const [kept, waits] = data.appointment
      ? [`Your time for ${data.appointment} is`, 'appointment']
      : ['Your items are', 'order']
    const next = data.reserved_until
      ? `${kept} kept for you until ${when(data.reserved_until, data.time_zone ?? 'UTC', setting)}: ` +
        'pay again, or in another way.'
      : `The ${waits} is not waiting for it any more.`
    return {
      subject,
      heading: subject,
      blocks: [
        text(`The payment of ${amount} did not go through, and nothing was charged. ${next}`),
        { kind: 'quote', text: data.reason },
        data.reserved_until
          ? button('Try again', setting, 'checkouts', data.checkout_id)
          : data.appointment
          ? button('View your appointments', setting, 'appointments')
          : button('View your orders', setting, 'orders'),
      ],
      sender: PLATFORM,
      brief: `Your payment of ${amount} did not go through. ${next}`,
    }
  }),
  payment_refunded_late: template(PaymentRefundedLate, (data, setting) => {
    const amount = formatMoney(data.amount, data.currency, setting.locale)
    const subject = 'Your payment came too late and goes back to you'
    const what = `Your payment of ${amount} reached us ${
      LATE_CAUSES[data.cause]
    }. All of it goes back to you.`
    return {
      subject,
      heading: subject,
      blocks: [
        text(`${what} ${BANKS_TAKE}`),
        button('View your orders', setting, 'orders'),
      ],
      sender: PLATFORM,
      brief: what,
    }
  }),
  low_stock: template(LowStock, (data, setting) => ({
    subject: `Low stock: ${productName(data.product)}`,
    heading: `${productName(data.product)} is running low at ${data.store.name}`,
    blocks: [
      table([
        { label: 'Left', value: String(data.on_hand), strong: true },
        { label: 'Alert at', value: String(data.threshold) },
        ...(data.product.sku ? [{ label: 'SKU', value: data.product.sku }] : []),
      ]),
      button('Manage stock', setting, 'sell', 'stock'),
    ],
    sender: PLATFORM,
  })),
  back_in_stock: template(BackInStock, (data, setting) => ({
    subject: `${productName(data.product)} is back`,
    heading: `${productName(data.product)} is back in stock`,
    blocks: [
      text(
        `You asked us to tell you: ${data.store.name} has it again, for ` +
          `${formatMoney(data.product.price, data.product.currency, setting.locale)}.`,
      ),
      button('See it', setting, data.store.link, data.product.slug),
    ],
    sender: data.store.name,
  })),
  invitation: template(Invitation, (data, setting) => ({
    subject: `You are invited to ${data.store.name}`,
    heading: `Join ${data.store.name} as ${data.role}`,
    blocks: [
      text(
        `${data.inviter ?? data.store.name} invited you to work in the store ${data.store.name}. ` +
          `The invitation is good until ${when(data.expires_at, data.store.time_zone, setting)}.`,
      ),
      button('Accept the invitation', setting, 'invitations', data.token),
      text('If you did not expect this, ignore it: nothing happens.'),
    ],
    sender: PLATFORM,
  })),
  abandoned_cart: template(AbandonedCart, (data, setting) => {
    // Emptied, or bought, since the mail was put in.
    if (!data.lines?.length) return null
    return {
      subject: 'You left something in your cart',
      heading: 'Still thinking about it?',
      blocks: [
        table(data.lines.map((line) => ({ label: line.name, value: `× ${line.quantity}` }))),
        button('Back to your cart', setting, 'cart'),
      ],
      sender: data.store?.name ?? PLATFORM,
    }
  }),
  review_request: template(ReviewRequest, (data, setting) => ({
    subject: `How do you like what you bought at ${data.store.name}?`,
    heading: 'How do you like it?',
    blocks: [
      text(`You received ${orderName(data.order, data.store)}. Others would like to hear what it is like:`),
      table(data.products.map((name) => ({ label: name, value: '' }))),
      button('Write a review', setting, 'orders', data.order.id),
      text('You get one such mail for an order. If you would rather have none at all:'),
      button('No more of these mails', setting, 'review-requests', data.token),
    ],
    sender: data.store.name,
  })),
  review_decision: template(ReviewDecision, (data, setting) => {
    const words = decisionWords(data)
    return {
      subject: words.subject,
      heading: words.subject,
      blocks: [
        text(words.text),
        { kind: 'quote', text: [stars(data.rating), data.review].filter(Boolean).join('\n') },
        table([
          ...(data.rule ? [{ label: 'Rule', value: data.rule }] : []),
          ...(data.facts ? [{ label: 'Facts', value: data.facts }] : []),
          { label: 'Decided by', value: data.is_automated ? 'a program' : 'a person' },
        ]),
        ...(data.action === 'restore' ? [button('See your review', setting, 'reviews', data.review_id)] : [
          text(
            `If you think that this is wrong, you may appeal until ${
              when(data.appeal_until, data.time_zone, setting)
            }, ` + 'here or, as the law has it, before a court or a body for such disputes.',
          ),
          button('Appeal', setting, 'decisions', data.decision_id),
        ]),
      ],
      sender: PLATFORM,
    }
  }),
  unread_messages: template(UnreadMessages, (data, setting) => {
    const isToCustomer = data.author === 'store'
    const from = isToCustomer ? data.store.name : data.customer.name ?? 'a customer'
    const what = data.count === 1 ? 'an unread message' : `${data.count} unread messages`
    const more = data.count - data.messages.length
    return {
      subject: isToCustomer ? `You have ${what} from ${from}` : `${data.store.name} has ${what} from ${from}`,
      heading: `${from[0]!.toUpperCase()}${from.slice(1)} wrote to ${isToCustomer ? 'you' : data.store.name}`,
      blocks: [
        ...data.messages.map((message): Block => ({ kind: 'quote', text: messageText(message) })),
        ...(more > 0 ? [text(`And ${more} more.`)] : []),
        isToCustomer
          ? button('Answer', setting, 'messages', data.conversation_id)
          : button('Answer', setting, 'sell', 'messages', data.conversation_id),
      ],
      sender: PLATFORM,
    }
  }),
  webhook_disabled: template(WebhookDisabled, (data, setting) => ({
    subject: `A webhook endpoint of ${data.store.name} was switched off`,
    heading: 'We stopped sending events to one of your programs',
    blocks: [
      text(
        `It has accepted none since ${when(data.failing_since, data.store.time_zone, setting)}. ` +
          'The store itself is not affected. What happens until you switch the endpoint on again is not sent later.',
      ),
      { kind: 'quote', text: data.url },
      button('Look at its log', setting, 'sell', 'webhooks'),
    ],
    sender: PLATFORM,
  })),
  alert: template(Alert, (data) => ({
    subject: `Alert: ${data.rule}`,
    heading: data.rule,
    blocks: [text(data.message)],
    sender: PLATFORM,
    brief: `Alert ${data.rule}: ${data.message}`,
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

/**
 * Writes a letter.
 * @returns null if there is nothing to say any more
 * @throws {Unwritable}
 */
export function write(name: string, data: unknown, setting: Setting): Letter | null {
  if (!Object.hasOwn(TEMPLATES, name)) throw new Unwritable(`There is no template "${name}".`)
  return TEMPLATES[name]!.write(data, setting)
}

/** What people call an order: its number counts within its store, so it is never said without it. */
function orderName(order: { number: string | null }, store: Store): string {
  return order.number === null ? `order at ${store.name}` : `order ${order.number} of ${store.name}`
}

function cancelledText(
  cancelled: NonNullable<z.infer<typeof OrderStatus>['cancelled']>,
  store: Store,
  setting: Setting,
): string {
  const who = {
    customer: 'You cancelled the order.',
    store: `${store.name} cancelled the order.`,
    marketplace: `${PLATFORM} cancelled the order.`,
    expiry: 'The order was not paid in time.',
  }[cancelled.by]
  const amount = formatMoney(cancelled.amount ?? 0, cancelled.currency, setting.locale)
  const money = {
    card: `${amount} goes back to you the way you paid. ${BANKS_TAKE}`,
    cash: `${store.name} gives the ${amount} that you paid in cash back to you.`,
    refunded_before: 'What you had paid was refunded before.',
    under_way: 'Should your payment still arrive, all of it goes back to you.',
    not_charged: 'Nothing was charged.',
    not_due: 'There is nothing to pay.',
  }[cancelled.money]
  const cart = cancelled.is_back_in_cart ? ' What can still be bought is back in your cart.' : ''
  return `${who} ${money}${cart}`
}

const stars = (rating: number): string => '★'.repeat(rating) + '☆'.repeat(5 - rating)

function decisionWords(
  { action, subject }: z.infer<typeof ReviewDecision>,
): { subject: string; text: string } {
  switch (action) {
    case 'hide':
      return {
        subject: `Your review of ${subject} was hidden`,
        text:
          `${PLATFORM} hid your review of ${subject}: nobody but you sees it, and its stars do not count.`,
      }
    case 'restore':
      return {
        subject: `Your review of ${subject} is visible again`,
        text:
          `${PLATFORM} looked at your review of ${subject} again: everybody sees it, and its stars count.`,
      }
    case 'keep':
      return {
        subject: `Your review of ${subject} stays hidden`,
        text: `${PLATFORM} looked at your review of ${subject} again, and it stays hidden.`,
      }
  }
}

function refundWords(
  data: z.infer<typeof Refund>,
  amount: string,
): Pick<Letter, 'subject' | 'heading'> & { text: string; takes?: string } {
  const { refund, order, store, appointment } = data
  const what = order && store
    ? orderName(order, store)
    : appointment
    ? `your appointment for ${appointment}`
    : 'your payment'
  switch (refund.status) {
    case 'rejected':
      return {
        subject: `Your refund for ${what} was declined`,
        heading: 'Your refund was declined',
        text: `The refund of ${amount} that was asked for ${what} was declined. No money moves.`,
      }
    case 'failed':
      return {
        subject: `Your refund for ${what} could not be paid out`,
        heading: 'Your refund could not be paid out yet',
        text:
          `The refund of ${amount} for ${what} did not reach you: your bank or the payment provider did not ` +
          'take it. We are looking into it.',
      }
    case 'succeeded':
      return refund.is_cash
        ? {
          subject: `Your refund of ${amount}`,
          heading: `${amount} goes back to you in cash`,
          text: `${store?.name ?? PLATFORM} gives ${amount} of ${what} back to you in cash.`,
        }
        : {
          subject: `Your refund of ${amount}`,
          heading: `${amount} is on its way back to you`,
          text: `${store?.name ?? PLATFORM} refunded ${amount} of ${what}, the way you paid.`,
          takes: BANKS_TAKE,
        }
  }
}

function orderBlocks(data: z.infer<typeof Order>, setting: Setting): Block[] {
  const { order, address } = data
  const money = (amount: number) => formatMoney(amount, order.currency, setting.locale)
  const sums = [
    { label: 'Subtotal', value: money(order.subtotal) },
    ...(order.discount > 0 ? [{ label: 'Discount', value: money(-order.discount) }] : []),
    {
      label: order.is_pickup ? 'Pick-up' : 'Shipping',
      value: order.shipping === 0 ? 'free' : money(order.shipping),
    },
    ...(order.tax > 0 ? [{ label: 'Tax', value: money(order.tax) }] : []),
    { label: 'Total', value: money(order.total), strong: true },
    ...(order.included_tax ? [{ label: 'Tax included', value: money(order.included_tax) }] : []),
    paidRow(order, money),
  ]
  return [
    table([
      ...data.lines.map((line) => ({
        label: line.variant ? `${line.name}, ${line.variant}` : line.name,
        detail: line.quantity === 1 ? undefined : `${line.quantity} × ${money(line.unit_price)}`,
        value: money(line.total),
      })),
      ...sums,
    ]),
    ...(address
      ? [
        text(order.is_pickup ? 'To be picked up at:' : 'To be delivered to:'),
        { kind: 'quote', text: addressLines(address).join('\n') } as const,
      ]
      : []),
  ]
}

function paidRow(order: z.infer<typeof Order>['order'], money: (amount: number) => string) {
  if (order.total === 0) return { label: 'To pay', value: 'nothing' }
  if (order.payment_method === 'card') return { label: 'Paid', value: money(order.total) }
  return {
    label: order.is_pickup ? 'To pay in cash at pick-up' : 'To pay in cash on delivery',
    value: money(order.total),
  }
}

function messageText({ body, file_count }: { body: string; file_count: number }): string {
  const files = file_count === 1 ? '[a file]' : `[${file_count} files]`
  return [body, file_count > 0 ? files : ''].filter(Boolean).join(' ')
}

function trackingBlocks(tracking: z.infer<typeof OrderStatus>['tracking']): Block[] {
  if (!tracking?.number) return []
  const blocks: Block[] = [
    text(`${tracking.carrier ?? 'The carrier'} calls your parcel ${tracking.number}.`),
  ]
  // Typed by the store: only what is an ordinary web address becomes a link.
  if (tracking.url && /^https?:\/\//i.test(tracking.url) && URL.canParse(tracking.url)) {
    blocks.push({ kind: 'button', label: 'Track the parcel', url: new URL(tracking.url).href })
  }
  return blocks
}

function productName(product: { name: string; variant?: string | null | undefined }): string {
  return product.variant ? `${product.name}, ${product.variant}` : product.name
}

function when(instant: string, timeZone: string, setting: Setting): string {
  return formatInstant(instant, timeZone, setting.locale)
}
