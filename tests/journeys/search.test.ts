import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { addProduct, IN_PUNE, openShop, type Shop } from './world.ts'

describe('search', () => {
  let platform: TestPlatform
  let shop: Shop

  beforeAll(async () => {
    platform = await startTestPlatform()
    shop = await openShop({ name: 'Zephyr Instruments', ...IN_PUNE }, platform)
    for (let number = 1; number <= 25; number++) {
      await addProduct(shop.owner.client, shop.store.id, {
        name: `Zitherette Nº ${number}`,
        category: number % 5 === 0 ? 'Zither Cases' : 'Zithers',
        price_amount: number * 1000,
        quantity: number % 2,
      })
    }
  }, 60_000)

  const search = (values: object) => must(platform.visitor().rpc('search_products', values))
  // deno-lint-ignore no-explicit-any -- the answer of a verb without generated types
  const names = (answer: any): string[] => answer.items.map((item: { name: string }) => item.name)

  test('a search finds by words and filters, and counts facets', async () => {
    const answer = await search({
      query: 'ZITHERÉTTE',
      in_stock: true,
      min_price: 3000,
      max_price: 20000,
      page_size: 5,
    })
    expect(answer.total).toEqual({ count: 9, is_exact: true })
    expect(answer.items).toHaveLength(5)
    expect(answer.facets).toMatchObject({ in_stock: 9, stores: [{ id: shop.store.id, count: 9 }] })
    expect(answer.facets.categories.map((entry: { count: number }) => entry.count)).toEqual([7, 2])
  })

  test('a typo in a search is forgiven', async () => {
    const answer = await search({ query: 'zitherete' })
    expect(answer.items.length).toBeGreaterThan(0)
    expect(answer.corrected_query).toBe('zitherette')
  })

  test('the name of a category finds what is in it', async () => {
    const answer = await search({ query: 'zither case' })
    expect(names(answer).toSorted()).toEqual(
      [10, 15, 20, 25, 5].map((number) => `Zitherette Nº ${number}`),
    )
    const { data } = await platform.visitor().from('products').select('name').textSearch('search', 'case', {
      config: 'marketplace',
    })
    expect(data).toHaveLength(5)
  })

  test('pages of a search do not skip or repeat while products are added', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      // deno-lint-ignore no-explicit-any -- as above
      const page: any = await search({ query: 'zitherette', sort: 'price_asc', page_size: 10, cursor })
      seen.push(...names(page))
      cursor = page.next_cursor
      await addProduct(shop.owner.client, shop.store.id, {
        name: `Zitherette early ${seen.length}`,
        price_amount: 1,
      })
    } while (cursor !== null)
    const numbered = seen.filter((name) => name.includes('Nº'))
    expect(new Set(numbered).size).toBe(25)
    expect(numbered).toHaveLength(25)
  })

  test('a search sorts by every order', async () => {
    for (const sort of ['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) {
      expect((await search({ query: 'zitherette', sort })).items.length).toBeGreaterThan(0)
    }
    const dearest = await search({ query: 'zitherette', sort: 'price_desc', page_size: 2 })
    expect(names(dearest)).toEqual(['Zitherette Nº 25', 'Zitherette Nº 24'])
  })

  test('hostile searches are bounded and answered', async () => {
    const visitor = platform.visitor()
    for (
      const query of [
        '%'.repeat(10_000),
        "'); drop table products;--",
        '('.repeat(500),
        'a & | ! <-> b',
        '\\',
        '🪕',
        'x '.repeat(5000),
      ]
    ) {
      expect((await refusal(visitor.rpc('search_products', { query }))).code).toBeUndefined()
    }
    expect((await refusal(visitor.rpc('search_products', { cursor: 'forged' }))).code).toBe('invalid_cursor')
    expect((await refusal(visitor.rpc('search_products', { sort: 'name' }))).code).toBe('invalid_sort')
    expect((await refusal(visitor.rpc('search_products', { min_price: 9, max_price: 1 }))).code).toBe(
      'invalid_filter',
    )
    const all = await search({ page_size: 1_000_000 })
    expect(all.items.length).toBeLessThanOrEqual(100)
  })
})
