import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type postgres from 'postgres'
import type { Database } from '../database.ts'
import { connectAs, createDatabase } from '../testing/index.ts'

// What a migration, a policy and a seed may rely on in schema `auth`. Local only.

let database: Database
let owner: postgres.Sql

beforeAll(async () => {
  database = await createDatabase('platform')
  owner = connectAs(database, 'postgres')
})

const seedUser = async (email: string): Promise<string> => {
  const id = randomUUID()
  await owner`
    insert into auth.users (instance_id, id, aud, role, email, created_at, updated_at)
    values ('00000000-0000-0000-0000-000000000000', ${id}, 'authenticated', 'authenticated', ${email}, now(), now())`
  return id
}

test('users have the columns of a hosted project, in their order', async () => {
  const columns = await owner<{ name: string; type: string }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = 'auth.users'::regclass and attnum > 0 and not attisdropped order by attnum`
  expect(columns.map(({ name }) => name)).toEqual([
    'instance_id',
    'id',
    'aud',
    'role',
    'email',
    'encrypted_password',
    'email_confirmed_at',
    'invited_at',
    'confirmation_token',
    'confirmation_sent_at',
    'recovery_token',
    'recovery_sent_at',
    'email_change_token_new',
    'email_change',
    'email_change_sent_at',
    'last_sign_in_at',
    'raw_app_meta_data',
    'raw_user_meta_data',
    'is_super_admin',
    'created_at',
    'updated_at',
    'phone',
    'phone_confirmed_at',
    'phone_change',
    'phone_change_token',
    'phone_change_sent_at',
    'confirmed_at',
    'email_change_token_current',
    'email_change_confirm_status',
    'banned_until',
    'reauthentication_token',
    'reauthentication_sent_at',
    'is_sso_user',
    'deleted_at',
    'is_anonymous',
  ])
  expect(columns.find(({ name }) => name === 'email')?.type).toBe('character varying(255)')
})

describe('privileges', () => {
  test.each(['anon', 'authenticated', 'service_role'] as const)('%s sees no table', async (role) => {
    const sql = connectAs(database, role)
    for (
      const table of ['users', 'identities', 'sessions', 'refresh_tokens', 'one_time_tokens', 'mfa_factors']
    ) {
      await expect(sql.unsafe(`select from auth.${table}`)).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('every older table has row level security, and all belong to the service', async () => {
    const tables = await owner<{ name: string; secured: boolean; owner: string }[]>`
      select relname as name, relrowsecurity as secured, relowner::regrole::text as owner
      from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'`
    expect(new Set(tables.map((table) => table.owner))).toEqual(new Set(['supabase_auth_admin']))
    const open = tables.filter((table) => !table.secured).map((table) => table.name).sort()
    expect(open).toEqual([
      'custom_oauth_providers',
      'oauth_authorizations',
      'oauth_client_states',
      'oauth_clients',
      'oauth_consents',
      'webauthn_challenges',
      'webauthn_credentials',
    ])
  })

  test('a migration may refer to users, watch them and publish what it chooses', async () => {
    await owner.unsafe(`
      create table public.profiles (id uuid primary key references auth.users (id) on delete cascade);
      create function public.make_profile() returns trigger language plpgsql security definer set search_path = '' as $$
      begin insert into public.profiles values (new.id); return new; end $$;
      create trigger make_profile after insert on auth.users for each row execute function public.make_profile();
      create view public.members as select id from auth.users;
      grant select on public.members to anon;
      grant select on auth.users to service_role;
    `).simple()
    const id = await seedUser('profile@x.example')
    expect(await owner`select id from public.profiles`).toEqual([{ id }])
    expect(await connectAs(database, 'anon')`select id from public.members`).toEqual([{ id }])
    await owner`delete from auth.users where id = ${id}`
    expect(await owner`select id from public.profiles`).toEqual([])
  })
})

describe('functions', () => {
  test('say who asks', async () => {
    const sub = randomUUID()
    const sql = connectAs(database, 'authenticated', { claims: { sub, email: 'a@b.example', aal: 'aal2' } })
    const [row] = await sql`select auth.uid(), auth.role(), auth.email(), auth.jwt() ->> 'aal' as aal`
    expect(row).toEqual({ uid: sub, role: 'authenticated', email: 'a@b.example', aal: 'aal2' })
  })

  test('say nothing outside a request, and complain of a subject that is no id', async () => {
    const [row] = await owner`select auth.uid(), auth.role(), auth.email(), auth.jwt()`
    expect(row).toEqual({ uid: null, role: null, email: null, jwt: null })
    const sql = connectAs(database, 'authenticated', { claims: { sub: 'nobody' } })
    await expect(sql`select auth.uid()`).rejects.toMatchObject({ code: '22P02' })
  })
})

test('an address belongs to one user, unless it comes from single sign-on', async () => {
  await seedUser('one@x.example')
  await expect(seedUser('one@x.example')).rejects.toMatchObject({
    code: '23505',
    constraint_name: 'users_email_partial_key',
  })
  await owner`
    insert into auth.users (id, email, is_sso_user) values (${randomUUID()}, 'one@x.example', true)`
})

test('whatever belongs to a user goes with it', async () => {
  const id = await seedUser('gone@x.example')
  const session = randomUUID()
  await owner`insert into auth.sessions (id, user_id) values (${session}, ${id})`
  await owner`insert into auth.refresh_tokens (token, user_id, session_id) values ('t', ${id}, ${session})`
  await owner`
    insert into auth.identities (provider_id, user_id, identity_data, provider)
    values (${id}, ${id}, '{"email": "Gone@X.example"}', 'email')`
  expect(await owner`select email from auth.identities where user_id = ${id}`).toEqual([{
    email: 'gone@x.example',
  }])
  await owner`delete from auth.users where id = ${id}`
  const [left] = await owner`
    select
      (select count(*)::int from auth.sessions where user_id = ${id}) as sessions,
      (select count(*)::int from auth.refresh_tokens where user_id = ${id}) as tokens,
      (select count(*)::int from auth.identities where user_id = ${id}) as identities`
  expect(left).toEqual({ sessions: 0, tokens: 0, identities: 0 })
})
