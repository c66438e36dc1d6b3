import { withSupabase } from '@supabase/server'
import { fetchWithin } from '../_shared/http.ts'
import { bucketThrough } from './bucket.ts'
import { createCodecs } from './codecs.ts'
import { createHandler } from './handler.ts'

const codecs = createCodecs((specifier) => Deno.readFile(new URL(import.meta.resolve(specifier))))
const supabaseOptions = { global: { fetch: fetchWithin(30_000) } }

export default {
  fetch: withSupabase(
    { auth: 'user', supabaseOptions },
    (req, ctx) => createHandler({ bucket: bucketThrough(ctx.supabase), codecs })(req),
  ),
} satisfies Deno.ServeDefaultExport
