import { randomUUID } from 'node:crypto'
import process from 'node:process'
import type postgres from 'postgres'
import { beforeAll, expect, test } from 'vitest'
import { connectAs } from '../support/index.ts'
import { draws, SEED } from '../support/index.ts'
import {
  ADDRESS,
  call,
  cardCheckout,
  cashCheckout,
  createProduct,
  createStore,
  createUser,
  createUsers,
  must,
  type Store,
} from '../support/market.ts'
import {
  type Arena,
  countDeadlocks,
  deliver,
  expectSound,
  intentFact,
  openArena,
  preparePayment,
} from './arena.ts'

// Everybody at once on one store: its people, its customers, those who run the marketplace, the payment provider and the
// jobs. Whatever two of them do at the same time, neither waits in a circle, and neither is told what only a log should say.

/** Who calls. */
type Actor = 'owner' | 'manager' | 'customer' | 'visitor' | 'operator' | 'service'

/** One call: who, and with which arguments. */
interface Call {
  as: Actor
  args?: Record<string, unknown>
}

/** What a call can be about: ids of what is there at the moment. */
interface World {
  store: Store
  productIds: string[]
  variantIds: string[]
  categories: { id: string; name: string }[]
  orderIds: string[]
  checkoutIds: string[]
  payments: { id: string; checkout_id: string; amount: string; currency: string; intent: string }[]
  refunds: { id: string }[]
  transferIds: string[]
  reversalIds: string[]
  payoutIds: string[]
  disputeIds: string[]
  cartTokens: string[]
  outboxIds: string[]
  endpointIds: string[]
  deliveryIds: string[]
  memberIds: string[]
  reviewIds: string[]
  decisionIds: string[]
  customerIds: string[]
  conversationIds: string[]
  reportIds: string[]
  alertIds: string[]
  serviceIds: string[]
  staffIds: string[]
  bookingIds: string[]
  bookingTokens: string[]
  waitingIds: string[]
  unsubscribeTokens: string[]
  pick<T>(list: readonly T[]): T
}

/** Times of the day after tomorrow at which appointments are asked for: few, so that people meet. */
const SLOTS = ['10:00', '10:30', '11:00', '12:00'].map((time) =>
  `${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`
)
const ALWAYS_OPEN = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '00:00', closes: '24:00' }))

const OPEN: Call = { as: 'operator' }

/** How each verb that writes is called in the race. A new verb gets its line here. */
const VERBS: Record<string, (world: World) => Call> = {
  archive_conversation: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: { conversation_id: world.pick(world.conversationIds), is_archived: world.pick([true, false]) },
  }),
  assign_conversation: (world) => ({
    as: 'manager',
    args: { conversation_id: world.pick(world.conversationIds), user_id: world.pick(world.memberIds) },
  }),
  block_customer: (world) => ({
    as: 'manager',
    args: { store_id: world.store.id, customer_id: world.pick(world.customerIds) },
  }),
  block_store: (world) => ({ as: 'customer', args: { store_id: world.store.id } }),
  delete_message: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: { conversation_id: world.pick(world.conversationIds), seq: world.pick([1, 2, 3, 4]) },
  }),
  edit_message: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: {
      conversation_id: world.pick(world.conversationIds),
      seq: world.pick([1, 2, 3, 4]),
      body: `Edited ${randomUUID()}`,
    },
  }),
  mark_read: (world) => ({
    as: world.pick(['customer', 'manager', 'owner']),
    args: { conversation_id: world.pick(world.conversationIds), seq: world.pick([1, 3, 1000]) },
  }),
  moderate_message: (world) => ({
    as: 'operator',
    args: { report_id: world.pick(world.reportIds), action: world.pick(['remove', 'dismiss']) },
  }),
  resolve_alert: (world) => ({
    as: 'operator',
    args: { alert_id: world.pick(world.alertIds), reason: 'Done.' },
  }),
  report_message: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: {
      conversation_id: world.pick(world.conversationIds),
      seq: world.pick([1, 2, 3, 4]),
      reason: 'spam',
    },
  }),
  send_message: (world) => ({
    as: world.pick(['customer', 'manager', 'owner']),
    args: {
      conversation_id: world.pick(world.conversationIds),
      body: `Pair ${randomUUID()}`,
      client_id: randomUUID(),
    },
  }),
  set_away_message: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, body: world.pick([null, 'Away.']) },
  }),
  start_conversation: (world) => ({
    as: 'customer',
    args: {
      store_id: world.store.id,
      subject_type: 'product',
      subject_id: world.pick(world.productIds),
    },
  }),
  unblock_customer: (world) => ({
    as: 'manager',
    args: { store_id: world.store.id, customer_id: world.pick(world.customerIds) },
  }),
  unblock_store: (world) => ({ as: 'customer', args: { store_id: world.store.id } }),
  accept_dispute: (world) => ({ as: 'operator', args: { dispute_id: world.pick(world.disputeIds) } }),
  accept_invitation: () => ({ as: 'customer', args: { token: `${'0'.repeat(32)}.${'0'.repeat(64)}` } }),
  accept_offer: (world) => ({ as: 'customer', args: { waiting_id: world.pick(world.waitingIds) } }),
  add_to_cart: (world) => ({ as: 'customer', args: { variant_id: world.pick(world.variantIds) } }),
  adjust_stock: (world) => ({
    as: 'manager',
    args: { variant_id: world.pick(world.variantIds), quantity: world.pick([-3, -1, 2, 5]) },
  }),
  advance_order: (world) => ({
    as: 'manager',
    args: {
      order_id: world.pick(world.orderIds),
      status: world.pick(['processing', 'shipped', 'delivered']),
    },
  }),
  appeal_decision: (world) => ({
    as: 'customer',
    args: { decision_id: world.pick(world.decisionIds), body: 'No.' },
  }),
  apply_coupon: () => ({ as: 'customer', args: { code: 'PAIRS' } }),
  apply_payment_event: (world) => {
    const payment = world.pick(world.payments)
    const event = {
      event_id: `evt_${randomUUID()}`,
      event_type: 'race',
      occurred_at: new Date().toISOString(),
      livemode: false,
    }
    if (draw() < 0.3) {
      return {
        as: 'service',
        args: {
          ...event,
          fact: JSON.stringify({
            kind: 'dispute',
            dispute_id: `du_${payment?.id}`,
            intent_id: payment?.intent,
            status: world.pick(['needs_response', 'under_review', 'lost', 'won']),
            amount: Math.ceil(Number(payment?.amount) / 2),
            fee_amount: 15,
            currency: payment?.currency,
          }),
        },
      }
    }
    return {
      as: 'service',
      args: {
        ...event,
        fact: JSON.stringify({
          kind: 'intent',
          intent_id: payment?.intent,
          status: world.pick(['succeeded', 'succeeded', 'requires_payment_method', 'processing']),
          amount: Number(payment?.amount),
          amount_received: Number(payment?.amount),
          currency: payment?.currency,
          payment_id: payment?.id,
          checkout_id: payment?.checkout_id,
        }),
      },
    }
  },
  attach_payment_intent: (world) => ({
    as: 'service',
    args: {
      payment_id: world.pick(world.payments)?.id ?? null,
      attempt: 1,
      provider_intent_id: world.pick(world.payments)?.intent ?? 'pi_none',
    },
  }),
  attach_payout_account: (world) => ({
    as: 'service',
    args: { store_id: world.store.id, provider_account_id: world.pick(['acct_pairs', 'acct_other']) },
  }),
  attach_refund: (world) => {
    const refund = world.pick(world.refunds)
    return {
      as: 'service',
      args: {
        refund_id: refund?.id ?? null,
        provider_refund_id: `re_${refund?.id}`,
        status: world.pick(['pending', 'succeeded', 'failed']),
      },
    }
  },
  book_slot: (world) => ({
    as: 'customer',
    args: {
      service_id: world.pick(world.serviceIds),
      starts_at: world.pick(SLOTS),
      idempotency_key: randomUUID(),
    },
  }),
  cancel_booking: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: { booking_id: world.pick(world.bookingIds) },
  }),
  cancel_by_token: (world) => ({ as: 'visitor', args: { token: world.pick(world.bookingTokens) } }),
  cancel_order: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: { order_id: world.pick(world.orderIds) },
  }),
  change_member_role: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, user_id: world.pick(world.memberIds), role: 'manager' },
  }),
  checkout: (world) => ({
    as: 'customer',
    args: {
      idempotency_key: randomUUID(),
      payment_method: world.pick(['card', 'cash_on_delivery']),
      shipping_address: JSON.stringify(ADDRESS),
      cart_token: world.pick([null, world.pick(world.cartTokens) ?? null]),
    },
  }),
  claim_cart: (world) => ({ as: 'customer', args: { cart_token: world.pick(world.cartTokens) ?? 'none' } }),
  claim_outbox: () => ({ as: 'service', args: { max_rows: 3 } }),
  claim_webhooks: () => ({ as: 'service', args: { max_rows: 3 } }),
  clear_cart: () => ({ as: 'customer' }),
  close_store: (world) => ({ as: 'owner', args: { store_id: world.store.id } }),
  compare_provider_balance: (world) => ({
    as: 'service',
    args: { currency: world.store.currency, amount: 0 },
  }),
  complete_booking: (world) => ({ as: 'manager', args: { booking_id: world.pick(world.bookingIds) } }),
  confirm_receipt: (world) => ({ as: 'customer', args: { order_id: world.pick(world.orderIds) } }),
  correct_ledger: (world) => ({
    as: 'operator',
    args: {
      correction_id: randomUUID(),
      store_id: world.store.id,
      currency: world.store.currency,
      amount: world.pick([-5, 5]),
      note: 'race',
    },
  }),
  issue_receipt: (world) => ({ as: 'customer', args: { order_id: world.pick(world.orderIds) } }),
  create_calendar_feed: (world) => ({ as: 'owner', args: { staff_id: world.pick(world.staffIds) } }),
  create_store: () => ({
    as: 'owner',
    args: { name: `Pair ${randomUUID()}`, line1: 'x', city: 'Pune', country_code: 'AE' },
  }),
  decide_booking: (world) => ({
    as: 'manager',
    args: { booking_id: world.pick(world.bookingIds), approve: draw() < 0.7 },
  }),
  decide_refund: (world) => ({
    as: 'owner',
    args: {
      refund_id: world.pick(world.refunds)?.id ?? null,
      approve: world.pick([true, true, false]),
      restock: world.pick([true, false]),
    },
  }),
  delete_product: (world) => ({ as: 'owner', args: { product_id: world.pick(world.productIds) } }),
  delete_review: (world) => ({ as: 'customer', args: { review_id: world.pick(world.reviewIds) } }),
  evaluate_alerts: () => ({ as: 'service' }),
  import_products: (world) => ({
    as: 'owner',
    args: {
      store_id: world.store.id,
      rows: JSON.stringify(
        Array.from({ length: 3 }, () => ({
          name: `Row ${randomUUID()}`,
          category: world.pick(world.categories).name,
          price: '3.00',
          quantity: '2',
        })),
      ),
    },
  }),
  create_webhook_endpoint: (world) => ({
    as: 'owner',
    args: {
      store_id: world.store.id,
      url: 'https://a.example/h',
      events: world.pick([['order.created', 'order.updated'], [
        'stock.updated',
        'refund.created',
        'refund.updated',
      ]]),
    },
  }),
  delete_webhook_endpoint: (world) => ({
    as: 'owner',
    args: { endpoint_id: world.pick(world.endpointIds) ?? null },
  }),
  list_payouts_to_check: () => ({ as: 'service' }),
  replay_webhook_delivery: (world) => ({
    as: 'manager',
    args: { delivery_id: world.pick(world.deliveryIds) ?? null },
  }),
  roll_webhook_secret: (world) => ({
    as: 'owner',
    args: { endpoint_id: world.pick(world.endpointIds) ?? null },
  }),
  settle_webhook: (world) => ({
    as: 'service',
    args: {
      id: world.pick(world.deliveryIds) ?? null,
      attempt: world.pick([1, 2]),
      response_code: world.pick([200, 500]),
      error: null,
      duration_ms: 1,
    },
  }),
  update_webhook_endpoint: (world) => ({
    as: 'manager',
    args: { endpoint_id: world.pick(world.endpointIds) ?? null, is_enabled: world.pick([true, true, false]) },
  }),
  invite_member: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, role: 'staff', email: 'new@example.com' },
  }),
  join_waiting_list: (world) => ({
    as: 'customer',
    args: {
      service_id: world.pick(world.serviceIds),
      from_time: SLOTS[0],
      to_time: SLOTS.at(-1),
    },
  }),
  leave_waiting_list: (world) => ({ as: 'customer', args: { waiting_id: world.pick(world.waitingIds) } }),
  list_dispute_answers_to_send: () => ({ as: 'service' }),
  list_payments_to_reconcile: () => ({ as: 'service' }),
  list_payouts_to_send: () => ({ as: 'service' }),
  list_refunds_to_issue: () => ({ as: 'service' }),
  mark_notifications_read: (world) => ({ as: world.pick(['customer', 'manager', 'owner']) }),
  list_reversals_to_make: () => ({ as: 'service' }),
  list_transfers_to_make: () => ({ as: 'service' }),
  mark_no_show: (world) => ({ as: 'manager', args: { booking_id: world.pick(world.bookingIds) } }),
  mark_outbox_failed: (world) => ({
    as: 'service',
    args: { id: world.pick(world.outboxIds) ?? null, error: 'race' },
  }),
  mark_outbox_gone: (world) => ({ as: 'service', args: { id: world.pick(world.outboxIds) ?? null } }),
  mark_outbox_sent: (world) => ({
    as: 'service',
    args: { id: world.pick(world.outboxIds) ?? null, provider_id: randomUUID() },
  }),
  mark_outbox_skipped: (world) => ({
    as: 'service',
    args: { id: world.pick(world.outboxIds) ?? null, reason: 'race' },
  }),
  merge_cart: (world) => ({
    as: 'customer',
    args: { items: JSON.stringify(world.variantIds.map((variant_id) => ({ variant_id, quantity: 1 }))) },
  }),
  merge_categories: (world) => ({
    as: 'operator',
    args: { from_id: world.pick(world.categories).id, into_id: world.pick(world.categories).id },
  }),
  moderate_review: (world) => ({
    as: 'operator',
    args: {
      review_id: world.pick(world.reviewIds),
      action: world.pick(['hide', 'restore', 'keep']),
      rule: 'Rule',
      facts: 'Facts',
    },
  }),
  prepare_payment: (world) => ({
    as: 'customer',
    args: { checkout_id: world.pick(world.checkoutIds) ?? null },
  }),
  prepare_payout_account: (world) => ({ as: 'owner', args: { store_id: world.store.id } }),
  prepare_payout_for_job: (world) => ({
    as: 'service',
    args: { payout_id: world.pick(world.payoutIds), available_amount: world.pick([0, 500, 100000]) },
  }),
  prepare_reversal_for_job: (world) => ({
    as: 'service',
    args: { reversal_id: world.pick(world.reversalIds) },
  }),
  prepare_transfer_for_job: (world) => ({
    as: 'service',
    args: { transfer_id: world.pick(world.transferIds) },
  }),
  record_cash_payment: (world) => ({ as: 'manager', args: { order_id: world.pick(world.orderIds) } }),
  record_dispute_answer: (world) => ({
    as: 'service',
    args: { dispute_id: world.pick(world.disputeIds), attempt: 1 },
  }),
  record_payment_fee: (world) => ({
    as: 'service',
    args: { payment_id: world.pick(world.payments)?.id ?? null, fee_amount: 3 },
  }),
  record_payout: (world) => {
    const id = world.pick(world.payoutIds)
    return {
      as: 'service',
      args: {
        payout_id: id,
        provider_payout_id: `po_${id}`,
        status: world.pick(['pending', 'paid', 'failed']),
      },
    }
  },
  record_payout_failure: (world) => ({
    as: 'service',
    args: { payout_id: world.pick(world.payoutIds), code: 'race', message: 'race' },
  }),
  record_request: () => ({
    as: 'service',
    args: { function_name: 'race', route: '/race', method: 'GET', status: 200, duration_ms: 1 },
  }),
  record_reversal: (world) => {
    const id = world.pick(world.reversalIds)
    return { as: 'service', args: { reversal_id: id, provider_reversal_id: `trr_${id}` } }
  },
  record_reversal_failure: (world) => ({
    as: 'service',
    args: { reversal_id: world.pick(world.reversalIds), code: 'race', message: 'race' },
  }),
  record_transfer: (world) => {
    const id = world.pick(world.transferIds)
    return { as: 'service', args: { transfer_id: id, provider_transfer_id: `tr_${id}` } }
  },
  record_transfer_failure: (world) => ({
    as: 'service',
    args: { transfer_id: world.pick(world.transferIds), code: 'race', message: 'race' },
  }),
  register_sms: () => ({ as: 'service', args: { phone: '+12025550100', dedupe_key: randomUUID() } }),
  remove_coupon: () => ({ as: 'customer' }),
  remove_from_cart: (world) => ({ as: 'customer', args: { variant_id: world.pick(world.variantIds) } }),
  remove_member: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, user_id: world.pick(world.memberIds) },
  }),
  rename_category: (world) => ({
    as: 'operator',
    args: {
      category_id: world.pick(world.categories).id,
      name: `Kind ${randomUUID()}`,
      parent_id: world.pick([null, world.pick(world.categories).id]),
    },
  }),
  rename_store_link: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, link: world.pick(['pairs-one', 'pairs-two', 'pairs-three']) },
  }),
  reply_to_review: (world) => ({
    as: 'owner',
    args: { review_id: world.pick(world.reviewIds), body: 'Thanks.' },
  }),
  report_review: (world) => ({
    as: 'customer',
    args: { review_id: world.pick(world.reviewIds), reason: 'spam' },
  }),
  request_payout: (world) => ({
    as: 'owner',
    args: {
      store_id: world.store.id,
      amount: world.pick([100, 400]),
      currency: world.store.currency,
      idempotency_key: randomUUID(),
    },
  }),
  request_refund: (world) => ({ as: 'customer', args: { order_id: world.pick(world.orderIds) } }),
  reschedule_booking: (world) => ({
    as: world.pick(['customer', 'manager']),
    args: { booking_id: world.pick(world.bookingIds), starts_at: world.pick(SLOTS) },
  }),
  reschedule_by_token: (world) => ({
    as: 'visitor',
    args: { token: world.pick(world.bookingTokens), starts_at: world.pick(SLOTS) },
  }),
  revoke_calendar_feed: (world) => ({ as: 'owner', args: { staff_id: world.pick(world.staffIds) } }),
  save_product: (world) => ({
    as: 'owner',
    args: {
      store_id: world.store.id,
      product_id: world.pick([null, world.pick(world.productIds)]),
      name: `Thing ${randomUUID()}`,
      category: world.pick(world.categories).name,
      status: world.pick(['active', 'draft']),
      price_amount: world.pick([500, 900]),
    },
  }),
  save_service: (world) => ({
    as: 'owner',
    args: {
      store_id: world.store.id,
      service_id: world.pick(world.serviceIds),
      capacity: world.pick([1, 2, 3]),
      max_per_day: world.pick([0, 5]),
      category: world.pick(['Pair kind 1', 'Hair']),
    },
  }),
  save_staff: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, staff_id: world.pick(world.staffIds), name: 'Someone' },
  }),
  set_cart_quantity: (world) => ({
    as: 'customer',
    args: { variant_id: world.pick(world.variantIds), quantity: world.pick([0, 1, 3]) },
  }),
  set_notification_preference: (world) => ({
    as: world.pick(['customer', 'owner']),
    args: { kind: 'back_in_stock', medium: world.pick(['in_app', 'email']), is_enabled: draw() < 0.8 },
  }),
  set_commission: (world) => ({
    as: 'operator',
    args: {
      scope: 'category',
      scope_id: world.pick(world.categories).id,
      bps: world.pick([500, 1000, null]),
    },
  }),
  set_opening_exception: (world) => ({
    as: 'owner',
    args: { store_id: world.store.id, on_date: '2031-01-01', hours: '[]' },
  }),
  set_opening_hours: (world) => ({
    as: 'owner',
    args: {
      store_id: world.store.id,
      hours: JSON.stringify(ALWAYS_OPEN),
    },
  }),
  set_product_status: (world) => ({
    as: 'manager',
    args: { product_id: world.pick(world.productIds), status: world.pick(['active', 'draft', 'archived']) },
  }),
  set_quiet_hours: (world) => ({
    as: world.pick(['customer', 'owner']),
    args: { starts: '22:00', ends: world.pick(['06:00', '07:00']), time_zone: 'Europe/Berlin' },
  }),
  set_stock: (world) => ({
    as: 'manager',
    args: { variant_id: world.pick(world.variantIds), expected: 0, quantity: 4 },
  }),
  set_store_status: (world) => ({
    as: 'operator',
    args: { store_id: world.store.id, status: world.pick(['active', 'active', 'suspended', 'pending']) },
  }),
  settle_sms: () => ({ as: 'service', args: { dedupe_key: randomUUID() } }),
  submit_review: (world) => ({
    as: 'customer',
    args: {
      ...world.pick([
        { subject_type: 'store', subject_id: world.store.id },
        { subject_type: 'product', subject_id: world.pick(world.productIds) },
      ]),
      rating: world.pick([1, 4, 5]),
    },
  }),
  // A few browsers that customers hand to each other, more than one person may have.
  suppress_address: () => ({
    as: 'service',
    args: { address: 'ana@example.com', reason: 'complained', provider_id: 'x' },
  }),
  subscribe_push: () => ({
    as: 'customer',
    args: {
      endpoint: `https://fcm.googleapis.com/fcm/send/${Math.floor(draw() * 30)}`,
      p256dh: `B${'A'.repeat(86)}`,
      auth: 'A'.repeat(22),
    },
  }),
  submit_dispute_evidence: (world) => ({
    as: 'manager',
    args: { dispute_id: world.pick(world.disputeIds), evidence: 'race' },
  }),
  transfer_store: (world) => ({ as: 'owner', args: { store_id: world.store.id, user_id: randomUUID() } }),
  unsubscribe: (world) => ({ as: 'visitor', args: { token: world.pick(world.unsubscribeTokens) } }),
  update_review: (world) => ({
    as: 'customer',
    args: { review_id: world.pick(world.reviewIds), rating: world.pick([1, 3, 5]) },
  }),
  vote_review: (world) => ({
    as: 'customer',
    args: { review_id: world.pick(world.reviewIds), value: world.pick([-1, 0, 1]) },
  }),
}

/** Plain writes of tables whose triggers or references reach further. */
const WRITES: Record<string, (world: World) => Call & { sql: string; values: unknown[] }> = {
  'the text of a product': (world) => ({
    as: 'owner',
    sql: 'update public.products set description = $2 where id = $1',
    values: [world.pick(world.productIds), randomUUID()],
  }),
  'a picture': (world) => ({
    as: 'owner',
    sql: 'insert into public.product_media (product_id, store_id, path, position) values ($1, $2, $3, 0)',
    values: [world.pick(world.productIds), world.store.id, `${world.store.id}/${randomUUID()}.jpg`],
  }),
  'a discount on a category': (world) => ({
    as: 'owner',
    sql: `insert into public.discounts (store_id, category_id, name, kind, percent_bps)
      values ($1, $2, 'Pairs', 'percentage', 100)`,
    values: [world.store.id, world.pick(world.categories).id],
  }),
  'the hours of a store': (world) => ({
    as: 'owner',
    sql: 'update public.stores set is_open = true where id = $1',
    values: [world.store.id],
  }),
  'the threshold of stock': (world) => ({
    as: 'owner',
    sql: 'update public.stock_levels set low_stock_threshold = $2 where variant_id = $1',
    values: [world.pick(world.variantIds), world.pick([0, 3, 9])],
  }),
  'the answer to a review': (world) => ({
    as: 'owner',
    sql: 'update public.review_replies set body = $2 where review_id = $1',
    values: [world.pick(world.reviewIds), randomUUID()],
  }),
  'a line of a cart': (world) => ({
    as: 'customer',
    sql: 'update public.cart_items set quantity = 2 where variant_id = $1',
    values: [world.pick(world.variantIds)],
  }),
  'what was read': () => ({
    as: 'customer',
    sql: 'update public.notifications set read_at = now() where read_at is null',
    values: [],
  }),
  'the browsers of a person': () => ({
    as: 'customer',
    sql: 'delete from public.push_subscriptions where user_id = auth.uid()',
    values: [],
  }),
  'who waits for stock': (world) => ({
    as: 'customer',
    sql:
      'insert into public.back_in_stock_requests (user_id, variant_id) values (auth.uid(), $1) on conflict do nothing',
    values: [world.pick(world.variantIds)],
  }),
}

/** How often everybody meets everybody. */
const ROUNDS = Number(process.env['PAIR_ROUNDS'] ?? 1)
/** How many pairs are under way at once. */
const PAIRS_AT_ONCE = 8

const draw = draws()

let arena: Arena
let service: postgres.Sql
const people = {} as Record<Exclude<Actor, 'visitor' | 'service'>, string[]>
let store: Store

beforeAll(async () => {
  arena = await openArena(2 * PAIRS_AT_ONCE)
  service = connectAs(arena.database, 'service_role', {
    max: 2 * PAIRS_AT_ONCE,
    connection: { statement_timeout: '0' },
  })
  store = await createStore(arena.owner)
  people.owner = [store.ownerId]
  people.manager = await createUsers(arena.owner, 1)
  people.customer = await createUsers(arena.owner, 2)
  people.operator = await createUsers(arena.owner, 1)
  const staff = await createUser(arena.owner)
  await arena.owner`insert into private.platform_admins (user_id) values (${people.operator[0]!})`
  await arena.owner`insert into public.store_members (store_id, user_id, role) values
    (${store.id}, ${people.manager[0]!}, 'manager'), (${store.id}, ${staff}, 'staff')`
  await arena.owner`insert into public.coupons (store_id, code, kind, percent_bps, currency)
    values (${store.id}, 'PAIRS', 'percentage', 500, ${store.currency})`
  await arena.owner`update private.settings
    set payments_are_live = false, payout_hold_days = 0, messages_per_person_and_minute = 100000, conversations_per_person_and_hour = 100000`
  for (const customer of people.customer) {
    const { id } = await must(
      call<{ id: string }>(arena.clients, customer, 'start_conversation', { store_id: store.id }),
    )
    for (const sender of [customer, store.ownerId, people.manager[0]!, customer]) {
      await must(call(arena.clients, sender, 'send_message', {
        conversation_id: id,
        body: 'Hello',
        client_id: randomUUID(),
      }))
    }
  }
  await arena.owner`insert into public.payout_accounts (
      store_id, provider_account_id, transfers_enabled, payouts_enabled
    ) values (${store.id}, 'acct_pairs', true, true)`
  const asOwner = (verb: string, args: Record<string, unknown>) =>
    must(call(arena.clients, store.ownerId, verb, { store_id: store.id, ...args }))
  for (const name of ['Ada', 'Ben']) await asOwner('save_staff', { name })
  await asOwner('set_opening_hours', { hours: ALWAYS_OPEN })
  for (
    const more of [{}, { capacity: 3 }, { needs_approval: true }, { price_amount: 900, deposit_amount: 900 }]
  ) {
    await asOwner('save_service', { name: 'A visit', duration_minutes: 60, slot_step_minutes: 30, ...more })
  }
})

/** Restores what the race uses up, and looks at what is there. */
async function lookAround(): Promise<World> {
  const { owner } = arena
  await owner`select public.set_store_status(${store.id}, 'active')`
  await owner`delete from public.chat_blocks`
  await owner`insert into public.categories (name, slug)
    select 'Pair kind ' || number, 'pair-kind-' || number from generate_series(1, 4) as number on conflict do nothing`
  const [stored] = await owner<{ count: number }[]>`
    select count(*)::int as count from public.products where store_id = ${store.id} and deleted_at is null`
  for (let missing = 5 - stored!.count; missing > 0; missing--) await createProduct(owner, store, 800, 4)
  const unsubscribeTokens = (await owner<{ token: string }[]>`
    select private.unsubscribe_token(id, 'back_in_stock') as token from unnest(${people.customer}::uuid[]) as id`)
    .map(({ token }) => token)
  const guests = await Promise.all([1, 2].map(async () => {
    const token = randomUUID()
    await owner`insert into public.carts (token_hash, expires_at)
      values (sha256(convert_to(${token}, 'UTF8')), now() + interval '1 day')`
    return token
  }))
  await owner`update public.checkouts set expires_at = now() where status = 'pending' and created_at < now() - interval '1 second'`
  const ids = async (rows: postgres.PendingQuery<postgres.Row[]>) =>
    (await rows).map((row) => row['id'] as string)
  const [
    productIds,
    variantIds,
    categories,
    orderIds,
    checkoutIds,
    payments,
    refunds,
    outboxIds,
    memberIds,
    reviewIds,
    decisionIds,
    conversationIds,
    reportIds,
    alertIds,
    serviceIds,
    staffIds,
    bookings,
    waitingIds,
    endpointIds,
    deliveryIds,
  ] = await Promise.all([
    ids(owner`select id from public.products where store_id = ${store.id} order by random() limit 6`),
    ids(owner`select id from public.product_variants where store_id = ${store.id} and is_active
        order by random() limit 5`),
    owner<World['categories']>`select id, name from public.categories where slug like 'pair-kind-%'`,
    ids(owner`select id from public.orders where store_id = ${store.id} order by created_at desc limit 8`),
    ids(
      owner`select id from public.checkouts where payment_method = 'card' order by created_at desc limit 4`,
    ),
    owner<World['payments']>`
        select id, checkout_id, amount, currency, coalesce(provider_payment_id, 'pi_' || id) as intent
        from public.payments where provider = 'stripe' order by created_at desc limit 4`,
    owner<World['refunds']>`select id from public.refunds order by created_at desc limit 4`,
    ids(owner`select id from private.outbox where status = 'pending' order by random() limit 4`),
    ids(
      owner`select user_id as id from public.store_members where store_id = ${store.id} and role = 'staff'`,
    ),
    ids(owner`select id from public.reviews where store_id = ${store.id} order by random() limit 4`),
    ids(
      owner`select id from public.moderation_decisions where store_id = ${store.id} order by id desc limit 4`,
    ),
    ids(owner`select id from public.conversations where store_id = ${store.id} order by id limit 3`),
    ids(owner`select id from public.message_reports where status = 'open' limit 3`),
    ids(owner`select id from private.alerts order by random() limit 3`),
    ids(owner`select id from public.services where store_id = ${store.id}`),
    ids(owner`select id from public.staff where store_id = ${store.id}`),
    owner<{ id: string; token: string }[]>`
        select id, private.booking_link_token(id) as token from public.bookings
        where store_id = ${store.id} order by created_at desc limit 4`,
    ids(
      owner`select id from public.waiting_list where store_id = ${store.id} order by created_at desc limit 2`,
    ),
    ids(
      owner`select id from public.webhook_endpoints where store_id = ${store.id} order by random() limit 3`,
    ),
    ids(
      owner`select id from public.webhook_deliveries where store_id = ${store.id} order by random() limit 4`,
    ),
  ])
  const [transferIds, reversalIds, payoutIds, disputeIds] = await Promise.all([
    ids(owner`select id from public.transfers order by id desc limit 4`),
    ids(owner`select id from public.transfer_reversals order by id desc limit 4`),
    ids(owner`select id from public.payouts order by id desc limit 4`),
    ids(owner`select id from public.disputes order by id desc limit 4`),
  ])
  return {
    store,
    transferIds: transferIds!,
    reversalIds: reversalIds!,
    payoutIds: payoutIds!,
    disputeIds: disputeIds!,
    productIds,
    variantIds,
    categories,
    orderIds,
    checkoutIds,
    payments,
    refunds,
    cartTokens: guests,
    outboxIds,
    endpointIds,
    deliveryIds,
    memberIds,
    reviewIds,
    decisionIds,
    customerIds: people.customer,
    conversationIds,
    reportIds,
    alertIds,
    serviceIds,
    staffIds,
    bookingIds: bookings.map(({ id }) => id),
    bookingTokens: bookings.map(({ token }) => token),
    waitingIds,
    unsubscribeTokens,
    pick: <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)] ?? null as T,
  }
}

/** Has a customer order what there is, and pay for some of it, so that there is something to ship, cancel and refund. */
async function order(customer: string): Promise<void> {
  const product = await createProduct(arena.owner, store, 700, 3)
  const ask = <T>(verb: string, args: Record<string, unknown> = {}) =>
    must(call<T>(arena.clients, customer, verb, args))
  await call(arena.clients, customer, 'clear_cart')
  await ask('add_to_cart', { variant_id: product.variantId })
  const isCard = draw() < 0.6
  const placed = await ask<{ checkout_id: string; orders: { id: string }[] }>(
    'checkout',
    isCard ? cardCheckout() : cashCheckout(),
  )
  if (!isCard) {
    await arena.owner`select public.record_cash_payment(${placed.orders[0]!.id})`
    // Some arrive at once, so that there is something to review.
    if (draw() < 0.7) {
      await arena.owner`select public.advance_order(${placed.orders[0]!.id}, 'shipped')`
      await arena.owner`select public.advance_order(${placed.orders[0]!.id}, 'delivered')`
    }
  } else {
    const payment = await preparePayment(arena, customer, placed.checkout_id)
    if (draw() < 0.7) {
      await must(deliver(arena.owner, intentFact(payment, 'succeeded'), `evt_${randomUUID()}`))
    }
  }
  if (draw() < 0.7) await ask('request_refund', { order_id: placed.orders[0]!.id }).catch(() => undefined)
}

/** Who called last on which connection, by the process that serves it. */
const callers = new Map<number, string>()

/** What a contender was told that nobody should be: nothing when it went well or was refused by a documented code. */
async function contend(name: string, world: World): Promise<string | undefined> {
  const write = WRITES[name]?.(world)
  const { as, args = {} } = write ?? VERBS[name]?.(world) ?? OPEN
  const names = Object.keys(args)
  const job = name.startsWith('job ') ? name.slice(4) : undefined
  const [text, values] = write !== undefined
    ? [write.sql, write.values]
    : job !== undefined
    ? ['select private.run_job($1)', [job]]
    : [
      `select public.${name}(${names.map((key, index) => `${key} => $${index + 1}`).join(', ')})`,
      names.map((key) => args[key]),
    ]
  const pool = job !== undefined ? arena.owner : as === 'service' ? service : arena.clients
  try {
    await pool.begin(async (sql) => {
      const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      callers.set(backend!.pid, name)
      if (as !== 'service' && job === undefined) {
        const role = as === 'visitor' ? 'anon' : 'authenticated'
        const claims = as === 'visitor' ? { role } : { role, sub: world.pick(people[as]), aal: 'aal2' }
        await sql`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${
          JSON.stringify(claims)
        }, true)`
      }
      await sql.unsafe(text, values as never[])
    })
    return undefined
  } catch (error) {
    const { code, message, detail, where } = error as postgres.PostgresError
    if (code?.startsWith('PT') || code === '42501') return undefined
    return `${name}: ${code} ${message} ${detail ?? ''} ${where ?? ''}`
  }
}

test('every verb that writes has its line in this race', async () => {
  const verbs = await arena.owner<{ name: string }[]>`
    select proname as name from pg_proc
    where pronamespace = 'public'::regnamespace and provolatile = 'v' and prokind = 'f'
    order by proname`
  expect(Object.keys(VERBS).toSorted()).toEqual(verbs.map(({ name }) => name).toSorted())
})

test(
  'whoever meets whom on one store, nobody waits in a circle and everybody gets an answer with a code',
  { timeout: 600_000 },
  async () => {
    const jobs = await arena.owner<{ name: string }[]>`
      select name from private.job_runs
      where name not in ('send-emails', 'reconcile-payments', 'send-webhooks', 'send-payouts', 'compare-balances')
      order by name`
    const names = [...Object.keys(VERBS), ...Object.keys(WRITES), ...jobs.map(({ name }) => `job ${name}`)]
    const pairs = names.flatMap((one, index) => names.slice(index).map((other) => [one, other] as const))
    const complaints: string[] = []
    const before = await countDeadlocks(arena.owner)

    for (let round = 0; round < ROUNDS; round++) {
      const queue = pairs.map((pair) => ({ pair, order: draw() })).toSorted((a, b) => a.order - b.order)
      for (let start = 0; start < queue.length; start += PAIRS_AT_ONCE) {
        const world = await lookAround()
        if (start % (8 * PAIRS_AT_ONCE) === 0) await Promise.all(people.customer.map(order))
        const met = queue.slice(start, start + PAIRS_AT_ONCE).flatMap(({ pair }) => pair)
        const told = (await Promise.all(met.map((name) => contend(name, world))))
          .filter((complaint) => complaint !== undefined)
        // A deadlock names processes: here is who they were.
        if (told.length > 0) complaints.push(told.join('; '), JSON.stringify([...callers]))
      }
    }

    const after = await countDeadlocks(arena.owner)
    expect(complaints, `TEST_SEED=${SEED}`).toEqual([])
    expect(after, `TEST_SEED=${SEED}`).toBe(before)
    await expectSound(arena.owner)
  },
)
