import { beforeAll, expect, test } from 'vitest'
import type postgres from 'postgres'
import project from '../../supabase/project.ts'
import { connectAs, createDatabase } from '../support/index.ts'

let sql: postgres.Sql
beforeAll(async () => {
  sql = connectAs(await createDatabase('project'))
})

test('links begin with the address of the pages that are served, unless somebody set another one', async () => {
  const announced = async (url: string) => {
    await project.site!.announce!(sql, url)
    const [settings] = await sql<{ storefront_url: string }[]>`select storefront_url from private.settings`
    return settings!.storefront_url
  }
  expect(await announced('http://127.0.0.1:3700')).toBe('http://127.0.0.1:3700')
  expect(await announced('http://localhost:3000')).toBe('http://localhost:3000')
  await sql`update private.settings set storefront_url = 'https://shop.example.com'`
  expect(await announced('http://127.0.0.1:3000')).toBe('https://shop.example.com')
})
