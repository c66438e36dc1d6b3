/** `npm run bench [part …]`: measures, prints what was promised beside it, and never fails for being slow. */
import process from 'node:process'
import { type Measurement, report } from './report.ts'

const PARTS: Record<string, { title: string; measure: () => Promise<Measurement[]> }> = {
  rest: {
    title: 'REST beside the bare driver',
    measure: async () => await (await import('./rest.ts')).benchRest(),
  },
  realtime: {
    title: 'Realtime',
    measure: async () => await (await import('./realtime.ts')).benchRealtime(),
  },
  checkout: {
    title: 'Checkout in SQL',
    measure: async () => await (await import('./checkout.ts')).benchCheckout(),
  },
  bookings: {
    title: 'Appointments in SQL',
    measure: async () => await (await import('./bookings.ts')).benchBookings(),
  },
  shop: {
    title: 'The shop over HTTP',
    measure: async () => await (await import('./shop.ts')).benchShop(),
  },
  chat: {
    title: 'Chat',
    measure: async () => await (await import('./chat.ts')).benchChat(),
  },
  products: {
    title: 'The catalog at 1,000 and at 1,000,000 products',
    measure: async () => await (await import('./products.ts')).benchProducts(),
  },
  orders: {
    title: 'Orders at 1,000 and at 1,000,000',
    measure: async () => await (await import('./orders.ts')).benchOrders(),
  },
  storefront: {
    title: 'The storefront on a phone',
    measure: async () => await (await import('./storefront.ts')).benchStorefront(),
  },
  images: {
    title: 'Copies of pictures',
    measure: async () => await (await import('./images.ts')).benchImages(),
  },
  reviews: {
    title: 'Reviews of a product with 10 and with 1,000,000',
    measure: async () => await (await import('./reviews.ts')).benchReviews(),
  },
  ledger: {
    title: 'The ledger',
    measure: async () => await (await import('./ledger.ts')).benchLedger(),
  },
}

const asked = process.argv.slice(2)
const unknown = asked.filter((part) => !(part in PARTS))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`)
  process.exit(1)
}
for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const { title, measure } = PARTS[part]!
  console.log(`Measuring: ${title} …`)
  report(title, await measure())
}
process.exit(0)
