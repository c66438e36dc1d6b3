import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { readEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'

const env = readEnvironment(
  z.object({
    // Several, separated by commas, while one replaces another.
    RESEND_WEBHOOK_SECRET: z.string().startsWith('whsec_').transform((secrets) =>
      secrets.split(',').map((secret) => secret.trim())
    ),
  }),
  Deno.env.toObject(),
)
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  // Resend has no key of ours: its signature is the credential, checked before anything else happens.
  fetch: measured(
    measuring('resend-webhook', EdgeRuntime, supabaseOptions),
    withSupabase(
      { auth: 'none', cors: 'disabled', supabaseOptions },
      (req, ctx) =>
        createHandler({ sql: sqlThrough(ctx.supabaseAdmin), webhookSecrets: env.RESEND_WEBHOOK_SECRET })(req),
    ),
  ),
} satisfies Deno.ServeDefaultExport
