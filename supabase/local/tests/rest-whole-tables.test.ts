import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../testing/index.ts'

// Hosted projects refuse a DELETE or an UPDATE without WHERE in every session of the API, inside functions and triggers,
// too. What passes here must pass there.

let platform: TestPlatform

beforeAll(async () => {
  platform = await startTestPlatform({ template: 'platform' })
  await platform.sql.unsafe(`
    create table public.victims (id integer primary key);
    create table public.log (entry text);
    create table public.watched (id integer primary key);
    create function public.plain() returns integer language plpgsql as $$
      declare v_count integer;
      begin delete from public.victims; get diagnostics v_count = row_count; return v_count; end $$;
    create function public.definer() returns void language plpgsql security definer set search_path = ''
      set client_min_messages = error as $$ begin update public.victims set id = id + 100; end $$;
    create function public.in_sql() returns void language sql as $$
      insert into public.log values ('first'); delete from public.victims; $$;
    create function public.nested() returns void language plpgsql as $$ begin perform public.plain(); end $$;
    create function public.put_together(name text) returns void language plpgsql as $$
      begin execute format('delete from public.%I', name); end $$;
    create function public.anything(statement text) returns void language plpgsql as $$
      begin execute statement; end $$;
    create function public.in_cte() returns setof integer language plpgsql as $$
      begin return query with gone as (delete from public.victims returning id) select id from gone where id > 0; end $$;
    create function public.then_fails() returns void language plpgsql as $$
      begin delete from public.victims; raise exception 'too late'; end $$;
    create function public.only_when(every boolean) returns integer language plpgsql as $$
      declare v_count integer;
      begin
        if every then delete from public.victims; else delete from public.victims where id = 1; end if;
        get diagnostics v_count = row_count;
        return v_count;
      end $$;
    create function public.said_so() returns void language plpgsql as $$
      begin delete from public.victims where true; update public.log set entry = 'x' where true; end $$;
    create function public.parsed() returns void language sql begin atomic delete from public.log; end;
    create function public.empties() returns trigger language plpgsql as $$
      begin delete from public.victims; return new; end $$;
    create trigger empties before insert on public.watched for each row execute function public.empties();
  `).simple()
  const db = platform.service()
  // The functions appear in their own time.
  while ((await db.rpc('said_so')).error !== null);
})

beforeEach(async () => {
  await platform.sql`delete from public.victims`
  await platform.sql`delete from public.log`
  await platform.sql`insert into public.victims select generate_series(1, 3)`
})

const victims = async () => (await platform.sql`select id from public.victims`).length

describe('a function that changes every row of a table', () => {
  test.each([
    ['plain', {}, 'DELETE'],
    ['definer', {}, 'UPDATE'],
    ['in_sql', {}, 'DELETE'],
    ['nested', {}, 'DELETE'],
    ['put_together', { name: 'victims' }, 'DELETE'],
    ['anything', { statement: 'delete from public.victims' }, 'DELETE'],
    ['anything', { statement: 'update public.victims set id = id + 10' }, 'UPDATE'],
    ['in_cte', {}, 'DELETE'],
    ['then_fails', {}, 'DELETE'],
    ['only_when', { every: true }, 'DELETE'],
  ])('%s %j is refused, and leaves nothing changed', async (name, args, statement) => {
    const { error, status } = await platform.service().rpc(name, args)
    expect({ status, ...error }).toMatchObject({
      status: 400,
      code: '21000',
      message: `${statement} requires a WHERE clause`,
      details: null,
      hint: null,
    })
    expect(await victims()).toBe(3)
    expect(await platform.sql`select * from public.log`).toEqual([])
  })

  test('is refused where a trigger does it', async () => {
    const { error } = await platform.service().from('watched').insert({ id: 1 })
    expect(error).toMatchObject({ code: '21000', message: 'DELETE requires a WHERE clause' })
    expect(await platform.sql`select * from public.watched`).toEqual([])
    expect(await victims()).toBe(3)
  })

  test('runs as long as it does not come to that', async () => {
    expect(await platform.service().rpc('only_when', { every: false })).toMatchObject({
      error: null,
      data: 1,
    })
    expect(await victims()).toBe(2)
  })

  test('runs where it says that it means every row', async () => {
    expect((await platform.service().rpc('said_so')).error).toBeNull()
    expect(await victims()).toBe(0)
  })

  test('runs where Postgres parsed it when it was made, as upstream', async () => {
    await platform.sql`insert into public.log values ('a')`
    expect((await platform.service().rpc('parsed')).error).toBeNull()
    expect(await platform.sql`select * from public.log`).toEqual([])
  })

  test('runs for the owner of the project, and for jobs, who do not come through the API', async () => {
    expect(await platform.sql`select public.plain()`).toEqual([{ plain: 3 }])
  })
})

test('what is refused once does not stay on the connection', async () => {
  const db = platform.service()
  for (let round = 0; round < 20; round++) {
    const [refused, fine] = await Promise.all([db.rpc('plain'), db.rpc('only_when', { every: false })])
    expect(refused.error?.code).toBe('21000')
    expect(fine.error).toBeNull()
  }
})
