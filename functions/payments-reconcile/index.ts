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
  // A job of the database calls this, with the secret key; it acts for nobody in particular.
  fetch: measured(
    measuring('payments-reconcile', EdgeRuntime, supabaseOptions),
    withSupabase(
      { auth: 'secret', supabaseOptions },
      (req, ctx) => createHandler({ sql: sqlThrough(ctx.supabaseAdmin), stripe })(req),
    ),
  ),
} satisfies Deno.ServeDefaultExport
