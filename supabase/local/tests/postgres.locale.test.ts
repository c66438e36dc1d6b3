import { describe, expect, test } from 'vitest'
import { installPlatform } from '../postgres/index.ts'
import { connectAs, createDatabase, createDatabaseOfLocaleC } from '../testing/index.ts'

describe('the letters of a database', () => {
  test('are those of all scripts, for text search and trigrams too, as on a hosted project', async () => {
    const sql = connectAs(await createDatabase('platform'), 'supabase_admin')
    await sql`create extension pg_trgm with schema extensions`
    const [answer] = await sql`
      select to_tsvector('simple', 'Кофе École')::text as words, extensions.similarity('Кофе', 'кофе') as likeness,
        to_tsvector('simple', 'Кофе') @@ plainto_tsquery('simple', 'кофе') as is_found`
    expect(answer).toEqual({ words: "'école':2 'кофе':1", likeness: 1, is_found: true })
  })

  test('cannot change later: a start says that data with English letters only needs a reset', async () => {
    const database = await createDatabaseOfLocaleC()
    expect(await installPlatform(database)).toEqual(['locale'])
    expect(await installPlatform(await createDatabase('platform'))).toEqual([])
  }, 120_000)
})
