import { withSupabase } from '@supabase/server'
import { STOREFRONT_CORS } from '../_shared/cors.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { bucketThrough } from './bucket.ts'
import { createCodecs } from './codecs.ts'
import { createHandler } from './handler.ts'

const codecs = createCodecs((specifier) => Deno.readFile(new URL(import.meta.resolve(specifier))))
const supabaseOptions = { global: { fetch: fetchWithin(30_000) } }

export default {
  fetch: measured(
    measuring('images', EdgeRuntime, supabaseOptions),
    withSupabase(
      { auth: 'user', cors: STOREFRONT_CORS, supabaseOptions },
      (req, ctx) => createHandler({ bucket: bucketThrough(ctx.supabase), codecs })(req),
    ),
  ),
} satisfies Deno.ServeDefaultExport
