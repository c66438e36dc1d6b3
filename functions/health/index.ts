import { createAdminClient } from '@supabase/server/core'
import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { STOREFRONT_CORS } from '../_shared/cors.ts'
import { readEnvironment, StripeEnvironment } from '../_shared/environment.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createStripe } from '../_shared/stripe.ts'
import { databaseProbes, httpProbe } from './core.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(
  StripeEnvironment.extend({
    SUPABASE_URL: z.url(),
    SUPABASE_PUBLISHABLE_KEYS: z.string().transform((keys) => JSON.parse(keys) as { default: string }),
  }),
  Deno.env.toObject(),
)
const stripe = createStripe(env.STRIPE_SECRET_KEY, env.STRIPE_API_BASE)
const apikey = { apikey: env.SUPABASE_PUBLISHABLE_KEYS.default }
// Counts of rows that belong to nobody in particular; the answer shows none of them.
const sql = sqlThrough(createAdminClient())

// One handler for all requests: it remembers its last answer.
const handler = createHandler({
  probes: () => ({
    ...databaseProbes(sql),
    auth: httpProbe(`${env.SUPABASE_URL}/auth/v1/health`, apikey),
    storage: httpProbe(`${env.SUPABASE_URL}/storage/v1/status`, apikey),
    realtime: httpProbe(`${env.SUPABASE_URL}/realtime/v1/websocket`, apikey),
    payments: () => stripe.balance.retrieve(),
  }),
  withinMs: 3000,
  keepMs: 5000,
})

export default {
  // For load balancers and status pages, which have no key.
  fetch: withSupabase({ auth: 'none', cors: STOREFRONT_CORS }, (req) => handler(req)),
} satisfies Deno.ServeDefaultExport
