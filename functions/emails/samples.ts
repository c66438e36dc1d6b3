/** What letters are about in previews and in tests: as `claim_outbox` tells it, by template and situation. */

const ID = '0198f000-0000-7000-8000-00000000c0de'
const store = { name: 'Blüten & Co', link: 'blueten', time_zone: 'Asia/Kolkata', contact_email: null }
const address = {
  name: 'Ana',
  line1: '1 Road',
  line2: null,
  city: 'Pune',
  region: 'MH',
  postal_code: '411001',
  country: 'IN',
}
const order = {
  store,
  order: {
    id: ID,
    number: 17,
    placed_at: '2026-03-01T20:00:00Z',
    currency: 'INR',
    subtotal: 250000,
    discount: 10000,
    shipping: 0,
    tax: 1250,
    total: 241250,
    payment_method: 'card',
  },
  lines: [
    { name: 'Vase', variant: 'blue', quantity: 2, unit_price: 100000, total: 200000 },
    { name: 'Rose', variant: null, quantity: 1, unit_price: 50000, total: 50000 },
  ],
  address,
  customer: { name: 'Ana' },
}
const ordered = (changes: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  ...order,
  order: { ...order.order, ...changes },
  ...more,
})

const status = (changes: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  store,
  order: { id: ID, number: 17, ...changes },
  ...more,
})
const cancelled = (by: string, money: string, more: Record<string, unknown> = {}) =>
  status({ status: 'cancelled' }, { cancelled: { by, money, amount: 241250, currency: 'INR', ...more } })

const refund = (
  changes: Record<string, unknown>,
  of: Record<string, unknown> = { store, order: order.order },
) => ({
  ...of,
  refund: { amount: 1200, currency: 'INR', ...changes },
})

const payment = { checkout_id: ID, amount: 4200, currency: 'INR' }
const failed = (changes: Record<string, unknown> = {}) => ({
  ...payment,
  code: 'card_declined',
  reason: 'Your card was declined.',
  reserved_until: '2026-03-01T20:00:00Z',
  time_zone: 'Asia/Kolkata',
  ...changes,
})

const decision = (changes: Record<string, unknown>) => ({
  decision_id: ID,
  review_id: ID,
  action: 'hide',
  subject: 'Vase',
  rating: 2,
  review: '<b>Broke</b>',
  rule: 'No insults (4.2)',
  facts: 'It calls the owner names.',
  is_automated: false,
  appeal_until: '2026-03-08T00:00:00Z',
  time_zone: 'Asia/Kolkata',
  ...changes,
})

const unread = (author: string, name: string | null, count: number, messages: unknown[]) => ({
  store,
  conversation_id: ID,
  author,
  customer: { name },
  count,
  messages,
})

const booking = (changes: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  store,
  booking: {
    id: ID,
    reference: 'B-7K2M',
    service: 'Cut & colour',
    staff: 'Zoë',
    party_size: 2,
    starts_at: '2026-03-01T04:30:00Z',
    ends_at: '2026-03-01T05:30:00Z',
    sequence: 1,
    stamped_at: '2026-02-01T10:00:00.123456+00:00',
    status: 'confirmed',
    currency: 'INR',
    price: 250000,
    paid: 50000,
    note: 'Long hair',
    free_until: '2026-02-28T04:30:00Z',
    decide_by: '2026-02-27T04:30:00Z',
    ...changes,
  },
  address: { ...address, name: 'Blüten', region: null },
  customer: { name: 'Ana', phone: '+911234567890', email: 'ana@shop.example' },
  previous_starts_at: null,
  cancelled_by: null,
  reason: null,
  refund_amount: null,
  waiting_id: ID,
  token: 'a.b',
  ...more,
})

/** See above. The first situation of each template is the ordinary one. */
export const SAMPLES: Record<string, Record<string, Record<string, unknown>>> = {
  order_confirmed: {
    'by card': order,
    'in cash': ordered({ payment_method: 'cash_on_delivery', shipping: 9900, included_tax: 3100, tax: 0 }),
    'picked up': ordered({ payment_method: 'cash_on_delivery', is_pickup: true }),
    'for nothing': ordered({ discount: 250000, tax: 0, total: 0 }, { customer: null, address: null }),
  },
  order_placed_store: { 'by card': order },
  order_status: {
    shipped: status({ status: 'shipped' }, {
      tracking: { carrier: 'Post', number: 'T-1', url: 'https://post.example/T-1' },
    }),
    'shipped, carrier unknown': status({ status: 'shipped' }, { tracking: { number: 'T-1' } }),
    processing: status({ status: 'processing' }),
    delivered: status({ status: 'delivered' }),
    'ready to be picked up': status({ status: 'shipped', is_pickup: true }),
    'picked up': status({ status: 'delivered', is_pickup: true }),
    'cancelled by the customer': cancelled('customer', 'card', { is_back_in_cart: true }),
    'cancelled by the store, paid in cash': cancelled('store', 'cash', { reason: 'The last one broke.' }),
    'cancelled by the store, refunded before': cancelled('store', 'refunded_before'),
    'cancelled by the marketplace': cancelled('marketplace', 'not_due'),
    'cancelled while a payment is under way': cancelled('customer', 'under_way'),
    'not paid in time': {
      ...cancelled('expiry', 'not_charged'),
      order: { id: ID, number: null, status: 'cancelled' },
    },
  },
  refund: {
    rejected: refund({ status: 'rejected', note: 'The seal was broken.' }),
    succeeded: refund({ status: 'succeeded' }),
    'in cash': refund({ status: 'succeeded', is_cash: true }),
    'failed, of an appointment': refund({ status: 'failed' }, { store, appointment: 'Haircut' }),
    'failed, of a payment': refund({ status: 'failed' }, {}),
  },
  payment_failed: {
    'of an order that waits': failed(),
    'of an order that is over': failed({ code: null, reserved_until: null }),
    'of an appointment that waits': failed({ appointment: 'Haircut' }),
    'of an appointment that is over': failed({ appointment: 'Haircut', reserved_until: null }),
  },
  payment_refunded_late: {
    'sold out': { ...payment, cause: 'sold_out' },
    cancelled: { ...payment, cause: 'cancelled' },
    'coupon used up': { ...payment, cause: 'coupon_used_up' },
  },
  low_stock: {
    'a variant': { store, product: { name: 'Vase', variant: 'blue', sku: 'V-1' }, on_hand: 2, threshold: 5 },
  },
  webhook_disabled: {
    'a failing endpoint': {
      store,
      url: 'https://erp.example/hooks',
      failing_since: '2026-03-01T20:00:00Z',
    },
  },
  back_in_stock: {
    'a product': { store, product: { name: 'Vase', slug: 'vase', price: 100000, currency: 'INR' } },
  },
  invitation: Object.fromEntries(
    ['manager', 'staff', 'owner'].map((role) => [
      role,
      { store, role, token: 'tok/en', inviter: null, expires_at: '2026-03-08T00:00:00Z' },
    ]),
  ),
  abandoned_cart: { 'with a line': { store: null, lines: [{ name: 'Vase', quantity: 2 }] } },
  review_request: {
    'of two products': { store, order: order.order, products: ['Vase', 'Rose'] },
    'of an appointment': { store, appointment: { id: order.order.id, service: 'Haircut' } },
  },
  review_decision: {
    hidden: decision({}),
    'stays hidden': decision({ action: 'keep', rule: null, is_automated: true }),
    restored: decision({ action: 'restore', rule: null, facts: null }),
  },
  unread_messages: {
    'to a customer': unread('store', 'Ana', 2, [
      { body: 'Hello', file_count: 0 },
      { body: 'Look', file_count: 2 },
    ]),
    'one, to a customer': unread('store', 'Ana', 1, [{ body: '', file_count: 1 }]),
    'to a store': unread('customer', 'Ana', 7, [{ body: 'Hello', file_count: 0 }]),
    'one, to a store, of somebody without a name': unread('customer', null, 1, [
      { body: 'Hello', file_count: 0 },
    ]),
  },
  alert: { 'a rule': { rule: 'payment_mismatch', message: 'A payment does not fit.' } },
  booking_confirmed: {
    'with a deposit': booking(),
    'for nothing': booking({ price: 0, paid: 0, party_size: 1 }, { customer: {}, token: null }),
  },
  booking_requested: {
    'until a time': booking({ status: 'requested' }),
    'without a time': booking({ status: 'requested', decide_by: null }),
  },
  booking_moved: {
    'to another time': booking({}, { previous_starts_at: '2026-02-28T04:30:00Z' }),
    'to another person': booking(),
    'while it is a request': booking({ status: 'requested' }, { previous_starts_at: '2026-02-28T04:30:00Z' }),
  },
  booking_cancelled: {
    'by the customer, a part goes back': booking({}, {
      cancelled_by: 'customer',
      reason: 'Ill.',
      refund_amount: 20000,
    }),
    'by the store, all goes back': booking({}, { cancelled_by: 'store', refund_amount: 50000 }),
    'by us, nothing goes back': booking({}, { cancelled_by: 'operator' }),
    'by the customer, nothing was paid': booking({ paid: 0 }, { cancelled_by: 'customer' }),
  },
  booking_declined: { 'all goes back': booking({}, { reason: 'We are away.', refund_amount: 50000 }) },
  booking_lapsed: { 'all goes back': booking({}, { refund_amount: 50000 }) },
  booking_refunded_late: { 'all goes back': booking({}, { refund_amount: 50000 }) },
  booking_reminder: { 'with a deposit': booking() },
  booking_offer: { 'until a time': booking({ status: 'held' }) },
  booking_confirmed_store: { 'with a deposit': booking() },
  booking_requested_store: { 'until a time': booking({ status: 'requested' }) },
  booking_moved_store: { 'to another time': booking({}, { previous_starts_at: '2026-02-28T04:30:00Z' }) },
  booking_cancelled_store: { 'by the customer': booking({}, { cancelled_by: 'customer', reason: 'Ill.' }) },
}
