import { withSupabase } from '@supabase/server'
import { createAdminClient } from '@supabase/server/core'
import { fetchWithin } from '../_shared/http.ts'
import { measured } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { bucketThrough } from './bucket.ts'
import { createCodecs } from './codecs.ts'
import { createHandler } from './handler.ts'

const codecs = createCodecs((specifier) => Deno.readFile(new URL(import.meta.resolve(specifier))))
const supabaseOptions = { global: { fetch: fetchWithin(30_000) } }

const measuring = {
  name: 'images',
  // Counting is the service's business, whoever calls.
  sql: sqlThrough(createAdminClient({ supabaseOptions })),
  inBackground: (work: Promise<unknown>) => EdgeRuntime.waitUntil(work),
}

export default {
  fetch: measured(
    measuring,
    withSupabase(
      { auth: 'user', supabaseOptions },
      (req, ctx) => createHandler({ bucket: bucketThrough(ctx.supabase), codecs })(req),
    ),
  ),
} satisfies Deno.ServeDefaultExport
