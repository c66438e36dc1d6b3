import { withSupabase } from '@supabase/server'
import { createAdminClient } from '@supabase/server/core'
import { readEnvironment, SiteEnvironment, StripeEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createStripe } from '../_shared/stripe.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(StripeEnvironment.extend(SiteEnvironment.shape), Deno.env.toObject())
const stripe = createStripe(env.STRIPE_SECRET_KEY, env.STRIPE_API_BASE)
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

const measuring = {
  name: 'payments',
  routes: ['/intents', '/refunds'],
  // Counting is the service's business, whoever calls.
  sql: sqlThrough(createAdminClient({ supabaseOptions })),
  inBackground: (work: Promise<unknown>) => EdgeRuntime.waitUntil(work),
}

export default {
  fetch: measured(
    measuring,
    withSupabase({ auth: 'user', supabaseOptions }, (req, ctx) =>
      createHandler({
        asUser: sqlThrough(ctx.supabase),
        // Writing down which intent belongs to a payment is nobody's right but the service's.
        asService: sqlThrough(ctx.supabaseAdmin),
        stripe,
        siteUrl: env.SITE_URL,
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
