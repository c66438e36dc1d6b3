import { beforeAll, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../support/index.ts'
import { addProduct, call, openShop, refusal, type Shop } from './shop.ts'

describe('stock', () => {
  let platform: TestPlatform
  let shop: Shop
  // deno-lint-ignore no-explicit-any -- the answer of a verb without generated types
  let lamp: any

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop(platform, 'Lamp Works')
    lamp = await addProduct(shop.client, shop.store.id, { name: 'Desk Lamp', quantity: 10 })
  })

  test('goods are received, counted and written off, and the ledger says why', async () => {
    const adjust = (values: object) =>
      shop.client.rpc('adjust_stock', { variant_id: lamp.variant_id, ...values })
    expect(await call(adjust({ quantity: 5, reason: 'received', reference: 'note 1' }))).toMatchObject({
      on_hand: 15,
    })
    expect(await call(adjust({ quantity: 5, reason: 'received', reference: 'note 1' }))).toMatchObject({
      on_hand: 15,
    })
    expect(await call(adjust({ quantity: -1, reason: 'damaged' }))).toMatchObject({ on_hand: 14 })
    expect(await refusal(adjust({ quantity: -99, reason: 'lost' }))).toBe('insufficient_stock')
    const set = (expected: number, quantity: number) =>
      shop.client.rpc('set_stock', { variant_id: lamp.variant_id, expected, quantity })
    expect(await refusal(set(15, 3))).toBe('stock_changed')
    expect(await call(set(14, 3))).toMatchObject({ on_hand: 3 })
    const moves = await call(
      shop.client.from('stock_moves').select('quantity, reason').eq('variant_id', lamp.variant_id).order(
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
    const level = shop.client.from('stock_levels')
    await call(level.update({ low_stock_threshold: 2 }).eq('variant_id', lamp.variant_id))
    for (const [expected, quantity] of [[3, 2], [2, 1]]) {
      await call(shop.client.rpc('set_stock', { variant_id: lamp.variant_id, expected, quantity }))
    }
    expect(await call(shop.client.from('notifications').select('kind'))).toEqual([{ kind: 'low_stock' }])
  })

  test('who asked is told when it is back; a wishlist is one’s own', async () => {
    await call(shop.client.rpc('set_stock', { variant_id: lamp.variant_id, expected: 1, quantity: 0 }))
    const ana = await platform.signIn()
    await call(ana.client.from('back_in_stock_requests').insert({ variant_id: lamp.variant_id }))
    await call(ana.client.from('wishlist_items').insert({ product_id: lamp.id }))
    await call(
      shop.client.rpc('adjust_stock', { variant_id: lamp.variant_id, quantity: 4, reason: 'received' }),
    )
    expect(await call(ana.client.from('notifications').select('kind, data'))).toMatchObject([
      { kind: 'back_in_stock', data: { variant_id: lamp.variant_id } },
    ])
    expect(await call(ana.client.from('back_in_stock_requests').select())).toEqual([])
    const wished = await call(ana.client.from('wishlist_items').select('products(name)'))
    expect(wished).toEqual([{ products: { name: 'Desk Lamp' } }])
    expect(await call((await platform.signIn()).client.from('wishlist_items').select())).toEqual([])
  })

  test('strangers neither see nor move stock', async () => {
    const { client } = await platform.signIn()
    expect(await call(client.from('stock_levels').select())).toEqual([])
    expect(await call(client.from('stock_moves').select())).toEqual([])
    expect(await refusal(client.rpc('adjust_stock', { variant_id: lamp.variant_id, quantity: 1 })))
      .toBe('variant_not_found')
    expect(await refusal(platform.visitor().from('stock_levels').select())).toBe('42501')
  })
})
