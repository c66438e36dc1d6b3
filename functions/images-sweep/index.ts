import { withSupabase } from '@supabase/server'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { createHandler } from './handler.ts'

const supabaseOptions = { global: { fetch: fetchWithin(20_000) } }

export default {
  // A job of the database calls this, with the secret key: files are removed through Storage, never by SQL.
  fetch: measured(
    measuring('images-sweep', EdgeRuntime, supabaseOptions),
    withSupabase({ auth: 'secret', supabaseOptions }, (req, { supabaseAdmin }) => {
      const handler = createHandler({
        sql: sqlThrough(supabaseAdmin),
        async remove(bucket, paths) {
          const { error } = await supabaseAdmin.storage.from(bucket).remove(paths)
          if (error) throw new Error(`removing files of ${bucket} failed: ${error.message}`)
        },
      })
      return handler(req)
    }),
  ),
} satisfies Deno.ServeDefaultExport
