import { beforeAll, describe, expect, test } from 'vitest'
import { refusal } from '../support/index.ts'
import { type Article, ask, buy, offer, openShop, type Shop } from './world.ts'

describe('orders', () => {
  let shop: Shop
  let lamp: Article
  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 100)
  })

  test('the store ships and delivers, the customer follows and confirms, and every step is in the history', async () => {
    const customer = await shop.platform.signIn()
    const { orders: [order] } = await buy(customer, lamp)
    const step = (status: string, more: Record<string, unknown> = {}) =>
      ask(shop.owner.client, 'advance_order', { order_id: order!.id, status, ...more })

    expect(await step('processing')).toMatchObject({ status: 'processing' })
    await step('shipped', {
      carrier: 'DHL',
      tracking_number: '00340',
      tracking_url: 'https://dhl.example/00340',
    })
    expect(
      await refusal(shop.owner.client.rpc('advance_order', { order_id: order!.id, status: 'delivered' })),
    )
      .toEqual({
        status: 409,
        code: 'order_unpaid',
      })
    await ask(shop.owner.client, 'record_cash_payment', { order_id: order!.id })
    await step('delivered')
    await ask(customer.client, 'confirm_receipt', { order_id: order!.id })

    const { data } = await customer.client.from('orders')
      .select('status, payment_status, shipments(carrier, tracking_number, delivered_at)').eq('id', order!.id)
      .single()
    expect(data).toMatchObject({
      status: 'received',
      payment_status: 'paid',
      shipments: [{ carrier: 'DHL', tracking_number: '00340', delivered_at: expect.any(String) }],
    })
    const { data: events } = await customer.client.from('order_events')
      .select('to_status').eq('order_id', order!.id).eq('kind', 'status').order('id')
    expect(events!.map(({ to_status }) => to_status)).toEqual(
      ['confirmed', 'processing', 'shipped', 'delivered', 'received'],
    )
  })

  test('the orders of a customer come in pages by key, newest first', async () => {
    const customer = await shop.platform.signIn()
    for (let count = 0; count < 5; count++) await buy(customer, lamp)
    const seen: number[] = []
    let last = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    for (;;) {
      const { data } = await customer.client.from('orders').select('id, number')
        .eq('customer_id', customer.user.id).lt('id', last).order('id', { ascending: false }).limit(2)
      if (data!.length === 0) break
      seen.push(...data!.map(({ number }) => number as number))
      last = data!.at(-1)!.id as string
    }
    expect(seen).toHaveLength(5)
    expect(seen).toEqual([...seen].sort((a, b) => b - a))
  })

  test("a vendor lists the orders of the store by status, and nobody else's", async () => {
    const customer = await shop.platform.signIn()
    const { orders: [order] } = await buy(customer, lamp)
    const { data } = await shop.owner.client.from('orders').select('id')
      .eq('store_id', shop.storeId).eq('status', 'confirmed').order('id', { ascending: false }).limit(1)
    expect(data).toEqual([{ id: order!.id }])
    const stranger = await shop.platform.signIn()
    const hidden = await stranger.client.from('orders').select('*, order_lines(*)').eq('id', order!.id)
    expect(hidden.data).toEqual([])
    for (
      const [verb, args] of [
        ['cancel_order', {}],
        ['advance_order', { status: 'processing' }],
        ['confirm_receipt', {}],
        ['request_refund', {}],
        ['record_cash_payment', {}],
      ] as const
    ) {
      expect(await refusal(stranger.client.rpc(verb, { order_id: order!.id, ...args }))).toEqual({
        status: 404,
        code: 'order_not_found',
      })
    }
  })

  test('cancelling gives the stock back, until the parcel is gone', async () => {
    const customer = await shop.platform.signIn()
    const stock = async () => {
      const { data } = await shop.owner.client.from('stock_levels').select('on_hand').eq(
        'variant_id',
        lamp.variantId,
      ).single()
      return data!.on_hand as number
    }
    const before = await stock()
    const { orders: [order] } = await buy(customer, lamp, { quantity: 3 })
    expect(await stock()).toBe(before - 3)
    expect(await ask(customer.client, 'cancel_order', { order_id: order!.id, reason: 'Changed my mind' }))
      .toMatchObject({
        status: 'cancelled',
        cancel_reason: 'Changed my mind',
      })
    expect(await stock()).toBe(before)

    const { orders: [shipped] } = await buy(customer, lamp)
    await ask(shop.owner.client, 'advance_order', { order_id: shipped!.id, status: 'shipped' })
    expect(await refusal(customer.client.rpc('cancel_order', { order_id: shipped!.id }))).toEqual({
      status: 409,
      code: 'illegal_status',
    })
  })

  test('an owner reads the sales, a customer does not', async () => {
    const summary = await ask<{ currencies: { currency: string; orders: number }[] }>(
      shop.owner.client,
      'sales_summary',
      { store_id: shop.storeId },
    )
    expect(summary.currencies[0]).toMatchObject({ currency: 'USD', orders: expect.any(Number) })
    const customer = await shop.platform.signIn()
    expect(await refusal(customer.client.rpc('sales_summary', { store_id: shop.storeId }))).toEqual({
      status: 403,
      code: 'store_role_required',
    })
  })
})
