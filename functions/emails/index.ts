import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { readEnvironment, SiteEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'
import { createResend } from './resend.ts'

const env = readEnvironment(
  SiteEnvironment.extend({
    RESEND_API_KEY: z.string().min(1),
    RESEND_API_BASE: z.url().optional(),
    EMAIL_FROM: z.string().min(1),
  }),
  Deno.env.toObject(),
)
const sendMail = createResend({ apiKey: env.RESEND_API_KEY, from: env.EMAIL_FROM, base: env.RESEND_API_BASE })
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  // A job of the database calls this, with the secret key; the outbox belongs to nobody in particular.
  fetch: measured(
    measuring('emails', EdgeRuntime, supabaseOptions),
    withSupabase({ auth: 'secret', supabaseOptions }, (req, ctx) =>
      createHandler({
        sql: sqlThrough(ctx.supabaseAdmin),
        sendMail,
        siteUrl: env.SITE_URL,
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
