import sharp from 'sharp'
import { encode } from 'uqr'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createHandler } from '../../functions/store-links/handler.ts'
import { answerOf, type Answers, post, sqlOf } from './support.ts'

const FUNCTION_URL = 'https://api.example/functions/v1/store-links'
const card = {
  id: '0198f000-0000-7000-8000-00000000c0de',
  name: 'Blüten',
  link: 'blueten',
  url: 'https://shop.example/blueten',
  currency: 'EUR',
  is_current: true,
}

function build(answers: Answers = {}) {
  const database = sqlOf({ get_store_by_link: card, ...answers })
  const handler = createHandler({ sql: database.sql, functionUrl: FUNCTION_URL })
  return {
    ...database,
    get: (path: string) => handler(new Request(`http://functions/store-links${path}`)),
    handler,
  }
}

describe('a store by its link', () => {
  test('a store by its link comes with its address and its codes', async () => {
    const { get, calls } = build()
    expect(await answerOf(await get('/blueten'))).toEqual([200, {
      ...card,
      qr: { svg: `${FUNCTION_URL}/blueten/qr.svg`, png: `${FUNCTION_URL}/blueten/qr.png` },
      structured_data: { '@context': 'https://schema.org', '@type': 'Store', name: 'Blüten', url: card.url },
    }])
    expect(calls[0]!.args).toEqual({ link: 'blueten' })
  })

  test('a store that was reviewed tells search engines its average and how many reviews it has', async () => {
    const rated = { ...card, rating_average: 4.33, rating_count: 3 }
    const [status, body] = await answerOf(await build({ get_store_by_link: rated }).get('/blueten'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      structured_data: {
        aggregateRating: {
          '@type': 'AggregateRating',
          ratingValue: 4.33,
          reviewCount: 3,
          bestRating: 5,
          worstRating: 1,
        },
      },
    })
  })

  test.each(['', '/qr.svg', '/qr.png?size=256'])('an old link%s leads to the current one', async (rest) => {
    const response = await build({ get_store_by_link: { ...card, is_current: false } }).get(`/flowers${rest}`)
    expect([response.status, response.headers.get('location')]).toEqual([
      308,
      `${FUNCTION_URL}/blueten${rest}`,
    ])
  })

  test('a person is sent to the page of a store, from an old link as well', async () => {
    const response = await build({ get_store_by_link: { ...card, is_current: false } }).get('/flowers/open')
    expect([response.status, response.headers.get('location')]).toEqual([302, card.url])
  })

  test('a link that does not exist is a 404', async () => {
    const { get } = build({
      get_store_by_link: new Problem(404, 'store_not_found', 'No store has that link.'),
    })
    expect(await answerOf(await get('/none'))).toMatchObject([404, { code: 'store_not_found' }])
  })

  test.each(['/%E0%A4%A', '/blueten/qr.gif', '/blueten/qr.svg/x'])('%s is no route', async (path) => {
    expect(await answerOf(await build().get(path))).toMatchObject([404, { code: 'route_not_found' }])
  })
})

describe('its code', () => {
  const squares = encode(card.url, { ecc: 'M', border: 4 }).data

  test('the code of a store is drawn as SVG', async () => {
    const response = await build().get('/blueten/qr.svg')
    expect(response.headers.get('content-type')).toBe('image/svg+xml')
    expect(await response.text()).toMatch(/^<svg /)
  })

  test.each([64, 300, 1000])(
    'the code of a store as PNG near %d pixels shows exactly the link',
    async (size) => {
      const response = await build().get(`/blueten/qr.png?size=${size}`)
      expect(response.headers.get('content-type')).toBe('image/png')
      const picture = sharp(Buffer.from(await response.arrayBuffer()))
      const { data, info } = await picture.grayscale().raw().toBuffer({ resolveWithObject: true })
      const scale = info.width / squares.length
      expect(Number.isInteger(scale) && info.width <= size && info.width > size - squares.length).toBe(true)
      const shown = squares.map((row, y) =>
        row.map((_, x) => data[((y + 0.5) * scale | 0) * info.width + ((x + 0.5) * scale | 0)] === 0)
      )
      expect(shown).toEqual(squares)
    },
  )

  test.each(['63', '2049', 'x', '1.5'])('a size of %s is refused', async (size) => {
    expect((await build().get(`/blueten/qr.png?size=${size}`)).status).toBe(422)
  })
})

describe('changing it', () => {
  const change = { store_id: card.id, link: 'Fresh Flowers' }

  test('changing a link answers the store under its new one', async () => {
    const { handler, calls } = build({ rename_store_link: { slug: 'fresh-flowers' } })
    expect(await answerOf(await handler(post('/store-links', change)))).toMatchObject([200, {
      name: 'Blüten',
    }])
    expect(calls).toEqual([
      { name: 'rename_store_link', args: change },
      { name: 'get_store_by_link', args: { link: 'fresh-flowers' } },
    ])
  })

  test.each([[403, 'store_role_required'], [409, 'link_taken'], [422, 'link_reserved']])(
    'a refusal of the database passes through: %d %s',
    async (status, code) => {
      const { handler } = build({ rename_store_link: new Problem(status, code, 'No.') })
      expect(await answerOf(await handler(post('/store-links', change)))).toEqual([status, {
        code,
        message: 'No.',
      }])
    },
  )

  test.each([{}, { ...change, owner_id: card.id }, { ...change, link: '' }])(
    '%j is refused',
    async (body) => {
      expect((await build().handler(post('/store-links', body))).status).toBe(422)
    },
  )
})
