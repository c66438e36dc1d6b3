import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { readEnvironment, SmsEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createTwilio } from '../_shared/twilio.ts'
import { createHandler } from './handler.ts'

/** Stands in supabase/.env.development for everybody to read, so that the CLI accepts config.toml. Signs nothing for us. */
const PLACEHOLDER = 'v1,whsec_bm90LWEtc2VjcmV0LWZvci10aGUtY29tbWFuZC1saW5lLW9ubHk='

const env = readEnvironment(
  SmsEnvironment.extend({
    SEND_SMS_HOOK_SECRETS: z.string().startsWith('v1,whsec_').refine((secrets) =>
      !secrets.includes(PLACEHOLDER)
    ),
  }),
  Deno.env.toObject(),
)
const sendSms = createTwilio({
  accountSid: env.TWILIO_ACCOUNT_SID,
  authToken: env.TWILIO_AUTH_TOKEN,
  from: env.TWILIO_FROM,
  base: env.TWILIO_API_BASE,
})
// Auth gives the whole hook five seconds.
const supabaseOptions = { global: { fetch: fetchWithin(1000) } }

export default {
  // Auth has no key of ours: its signature is the credential, checked before anything else happens.
  fetch: measured(
    measuring('auth-send-sms', EdgeRuntime, supabaseOptions),
    withSupabase({ auth: 'none', cors: 'disabled', supabaseOptions }, (req, ctx) =>
      createHandler({
        sql: sqlThrough(ctx.supabaseAdmin),
        hookSecrets: env.SEND_SMS_HOOK_SECRETS,
        sendSms,
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
