import { z } from 'zod'
import { Address, addressLines } from '../_shared/address.ts'
import { readingOf } from '../_shared/language.ts'
import { formatDay, formatMoney } from '../_shared/money.ts'
import { Amount, Currency } from '../_shared/sql.ts'
import type { Sheet } from './sheet.ts'
import { WORDS } from './words.ts'

/** What a receipt says, as it was written down when it was issued. */
export const ReceiptContent = z.object({
  store: z.object({ time_zone: z.string() }),
  seller: Address.extend({ tax_number: z.string().nullish(), email: z.string().nullish() }),
  order: z.object({
    number: z.string(),
    placed_at: z.string(),
    is_pickup: z.boolean(),
    currency: Currency,
    subtotal: Amount,
    discount: Amount,
    shipping: Amount,
    tax: Amount,
    total: Amount,
    payment_method: z.enum(['card', 'cash_on_delivery']),
  }),
  lines: z.array(z.object({
    name: z.string(),
    variant: z.string().nullish(),
    quantity: z.number(),
    unit_price: Amount,
    total: Amount,
  })),
  /** Where it was sent to; of an order that was picked up, the store. */
  address: Address.nullish(),
  customer: z.object({ name: z.string().nullish() }),
  /** Hundredths of a percent, and what they come to. */
  tax_rates: z.array(z.object({ rate_bps: z.number(), tax: Amount })),
  /** BCP 47, of the customer. */
  locale: z.string(),
})

/** The receipt of an order, for its customer. */
export function receiptSheet(
  { content, reference, issued_at }: { content: unknown; reference: string | null; issued_at: string },
): Sheet {
  const { store, seller, order, lines, address, customer, tax_rates, locale: wanted } = ReceiptContent.parse(
    content,
  )
  const { language, locale } = readingOf(wanted)
  const words = WORDS[language]
  const money = (amount: number) => formatMoney(amount, order.currency, locale)
  const day = (instant: string) => formatDay(instant, store.time_zone, locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })
  const title = words.title(reference)
  return {
    language,
    title,
    from: [
      ...addressLines(seller, locale),
      ...(seller.email ? [seller.email] : []),
      ...(seller.tax_number ? [words.tax_number(seller.tax_number)] : []),
    ],
    to: address && !order.is_pickup ? addressLines(address, locale) : customer.name ? [customer.name] : [],
    facts: [
      ...(reference === null ? [] : [{ label: words.number, value: reference }]),
      { label: words.order, value: order.number },
      { label: words.ordered, value: day(order.placed_at) },
      { label: words.issued, value: day(issued_at) },
    ],
    columns: [words.item, words.quantity, words.price, words.amount],
    rows: lines.map((line) => ({
      cells: [line.name, String(line.quantity), money(line.unit_price), money(line.total)],
      detail: line.variant ?? undefined,
    })),
    sums: [
      { label: words.subtotal, value: money(order.subtotal) },
      ...(order.discount > 0 ? [{ label: words.discount, value: money(-order.discount) }] : []),
      { label: order.is_pickup ? words.pickup : words.shipping, value: money(order.shipping) },
      // On top of the prices it is part of the sum; within them it is said after it.
      ...(order.tax > 0 ? taxRows(words.tax) : []),
      { label: words.total, value: money(order.total), strong: true },
      ...(order.tax > 0 ? [] : taxRows(words.included_tax)),
    ],
    notes: [order.payment_method === 'card' ? words.paid_by_card : words.paid_in_cash],
    foot: `${seller.name} · ${title}`,
    issuedAt: issued_at,
  }

  function taxRows(label: (rate: string) => string) {
    return tax_rates.map(({ rate_bps, tax }) => ({
      label: label(percent.format(rate_bps / 10_000)),
      value: money(tax),
    }))
  }
}
