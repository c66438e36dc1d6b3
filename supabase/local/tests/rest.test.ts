import { randomUUID } from 'node:crypto'
import type { SupabaseClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dropFixtures, eventually, makeFixtures, reload } from './rest/fixtures.ts'
import { openTarget, type Target } from './rest/target.ts'

// Scenarios of PostgREST's interface. They run against the local platform, any Supabase project, or a bare PostgREST:
// see rest/target.ts for the environment that names it.

let target: Target
let db: SupabaseClient

beforeAll(async () => {
  target = await openTarget()
  db = target.visitor
  await makeFixtures(target)
})

afterAll(() => dropFixtures(target))

/** The rows of an answer that must not be an error. */
async function rows(answer: PromiseLike<{ data: unknown; error: unknown }>): Promise<unknown> {
  const { data, error } = await answer
  expect(error).toBeNull()
  return data
}

/** What a client sees of an error. */
async function failure(answer: PromiseLike<{ error: unknown; status: number }>) {
  const { error, status } = await answer
  return {
    status,
    ...(error as { code: string; message: string; details: string | null; hint: string | null }),
  }
}

/** The client's types hide `maxAffected` where they do not know the server's version. */
const atMostOne = (query: unknown) =>
  (query as { maxAffected(rows: number): PromiseLike<{ error: unknown; status: number }> }).maxAffected(1)

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

describe('reading', () => {
  test('aliases, casts and places inside JSON', async () => {
    const select = 'key:id,budget::text,k:meta->k->>n,meta->list->1,first:tags->0'
    expect(await rows(db.from('rest_projects').select(select).eq('id', 1))).toEqual([
      { key: 1, budget: '10.50', k: '1', list: 6, first: 'a' },
    ])
  })

  test('numbers larger than a double come through unharmed', async () => {
    const text = await (await target.send('/rest_projects?select=big,budget,starts&id=eq.1')).text()
    expect(text).toBe('[{"big":9007199254740993,"budget":10.50,"starts":"2024-01-01T00:00:00+00:00"}]')
  })

  const filters: [
    string,
    (q: ReturnType<typeof base>) => PromiseLike<{ data: unknown; error: unknown }>,
    number[],
  ][] = [
    ['neq', (q) => q.neq('id', 1), [2, 3, 4]],
    ['gt and lte', (q) => q.gt('id', 1).lte('id', 3), [2, 3]],
    ['like', (q) => q.like('name', '%a'), [1, 2, 3]],
    ['ilike', (q) => q.ilike('name', 'ALPHA'), [1]],
    ['like any', (q) => q.likeAnyOf('name', ['Al%', 'Be%']), [1, 2]],
    ['is null', (q) => q.is('client_id', null), [4]],
    ['is false', (q) => q.is('done', false), [1, 2, 3, 4]],
    ['not in', (q) => q.not('id', 'in', '(1,2)'), [3, 4]],
    ['in with commas', (q) => q.in('name', ['Alpha', 'a,b', 'with "quotes"']), [1]],
    ['contains array', (q) => q.contains('tags', ['b']), [1, 2]],
    ['overlaps', (q) => q.overlaps('tags', ['a', 'c']), [1, 2]],
    ['contains JSON', (q) => q.contains('meta', { k: { n: 2 } }), [2]],
    ['range', (q) => q.rangeGt('span', '[5,7)'), [2]],
    ['adjacent range', (q) => q.rangeAdjacent('span', '[5,10)'), [1, 2]],
    ['full text', (q) => q.textSearch('about', 'fox', { config: 'english' }), [1]],
    ['web search', (q) => q.textSearch('about', 'lazy -cat', { type: 'websearch' }), [2]],
    ['regular expression', (q) => q.filter('name', 'match', '^[AB]'), [1, 2]],
    ['logic', (q) => q.or('id.eq.1,and(client_id.eq.2,not.or(budget.is.null,budget.gt.100))'), [1, 3]],
    ['JSON', (q) => q.eq('meta->k->>n', '2'), [2]],
  ]
  const base = () => db.from('rest_projects').select('id').order('id')
  test.each(filters)('filter: %s', async (_, filter, expected) => {
    expect(await rows(filter(base()))).toEqual(expected.map((id) => ({ id })))
  })

  test('order, nulls, limit and offset', async () => {
    const query = db.from('rest_projects').select('id').order('budget', {
      ascending: false,
      nullsFirst: true,
    })
    expect(await rows(query.range(1, 2))).toEqual([{ id: 2 }, { id: 3 }])
  })

  test('an empty list matches nothing', async () => {
    expect(await rows(db.from('rest_projects').select('id').in('id', []))).toEqual([])
  })
})

describe('embedding', () => {
  test('to one, to many, through a junction, one to one', async () => {
    const select = 'name,client:rest_clients(name),rest_tasks(name,rest_people(name,rest_badges(code)))'
    expect(
      await rows(
        db.from('rest_projects').select(select).eq('id', 1).order('id', { referencedTable: 'rest_tasks' }),
      ),
    )
      .toEqual([{
        name: 'Alpha',
        client: { name: 'Acme' },
        rest_tasks: [
          { name: 'draw', rest_people: [{ name: 'Ann', rest_badges: { code: 'A1' } }] },
          {
            name: 'build',
            rest_people: [{ name: 'Ann', rest_badges: { code: 'A1' } }, { name: 'Ben', rest_badges: null }],
          },
        ],
      }])
  })

  test('inner joins, filters and limits on embeds', async () => {
    const query = db.from('rest_clients').select('id,rest_projects!inner(id)').eq(
      'rest_projects.name',
      'Gamma',
    )
    expect(await rows(query)).toEqual([{ id: 2, rest_projects: [{ id: 3 }] }])
    const limited = db.from('rest_clients').select('id,rest_projects(id)').eq('id', 1)
      .order('id', { referencedTable: 'rest_projects', ascending: false }).limit(1, {
        referencedTable: 'rest_projects',
      })
    expect(await rows(limited)).toEqual([{ id: 1, rest_projects: [{ id: 2 }] }])
  })

  test('an embed that has an alias may still be called by its target, with a warning', async () => {
    const warning = async (query: string) =>
      (await target.send(`/rest_clients?select=id,work:rest_projects(id)&${query}`)).headers.get('warning')
    expect(await warning('work.id=eq.1')).toBeNull()
    expect(await warning('rest_projects.id=eq.1')).toMatch(
      /^299 PostgRESTv16\S* "Embedded resource was referenced by relation name even though it has an alias\. .* Update `rest_projects` to `work` in query string filters, orders or limits\."$/,
    )
  })

  test('rows without an embed', async () => {
    const query = db.from('rest_projects').select('id,rest_clients()').is('rest_clients', null)
    expect(await rows(query)).toEqual([{ id: 4 }])
  })

  test('spreads', async () => {
    const one = db.from('rest_projects').select('id,...rest_clients(client:name)').eq('id', 3)
    expect(await rows(one)).toEqual([{ id: 3, client: 'Bolt' }])
    const many = db.from('rest_clients').select('id,...rest_projects(projects:name)').order('id')
      .order('name', { referencedTable: 'rest_projects', ascending: false })
    expect(await rows(many)).toEqual([{ id: 1, projects: ['Beta', 'Alpha'] }, { id: 2, projects: ['Gamma'] }])
  })

  test('aggregates that are switched off are refused as such, in a spread of many, too', async () => {
    const refused = await target.send('/rest_clients?select=...rest_projects(budget.sum())')
    expect([refused.status, (await refused.json() as { code: string }).code]).toEqual([400, 'PGRST123'])
  })

  test('tables that only a hidden table relates are not taken for misspelt ones', async () => {
    const refused = await target.send('/rest_ends_1?select=rest_ends_2(*)')
    expect(await refused.json()).toMatchObject({ code: 'PGRST200', hint: null })
  })

  test('spreads of many can be asked for, or for their absence, and hold whole spreads of one', async () => {
    const spread = (has: 'is' | 'not') => {
      const query = db.from('rest_projects').select('id,...rest_tasks(tasks:name)')
      return (has === 'is' ? query.is('rest_tasks', null) : query.not('rest_tasks', 'is', null)).order('id')
        .order('id', { referencedTable: 'rest_tasks' })
    }
    expect(await rows(spread('is'))).toEqual([{ id: 3, tasks: [] }, { id: 4, tasks: [] }])
    expect(await rows(spread('not'))).toEqual([{ id: 1, tasks: ['draw', 'build'] }, {
      id: 2,
      tasks: ['test'],
    }])
    const nested = db.from('rest_tasks').select('name,...rest_people(who:name,...rest_badges(*))').eq('id', 2)
      .order('id', { referencedTable: 'rest_people' })
    expect(await rows(nested)).toEqual([
      { name: 'build', who: ['Ann', 'Ben'], person_id: [1, null], code: ['A1', null] },
    ])
  })

  test('hints, columns and constraints name a relationship; a table may relate to itself', async () => {
    const byConstraint = db.from('rest_projects').select('id,c:rest_clients!rest_projects_client_id_fkey(id)')
      .eq('id', 1)
    expect(await rows(byConstraint)).toEqual([{ id: 1, c: { id: 1 } }])
    const tree = db.from('rest_nodes').select('name,children:rest_nodes(name),parent:parent_id(name)').in(
      'id',
      [1, 2],
    )
      .order('id')
    expect(await rows(tree)).toEqual([
      { name: 'root', children: [{ name: 'left' }, { name: 'right' }], parent: null },
      { name: 'left', children: [], parent: { name: 'root' } },
    ])
  })

  test('order by a column of an embed', async () => {
    const query = db.from('rest_projects').select('id,rest_clients(name)').not('client_id', 'is', null)
      .order('rest_clients(name)', { ascending: false }).order('id')
    expect(await rows(query)).toMatchObject([{ id: 3 }, { id: 1 }, { id: 2 }])
  })

  test('views, computed columns and computed relationships', async () => {
    const view = db.from('rest_project_names').select('name,rest_clients(name),rest_tasks(name)').eq('id', 2)
    expect(await rows(view)).toEqual([{
      name: 'Beta',
      rest_clients: { name: 'Acme' },
      rest_tasks: [{ name: 'test' }],
    }])
    const computed = db.from('rest_clients').select('rest_shout,rest_cheap(name)').eq('rest_shout', 'ACME')
    expect(await rows(computed)).toEqual([{ rest_shout: 'ACME', rest_cheap: [{ name: 'Alpha' }] }])
    const words = db.from('rest_projects').select('id').filter('rest_words', 'fts(english)', 'fox')
    expect(await rows(words)).toEqual([{ id: 1 }])
  })
})

describe('ranges, counts and media types', () => {
  test('counts', async () => {
    const { count, data, status } = await db.from('rest_projects').select('id', { count: 'exact' }).range(
      0,
      1,
    )
    expect({ count, status, length: data?.length }).toEqual({ count: 4, status: 206, length: 2 })
    const head = await db.from('rest_projects').select('*', { count: 'exact', head: true }).lt('id', 3)
    expect(head.count).toBe(2)
  })

  test('an offset beyond the end', async () => {
    expect(await failure(db.from('rest_projects').select('id', { count: 'exact' }).range(10, 12)))
      .toMatchObject({
        status: 416,
        code: 'PGRST103',
        details: 'An offset of 10 was requested, but there are only 4 rows.',
      })
  })

  test('the Range header', async () => {
    const response = await target.send('/rest_projects?select=id&order=id', { headers: { range: '1-2' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-range')).toBe('1-2/*')
    expect(response.headers.get('content-location')).toBe('/rest_projects?order=id&select=id')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('CSV, one object, and nulls left out', async () => {
    expect(await rows(db.from('rest_clients').select().csv())).toBe('id,name\n1,Acme\n2,Bolt')
    expect(await rows(db.from('rest_clients').select().eq('id', 2).single())).toEqual({ id: 2, name: 'Bolt' })
    expect(await rows(db.from('rest_projects').select('id,budget').eq('id', 4).stripNulls())).toEqual([{
      id: 4,
    }])
    expect(await rows(db.from('rest_clients').select().eq('id', 9).maybeSingle())).toBeNull()
  })

  test('no one object out of none or many', async () => {
    expect(await failure(db.from('rest_clients').select().single())).toMatchObject({
      status: 406,
      code: 'PGRST116',
      message: 'Cannot coerce the result to a single JSON object',
      details: 'The result contains 2 rows',
    })
  })

  test('a function may give the body itself', async () => {
    const answer = await target.send('/rpc/rest_xml', {
      headers: { accept: 'text/xml', prefer: 'count=exact' },
    })
    expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([
      200,
      '0-0/1',
      '<a>1</a>',
    ])
  })

  test('types that cannot be made', async () => {
    const response = await target.send('/rest_clients', { headers: { accept: 'text/unknown' } })
    expect(response.status).toBe(406)
    expect(await response.json()).toMatchObject({ code: 'PGRST107' })
  })

  test('every answer says what it depends on, and who gives it', async () => {
    const answer = await target.send('/rest_clients')
    expect(answer.headers.get('vary')).toBe('Accept, Prefer, Range')
    expect((await target.send('/rest_none')).headers.get('vary')).toBeNull()
    if (target.isLocal) expect(answer.headers.get('server')).toMatch(/^postgrest\/16\./)
  })

  test('a domain over a domain of tsvector is searched as it is', async () => {
    const found = await target.send('/rest_searched?select=id&words=fts.cat')
    expect([found.status, await found.json()]).toEqual([200, [{ id: 1 }]])
    const called = await target.send('/rpc/rest_searched_all?select=id&words=plfts.cats')
    expect([called.status, await called.json()]).toEqual([200, [{ id: 1 }]])
  })

  test('the document at the root lists what the role may use', async () => {
    const response = await target.send('/', { headers: { accept: 'application/openapi+json' } })
    const { paths, definitions, swagger } = await response.json() as Record<string, Record<string, unknown>>
    expect(swagger).toBe('2.0')
    expect(paths).toHaveProperty(['/rest_clients'])
    expect(paths).toHaveProperty(['/rpc/rest_add'])
    expect(definitions).not.toHaveProperty('rest_hidden')
  })

  test("the document at the root knows OpenAPI's formats", async () => {
    const response = await target.send('/')
    const document = await response.json() as Record<string, Record<string, Record<string, unknown>>>
    const { definitions, paths, parameters, info, externalDocs } = document
    expect(definitions!['rest_typed']!['properties']).toEqual({
      small: { type: 'integer', format: 'int32' },
      whole: { type: 'integer', format: 'int32', default: 7 },
      big: { type: 'integer', format: 'int64' },
      price: { type: 'number', format: 'numeric' },
      mood: {
        type: 'string',
        format: 'public.rest_mood',
        enum: ['good', 'bad'],
        default: 'good',
      },
      data: { format: 'jsonb' },
      list: { type: 'array', format: 'json[]', items: {} },
      words: { type: 'array', format: 'text[]', items: { type: 'string' } },
      made: { type: 'string', format: 'timestamp with time zone', default: 'now()' },
    })
    expect(paths!['/rpc/rest_feel']!['get']).toMatchObject({
      parameters: [
        { name: 'mood', in: 'query', required: true, type: 'string', format: 'rest_mood' },
        {
          name: 'counts',
          in: 'query',
          required: false,
          type: 'array',
          items: { type: 'integer', format: 'int32' },
          collectionFormat: 'multi',
        },
      ],
    })
    expect(parameters!['preferParams']).not.toHaveProperty('enum')
    expect(definitions!['rest_badge_codes']!['properties']).toMatchObject({
      code: {
        description:
          "Note:\nThis is a Foreign Key to `rest_codes.code`.<fk table='rest_codes' column='code'/>",
      },
    })
    expect(info).toMatchObject({ version: expect.stringMatching(/^16\./) as string })
    expect(externalDocs).toMatchObject({ url: 'https://postgrest.org/en/v16/references/api.html' })
  })
})

describe('writing', () => {
  test('one row, many rows, defaults', async () => {
    const one = await db.from('rest_clients').insert({ id: 50, name: 'One' })
    expect(one).toMatchObject({ status: 201, statusText: 'Created', data: null })
    const many = db.from('rest_tasks').insert([{ name: 'x' }, { project_id: 1 }], { defaultToNull: false })
      .select('name,project_id,rest_projects(name)').order('name')
    expect(await rows(many)).toEqual([
      { name: 'unnamed', project_id: 1, rest_projects: { name: 'Alpha' } },
      { name: 'x', project_id: null, rest_projects: null },
    ])
    expect(await rows(db.from('rest_tasks').insert([]).select())).toEqual([])
  })

  test('where a new row is', async () => {
    const response = await target.send(
      '/rest_clients',
      json({ id: 51, name: 'Two' }, { prefer: 'return=headers-only' }),
    )
    expect(response.headers.get('location')).toBe('/rest_clients?id=eq.51')
    expect(response.headers.get('preference-applied')).toBe('return=headers-only')
  })

  test('upsert tells new rows from old', async () => {
    const upsert = (list: { id: number; name: string }[]) => db.from('rest_clients').upsert(list).select()
    expect((await upsert([{ id: 60, name: 'Six' }])).status).toBe(201)
    const again = await upsert([{ id: 60, name: 'Sixty' }])
    expect(again).toMatchObject({ status: 200, data: [{ id: 60, name: 'Sixty' }] })
    const ignored = db.from('rest_clients').upsert({ id: 61, name: 'Sixty' }, {
      onConflict: 'name',
      ignoreDuplicates: true,
    })
    expect(await rows(ignored.select())).toEqual([])
  })

  test('update and delete', async () => {
    const updated = await db.from('rest_clients').update({ name: 'New' }, { count: 'exact' }).eq('id', 50)
    expect(updated).toMatchObject({ status: 204, count: 1 })
    expect(await rows(db.from('rest_clients').update({}).eq('id', 50).select())).toEqual([])
    expect(
      await rows(
        db.from('rest_clients').delete().gte('id', 50).lt('id', 52).select('id').order('id', {
          ascending: false,
        }),
      ),
    )
      .toEqual([{ id: 51 }, { id: 50 }])
  })

  test('PUT names its row', async () => {
    const put = (query: string, body: unknown) =>
      target.send(`/rest_clients?${query}`, { ...json(body), method: 'PUT' })
    expect((await put('id=eq.70', { id: 70, name: 'Put' })).status).toBe(204)
    expect(await (await put('name=eq.Put', { id: 70, name: 'Put' })).json()).toMatchObject({
      code: 'PGRST105',
    })
    const other = await put('id=eq.71', { id: 70, name: 'Other' })
    expect({ status: other.status, body: await other.json() }).toMatchObject({
      status: 400,
      body: { code: 'PGRST115' },
    })
    expect(await rows(db.from('rest_clients').select('name').eq('id', 70))).toEqual([{ name: 'Put' }])
  })

  test('CSV and forms', async () => {
    const csv = await target.send('/rest_clients', {
      method: 'POST',
      body: 'id,name\n80,"a, ""b"""\n81,c',
      headers: { 'content-type': 'text/csv', prefer: 'return=representation' },
    })
    expect(await csv.json()).toEqual([{ id: 80, name: 'a, "b"' }, { id: 81, name: 'c' }])
  })

  test.each<[string, () => PromiseLike<{ error: unknown; status: number }>, Record<string, unknown>]>([
    ['a duplicate', () => db.from('rest_clients').insert({ id: 1, name: 'x' }), {
      status: 409,
      code: '23505',
    }],
    ['a missing parent', () => db.from('rest_tasks').insert({ project_id: 999 }), {
      status: 409,
      code: '23503',
    }],
    ['a null', () => db.from('rest_clients').insert({ id: 90, name: null }), { status: 400, code: '23502' }],
    ['a check', () => db.from('rest_tasks').insert({ name: '' }), { status: 400, code: '23514' }],
    ['a wrong type', () => db.from('rest_clients').insert({ id: 'x', name: 'x' }), {
      status: 400,
      code: '22P02',
    }],
    ['an unknown column', () => db.from('rest_clients').insert({ nope: 1 }), {
      status: 400,
      code: 'PGRST204',
      message: "Could not find the 'nope' column of 'rest_clients' in the schema cache",
    }],
    ['an unknown table', () => db.from('rest_client').select(), {
      status: 404,
      code: 'PGRST205',
      message: "Could not find the table 'public.rest_client' in the schema cache",
      hint: "Perhaps you meant the table 'public.rest_clients'",
    }],
    ['an unknown relationship', () => db.from('rest_clients').select('*,rest_nodes(*)'), {
      status: 400,
      code: 'PGRST200',
      message: "Could not find a relationship between 'rest_clients' and 'rest_nodes' in the schema cache",
    }],
    ['an unknown column in a filter', () => db.from('rest_clients').select().eq('nope', 1), {
      status: 400,
      code: '42703',
    }],
    ['a filter on what is not embedded', () => db.from('rest_clients').select().eq('x.y', 1), {
      status: 400,
      code: 'PGRST108',
      hint: "Verify that 'x' is included in the 'select' query parameter.",
    }],
    ['an unknown operator', () => db.from('rest_clients').select().filter('id', 'noop', 0), {
      status: 400,
      code: 'PGRST100',
      message: '"failed to parse filter (noop.0)" (line 1, column 1)',
      details: 'unexpected "o" expecting "not" or operator (eq, gt, ...)',
    }],
    ['a missing privilege', () => db.from('rest_hidden').select(), { status: 401, code: '42501' }],
    ['an aggregate', () => db.from('rest_clients').select('count()'), { status: 400, code: 'PGRST123' }],
  ])('refuses %s', async (_, request, expected) => {
    expect(await failure(request())).toMatchObject(expected)
  })
})

describe('transactions', () => {
  test('a write that is answered with an error never happened', async () => {
    const insert = db.from('rest_clients').insert([{ id: 95, name: 'p' }, { id: 96, name: 'q' }]).select()
      .single()
    expect(await failure(insert)).toMatchObject({ status: 406, code: 'PGRST116' })
    expect(await rows(db.from('rest_clients').select().gte('id', 95))).toEqual([])
  })

  test('max-affected holds under strict handling', async () => {
    const update = db.from('rest_people').update({ name: 'same' }).in('id', [1, 2])
    expect(await failure(atMostOne(update))).toMatchObject({
      status: 400,
      code: 'PGRST124',
      details: 'The query affects 2 rows',
    })
    expect(await rows(db.from('rest_people').select('name').eq('id', 1))).toEqual([{ name: 'Ann' }])
    expect(await failure(atMostOne(db.rpc('rest_add', { a: 1 })))).toMatchObject({ code: 'PGRST128' })
  })

  test('a read that writes is refused', async () => {
    expect(await failure(db.rpc('rest_touch', { client: 1 }, { get: true }))).toMatchObject({
      status: 405,
      code: '25006',
    })
  })

  test('unknown preferences are refused under strict handling only', async () => {
    const send = (prefer: string) => target.send('/rest_clients?limit=0', { headers: { prefer } })
    expect((await send('anything')).status).toBe(200)
    expect(await (await send('handling=strict, anything')).json()).toMatchObject({
      code: 'PGRST122',
      details: 'Invalid preferences: anything',
    })
  })
})

describe('functions', () => {
  test.each<[string, () => PromiseLike<{ data: unknown; error: unknown }>, unknown]>([
    ['named arguments', () => db.rpc('rest_add', { a: 1, b: 2 }), 3],
    ['a default', () => db.rpc('rest_add', { a: 1 }), 11],
    ['GET', () => db.rpc('rest_add', { a: 1, b: 5 }, { get: true }), 6],
    ['a variadic parameter', () => db.rpc('rest_join', { words: ['a', 'b'] }), 'a-b'],
    ['one unnamed JSON parameter', () => db.rpc('rest_echo', { a: [1, { b: null }] }), {
      a: [1, { b: null }],
    }],
    ['a table', () => db.rpc('rest_pair', { n: 2 }), [{ x: 1, y: 'y1' }, { x: 2, y: 'y2' }]],
    ['rows, filtered', () => db.rpc('rest_pair', { n: 5 }).gt('x', 3).select('y'), [{ y: 'y4' }, {
      y: 'y5',
    }]],
    [
      'rows of a table, with an embed',
      () => db.rpc('rest_projects_below', { below: 2 }).select('id,rest_clients(name)'),
      [{ id: 1, rest_clients: { name: 'Acme' } }],
    ],
  ])('%s', async (_, call, expected) => {
    expect(await rows(call())).toEqual(expected)
  })

  test('no result at all', async () => {
    expect(await db.rpc('rest_nothing')).toMatchObject({ status: 204, data: null, error: null })
  })

  test('what the database says of the response', async () => {
    const response = await target.send('/rpc/rest_answer', json({}))
    expect({ status: response.status, kind: response.headers.get('x-kind') }).toEqual({
      status: 202,
      kind: 'test',
    })
    expect(await failure(db.rpc('rest_refuse'))).toEqual({
      status: 402,
      code: 'PT402',
      message: 'Pay first',
      details: 'unpaid',
      hint: 'Pay.',
    })
    const raised = await target.send('/rpc/rest_raise', json({}))
    expect({ status: raised.status, after: raised.headers.get('retry-after') }).toEqual({
      status: 429,
      after: '7',
    })
    expect(await raised.json()).toEqual({ code: 'mine', message: 'said', details: null, hint: null })
  })

  test('what the database shows a page beside the usual headers is shown, too', async () => {
    const answer = await target.send('/rpc/rest_exposing', { headers: { origin: 'http://shop.example' } })
    const exposed = answer.headers.get('access-control-expose-headers')!.split(', ')
    expect(exposed).toContain('Content-Range')
    expect(exposed).toContain('X-Kind')
    if (target.isLocal) expect(answer.headers.get('server')).toBe('ours')
  })

  test('unknown names and arguments', async () => {
    expect(await failure(db.rpc('rest_ad', { a: 1 }))).toMatchObject({
      status: 404,
      code: 'PGRST202',
      message: 'Could not find the function public.rest_ad(a) in the schema cache',
    })
    expect(await failure(db.rpc('rest_add', { a: 1, z: 1 }))).toMatchObject({
      hint: 'Perhaps you meant to call the function public.rest_add(a, b)',
    })
    expect(await failure(db.rpc('rest_same', { a: 1 }))).toMatchObject({ status: 300, code: 'PGRST203' })
  })

  test("a function's own time limit", async () => {
    expect(await failure(db.rpc('rest_slow'))).toMatchObject({ status: 500, code: '57014' })
  })
})

describe('who asks', () => {
  test('role, claims, headers and time zone reach the database', async () => {
    const id = randomUUID()
    const token = await target.sign({ role: 'authenticated', sub: id })
    const headers = { 'x-test': 'yes', prefer: 'timezone=Asia/Tokyo' }
    const response = await target.send('/rpc/rest_whoami', { token, headers })
    expect(response.headers.get('preference-applied')).toBe('timezone=Asia/Tokyo')
    expect(await response.json()).toMatchObject({
      role: 'authenticated',
      claims: { role: 'authenticated', sub: id },
      method: 'GET',
      path: '/rpc/rest_whoami',
      header: 'yes',
      timezone: 'Asia/Tokyo',
    })
  })

  test('a time zone may be an offset, and one that Postgres does not know is refused', async () => {
    const zone = async (timezone: string) => {
      const headers = { prefer: `timezone=${timezone}` }
      const response = await target.send('/rest_projects?select=starts&id=eq.1', { headers })
      return [response.status, response.headers.get('preference-applied'), await response.json()]
    }
    expect(await zone('+05:30')).toMatchObject([200, 'timezone=+05:30', [{
      starts: '2023-12-31T18:30:00-05:30',
    }]])
    expect(await zone('-4')).toMatchObject([200, 'timezone=-4', [{ starts: '2023-12-31T20:00:00-04:00' }]])
    const refused = {
      code: '22023',
      message: 'invalid value for parameter "TimeZone": "Nowhere/Land"',
      details: null,
      hint: null,
    }
    expect(await zone('Nowhere/Land')).toEqual([400, null, refused])
    expect(await zone('Nowhere/Land, handling=lenient')).toEqual([400, null, refused])
    expect((await zone('05:30:15'))[0]).toBe(400)
  })

  test('policies decide what a user sees', async () => {
    const ann = await target.user()
    const ben = await target.user()
    expect((await ann.from('rest_notes').insert({ id: 1, body: 'mine' })).status).toBe(201)
    expect(await rows(ann.from('rest_notes').select('body'))).toEqual([{ body: 'mine' }])
    expect(await rows(ben.from('rest_notes').select('body'))).toEqual([])
    expect(await failure(ben.from('rest_notes').insert({ id: 2, owner: randomUUID() }))).toMatchObject({
      status: 403,
    })
  })

  test.each<[string, () => string | Promise<string>, Record<string, unknown>]>([
    ['an expired token', () => target.sign({ role: 'authenticated', exp: 1 }), {
      code: 'PGRST303',
      message: 'JWT expired',
    }],
    ['no token at all', () => 'nonsense', { code: 'PGRST301' }],
    ['another key', async () => `${(await target.sign({ role: 'authenticated' })).slice(0, -8)}AAAAAAAA`, {
      code: 'PGRST301',
    }],
    ['no signature', () => `${part({ alg: 'none' })}.${part({ role: 'authenticated' })}.`, {
      code: 'PGRST301',
    }],
    ['an unknown role', () => target.sign({ role: 'nobody_at_all' }), { code: '22023' }],
    ['letters after the signature', async () => `${await target.sign({ role: 'authenticated' })}!!`, {
      code: 'PGRST301',
      message: 'JWT cryptographic operation failed',
    }],
    ['padding after the signature', async () => `${await target.sign({ role: 'authenticated' })}=`, {
      code: 'PGRST301',
    }],
    ['an algorithm in a list', () => target.sign({ role: 'authenticated' }, { alg: ['HS256'] }), {
      code: 'PGRST301',
    }],
    ['a header that demands what is unknown', () => target.sign({}, { crit: ['exp2'], exp2: 1 }), {
      code: 'PGRST301',
    }],
    ['a payload that is not encoded', () => target.sign({}, { b64: false }), { code: 'PGRST301' }],
  ])('refuses %s', async (_, makeToken, expected) => {
    const response = await target.send('/rest_clients', { token: await makeToken() })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await response.json()).toMatchObject(expected)
  })

  test('an unknown schema', async () => {
    expect(await failure(db.schema('rest_nowhere' as 'public').from('x').select())).toMatchObject({
      status: 406,
      code: 'PGRST106',
    })
  })
})

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('bad input', () => {
  test.each<[string, () => Promise<Response>, number]>([
    ['a path that goes too deep', () => target.send('/a/b/c'), 404],
    ['a method that is none', () => target.send('/rest_clients', { method: 'PROPFIND' }), 405],
    ['a NUL in a filter', () => target.send('/rest_clients?name=eq.%00'), 400],
    ['a NUL in a body', () => target.send('/rest_clients', json({ id: 1, name: '\u0000' })), 400],
    ['a broken escape', () => target.send('/rest_clients?name=eq.%zz'), 200],
    ['bytes that are no UTF-8', () => target.send('/rest_clients?name=eq.%ff'), 200],
    ['no JSON', () => target.send('/rest_clients', { ...json(0), body: '{"id":' }), 400],
    ['rows of different shapes', () => target.send('/rest_clients', json([{ id: 1 }, { name: 'x' }])), 400],
    [
      'an unknown body',
      () => target.send('/rest_clients', { ...json(0), headers: { 'content-type': 'image/png' } }),
      400,
    ],
    ['a name with quotes', () => target.send('/rest_clients?select=%22a%5C%22b%22'), 400],
    ['a cast that is no type', () => target.send('/rest_clients?select=id::nope'), 400],
    ['a negative limit', () => target.send('/rest_clients?limit=-1'), 416],
    ['a deep logic tree', () => target.send(`/rest_clients?and=${'(or'.repeat(300)}`), 400],
  ])('%s', async (_, request, status) => {
    const response = await request()
    expect(response.status).toBe(status)
    await response.arrayBuffer()
  })

  test('five megabytes in one request', async () => {
    const list = Array.from(
      { length: 50_000 },
      (_, index) => ({ id: 10_000 + index, name: `name ${index} ${'x'.repeat(80)}` }),
    )
    const body = JSON.stringify(list)
    expect(body.length).toBeGreaterThan(5_000_000)
    const response = await target.send('/rest_clients', { ...json(0, { prefer: 'count=exact' }), body })
    expect({ status: response.status, range: response.headers.get('content-range') }).toEqual({
      status: 201,
      range: '*/50000',
    })
    await target.sql`delete from public.rest_clients where id >= 10000`
  })

  test('a client that hangs up does not keep a connection', async () => {
    const token = await target.sign({ role: 'authenticated' })
    const hangUp = async () => {
      const controller = new AbortController()
      const request = target.send('/rpc/rest_slow', { ...json({}), token, signal: controller.signal })
      controller.abort()
      await request.catch(() => {})
    }
    await Promise.all(Array.from({ length: 40 }, hangUp))
    expect(await rows(db.rpc('rest_add', { a: 1 }))).toBe(11)
  })
})

describe('what the service knows', () => {
  test('a new table appears within moments', async () => {
    await target.sql.unsafe(
      'create table public.rest_later (id integer); grant select on public.rest_later to anon',
    )
    await reload(target)
    await eventually(async () => (await target.send('/rest_later')).status === 200)
  })
})

describe('on the local platform', () => {
  test('a write without a condition is refused', async (context) => {
    if (!target.isLocal) return context.skip()
    expect(await failure(db.from('rest_people').delete())).toMatchObject({
      status: 400,
      code: '21000',
      message: 'DELETE requires a WHERE clause',
    })
  })

  test('options of the database count', async (context) => {
    if (!target.isLocal) return context.skip()
    const [{ current_database: name }] = await target.sql`select current_database()` as [
      { current_database: string },
    ]
    const set = async (setting: string) => {
      await target.sql.unsafe(`alter role authenticator in database ${name} ${setting}`)
      await target.sql`select pg_notify('pgrst', 'reload config')`
    }
    await set(`set pgrst.db_aggregates_enabled = 'true'`)
    await eventually(async () =>
      (await target.send('/rest_projects?select=client_id,budget.sum()')).status === 200
    )
    const sums = db.from('rest_projects').select('client_id,total:budget.sum(),count()').order('client_id')
    expect(await rows(sums)).toEqual([
      { client_id: 1, total: 210.5, count: 2 },
      { client_id: 2, total: 30, count: 1 },
      { client_id: null, total: null, count: 1 },
    ])
    await set('reset pgrst.db_aggregates_enabled')
    await set(`set pgrst.db_plan_enabled = 'true'`)
    await eventually(async () => (await db.from('rest_clients').select().explain()).error === null)
    expect(await rows(db.from('rest_clients').select().explain())).toContain('Aggregate')
    const accept = 'application/vnd.pgrst.plan+json; for="text/xml"; options=verbose'
    const [plan] = await (await target.send('/rpc/rest_xml', { headers: { accept } })).json() as [
      { Plan: { Output: string[] } },
    ]
    expect(plan.Plan.Output[2]).toMatch(/^\w+\.pgrst_scalar$/)
    await set('reset pgrst.db_plan_enabled')
    await set(`set pgrst.db_root_spec = 'rest_whoami'`)
    await eventually(async () => {
      const root = await target.send('/', { headers: { accept: 'application/json' } })
      return root.headers.get('content-type')?.startsWith('application/json') === true &&
        (await root.json() as { path?: string }).path === '/'
    })
    await set('reset pgrst.db_root_spec')
  })

  test('a setting of a role keeps its capitals', async (context) => {
    if (!target.isLocal) return context.skip()
    const [{ current_database: name }] = await target.sql`select current_database()` as [
      { current_database: string },
    ]
    await target.sql.unsafe(`alter role anon in database ${name} set work_mem = '3MB'`)
    await target.sql.unsafe(
      `alter role anon in database ${name} set default_transaction_isolation = 'REPEATABLE READ'`,
    )
    await target.sql`select pg_notify('pgrst', 'reload config')`
    const memory = async () => await (await target.send('/rpc/rest_memory')).json() as unknown
    await eventually(async () => JSON.stringify(await memory()) === '["3MB","repeatable read"]')
    await target.sql.unsafe(`alter role anon in database ${name} reset all`)
    await target.sql`select pg_notify('pgrst', 'reload config')`
    await eventually(async () => JSON.stringify(await memory()) === '["4MB","read committed"]')
  })

  test('errors may be told in few words', async (context) => {
    if (!target.isLocal) return context.skip()
    const [{ current_database: name }] = await target.sql`select current_database()` as [
      { current_database: string },
    ]
    const set = async (setting: string) => {
      await target.sql.unsafe(`alter role authenticator in database ${name} ${setting}`)
      await target.sql`select pg_notify('pgrst', 'reload config')`
    }
    const keys = async (path: string) =>
      Object.keys(await (await target.send(path)).json() as object).sort().join()
    await set(`set pgrst.client_error_verbosity = 'minimal'`)
    await eventually(async () => (await keys('/rest_none')) === 'code,message')
    expect(await keys('/rest_clients?name=eq.%00')).toBe('code,message')
    await set('reset pgrst.client_error_verbosity')
    await eventually(async () => (await keys('/rest_none')) === 'code,details,hint,message')
  })

  test('an embed with an alias may be called by that alone where the database says so', async (context) => {
    if (!target.isLocal) return context.skip()
    const [{ current_database: name }] = await target.sql`select current_database()` as [
      { current_database: string },
    ]
    const set = async (setting: string) => {
      await target.sql.unsafe(`alter role authenticator in database ${name} ${setting}`)
      await target.sql`select pg_notify('pgrst', 'reload config')`
    }
    const path =
      '/rest_clients?select=id,work:rest_projects(id),rest_projects(id)&id=eq.1&rest_projects.id=eq.2'
    await set(`set pgrst.url_use_legacy_target_names = 'false'`)
    await eventually(async () =>
      JSON.stringify(await (await target.send(path)).json()) ===
        '[{"id":1,"work":[{"id":1}, {"id":2}],"rest_projects":[{"id":2}]}]'.replaceAll(', ', ',')
    )
    const refused = await target.send('/rest_clients?select=work:rest_projects(id)&rest_projects.order=id')
    expect(refused.status).toBe(400)
    expect(await refused.json()).toEqual({
      code: 'PGRST108',
      message: `'rest_projects' is not an embedded resource in this request`,
      details: 'Target names are not allowed in filters if they have an alias',
      hint: `Change 'rest_projects' to 'work' in filters, orders or limits.`,
    })
    await set('reset pgrst.url_use_legacy_target_names')
    await eventually(async () =>
      (await target.send('/rest_clients?select=work:rest_projects(id)&rest_projects.order=id')).status === 200
    )
  })

  test('connections that are lost come back by themselves, and hear of changes again', async (context) => {
    if (!target.isLocal) return context.skip()
    await target.sql`select count(*) from (
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'rest' and datname = current_database()) ended`
    await eventually(async () => (await target.send('/rest_clients')).status === 200)
    await target.sql.unsafe(
      'create table public.rest_after (more text); grant select on public.rest_after to anon',
    )
    await eventually(async () => (await target.send('/rest_after?select=more')).status === 200)
  })
})
