import { request } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../support/index.ts'

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
