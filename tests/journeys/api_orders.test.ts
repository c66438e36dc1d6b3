import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SupabaseClient } from '@supabase/supabase-js'
import { getDocumentProxy } from 'unpdf'
import WebSocket from 'ws'
import {
  must,
  randomPhone,
  refusal,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { ADDRESS, type Article, buy, offer, openStore } from './world.ts'

/** How long an event of the provider or a broadcast may take. */
const PATIENCE = { timeout: 15_000 }

describe('docs/api.md, word for word: from the checkout to the refund', () => {
  const page = new Snippets('docs/api.md', 'Checkout', 'Payment', 'Orders', 'Selling', 'Refunds')
  let platform: TestPlatform
  let owner: SignedIn
  let store_id: string
  let lamp: Article
  const signIn = (realtime: { transport?: typeof globalThis.WebSocket } = {}): Promise<SignedIn> =>
    signInByPhone(
      platform.visitor({ global: { fetch: page.fetch }, realtime }),
      platform.inbox,
      randomPhone(),
    )
  const statusOf = async (client: SupabaseClient, orderId: string): Promise<string> =>
    (await must(client.from('orders').select('status').eq('id', orderId).single())).status
  /** A new order, confirmed, to be paid in cash. */
  const orderFrom = async (customer: SignedIn): Promise<string> => (await buy(customer, lamp)).orders[0]!.id

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await signIn()
    store_id = await openStore(owner)
    lamp = await offer(owner, store_id, 'Harbour Lamp', 2400, 1000)
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('a card order is quoted, placed once however often it is sent, paid, and refunded by line', async () => {
    const customer = await signIn()
    const supabase = customer.client
    const method = await must(
      owner.client.from('shipping_methods').insert({
        store_id,
        name: 'Standard',
        kind: 'flat',
        rate_amount: 600,
        currency: 'USD',
      })
        .select('id').single(),
    )
    const { id: address_id } = await must(supabase.from('addresses').insert(ADDRESS).select('id').single())
    await must(supabase.rpc('add_to_cart', { variant_id: lamp.variantId, quantity: 2 }))
    const key = crypto.randomUUID()
    const placing = { supabase, store_id, shipping_method_id: method.id, address_id, key }
    const { quote, checkout } = await page.run('quote_cart', placing)
    expect(quote).toMatchObject({ subtotal_amount: 4800, shipping_amount: 600, total_amount: 5400 })
    expect(checkout).toEqual({
      checkout_id: expect.any(String),
      status: 'pending',
      payment_method: 'card',
      currency: 'USD',
      total_amount: 5400,
      expires_at: expect.any(String),
      orders: [{
        id: expect.any(String),
        store_id,
        number: null,
        reference: null,
        status: 'pending',
        total_amount: 5400,
      }],
    })
    const again = await must(supabase.rpc('checkout', {
      idempotency_key: key,
      payment_method: 'card',
      shipping_address_id: address_id,
      shipping_methods: { [store_id]: method.id },
      expected_total_amount: quote.total_amount,
    }))
    expect(again).toEqual(checkout)

    const { payment } = await page.run('return_url', { supabase, checkout })
    expect(payment).toMatchObject({
      payment_id: expect.any(String),
      client_secret: expect.any(String),
      status: 'succeeded',
    })
    expect(payment).toHaveProperty('next_action')
    const order_id = checkout.orders[0].id as string
    await expect.poll(() => statusOf(supabase, order_id), PATIENCE).toBe('confirmed')

    const [line] = await must(supabase.from('order_lines').select('id').eq('order_id', order_id))
    const twice = [line.id, line.id.toUpperCase()].map((order_line_id) => ({ order_line_id, quantity: 2 }))
    expect((await refusal(supabase.rpc('request_refund', { order_id, lines: twice }))).code).toBe(
      'refund_exceeds_payment',
    )
    const { refund } = await page.run('request_refund', { supabase, order_id, order_line_id: line.id })
    expect(refund).toMatchObject({
      id: expect.any(String),
      status: 'requested',
      amount: 2400,
      currency: 'USD',
    })
    const { refunds, issued } = await page.run('decide_refund', { supabase: owner.client, store_id })
    expect(refunds).toMatchObject([{ id: refund.id, refund_lines: [{ quantity: 1 }] }])
    expect(issued.refund_id).toBe(refund.id)
    await expect.poll(async () => (await must(supabase.from('refunds').select('status')))[0].status, PATIENCE)
      .toBe('succeeded')
    expect(await must(supabase.from('orders').select('payment_status').eq('id', order_id))).toEqual([
      { payment_status: 'partially_refunded' },
    ])
    const { disputed } = await page.run('dispute_shares', { supabase: owner.client, store_id })
    expect(disputed).toEqual([])
  })

  test("who signs in to order sends the visitor's cart with the order", async () => {
    const { token: cart_token } = await must(
      platform.visitor().rpc('add_to_cart', { variant_id: lamp.variantId }),
    )
    const { client: supabase } = await signIn()
    const { id: address_id } = await must(supabase.from('addresses').insert(ADDRESS).select('id').single())
    const { checkout } = await page.run('  cart_token,', {
      supabase,
      key: crypto.randomUUID(),
      address_id,
      cart_token,
    })
    expect(checkout).toMatchObject({ status: 'confirmed', orders: [{ store_id }] })
  })

  test('one store of a cart of two is ordered with cash on delivery', async () => {
    const other = await openStore(owner, { name: 'Lantern House', currency: 'EUR' })
    const lantern = await offer(owner, other, 'Lantern', 3000)
    const { client: supabase } = await signIn()
    await must(supabase.rpc('add_to_cart', { variant_id: lantern.variantId }))
    await must(supabase.rpc('add_to_cart', { variant_id: lamp.variantId }))
    const { checkout } = await page.run('store_ids: [store_id]', {
      supabase,
      store_id: other,
      key: crypto.randomUUID(),
    })
    expect(checkout).toMatchObject({
      status: 'confirmed',
      currency: 'EUR',
      expires_at: null,
      orders: [{ store_id: other, number: 1, reference: expect.stringMatching(/1$/), status: 'confirmed' }],
    })
    expect(await must(supabase.rpc('get_cart'))).toMatchObject({
      currency: 'USD',
      items: [{ name: 'Harbour Lamp' }],
    })
  })

  test('a declined card says so, and another one may be tried, also after a reload', async () => {
    const customer = await signIn()
    const { checkout_id, orders } = await buy(customer, lamp, { method: 'card' })
    const order_id = orders[0]!.id
    const { error } = await customer.client.functions.invoke('payments/intents', {
      body: { checkout_id, payment_method: 'pm_card_chargeDeclined' },
    })
    expect([error.context.status, (await error.context.json()).code]).toEqual([402, 'card_declined'])
    const { data } = await customer.client.functions.invoke('payments/intents', {
      body: { checkout_id, payment_method: 'pm_card_threeDSecure2Required' },
    })
    expect(data.status).toBe('requires_action')
    // After a reload, from what the order says.
    const { canBePaid, checkout } = await page.run('canBePaid', { supabase: customer.client, order_id })
    expect([canBePaid, checkout]).toMatchObject([true, { status: 'pending', currency: 'USD' }])
    await expect.poll(() => statusOf(customer.client, order_id), PATIENCE).toBe('confirmed')
    expect(
      await must(
        customer.client.from('order_events').select('to_status, data').eq('order_id', order_id).eq(
          'to_status',
          'failed',
        ),
      ),
    ).toEqual([{ to_status: 'failed', data: expect.objectContaining({ code: 'generic_decline' }) }])
  })

  test('the store hears of an order, sends and delivers it; the customer follows it to the door', async () => {
    const customer = await signIn()
    const email = `nina-${Date.now()}@marketbase.example`
    const before = await platform.inbox.list({ to: email })
    await customer.client.auth.updateUser({ email })
    const token = await platform.inbox.code(email, before)
    expect((await customer.client.auth.verifyOtp({ email, token, type: 'email_change' })).error).toBeNull()

    const heard: { status: string }[] = []
    const first = await orderFrom(customer)
    const { orders } = await page.run('order_created', {
      supabase: owner.client,
      store_id,
      show: (payload: { status: string }) => heard.push(payload),
    })
    expect(orders.map(({ id }: { id: string }) => id)).toContain(first)
    await expect.poll(() => owner.client.getChannels().map(({ state }) => state), PATIENCE).toEqual([
      'joined',
    ])
    const order_id = await orderFrom(customer)
    await expect.poll(() => heard, PATIENCE).toMatchObject([{
      order_id,
      status: 'confirmed',
      payment_status: 'unpaid',
      reference: expect.any(String),
      currency: 'USD',
      item_count: 1,
    }])

    await page.run("'processing'", { supabase: owner.client, order_id })
    await page.run('record_cash_payment', { supabase: owner.client, order_id })
    await expect.poll(() => heard.map(({ status }) => status).at(-1), PATIENCE).toBe('delivered')
    const { order } = await page.run("referencedTable: 'order_events'", {
      supabase: customer.client,
      order_id,
    })
    expect(order.status).toBe('delivered')
    expect(order.order_lines).toHaveLength(1)
    expect(order.shipments).toMatchObject([{ carrier: 'UPS', tracking_number: '1Z999AA10123456785' }])
    expect(
      order.order_events.map(({ kind, to_status }: { kind: string; to_status: string }) => [kind, to_status]),
    )
      .toEqual([
        ['status', 'confirmed'],
        ['status', 'processing'],
        ['status', 'shipped'],
        ['payment', 'paid'],
        ['status', 'delivered'],
      ])
    await page.run('confirm_receipt', { supabase: customer.client, order_id })
    expect(await statusOf(customer.client, order_id)).toBe('received')
    const { receipt } = await page.run('documents/receipts', { supabase: customer.client, order_id })
    const file = await fetch(receipt.url)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(await (await getDocumentProxy(new Uint8Array(await file.arrayBuffer()))).numPages).toBe(1)
    await page.run('cancel_order', { supabase: customer.client, order_id: first })
    expect(await statusOf(customer.client, first)).toBe('cancelled')

    expect((await platform.service().functions.invoke('emails', { method: 'POST' })).error).toBeNull()
    const mails = await platform.inbox.list({ to: email, channel: 'email' })
    expect(mails.filter(({ subject }) => /^Your order .+ at /.test(subject ?? ''))).toHaveLength(2)

    const { sales } = await page.run('sales_summary', { supabase: owner.client, store_id })
    expect(Object.keys(sales)).toEqual(expect.arrayContaining(['from', 'to', 'time_zone', 'currencies']))
    expect(sales.time_zone).toBe('America/New_York')
  })

  test('the history pages without gaps', async () => {
    const customer = await signIn()
    const placed: string[] = []
    for (let number = 0; number < 23; number++) placed.push(await orderFrom(customer))
    const { orders, older } = await page.run('history()', { supabase: customer.client, user: customer.user })
    expect([...orders, ...older].map(({ id }: { id: string }) => id)).toEqual(placed.toReversed())
    expect(orders).toHaveLength(20)
    expect(orders[0]).toMatchObject({
      status: 'confirmed',
      stores: { name: 'Harbour Light', slug: expect.any(String) },
      order_lines: [{ product_name: 'Harbour Lamp' }],
    })
  })

  test('notifications arrive once, those that were missed after the connection is back', async () => {
    const lines: WebSocket[] = []
    /** A socket that the test can cut. */
    class Line extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given)
        lines.push(this)
      }
    }
    const customer = await signIn({ transport: Line as unknown as typeof globalThis.WebSocket })
    const order_id = await orderFrom(customer)
    const shown: { kind: string; data: object }[] = []
    await page.run('notification_created', {
      supabase: customer.client,
      user: customer.user,
      show: (notification: { kind: string; data: object }) => shown.push(notification),
    })
    const kinds = () => shown.map(({ kind }) => kind)
    await expect.poll(kinds, PATIENCE).toEqual(['order_confirmed'])
    await must(owner.client.rpc('advance_order', { order_id, status: 'processing' }))
    await expect.poll(kinds, PATIENCE).toEqual(['order_confirmed', 'order_processing'])
    expect(shown[1]!.data).toMatchObject({ order_id, status: 'processing' })

    // The line drops; meanwhile the parcel leaves.
    lines.at(-1)!.terminate()
    await must(owner.client.rpc('advance_order', { order_id, status: 'shipped' }))
    await expect.poll(kinds, PATIENCE).toEqual(['order_confirmed', 'order_processing', 'order_shipped'])
    await must(owner.client.rpc('record_cash_payment', { order_id }))
    await must(owner.client.rpc('advance_order', { order_id, status: 'delivered' }))
    await expect.poll(kinds, PATIENCE).toEqual([
      ...['order_confirmed', 'order_processing', 'order_shipped', 'order_delivered'],
    ])
    await page.run('read_at', { supabase: customer.client })
    expect(await must(customer.client.from('notifications').select().is('read_at', null))).toEqual([])
  })
})
