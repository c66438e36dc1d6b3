import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { IN_PUNE, openShop, type Shop } from './world.ts'

describe('import and export', () => {
  let platform: TestPlatform
  let shop: Shop

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Spreadsheet Goods', ...IN_PUNE }, platform)
  })

  test('good rows are imported, bad ones are reported by number', async () => {
    const csv = [
      'Name,Category,Price,MRP,Quantity,SKU',
      '"Tea, green",Import Tea,12.50,15,3,T-1',
      'Coffee,Import Tea,lots,,,',
      '"Milk ""fresh""",Import Tea,2,,1,T-2',
      'Again,Import Tea,3,,1,t-1',
      '=HYPERLINK("http://evil"),Import Tea,1,,1,',
    ].join('\r\n')
    const report = await must(
      shop.owner.client.rpc('import_products', { store_id: shop.store.id, csv: `\ufeff${csv}` }),
    )
    expect(report).toMatchObject({ imported: 3, failed: 2 })
    expect(report.errors.map((error: { row: number; code: string }) => [error.row, error.code]))
      .toEqual([[3, 'invalid_price'], [5, 'sku_taken']])
    const tea = await must(
      shop.owner.client.from('products').select('price_amount, is_in_stock').eq('name', 'Tea, green')
        .single(),
    )
    expect(tea).toEqual({ price_amount: 1250, is_in_stock: true })
  })

  test('an export opens in a spreadsheet without running anything', async () => {
    const csv: string = await must(shop.owner.client.rpc('export_products', { store_id: shop.store.id }))
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`)
    expect(csv.split('\r\n').some((line) => /^"?[=+@-]/.test(line))).toBe(false)
  })

  test('what is no list of products is refused, by strangers too', async () => {
    const load = (values: object) =>
      shop.owner.client.rpc('import_products', { store_id: shop.store.id, ...values })
    expect((await refusal(load({}))).code).toBe('invalid_import')
    expect((await refusal(load({ csv: 'a,b\n1,2' }))).code).toBe('invalid_header')
    expect((await refusal(load({ rows: { name: 'x' } }))).code).toBe('invalid_import')
    expect((await refusal(load({ csv: `name,category,price${'\nX,Y,1'.repeat(501)}` }))).code).toBe(
      'import_too_large',
    )
    const { client } = await platform.signIn()
    expect((await refusal(client.rpc('import_products', { store_id: shop.store.id, csv: 'name' }))).code)
      .toBe('store_role_required')
    expect((await refusal(client.rpc('export_products', { store_id: shop.store.id }))).code).toBe(
      'store_role_required',
    )
  })
})
