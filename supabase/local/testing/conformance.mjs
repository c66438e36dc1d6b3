// Entry of `npm run test:conformance [-- service …]`: the scenarios of one service or of all, against the local platform, or
// against the project that the environment names (SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY,
// SUPABASE_DB_URL, SUPABASE_JWT_SECRET, INBOX_URL; for a bare PostgREST: PGRST_URL, PGRST_JWT_SECRET, SUPABASE_DB_URL).
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const SERVICES = ['rest', 'auth', 'storage', 'realtime', 'functions']

const asked = process.argv.slice(2)
const unknown = asked.filter((service) => !SERVICES.includes(service))
if (unknown.length > 0) {
  console.error(`There is no service ${unknown.join(', ')}; there are ${SERVICES.join(', ')}.`)
  process.exit(1)
}
const services = asked.length > 0 ? asked : process.env.PGRST_URL ? ['rest'] : SERVICES
const runner = fileURLToPath(new URL('../../../tests/support/run.mjs', import.meta.url))
const files = services.map((service) => `supabase/local/tests/${service}.test.ts`)
const { status } = spawnSync(process.execPath, [runner, ...files], { stdio: 'inherit' })
process.exit(status ?? 1)
