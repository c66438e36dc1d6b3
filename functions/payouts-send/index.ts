import { withSupabase } from '@supabase/server'
import { readEnvironment, StripeEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createStripe } from '../_shared/stripe.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(StripeEnvironment, Deno.env.toObject())
const stripe = createStripe(env.STRIPE_SECRET_KEY, env.STRIPE_API_BASE)
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  // Jobs of the database call this, with the secret key; they act for nobody in particular.
  fetch: measured(
    measuring('payouts-send', EdgeRuntime, supabaseOptions, ['/balances']),
    withSupabase({ auth: 'secret', supabaseOptions }, (req, ctx) =>
      createHandler({
        sql: sqlThrough(ctx.supabaseAdmin),
        stripe,
        livemode: env.STRIPE_SECRET_KEY.startsWith('sk_live_'),
        async readEvidence(name) {
          const { data, error } = await ctx.supabaseAdmin.storage.from('dispute-evidence').download(name)
          if (error) throw error
          return data
        },
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
