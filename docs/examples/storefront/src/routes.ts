import type { ComponentType } from 'preact'

/** What an address says: `/orders/:id` has `id`. */
export interface ScreenProps {
  params: Record<string, string>
  query: URLSearchParams
}
type Load = () => Promise<{ default: ComponentType<ScreenProps> }>

/**
 * Every screen and its address; the first that fits is shown. docs/storefront.md is their contract. The names of
 * stores come last: what stands above is a link that no store gets.
 */
export const ROUTES: [path: string, load: Load][] = [
  ['/', () => import('./screens/home.tsx')],
  ['/search', () => import('./screens/search.tsx')],
  ['/cart', () => import('./screens/cart.tsx')],
  ['/checkout', () => import('./screens/checkout.tsx')],
  ['/checkouts/:id', () => import('./screens/payment.tsx')],
  ['/orders', () => import('./screens/orders.tsx')],
  ['/orders/:id', () => import('./screens/order.tsx')],
  ['/signin', () => import('./screens/sign-in.tsx')],
  ['/account', () => import('./screens/account.tsx')],
  ['/notifications', () => import('./screens/notifications.tsx')],
  ['/notifications/preferences', () => import('./screens/preferences.tsx')],
  ['/messages', () => import('./screens/messages.tsx')],
  ['/messages/:id', () => import('./screens/conversation.tsx')],
  ['/reviews/:id', () => import('./screens/review.tsx')],
  ['/decisions/:id', () => import('./screens/decision.tsx')],
  ['/unsubscribe', () => import('./screens/unsubscribe.tsx')],
  ['/verify', () => import('./screens/verify.tsx')],
  ['/reset', () => import('./screens/reset.tsx')],
  ['/invitations/:token', () => import('./screens/invitation.tsx')],
  ['/bookings/new', () => import('./screens/book.tsx')],
  ['/bookings/:id', () => import('./screens/booking.tsx')],
  ['/appointments', () => import('./screens/bookings.tsx')],
  ['/appointments/offers/:id', () => import('./screens/offer.tsx')],
  ['/appointments/:token', () => import('./screens/appointment.tsx')],
  ['/sell', () => import('./sell/home.tsx')],
  ['/sell/new', () => import('./sell/open-store.tsx')],
  ['/sell/products', () => import('./sell/products.tsx')],
  ['/sell/products/:id', () => import('./sell/product.tsx')],
  ['/sell/import', () => import('./sell/import.tsx')],
  ['/sell/stock', () => import('./sell/stock.tsx')],
  ['/sell/discounts', () => import('./sell/discounts.tsx')],
  ['/sell/orders', () => import('./sell/orders.tsx')],
  ['/sell/orders/:id', () => import('./sell/order.tsx')],
  ['/sell/messages', () => import('./sell/messages.tsx')],
  ['/sell/messages/:id', () => import('./screens/conversation.tsx')],
  ['/sell/reviews', () => import('./sell/reviews.tsx')],
  ['/sell/money', () => import('./sell/money.tsx')],
  ['/sell/services', () => import('./sell/services.tsx')],
  ['/sell/services/:id', () => import('./sell/service.tsx')],
  ['/sell/hours', () => import('./sell/hours.tsx')],
  ['/sell/appointments', () => import('./sell/appointments.tsx')],
  ['/sell/appointments/:id', () => import('./sell/appointment.tsx')],
  ['/sell/webhooks', () => import('./sell/webhooks.tsx')],
  ['/desk', () => import('./desk/home.tsx')],
  ['/desk/stores', () => import('./desk/stores.tsx')],
  ['/desk/reports', () => import('./desk/reports.tsx')],
  ['/desk/alerts', () => import('./desk/alerts.tsx')],
  ['/desk/people', () => import('./desk/people.tsx')],
  ['/desk/orders', () => import('./desk/orders.tsx')],
  ['/desk/refunds', () => import('./desk/refunds.tsx')],
  ['/desk/products', () => import('./desk/products.tsx')],
  ['/desk/stock', () => import('./desk/stock.tsx')],
  ['/desk/audit', () => import('./desk/audit.tsx')],
  ['/desk/health', () => import('./desk/health.tsx')],
  ['/:store', () => import('./screens/store.tsx')],
  ['/:store/:product', () => import('./screens/product.tsx')],
]

/** The screen of an address, and what the address says. */
export function findRoute(path: string): { load: Load; params: Record<string, string> } | undefined {
  const parts = path.replace(/\/+$/, '').split('/')
  for (const [pattern, load] of ROUTES) {
    const params = match(pattern === '/' ? [''] : pattern.split('/'), parts)
    if (params !== undefined) return { load, params }
  }
  return undefined
}

function match(pattern: string[], parts: string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index]!
    if (!wanted.startsWith(':')) {
      if (wanted !== part) return undefined
    } else {
      try {
        params[wanted.slice(1)] = decodeURIComponent(part)
      } catch {
        return undefined
      }
    }
  }
  return params
}
