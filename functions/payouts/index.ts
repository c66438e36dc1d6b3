import { withSupabase } from '@supabase/server'
import { STOREFRONT_CORS } from '../_shared/cors.ts'
import { readEnvironment, SiteEnvironment, StripeEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { siteList } from '../_shared/site.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createStripe } from '../_shared/stripe.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(StripeEnvironment.extend(SiteEnvironment.shape), Deno.env.toObject())
const stripe = createStripe(env.STRIPE_SECRET_KEY, env.STRIPE_API_BASE)
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  fetch: measured(
    measuring('payouts', EdgeRuntime, supabaseOptions, ['/onboarding', '/account']),
    withSupabase({ auth: 'user', cors: STOREFRONT_CORS, supabaseOptions }, (req, ctx) =>
      createHandler({
        asUser: sqlThrough(ctx.supabase),
        // Writing down which account belongs to a store is nobody's right but the service's.
        asService: sqlThrough(ctx.supabaseAdmin),
        stripe,
        livemode: env.STRIPE_SECRET_KEY.startsWith('sk_live_'),
        sites: { url: env.SITE_URL, others: siteList(env.ADDITIONAL_SITE_URLS) },
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
