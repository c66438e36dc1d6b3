import { request } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../testing/index.ts'

let platform: TestPlatform

beforeAll(async () => {
  platform = await startTestPlatform({ template: 'platform' })
})

describe('the gateway', () => {
  test('answers a path that leads nowhere as Kong does', async () => {
    const response = await fetch(`${platform.apiUrl}/nowhere`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: 'no Route matched with those values' })
  })

  test('says what it does not serve', async () => {
    const response = await fetch(`${platform.apiUrl}/pg/tables`)
    expect(response.status).toBe(501)
    expect(await response.json()).toHaveProperty('message')
  })

  test('answers a preflight itself', async () => {
    const response = await fetch(`${platform.apiUrl}/rest/v1/things`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey,x-client-info',
      },
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-headers')).toBe('apikey,x-client-info')
    expect(response.headers.get('access-control-allow-methods')).toBe(
      'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT',
    )
  })

  test('lets every origin read an answer', async () => {
    const response = await fetch(`${platform.apiUrl}/storage/v1/status`)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('lets a page read what a REST answer says of itself, errors too', async () => {
    const exposed = (path: string, headers: Record<string, string>) =>
      fetch(`${platform.apiUrl}${path}`, { headers: { apikey: platform.keys.publishableKey, ...headers } })
        .then((response) => response.headers.get('access-control-expose-headers'))
    const origin = { origin: 'http://shop.example' }
    const all =
      'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit'
    expect(await exposed('/rest/v1/', origin)).toBe(all)
    expect(await exposed('/rest/v1/nothing', origin)).toBe(all)
    expect(await exposed('/rest/v1/', { ...origin, authorization: 'Bearer no.token.this' })).toBe(all)
    expect(await exposed('/rest/v1/', {})).toBeNull()
  })

  test('survives heads that are too large, and broken requests', async () => {
    const tooLarge = await new Promise<number | undefined>((resolve, reject) => {
      const req = request(`${platform.apiUrl}/rest/v1/things`, {
        headers: { 'x-large': 'x'.repeat(100_000) },
      })
      req.on('response', (response) => resolve(response.statusCode))
      req.on('error', reject)
      req.end()
    })
    expect(tooLarge).toBe(431)
    expect((await fetch(`${platform.apiUrl}/nowhere`)).status).toBe(404)
  })

  test('refuses a WebSocket that leads nowhere', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const req = request(`${platform.apiUrl}/nowhere`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-version': '13',
        },
      })
      req.on('response', (response) => resolve(response.statusCode))
      req.on('error', reject)
      req.end()
    })
    expect(status).toBe(404)
  })
})

describe('a service', () => {
  const ask = async (path: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`${platform.apiUrl}${path}`, { headers })
    return [response.status, await response.text()]
  }

  test('says that it is well, and which version it follows', async () => {
    const [status, health] = await ask('/auth/v1/health') as [number, string]
    expect([status, JSON.parse(health)]).toEqual([200, {
      version: 'v2.197.0',
      name: 'GoTrue',
      description: 'GoTrue is a user registration and authentication API',
    }])
    expect(await ask('/storage/v1/status')).toEqual([200, ''])
    expect(await ask('/storage/v1/version')).toEqual([200, '1.90.1'])
    expect(await ask('/storage/v1/health')).toEqual([200, '{"healthy":true}'])
    expect(await ask('/realtime/v1/healthcheck')).toEqual([200, 'ok'])
  })

  test('of Realtime tells whoever has a token how it stands with its database', async () => {
    const path = '/realtime/v1/api/tenants/realtime-dev/health'
    expect(await ask(path)).toEqual([403, ''])
    const [status, text] = await ask(path, platform.keys.serviceRoleJwt) as [number, string]
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      data: { healthy: true, db_connected: true, connected_cluster: 0 },
    })
  })
})

describe('an API key', () => {
  beforeAll(async () => {
    await platform.sql.unsafe(`
      create function public.who() returns text language sql stable as $$
        select current_setting('request.jwt.claims', true)::json ->> 'role'
      $$;
      grant execute on function public.who to anon, authenticated, service_role;
      notify pgrst, 'reload schema';
    `).simple()
  })

  const who = async (headers: Record<string, string>) => {
    for (;;) {
      const response = await fetch(`${platform.apiUrl}/rest/v1/rpc/who`, { headers })
      // The schema cache is read anew in its own time.
      if (response.status === 404) continue
      return response.status === 200 ? await response.json() : response.status
    }
  }

  test('stands for its role, in whichever header it comes', async () => {
    const { publishableKey, secretKey } = platform.keys
    expect(await who({ apikey: publishableKey })).toBe('anon')
    expect(await who({ apikey: secretKey })).toBe('service_role')
    expect(await who({ apikey: secretKey, authorization: `Bearer ${secretKey}` })).toBe('service_role')
    // What begins with sb_ is no token: the key decides.
    expect(await who({ apikey: publishableKey, authorization: `Bearer ${secretKey}` })).toBe('anon')
  })

  test('gives way to a token', async () => {
    const { anonJwt, serviceRoleJwt, secretKey, publishableKey } = platform.keys
    expect(await who({ apikey: secretKey, authorization: `Bearer ${anonJwt}` })).toBe('anon')
    expect(await who({ apikey: publishableKey, authorization: `Bearer ${serviceRoleJwt}` })).toBe(
      'service_role',
    )
    expect(await who({ apikey: publishableKey, authorization: 'Bearer not.a.token' })).toBe(401)
  })

  test('that is missing makes a visitor', async () => {
    expect(await who({})).toBe('anon')
    expect(await who({ authorization: 'Bearer sb_secret_wrong' })).toBe('anon')
    expect(await who({ apikey: 'anything' })).toBe('anon')
  })

  test.each(['/rest/v1/rpc/who', '/rest/v1/', '/auth/v1/settings', '/auth/v1/token?grant_type=password'])(
    'that is of another project is refused at %s, as a hosted project does',
    async (path) => {
      const { secretKey, publishableKey, serviceRoleJwt } = platform.keys
      for (
        const key of [secretKey.slice(0, -1), `${publishableKey}x`, 'sb_secret_wrong', 'sb_publishable_']
      ) {
        const response = await fetch(platform.apiUrl + path, {
          headers: { apikey: key, authorization: `Bearer ${serviceRoleJwt}` },
        })
        expect(response.status).toBe(401)
        expect(await response.json()).toEqual({
          message: 'Invalid API key',
          hint: 'Double check your Supabase `anon` or `service_role` API key.',
        })
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
      }
    },
  )

  test('that is a legacy token works in both headers', async () => {
    const { serviceRoleJwt } = platform.keys
    expect(await who({ apikey: serviceRoleJwt, authorization: `Bearer ${serviceRoleJwt}` })).toBe(
      'service_role',
    )
  })
})
