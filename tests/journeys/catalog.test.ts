import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { addProduct, IN_PUNE, openShop, type Shop } from './world.ts'

describe('the catalog', () => {
  let platform: TestPlatform
  let shop: Shop

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Loom and Thread', ...IN_PUNE }, platform)
  })

  test('a product in a category that did not exist comes back with id, name and image', async () => {
    const path = `${shop.store.id}/scarf.png`
    const product = await must(shop.owner.client.rpc('save_product', {
      store_id: shop.store.id,
      name: 'Wool Scarf',
      description: 'Warm.',
      category: 'Journey Scarves',
      mrp_amount: 250000,
      price_amount: 199900,
      quantity: 4,
      images: [path],
    }))
    expect(product).toMatchObject({
      name: 'Wool Scarf',
      slug: 'wool-scarf',
      image: { path },
      category: { name: 'Journey Scarves' },
      price_amount: 199900,
      is_in_stock: true,
    })
  })

  test('a product has options and variants, each with its price, SKU and stock', async () => {
    const shirt = await addProduct(shop.owner.client, shop.store.id, {
      name: 'Shirt',
      price_amount: undefined,
      options: [{ name: 'Size', values: ['S', 'M'] }, { name: 'Colour', values: ['Red'] }],
      variants: [
        { option_values: ['S', 'Red'], price_amount: 50000, sku: 'SH-S', quantity: 1 },
        { option_values: ['M', 'Red'], price_amount: 55000, mrp_amount: 60000, sku: 'SH-M', quantity: 0 },
      ],
    })
    const shown = await must(platform.visitor().rpc('get_product', { product_id: shirt.id }))
    expect(shown.variants.map((variant: { title: string }) => variant.title)).toEqual(['S / Red', 'M / Red'])
    expect(shown).toMatchObject({ price_amount: 50000, options: [{ name: 'Size' }, { name: 'Colour' }] })
    expect(shown.variants[0]).not.toHaveProperty('on_hand')
  })

  test('a visitor sees the catalog by category, largest first, and not the drafts', async () => {
    for (const name of ['Cup', 'Bowl', 'Plate']) {
      await addProduct(shop.owner.client, shop.store.id, { name, category: 'Journey Pottery' })
    }
    const draft = await addProduct(shop.owner.client, shop.store.id, { name: 'Secret', status: 'draft' })
    const visitor = platform.visitor()
    const catalog = await must(visitor.rpc('get_store_catalog', { link: shop.store.slug }))
    expect(catalog.categories[0]).toMatchObject({ name: 'Journey Pottery', product_count: 3 })
    const counts = catalog.categories.map((group: { product_count: number }) => group.product_count)
    expect(counts).toEqual([...counts].sort((a, b) => b - a))
    expect(JSON.stringify(catalog)).not.toContain('Secret')
    expect((await refusal(visitor.rpc('get_product', { product_id: draft.id }))).code).toBe(
      'product_not_found',
    )
    expect(await must(visitor.from('products').select().eq('id', draft.id))).toEqual([])
  })

  test('plain queries of a frontend work, with everything embedded', async () => {
    const rows = await must(
      platform.visitor().from('products')
        .select(
          'name, product_variants(title, price_amount), product_media(path), categories(name), stores(name)',
        )
        .eq('store_id', shop.store.id)
        .textSearch('search', 'wool scarfs', { config: 'marketplace', type: 'websearch' }),
    )
    expect(rows).toMatchObject([{
      name: 'Wool Scarf',
      product_variants: [{ title: 'Default', price_amount: 199900 }],
      categories: { name: 'Journey Scarves' },
      stores: { name: 'Loom and Thread' },
    }])
  })

  test('edits change what is given; prices, counters and other people’s products do not move by PATCH', async () => {
    const mug = await addProduct(shop.owner.client, shop.store.id, { name: 'Mug', quantity: 2 })
    await must(
      shop.owner.client.rpc('save_product', {
        store_id: shop.store.id,
        product_id: mug.id,
        price_amount: 900,
      }),
    )
    await must(shop.owner.client.from('products').update({ name: 'Big Mug' }).eq('id', mug.id))
    const shown = await must(platform.visitor().rpc('get_product', { product_id: mug.id }))
    expect(shown).toMatchObject({ name: 'Big Mug', slug: 'mug', price_amount: 900 })
    for (
      const values of [{ rating_score: 5 }, { sales_count: 99 }, { is_listed: true }, {
        store_id: shop.store.id,
      }]
    ) {
      expect((await refusal(shop.owner.client.from('products').update(values).eq('id', mug.id))).code).toBe(
        '42501',
      )
    }
    const rival = await openShop({ name: 'Copycat', ...IN_PUNE }, platform)
    expect(await must(rival.owner.client.from('products').update({ name: 'Mine' }).eq('id', mug.id).select()))
      .toEqual([])
  })

  test('hostile numbers and texts get a 4xx and leave nothing', async () => {
    const save = (values: object) =>
      shop.owner.client.rpc('save_product', {
        store_id: shop.store.id,
        name: 'Hostile',
        category: 'Hostile',
        price_amount: 100,
        ...values,
      })
    const hostile = [
      { price_amount: -1 },
      { price_amount: 0 },
      { price_amount: 1.5 },
      { price_amount: 1e308 },
      { price_amount: 'NaN' },
      { price_amount: 'Infinity' },
      { price_amount: 9007199254740993 },
      { quantity: -1 },
      { quantity: 2147483648 },
      { name: 'nul\u0000byte' },
      { name: '\u200b\u202e' },
      { name: 'x'.repeat(1_000_000) },
      { description: 'x'.repeat(1_000_000) },
      { category: '' },
      { variants: { not: 'a list' }, price_amount: null },
      { options: [[[[[]]]]], price_amount: null, variants: [] },
      { images: ['../../etc/passwd'] },
      { status: 'approved' },
    ]
    for (const values of hostile) {
      const { status, error } = await save(values)
      expect({
        values: JSON.stringify(values).slice(0, 60),
        ok: status >= 400 && status < 500 && error !== null,
      })
        .toEqual({ values: JSON.stringify(values).slice(0, 60), ok: true })
    }
    expect(await must(shop.owner.client.from('products').select().ilike('name', '%hostile%'))).toEqual([])
  })

  test('a deleted product is gone for everybody, and its link and SKU are free', async () => {
    const old = await addProduct(shop.owner.client, shop.store.id, { name: 'Vase', sku: 'VASE' })
    await must(shop.owner.client.rpc('delete_product', { product_id: old.id }))
    expect((await refusal(shop.owner.client.rpc('get_product', { product_id: old.id }))).code).toBe(
      'product_not_found',
    )
    const next = await addProduct(shop.owner.client, shop.store.id, { name: 'Vase', sku: 'VASE' })
    expect(next.slug).toBe('vase')
  })
})
