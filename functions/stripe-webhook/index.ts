import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { readEnvironment, StripeEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createStripe } from '../_shared/stripe.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(
  StripeEnvironment.extend({
    // Several, separated by commas, while one replaces another.
    STRIPE_WEBHOOK_SECRET: z.string().min(1).transform((secrets) =>
      secrets.split(',').map((secret) => secret.trim())
    ),
  }),
  Deno.env.toObject(),
)
const stripe = createStripe(env.STRIPE_SECRET_KEY, env.STRIPE_API_BASE)
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  // Stripe has no key of ours: its signature is the credential, checked before anything else happens.
  fetch: measured(
    measuring('stripe-webhook', EdgeRuntime, supabaseOptions),
    withSupabase({ auth: 'none', cors: 'disabled', supabaseOptions }, (req, ctx) =>
      createHandler({
        sql: sqlThrough(ctx.supabaseAdmin),
        stripe,
        webhookSecrets: env.STRIPE_WEBHOOK_SECRET,
        livemode: env.STRIPE_SECRET_KEY.startsWith('sk_live_'),
        inBackground: (work) => EdgeRuntime.waitUntil(work),
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
