import { z } from 'zod'
import { Amount, Currency } from '../_shared/sql.ts'
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
const OrderReference = z.object({ id: z.uuid(), number: z.union([z.string(), z.number()]).transform(String) })

const Order = z.object({
  store: Store,
  order: OrderReference.extend({
    placed_at: z.string(),
    currency: Currency,
    subtotal: Amount,
    discount: Amount,
    shipping: Amount,
    tax: Amount,
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
  address: z.object({
    name: z.string(),
    line1: z.string(),
    line2: z.string().nullish(),
    city: z.string(),
    region: z.string().nullish(),
    postal_code: z.string().nullish(),
    country: z.string(),
  }).nullish(),
  customer: z.object({ name: z.string().nullish() }).nullish(),
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
})

const Refund = z.object({
  store: Store,
  order: OrderReference,
  refund: z.object({ amount: Amount, currency: Currency, status: z.string() }),
})

const CheckoutMoney = z.object({ checkout_id: z.uuid(), amount: Amount, currency: Currency })

const LowStock = z.object({
  store: Store,
  product: z.object({ name: z.string(), variant: z.string().nullish(), sku: z.string().nullish() }),
  on_hand: z.number(),
  threshold: z.number(),
})

const BackInStock = z.object({
  store: Store,
  product: z.object({ name: z.string(), slug: z.string(), price: Amount, currency: Currency }),
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

const Alert = z.object({ rule: z.string(), message: z.string() })

const PLATFORM = 'Marketbase'

/** A template: the data it needs, and what it writes. */
interface Template {
  write(data: unknown, setting: Setting): Letter | null
}

function template<T>(shape: z.ZodType<T>, write: (data: T, setting: Setting) => Letter | null): Template {
  return { write: (data, setting) => write(shape.parse(data), setting) }
}

/** What an order's new status means to its customer. Others are not worth a mail. */
const STATUS_WORDS: Record<string, { subject: string; text: string }> = {
  processing: { subject: 'is being prepared', text: 'Your order is being prepared.' },
  shipped: { subject: 'is on its way', text: 'Your order has been handed to the carrier.' },
  delivered: { subject: 'was delivered', text: 'Your order was delivered. We hope you like it.' },
  cancelled: {
    subject: 'was cancelled',
    text: 'Your order was cancelled. If you have paid, the money is on its way back to you.',
  },
}

const TEMPLATES: Record<string, Template> = {
  order_confirmed: template(Order, (data, setting) => ({
    subject: `Your order ${data.order.number} at ${data.store.name}`,
    heading: data.customer?.name ? `Thank you, ${data.customer.name}` : 'Thank you for your order',
    blocks: [
      text(`${data.store.name} has your order ${data.order.number} and will tell you when it leaves.`),
      ...orderBlocks(data, setting),
      button('View your order', setting, 'orders', data.order.id),
    ],
    sender: data.store.name,
  })),
  order_placed_store: template(Order, (data, setting) => ({
    subject: `New order ${data.order.number}: ${
      formatMoney(data.order.total, data.order.currency, setting.locale)
    }`,
    heading: `A new order has come in`,
    blocks: [
      text(`Order ${data.order.number}, ${when(data.order.placed_at, data.store, setting)}.`),
      ...orderBlocks(data, setting),
      button('Open the order', setting, 'sell', 'orders', data.order.id),
    ],
    sender: PLATFORM,
  })),
  order_status: template(OrderStatus, (data, setting) => {
    const words = STATUS_WORDS[data.order.status] ??
      { subject: `is ${data.order.status}`, text: `Your order is now ${data.order.status}.` }
    return {
      subject: `Your order ${data.order.number} ${words.subject}`,
      heading: `Order ${data.order.number} ${words.subject}`,
      blocks: [
        text(words.text),
        ...trackingBlocks(data.tracking),
        button('View your order', setting, 'orders', data.order.id),
      ],
      sender: data.store.name,
    }
  }),
  refund: template(Refund, (data, setting) => {
    const amount = formatMoney(data.refund.amount, data.refund.currency, setting.locale)
    const failed = data.refund.status === 'failed'
    return {
      subject: failed ? `About your refund for order ${data.order.number}` : `Your refund of ${amount}`,
      heading: failed ? 'Your refund could not be paid out yet' : `${amount} is on its way back to you`,
      blocks: [
        text(
          failed
            ? `Your bank did not take the refund of ${amount} for order ${data.order.number}. We are looking into it.`
            : `${data.store.name} refunded ${amount} of order ${data.order.number} to the card you paid with. ` +
              'Banks take up to ten days to show it.',
        ),
        button('View your order', setting, 'orders', data.order.id),
      ],
      sender: data.store.name,
    }
  }),
  payment_failed: template(CheckoutMoney.extend({ reason: z.string().nullish() }), (data, setting) => ({
    subject: 'Your payment did not go through',
    heading: 'Your payment did not go through',
    blocks: [
      text(
        `The payment of ${formatMoney(data.amount, data.currency, setting.locale)} was not accepted. ` +
          'Your items are still reserved for a short while: try another card.',
      ),
      ...(data.reason ? [{ kind: 'quote', text: data.reason } as const] : []),
      button('Try again', setting, 'checkouts', data.checkout_id),
    ],
    sender: PLATFORM,
  })),
  payment_refunded_late: template(CheckoutMoney, (data, setting) => ({
    subject: 'Your payment came too late and is refunded',
    heading: `${formatMoney(data.amount, data.currency, setting.locale)} is on its way back to you`,
    blocks: [
      text(
        'Your payment reached us after the reservation had ended and the items were gone. We have refunded all of it; ' +
          'banks take up to ten days to show it. We are sorry.',
      ),
    ],
    sender: PLATFORM,
  })),
  low_stock: template(LowStock, (data, setting) => ({
    subject: `Low stock: ${productName(data.product)}`,
    heading: `${productName(data.product)} is running low`,
    blocks: [
      table([
        { label: 'Left', value: String(data.on_hand), strong: true },
        { label: 'Alert below', value: String(data.threshold) },
        ...(data.product.sku ? [{ label: 'SKU', value: data.product.sku }] : []),
      ]),
      button('Manage stock', setting, 'sell', 'stock'),
    ],
    sender: PLATFORM,
  })),
  back_in_stock: template(BackInStock, (data, setting) => ({
    subject: `${data.product.name} is back`,
    heading: `${data.product.name} is back in stock`,
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
          `The invitation is good until ${when(data.expires_at, data.store, setting)}.`,
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
  alert: template(Alert, (data) => ({
    subject: `Alert: ${data.rule}`,
    heading: data.rule,
    blocks: [text(data.message)],
    sender: PLATFORM,
  })),
  ...Object.fromEntries(
    Object.entries(BOOKING_LETTERS).map(([name, writeLetter]) => [name, template(BookingData, writeLetter)]),
  ),
}

/** The names of all templates. */
export const templateNames: string[] = Object.keys(TEMPLATES)

/** There is no template of this name. */
export class UnknownTemplate extends Error {
  override readonly name = 'UnknownTemplate'
}

/**
 * Writes a mail.
 * @returns null if there is nothing to say any more
 * @throws {UnknownTemplate}
 * @throws {z.ZodError} if the data is not what the template needs
 */
export function write(name: string, data: unknown, setting: Setting): Letter | null {
  if (!Object.hasOwn(TEMPLATES, name)) throw new UnknownTemplate(`There is no template "${name}".`)
  return TEMPLATES[name]!.write(data, setting)
}

function orderBlocks(data: z.infer<typeof Order>, setting: Setting): Block[] {
  const { order } = data
  const money = (amount: number) => formatMoney(amount, order.currency, setting.locale)
  const sums = [
    { label: 'Subtotal', value: money(order.subtotal) },
    ...(order.discount > 0 ? [{ label: 'Discount', value: money(-order.discount) }] : []),
    { label: 'Shipping', value: order.shipping === 0 ? 'free' : money(order.shipping) },
    ...(order.tax > 0 ? [{ label: 'Tax', value: money(order.tax) }] : []),
    { label: 'Total', value: money(order.total), strong: true },
  ]
  const { address } = data
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
        {
          kind: 'quote',
          text: [
            address.name,
            address.line1,
            address.line2,
            [address.postal_code, address.city, address.region].filter(Boolean).join(' '),
            address.country,
          ].filter(Boolean).join('\n'),
        } as const,
      ]
      : []),
  ]
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

function when(instant: string, store: { time_zone: string }, setting: Setting): string {
  return formatInstant(instant, store.time_zone, setting.locale)
}
