import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { databaseProbes, type Probe } from '../../functions/health/core.ts'
import { createHandler as createHealth } from '../../functions/health/handler.ts'
import { createHandler as createSweep } from '../../functions/images-sweep/handler.ts'
import { withBearerAsKey } from '../../functions/metrics/core.ts'
import { createHandler as createMetrics } from '../../functions/metrics/handler.ts'
import { answerOf, sqlOf } from './support.ts'

const request = (path: string) => new Request(`http://functions${path}`)

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('health', () => {
  const fine = {
    outbox: { pending: 0, dead: 0, oldest_due_seconds: 3 },
    jobs: [{ name: 'emails', is_late: false }],
  }
  const build = (probes: () => Record<string, Probe>, keepMs = 0) =>
    createHealth({ probes, withinMs: 50, keepMs })

  test('health is good when all is', async () => {
    const { sql, calls } = sqlOf({ service_health: fine })
    const handler = build(() => ({ ...databaseProbes(sql), payments: async () => {} }))
    expect(await answerOf(await handler(request('/health')))).toMatchObject([200, {
      status: 'ok',
      checks: {
        database: { status: 'ok' },
        outbox: { status: 'ok' },
        jobs: { status: 'ok' },
        payments: { status: 'ok' },
      },
    }])
    expect(calls).toHaveLength(1)
  })

  test.each([
    ['outbox', { ...fine, outbox: { oldest_due_seconds: 601 } }],
    ['jobs', { ...fine, jobs: [{ name: 'emails', is_late: true }] }],
    ['jobs', { ...fine, jobs: [{ name: 'emails', is_late: false, failure: 'HTTP 401' }] }],
    ['vault', { ...fine, vault: { missing: ['secret_key'] } }],
  ])('is bad when the %s is behind', async (part, answer) => {
    const handler = build(() => databaseProbes(sqlOf({ service_health: answer }).sql))
    expect(await answerOf(await handler(request('/health')))).toMatchObject([503, {
      status: 'failing',
      checks: { database: { status: 'ok' }, [part]: { status: 'failing' } },
    }])
  })

  test('health names what has to be set', async () => {
    const { sql } = sqlOf({ service_health: { ...fine, vault: { missing: ['project_url', 'secret_key'] } } })
    expect(await answerOf(await build(() => databaseProbes(sql))(request('/health')))).toMatchObject([503, {
      checks: { vault: { status: 'failing', missing: ['project_url', 'secret_key'] } },
    }])
  })

  test('health does not wait for what hangs, and does not tell strangers what is wrong', async () => {
    const handler = build(() => ({
      hangs: () => new Promise(() => {}),
      fails: () => Promise.reject(new Error('password of 10.0.0.1 is wrong')),
      works: async () => {},
    }))
    const response = await handler(request('/health'))
    const text = await response.clone().text()
    expect(await answerOf(response)).toMatchObject([503, {
      checks: { hangs: { status: 'failing' }, fails: { status: 'failing' }, works: { status: 'ok' } },
    }])
    expect(text).not.toContain('10.0.0.1')
  })

  test('health asks once, however many ask it', async () => {
    let asked = 0
    const handler = build(() => ({ counted: async () => void asked++ }), 60_000)
    await Promise.all(Array.from({ length: 20 }, () => handler(request('/health'))))
    expect(asked).toBe(1)
  })
})

describe('copies of pictures that are gone', () => {
  test('copies of pictures that are gone are removed, a hundred at a time', async () => {
    const stale = Array.from({ length: 250 }, (_, index) => `store/${index}.webp`)
    const removed: { bucket: string; paths: string[] }[] = []
    const files = ['conversation/1']
    const { sql } = sqlOf({ list_stale_image_copies: stale, list_stale_attachments: files })
    const sweep = createSweep({ sql, remove: async (bucket, paths) => void removed.push({ bucket, paths }) })
    const answer = await sweep(new Request('http://functions/images-sweep', { method: 'POST' }))
    expect(await answerOf(answer)).toEqual([200, { removed: 251 }])
    expect(removed.map(({ bucket, paths }) => [bucket, paths.length])).toEqual([
      ['store-media', 100],
      ['store-media', 100],
      ['store-media', 50],
      ['message-attachments', 1],
    ])
    expect(removed.flatMap(({ paths }) => paths)).toEqual([...stale, ...files])
  })
})

describe('metrics', () => {
  test('metrics take the secret key as Prometheus sends it, and no other credential in its place', () => {
    const keyOf = (headers: Record<string, string>) =>
      withBearerAsKey(new Request('http://functions/metrics', { headers })).headers.get('apikey')
    expect(keyOf({ authorization: 'Bearer sb_secret_x' })).toBe('sb_secret_x')
    expect(keyOf({ authorization: 'Bearer sb_publishable_x' })).toBeNull()
    expect(keyOf({ authorization: 'Bearer eyJ.x.y' })).toBeNull()
    expect(keyOf({ authorization: 'Bearer sb_secret_x', apikey: 'other' })).toBe('other')
  })

  test('metrics are written as Prometheus reads them', async () => {
    const { sql } = sqlOf({
      read_metrics: [
        { name: 'orders_total', type: 'counter', help: 'Orders.', labels: { status: 'pending' }, value: 3 },
        { name: 'outbox_due', type: 'gauge', help: 'Mails\nthat wait.', labels: null, value: '7' },
        { name: 'orders_total', type: 'counter', help: 'Orders.', labels: { status: 'a"\\b\n' }, value: 1.5 },
        { name: 'request_seconds_bucket', type: 'histogram', help: 'Time.', labels: { le: '0.1' }, value: 2 },
        { name: 'request_seconds_count', type: 'histogram', help: 'Time.', labels: {}, value: 2 },
      ],
    })
    const response = await createMetrics(sql)(request('/metrics'))
    expect(response.headers.get('content-type')).toContain('version=0.0.4')
    expect(await response.text()).toBe(`# HELP orders_total Orders.
# TYPE orders_total counter
orders_total{status="pending"} 3
orders_total{status="a\\"\\\\b\\n"} 1.5
# HELP outbox_due Mails\\nthat wait.
# TYPE outbox_due gauge
outbox_due 7
# HELP request_seconds Time.
# TYPE request_seconds histogram
request_seconds_bucket{le="0.1"} 2
request_seconds_count 2
`)
  })

  test('metrics with a name that Prometheus cannot read are a failure, not nonsense', async () => {
    const { sql } = sqlOf({
      read_metrics: [{ name: 'a b', type: 'gauge', help: '', labels: null, value: 1 }],
    })
    expect((await createMetrics(sql)(request('/metrics'))).status).toBe(500)
  })
})
