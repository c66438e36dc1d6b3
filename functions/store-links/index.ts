import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { STOREFRONT_CORS } from '../_shared/cors.ts'
import { readEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(z.object({ SUPABASE_URL: z.url() }), Deno.env.toObject())
const functionUrl = `${env.SUPABASE_URL}/functions/v1/store-links`
const supabaseOptions = { global: { fetch: fetchWithin(5000) } }

// A picture in a page and a camera bring no key, and see what any visitor sees.
const forVisitors = withSupabase(
  { auth: 'none', cors: STOREFRONT_CORS, supabaseOptions },
  (req, ctx) => createHandler({ sql: sqlThrough(ctx.supabase), functionUrl })(req),
)
const forMembers = withSupabase(
  { auth: 'user', cors: STOREFRONT_CORS, supabaseOptions },
  (req, ctx) => createHandler({ sql: sqlThrough(ctx.supabase), functionUrl })(req),
)

export default {
  fetch: measured(
    measuring('store-links', EdgeRuntime, supabaseOptions),
    (req) => req.method === 'GET' || req.method === 'HEAD' ? forVisitors(req) : forMembers(req),
  ),
} satisfies Deno.ServeDefaultExport
