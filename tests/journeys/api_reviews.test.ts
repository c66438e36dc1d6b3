import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  must,
  randomPhone,
  refusal,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { type Article, ask, buy, offer, openStore, PIXEL } from './world.ts'

describe('docs/api.md, word for word: reviews', () => {
  const page = new Snippets('docs/api.md', 'Reviews')
  let platform: TestPlatform
  let owner: SignedIn
  let admin: SignedIn
  let store_id: string
  let candle: Article
  const signIn = (): Promise<SignedIn> =>
    signInByPhone(platform.visitor({ global: { fetch: page.fetch } }), platform.inbox, randomPhone())
  /** Somebody whose candle has arrived. */
  const customer = async (name: string): Promise<SignedIn> => {
    const person = await signIn()
    await must(person.client.from('profiles').update({ full_name: name }).eq('id', person.user.id).select())
    const placed = await buy(person, candle)
    const order_id = placed.orders[0]!.id
    await ask(owner.client, 'record_cash_payment', { order_id })
    for (const status of ['shipped', 'delivered']) {
      await ask(owner.client, 'advance_order', { order_id, status })
    }
    return person
  }
  const write = async (author: SignedIn, rating: number, more = {}): Promise<string> => {
    const review = await ask<{ id: string }>(author.client, 'submit_review', {
      subject_type: 'product',
      subject_id: candle.productId,
      rating,
      ...more,
    })
    return review.id
  }

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await signIn()
    admin = await signIn()
    await platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
    store_id = await openStore(owner)
    candle = await offer(owner, store_id, 'Cedar & Smoke Candle', 2400, 1000)
  }, 60_000)
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('who received a product reviews it with a photo, changes the review and takes it back', async () => {
    const maya = await customer('Maya Brooks')
    const given = { supabase: maya.client, user: maya.user, store_id, product_id: candle.productId }
    const picture = new Blob([PIXEL], { type: 'image/png' })
    const { review, photo } = await page.run('submit_review', { ...given, picture })
    expect(review).toMatchObject({ rating: 5, status: 'visible', author_name: 'Maya B.' })
    const made = await maya.client.functions.invoke('images', { body: { path: photo.path } })
    expect(made.error).toBeNull()
    expect(made.data.renditions).toHaveLength(1)

    const visitor = platform.visitor()
    const shown = async () => {
      const [product, card, list] = await Promise.all([
        ask<{ rating_average: number }>(visitor, 'get_product', { product_id: candle.productId }),
        ask<{ items: { rating_count: number }[] }>(visitor, 'search_products', { query: 'cedar', store_id }),
        ask<{ items: { media: string[]; is_mine: boolean }[] }>(visitor, 'list_reviews', {
          subject_type: 'product',
          subject_id: candle.productId,
        }),
      ])
      return [product.rating_average, card.items[0]!.rating_count, list.items]
    }
    expect(await shown()).toMatchObject([5, 1, [{ media: [photo.path], is_mine: false }]])
    const { mine } = await page.run("from('reviews')", given)
    expect(mine).toMatchObject([{
      id: review.id,
      review_media: [{ path: photo.path }],
      review_replies: null,
    }])
    await page.run('delete_review', { ...given, review_id: review.id })
    expect(await shown()).toEqual([null, 0, []])
  }, 60_000)

  test(
    'readers vote and report, the store answers, the marketplace decides, and the author appeals',
    async () => {
      const [author, reader] = [await customer('Leo Castillo'), await signIn()]
      const review_id = await write(author, 1, { body: 'It did not burn.' })
      const given = { review_id, store_id, product_id: candle.productId }
      await page.run('vote_review', { ...given, supabase: reader.client })
      await page.run('reply_to_review', { ...given, supabase: owner.client })
      const { reviews, critical } = await page.run('list_reviews', { ...given, supabase: reader.client })
      expect(reviews).toMatchObject({
        rating_average: 1,
        rating_bars: { 1: 1, 5: 0 },
        items: [{ helpful_count: 1, my_vote: 1, reply: { body: 'Thank you, Maya!' } }],
      })
      expect(critical.items).toHaveLength(1)

      const store = await ask(platform.visitor(), 'get_store_by_link', { link: 'harbour-light' })
      expect(store).toMatchObject({ rating_average: null, rating_count: 0 })
      const { queue, decision } = await page.run('moderate_review', { ...given, supabase: admin.client })
      expect(queue).toContainEqual(
        expect.objectContaining({ review_id, causes: ['reported'], report_count: 1 }),
      )
      expect(decision).toMatchObject({ action: 'hide', is_automated: false, author_id: author.user.id })
      const hidden = await ask<{ items: unknown[] }>(reader.client, 'list_reviews', {
        subject_type: 'product',
        subject_id: candle.productId,
      })
      expect(hidden).toMatchObject({ rating_average: null, rating_count: 0, items: [] })
      expect((await refusal(owner.client.rpc('reply_to_review', { review_id, body: 'No' }))).code)
        .toBe('review_not_found')
      await page.run('appeal_decision', { ...given, supabase: author.client })
      await ask(admin.client, 'moderate_review', { review_id, action: 'restore' })
      expect(
        await ask(reader.client, 'list_reviews', {
          subject_type: 'product',
          subject_id: candle.productId,
        }),
      ).toMatchObject({ rating_average: 1, rating_count: 1 })
    },
    60_000,
  )

  test(
    'a store is reviewed by who bought there, and its page and structured data have the stars',
    async () => {
      const anika = await customer('Anika Rao')
      await ask(anika.client, 'submit_review', { subject_type: 'store', subject_id: store_id, rating: 4 })
      const { totals } = await page.run("from('rating_totals')", {
        supabase: platform.visitor(),
        store_id,
        user: anika.user,
      })
      expect(totals).toMatchObject({ rating_average: 4, rating_count: 1, stars_4: 1 })
      const link =
        (await must(platform.visitor().from('stores').select('slug').eq('id', store_id).single())).slug
      const answer = await fetch(`${platform.apiUrl}/functions/v1/store-links/${link}`)
      expect(await answer.json()).toMatchObject({
        rating_average: 4,
        structured_data: { '@type': 'Store', aggregateRating: { ratingValue: 4, reviewCount: 1 } },
      })
    },
    60_000,
  )

  test(
    "photos of a review are the author's: neither the store nor a stranger writes among them",
    async () => {
      const [author, stranger] = [await customer('Tom Whitaker'), await signIn()]
      const path = `${store_id}/reviews/${author.user.id}/one.png`
      const upload = (who: SignedIn, to: string) =>
        who.client.storage.from('store-media').upload(to, new Blob([PIXEL], { type: 'image/png' }))
      expect((await upload(author, path)).error).toBeNull()
      for (const who of [owner, stranger]) {
        expect((await upload(who, `${store_id}/reviews/${author.user.id}/two.png`)).error).not.toBeNull()
        await who.client.storage.from('store-media').remove([path])
      }
      expect((await upload(stranger, `${store_id}/candles/x.png`)).error).not.toBeNull()
      const review_id = await write(author, 5, { media: [path] })
      expect(
        (await refusal(stranger.client.rpc('submit_review', {
          subject_type: 'product',
          subject_id: candle.productId,
          rating: 5,
          media: [path],
        }))).code,
      ).toBe('purchase_required')
      const late = await customer('Yuki Tanaka')
      expect(
        (await refusal(late.client.rpc('submit_review', {
          subject_type: 'product',
          subject_id: candle.productId,
          rating: 5,
          media: [path],
        }))).code,
      ).toBe('invalid_media')

      // What no review shows is removed after a day, and what one shows is not.
      expect((await upload(author, `${store_id}/reviews/${author.user.id}/unused.png`)).error).toBeNull()
      await platform.sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica` // a trigger would write the present time
        await tx`update storage.objects set updated_at = now() - interval '25 hours' where name like '%/reviews/%'`
      })
      const stale = async () =>
        (await must<string[]>(platform.service().rpc('list_stale_image_copies')))
          .filter((name) => name.includes(author.user.id))
      expect(await stale()).toEqual([`${store_id}/reviews/${author.user.id}/unused.png`])
      await ask(author.client, 'delete_review', { review_id })
      expect(await stale()).toHaveLength(2)
    },
    60_000,
  )

  test(
    'pages of reviews go on where the one before ended, in every order, while others are written',
    async () => {
      const lamp = await offer(owner, store_id, 'Paged Lamp', 2400, 1000)
      const authors = await Promise.all(Array.from({ length: 7 }, () => signIn()))
      const [line] = await platform.sql<{ id: string }[]>`select id from public.order_lines limit 1`
      for (const [index, author] of authors.entries()) {
        await platform.sql`
        insert into public.reviews
          (store_id, subject_type, subject_id, author_id, order_line_id, rating, helpful_count)
        values
          (${store_id}, 'product', ${lamp.productId}, ${author.user.id}, ${line!.id}, ${1 + index % 3}, ${
          index % 2
        })`
      }
      const walk = async (sort: string, rating?: number) => {
        const ids: string[] = []
        let cursor: string | null = null
        do {
          const read: { items: { id: string }[]; next_cursor: string | null } = await ask(
            platform.visitor(),
            'list_reviews',
            { subject_type: 'product', subject_id: lamp.productId, sort, rating, page_size: 2, cursor },
          )
          ids.push(...read.items.map(({ id }) => id))
          cursor = read.next_cursor
        } while (cursor !== null)
        return ids
      }
      const expected = async (order: string, where = 'true') =>
        (await platform.sql.unsafe(
          `select id from public.reviews where subject_id = '${lamp.productId}' and ${where} order by ${order}`,
        )).map((row) => row['id'] as string)
      expect(await walk('newest')).toEqual(await expected('id desc'))
      expect(await walk('helpful')).toEqual(await expected('helpful_count desc, id desc'))
      expect(await walk('highest')).toEqual(await expected('rating desc, id desc'))
      expect(await walk('lowest')).toEqual(await expected('rating, id desc'))
      expect(await walk('helpful', 1)).toEqual(await expected('helpful_count desc, id desc', 'rating = 1'))
      expect(await walk('lowest', 2)).toEqual(await expected('id desc', 'rating = 2'))
      const refused = async (args: Record<string, unknown>) =>
        (await refusal(
          platform.visitor().rpc('list_reviews', {
            subject_type: 'product',
            subject_id: lamp.productId,
            ...args,
          }),
        )).code
      expect(await refused({ sort: 'best' })).toBe('invalid_sort')
      expect(await refused({ rating: 6 })).toBe('invalid_filter')
      expect(await refused({ cursor: 'x' })).toBe('invalid_cursor')
      expect(await refused({ subject_type: 'basket' })).toBe('invalid_subject')
      expect(await refused({ subject_id: crypto.randomUUID() })).toBe('product_not_found')
      expect(await refused({ subject_type: 'store' })).toBe('store_not_found')
      await platform.sql`delete from public.reviews where subject_id = ${lamp.productId}`
    },
    60_000,
  )
})
