import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  createClient,
  FunctionsFetchError,
  FunctionsHttpError,
  type SupabaseClient,
} from '@supabase/supabase-js'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import WebSocket from 'ws'
import { JwtSigner, signJwtWithSecret } from '../jwt.ts'
import { startStorage, StorageConfig } from '../storage/index.ts'
import { clientOptions, createDatabase, releaseLater } from '../testing/index.ts'
import { startLocalFunctions } from './functions/local.ts'

// Scenarios of edge functions. They run against the local platform, or against any project that has the functions of
// fixtures/functions: SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_JWT_SECRET.

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), 'fixtures', 'functions')
const REMOTE_URL = process.env['SUPABASE_URL']
const SUB = '317eadce-631a-4429-a0bb-f19a7a517b4a'

let url: string
let publishableKey: string
let jwtSecret: string
let client: SupabaseClient
let printed: string[] = []

beforeAll(async () => {
  if (REMOTE_URL === undefined) {
    const { keys } = inject('server')
    const hello = { enabled: true, verify_jwt: false }
    const local = await startLocalFunctions({
      directory: FIXTURES,
      config: { hello, mirror: { ...hello, verify_jwt: true }, calm: { ...hello, enabled: false } },
      environment: { GREETING: 'hi' },
    })
    const directory = await mkdtemp(join(tmpdir(), 'storage-'))
    releaseLater(() => rm(directory, { recursive: true }))
    const database = await createDatabase('platform')
    local.services.storage = await startStorage({
      database,
      keys,
      config: StorageConfig.parse({}),
      directory,
    })
    releaseLater(() => local.services.storage!.close())
    printed = local.lines
    url = local.url
    publishableKey = keys.publishableKey
    jwtSecret = keys.jwtSecret
  } else {
    url = REMOTE_URL
    publishableKey = process.env['SUPABASE_PUBLISHABLE_KEY'] ?? ''
    jwtSecret = process.env['SUPABASE_JWT_SECRET'] ?? ''
  }
  client = createClient(url, publishableKey, clientOptions())
})

/** A token of a signed-in user; `claims` replace the usual ones. */
async function token(claims: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return await signJwtWithSecret(
    { role: 'authenticated', sub: SUB, aud: 'authenticated', iat: now, exp: now + 600, ...claims },
    jwtSecret,
  )
}

const call = (path: string, init: RequestInit = {}) => {
  const headers = new Headers({ apikey: publishableKey })
  new Headers(init.headers).forEach((value, name) => headers.set(name, value))
  return fetch(`${url}/functions/v1/${path}`, { ...init, headers })
}

interface Mirrored {
  url: string
  method: string
  headers: Record<string, string>
  body: string
}

describe('a request reaches the function as it was sent', () => {
  test('with its path, query, method and headers', async () => {
    const { data, error } = await client.functions.invoke<Mirrored>('mirror/a/b?x=1&x=2', {
      method: 'PATCH',
      headers: { 'x-custom': 'yes' },
      body: { one: 1 },
    })
    expect(error).toBeNull()
    const at = new URL(data!.url)
    expect(at.pathname).toBe('/mirror/a/b')
    expect(at.searchParams.getAll('x')).toEqual(['1', '2'])
    expect(data!.method).toBe('PATCH')
    expect(data!.headers).toMatchObject({
      'x-custom': 'yes',
      'content-type': 'application/json',
      apikey: publishableKey,
    })
    expect(JSON.parse(data!.body)).toEqual({ one: 1 })
  })

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('with the method %s', async (method) => {
    const { data } = await client.functions.invoke<Mirrored>('mirror', { method })
    expect(data!.method).toBe(method)
  })

  test('with a body of any kind', async () => {
    const text = await client.functions.invoke<Mirrored>('mirror', { body: 'plain words' })
    expect(text.data).toMatchObject({ body: 'plain words' })
    expect(text.data!.headers['content-type']).toBe('text/plain')

    const bytes = await client.functions.invoke<Mirrored>('mirror', { body: new Blob(['blob']) })
    expect(bytes.data).toMatchObject({ body: 'blob' })

    const form = new FormData()
    form.append('field', 'value')
    const sent = await client.functions.invoke<Mirrored>('mirror', { body: form })
    expect(sent.data!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(sent.data!.body).toContain('value')

    const big = 'x'.repeat(5_000_000)
    const large = await client.functions.invoke<Mirrored>('mirror', { body: big })
    expect(large.data!.body.length).toBe(big.length)
  })

  test('with the JWT that the key stands for in place of the key', async () => {
    const { data } = await client.functions.invoke<Mirrored>('mirror')
    expect(data!.headers['authorization']).toMatch(/^Bearer ey/)
  })

  test('with the region that the client asks for', async () => {
    const { data } = await client.functions.invoke<Mirrored>('mirror', { region: 'eu-west-1' as never })
    expect(data!.headers['x-region']).toBe('eu-west-1')
    expect(new URL(data!.url).searchParams.get('forceFunctionRegion')).toBe('eu-west-1')
  })
})

test('a function written with Deno.serve is served, wherever it wants to listen', async () => {
  const { data, error } = await client.functions.invoke<string>('hello')
  expect(error).toBeNull()
  expect(data).toBe('Hello World')
})

test('bodies stream both ways while they are being written', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const response = call('stream', {
    method: 'POST',
    body: readable,
    duplex: 'half',
    headers: { 'content-type': 'text/plain' },
  } as RequestInit)
  await writer.write(new TextEncoder().encode('first '))
  const reader = (await response).body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe('FIRST ')
  await writer.write(new TextEncoder().encode('second'))
  expect((await reader.read()).value).toBe('SECOND')
  await writer.close()
  expect((await reader.read()).done).toBe(true)
})

test('an event stream reaches supabase-js as a response', async () => {
  const { data } = await client.functions.invoke<Response>('stream', { body: 'event' })
  expect(await data!.text()).toBe('EVENT')
})

test('a client that goes away aborts the request in the function', async () => {
  const { aborted } = await (await call('aborted')).json() as { aborted: number }
  const controller = new AbortController()
  const request = client.functions.invoke('aborted', { body: 'x', signal: controller.signal })
  await sleep(300)
  controller.abort()
  expect((await request).error).toBeInstanceOf(FunctionsFetchError)
  await expect.poll(async () => ((await (await call('aborted')).json()) as { aborted: number }).aborted).toBe(
    aborted + 1,
  )
})

test('EdgeRuntime.waitUntil goes on after the answer', async () => {
  let body = ''
  const server: Server = createServer(async (req, res) => {
    for await (const chunk of req) body += chunk
    res.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  releaseLater(async () => server.close())
  const callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const response = await call(`background?callback=${encodeURIComponent(callback)}`, { method: 'POST' })
  expect(response.status).toBe(202)
  expect(body).toBe('')
  await expect.poll(() => body).toBe('done')
})

test('a function may speak WebSocket', async () => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/functions/v1/socket`, {
    headers: { apikey: publishableKey },
  })
  await once(socket, 'open')
  socket.send('hello')
  const [message] = await once(socket, 'message')
  expect(String(message)).toBe('echo hello')
  socket.close()
})

describe('what goes wrong', () => {
  /** Status and body of the error that supabase-js reports. */
  async function failureOf(path: string, headers: Record<string, string> = {}) {
    const { error } = await client.functions.invoke(path, { headers })
    expect(error).toBeInstanceOf(FunctionsHttpError)
    const response = (error as FunctionsHttpError).context as Response
    return { status: response.status, body: await response.text() }
  }

  test('an unknown function is a 404', async () => {
    expect(await failureOf('no-such-function')).toEqual({ status: 404, body: 'Function not found' })
    expect(await failureOf('_shared')).toEqual({ status: 404, body: 'Function not found' })
    expect((await call('%2e%2e/mirror')).status).toBe(404)
  })

  test('a handler that throws is a 500 of its own', async () => {
    expect(await failureOf('throws')).toEqual({ status: 500, body: 'Internal Server Error' })
  })

  test('a module that cannot be loaded is a boot error', async () => {
    const failure = await failureOf('broken')
    expect(failure.status).toBe(503)
    expect(JSON.parse(failure.body)).toEqual({
      code: 'BOOT_ERROR',
      message: 'Worker failed to boot (please check logs)',
    })
  })

  test('a function that dies takes its own requests with it, and no others', async () => {
    await client.functions.invoke('aborted', { method: 'GET' })
    const other = client.functions.invoke<string>('aborted', { body: 'x' })
    const failure = await failureOf('crash?now')
    expect(failure.status).toBe(500)
    expect(JSON.parse(failure.body)).toMatchObject({ code: 'WORKER_ERROR' })
    expect((await client.functions.invoke('crash')).data).toEqual({ served: 1 })
    expect((await other).data).toBe('late')
  })

  test('tokens that are missing or bad are refused', async () => {
    const bare = (headers: Record<string, string>) =>
      fetch(`${url}/functions/v1/mirror`, { method: 'POST', headers })
    const refusal = async (authorization: string) => {
      const response = await bare({ authorization })
      return [response.status, await response.json()]
    }
    const missing = await bare({})
    expect([missing.status, await missing.json()]).toEqual([401, {
      msg: 'Error: Missing authorization header',
    }])
    expect(await refusal('Basic abc')).toEqual([401, { msg: "Error: Auth header is not 'Bearer {token}'" }])
    expect(await refusal(`Bearer ${await token({ exp: 1 })}`)).toEqual([401, { msg: 'Invalid JWT' }])
    const forged = await signJwtWithSecret(
      { role: 'service_role' },
      'another-secret-of-thirty-two-characters',
    )
    expect(await refusal(`Bearer ${forged}`)).toEqual([401, { msg: 'Invalid JWT' }])
    const unsigned = `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${
      btoa('{"role":"service_role"}').replace(/=+$/, '')
    }.`
    expect((await refusal(`Bearer ${unsigned}`))[0]).toBe(401)
    expect((await refusal('Bearer nonsense'))[0]).toBe(401)
  })

  test('OPTIONS needs no token: the function answers it', async () => {
    const response = await fetch(`${url}/functions/v1/mirror`, { method: 'OPTIONS' })
    expect(await response.json()).toMatchObject({ method: 'OPTIONS' })
  })
})

describe('withSupabase from @supabase/server', () => {
  test('lets a signed-in user in, with claims and an admin client', async () => {
    const { data, error } = await client.functions.invoke('whoami', {
      headers: { authorization: `Bearer ${await localOrGivenUserToken()}` },
    })
    expect(error).toBeNull()
    expect(data).toMatchObject({ role: 'authenticated', buckets: true })
  })

  test('keeps everyone else out', async () => {
    const { error } = await client.functions.invoke('whoami')
    expect(((error as FunctionsHttpError).context as Response).status).toBe(401)
  })

  async function localOrGivenUserToken(): Promise<string> {
    const given = process.env['SUPABASE_USER_TOKEN']
    if (given !== undefined) return given
    const now = Math.floor(Date.now() / 1000)
    const claims = { role: 'authenticated', sub: SUB, aud: 'authenticated', iat: now, exp: now + 600 }
    return await new JwtSigner(inject('server').keys.signingKeys[0]!).sign(claims)
  }
})

describe.skipIf(REMOTE_URL !== undefined)('on the local platform', () => {
  test('the environment is what Supabase sets and what was passed, and nothing of this process', async () => {
    const { data } = await client.functions.invoke<Record<string, string>>('environment')
    const { keys } = inject('server')
    expect(data).toMatchObject({
      SUPABASE_URL: url,
      SUPABASE_ANON_KEY: keys.anonJwt,
      SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleJwt,
      GREETING: 'hi',
    })
    expect(JSON.parse(data!['SUPABASE_PUBLISHABLE_KEYS']!)).toEqual({ default: keys.publishableKey })
    expect(JSON.parse(data!['SUPABASE_SECRET_KEYS']!)).toEqual({ default: keys.secretKey })
    expect(JSON.parse(data!['SUPABASE_JWKS']!)).toHaveProperty('keys')
    for (const hidden of ['HOME', 'PATH', 'PWD', 'HOSTNAME', 'VITEST']) {
      expect(data).not.toHaveProperty(hidden)
    }
  })

  test('a function without verify_jwt needs no token, one that is switched off is not there', async () => {
    const response = await fetch(`${url}/functions/v1/hello`)
    expect(await response.text()).toBe('Hello World')
    expect((await call('calm')).status).toBe(404)
  })

  test('what a function prints comes out with its name in front, line by line', async () => {
    await client.functions.invoke('throws')
    expect(printed).toContain("[functions/throws] about to fail { reason: 'on purpose' }")
    expect(printed.some((line) => line.startsWith('[functions/throws] Error: the handler fails'))).toBe(true)
    expect(printed.every((line) => !line.includes('\n'))).toBe(true)
  })

  test('a function that never answers is a 504, and serves again', async () => {
    const silent = await call('silent')
    expect([silent.status, await silent.json()]).toEqual([504, {
      message: 'The upstream server is timing out',
    }])
    const spinning = await call('spinning?now')
    expect(spinning.status).toBe(504)
    // Its thread is busy for ever, so only another worker can serve it.
    await expect.poll(async () => (await call('spinning')).status, { timeout: 10_000 }).toBe(200)
  })
})
