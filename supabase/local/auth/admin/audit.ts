import { requireAdmin } from '../bearer.ts'
import type { Json } from '../body.ts'
import type { Call } from '../context.ts'
import { invalid } from '../errors.ts'
import { INSTANCE_ID } from '../store/users.ts'
import { paginate } from './pages.ts'

/** What `?query=<column>:<text>` may search, and where it stands in the payload. */
const COLUMNS: Record<string, string[]> = {
  author: ['actor_username', 'actor_name'],
  action: ['action'],
  type: ['log_type'],
}

/** GET /admin/audit: the trail, newest first. */
export async function listAudit(call: Call): Promise<void> {
  await requireAdmin(call)
  const { sql } = call.auth
  const query = call.query.get('query') ?? ''
  const [name, ...words] = query.split(':')
  const members = query === '' ? [] : COLUMNS[name!]
  if (members === undefined) throw invalid(`Invalid query scope: ${query}`)
  const pattern = `%${words.join(':')}%`
  const matching = sql`
    from auth.audit_log_entries where instance_id = ${INSTANCE_ID}
    ${
    members.length === 0 ? sql`` : sql`and exists (
          select from unnest(${members}::text[]) as member where payload ->> member ilike ${pattern}
        )`
  }`
  const [counted] = await sql<{ count: number }[]>`select count(*)::int as count ${matching}`
  const { limit, offset } = paginate(call, '/admin/audit', counted!.count)
  const entries = await sql<Json[]>`
    select id, payload, created_at, ip_address ${matching}
    order by created_at desc, id limit ${limit} offset ${offset}`
  call.json(200, [...entries])
}
