import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { STOREFRONT_CORS } from '../_shared/cors.ts'
import { PushEnvironment, readEnvironment, SiteEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(
  SiteEnvironment.extend({
    VAPID_PUBLIC_KEY: PushEnvironment.shape.VAPID_PUBLIC_KEY,
    SUPABASE_URL: z.url(),
  }),
  Deno.env.toObject(),
)
const supabaseOptions = { global: { fetch: fetchWithin(5000) } }

export default {
  // Mail programs and readers who are not signed in bring no key: the link is their credential.
  fetch: measured(
    measuring('notifications', EdgeRuntime, supabaseOptions, ['/push-key', '/unsubscribe']),
    withSupabase(
      { auth: 'none', cors: STOREFRONT_CORS, supabaseOptions },
      (req, ctx) =>
        createHandler({
          sql: sqlThrough(ctx.supabase),
          pushKey: env.VAPID_PUBLIC_KEY,
          supabaseUrl: env.SUPABASE_URL,
          siteUrl: env.SITE_URL,
        })(req),
    ),
  ),
} satisfies Deno.ServeDefaultExport
