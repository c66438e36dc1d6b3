import { withSupabase } from '@supabase/server'
import { readEnvironment, SiteEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(SiteEnvironment, Deno.env.toObject())
const supabaseOptions = { global: { fetch: fetchWithin(5000) } }

// A calendar program brings no key: the address itself is the secret.
const forTokens = withSupabase(
  { auth: 'none', supabaseOptions },
  (req, ctx) => createHandler({ sql: sqlThrough(ctx.supabase), siteUrl: env.SITE_URL })(req),
)
const forCustomers = withSupabase(
  { auth: 'user', supabaseOptions },
  (req, ctx) => createHandler({ sql: sqlThrough(ctx.supabase), siteUrl: env.SITE_URL })(req),
)

export default {
  fetch: measured(
    measuring('calendar', EdgeRuntime, supabaseOptions),
    (req) => req.headers.has('authorization') ? forCustomers(req) : forTokens(req),
  ),
} satisfies Deno.ServeDefaultExport
