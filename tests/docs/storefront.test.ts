import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connectAs, createDatabase } from '../support/index.ts'

interface Routes {
  ROUTES: [path: string, load: () => Promise<unknown>][]
  findRoute(path: string): { load: () => Promise<unknown>; params: Record<string, string> } | undefined
}

// Not by name: the compiler of these tests does not read pages of the browser.
const { ROUTES, findRoute } = await import(
  join(resolve('docs/examples/storefront/src'), 'routes.ts')
) as Routes

const read = (path: string) => readFileSync(path, 'utf8')

/** The route that shows an address. */
const shown = (path: string) => ROUTES.find(([, load]) => load === findRoute(path)?.load)?.[0]

describe('docs/storefront.md', () => {
  test('the table of docs/storefront.md has every route of the storefront, in their order', () => {
    const listed = [...read('docs/storefront.md').matchAll(/^\| `(\/[^`]*)` /gm)].map(([, path]) => path)
    expect(listed).toEqual(ROUTES.map(([path]) => path))
  })

  test('every link in a letter leads to a screen of its own, never to the page of a store by chance', () => {
    const letters = read('functions/emails/templates.ts') + read('functions/emails/bookings.ts')
    const links = [...letters.matchAll(/button\([\w.]+, setting, ([^)]+)\)/g)]
      .map(([, parts]) =>
        parts!.split(', ').map((part) => /^'(.*)'$/.exec(part)?.[1] ?? `some-${part.split('.').at(-1)}`)
      )
    expect(links.length).toBeGreaterThan(10)
    const routes = links.map((parts) => [`/${parts.join('/')}`, shown(`/${parts.join('/')}`)])
    expect(routes.filter(([, route]) => route === undefined)).toEqual([])
    // Only goods that are back, and another time for who cannot come, lead to a store.
    expect(routes.filter(([, route]) => route?.startsWith('/:store'))).toEqual([
      ['/some-link/some-slug', '/:store/:product'],
      ['/some-link', '/:store'],
    ])
  })

  test('the routes that docs/api.md promises are there', () => {
    const section = read('docs/api.md').split('Letters lead to these routes')[1]!.split('\n## ')[0]!
    const promised = [...section.matchAll(/^\| `(\/[^`]*)` /gm)].map(([, path]) => path!)
    expect(promised.length).toBeGreaterThan(5)
    for (const path of promised) {
      const route = shown(path.replace(/:(\w+)/g, 'some-$1'))
      expect(route?.replace(/:\w+/g, ':'), path).toBe(path.replace(/:\w+/g, ':'))
    }
  })

  test('no store can take the first word of a route as its link, so its page never hides a screen', async () => {
    const sql = connectAs(await createDatabase('project'), 'postgres')
    const reserved = (await sql`select slug from private.reserved_links`).map(({ slug }) => slug as string)
    const words = new Set(
      ROUTES.map(([path]) => path.split('/')[1]!).filter((word) => word !== '' && !word.startsWith(':')),
    )
    expect(words.size).toBeGreaterThan(15)
    expect([...words].filter((word) => !reserved.includes(word))).toEqual([])
  })

  test('the token of an invitation may have a point in it, and what is no address is none', () => {
    expect(findRoute('/invitations/01a2.9f')?.params).toEqual({ token: '01a2.9f' })
    expect(findRoute('/willow%20wick/')?.params).toEqual({ store: 'willow wick' })
    expect(findRoute('/a/b/c')).toBeUndefined()
    expect(findRoute('/%E0%A4%A')).toBeUndefined()
  })
})
