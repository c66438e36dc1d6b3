import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { JwtSigner } from '../jwt.ts'
import { startTestPlatform, type TestPlatform } from '../testing/index.ts'

// Many clients at once: who has gone is not worked for, and a crowd does not take everybody's turn.

/** Far more than the service has connections. */
const CROWD = 60
const PATIENCE = { timeout: 15_000, interval: 100 }

let platform: TestPlatform

beforeAll(async () => {
  platform = await startTestPlatform({ template: 'platform' })
  await platform.sql.unsafe(`
    create table public.written (id integer);
    create function public.slow_read(seconds double precision) returns integer language plpgsql stable as $$
      begin perform pg_sleep(seconds); return 1; end $$;
    create function public.slow_write(seconds double precision) returns integer language plpgsql security definer
      set search_path = '' as $$
      begin perform pg_sleep(seconds); insert into public.written values (1); return 1; end $$;
    create function public.quick() returns integer language sql stable as $$ select 1 $$;
  `).simple()
  const db = platform.service()
  while ((await db.rpc('quick')).error !== null);
})

/** A call of a function; stable ones are read by GET. */
async function call(
  path: string,
  { token, apikey = platform.keys.publishableKey, ...init }: RequestInit & {
    token?: string
    apikey?: string
  } = {},
): Promise<Response> {
  return await fetch(`${platform.apiUrl}/rest/v1/rpc/${path}`, {
    ...init,
    headers: {
      apikey,
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  })
}

/** A token of somebody. */
const personal = (sub: string): Promise<string> =>
  new JwtSigner(platform.keys.signingKeys[0]!).sign({
    sub,
    role: 'authenticated',
    aud: 'authenticated',
    exp: Math.floor(Date.now() / 1000) + 600,
  })

const running = async (what: string): Promise<number> => {
  const [row] = await platform.sql`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and state = 'active' and query like ${`%${what}%`} and pid <> pg_backend_pid()`
  return row!['count'] as number
}

describe('a client that has gone', () => {
  test('has its read cancelled, and those that waited are never run', async () => {
    const leaving = new AbortController()
    // With the secret key, to which no time limit applies.
    const asking = { apikey: platform.keys.secretKey, signal: leaving.signal }
    const gone = Array.from(
      { length: CROWD },
      () => call('slow_read?seconds=300', asking).catch(() => undefined),
    )
    await expect.poll(() => running('slow_read'), PATIENCE).toBeGreaterThan(5)
    leaving.abort()
    await Promise.all(gone)
    await expect.poll(() => running('slow_read'), PATIENCE).toBe(0)
    expect((await call('quick')).status).toBe(200)
    await sleep(300)
    expect(await running('slow_read')).toBe(0)
  })

  test('does not undo a write that has begun', async () => {
    const leaving = new AbortController()
    const asking = {
      apikey: platform.keys.secretKey,
      method: 'POST',
      body: '{"seconds":4}',
      signal: leaving.signal,
    }
    const gone = call('slow_write', asking).catch(() => undefined)
    await expect.poll(() => running('slow_write'), PATIENCE).toBe(1)
    leaving.abort()
    await gone
    await expect.poll(async () => (await platform.sql`select from public.written`).length, PATIENCE).toBe(1)
  })
})

describe('a crowd', () => {
  test('of slow visitors leaves room for who is signed in, and for the service', async () => {
    const leaving = new AbortController()
    const crowd = Array.from(
      { length: CROWD },
      () => call('slow_read?seconds=300', { signal: leaving.signal }).catch(() => undefined),
    )
    await expect.poll(() => running('slow_read'), PATIENCE).toBe(8)
    const token = await personal(randomUUID())
    let served = 0
    crowd.forEach((one) => void one.then(() => served++))
    expect((await platform.service().rpc('quick')).error).toBeNull()
    expect((await call('quick', { token })).status).toBe(200)
    // The time of a visitor's statement has not even run out: nobody waited for one of them.
    expect(served).toBe(0)
    leaving.abort()
    await Promise.all(crowd)
  })

  test('of requests by one person does not make another one wait for all of them', async () => {
    const [much, little] = [await personal(randomUUID()), await personal(randomUUID())]
    const crowd = Array.from({ length: CROWD }, () => call('slow_read?seconds=0.3', { token: much }))
    await expect.poll(() => running('slow_read'), PATIENCE).toBeGreaterThan(5)
    let served = 0
    crowd.forEach((one) => void one.then(() => served++))
    expect((await call('quick', { token: little })).status).toBe(200)
    expect(served).toBeLessThan(CROWD / 2)
    await Promise.all(crowd)
  })
})
