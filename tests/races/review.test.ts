import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { draws } from '../support/index.ts'
import {
  call,
  createProduct,
  createStore,
  createUser,
  createUsers,
  must,
  type Outcome,
  type Product,
  receive,
  type Store,
} from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

/** What a review is, as a verb answers its row to the driver: `(id,…)`. */
const idOf = (row: string): string => row.slice(1, 37)

describe('reviews', () => {
  let arena: Arena
  let store: Store
  let admin: string
  beforeAll(async () => {
    arena = await openArena(50)
    store = await createStore(arena.owner)
    admin = await createUser(arena.owner)
    await arena.owner`insert into private.platform_admins (user_id) values (${admin})`
  })

  /** People who received a product. */
  async function owners(product: Product, count: number): Promise<string[]> {
    const people = await createUsers(arena.owner, count)
    const queue = [...people]
    const work = async () => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
        await receive(arena.owner, one, [product])
      }
    }
    await Promise.all([work(), work(), work(), work()])
    return people
  }
  const submit = (author: string, product: Product, rating: number, more = {}): Promise<Outcome<string>> =>
    call(arena.clients, author, 'submit_review', {
      subject_type: 'product',
      subject_id: product.id,
      rating,
      ...more,
    })
  const totals = async (product: Product) => {
    const [row] = await arena.owner`
      select rating_count, rating_sum::int from public.rating_totals where subject_id = ${product.id}`
    return row
  }

  test('fifty submissions by one buyer at once make one review', REPEATS, async () => {
    const product = await createProduct(arena.owner, store)
    const [buyer] = await owners(product, 1)
    const outcomes = await race(Array.from({ length: 50 }, () => () => submit(buyer!, product, 4)))
    expect(tally(outcomes)).toEqual({ ok: 1, review_exists: 49 })
    expect(await totals(product)).toEqual({ rating_count: 1, rating_sum: 4 })
    await expectSound(arena.owner)
  })

  test(
    'a submission that is sent many times under one key is answered with one review',
    REPEATS,
    async () => {
      const product = await createProduct(arena.owner, store)
      const [buyer] = await owners(product, 1)
      const key = { idempotency_key: randomUUID() }
      const outcomes = await race(Array.from({ length: 20 }, () => () => submit(buyer!, product, 5, key)))
      expect(tally(outcomes)).toEqual({ ok: 20 })
      const ids = outcomes.map((outcome) => outcome.outcome === 'ok' ? idOf(outcome.value) : '')
      expect(new Set(ids).size).toBe(1)
      expect(await totals(product)).toEqual({ rating_count: 1, rating_sum: 5 })
    },
  )

  test('twenty votes by one person at once are one vote', REPEATS, async () => {
    const product = await createProduct(arena.owner, store)
    const [author, ...readers] = await owners(product, 1).then(async ([one]) => [
      one!,
      ...await createUsers(arena.owner, 5),
    ])
    const review_id = idOf(await must(submit(author!, product, 5)))
    const outcomes = await race([
      ...Array.from(
        { length: 20 },
        () => () => call<string>(arena.clients, readers[0]!, 'vote_review', { review_id, value: 1 }),
      ),
      ...readers.slice(1).map((reader, index) => () =>
        call<string>(arena.clients, reader, 'vote_review', { review_id, value: index % 2 === 0 ? 1 : -1 })
      ),
    ])
    expect(tally(outcomes)).toEqual({ ok: 24 })
    const [review] = await arena.owner`
      select helpful_count, unhelpful_count from public.reviews where id = ${review_id}`
    expect(review).toEqual({ helpful_count: 3, unhelpful_count: 2 })
    await expectSound(arena.owner)
  })

  test(
    'whatever is written, changed, deleted, hidden and restored at once, the stars add up',
    REPEATS,
    async () => {
      const draw = draws()
      const pick = <T>(list: T[]): T => list[Math.floor(draw() * list.length)]!
      const [one, two] = [await createProduct(arena.owner, store), await createProduct(arena.owner, store)]
      const people = await createUsers(arena.owner, 12)
      for (const person of people) await receive(arena.owner, person, [one, two])
      const ids: string[] = []
      const step = async (person: string): Promise<Outcome<unknown>> => {
        const review_id = pick(ids) ?? null
        const die = draw()
        if (die < 0.4) {
          const outcome = await submit(person, pick([one, two]), 1 + Math.floor(draw() * 5))
          if (outcome.outcome === 'ok') ids.push(idOf(outcome.value))
          return outcome
        }
        if (die < 0.55) {
          return call(arena.clients, person, 'update_review', {
            review_id,
            rating: 1 + Math.floor(draw() * 5),
          })
        }
        if (die < 0.7) return call(arena.clients, person, 'delete_review', { review_id })
        if (die < 0.8) {
          return call(arena.clients, person, 'vote_review', {
            review_id,
            value: pick([1, -1, 0]),
          })
        }
        if (die < 0.9) return call(arena.clients, person, 'report_review', { review_id, reason: 'other' })
        return call(arena.clients, admin, 'moderate_review', {
          review_id,
          action: pick(['hide', 'restore', 'keep']),
          rule: 'Rule',
          facts: 'Facts',
        })
      }
      const outcomes = (await Promise.all(people.map(async (person) => {
        const all: Outcome<unknown>[] = []
        for (let round = 0; round < 12; round++) all.push(await step(person))
        return all
      }))).flat()
      expect(tally(outcomes)['ok']).toBeGreaterThan(20)
      const codes = Object.keys(tally(outcomes)).filter((code) => !/^[a-z_]+$/.test(code))
      expect(codes).toEqual([])
      await expectSound(arena.owner)
    },
  )

  test('while reviews pour in, every read of one moment says the same', { timeout: 240_000 }, async () => {
    const shop = await createStore(arena.owner)
    const product = await createProduct(arena.owner, shop, 1000, 1000)
    const people = await owners(product, 200)
    let isDone = false
    const writing = (async () => {
      const queue = [...people]
      const write = async () => {
        for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
          await must(submit(one, product, 1 + queue.length % 5))
        }
      }
      await Promise.all([write(), write(), write(), write()])
      isDone = true
    })()
    let snapshots = 0
    const sums = new Set<number>()
    const look = async () => {
      while (snapshots < 500) {
        snapshots++
        const [seen] = await arena.owner.begin('isolation level repeatable read read only', async (tx) => [
          (await tx`
            select search_products(store_id => ${shop.id}) as search, get_product(${product.id}) as page,
              list_reviews('product', ${product.id}) as list,
              (select count(*)::int from reviews where subject_id = ${product.id} and status = 'visible') as counted,
              (select sum(rating)::int from reviews where subject_id = ${product.id} and status = 'visible') as summed,
              (select rating_sum::int from rating_totals where subject_id = ${product.id}) as sum,
              (select rating_average::float from products where id = ${product.id}) as average`)[0]!,
        ])
        const facts = (answer: { rating_average: number | null; rating_count: number }) =>
          `${answer.rating_average} ${answer.rating_count}`
        const { search, page, list, counted, summed, sum, average } = seen as never as Record<string, never>
        const { items, facets } = search as unknown as {
          items: never[]
          facets: { ratings: Record<string, number> }
        }
        const expected = `${average} ${counted}`
        expect([facts(items[0]!), facts(page!), facts(list!), sum]).toEqual([
          expected,
          expected,
          expected,
          summed,
        ])
        expect(facets.ratings['3']).toBe((average ?? 0) >= 3 ? 1 : 0)
        expect(facets.ratings['1']).toBe((counted ?? 0) > 0 ? 1 : 0)
        sums.add(counted! as number)
      }
    }
    await Promise.all([writing, look(), look()])
    expect(isDone).toBe(true)
    expect(sums.size, 'reads fell between the writes').toBeGreaterThan(10)
    expect(await totals(product)).toEqual({ rating_count: 200, rating_sum: 600 })
    await expectSound(arena.owner)
  })
})
