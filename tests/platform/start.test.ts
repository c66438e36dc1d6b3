import { describe, expect, test } from 'vitest'
import { connectAs, createDatabase } from '../support/database.ts'

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

  test('exposes nothing that no migration granted', async () => {
    const database = await createDatabase('platform')
    await connectAs(database)`create table public.secrets_of_the_shop (id int)`
    for (const role of ['anon', 'authenticated', 'service_role'] as const) {
      await expect(connectAs(database, role)`select * from public.secrets_of_the_shop`).rejects.toThrow(
        'permission denied',
      )
    }
  })
})
