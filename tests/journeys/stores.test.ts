import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { IN_PUNE, openShop, PIXEL, type Shop } from './world.ts'

describe('stores', () => {
  let platform: TestPlatform
  let shop: Shop

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Café Ромашка', ...IN_PUNE }, platform)
  })

  test('a store gets a unique link from its name, whatever its script', async () => {
    expect(shop.store.slug).toBe('cafe-romashka')
    expect((await openShop({ name: 'Cafe Romashka', ...IN_PUNE }, platform)).store.slug).toBe(
      'cafe-romashka-2',
    )
    expect((await openShop({ name: '北京茶馆', ...IN_PUNE }, platform)).store.slug).toBe('beijingchaguan')
  })

  test('twenty sellers who open a store of one name at once get twenty links', async () => {
    const sellers = await Promise.all(Array.from({ length: 20 }, () => platform.signIn()))
    const stores = await Promise.all(sellers.map(({ client }) =>
      must(client.rpc('create_store', {
        name: 'Race Street Books',
        line1: 'x',
        city: 'Pune',
        country_code: 'IN',
        postal_code: '411001',
      }))
    ))
    expect(new Set(stores.map(({ slug }) => slug)).size).toBe(20)
  })

  test('a visitor reads what a link leads to; an old link tells the new one', async () => {
    await must(shop.owner.client.rpc('rename_store_link', { store_id: shop.store.id, link: 'Daisy Café' }))
    const visitor = platform.visitor()
    const found = await must(visitor.rpc('get_store_by_link', { link: 'cafe-romashka' }))
    expect(found).toMatchObject({
      id: shop.store.id,
      link: 'daisy-cafe',
      is_current: false,
      address: { city: 'Pune' },
    })
    const rival = await openShop({ name: 'Rival', ...IN_PUNE }, platform)
    expect(
      (await refusal(
        rival.owner.client.rpc('rename_store_link', { store_id: rival.store.id, link: 'cafe-romashka' }),
      )).code,
    )
      .toBe('link_taken')
    expect(
      (await refusal(
        rival.owner.client.rpc('rename_store_link', { store_id: rival.store.id, link: 'admin' }),
      )).code,
    )
      .toBe('link_reserved')
    expect(
      (await refusal(
        rival.owner.client.rpc('rename_store_link', { store_id: shop.store.id, link: 'stolen' }),
      )).code,
    )
      .toBe('store_role_required')
  })

  test('its owner edits contact, logo, opening status and time zone, and nothing that is not hers to set', async () => {
    const edit = (values: object) =>
      shop.owner.client.from('stores').update(values).eq('id', shop.store.id).select()
    const edited = await must(edit({ is_open: false, time_zone: 'Asia/Kolkata', phone: '+919812345678' }))
    expect(edited).toMatchObject([{ is_open: false, time_zone: 'Asia/Kolkata' }])
    expect((await refusal(edit({ time_zone: 'Mars/Olympus' }))).code).toBe('invalid_time_zone')
    expect((await refusal(edit({ status: 'active' }))).code).toBe('42501')
    expect((await refusal(edit({ owner_id: crypto.randomUUID() }))).code).toBe('42501')
  })

  test('people are invited, work by their role, and stop working at once', async () => {
    const helper = await platform.signIn()
    const invitation = await must(shop.owner.client.rpc('invite_member', {
      store_id: shop.store.id,
      role: 'staff',
      phone: '+919800000001',
    }))
    await must(helper.client.rpc('accept_invitation', { token: invitation.token }))
    const members = await must(helper.client.from('store_members').select('role').order('role'))
    expect(members).toEqual([{ role: 'owner' }, { role: 'staff' }])
    const product = { store_id: shop.store.id, name: 'X', category: 'Y', price_amount: 1 }
    expect((await refusal(helper.client.rpc('save_product', product))).code).toBe('store_role_required')
    await must(shop.owner.client.rpc('change_member_role', {
      store_id: shop.store.id,
      user_id: helper.user.id,
      role: 'manager',
    }))
    expect((await refusal(helper.client.rpc('save_product', product))).code).toBeUndefined()
    await must(shop.owner.client.rpc('remove_member', { store_id: shop.store.id, user_id: helper.user.id }))
    expect((await refusal(helper.client.rpc('save_product', product))).code).toBe('store_role_required')
  })

  test('files of a store are written by its people only, and listed by nobody else', async () => {
    const media = shop.owner.client.storage.from('store-media')
    const path = `${shop.store.id}/logo.png`
    expect((await media.upload(path, PIXEL, { contentType: 'image/png' })).error).toBeNull()
    await must(shop.owner.client.from('stores').update({ logo_path: path }).eq('id', shop.store.id))
    const shown = await fetch(
      platform.visitor().storage.from('store-media').getPublicUrl(path).data.publicUrl,
    )
    expect(shown.status).toBe(200)

    const stranger = (await platform.signIn()).client.storage.from('store-media')
    const attempts = await Promise.all([
      stranger.upload(`${shop.store.id}/evil.png`, PIXEL, { contentType: 'image/png' }),
      stranger.upload(path, PIXEL, { contentType: 'image/png', upsert: true }),
      stranger.upload(`${crypto.randomUUID()}/../${shop.store.id}/evil.png`, PIXEL, {
        contentType: 'image/png',
      }),
      stranger.move(path, `${shop.store.id}/moved.png`),
      media.upload(`${shop.store.id}/page.html`, '<script>', { contentType: 'text/html' }),
      media.upload(`${crypto.randomUUID()}/logo.png`, PIXEL, { contentType: 'image/png' }),
    ])
    expect(attempts.map(({ error }) => error !== null)).toEqual([true, true, true, true, true, true])
    expect((await stranger.list(shop.store.id)).data).toEqual([])
    expect((await stranger.remove([path])).data).toEqual([])
    expect((await media.list(shop.store.id)).data?.map(({ name }) => name)).toEqual(['logo.png'])
  })
})
