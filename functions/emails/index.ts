import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { PushEnvironment, readEnvironment, SiteEnvironment, SmsEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createTwilio } from '../_shared/twilio.ts'
import { createHandler } from './handler.ts'
import { createPush } from './push.ts'
import { createResend } from './resend.ts'

const env = readEnvironment(
  SiteEnvironment.extend({
    ...SmsEnvironment.shape,
    ...PushEnvironment.shape,
    SUPABASE_URL: z.url(),
    RESEND_API_KEY: z.string().min(1),
    RESEND_API_BASE: z.url().optional(),
    EMAIL_FROM: z.string().min(1),
  }),
  Deno.env.toObject(),
)
const sendMail = createResend({ apiKey: env.RESEND_API_KEY, from: env.EMAIL_FROM, base: env.RESEND_API_BASE })
const sendSms = createTwilio({
  accountSid: env.TWILIO_ACCOUNT_SID,
  authToken: env.TWILIO_AUTH_TOKEN,
  from: env.TWILIO_FROM,
  base: env.TWILIO_API_BASE,
})
const sendPush = createPush({
  publicKey: env.VAPID_PUBLIC_KEY,
  privateKey: env.VAPID_PRIVATE_KEY,
  subject: env.VAPID_SUBJECT,
  base: env.PUSH_API_BASE,
})
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  // A job of the database calls this, with the secret key; the outbox belongs to nobody in particular.
  fetch: measured(
    measuring('emails', EdgeRuntime, supabaseOptions),
    withSupabase({ auth: 'secret', supabaseOptions }, (req, ctx) =>
      createHandler({
        sql: sqlThrough(ctx.supabaseAdmin),
        sendMail,
        sendSms,
        sendPush,
        unsubscribeUrl: `${env.SUPABASE_URL}/functions/v1/notifications/unsubscribe`,
        siteUrl: env.SITE_URL,
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
