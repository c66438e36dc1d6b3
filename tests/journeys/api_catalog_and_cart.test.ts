import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient, type SupabaseClientOptions } from '@supabase/supabase-js'
import {
  clientOptions,
  must,
  randomPhone,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { members, Snippets } from './snippets.ts'
import { type Article, offer, openStore } from './world.ts'

interface Named {
  id: string
  name: string
}
const names = (products: Named[]) => products.map(({ name }) => name)

describe('docs/api.md, word for word: catalog, search, promotions, cart, stock', () => {
  const page = new Snippets('docs/api.md', 'Catalog', 'Search', 'Discounts and coupons', 'Cart', 'Stock')
  let platform: TestPlatform
  let owner: SignedIn
  let store_id: string
  const visitor = (options: SupabaseClientOptions<'public'> = {}) =>
    platform.visitor({ ...options, global: { ...options.global, fetch: page.fetch } })
  const signIn = (): Promise<SignedIn> => signInByPhone(visitor(), platform.inbox, randomPhone())

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await signIn()
    store_id = await openStore(owner, { name: 'Fern & Ember' })
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('the page makes a product with a picture and its copies, gives it variants and deletes it', async () => {
    const supabase = owner.client
    const photo = await sharp({ create: { width: 1000, height: 600, channels: 3, background: '#a08060' } })
      .jpeg()
      .toBuffer()
    const picture = new Blob([new Uint8Array(photo)], { type: 'image/jpeg' })
    const { file, product } = await page.run('/candles/', { supabase, store_id, picture })
    expect(product).toMatchObject({
      name: 'Cedar & Smoke Candle',
      category: { name: 'Candles' },
      price_amount: 2400,
      images: [{ path: `${store_id}/candles/cedar.jpg`, alt: 'A candle' }],
      variants: [{ id: expect.any(String), on_hand: 60 }],
    })
    const { image, publicUrl, thumbnail } = await page.run("invoke('images'", { supabase, file })
    expect(image).toMatchObject({ path: file.path, format: 'jpeg', width: 1000, height: 600 })
    expect(members(image)).toEqual(
      expect.arrayContaining(['renditions[].path', 'renditions[].width', 'renditions[].bytes']),
    )
    const copy = await fetch(publicUrl)
    expect([copy.status, copy.headers.get('content-type')]).toEqual([200, 'image/webp'])
    const small = await fetch(thumbnail.data.publicUrl)
    expect((await sharp(Buffer.from(await small.arrayBuffer())).metadata()).width).toBe(320)

    const product_id = product.id as string
    await page.run("sku: 'CED-S'", { supabase, store_id, product_id })
    const shown = await must(visitor().rpc('get_product', { product_id }))
    expect(shown).toMatchObject({
      name: 'Cedar & Smoke Candle',
      description: 'Burns for 50 hours.',
      price_amount: 1500,
    })
    expect(shown.options).toEqual([{ name: 'Size', values: ['S', 'L'] }])
    expect(shown.variants.map(({ sku }: { sku: string }) => sku)).toEqual(['CED-S', 'CED-L'])
    await page.run('delete_product', { supabase, product_id })
    expect(await must(visitor().from('products').select().eq('id', product_id))).toEqual([])
  })

  test('the page imports a list of products and exports it', async () => {
    const { data, csv } = await page.run('Bell,Bikes', { supabase: owner.client, store_id })
    expect(data).toEqual({
      imported: 1,
      failed: 0,
      products: [{ row: 2, product_id: expect.any(String), name: 'Bell' }],
      errors: [],
      ignored_columns: [],
    })
    expect(csv).toContain('Bell,,Bikes,18.00')

    const list = (name: string) => `name;category;price\r\n${name};Räder;18,50\r\n`
    const files = [
      Buffer.from(list('Glöckchen')),
      Buffer.from(`\ufeff${list('Glöckchen mit Marke')}`),
      Buffer.from(`\ufeff${list('Glöckchen in sechzehn').replaceAll(';', '\t')}`, 'utf16le'),
      Buffer.from(list('Glöckchen von früher'), 'latin1'),
    ]
    for (const file of files) {
      const { data } = await page.run('TextDecoder', {
        supabase: owner.client,
        store_id,
        file: new Blob([new Uint8Array(file)]),
      })
      expect(data).toMatchObject({ imported: 1, products: [{ name: expect.stringMatching(/^Glöckchen/) }] })
    }
  })

  test('the page reads the catalog behind a link, and the same by a plain read', async () => {
    const { catalog } = await page.run('get_store_catalog', { supabase: visitor() })
    const sizes = catalog.categories.map((category: { product_count: number }) => category.product_count)
    expect(sizes.length).toBeGreaterThan(1)
    expect(sizes).toEqual(sizes.toSorted((a: number, b: number) => b - a))
    expect(catalog.store.name).toBe('Willow & Wick')
    expect(Object.keys(catalog.categories[0].products[0])).toEqual(
      expect.arrayContaining(['id', 'name', 'price_amount', 'image']),
    )
    expect(catalog).toHaveProperty('next_cursor')

    const { products } = await page.run('product_media(path, alt)', {
      supabase: visitor(),
      store_id: catalog.store.id,
    })
    expect(products).toHaveLength(20)
    expect(members(products)).toEqual(
      expect.arrayContaining([
        '[].categories.name',
        '[].product_media[].path',
        '[].product_variants[].price_amount',
      ]),
    )
  })

  test('search forgives typos, counts, and goes on where it stopped', async () => {
    const supabase = visitor()
    const { page: first, next } = await page.run("query: 'candel'", { supabase })
    expect(first.corrected_query).toBe('candle')
    expect(first.total).toEqual({ count: expect.any(Number), is_exact: true })
    expect(Object.keys(first.facets).sort()).toEqual([
      'categories',
      'in_stock',
      'on_discount',
      'prices',
      'ratings',
      'stores',
    ])
    expect(first.items).toHaveLength(2)
    expect(next.items.length).toBe(Math.min(2, first.total.count - 2))
    const both = [...first.items, ...next.items].map(({ id }: Named) => id)
    expect(new Set(both).size).toBe(both.length)

    const { product } = await page.run("slug: 'hand-grinder'", { supabase })
    expect(product.name).toBe('Hand Grinder')
    expect(Object.keys(product)).toEqual(expect.arrayContaining([
      ...[
        'id',
        'name',
        'description',
        'price_amount',
        'list_amount',
        'mrp_amount',
        'currency',
        'is_in_stock',
      ],
      ...['images', 'options', 'variants', 'discounts', 'related'],
    ]))
    expect(Object.keys(product.variants[0])).toEqual(
      expect.arrayContaining(['id', 'option_values', 'price_amount', 'available']),
    )
    expect(names(product.related)).toContain('Electric Grinder')
    const { found } = await page.run('textSearch', { supabase })
    expect(names(found)).toContain('Hand Grinder')
  })

  test('the page keeps a wish, and a request to be told', async () => {
    const customer = await signIn()
    const lamp = await offer(owner, store_id, 'Wished Lamp', 1000, 0)
    const { wishes } = await page.run('wishlist_items', {
      supabase: customer.client,
      product_id: lamp.productId,
      variant_id: lamp.variantId,
    })
    expect(wishes).toMatchObject([{ products: { name: 'Wished Lamp' } }])
    expect(await must(customer.client.from('wishlist_items').select())).toEqual([])
    expect(await must(customer.client.from('back_in_stock_requests').select('variant_id'))).toEqual([
      { variant_id: lamp.variantId },
    ])
  })

  test('discounts lower what everybody pays, and a code lowers what one pays', async () => {
    const candle = await offer(owner, store_id, 'Discounted Candle', 2400)
    const { category_id } = await must(
      owner.client.from('products').select('category_id').eq('id', candle.productId).single(),
    )
    const { discounts } = await page.run("from('discounts')", {
      supabase: owner.client,
      store_id,
      category_id,
      product_id: candle.productId,
    })
    expect(discounts).toMatchObject([{ name: 'Textiles, 10 % off' }, { name: '$3 off' }])
    expect(await must(visitor().rpc('get_product', { product_id: candle.productId }))).toMatchObject({
      list_amount: 2400,
      price_amount: 2100,
      discounts: [{ name: '$3 off' }],
    })
    const { offers } = await page.run('on_discount: true', { supabase: visitor(), store_id, category_id })
    expect(names(offers.items)).toEqual(['Discounted Candle'])

    await page.run("code: 'CANDLE5'", { supabase: owner.client, store_id })
    const supabase = visitor()
    const { token } = await must(supabase.rpc('add_to_cart', { variant_id: candle.variantId, quantity: 2 }))
    const { cart } = await page.run('apply_coupon', { supabase, cart_token: token })
    expect(cart.coupons).toMatchObject([{ code: 'CANDLE5', kind: 'amount', amount: 500, problem: null }])
    expect(cart).toMatchObject({ subtotal_amount: 4200, discount_amount: 500, total_amount: 3700 })
    expect(await must(supabase.rpc('get_cart', { cart_token: token }))).toMatchObject({
      coupons: [],
      total_amount: 4200,
    })
  })

  test('the page fills a visitor’s cart by token and by header, and has it claimed', async () => {
    const lamp: Article = await offer(owner, store_id, 'Cart Lamp', 2400)
    const storage = new Map<string, string>()
    const localStorage = {
      getItem: (key: string) => storage.get(key),
      setItem: (key: string, value: string) => storage.set(key, value),
    }
    const guest = {
      supabase: visitor(),
      localStorage,
      variant_id: lamp.variantId,
      product_id: lamp.productId,
    }
    const { cart } = await page.run('quantity: 2 })', guest)
    expect(cart).toMatchObject({ item_count: 2, is_available: true, token: expect.any(String) })
    const sample = members(page.samples.get('Cart')).map((path) =>
      path.replace(/(shipping_methods|coupons)$/, '$1')
    )
    const real = new Set(
      members({ ...cart, coupons: [], stores: [{ ...cart.stores[0], shipping_methods: [] }] }),
    )
    expect(sample.filter((path) => !real.has(path))).toEqual([])

    // As a first visit: nothing is stored yet, and what was added first must not be lost by what is added next.
    const firstVisit = new Map<string, string>()
    const { cart: byHeader, supabase: withHeader } = await page.run("'x-cart-token'", {
      localStorage: {
        getItem: (key: string) => firstVisit.get(key) ?? null,
        setItem: (key: string, value: string) => firstVisit.set(key, value),
      },
      url: platform.apiUrl,
      key: platform.keys.publishableKey,
      createClient: (url: string, key: string, options: SupabaseClientOptions<'public'>) =>
        createClient(url, key, clientOptions(options)),
      variant_id: lamp.variantId,
    })
    expect(byHeader).toMatchObject({ item_count: 1, token: firstVisit.get('cart') })
    expect(await must(withHeader.rpc('get_cart'))).toMatchObject({ id: byHeader.id, item_count: 2 })
    const { cart_token } = await page.run('remove_from_cart', guest)
    expect(await must(guest.supabase.rpc('get_cart', { cart_token }))).toMatchObject({
      id: cart.id,
      items: [],
    })

    await must(guest.supabase.rpc('add_to_cart', { variant_id: lamp.variantId, quantity: 2, cart_token }))
    const customer = await signIn()
    const claimed = await page.run('claim_cart', {
      supabase: customer.client,
      cart_token,
      variant_id: lamp.variantId,
    })
    expect(claimed['cart']).toMatchObject({ id: cart.id, item_count: 3 })
    expect(await must(guest.supabase.rpc('get_cart', { cart_token }))).toMatchObject({ id: null, items: [] })
  })

  test('what the README shows works word for word', async () => {
    const { variantId: variant_id } = await offer(owner, store_id, 'First Lamp')
    const readme = new Snippets('README.md', 'Try it')
    const { store, cart } = await readme.run('get_store_by_link', {
      createClient: () => visitor(),
      variant_id,
    })
    expect(store).toMatchObject({ name: 'Willow & Wick' })
    expect(cart).toMatchObject({ item_count: 2, token: expect.any(String) })
  })

  test('stock is received, counted and watched', async () => {
    const lamp = await offer(owner, store_id, 'Counted Lamp', 1000, 10)
    const given = { supabase: owner.client, store_id, variant_id: lamp.variantId }
    const { level, moves } = await page.run('adjust_stock', given)
    expect(level).toMatchObject({ variant_id: lamp.variantId, on_hand: 34, reserved: 0, is_low: false })
    expect(moves).toMatchObject([
      { quantity: 24, reason: expect.any(String) },
      { quantity: 24, reason: 'received' },
      { quantity: 10, reason: 'initial' },
    ])
    await must(
      owner.client.rpc('adjust_stock', { variant_id: lamp.variantId, quantity: -54, reason: 'lost' }),
    )
    const { low } = await page.run("eq('is_low'", given)
    expect(low).toMatchObject([{ variant_id: lamp.variantId, on_hand: 4 }])
  })
})
