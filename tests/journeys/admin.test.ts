import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, type SignedIn, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { addProduct, IN_PUNE, openShop, type Shop } from './world.ts'

describe('operators', () => {
  let platform: TestPlatform
  let shop: Shop
  let admin: SignedIn

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Watched Wares', ...IN_PUNE }, platform)
    admin = await platform.signIn()
    await platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
  })

  test('an admin suspends a store: it and its products are gone, and come back', async () => {
    const product = await addProduct(shop.owner.client, shop.store.id, { name: 'Ware' })
    const visitor = platform.visitor()
    const status = (value: string) =>
      admin.client.rpc('set_store_status', { store_id: shop.store.id, status: value })
    await must(status('suspended'))
    expect((await refusal(visitor.rpc('get_store_by_link', { link: shop.store.slug }))).code).toBe(
      'store_not_found',
    )
    expect(await must(visitor.from('products').select().eq('id', product.id))).toEqual([])
    await must(status('active'))
    expect(await must(visitor.from('products').select('name').eq('id', product.id))).toEqual([{
      name: 'Ware',
    }])
    expect(
      (await refusal(
        shop.owner.client.rpc('set_store_status', { store_id: shop.store.id, status: 'active' }),
      )).code,
    )
      .toBe('platform_admin_required')
  })

  test('who changed a price, a role or a status stands in the log, before and after', async () => {
    const product = await addProduct(shop.owner.client, shop.store.id, { name: 'Priced', price_amount: 500 })
    await must(
      shop.owner.client.rpc('save_product', {
        store_id: shop.store.id,
        product_id: product.id,
        price_amount: 400,
      }),
    )
    const entries = await must(
      admin.client.from('audit_log').select('actor_id, before, after').eq('row_id', product.variant_id),
    )
    expect(entries).toEqual([{
      actor_id: shop.owner.user.id,
      before: { price_amount: 500 },
      after: { price_amount: 400 },
    }])
    expect(await must((await platform.signIn()).client.from('audit_log').select())).toEqual([])
    const statuses = await must(
      shop.owner.client.from('audit_log').select('after').eq('table_name', 'stores').order('id'),
    )
    expect(statuses).toEqual([{ after: { status: 'suspended' } }, { after: { status: 'active' } }])
  })

  test('categories are renamed and merged; views show everything to admins and nothing to others', async () => {
    await addProduct(shop.owner.client, shop.store.id, { name: 'A', category: 'Kitchen Ware' })
    await addProduct(shop.owner.client, shop.store.id, { name: 'B', category: 'Kitchn Ware' })
    const find = (name: string) =>
      must(admin.client.from('categories').select('id').eq('name', name).single())
    const [right, wrong] = [await find('Kitchen Ware'), await find('Kitchn Ware')]
    await must(admin.client.rpc('merge_categories', { from_id: wrong.id, into_id: right.id }))
    const catalog = await must(platform.visitor().rpc('get_store_catalog', { link: shop.store.slug }))
    expect(catalog.categories.find((group: { id: string }) => group.id === right.id)).toMatchObject({
      product_count: 2,
    })
    expect(await must(admin.client.from('admin_stores').select('link').eq('id', shop.store.id)))
      .toEqual([{ link: shop.store.slug }])
    expect(await must(shop.owner.client.from('admin_stores').select())).toEqual([])
    expect(
      (await refusal(shop.owner.client.rpc('rename_category', { category_id: right.id, name: 'Mine' }))).code,
    )
      .toBe('platform_admin_required')
  })

  test('a new store waits where approval is required', async () => {
    await platform.sql`update private.settings set stores_require_approval = true`
    const waiting = await openShop({ name: 'Patient Pots', ...IN_PUNE }, platform)
    expect(waiting.store.status).toBe('pending')
    expect((await refusal(platform.visitor().rpc('get_store_by_link', { link: waiting.store.slug }))).code)
      .toBe('store_not_found')
    await must(admin.client.rpc('set_store_status', { store_id: waiting.store.id, status: 'active' }))
    expect((await refusal(platform.visitor().rpc('get_store_by_link', { link: waiting.store.slug }))).code)
      .toBeUndefined()
  })
})
