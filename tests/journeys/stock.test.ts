import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { addProduct, IN_PUNE, openShop, type Shop } from './world.ts'

describe('stock', () => {
  let platform: TestPlatform
  let shop: Shop
  // deno-lint-ignore no-explicit-any -- the answer of a verb without generated types
  let lamp: any

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Lamp Works', ...IN_PUNE }, platform)
    lamp = await addProduct(shop.owner.client, shop.store.id, { name: 'Desk Lamp', quantity: 10 })
  })

  test('goods are received, counted and written off, and the ledger says why', async () => {
    const adjust = (values: object) =>
      shop.owner.client.rpc('adjust_stock', { variant_id: lamp.variant_id, ...values })
    expect(await must(adjust({ quantity: 5, reason: 'received', reference: 'note 1' }))).toMatchObject({
      on_hand: 15,
    })
    expect(await must(adjust({ quantity: 5, reason: 'received', reference: 'note 1' }))).toMatchObject({
      on_hand: 15,
    })
    expect(await must(adjust({ quantity: -1, reason: 'damaged' }))).toMatchObject({ on_hand: 14 })
    expect((await refusal(adjust({ quantity: -99, reason: 'lost' }))).code).toBe('insufficient_stock')
    const set = (expected: number, quantity: number) =>
      shop.owner.client.rpc('set_stock', { variant_id: lamp.variant_id, expected, quantity })
    expect((await refusal(set(15, 3))).code).toBe('stock_changed')
    expect(await must(set(14, 3))).toMatchObject({ on_hand: 3 })
    const moves = await must(
      shop.owner.client.from('stock_moves').select('quantity, reason').eq('variant_id', lamp.variant_id)
        .order(
          'id',
        ),
    )
    expect(moves).toEqual([
      { quantity: 10, reason: 'initial' },
      { quantity: 5, reason: 'received' },
      { quantity: -1, reason: 'damaged' },
      { quantity: -11, reason: 'count' },
    ])
  })

  test('a store is alerted once when stock becomes low', async () => {
    const level = shop.owner.client.from('stock_levels')
    await must(level.update({ low_stock_threshold: 2 }).eq('variant_id', lamp.variant_id))
    for (const [expected, quantity] of [[3, 2], [2, 1]]) {
      await must(shop.owner.client.rpc('set_stock', { variant_id: lamp.variant_id, expected, quantity }))
    }
    expect(await must(shop.owner.client.from('notifications').select('kind'))).toEqual([{
      kind: 'low_stock',
    }])
  })

  test('who asked is told when a product is back, and a wishlist is one’s own', async () => {
    await must(shop.owner.client.rpc('set_stock', { variant_id: lamp.variant_id, expected: 1, quantity: 0 }))
    const ana = await platform.signIn()
    await must(ana.client.from('back_in_stock_requests').insert({ variant_id: lamp.variant_id }))
    await must(ana.client.from('wishlist_items').insert({ product_id: lamp.id }))
    await must(
      shop.owner.client.rpc('adjust_stock', { variant_id: lamp.variant_id, quantity: 4, reason: 'received' }),
    )
    expect(await must(ana.client.from('notifications').select('kind, data'))).toMatchObject([
      { kind: 'back_in_stock', data: { variant_id: lamp.variant_id } },
    ])
    expect(await must(ana.client.from('back_in_stock_requests').select())).toEqual([])
    const wished = await must(ana.client.from('wishlist_items').select('products(name)'))
    expect(wished).toEqual([{ products: { name: 'Desk Lamp' } }])
    expect(await must((await platform.signIn()).client.from('wishlist_items').select())).toEqual([])
  })

  test('strangers neither see nor move stock', async () => {
    const { client } = await platform.signIn()
    expect(await must(client.from('stock_levels').select())).toEqual([])
    expect(await must(client.from('stock_moves').select())).toEqual([])
    expect((await refusal(client.rpc('adjust_stock', { variant_id: lamp.variant_id, quantity: 1 }))).code)
      .toBe('variant_not_found')
    expect((await refusal(platform.visitor().from('stock_levels').select())).code).toBe('42501')
  })
})
