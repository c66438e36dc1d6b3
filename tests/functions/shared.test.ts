import { corsHeaders } from '@supabase/supabase-js/cors'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { STOREFRONT_CORS } from '../../functions/_shared/cors.ts'
import { readEnvironment } from '../../functions/_shared/environment.ts'
import { pathOf } from '../../functions/_shared/http.ts'
import { measured } from '../../functions/_shared/measured.ts'
import { Problem } from '../../functions/_shared/problem.ts'
import { sqlThrough } from '../../functions/_shared/sql.ts'
import { type Answers, sqlOf } from './support.ts'

const call = (error: { code: string; message: string; details: string | null }) =>
  sqlThrough({ rpc: async () => ({ data: null, error }) })('verb', {}, z.unknown()).then(
    () => null,
    (failure: unknown) => failure,
  )

test('storefronts may send what supabase-js sends, and the cart token', () => {
  expect(STOREFRONT_CORS).toEqual({
    ...corsHeaders,
    'Access-Control-Allow-Headers': `${corsHeaders['Access-Control-Allow-Headers']}, x-cart-token`,
  })
})

test('what SQL raises keeps its status, code and sentence', async () => {
  expect(await call({ code: 'PT409', message: 'Sold out.', details: 'out_of_stock' })).toMatchObject({
    status: 409,
    code: 'out_of_stock',
    message: 'Sold out.',
  })
})

test.each(['', 'PGRST003', '40P01', '55P03', '53300', '57P01'])('%j passes by itself: 503', async (code) => {
  expect(await call({ code, message: 'x', details: null })).toMatchObject({
    status: 503,
    code: 'service_unavailable',
  })
})

test.each(['42501', '23505', 'P0001', '57014', 'PGRST202'])('%s is unexpected', async (code) => {
  expect(await call({ code, message: 'x', details: null })).not.toBeInstanceOf(Problem)
})

test('an answer of another shape is unexpected', async () => {
  const sql = sqlThrough({ rpc: async () => ({ data: { amount: 'many' }, error: null }) })
  await expect(sql('verb', {}, z.object({ amount: z.number() }))).rejects.toThrow(
    'verb answered something unexpected',
  )
})

test('the environment is checked by name and never shown', () => {
  const read = () => readEnvironment(z.object({ A: z.string(), B: z.url() }), { B: 'secret' })
  expect(read).toThrow('A, B')
  expect(read).not.toThrow('secret')
})

test.each([
  ['/payments', '/'],
  ['/payments/', '/'],
  ['/payments/intents?x=1', '/intents'],
  ['/functions/v1/payments/intents', '/intents'],
  ['/paymentsx/intents', '/paymentsx/intents'],
])('the route of %s is %s', (path, route) => {
  expect(pathOf(new Request(`http://functions${path}`), 'payments')).toBe(route)
})

describe('counting requests', () => {
  const count = async (req: Request, answers: Answers = { record_request: null }) => {
    const { sql, calls } = sqlOf(answers)
    const background: Promise<unknown>[] = []
    const measuring = {
      name: 'payments',
      routes: ['/intents'],
      sql,
      inBackground: (work: Promise<unknown>) => void background.push(work),
    }
    const response = await measured(measuring, async () => new Response(null, { status: 204 }))(req)
    await Promise.all(background)
    return { status: response.status, calls }
  }

  test.each([['/payments/intents', '/intents'], ['/payments', '/'], ['/payments/pi_1234', '*']])(
    '%s counts as %s',
    async (path, route) => {
      const { calls } = await count(new Request(`http://functions${path}`, { method: 'POST' }))
      expect(calls).toEqual([{
        name: 'record_request',
        args: {
          function_name: 'payments',
          route,
          method: 'POST',
          status: 204,
          duration_ms: expect.any(Number),
        },
      }])
    },
  )

  test('counting requests never stands in the way of the answer', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const request = new Request('http://functions/payments/intents')
    expect((await count(request, { record_request: new Error('gone') })).status).toBe(204)
    log.mockRestore()
  })
})
