import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { call, createStore } from '../support/market.ts'
import { type Arena, expectSound, openArena, race, REPEATS, tally } from './arena.ts'

let arena: Arena
beforeAll(async () => {
  arena = await openArena(10)
})

test('one list sent ten times at once is imported once', REPEATS, async () => {
  const store = await createStore(arena.owner)
  const names = Array.from({ length: 5 }, (_, index) => `Thing ${index} ${randomUUID()}`)
  const csv = ['name,category,price,quantity', ...names.map((name) => `${name},Race,1.50,3`)].join('\n')

  const outcomes = await race(
    Array.from(
      { length: 10 },
      () => () =>
        call<{ imported: number; failed: number }>(arena.clients, store.ownerId, 'import_products', {
          store_id: store.id,
          csv,
        }),
    ),
  )

  expect(tally(outcomes)).toEqual({ ok: 10 })
  const answers = outcomes.map((outcome) => outcome.outcome === 'ok' ? outcome.value.imported : -1)
  expect(answers.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, names.length])
  const products = await arena.owner`select name from public.products where store_id = ${store.id}`
  expect(products.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  await expectSound(arena.owner)
})
