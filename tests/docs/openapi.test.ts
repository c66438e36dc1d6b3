import { Validator } from '@seriousme/openapi-schema-validator'
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import project from '../../supabase/project.ts'
import { ownerUrl } from '../../supabase/local/index.ts'
import { connectAs, createDatabase } from '../support/index.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}
type Schema = { $ref?: string; required?: string[]; properties?: Record<string, object> }
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: object
}

describe('the document of the API', () => {
  let document: Document
  let verbs: string[]

  beforeAll(async () => {
    const database = await createDatabase('project')
    document = await project.describeApi!({
      apiUrl: 'http://127.0.0.1:54321',
      databaseUrl: ownerUrl(database),
    }) as Document
    const rows = await connectAs(database, 'postgres')<{ name: string }[]>`
      select distinct routine_name as name from information_schema.role_routine_grants
      where specific_schema = 'public' and grantee in ('anon', 'authenticated')
        and routine_name not in (select proname from pg_proc join pg_type on pg_type.oid = any (proargtypes)
          where pronamespace = 'public'::regnamespace and typtype = 'c')`
    verbs = rows.map(({ name }) => name)
  })

  const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path))

  test('the document of the API is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    const validator = new Validator()
    expect(await validator.validate({ ...document })).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    const references = new Set(JSON.stringify(document).match(/#\/components\/[^"]+/g))
    const dangling = [...references].filter((reference) =>
      reference.slice(2).split('/').reduce<unknown>(
        (at, key) => (at as Record<string, unknown>)?.[key],
        document,
      ) ===
        undefined
    )
    expect(dangling).toEqual([])
  })

  test('every verb that an application may call is in the document of the API, and says what it does', () => {
    expect(verbs.length).toBeGreaterThan(30)
    expect(verbs.filter((verb) => document.paths[`/rest/v1/rpc/${verb}`]?.['post'] === undefined)).toEqual([])
    expect(operations().filter(({ summary, tags }) => !summary || !tags[0])).toEqual([])
    const ids = operations().map(({ operationId }) => operationId)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test('every edge function, and every route of one that docs/api.md names, is in the document of the API', () => {
    const described = Object.keys(document.paths).filter((path) => path.startsWith('/functions/v1/'))
    const matches = (route: string) =>
      described.some((path) =>
        new RegExp(`^${path.replace(/[.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`).test(route)
      )
    const functions = readdirSync('functions', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map(({ name }) => name)
    expect(functions.filter((name) => !described.some((path) => path.split('/')[3] === name))).toEqual([])
    const page = readFileSync('docs/api.md', 'utf8').replaceAll(/\$\{[^}]*\}/g, 'x')
    const named = [
      ...[...page.matchAll(/functions\.invoke\('([^']+)'/g)].map(([, route]) => `/functions/v1/${route}`),
      ...[...page.matchAll(/\/functions\/v1\/[\w./-]+/g)].map(([route]) => route),
    ]
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((route) => !matches(route))).toEqual([])
  })

  test('the document of the API has what only one place knows: rights, rows, formats, what is required', () => {
    const body = (path: string, method: string) =>
      document.paths[path]![method]!.requestBody!.content['application/json'].schema
    expect(body('/rest/v1/rpc/create_store', 'post').required).toContain('country_code')
    expect(body('/rest/v1/rpc/add_to_cart', 'post').properties!['variant_id']).toMatchObject({
      format: 'uuid',
    })
    expect(body('/functions/v1/payments/intents', 'post').required).toEqual(['checkout_id'])
    const answer = document.paths['/rest/v1/rpc/create_store']!['post']!.responses['200']!
    expect(answer.content!['application/json']!.schema).toEqual({ $ref: '#/components/schemas/row_stores' })
    // What moves stock, money or status is written by verbs only.
    expect(Object.keys(document.paths['/rest/v1/orders']!)).toEqual(['get'])
    expect(Object.keys(body('/rest/v1/cart_items', 'patch').properties!)).toEqual(['quantity'])
  })
})
