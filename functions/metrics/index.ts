import { withSupabase } from '@supabase/server'
import { fetchWithin } from '../_shared/http.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { withBearerAsKey } from './core.ts'
import { createHandler } from './handler.ts'

const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

// What sells and how much is the operator's business: the secret key, and numbers of the whole marketplace.
const serve = withSupabase(
  { auth: 'secret', supabaseOptions },
  (req, ctx) => createHandler(sqlThrough(ctx.supabaseAdmin))(req),
)

export default {
  fetch: (req: Request) => serve(withBearerAsKey(req)),
} satisfies Deno.ServeDefaultExport
