import { withSupabase } from '@supabase/server'
import { z } from 'zod'
import { readEnvironment } from '../_shared/environment.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'
import { resolveName, send } from './send.ts'

const env = readEnvironment(
  // Where a developer's own receiver listens on the same machine.
  z.object({ WEBHOOKS_ALLOW_LOOPBACK: z.enum(['true', 'false']).default('false') }),
  Deno.env.toObject(),
)
const sending = { resolve: resolveName, allowLoopback: env.WEBHOOKS_ALLOW_LOOPBACK === 'true' }
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  // A job of the database calls this, with the secret key; events belong to nobody in particular.
  fetch: measured(
    measuring('webhooks', EdgeRuntime, supabaseOptions),
    withSupabase({ auth: 'secret', supabaseOptions }, (req, ctx) =>
      createHandler({
        sql: sqlThrough(ctx.supabaseAdmin),
        send: (request) => send(request, sending),
      })(req)),
  ),
} satisfies Deno.ServeDefaultExport
