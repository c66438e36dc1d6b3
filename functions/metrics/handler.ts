import { z } from 'zod'
import { allowMethods, answering, type Handler } from '../_shared/http.ts'
import type { CallSql } from '../_shared/sql.ts'
import { exposition, Sample } from './core.ts'

/** `GET /metrics`: requests, orders, outbox and stock in numbers, for Prometheus. */
export function createHandler(sql: CallSql): Handler {
  return answering(async (req) => {
    allowMethods(req, 'GET', 'HEAD')
    const samples = await sql('read_metrics', {}, z.array(Sample))
    return new Response(exposition(samples), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  })
}
