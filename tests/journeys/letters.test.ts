import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { totpCode } from '../../supabase/local/auth/totp.ts'
import { drain, type Report } from '../../functions/emails/core.ts'
import { createPush } from '../../functions/emails/push.ts'
import { createResend } from '../../functions/emails/resend.ts'
import { formatInstant } from '../../functions/emails/money.ts'
import { templateNames } from '../../functions/emails/templates.ts'
import { sqlThrough } from '../../functions/_shared/sql.ts'
import { createTwilio } from '../../functions/_shared/twilio.ts'
import {
  type Message,
  randomPhone,
  type SignedIn,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { ADDRESS, type Article, ask, buy, offer, openStore, type Placed } from './world.ts'

const SITE = 'https://shop.example'
const SHOP = 'Willow & Wick'

/** Somebody letters go to. */
interface Person extends SignedIn {
  phone: string
  /** Null for one who has a phone only. */
  email: string | null
}

/** What a situation plays with: a customer of its own, and the same two stores. */
interface Scene {
  platform: TestPlatform
  customer: Person
  owner: Person
  /** Who runs the marketplace. */
  admin: Person
  storeId: string
  candle: Article
  /** Another store's article. */
  lamp: Article
}

/** A message that must stand in the inbox. */
interface Expected {
  to: 'customer' | 'owner'
  /** The whole subject; `#` stands for the order's number. A text has none. */
  subject?: string
  /** What it says, as a person reads it. */
  says: (string | RegExp)[]
  says_not?: (string | RegExp)[]
  /** The kind that a link at its foot ends; nobody ends what is transactional. */
  ends?: string
}

/** A notification that must stand under the bell; `#` stands for the order's number. */
type Told = [kind: string, title: string, body?: string | null]

/** One line of the table: what happens, and all that the customer is told of it. */
interface Situation {
  title: string
  phoneOnly?: boolean
  act(scene: Scene): Promise<Placed | undefined>
  letters: Expected[]
  told: Told[]
}

const ADDRESS_LINES = '12 Elm Row\nAlbany NY 12203\nUnited States'
const BANKS = 'Banks take up to ten days to show it.'

/** What comes with the confirmation of an order, and is looked at by the first situations only. */
const CONFIRMED: Expected = { to: 'customer', subject: `Your order # at ${SHOP}`, says: [ADDRESS_LINES] }
const TOLD_CONFIRMED: Told = ['order_confirmed', `Your order # of ${SHOP} is confirmed`, null]
const NEW_ORDER: Expected = { to: 'owner', subject: `New order # of ${SHOP}: $25.00`, says: [ADDRESS_LINES] }

const cancelled = (says: string): Expected => ({
  to: 'customer',
  subject: `Your order # of ${SHOP} was cancelled`,
  says: [says],
  says_not: [/if you have paid/i],
})
const paidOrder = [CONFIRMED, NEW_ORDER]
const arrivedOrder: Expected[] = [
  ...paidOrder,
  { to: 'customer', subject: `Your order # of ${SHOP} is on its way`, says: ['handed to the carrier'] },
  { to: 'customer', subject: `Your order # of ${SHOP} was delivered`, says: ['Your order was delivered.'] },
]
const TOLD_DELIVERED: Told[] = [
  TOLD_CONFIRMED,
  ['order_shipped', `Your order # of ${SHOP} is on its way`, null],
  ['order_delivered', `Your order # of ${SHOP} was delivered`, null],
]

const SITUATIONS: Situation[] = [
  {
    title: 'an order by cash on delivery',
    act: ({ customer, candle }) => buy(customer, candle, { quantity: 2 }),
    letters: [
      {
        ...CONFIRMED,
        says: [
          'Thank you, Nina Castell',
          'Candle (2 × $25.00): $50.00',
          'Total: $50.00',
          'To pay in cash on delivery: $50.00',
          ADDRESS_LINES,
        ],
        says_not: ['Paid:', 'Discount'],
      },
      { ...NEW_ORDER, subject: `New order # of ${SHOP}: $50.00` },
    ],
    told: [TOLD_CONFIRMED],
  },
  {
    title: 'an order by card, once it is paid and not before',
    act: (scene) => paid(scene),
    letters: [{ ...CONFIRMED, says: ['Paid: $25.00'], says_not: ['cash'] }, NEW_ORDER],
    told: [TOLD_CONFIRMED],
  },
  {
    title: 'an order that a coupon makes free',
    act: async ({ customer, candle }) => {
      await ask(customer.client, 'add_to_cart', { variant_id: candle.variantId, quantity: 1 })
      await ask(customer.client, 'apply_coupon', { code: 'GIFT' })
      return order(customer, 'card')
    },
    letters: [
      { ...CONFIRMED, says: ['Discount: -$25.00', 'Total: $0.00', 'To pay: nothing'], says_not: ['Paid:'] },
      { ...NEW_ORDER, subject: `New order # of ${SHOP}: $0.00` },
    ],
    told: [TOLD_CONFIRMED],
  },
  {
    title: 'an order while a discount is in force',
    act: async ({ owner, customer, candle, storeId }) => {
      const { data, error } = await owner.client.from('discounts')
        .insert({ store_id: storeId, name: 'Sale', kind: 'percentage', percent_bps: 2000 }).select('id')
        .single()
      if (error) throw error
      const placed = await buy(customer, candle, { quantity: 2 })
      await owner.client.from('discounts').delete().eq('id', data.id)
      return placed
    },
    letters: [
      { ...CONFIRMED, says: ['Candle (2 × $20.00): $40.00', 'Total: $40.00'], says_not: ['Discount'] },
      { ...NEW_ORDER, subject: `New order # of ${SHOP}: $40.00` },
    ],
    told: [TOLD_CONFIRMED],
  },
  {
    title: 'an order that is picked up',
    act: async (scene) => {
      const { data } = await scene.owner.client.from('shipping_methods').select('id')
        .eq('store_id', scene.storeId).eq('kind', 'pickup').single()
      const placed = await buy(scene.customer, scene.candle, {
        more: { shipping_methods: { [scene.storeId]: data!.id } },
      })
      await advance(scene, placed, 'processing')
      await advance(scene, placed, 'shipped')
      await ask(scene.owner.client, 'record_cash_payment', { order_id: placed.orders[0]!.id })
      await advance(scene, placed, 'delivered')
      return placed
    },
    letters: [
      {
        to: 'customer',
        subject: `Your order # at ${SHOP}`,
        says: [
          'will tell you when it can be picked up',
          'Pick-up: free',
          'To pay in cash at pick-up: $25.00',
          `To be picked up at:\n\n> ${SHOP}\n> 4 Quay Street\n> Hudson NY 12534\n> United States`,
        ],
        says_not: ['Shipping', 'leaves', 'delivered'],
      },
      { ...NEW_ORDER, says: ['To pay in cash at pick-up: $25.00'] },
      { to: 'customer', subject: `Your order # of ${SHOP} is being prepared`, says: ['is being prepared'] },
      {
        to: 'customer',
        subject: `Your order # of ${SHOP} is ready to be picked up`,
        says: ['ready to be picked up'],
        says_not: ['carrier'],
      },
      { to: 'customer', subject: `Your order # of ${SHOP} was picked up`, says: ['was picked up'] },
    ],
    told: [
      TOLD_CONFIRMED,
      ['order_processing', `Your order # of ${SHOP} is being prepared`, null],
      ['order_shipped', `Your order # of ${SHOP} is ready to be picked up`, null],
      ['order_delivered', `Your order # of ${SHOP} was picked up`, null],
    ],
  },
  {
    title: 'the steps of a parcel, mailed when it has gone on: each as it was',
    act: async (scene) => {
      const placed = await paid(scene)
      await advance(scene, placed, 'processing')
      await advance(scene, placed, 'shipped', {
        carrier: 'UPS',
        tracking_number: '1Z999',
        tracking_url: 'https://ups.example/1Z999',
      })
      await advance(scene, placed, 'delivered')
      return placed
    },
    letters: [
      ...paidOrder,
      {
        to: 'customer',
        subject: `Your order # of ${SHOP} is being prepared`,
        says: ['Your order is being prepared.'],
        says_not: ['UPS', '1Z999', 'parcel'],
      },
      {
        to: 'customer',
        subject: `Your order # of ${SHOP} is on its way`,
        says: ['UPS calls your parcel 1Z999.', 'https://ups.example/1Z999'],
      },
      {
        to: 'customer',
        subject: `Your order # of ${SHOP} was delivered`,
        says: ['Your order was delivered.'],
        says_not: ['UPS'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['order_processing', `Your order # of ${SHOP} is being prepared`, null],
      ['order_shipped', `Your order # of ${SHOP} is on its way`, null],
      ['order_delivered', `Your order # of ${SHOP} was delivered`, null],
    ],
  },
  {
    title: 'a paid order that its customer cancels',
    act: async (scene) => {
      const placed = await paid(scene)
      await ask(scene.customer.client, 'cancel_order', {
        order_id: placed.orders[0]!.id,
        reason: 'Ordered by mistake.',
      })
      return placed
    },
    letters: [
      ...paidOrder,
      cancelled(`You cancelled the order. $25.00 goes back to you the way you paid. ${BANKS}`),
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_approved', `Your refund for order # of ${SHOP} was approved`, null],
      [
        'order_cancelled',
        `Your order # of ${SHOP} was cancelled`,
        'You cancelled it. What you paid goes back to you the way you paid.',
      ],
    ],
  },
  {
    title: 'a paid order that its store cancels, with a request for a refund open',
    act: async (scene) => {
      const placed = await paid(scene)
      await ask(scene.customer.client, 'request_refund', { order_id: placed.orders[0]!.id, amount: 500 })
      await ask(scene.owner.client, 'cancel_order', {
        order_id: placed.orders[0]!.id,
        reason: 'The last one broke.',
      })
      return placed
    },
    letters: [
      ...paidOrder,
      {
        ...cancelled(`${SHOP} cancelled the order. $25.00 goes back to you the way you paid. ${BANKS}`),
        says: [`${SHOP} cancelled the order. $25.00 goes back`, '> The last one broke.'],
        says_not: ['declined'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_approved', `Your refund for order # of ${SHOP} was approved`, null],
      [
        'order_cancelled',
        `Your order # of ${SHOP} was cancelled`,
        `${SHOP} cancelled it. What you paid goes back to you the way you paid.`,
      ],
    ],
  },
  {
    title: 'an order to be paid in cash that the marketplace cancels',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle)
      await ask(scene.admin.client, 'cancel_order', { order_id: placed.orders[0]!.id })
      return placed
    },
    letters: [
      ...paidOrder,
      {
        ...cancelled('Marketbase cancelled the order. There is nothing to pay.'),
        says_not: ['goes back', '> store', /if you have paid/i],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      [
        'order_cancelled',
        `Your order # of ${SHOP} was cancelled`,
        'The marketplace cancelled it. There is nothing to pay.',
      ],
    ],
  },
  {
    title: 'an order paid in cash that its store cancels',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle)
      await ask(scene.owner.client, 'record_cash_payment', { order_id: placed.orders[0]!.id })
      await ask(scene.owner.client, 'cancel_order', { order_id: placed.orders[0]!.id })
      return placed
    },
    letters: [
      ...paidOrder,
      {
        ...cancelled(
          `${SHOP} cancelled the order. ${SHOP} gives the $25.00 that you paid in cash back to you.`,
        ),
        says_not: ['card', 'Banks', '> store'],
      },
      {
        to: 'customer',
        subject: 'Your refund of $25.00',
        says: [`${SHOP} gives $25.00 of order # of ${SHOP} back to you in cash.`],
        says_not: ['card', 'Banks'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_succeeded', `Your refund for order # of ${SHOP} is given back in cash`, null],
      [
        'order_cancelled',
        `Your order # of ${SHOP} was cancelled`,
        `${SHOP} cancelled it. The store gives what you paid in cash back to you.`,
      ],
    ],
  },
  {
    title: 'a card page that was left',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle, { method: 'card' })
      await expire(scene, placed)
      return placed
    },
    letters: [{
      to: 'customer',
      subject: `Your order at ${SHOP} was cancelled`,
      says: [
        'The order was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
      ],
      says_not: [/if you have paid/i, /order [0-9a-f]{8}-/],
    }],
    told: [[
      'order_cancelled',
      `Your order at ${SHOP} was cancelled`,
      'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
    ]],
  },
  {
    title: 'an order at two stores, of which one cancels',
    act: async (scene) => {
      await ask(scene.customer.client, 'add_to_cart', { variant_id: scene.candle.variantId, quantity: 1 })
      await ask(scene.customer.client, 'add_to_cart', { variant_id: scene.lamp.variantId, quantity: 1 })
      const placed = await order(scene.customer, 'card')
      await pay(scene, placed)
      const ours = placed.orders.find(({ store_id }) => store_id === scene.storeId)!
      await ask(scene.owner.client, 'cancel_order', { order_id: ours.id })
      return { ...placed, orders: [ours] }
    },
    letters: [
      ...paidOrder,
      { to: 'customer', subject: 'Your order HL1 at Harbour Light', says: ['Paid: $30.00'] },
      cancelled(`${SHOP} cancelled the order. $25.00 goes back to you the way you paid.`),
    ],
    told: [
      TOLD_CONFIRMED,
      ['order_confirmed', 'Your order HL1 of Harbour Light is confirmed', null],
      ['refund_approved', `Your refund for order # of ${SHOP} was approved`, null],
      [
        'order_cancelled',
        `Your order # of ${SHOP} was cancelled`,
        `${SHOP} cancelled it. What you paid goes back to you the way you paid.`,
      ],
    ],
  },
  {
    title: 'a checkout at two stores that is cancelled before it is paid',
    act: async (scene) => {
      await ask(scene.customer.client, 'add_to_cart', { variant_id: scene.candle.variantId, quantity: 1 })
      await ask(scene.customer.client, 'add_to_cart', { variant_id: scene.lamp.variantId, quantity: 1 })
      const placed = await order(scene.customer, 'card')
      await ask(scene.customer.client, 'cancel_order', { order_id: placed.orders[0]!.id })
      return placed
    },
    letters: [SHOP, 'Harbour Light'].map((store) => ({
      to: 'customer',
      subject: `Your order at ${store} was cancelled`,
      says: ['You cancelled the order. Nothing was charged. What can still be bought is back in your cart.'],
      says_not: [/if you have paid/i],
    })),
    told: [SHOP, 'Harbour Light'].map((store) => [
      'order_cancelled',
      `Your order at ${store} was cancelled`,
      'You cancelled it. Nothing was charged. What can still be bought is back in your cart.',
    ]),
  },
  {
    title: 'a refund of a part, by card',
    act: async (scene) => {
      const placed = await paid(scene)
      await refunded(scene, placed, 500, 'succeeded')
      return placed
    },
    letters: [
      ...paidOrder,
      {
        to: 'customer',
        subject: 'Your refund of $5.00',
        says: [`${SHOP} refunded $5.00 of order # of ${SHOP}, the way you paid. ${BANKS}`],
        says_not: ['$25.00', 'cash'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_approved', `Your refund for order # of ${SHOP} was approved`, null],
      ['refund_succeeded', `Your refund for order # of ${SHOP} is on its way to you`, null],
    ],
  },
  {
    title: 'a refund that is declined',
    act: async (scene) => {
      const placed = await paid(scene)
      const { id } = await ask<{ id: string }>(scene.customer.client, 'request_refund', {
        order_id: placed.orders[0]!.id,
        amount: 500,
      })
      await ask(scene.owner.client, 'decide_refund', {
        refund_id: id,
        approve: false,
        note: 'The seal was broken.',
      })
      return placed
    },
    letters: [
      ...paidOrder,
      {
        to: 'customer',
        subject: `Your refund for order # of ${SHOP} was declined`,
        says: ['The refund of $5.00', 'was declined. No money moves.', '> The seal was broken.'],
        says_not: [/on its way/, 'card', 'Banks'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_rejected', `Your refund for order # of ${SHOP} was declined`, 'The seal was broken.'],
    ],
  },
  {
    title: 'a refund that the bank sends back after it had succeeded',
    act: async (scene) => {
      const placed = await paid(scene)
      await refunded(scene, placed, 500, 'succeeded', 'failed')
      return placed
    },
    letters: [
      ...paidOrder,
      { to: 'customer', subject: 'Your refund of $5.00', says: ['refunded $5.00'] },
      {
        to: 'customer',
        subject: `Your refund for order # of ${SHOP} could not be paid out`,
        says: ['$5.00', 'did not reach you'],
        says_not: [/on its way/, 'Banks take'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_approved', `Your refund for order # of ${SHOP} was approved`, null],
      ['refund_succeeded', `Your refund for order # of ${SHOP} is on its way to you`, null],
      ['refund_failed', `Your refund for order # of ${SHOP} could not be paid out yet`, null],
    ],
  },
  {
    title: 'a refund of a part, in cash',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle)
      await ask(scene.owner.client, 'record_cash_payment', { order_id: placed.orders[0]!.id })
      await refunded(scene, placed, 500)
      return placed
    },
    letters: [
      ...paidOrder,
      {
        to: 'customer',
        subject: 'Your refund of $5.00',
        says: [`${SHOP} gives $5.00 of order # of ${SHOP} back to you in cash.`],
        says_not: ['card', 'Banks', 'on its way'],
      },
    ],
    told: [
      TOLD_CONFIRMED,
      ['refund_succeeded', `Your refund for order # of ${SHOP} is given back in cash`, null],
    ],
  },
  {
    title: 'a card that is declined, and reported twice; then another one',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle, { method: 'card' })
      const first = {
        charge_id: 'ch_1',
        failure_code: 'card_declined',
        failure_message: 'Your card was declined.',
      }
      await fail(scene, placed, first)
      await fail(scene, placed, first)
      await report(scene, placed, { status: 'requires_action' })
      await fail(scene, placed, first)
      await fail(scene, placed, { ...first, charge_id: 'ch_2' })
      return placed
    },
    letters: Array.from({ length: 2 }, () => ({
      to: 'customer',
      subject: 'Your payment did not go through',
      says: [
        'The payment of $25.00 did not go through, and nothing was charged.',
        /Your items are kept for you until .+ \(America\/New York\)/,
        '> Your card was declined.',
        `${SITE}/checkouts/`,
      ],
    } satisfies Expected)),
    told: Array.from({ length: 2 }, (): Told => [
      'payment_failed',
      'Your payment did not go through',
      'Your card was declined. Nothing was charged, and your items are still kept for you: pay again.',
    ]),
  },
  {
    title: 'a bank that could not confirm the payment',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle, { method: 'card' })
      await fail(scene, placed, { failure_code: 'payment_intent_authentication_failure' })
      return placed
    },
    letters: [{
      to: 'customer',
      subject: 'Your payment did not go through',
      says: ['> Your bank could not confirm that it was you who paid.'],
      says_not: ['PaymentMethod', 'PaymentIntent'],
    }],
    told: [[
      'payment_failed',
      'Your payment did not go through',
      'Your bank could not confirm that it was you who paid. ' +
      'Nothing was charged, and your items are still kept for you: pay again.',
    ]],
  },
  {
    title: 'a payment that fails when its order had been cancelled',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle, { method: 'card' })
      await report(scene, placed, { status: 'processing' })
      await ask(scene.customer.client, 'cancel_order', { order_id: placed.orders[0]!.id })
      await fail(scene, placed, { failure_code: 'generic_decline' })
      return placed
    },
    letters: [
      {
        to: 'customer',
        subject: `Your order at ${SHOP} was cancelled`,
        says: [
          'You cancelled the order. Should your payment still arrive, all of it goes back to you. What can still be bought is back in your cart.',
        ],
      },
      {
        to: 'customer',
        subject: 'Your payment did not go through',
        says: ['nothing was charged. The order is not waiting for it any more.', `${SITE}/orders`],
        says_not: [/reserved/, /kept for you/, /another card/i, '/checkouts/'],
      },
    ],
    told: [
      [
        'order_cancelled',
        `Your order at ${SHOP} was cancelled`,
        'You cancelled it. Should your payment still arrive, all of it goes back to you. What can still be bought is back in your cart.',
      ],
      [
        'payment_failed',
        'Your payment did not go through',
        'The payment could not be completed. Nothing was charged, and the order is not waiting for it any more.',
      ],
    ],
  },
  {
    title: 'a payment that arrives when its order had been cancelled, and whose refund then fails',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle, { method: 'card' })
      await report(scene, placed, { status: 'processing' })
      await ask(scene.customer.client, 'cancel_order', { order_id: placed.orders[0]!.id })
      await pay(scene, placed)
      const [refund] = await scene.platform.sql<{ id: string }[]>`
        select refunds.id from public.refunds join public.payments on payments.id = refunds.payment_id
        where payments.checkout_id = ${placed.checkout_id}`
      await ask(scene.platform.service(), 'attach_refund', {
        refund_id: refund!.id,
        provider_refund_id: `re_${crypto.randomUUID()}`,
        status: 'failed',
      })
      return placed
    },
    letters: [
      { to: 'customer', subject: `Your order at ${SHOP} was cancelled`, says: ['You cancelled the order.'] },
      {
        to: 'customer',
        subject: 'Your payment came too late and goes back to you',
        says: ['$25.00 reached us after the order had been cancelled. All of it goes back to you.'],
        says_not: ['gone', 'reservation'],
      },
      {
        to: 'customer',
        subject: 'Your refund for your payment could not be paid out',
        says: ['$25.00', 'did not reach you'],
      },
    ],
    told: [
      [
        'order_cancelled',
        `Your order at ${SHOP} was cancelled`,
        'You cancelled it. Should your payment still arrive, all of it goes back to you. What can still be bought is back in your cart.',
      ],
      [
        'payment_refunded_late',
        'Your payment came too late and goes back to you',
        'It reached us after the order had been cancelled.',
      ],
      ['refund_failed', 'Your refund for your payment could not be paid out yet', null],
    ],
  },
  {
    title: 'a payment that arrives when the items are gone',
    act: async (scene) => {
      const last = await offer(scene.owner, scene.storeId, 'Last one', 2500, 1)
      const placed = await buy(scene.customer, last, { method: 'card' })
      await prepare(scene, placed)
      await expire(scene, placed)
      await scene.platform.sql`
        update public.stock_levels set on_hand = 0 where variant_id = ${last.variantId}`
      await pay(scene, placed)
      return placed
    },
    letters: [
      { to: 'customer', subject: `Your order at ${SHOP} was cancelled`, says: ['was not paid in time'] },
      {
        to: 'customer',
        subject: 'Your payment came too late and goes back to you',
        says: ['$25.00 reached us after the reservation had ended, and the items were gone.'],
      },
    ],
    told: [
      [
        'order_cancelled',
        `Your order at ${SHOP} was cancelled`,
        'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
      ],
      [
        'payment_refunded_late',
        'Your payment came too late and goes back to you',
        'It reached us after the reservation had ended, and the items were gone.',
      ],
    ],
  },
  {
    title: 'a payment that arrives when the coupon was used by somebody else',
    act: async (scene) => {
      const { error } = await scene.owner.client.from('coupons').insert({
        store_id: scene.storeId,
        code: 'FIRST',
        kind: 'amount',
        amount: 500,
        currency: 'USD',
        usage_limit: 1,
      })
      if (error) throw error
      await ask(scene.customer.client, 'add_to_cart', { variant_id: scene.candle.variantId, quantity: 1 })
      await ask(scene.customer.client, 'apply_coupon', { code: 'FIRST' })
      const placed = await order(scene.customer, 'card')
      await prepare(scene, placed)
      await expire(scene, placed)
      await scene.platform.sql`update public.coupons set used_count = 1 where code = 'FIRST'`
      await pay(scene, placed)
      await scene.platform.sql`update public.coupons set used_count = 0 where code = 'FIRST'`
      return placed
    },
    letters: [
      { to: 'customer', subject: `Your order at ${SHOP} was cancelled`, says: ['was not paid in time'] },
      {
        to: 'customer',
        subject: 'Your payment came too late and goes back to you',
        says: [
          '$20.00 reached us after the reservation had ended, and the coupon on the order had been used up.',
        ],
        says_not: ['gone'],
      },
    ],
    told: [
      [
        'order_cancelled',
        `Your order at ${SHOP} was cancelled`,
        'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
      ],
      [
        'payment_refunded_late',
        'Your payment came too late and goes back to you',
        'It reached us after the reservation had ended, and the coupon on the order had been used up.',
      ],
    ],
  },
  {
    title: 'a payment that arrives late, while everything is still there',
    act: async (scene) => {
      const placed = await buy(scene.customer, scene.candle, { method: 'card' })
      await prepare(scene, placed)
      await expire(scene, placed)
      await pay(scene, placed)
      return placed
    },
    letters: [
      { to: 'customer', subject: `Your order at ${SHOP} was cancelled`, says: ['was not paid in time'] },
      ...paidOrder,
    ],
    told: [
      [
        'order_cancelled',
        `Your order at ${SHOP} was cancelled`,
        'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
      ],
      TOLD_CONFIRMED,
    ],
  },
  {
    title: 'an order some days after it was delivered, as long as something of it is not reviewed',
    act: async (scene) => {
      const placed = await delivered(scene)
      await scene.platform.sql`
        update private.outbox set run_at = now() where template = 'review_request' and status = 'pending'`
      return placed
    },
    letters: [
      ...arrivedOrder,
      {
        to: 'customer',
        subject: `How do you like what you bought at ${SHOP}?`,
        says: [`You received order # of ${SHOP}.`, 'Candle', `${SITE}/orders/`, `${SITE}/review-requests/`],
        ends: 'review_request',
      },
    ],
    told: TOLD_DELIVERED,
  },
  {
    title: 'an order that is reviewed before its customer is asked to',
    act: async (scene) => {
      const placed = await delivered(scene)
      await reviewed(scene)
      await scene.platform.sql`
        update private.outbox set run_at = now() where template = 'review_request' and status = 'pending'`
      return placed
    },
    letters: [
      ...arrivedOrder,
    ],
    told: TOLD_DELIVERED,
  },
  {
    title: 'a review that is answered, hidden, kept hidden after an appeal, and restored',
    act: async (scene) => {
      const placed = await delivered(scene)
      const review_id = await reviewed(scene)
      await ask(scene.owner.client, 'reply_to_review', { review_id, body: 'Thank you.' })
      const decide = (action: string, more = {}) =>
        ask<{ id: string }>(scene.admin.client, 'moderate_review', { review_id, action, ...more })
      const { id } = await decide('hide', { rule: 'No insults (4.2)', facts: 'It calls the owner names.' })
      await ask(scene.customer.client, 'appeal_decision', { decision_id: id, body: 'It does not.' })
      await decide('keep', { facts: 'It does, in the second line.' })
      await decide('restore')
      return placed
    },
    letters: [
      ...arrivedOrder,
      {
        to: 'customer',
        subject: 'Your review of Candle was hidden',
        says: [
          'nobody but you sees it, and its stars do not count',
          '> ★★☆☆☆\n> <b>Melts</b> at once.',
          'Rule: No insults (4.2)',
          'Facts: It calls the owner names.',
          'Decided by: a person',
          'you may appeal until',
          `${SITE}/decisions/`,
        ],
      },
      {
        to: 'customer',
        subject: 'Your review of Candle stays hidden',
        says: ['it stays hidden', 'Facts: It does, in the second line.', 'you may appeal until'],
        says_not: ['No insults'],
      },
      {
        to: 'customer',
        subject: 'Your review of Candle is visible again',
        says: ['everybody sees it, and its stars count', `${SITE}/reviews/`],
        says_not: ['appeal', 'hidden'],
      },
    ],
    told: [
      ...TOLD_DELIVERED,
      ['review_answered', `${SHOP} answered your review`, null],
      [
        'review_hidden',
        'Your review of Candle was hidden',
        'No insults (4.2)\nIt calls the owner names.',
      ],
      ['review_appeal_rejected', 'Your review of Candle stays hidden', 'It does, in the second line.'],
      ['review_restored', 'Your review of Candle is visible again', null],
    ],
  },
  {
    title: 'the orders of a customer with a phone only: the essential is texted',
    phoneOnly: true,
    act: async (scene) => {
      const placed = await paid(scene)
      await advance(scene, placed, 'processing')
      await refunded(scene, placed, 500, 'succeeded')
      await advance(scene, placed, 'shipped', { carrier: 'UPS', tracking_number: '1Z999' })
      await advance(scene, placed, 'delivered')
      return placed
    },
    letters: [
      NEW_ORDER,
      { to: 'customer', says: [`Your order # of ${SHOP} is confirmed: $25.00. ${SITE}/orders/`] },
      {
        to: 'customer',
        says: [`${SHOP} refunded $5.00 of order # of ${SHOP}, the way you paid. ${SITE}/orders/`],
      },
      { to: 'customer', says: [`Your order # of ${SHOP} is on its way. ${SITE}/orders/`] },
    ],
    told: [
      TOLD_CONFIRMED,
      ['order_processing', `Your order # of ${SHOP} is being prepared`, null],
      ['refund_approved', `Your refund for order # of ${SHOP} was approved`, null],
      ['refund_succeeded', `Your refund for order # of ${SHOP} is on its way to you`, null],
      ['order_shipped', `Your order # of ${SHOP} is on its way`, null],
      ['order_delivered', `Your order # of ${SHOP} was delivered`, null],
    ],
  },
]

/** A store that can be booked, and a day on which nobody has booked anything yet. */
interface Salon extends Scene {
  /** Ten and two o'clock of that day, in UTC. */
  first: string
  second: string
  /** free: nothing to pay. paid: a deposit. late: it is too late to get all of it back. asked: a deposit, and the store decides. */
  services: Record<'free' | 'paid' | 'late' | 'asked', string>
  book(service: keyof Salon['services'], who?: Person): Promise<Visit>
  /** Does something so many minutes from now, by the clock of appointments. */
  later<T>(minutes: number, act: () => Promise<T>): Promise<T>
}

/** What `book_slot` answers. */
interface Visit {
  id: string
  checkout_id: string
  due_amount: number
}

/** Method, status and version of the event that a letter brings. */
type Event = [method: string, status: string, sequence: number]

/** What happens to an appointment, and all that is told of it; `@1` stands for the first time of the day, `@2` for the second. */
interface Booked {
  title: string
  phoneOnly?: boolean
  act(salon: Salon): Promise<unknown>
  letters: (Expected & { event?: Event })[]
  told: Told[]
}

const visitConfirmed = (more: Partial<Expected> = {}, sequence = 0): Booked['letters'][number] => ({
  to: 'customer',
  subject: `Your appointment at ${SHOP}: @1`,
  says: ['See you soon, Nina Castell', `${SHOP} expects you on @1.`, '4 Quay Street, 12534 Hudson, NY, US'],
  ...more,
  event: ['REQUEST', 'CONFIRMED', sequence],
})
const newVisit = (service: string): Expected => ({
  to: 'owner',
  subject: `New appointment: ${service}, @1`,
  says: ['Nina Castell'],
})
const visitRequested: Booked['letters'] = [
  {
    to: 'customer',
    subject: `Your request to ${SHOP} for @1`,
    says: [
      `${SHOP} decides whether @1 can be kept, until `,
      'The time is kept for you until then',
      'Paid: $20.00',
    ],
    says_not: ['expects you'],
    event: ['REQUEST', 'TENTATIVE', 0],
  },
  {
    to: 'owner',
    subject: 'Please answer: Advice, @1',
    says: [/Without an answer until .+ it lapses\./, 'Nina Castell'],
  },
]
const visitCancelled = (says: string[], sequence = 1, at = '@1'): Booked['letters'][number] => ({
  to: 'customer',
  subject: `Your appointment at ${SHOP} was cancelled`,
  says: says.map((words) => words.replace('@', at)),
  says_not: ['See, move or cancel', 'costs nothing'],
  event: ['CANCEL', 'CANCELLED', sequence],
})
const told = (kind: string, service: string): Told => [
  `booking_${kind}`,
  {
    confirmed: `Your appointment for ${service} is confirmed`,
    requested: `Your appointment for ${service} waits for an answer`,
    moved: `Your appointment for ${service} has moved`,
    cancelled: `Your appointment for ${service} was cancelled`,
    declined: `Your appointment for ${service} was declined`,
    lapsed: `Your appointment for ${service} was not answered in time`,
    refunded_late: `Your payment for ${service} came too late and goes back to you`,
    offer: `A time for ${service} has become free, and is kept for you`,
    reminder: `Your appointment for ${service} is coming up`,
  }[kind]!,
]
const ALL_BACK = 'goes back to you the way you paid. Banks take up to ten days to show it.'
const paidVisit = [visitConfirmed({ says: ['Paid: $20.00', 'To pay there: $40.00'] }), newVisit('Massage')]

const BOOKED: Booked[] = [
  {
    title: 'an appointment for which nothing is paid in advance',
    act: ({ book }) => book('free'),
    letters: [
      visitConfirmed({ says_not: ['Paid:', 'costs nothing'], says: ['Price: $30.00', 'If you cannot come'] }),
      newVisit('Haircut'),
    ],
    told: [told('confirmed', 'Haircut')],
  },
  {
    title: 'an appointment of somebody with a phone only',
    phoneOnly: true,
    act: ({ book }) => book('free'),
    letters: [
      { to: 'customer', says: [`${SHOP} expects you on @1. ${SITE}/appointments/`] },
      newVisit('Haircut'),
    ],
    told: [told('confirmed', 'Haircut')],
  },
  {
    title: 'an appointment with a deposit, once it is paid and not before',
    act: async (salon) => {
      const visit = await salon.book('paid')
      await deliver(salon.platform)
      expect((await salon.platform.inbox.list()).filter((one) => isTo(one, salon.customer))).toHaveLength(1)
      await payVisit(salon, visit)
    },
    letters: [
      visitConfirmed({
        says: ['Paid: $20.00', 'To pay there: $40.00', /Cancelled until .+ it costs nothing/],
      }),
      newVisit('Massage'),
    ],
    told: [told('confirmed', 'Massage')],
  },
  {
    title: 'a deposit whose card is declined',
    act: async (salon) => {
      const visit = await salon.book('paid')
      await fail(salon, awaited(visit), { failure_code: 'card_declined', failure_message: 'Declined.' })
    },
    letters: [{
      to: 'customer',
      subject: 'Your payment did not go through',
      says: ['$20.00', /Your time for Massage is kept for you until .+ \(America\/New York\)/],
      says_not: ['items', 'order'],
    }],
    told: [[
      'payment_failed',
      'Your payment did not go through',
      'Declined. Nothing was charged, and your time is still kept for you: pay again.',
    ]],
  },
  {
    title: 'a time that was held and not paid for',
    act: async ({ book, later, platform }) => {
      await book('paid')
      await later(20, () => platform.sql`select private.expire_bookings()`)
    },
    letters: [],
    told: [],
  },
  {
    title: 'a deposit that is paid when somebody else has the time, and that goes back',
    act: async (salon) => {
      const visit = await salon.book('paid')
      await prepare(salon, awaited(visit))
      await salon.later(20, async () => await salon.book('free', await person(salon.platform, 'Rob Port')))
      await payVisit(salon, visit)
      await refundVisit(salon, visit, 'succeeded')
    },
    letters: [
      { to: 'owner', subject: 'New appointment: Haircut, @1', says: ['Rob Port'] },
      {
        to: 'customer',
        subject: 'Your payment came too late and goes back to you',
        says: [`The time at ${SHOP} on @1 was not kept for you any more`, `$20.00 ${ALL_BACK}`],
        says_not: ['expects you', 'costs nothing'],
      },
    ],
    told: [
      told('refunded_late', 'Massage'),
    ],
  },
  {
    title: 'a request that the store approves',
    act: async (salon) => {
      const visit = await salon.book('asked')
      await payVisit(salon, visit)
      await deliver(salon.platform)
      await ask(salon.owner.client, 'decide_booking', { booking_id: visit.id, approve: true })
    },
    letters: [...visitRequested, visitConfirmed(), newVisit('Advice')],
    told: [told('requested', 'Advice'), told('confirmed', 'Advice')],
  },
  {
    title: 'a request that the store declines',
    act: async (salon) => {
      const visit = await salon.book('asked')
      await payVisit(salon, visit)
      await deliver(salon.platform)
      await ask(salon.owner.client, 'decide_booking', {
        booking_id: visit.id,
        approve: false,
        reason: 'We are away.',
      })
    },
    letters: [
      ...visitRequested,
      {
        to: 'customer',
        subject: `${SHOP} cannot keep @1`,
        says: [`${SHOP} cannot take you on @1. $20.00 ${ALL_BACK}`, '> We are away.'],
        says_not: ['See, move or cancel', 'kept;'],
        event: ['CANCEL', 'CANCELLED', 1],
      },
    ],
    told: [told('requested', 'Advice'), told('declined', 'Advice')],
  },
  {
    title: 'a request that is not answered in time',
    act: async (salon) => {
      await payVisit(salon, await salon.book('asked'))
      await deliver(salon.platform)
      await salon.later(25 * 60, () => salon.platform.sql`select private.expire_bookings()`)
    },
    letters: [
      ...visitRequested,
      {
        to: 'customer',
        subject: `${SHOP} did not answer your request`,
        says: ['did not answer in time whether @1 can be kept.', `$20.00 ${ALL_BACK}`],
        says_not: ['See, move or cancel'],
        event: ['CANCEL', 'CANCELLED', 1],
      },
    ],
    told: [told('requested', 'Advice'), told('lapsed', 'Advice')],
  },
  {
    title: 'a request that its customer moves',
    act: async (salon) => {
      const visit = await salon.book('asked')
      await payVisit(salon, visit)
      await deliver(salon.platform)
      await move(salon, salon.customer, visit)
    },
    letters: [
      ...visitRequested,
      {
        to: 'customer',
        subject: `Your request to ${SHOP} has moved to @2`,
        says: ['It was on @1. Now it is on @2.', `${SHOP} has yet to decide whether it can be kept.`],
        says_not: ['Your appointment has moved'],
        event: ['REQUEST', 'TENTATIVE', 1],
      },
      { to: 'owner', subject: 'Moved: Advice, now @2', says: ['It was on @1.'] },
    ],
    told: [told('requested', 'Advice'), told('moved', 'Advice')],
  },
  ...(['customer', 'owner', 'link'] as const).map((who): Booked => ({
    title: `an appointment that is moved by ${
      { customer: 'its customer', owner: 'its store', link: 'the link' }[who]
    }`,
    act: async (salon) => {
      const visit = await salon.book('free')
      if (who === 'link') {
        await ask(salon.platform.visitor(), 'reschedule_by_token', {
          token: await mailedToken(salon),
          starts_at: salon.second,
        })
      } else {
        await move(salon, salon[who], visit)
      }
    },
    letters: [
      visitConfirmed(),
      newVisit('Haircut'),
      {
        to: 'customer',
        subject: `Your appointment at ${SHOP} has moved to @2`,
        says: ['It was on @1. Now it is on @2.'],
        says_not: ['decide'],
        event: ['REQUEST', 'CONFIRMED', 1],
      },
      ...(who === 'owner'
        ? []
        : [{ to: 'owner', subject: 'Moved: Haircut, now @2', says: ['It was on @1.'] } satisfies Expected]),
    ],
    told: [told('confirmed', 'Haircut'), told('moved', 'Haircut')],
  })),
  ...([
    ['its customer in time', 'customer', 'paid', `You cancelled the appointment on @. $20.00 ${ALL_BACK}`],
    [
      'its customer too late',
      'customer',
      'late',
      'You cancelled the appointment on @. $10.00 goes back to you the way you paid; by its terms $10.00 are kept.',
    ],
    ['the link, too late', 'link', 'late', 'by its terms $10.00 are kept'],
    [
      'its store, late as it is',
      'owner',
      'late',
      `${SHOP} cancelled the appointment on @. $20.00 ${ALL_BACK}`,
    ],
    ['the marketplace', 'admin', 'paid', `We cancelled the appointment on @. $20.00 ${ALL_BACK}`],
  ] as const).map(([title, who, service, says]): Booked => {
    const name = service === 'paid' ? 'Massage' : 'Long massage'
    return {
      title: `a paid appointment that is cancelled by ${title}`,
      act: async (salon) => {
        const visit = await salon.book(service)
        await payVisit(salon, visit)
        if (who === 'link') {
          await ask(salon.platform.visitor(), 'cancel_by_token', {
            token: await mailedToken(salon),
            reason: 'Ill.',
          })
        } else {
          await ask(salon[who].client, 'cancel_booking', { booking_id: visit.id, reason: 'Ill.' })
        }
      },
      letters: [
        visitConfirmed(
          service === 'late' ? { says: ['If you cannot come'], says_not: ['costs nothing'] } : {},
        ),
        newVisit(name),
        visitCancelled([says, '> Ill.']),
        ...(who === 'owner'
          ? []
          : [{ to: 'owner', subject: `Cancelled: ${name}, @1`, says: ['> Ill.'] } satisfies Expected]),
      ],
      told: [told('confirmed', name), told('cancelled', name)],
    }
  }),
  ...(['succeeded', 'failed'] as const).map((status): Booked => ({
    title: `the refund of an appointment that was cancelled, which ${status}: told if it failed`,
    act: async (salon) => {
      const visit = await salon.book('paid')
      await payVisit(salon, visit)
      await ask(salon.owner.client, 'cancel_booking', { booking_id: visit.id })
      await refundVisit(salon, visit, status)
    },
    letters: [
      ...paidVisit,
      visitCancelled([`$20.00 ${ALL_BACK}`]),
      ...(status === 'succeeded' ? [] : [
        {
          to: 'customer',
          subject: 'Your refund for your appointment for Massage could not be paid out',
          says: ['The refund of $20.00 for your appointment for Massage did not reach you'],
          says_not: ['order'],
        } satisfies Expected,
      ]),
    ],
    told: [
      told('confirmed', 'Massage'),
      told('cancelled', 'Massage'),
      ...(status === 'succeeded' ? [] : [
        [
          'refund_failed',
          'Your refund for your appointment for Massage could not be paid out yet',
        ] satisfies Told,
      ]),
    ],
  })),
  {
    title: 'an appointment for which nothing was paid, and which is cancelled',
    act: async ({ book, customer }) => {
      await ask(customer.client, 'cancel_booking', { booking_id: (await book('free')).id })
    },
    letters: [
      visitConfirmed(),
      newVisit('Haircut'),
      {
        ...visitCancelled(['You cancelled the appointment on @.']),
        says_not: ['goes back', 'kept', 'Banks'],
      },
      { to: 'owner', subject: 'Cancelled: Haircut, @1', says: ['Nina Castell'] },
    ],
    told: [told('confirmed', 'Haircut'), told('cancelled', 'Haircut')],
  },
  {
    title: 'an appointment that is near: reminded once, of the latest hour only',
    act: async (salon) => {
      await salon.book('free')
      for (let run = 0; run < 2; run++) await remind(salon)
    },
    letters: [
      visitConfirmed(),
      newVisit('Haircut'),
      {
        to: 'customer',
        subject: `Reminder: Haircut at ${SHOP}, @1`,
        says: [`${SHOP} expects you on @1.`],
        event: ['REQUEST', 'CONFIRMED', 0],
        ends: 'booking_reminder',
      },
    ],
    told: [told('confirmed', 'Haircut'), told('reminder', 'Haircut')],
  },
  {
    title: 'an appointment that is moved between its reminder and the letter: the letter is not sent',
    act: async (salon) => {
      const visit = await salon.book('free')
      await remind(salon)
      await move(salon, salon.owner, visit)
    },
    letters: [
      visitConfirmed(),
      newVisit('Haircut'),
      {
        to: 'customer',
        subject: `Your appointment at ${SHOP} has moved to @2`,
        says: ['Now it is on @2.'],
        event: ['REQUEST', 'CONFIRMED', 1],
      },
    ],
    told: [told('confirmed', 'Haircut'), told('reminder', 'Haircut'), told('moved', 'Haircut')],
  },
  {
    title: 'a time that becomes free for whoever waits for it',
    act: async (salon) => {
      const other = await person(salon.platform, 'Rob Port')
      const taken = await salon.book('free', other)
      await ask(salon.customer.client, 'join_waiting_list', {
        service_id: salon.services.free,
        from_time: salon.first,
        to_time: new Date(Date.parse(salon.first) + 60_000).toISOString(),
      })
      await salon.platform.sql`select private.offer_freed_times()`
      await deliver(salon.platform)
      await ask(other.client, 'cancel_booking', { booking_id: taken.id })
      await salon.platform.sql`select private.offer_freed_times()`
    },
    letters: [
      { to: 'owner', subject: 'New appointment: Haircut, @1', says: ['Rob Port'] },
      { to: 'owner', subject: 'Cancelled: Haircut, @1', says: ['Rob Port'] },
      {
        to: 'customer',
        subject: `${SHOP} has a time for you: @1`,
        says: [`You wait for a time at ${SHOP}. @1 is kept for you until `, `${SITE}/appointments/offers/`],
        says_not: ['See, move or cancel', 'expects you'],
      },
    ],
    // The link in the letter takes it.
    told: [told('offer', 'Haircut'), told('confirmed', 'Haircut')],
  },
]

/** `/orders/:id` and its kind, as docs/api.md lists them for storefronts. */
const ROUTES = tableOf('route').map(([route]) => route!.replaceAll('`', ''))
const documented = tableOf('what happened')

/** Which kinds of notifications this file has seen. */
const seen = { kinds: new Set<string>() }

describe('what is told', () => {
  let platform: TestPlatform
  let scene: Omit<Scene, 'customer'>

  beforeAll(async () => {
    platform = await startTestPlatform()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await platform.sql`delete from private.outbox`
    const owner = await person(platform, 'Olive Marsh')
    const storeId = await openStore(owner, { name: SHOP })
    const other = await person(platform, 'Harry Light')
    const otherId = await openStore(other, { name: 'Harbour Light' })
    const { error } = await other.client.from('stores').update({ order_prefix: 'HL' }).eq('id', otherId)
    if (error) throw error
    const methods = await owner.client.from('shipping_methods').insert([
      { store_id: storeId, name: 'Parcel', kind: 'flat', rate_amount: 0, currency: 'USD', position: 0 },
      { store_id: storeId, name: 'Pick up', kind: 'pickup', rate_amount: 0, currency: 'USD', position: 1 },
    ])
    if (methods.error) throw methods.error
    const gift = { store_id: storeId, code: 'GIFT', kind: 'percentage', percent_bps: 10_000 }
    const coupons = await owner.client.from('coupons').insert(gift)
    if (coupons.error) throw coupons.error
    const admin = await person(platform, 'Ada Helm')
    await platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
    scene = {
      platform,
      owner,
      admin,
      storeId,
      candle: await offer(owner, storeId, 'Candle', 2500, 500),
      lamp: await offer(other, otherId, 'Lamp', 3000, 500),
    }
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })

  test.each(SITUATIONS)(
    'the letter is right of $title',
    { timeout: 60_000 },
    async ({ act, letters, told, phoneOnly }) => {
      const customer = await person(platform, 'Nina Castell', phoneOnly)
      const known = await platform.inbox.list()
      const placed = await act({ ...scene, customer })
      const [numbered] = await platform.sql<{ reference: string | null }[]>`
      select reference from public.orders where id = ${
        placed!.orders.find(({ store_id }) => store_id === scene.storeId)!.id
      }`
      const fill = (text: string) => text.replaceAll('#', numbered?.reference ?? '#')
      await findsTold(platform, known, letters, told, fill, { ...scene, customer })
    },
  )

  test('a mail that was never sent does not count as sent', async () => {
    const [never] = await platform.sql<{ count: number }[]>`
      select count(*)::int as count from private.outbox where status = 'sent' and (provider_id is null or reached is null)`
    expect(never!.count).toBe(0)
    const skipped = await platform.sql`
      select template, payload ->> 'status' as status from private.outbox where status = 'skipped' order by id`
    expect([...skipped].map(({ template, status }) => [template, status])).toEqual([
      ['review_request', null],
      ['order_status', 'processing'],
      ['order_status', 'delivered'],
    ])
  })

  describe('to those who work for a store', () => {
    test('a new order is texted to an owner without an e-mail address', async () => {
      const owner = await person(platform, 'Petra Penn', true)
      const storeId = await openStore(owner, { name: 'Phone Shop' })
      const pen = await offer(owner, storeId, 'Pen', 300)
      const placed = await buy(await person(platform, 'Nina Castell'), pen)
      const [text, ...more] = await arriving(platform, owner)
      expect(more).toEqual([])
      expect(text!.text).toBe(`New order 1 of Phone Shop: $3.00. ${SITE}/sell/orders/${placed.orders[0]!.id}`)
      await followLinks(platform, text!, owner)
    })

    test('a request for a refund names its order, and who asks', async () => {
      const customer = await person(platform, 'Nina Castell')
      const placed = await paid({ ...scene, customer })
      const { data: numbered } = await customer.client.from('orders').select('reference').single()
      for (const who of [customer, scene.owner]) {
        await ask(who.client, 'request_refund', { order_id: placed.orders[0]!.id, amount: 100 })
        await platform.sql`update public.refunds set status = 'rejected' where status = 'requested'`
      }
      const { data } = await scene.owner.client.from('notifications').select('kind, title')
        .eq('kind', 'refund_requested').eq('data->>order_id', placed.orders[0]!.id).order('id')
      expect(data!.map(({ title }) => title)).toEqual([
        `A customer asks for a refund of order ${numbered!.reference} of ${SHOP}`,
        `A refund of order ${numbered!.reference} of ${SHOP} waits for a decision`,
      ])
      seen.kinds.add('refund_requested')
    })

    test('a review, and one that is restored, is told to owner and managers, and what came of a report to who made it', async () => {
      const [customer, reporter] = [
        await person(platform, 'Nina Castell'),
        await person(platform, 'Rob Port'),
      ]
      const told = async (who: Person) => {
        const { data } = await who.client.from('notifications').select('kind, title')
          .in('kind', ['review_received', 'review_restored', 'report_decided']).order('id')
        for (const { kind } of data!) seen.kinds.add(kind)
        return data!.map(({ title }) => title)
      }
      const before = await told(scene.owner)
      await delivered({ ...scene, customer })
      const review_id = await reviewed({ ...scene, customer })
      await ask(reporter.client, 'report_review', { review_id, reason: 'offensive' })
      const decide = (action: string, more = {}) =>
        ask(scene.admin.client, 'moderate_review', { review_id, action, ...more })
      await decide('hide', { rule: 'No insults (4.2)', facts: 'It calls the owner names.' })
      await decide('restore')
      await ask(reporter.client, 'report_review', { review_id, reason: 'spam' })
      expect((await told(scene.owner)).slice(before.length)).toEqual([
        'A review of Candle: 2 stars',
        'A review of Candle is visible again',
      ])
      expect(await told(reporter)).toEqual([
        'The review of Candle that you reported was hidden',
        'The review of Candle that you reported is visible again',
      ])
      await arriving(platform, customer)
    })

    test('a payment that a bank takes back is told to the store, and how that ended', async () => {
      const customer = await person(platform, 'Nina Castell')
      const placed = await paid({ ...scene, customer })
      const told = async (status: string) => {
        await report({ ...scene, customer }, placed, {
          kind: 'dispute',
          dispute_id: `du_${placed.checkout_id}`,
          amount: placed.total_amount,
          reason: 'fraudulent',
          status,
        })
        const { data } = await scene.owner.client.from('notifications').select('title')
          .eq('kind', 'payment_disputed').eq('data->>order_id', placed.orders[0]!.id).order('id')
        return data!.map(({ title }) => title)
      }
      expect(await told('needs_response')).toEqual(['A customer disputes a payment'])
      expect(await told('won')).toEqual([
        'A customer disputes a payment',
        'A disputed payment stays with you',
      ])
      seen.kinds.add('payment_disputed')
      await deliver(platform)
    })

    test('a payout that arrives, one that fails, and an account that is restricted are told to the store', async () => {
      const { client } = scene.owner
      const { storeId: store_id } = scene
      const service = platform.service()
      const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp' })
      const code = totpCode(factor!.totp.secret)
      expect((await client.auth.mfa.challengeAndVerify({ factorId: factor!.id, code })).error).toBeNull()
      const account = async (payouts_enabled: boolean) =>
        await ask(service, 'apply_payment_event', {
          event_id: `evt_${crypto.randomUUID()}`,
          event_type: 'account.updated',
          occurred_at: new Date().toISOString(),
          livemode: false,
          fact: { kind: 'account', account_id: 'acct_letters', transfers_enabled: true, payouts_enabled },
        })
      await ask(client, 'prepare_payout_account', { store_id })
      await ask(service, 'attach_payout_account', { store_id, provider_account_id: 'acct_letters' })
      await account(true)
      await platform.sql`
        select public.correct_ledger(gen_random_uuid(), ${store_id}, 'USD', 5000, 'A present.')`
      const payout = (amount: number) =>
        ask<{ id: string }>(client, 'request_payout', {
          store_id,
          amount,
          currency: 'USD',
          idempotency_key: crypto.randomUUID(),
        })
      const told = async (kind: 'payout_failed' | 'payout_paid' | 'payout_account_restricted') => {
        seen.kinds.add(kind)
        const { data } = await client.from('notifications').select('title').eq('kind', kind)
        return data!.map(({ title }) => title)
      }
      await ask(service, 'prepare_payout_for_job', {
        payout_id: (await payout(100)).id,
        available_amount: 0,
      })
      expect(await told('payout_failed')).toEqual(['A payout to your bank failed'])
      await ask(service, 'record_payout', {
        payout_id: (await payout(100)).id,
        provider_payout_id: 'po_letters',
        status: 'paid',
      })
      expect(await told('payout_paid')).toEqual(['A payout is on your bank account'])
      await account(false)
      expect(await told('payout_account_restricted')).toEqual([
        'The payment provider needs something from you',
      ])
    })

    test('low stock says which store, which variant and how many were left', async () => {
      const rare = await offer(scene.owner, scene.storeId, 'Rare', 2500, 5)
      await platform
        .sql`update public.stock_levels set low_stock_threshold = 4 where variant_id = ${rare.variantId}`
      await buy(await person(platform, 'Nina Castell'), rare, { quantity: 2 })
      await platform.sql`update public.stock_levels set on_hand = 1 where variant_id = ${rare.variantId}`
      const mail = (await arriving(platform, scene.owner)).find(({ subject }) =>
        subject?.startsWith('Low stock')
      )
      expect(mail).toMatchObject({ subject: 'Low stock: Rare' })
      expect(readable(mail!)).toContain(`Rare is running low at ${SHOP}`)
      expect(readable(mail!)).toContain('Left: 3')
      await followLinks(platform, mail!, scene.owner)
      expect(await endingOf(platform, mail!)).toMatchObject({ kind: 'low_stock', is_enabled: true })
      const { data } = await scene.owner.client.from('notifications').select('title').eq('kind', 'low_stock')
      expect(data!.at(-1)!.title).toBe(`Low stock at ${SHOP}: Rare`)
      seen.kinds.add('low_stock')
    })

    test('a webhook endpoint that has accepted nothing for three days is switched off, and says since when', async () => {
      const { id } = await ask<{ id: string }>(scene.owner.client, 'create_webhook_endpoint', {
        store_id: scene.storeId,
        url: 'https://erp.example/hooks',
        events: ['order.created'],
      })
      await buy(await person(platform, 'Nina Castell'), scene.candle)
      await platform.sql`
        update public.webhook_endpoints set failing_since = '2026-03-01T20:00:00Z' where id = ${id}`
      const [claimed] = await ask<{ id: string }[]>(platform.service(), 'claim_webhooks')
      await ask(platform.service(), 'settle_webhook', {
        id: claimed!.id,
        attempt: 1,
        response_code: 503,
        error: null,
        duration_ms: 5,
      })
      const mail = (await arriving(platform, scene.owner)).find(({ subject }) => subject?.includes('webhook'))
      expect(mail).toMatchObject({ subject: `A webhook endpoint of ${SHOP} was switched off` })
      expect(readable(mail!)).toContain('It has accepted none since')
      expect(readable(mail!)).toMatch(/1 March 2026|Mar(ch)? 1, 2026/)
      expect(readable(mail!)).toContain('https://erp.example/hooks')
      const { data } = await scene.owner.client.from('webhook_endpoints').select('disabled_reason').eq(
        'id',
        id,
      ).single()
      expect(data).toEqual({ disabled_reason: 'failing' })
      await followLinks(platform, mail!, scene.owner)
    })

    test('an invitation is mailed with the token that is accepted, once an hour, and not after it was used', async () => {
      const invite = (email: string, role = 'staff') =>
        ask<{ id: string; token: string }>(scene.owner.client, 'invite_member', {
          store_id: scene.storeId,
          role,
          email,
        })
      const pip = { email: `pip-${crypto.randomUUID()}@letters.example` }
      const invitation = await invite(pip.email)
      await invite(pip.email)
      const [mail, ...more] = await arriving(platform, pip)
      expect(more).toEqual([])
      expect(mail!.subject).toBe(`You are invited to ${SHOP}`)
      expect(readable(mail!)).toContain(`Join ${SHOP} as staff`)
      const token = linksOf(mail!)[0]!.slice(`${SITE}/invitations/`.length)
      expect(token).toBe(invitation.token)

      await invite(pip.email)
      expect(await arriving(platform, pip)).toEqual([])
      await invite(pip.email, 'manager')
      const [renewed] = await arriving(platform, pip)
      expect(readable(renewed!)).toContain(`Join ${SHOP} as manager`)
      await followLinks(platform, renewed!, await person(platform, 'Pip Reed'))
      await platform.sql`
        insert into private.outbox (template, recipient, payload)
        values ('invitation', ${pip.email}, ${platform.sql.json({ invitation_id: invitation.id })})`
      expect(await arriving(platform, pip)).toEqual([])

      const sue = { email: `sue-${crypto.randomUUID()}@letters.example` }
      await invite(sue.email)
      const { error } = await scene.owner.client.from('store_invitations').delete().eq('email', sue.email)
      expect(error).toBeNull()
      expect(await arriving(platform, sue)).toEqual([])
    })

    test('a store that is approved, suspended, opened again and closed tells its owner each time', async () => {
      const owner = await person(platform, 'Olga Gate')
      const storeId = await openStore(owner, { name: 'Gate House' })
      await owner.client.from('stores').update({ is_open: false }).eq('id', storeId)
      for (const status of ['pending', 'active', 'suspended', 'closed']) {
        await ask(platform.service(), 'set_store_status', { store_id: storeId, status })
      }
      await owner.client.from('stores').update({ is_open: true }).eq('id', storeId)
      await ask(platform.service(), 'set_store_status', { store_id: storeId, status: 'active' })
      const { data } = await owner.client.from('notifications').select('kind, title').order('id')
      expect(data!.map(({ kind, title }) => [kind, title])).toEqual([
        ['store_pending', 'Gate House waits for approval'],
        ['store_active', 'Gate House was approved by the marketplace; it takes orders once you open it'],
        ['store_suspended', 'Gate House was suspended by the marketplace'],
        ['store_closed', 'Gate House was closed by the marketplace'],
        ['store_active', 'Gate House is open to customers'],
      ])
      for (const { kind } of data!) seen.kinds.add(kind)
    })
  })

  describe('of what was said', () => {
    const begin = async (customer: Person): Promise<string> =>
      (await ask<{ id: string }>(customer.client, 'start_conversation', { store_id: scene.storeId })).id
    const say = (who: Person, conversation_id: string, body: string) =>
      ask<{ seq: number }>(who.client, 'send_message', {
        conversation_id,
        body,
        client_id: crypto.randomUUID(),
      })
    /** Ten minutes pass. */
    const pass = () =>
      platform
        .sql`update private.outbox set run_at = now() where template = 'unread_messages' and status = 'pending'`
    const told = async (who: Person) =>
      (await who.client.from('notifications').select('kind, title, read_at').eq('kind', 'message_received')
        .order('id')).data!

    test('what a store wrote is mailed once when it is unread after ten minutes, as typed', async () => {
      const customer = await person(platform, 'Nina Castell')
      const conversation = await begin(customer)
      await say(scene.owner, conversation, 'It is ready.')
      await say(scene.owner, conversation, '<b>Shall we send it?</b>\nhttps://evil.example')
      expect(await arriving(platform, customer)).toEqual([])
      await pass()
      const [mail, ...more] = await arriving(platform, customer)
      expect(more).toEqual([])
      expect(mail!.subject).toBe(`You have 2 unread messages from ${SHOP}`)
      expect(readable(mail!)).toContain(`${SHOP} wrote to you`)
      expect(readable(mail!)).toContain(
        '> It is ready.\n\n> <b>Shall we send it?</b>\n> https://evil.example',
      )
      expect(mail!.html).toContain('&lt;b&gt;Shall we send it?&lt;/b&gt;')
      expect(mail!.html).not.toContain('href="https://evil.example')
      await followLinks(platform, mail!, customer)
      expect(await told(customer)).toEqual([
        { kind: 'message_received', title: `Message from ${SHOP}`, read_at: null },
      ])
      seen.kinds.add('message_received')

      await say(scene.owner, conversation, 'Still here?')
      await pass()
      expect(await arriving(platform, customer)).toEqual([])
      await ask(customer.client, 'mark_read', { conversation_id: conversation, seq: 3 })
      expect((await told(customer)).map(({ read_at }) => read_at !== null)).toEqual([true])
      await say(scene.owner, conversation, 'Last call.')
      await pass()
      expect((await arriving(platform, customer)).map(({ subject }) => subject)).toEqual([
        `You have an unread message from ${SHOP}`,
      ])
    })

    test('what a customer wrote is mailed to the people of the store, and what was read meanwhile is not', async () => {
      const customer = await person(platform, 'Nina Castell')
      const conversation = await begin(customer)
      await say(customer, conversation, 'Is it ready?')
      await pass()
      const [mail, ...more] = await arriving(platform, scene.owner)
      expect(more).toEqual([])
      expect(mail!.subject).toBe(`${SHOP} has an unread message from Nina Castell`)
      expect(readable(mail!)).toContain(`Nina Castell wrote to ${SHOP}`)
      expect(readable(mail!)).toContain('> Is it ready?')
      await followLinks(platform, mail!, scene.owner)
      expect((await told(scene.owner)).at(-1)!.title).toBe('Message from Nina Castell')

      await say(scene.owner, conversation, 'Tomorrow.')
      await ask(customer.client, 'mark_read', { conversation_id: conversation, seq: 2 })
      await say(customer, conversation, 'Thanks!')
      await ask(scene.owner.client, 'mark_read', { conversation_id: conversation, seq: 3 })
      await pass()
      expect(await arriving(platform, scene.owner)).toEqual([])
      expect(await arriving(platform, customer)).toEqual([])
    })

    test('nobody who has a phone only is texted about a message', async () => {
      const customer = await person(platform, 'Nina Castell', true)
      await say(scene.owner, await begin(customer), 'Hello!')
      await pass()
      expect(await arriving(platform, customer)).toEqual([])
    })
  })

  describe('of what is on offer', () => {
    test('goods that are back are mailed to whoever asked, unless they are sold again by then', async () => {
      const [asks, late] = [await person(platform, 'Ann'), await person(platform, 'Ben')]
      const vase = await offer(scene.owner, scene.storeId, 'Vase', 2500, 0)
      const wait = async (who: Person) => {
        const { error } = await who.client.from('back_in_stock_requests').insert({
          variant_id: vase.variantId,
        })
        expect(error).toBeNull()
      }
      const stock = (quantity: number) =>
        ask(scene.owner.client, 'set_stock', { variant_id: vase.variantId, expected: 1 - quantity, quantity })
      await wait(asks)
      await stock(1)
      const [mail] = await arriving(platform, asks)
      expect(mail).toMatchObject({ subject: 'Vase is back' })
      expect(readable(mail!)).toContain(`${SHOP} has it again, for $25.00.`)
      expect(await endingOf(platform, mail!)).toMatchObject({ kind: 'back_in_stock', is_enabled: true })
      await followLinks(platform, mail!, asks)
      const { data } = await asks.client.from('notifications').select('kind, title').single()
      expect(data).toEqual({ kind: 'back_in_stock', title: 'Back in stock: Vase' })
      seen.kinds.add('back_in_stock')

      await stock(0)
      await wait(late)
      await stock(1)
      await stock(0)
      expect(await arriving(platform, late)).toEqual([])
    })

    test('a customer is reminded once of a cart that lies for a day, and not of one that was ordered by then', async () => {
      const [forgets, orders] = [await person(platform, 'Flo'), await person(platform, 'Oz')]
      for (const who of [forgets, orders]) {
        await ask(who.client, 'add_to_cart', { variant_id: scene.candle.variantId, quantity: 2 })
      }
      await platform.sql`select private.run_job('expire-carts')`
      expect(await arriving(platform, forgets)).toEqual([])
      await platform.sql`
        update public.carts set status = 'checked_out' where user_id = any (${[
        forgets.user.id,
        orders.user.id,
      ]})`
      // An id carries the moment it was made.
      const carts = await platform.sql<{ id: string; user_id: string }[]>`
        insert into public.carts (id, user_id, expires_at)
        select overlay(private.first_id_at(now() - interval '25 hours')::text placing right(gen_random_uuid()::text, 12) from 25)::uuid,
          who.id, now() + interval '1 day'
        from unnest(${[forgets.user.id, orders.user.id]}::uuid[]) as who (id)
        returning id, user_id`
      await platform.sql`
        insert into public.cart_items (cart_id, variant_id, quantity, created_at, updated_at)
        select cart.id, ${scene.candle.variantId}, 2, now() - interval '25 hours', now() - interval '25 hours'
        from unnest(${carts.map(({ id }) => id)}::uuid[]) as cart (id)`
      await platform.sql`select private.run_job('expire-carts')`
      await order(orders, 'cash_on_delivery')
      const mails = await arriving(platform, forgets)
      expect(mails.map(({ subject }) => subject)).toEqual(['You left something in your cart'])
      expect(readable(mails[0]!)).toContain('Candle: × 2')
      expect(await endingOf(platform, mails[0]!)).toMatchObject({ kind: 'abandoned_cart', is_enabled: true })
      await followLinks(platform, mails[0]!, forgets)
      const others = (await platform.inbox.list({ to: orders.email! })).map(({ subject }) => subject)
      expect(others).toEqual([expect.stringMatching(/^Your order \d+ at /)])
      await platform.sql`select private.run_job('expire-carts')`
      expect(await arriving(platform, forgets)).toEqual([])
    })
  })

  describe('of an account', () => {
    test('an e-mail address added to an account that had none is confirmed by a mail that says so', async () => {
      const someone = await person(platform, 'Nina Castell', true)
      const email = `nina-${crypto.randomUUID()}@letters.example`
      expect((await someone.client.auth.updateUser({ email })).error).toBeNull()
      const mail = await platform.inbox.next({ to: email })
      expect(readable(mail)).toContain(`${email} is to become the address of your account.`)
      expect(readable(mail)).toContain('If you did not ask for this, ignore this message')
      expect(readable(mail)).not.toMatch(/from\s+to|change your password/)
      const proved = await someone.client.auth.verifyOtp({
        email,
        token: await platform.inbox.code(email),
        type: 'email_change',
      })
      expect(proved.error).toBeNull()
    })

    test('a change of the e-mail address is told to both: how to keep the old one, and how to confirm the new', async () => {
      const someone = await person(platform, 'Nina Castell')
      const email = `nina-${crypto.randomUUID()}@letters.example`
      expect((await someone.client.auth.updateUser({ email })).error).toBeNull()
      const [old, fresh] = [
        await platform.inbox.next({ to: someone.email! }),
        await platform.inbox.next({ to: email }),
      ]
      for (const mail of [old, fresh]) {
        expect(readable(mail)).toContain(
          `The address of your account is to change from ${someone.email} to ${email}.`,
        )
      }
      expect(readable(old)).toContain('change your password')
      expect(readable(fresh)).not.toContain('change your password')
    })

    test('an alert is mailed to those who run the marketplace', async () => {
      await platform.sql`select private.raise_alert('payment_mismatch', 'A payment does not fit.')`
      expect(await arriving(platform, scene.admin)).toMatchObject([{ subject: 'Alert: payment_mismatch' }])
    })
  })

  describe('of appointments', () => {
    let services: Salon['services']
    let day = 2

    beforeAll(async () => {
      const { client } = scene.owner
      const { storeId: store_id } = scene
      await ask(client, 'save_staff', { store_id, name: 'Amir' })
      const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '00:00', closes: '24:00' }))
      await ask(client, 'set_opening_hours', { store_id, hours })
      const save = async (name: string, more: Record<string, unknown>) =>
        (await ask<{ id: string }>(client, 'save_service', { store_id, name, duration_minutes: 60, ...more }))
          .id
      const deposit = { price_amount: 6000, deposit_amount: 2000, cancel_minutes: 60, cancel_fee_bps: 5000 }
      services = {
        free: await save('Haircut', { price_amount: 3000 }),
        paid: await save('Massage', deposit),
        late: await save('Long massage', { ...deposit, cancel_minutes: 43_200 }),
        asked: await save('Advice', { ...deposit, needs_approval: true }),
      }
    })

    test.each(BOOKED)(
      'the letter is right of $title',
      { timeout: 60_000 },
      async ({ act, letters, told, phoneOnly }) => {
        const customer = await person(platform, 'Nina Castell', phoneOnly)
        const date = new Date(Date.now() + ++day * 86_400_000).toISOString().slice(0, 10)
        const [first, second] = [`${date}T15:00:00Z`, `${date}T19:00:00Z`]
        const known = await platform.inbox.list()
        await act({
          ...scene,
          customer,
          services,
          first,
          second,
          book: (service, who = customer) =>
            ask<Visit>(who.client, 'book_slot', {
              service_id: services[service],
              starts_at: first,
              idempotency_key: crypto.randomUUID(),
            }),
          later: async (minutes, then) => {
            await setClock(platform, minutes)
            try {
              return await then()
            } finally {
              await setClock(platform, 0)
            }
          },
        })
        const named = (instant: string) => plain(formatInstant(instant, 'America/New_York'))
        const fill = (text: string) => text.replaceAll('@1', named(first)).replaceAll('@2', named(second))
        await findsTold(platform, known, letters, told, fill, { ...scene, customer })
      },
    )
  })

  test('each kind of notification and each letter stands in docs/api.md, and no other', async () => {
    const sent = await platform.sql<{ template: string }[]>`select distinct template from private.outbox`
    expect(sent.map(({ template }) => template).toSorted()).toEqual(templateNames.toSorted())
    const cells = (
      column: number,
    ) => [
      ...new Set(
        documented.flatMap((row) => [...row[column]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!)),
      ),
    ]
    expect(cells(2).toSorted()).toEqual([...seen.kinds].toSorted())
    expect(cells(3).toSorted()).toEqual(templateNames.toSorted())
  })
})

/** Sends what is due; everybody then has in the inbox and under the bell what was expected, and nothing else. */
async function findsTold(
  platform: TestPlatform,
  known: Message[],
  letters: (Expected & { event?: Event })[],
  told: Told[],
  fill: (text: string) => string,
  people: { customer: Person; owner: Person },
): Promise<void> {
  await deliver(platform)
  const fresh = (await platform.inbox.list()).filter(({ id }) => !known.some((old) => old.id === id))
  for (const to of ['customer', 'owner'] as const) {
    const inbox = fresh.filter((one) => isTo(one, people[to]))
    const wanted = letters.filter((letter) => letter.to === to)
    expect(inbox.map(({ subject }) => subject && plain(subject)).toSorted())
      .toEqual(wanted.map(({ subject }) => subject === undefined ? null : fill(subject)).toSorted())
    const left = [...inbox]
    for (const { subject, says, says_not, event, ends } of wanted) {
      const fits = (message: Message) =>
        (message.subject && plain(message.subject)) === (subject === undefined ? null : fill(subject)) &&
        says.every((words) => saysSo(message, words, fill))
      const index = left.findIndex(fits)
      expect(index, `${subject} says ${says.join(' | ')}; there is ${left.map(readable).join('\n---\n')}`)
        .not.toBe(-1)
      const [message] = left.splice(index, 1)
      for (const words of says_not ?? []) expect(saysSo(message!, words, fill), String(words)).toBe(false)
      expect(eventOf(message!), subject).toEqual(event)
      await followLinks(platform, message!, people[to])
      if (ends) {
        expect(await endingOf(platform, message!)).toMatchObject({ kind: ends, is_enabled: true })
      } else {
        expect(message!.headers, 'nobody ends what is transactional').toBeUndefined()
        expect(readable(message!)).not.toContain('No more e-mails')
      }
    }
  }

  const { data: rows } = await people.customer.client.from('notifications').select('kind, title, body').order(
    'id',
  )
  expect(rows!.map(({ kind, title, body }) => [kind, title, body]).toSorted())
    .toEqual(told.map(([kind, title, body]) => [kind, fill(title), body ?? null]).toSorted())
  for (const { kind } of rows!) seen.kinds.add(kind)
}

/** The event that came with a message: its method, status and version. */
function eventOf(message: Message): Event | undefined {
  const [file] = message.attachments ?? []
  if (!file) return undefined
  const text = Buffer.from(file.content, 'base64').toString()
  const value = (name: string) => new RegExp(`^${name}:(.*)\r$`, 'm').exec(text)![1]!
  return [value('METHOD'), value('STATUS'), Number(value('SEQUENCE'))]
}

/** Lets appointments believe that it is so many minutes later. */
async function setClock(platform: TestPlatform, minutes: number): Promise<void> {
  await platform.sql.unsafe(`
    create or replace function private.clock() returns timestamptz language sql stable set search_path = ''
    as $$ select now() + interval '${minutes} minutes' $$`)
}

/** The checkout of a deposit, as the helpers of orders know one. */
const awaited = (visit: Visit): Placed => ({
  checkout_id: visit.checkout_id,
  status: 'pending',
  total_amount: visit.due_amount,
  currency: 'USD',
  orders: [],
})

const payVisit = (scene: Scene, visit: Visit) => pay(scene, awaited(visit))

const move = ({ second }: Salon, who: Person, visit: Visit) =>
  ask(who.client, 'reschedule_booking', { booking_id: visit.id, starts_at: second })

/** Ninety minutes before the appointment the job runs. */
const remind = ({ platform, first, later }: Salon) =>
  later(
    Math.round((Date.parse(first) - Date.now()) / 60_000) - 90,
    () => platform.sql`select private.remind_bookings()`,
  )

/** The provider reports what became of the refund of a deposit. */
async function refundVisit({ platform }: Salon, visit: Visit, status: string): Promise<void> {
  const [refund] = await platform.sql<
    { id: string }[]
  >`select id from public.refunds where booking_id = ${visit.id}`
  await ask(platform.service(), 'attach_refund', {
    refund_id: refund!.id,
    provider_refund_id: `re_${refund!.id}`,
    status,
  })
}

/** What the link in the newest letter to the customer carries. */
async function mailedToken({ platform, customer }: Salon): Promise<string> {
  const [mail] = await arriving(platform, customer)
  return linksOf(mail!)[0]!.slice(`${SITE}/appointments/`.length)
}

/** Sends what is due, as the function `emails` does. */
async function deliver(platform: TestPlatform): Promise<Report> {
  const { keys } = inject('server')
  return await drain({
    sql: sqlThrough(platform.service()),
    sendMail: createResend({
      apiKey: keys.resendApiKey,
      from: 'Marketbase <a@example.com>',
      base: platform.inboxUrl,
    }),
    sendSms: createTwilio({
      accountSid: keys.twilioAccountSid,
      authToken: keys.twilioAuthToken,
      from: '+15005550006',
      base: platform.inboxUrl,
    }),
    sendPush: createPush({
      publicKey: keys.vapidPublicKey,
      privateKey: keys.vapidPrivateKey,
      subject: 'mailto:push@example.com',
      base: platform.inboxUrl,
    }),
    unsubscribeUrl: `${platform.apiUrl}/functions/v1/notifications/unsubscribe`,
    siteUrl: SITE,
  })
}

/** What reaches somebody by a run of the job, newest first. */
async function arriving(
  platform: TestPlatform,
  to: { email: string | null; phone?: string },
): Promise<Message[]> {
  const known = new Set((await platform.inbox.list()).map(({ id }) => id))
  await deliver(platform)
  return (await platform.inbox.list()).filter((message) => !known.has(message.id) && isTo(message, to))
}

/** Somebody signed in by phone, with or without a confirmed e-mail address. */
async function person(platform: TestPlatform, name: string, phoneOnly = false): Promise<Person> {
  const phone = randomPhone()
  const signedIn = await platform.signIn(phone)
  const email = phoneOnly ? null : `someone-${crypto.randomUUID()}@letters.example`
  if (email !== null) {
    await platform.sql`
      update auth.users set email = ${email}, email_confirmed_at = now() where id = ${signedIn.user.id}`
  }
  await signedIn.client.from('profiles').update({ full_name: name }).eq('id', signedIn.user.id)
  return { ...signedIn, phone, email }
}

/** Orders what is in the cart. */
function order(customer: Person, method: 'card' | 'cash_on_delivery'): Promise<Placed> {
  return ask<Placed>(customer.client, 'checkout', {
    idempotency_key: crypto.randomUUID(),
    payment_method: method,
    shipping_address: ADDRESS,
  })
}

/** A paid order that has arrived. */
async function delivered(scene: Scene): Promise<Placed> {
  const placed = await paid(scene)
  await advance(scene, placed, 'shipped')
  await advance(scene, placed, 'delivered')
  return placed
}

/** The customer's review of the candle; answers its id. */
async function reviewed({ customer, candle }: Pick<Scene, 'customer' | 'candle'>): Promise<string> {
  const review = await ask<{ id: string }>(customer.client, 'submit_review', {
    subject_type: 'product',
    subject_id: candle.productId,
    rating: 2,
    body: '<b>Melts</b> at once.',
  })
  return review.id
}

async function paid(scene: Scene): Promise<Placed> {
  const placed = await buy(scene.customer, scene.candle, { method: 'card' })
  await pay(scene, placed)
  return placed
}

/** Makes the provider's payment of a checkout, unless there is one. */
async function prepare({ platform, customer }: Scene, placed: Placed): Promise<string> {
  const [known] = await platform.sql<{ id: string }[]>`
    select provider_payment_id as id from public.payments where checkout_id = ${placed.checkout_id}`
  if (known) return known.id
  const { payment_id } = await ask<{ payment_id: string }>(customer.client, 'prepare_payment', {
    checkout_id: placed.checkout_id,
  })
  const id = `pi_${payment_id}`
  await ask(platform.service(), 'attach_payment_intent', { payment_id, attempt: 1, provider_intent_id: id })
  return id
}

/** What the provider's webhook reports about the payment of a checkout. */
async function report(scene: Scene, placed: Placed, fact: Record<string, unknown>): Promise<void> {
  const intentId = await prepare(scene, placed)
  await ask(scene.platform.service(), 'apply_payment_event', {
    event_id: `evt_${crypto.randomUUID()}`,
    event_type: 'payment_intent.test',
    occurred_at: new Date().toISOString(),
    livemode: false,
    fact: {
      kind: 'intent',
      intent_id: intentId,
      amount: placed.total_amount,
      amount_received: fact['status'] === 'succeeded' ? placed.total_amount : 0,
      currency: placed.currency,
      payment_id: intentId.slice('pi_'.length),
      checkout_id: placed.checkout_id,
      ...fact,
    },
  })
}

const pay = (scene: Scene, placed: Placed) => report(scene, placed, { status: 'succeeded' })
const fail = (scene: Scene, placed: Placed, fact: Record<string, unknown>) =>
  report(scene, placed, { status: 'requires_payment_method', ...fact })

async function expire({ platform }: Scene, placed: Placed): Promise<void> {
  await platform.sql`
    update public.checkouts set expires_at = now() - interval '1 second' where id = ${placed.checkout_id}`
  await platform.sql`select private.run_job('expire-checkouts')`
}

const advance = ({ owner }: Scene, placed: Placed, status: string, parcel: Record<string, unknown> = {}) =>
  status === 'delivered'
    ? ask(owner.client, 'advance_order', { order_id: placed.orders[0]!.id, status })
    : ask(owner.client, 'advance_order', { order_id: placed.orders[0]!.id, status, ...parcel })

/** The customer asks for an amount, the store agrees, and the provider reports these states one after another. */
async function refunded(scene: Scene, placed: Placed, amount: number, ...states: string[]): Promise<void> {
  const { id } = await ask<{ id: string }>(scene.customer.client, 'request_refund', {
    order_id: placed.orders[0]!.id,
    amount,
  })
  await ask(scene.owner.client, 'decide_refund', { refund_id: id, approve: true })
  for (const status of states) {
    await ask(scene.platform.service(), 'attach_refund', {
      refund_id: id,
      provider_refund_id: `re_${id}`,
      status,
    })
  }
}

function isTo(message: Message, to: { email: string | null; phone?: string }): boolean {
  return message.to === to.email || message.to === to.phone
}

/** A message as a person reads it: spaces that do not break look like any other. */
function readable(message: Message): string {
  return plain(`${message.subject ?? ''}\n${message.text ?? ''}`)
}

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

/** Whether a message says so; an address stands in it as a quotation. */
function saysSo(message: Message, words: string | RegExp, fill: (text: string) => string): boolean {
  const text = readable(message)
  if (words instanceof RegExp) return words.test(text)
  return text.includes(fill(words)) || text.replaceAll('\n> ', '\n').includes(fill(words))
}

/** The addresses in a message that lead to the storefront. */
function linksOf(message: Message): string[] {
  const text = `${message.text ?? ''} ${message.html ?? ''}`
  return [
    ...new Set(
      [...text.matchAll(/https:\/\/shop\.example[^\s"<)]*/g)].map(([link]) => link.replace(/\.$/, '')),
    ),
  ]
}

/** What the link at the foot of a letter would end; the mail program is told the same address. */
async function endingOf(platform: TestPlatform, message: Message): Promise<unknown> {
  const url = /No more e-mails of this kind: (\S+)$/.exec(message.text!)![1]!
  expect(message.headers).toEqual({
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  })
  const token = new URL(url).searchParams.get('token')
  return (await platform.visitor().rpc('get_unsubscribe_link', { token })).data
}

/** Follows every link of a message as whoever got it: it is a route that storefronts know, and what it names is there. */
async function followLinks(platform: TestPlatform, message: Message, reader: Person): Promise<void> {
  const links = linksOf(message)
  expect(links.length).toBeGreaterThan(0)
  for (const link of links) {
    const path = new URL(link).pathname.split('/').slice(1).map(decodeURIComponent)
    const route = ROUTES.find((candidate) => {
      const parts = candidate.split('/').slice(1)
      return parts.length === path.length &&
        parts.every((part, at) => part.startsWith(':') || part === path[at])
    })
    expect(route, link).toBeDefined()
    await USE[route!]!({ platform, reader, path })
  }
}

/** How a storefront opens each of these routes. */
const USE: Record<
  string,
  (link: { platform: TestPlatform; reader: Person; path: string[] }) => Promise<void>
> = {
  '/orders': ({ reader }) => opens(reader.client.from('orders').select('id')),
  '/orders/:order_id': ({ reader, path }) =>
    opens(reader.client.from('orders').select('id').eq('id', path[1]!)),
  '/sell/orders/:order_id': ({ reader, path }) =>
    opens(reader.client.from('orders').select('id').eq('id', path[2]!)),
  '/messages/:conversation_id': ({ reader, path }) => showsMessages(reader, path[1]!),
  '/sell/messages/:conversation_id': ({ reader, path }) => showsMessages(reader, path[2]!),
  '/checkouts/:checkout_id': ({ reader, path }) =>
    opens(reader.client.from('checkouts').select('id').eq('id', path[1]!)),
  '/sell/stock': ({ reader }) => opens(reader.client.from('stock_levels').select('variant_id').limit(1)),
  '/sell/webhooks': ({ reader }) => opens(reader.client.from('webhook_deliveries').select('id').limit(1)),
  '/appointments': ({ reader }) => opens(reader.client.from('bookings').select('id')),
  '/appointments/:token': async ({ platform, path }) => {
    expect(await ask(platform.visitor(), 'booking_by_token', { token: path[1]! })).toMatchObject({
      store: { name: SHOP },
    })
  },
  '/appointments/offers/:waiting_id': async ({ reader, path }) => {
    expect(await ask(reader.client, 'accept_offer', { waiting_id: path[2]! })).toMatchObject({
      status: 'confirmed',
    })
  },
  '/sell/appointments/:booking_id': ({ reader, path }) =>
    opens(reader.client.from('bookings').select('id').eq('id', path[2]!)),
  '/:store_link': async ({ platform, path }) => {
    expect(await ask(platform.visitor(), 'get_store_by_link', { link: path[0]! })).toMatchObject({
      name: SHOP,
    })
  },
  '/cart': async ({ reader }) => {
    expect(await ask<{ items: unknown[] }>(reader.client, 'get_cart')).toMatchObject({ item_count: 2 })
  },
  '/review-requests/:token': async ({ platform, reader, path }) => {
    await ask(platform.visitor(), 'decline_review_requests', { token: path[1]! })
    const { data } = await reader.client.from('profiles').select('wants_review_requests').single()
    expect(data).toEqual({ wants_review_requests: false })
  },
  '/reviews/:review_id': ({ reader, path }) =>
    opens(reader.client.from('reviews').select('id').eq('id', path[1]!)),
  '/decisions/:decision_id': ({ reader, path }) =>
    opens(reader.client.from('moderation_decisions').select('id').eq('id', path[1]!)),
  '/invitations/:token': async ({ reader, path }) => {
    expect(await ask(reader.client, 'accept_invitation', { token: path[1]! })).toMatchObject({
      user_id: reader.user.id,
    })
  },
  '/:store_link/:product_link': async ({ platform, path }) => {
    const store = await ask<{ id: string }>(platform.visitor(), 'get_store_by_link', { link: path[0]! })
    await opens(
      platform.visitor().from('products').select('id').eq('store_id', store.id).eq('slug', path[1]!),
    )
  },
}

async function opens(request: PromiseLike<{ data: unknown[] | null; error: unknown }>): Promise<void> {
  const { data, error } = await request
  expect(error).toBeNull()
  expect(data!.length).toBeGreaterThan(0)
}

async function showsMessages(reader: Person, conversation_id: string): Promise<void> {
  expect(await ask<unknown[]>(reader.client, 'list_messages', { conversation_id })).not.toEqual([])
}

/** The rows of the table in docs/api.md with this first column, cell by cell. */
function tableOf(firstColumn: string): string[][] {
  const lines = readFileSync('docs/api.md', 'utf8').split('\n')
  const header = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `))
  const end = lines.findIndex((line, index) => index > header && !line.startsWith('|'))
  return lines.slice(header + 2, end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}
