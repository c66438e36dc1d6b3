import { describe, expect, test } from 'vitest'
import { columnOrigins } from '../rest/catalog/view-columns.ts'
import { UPSTREAM_DEFAULTS, withOptions } from '../rest/config.ts'
import { parseCondition, parseLogicTree, parseOrder, parseSelect } from '../rest/parse/grammar.ts'
import { closest } from '../rest/plan/similar.ts'
import { contentType, parseAccept } from '../rest/request/media.ts'
import { appliedPreferences, parsePreferences } from '../rest/request/preferences.ts'
import { parseQuery } from '../rest/request/query.ts'
import { parseRolePath } from '../rest/role-path.ts'
import { connectionOptions, readOptions, settingsOf } from '../rest/standalone.ts'
import { mayWriteWholeTable, wholeTableWrite } from '../rest/whole-table.ts'

// The pure parts of the REST service, which the scenarios of rest.test.ts do not reach into every corner of.

describe('mistakes in the query string are told as PostgREST tells them', () => {
  test.each<[string, (input: string) => unknown, string, number, string]>([
    [
      'select',
      parseSelect,
      'name!hint',
      5,
      `unexpected '!' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input`,
    ],
    ['select', parseSelect, '*!hint', 2, `unexpected '!' expecting ")", "," or end of input`],
    ['select', parseSelect, 'name::', 7, 'unexpected end of input expecting letter or digit'],
    ['filter', parseCondition, 'noop.0', 1, 'unexpected "o" expecting "not" or operator (eq, gt, ...)'],
    ['filter', parseCondition, 'eq().value', 4, 'unexpected ")" expecting operator (eq, gt, ...)'],
    ['filter', parseCondition, 'is().value', 3, 'unexpected "(" expecting operator (eq, gt, ...)'],
    ['order', parseOrder, 'id.ac', 4, 'unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
    ['order', parseOrder, 'id.descc', 8, `unexpected 'c' expecting delimiter (.), "," or end of input`],
    ['order', parseOrder, 'id.nullslasttt', 13, `unexpected 't' expecting "," or end of input`],
    [
      'logic',
      (input) => parseLogicTree('or', input),
      '()',
      4,
      'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
    ],
    [
      'logic',
      (input) => parseLogicTree('or', input),
      '(id.in.1,2,id.eq.3)',
      10,
      'unexpected "1" expecting "("',
    ],
  ])('%s', (_, parse, input, column, reason) => {
    const outcome = parse(input) as { position: string; reason: string }
    expect(outcome.reason).toBe(reason)
    expect(outcome.position).toMatch(new RegExp(`\\(line 1, column ${column}\\)$`))
  })

  test('what is nested too deeply is a mistake like any other', () => {
    expect(parseLogicTree('and', '('.repeat(100_000))).toHaveProperty('reason')
    expect(parseSelect('a('.repeat(100_000))).toMatchObject({ reason: 'nested too deeply' })
  })
})

describe('the query string', () => {
  test('is shown sorted and encoded', () => {
    expect(parseQuery('b=eq.1&a=in.(x,y)&b=eq.2&select=id', false).canonical).toBe(
      'a=in.%28x%2Cy%29&b=eq.1,eq.2&select=id',
    )
  })

  test('of a call tells filters from arguments', () => {
    const { filters, args } = parseQuery('id=5&id=gt.2&name=not.an.operator', true)
    expect(filters.map(({ value }) => value.field.name)).toEqual(['id'])
    expect(args).toEqual([['id', '5'], ['name', 'not.an.operator']])
  })

  test('names and values may be quoted', () => {
    expect(parseCondition('in.(a,"b,c","d\\"e",)')).toMatchObject({
      value: { operation: { values: ['a', 'b,c', 'd"e', ''] } },
    })
    expect(parseSelect('"odd, name":"a b"->"x.y"::text')).toMatchObject({
      value: [{
        alias: 'odd, name',
        cast: 'text',
        field: { name: 'a b', path: [{ operand: { key: 'x.y' } }] },
      }],
    })
  })
})

test('media types are taken by quality, then by how much they say', () => {
  const kinds = (header: string) => parseAccept(header).map(contentType)
  expect(kinds('text/csv;q=0.5, application/json')).toEqual([
    'application/json; charset=utf-8',
    'text/csv; charset=utf-8',
  ])
  expect(kinds('application/json, application/vnd.pgrst.object+json; nulls=stripped')[0])
    .toBe('application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8')
  expect(kinds('application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|wal;')).toEqual([
    'application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|wal; charset=utf-8',
  ])
})

test('preferences: the first one counts, and those in force are named in a fixed order', () => {
  const preferences = parsePreferences(
    'tx=rollback, count=exact, count=planned, return=minimal, odd, timezone=Nowhere/Land, handling=strict, max-affected=3',
    true,
  )
  expect(preferences).toMatchObject({
    count: 'exact',
    tx: 'rollback',
    timezone: 'Nowhere/Land',
    maxAffected: 3,
    invalid: ['odd'],
  })
  expect(appliedPreferences(preferences, ['maxAffected', 'tx', 'count', 'return', 'handling']))
    .toBe('return=minimal, count=exact, tx=rollback, handling=strict, max-affected=3')
})

describe('a write without a condition is found', () => {
  test.each([
    ['delete from t', 'DELETE'],
    ['DELETE FROM ONLY "a"."t" AS x USING y RETURNING (select 1 where true)', 'DELETE'],
    ['update only a.t as x set b = (select 1 where true)', 'UPDATE'],
    ['update t * set b = 1 from c returning *', 'UPDATE'],
    ['update "T" set (a, b) = (1, 2)', 'UPDATE'],
    ['with d as (delete from t returning id) select * from d where id > 1', 'DELETE'],
    ['with d as (select 1) update t set a = 1', 'UPDATE'],
    ['begin delete from t /* where */; delete from t where true; end', 'DELETE'],
    ['begin for r in delete from t returning * loop perform 1 where true; end loop; end', 'DELETE'],
    ["begin if x then update t set a = 'where'; end if; end", 'UPDATE'],
    ['delete from t -- where id = 1', 'DELETE'],
    ['delete from t where id = 1', undefined],
    ['update t set a = 1 where current of c', undefined],
    ['delete from t where true', undefined],
    ['insert into t values (1) on conflict (id) do update set a = 1', undefined],
    ['select * from t for update', undefined],
    ['select * from t for no key update of t skip locked', undefined],
    [
      'merge into t using s on t.id = s.id when matched then update set a = 1 when not matched then do nothing',
      undefined,
    ],
    ['merge into t using s on t.id = s.id when matched then delete', undefined],
    ['create trigger x before update or delete on t execute function f()', undefined],
    ['grant update (a), delete on t to r', undefined],
    ['select \'delete from t\', $$update t set a = 1$$, "delete from t"', undefined],
    ['truncate t', undefined],
  ])('%s', (sql, expected) => {
    expect(wholeTableWrite(sql)).toBe(expected)
  })

  test.each([
    ["begin execute format('delete from %I', x); end", true],
    ["begin execute 'update ' || x || ' set a = 1'; end", true],
    ["begin execute format('delete from %I where id = $1', x) using y; end", false],
    ['begin execute v_statement; end', true],
    ['begin execute private.statement(x); end', true],
    ["begin execute pg_catalog.format('select %I', x); end", false],
    ["begin execute 'select 1'; raise 'cannot delete'; end", false],
    ["begin raise 'delete from nothing'; end", false],
  ])('also where it may be put together: %s', (source, expected) => {
    expect(mayWriteWholeTable(source)).toBe(expected)
  })
})

test('misspelt names find the nearest one', () => {
  expect(closest(['clients', 'projects', 'tasks'], 'client', 0.75)).toBe('clients')
  expect(closest(['clients', 'projects'], 'nothing', 0.75)).toBeUndefined()
})

test('the columns of a view are traced to their tables', () => {
  const query =
    '({QUERY :targetList ({TARGETENTRY :expr {VAR :varno 1} :resno 1 :resname a\\ \\(b :resorigtbl 16384 ' +
    ':resorigcol 2 :resjunk false} {TARGETENTRY :expr {CONST :constvalue 4 [ 1 0 0 0 ]} :resno 2 :resorigtbl 0 :resorigcol 0})})'
  expect(columnOrigins(query)).toEqual([{ column: 1, table: 16384, tableColumn: 2 }])
})

describe('the path to the role in a token', () => {
  const claims = {
    role: 'web',
    realm: { 'role-name': 'shop', roles: ['pgrst_a', 'other', 'b_role'] },
    'https://x.example/role': 'far',
  }

  test.each([
    ['$.role', 'web'],
    ['$.realm["role-name"]', 'shop'],
    ['$["https://x.example/role"]', 'far'],
    ['$.realm.roles[1]', 'other'],
    ['$.realm.roles[-1]', 'b_role'],
    ['$.realm.roles[?search(@, "_role$")]', 'b_role'],
    ['$.realm.roles[?@ == "other"]', 'other'],
    ['$.none.roles', undefined],
    // The syntax before v16.
    ['.role', 'web'],
    ['."https://x.example/role"', 'far'],
    ['.realm."role-name"', 'shop'],
    ['.realm.roles[1]', 'other'],
    ['.realm.roles[?(@ == "other")]', 'other'],
    ['.realm.roles[?(@ != "pgrst_a")]', 'other'],
    ['.realm.roles[?(@ ^== "pgrst")]', 'pgrst_a'],
    ['.realm.roles[?(@ ==^ "_role")]', 'b_role'],
    ['.realm.roles[?(@ *== "the")]', 'other'],
    ['.role.deeper', undefined],
    ['.constructor', undefined],
  ])('%s leads to %j', (path, role) => {
    expect(parseRolePath(path)!(claims)).toBe(role)
  })

  test.each([
    '',
    'role',
    '.',
    '$.',
    '.role-name',
    '.roles[x]',
    '.roles[?(@ == "a")].b',
    '$.roles[?(@ ^== "a")]',
  ])(
    '%j is none',
    (path) => {
      expect(parseRolePath(path)).toBeUndefined()
      expect(withOptions(UPSTREAM_DEFAULTS, [['jwt_role_claim_key', path]])).toEqual(UPSTREAM_DEFAULTS)
    },
  )
})

describe('options', () => {
  test("arguments go before the environment, under PostgREST's own names", () => {
    const options = readOptions(['--db-schemas', 'a, b', '--max-rows=5'], {
      PGRST_DB_SCHEMAS: 'c',
      PGRST_DB_ANON_ROLE: 'web',
    })
    expect(settingsOf(options)).toMatchObject({ dbSchemas: ['a', 'b'], dbMaxRows: 5, dbAnonRole: 'web' })
  })

  test.each([
    ['jwt-role-claim-key', 'no path', 'failed to parse role-claim-key value (no path)'],
    ['db-schemas', 'public, pg_catalog', "db-schemas does not allow schema: 'pg_catalog'"],
    ['client-error-verbosity', 'chatty', 'Invalid client-error-verbosity. Check your configuration.'],
    ['openapi-mode', 'open', 'Invalid openapi-mode. Check your configuration.'],
    ['db-tx-end', 'never', 'Invalid transaction termination. Check your configuration.'],
  ])('%s = %j is refused at the start, and passed over in the database', (name, value, message) => {
    expect(() => settingsOf(new Map([[name, value]]))).toThrow(message)
    expect(withOptions(UPSTREAM_DEFAULTS, [[name.replaceAll('-', '_'), value]])).toEqual(UPSTREAM_DEFAULTS)
  })

  test('unknown values change nothing', () => {
    expect(withOptions(UPSTREAM_DEFAULTS, [['db_tx_end', 'never'], ['nope', '1']])).toEqual(UPSTREAM_DEFAULTS)
  })

  test('a database may be named by URI or by keywords', () => {
    expect(connectionOptions('postgres://me:p%40ss@db.local:6432/shop?sslmode=require', {})).toMatchObject({
      host: 'db.local',
      port: 6432,
      database: 'shop',
      user: 'me',
      password: 'p@ss',
      tls: true,
    })
    expect(connectionOptions("host=/run/pg user=me dbname='my shop'", {})).toMatchObject({
      host: '/run/pg',
      database: 'my shop',
    })
  })
})
