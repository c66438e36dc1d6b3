import type { Language } from '../_shared/language.ts'

const en = {
  title: (reference: string | null) => reference === null ? 'Receipt' : `Receipt ${reference}`,
  number: 'Number',
  order: 'Order',
  ordered: 'Ordered',
  issued: 'Issued',
  tax_number: (number: string) => `Tax number ${number}`,
  item: 'Item',
  quantity: 'Quantity',
  price: 'Price',
  amount: 'Amount',
  subtotal: 'Subtotal',
  discount: 'Discount',
  shipping: 'Shipping',
  pickup: 'Pick-up',
  tax: (rate: string) => `Tax ${rate}`,
  included_tax: (rate: string) => `Tax ${rate}, included`,
  total: 'Total',
  paid_by_card: 'Paid by card.',
  paid_in_cash: 'Paid in cash.',
}

const de: typeof en = {
  title: (reference) => reference === null ? 'Quittung' : `Quittung ${reference}`,
  number: 'Nummer',
  order: 'Bestellung',
  ordered: 'Bestellt',
  issued: 'Ausgestellt',
  tax_number: (number) => `Steuernummer ${number}`,
  item: 'Artikel',
  quantity: 'Menge',
  price: 'Preis',
  amount: 'Betrag',
  subtotal: 'Zwischensumme',
  discount: 'Rabatt',
  shipping: 'Versand',
  pickup: 'Abholung',
  tax: (rate) => `Steuer ${rate}`,
  included_tax: (rate) => `Darin enthaltene Steuer ${rate}`,
  total: 'Gesamtbetrag',
  paid_by_card: 'Mit Karte bezahlt.',
  paid_in_cash: 'Bar bezahlt.',
}

/** What documents say, by language. */
export const WORDS: Record<Language, typeof en> = { en, de }
