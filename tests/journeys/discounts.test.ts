import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { addProduct, IN_PUNE, openShop, type Shop } from './world.ts'

describe('discounts', () => {
  let platform: TestPlatform
  let shop: Shop
  // deno-lint-ignore no-explicit-any -- the answer of a verb without generated types
  let kettle: any

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Kettle Corner', ...IN_PUNE }, platform)
    kettle = await addProduct(shop.owner.client, shop.store.id, {
      name: 'Kettle',
      price_amount: 100000,
      quantity: 5,
    })
  })

  const livePrice = async () =>
    (await must(platform.visitor().rpc('get_product', { product_id: kettle.id }))).price_amount

  test('a discount on product, category or store lowers the live price, and the best one wins', async () => {
    const discounts = shop.owner.client.from('discounts')
    const base = { store_id: shop.store.id, kind: 'percentage' }
    await must(discounts.insert({ ...base, name: 'Store', percent_bps: 500 }))
    expect(await livePrice()).toBe(95000)
    await must(
      discounts.insert({ ...base, name: 'Category', percent_bps: 1000, category_id: kettle.category.id }),
    )
    expect(await livePrice()).toBe(90000)
    await must(discounts.insert({
      store_id: shop.store.id,
      product_id: kettle.id,
      name: 'Product',
      kind: 'amount',
      amount: 20000,
    }))
    expect(await livePrice()).toBe(80000)
    await must(
      discounts.update({ ends_at: '2026-01-02T00:00:00Z', starts_at: '2026-01-01T00:00:00Z' }).eq(
        'name',
        'Product',
      ),
    )
    expect(await livePrice()).toBe(90000)
    await must(discounts.delete().eq('store_id', shop.store.id))
    expect(await livePrice()).toBe(100000)
  })

  test('discounts that make no sense or are on other people’s stores are refused', async () => {
    const insert = (values: object) =>
      shop.owner.client.from('discounts').insert({
        store_id: shop.store.id,
        name: 'X',
        kind: 'percentage',
        ...values,
      })
    expect((await refusal(insert({ percent_bps: 10001 }))).code).toBe('invalid_value')
    expect((await refusal(insert({ percent_bps: 500, ends_at: '2026-01-01', starts_at: '2026-01-01' }))).code)
      .toBe(
        'invalid_value',
      )
    expect((await refusal(insert({ percent_bps: 500, starts_at: 'infinity' }))).code).toBe('invalid_value')
    expect((await refusal(insert({ percent_bps: 500, funded_by: 'platform' }))).code).toBe('42501')
    const rival = await openShop({ name: 'Rival Kettles', ...IN_PUNE }, platform)
    expect(
      (await refusal(
        rival.owner.client.from('discounts').insert({
          store_id: shop.store.id,
          name: 'X',
          kind: 'percentage',
          percent_bps: 9000,
        }),
      )).code,
    ).toBe('42501')
    expect(
      (await refusal(
        rival.owner.client.from('discounts').insert({
          store_id: rival.store.id,
          product_id: kettle.id,
          name: 'X',
          kind: 'percentage',
          percent_bps: 9000,
        }),
      )).code,
    ).toBe('unknown_reference')
  })
})
