import { withSupabase } from '@supabase/server'
import { STOREFRONT_CORS } from '../_shared/cors.ts'
import { fetchWithin } from '../_shared/http.ts'
import { measured, measuring } from '../_shared/measured.ts'
import { sqlThrough } from '../_shared/sql.ts'
import { filesThrough } from './files.ts'
import { createHandler } from './handler.ts'
import type { Fonts } from './pdf.ts'

const read = (name: string) => Deno.readFile(new URL(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)))
let loaded: Promise<Fonts> | undefined
const fonts = () =>
  loaded ??= Promise.all([read('DejaVuSans'), read('DejaVuSans-Bold')])
    .then(([regular, bold]) => ({ regular, bold }))
const supabaseOptions = { global: { fetch: fetchWithin(8000) } }

export default {
  fetch: measured(
    measuring('documents', EdgeRuntime, supabaseOptions, ['/receipts']),
    withSupabase(
      { auth: 'user', cors: STOREFRONT_CORS, supabaseOptions },
      (req, ctx) =>
        createHandler({
          sql: sqlThrough(ctx.supabase),
          files: filesThrough(ctx.supabase, ctx.supabaseAdmin),
          fonts,
        })(req),
    ),
  ),
} satisfies Deno.ServeDefaultExport
