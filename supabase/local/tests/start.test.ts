import { randomBytes } from 'node:crypto'
import { describe, expect, inject, test } from 'vitest'
import type { Database } from '../database.ts'
import { cloneDatabase, dropDatabase, installPlatform } from '../postgres/index.ts'
import { connectAs, createDatabase } from '../testing/database.ts'
import { releaseLater } from '../testing/resources.ts'

describe('a database of the platform', () => {
  test('is owned by postgres, who is not a superuser', async () => {
    const sql = connectAs(await createDatabase('platform'))
    const [row] = await sql`
      select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
        (select pg_get_userbyid(datdba) from pg_database where datname = current_database()) as owner
      from pg_roles where rolname = current_user`
    expect(row).toEqual({
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
      rolreplication: true,
      rolbypassrls: true,
      owner: 'postgres',
    })
  })

  test('is entered by the API as authenticator, in the role and with the claims of the request', async () => {
    const database = await createDatabase('platform')
    const sql = connectAs(database, 'authenticated', { claims: { sub: 'ana' } })
    const [row] = await sql`
      select current_user, session_user, current_setting('request.jwt.claims')::json ->> 'sub' as sub`
    expect(row).toEqual({ current_user: 'authenticated', session_user: 'authenticator', sub: 'ana' })
  })

  const ROLES = ['anon', 'authenticated', 'service_role'] as const

  test('opens what is made in public to the API, as a hosted project does', async () => {
    const database = await createDatabase('platform')
    await connectAs(database).unsafe(OBJECTS).simple()
    for (const role of ROLES) {
      const sql = connectAs(database, role)
      await sql`insert into public.things (name) values (${role})`
      expect(await sql`select name from public.thing_names where name = ${role}`).toEqual([{ name: role }])
      expect(await sql`select public.answer()`).toEqual([{ answer: 42 }])
    }
  })

  test('opens nothing that no migration granted where config.toml says so', async () => {
    const database = await bareDatabase()
    await installPlatform(database, { exposesNewTables: false })
    // Postgres itself lets everybody execute a new function; the setting is about the API's roles.
    await connectAs(database).unsafe(`${OBJECTS}; revoke execute on function public.answer() from public`)
      .simple()
    for (const role of ROLES) {
      const sql = connectAs(database, role)
      for (
        const statement of [
          'select * from public.things',
          `insert into public.things (name) values ('x')`,
          'update public.things set name = null',
          'delete from public.things',
          'select * from public.thing_names',
          'select last_value from public.things_id_seq',
          'select public.answer()',
        ]
      ) {
        await expect(sql.unsafe(statement), `${role}: ${statement}`).rejects.toThrow('permission denied')
      }
    }
  })
})

const OBJECTS = `
  create table public.things (id integer generated always as identity primary key, name text);
  create view public.thing_names as select name from public.things;
  create function public.answer() returns integer language sql as 'select 42'`

/** A database without anything of the platform in it. */
async function bareDatabase(): Promise<Database> {
  const { database } = inject('server')
  const bare = await cloneDatabase(
    { ...database, name: 'template0' },
    `bare_${randomBytes(6).toString('hex')}`,
  )
  releaseLater(() => dropDatabase(bare))
  return bare
}
