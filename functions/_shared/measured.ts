import { createAdminClient, type CreateAdminClientOptions } from '@supabase/server/core'
import { messageOf, pathOf } from './http.ts'
import { type CallSql, Nothing, sqlThrough } from './sql.ts'

/** How requests of a function are counted. */
export interface Measuring {
  /** The function's name. */
  name: string
  /** Its fixed routes. Everything else counts as `*`: ids must not become names of their own. */
  routes?: string[]
  /** As the service: nobody else may count. */
  sql: CallSql
  /** Counts after the answer; what is lost that way is only a number. */
  inBackground(work: Promise<unknown>): void
}

/**
 * How a deployed function counts: in the database, as the service, whoever called.
 * @param runtime what keeps the worker alive after the answer
 * @param routes see {@link Measuring}
 */
export function measuring(
  name: string,
  runtime: { waitUntil(work: Promise<unknown>): unknown },
  supabaseOptions: NonNullable<CreateAdminClientOptions['supabaseOptions']>,
  routes: string[] = [],
): Measuring {
  return {
    name,
    routes,
    sql: sqlThrough(createAdminClient({ supabaseOptions })),
    inBackground: (work) => runtime.waitUntil(work),
  }
}

/** Counts each request by route, method and status, with the time it took (the function `metrics` shows them). */
export function measured(
  measuring: Measuring,
  serve: (req: Request) => Promise<Response>,
): (req: Request) => Promise<Response> {
  const { name, routes = [], sql } = measuring
  return async (req) => {
    if (req.method === 'OPTIONS') return serve(req)
    const began = performance.now()
    const response = await serve(req)
    const path = pathOf(req, name)
    const counted = sql('record_request', {
      function_name: name,
      route: path === '/' || routes.includes(path) ? path : '*',
      method: req.method,
      status: response.status,
      duration_ms: Math.round(performance.now() - began),
    }, Nothing)
    measuring.inBackground(
      counted.catch((error: unknown) => console.error('counting a request failed:', messageOf(error))),
    )
    return response
  }
}
