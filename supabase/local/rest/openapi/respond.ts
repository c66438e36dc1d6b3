import type { StepResult } from '../database/connection.ts'
import { mediaTypesUnavailable, openApiDisabled } from '../errors.ts'
import type { Knowledge } from '../knowledge.ts'
import type { ApiRequest } from '../request/api-request.ts'
import { mediaTypeName } from '../request/media.ts'
import { type RestResponse, typeHeaders } from '../response.ts'
import type { Work } from '../transaction.ts'
import { describeApi } from './document.ts'

/** Media types that the document may be asked for as. */
const ACCEPTABLE = new Set(['openapi', 'json', 'any'])

/** What the request's role may use; `mine` is false for what is there but not for it. */
interface Access {
  readonly tables: readonly string[]
  readonly routines: readonly string[]
  readonly description: string | null
}

/** Which tables and functions of a schema the current role has any privilege on. */
const ACCESS = `
select json_build_object(
  'tables', coalesce((
    select json_agg(c.relname)
    from pg_catalog.pg_class c
    where c.relnamespace = n.oid and c.relkind in ('v', 'r', 'm', 'f', 'p') and (
      pg_has_role(c.relowner, 'USAGE')
      or has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      or has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
    )
  ), '[]'),
  'routines', coalesce((
    select json_agg(distinct p.proname)
    from pg_catalog.pg_proc p
    where p.pronamespace = n.oid and p.prokind = 'f' and has_function_privilege(p.oid, 'execute')
  ), '[]'),
  'description', obj_description(n.oid, 'pg_namespace')
)
from pg_catalog.pg_namespace n
where n.nspname = $1`

/** Answers the root with a document of what the request's role may use. */
export async function openApiResponse(
  request: ApiRequest,
  { settings, catalog }: Knowledge,
  transact: (work: readonly Work[]) => Promise<readonly StepResult[]>,
): Promise<RestResponse> {
  if (settings.openapiMode === 'disabled') throw openApiDisabled()
  if (!request.accepts.some(({ kind }) => ACCEPTABLE.has(kind))) {
    throw mediaTypesUnavailable(request.accepts.map(mediaTypeName))
  }
  const headersOnly = request.action.kind === 'root' && request.action.headersOnly
  const headers = typeHeaders(request, { kind: 'openapi' })
  const [result] = await transact([{ sql: ACCESS, parameters: [request.schema] }])
  const answer = result!.rows[0]?.[0]?.toString() ?? 'null'
  const access = (JSON.parse(answer) ?? { tables: [], routines: [], description: null }) as Access
  const all = settings.openapiMode === 'ignore-privileges'
  const document = describeApi(catalog, settings, {
    schema: request.schema,
    description: access.description,
    showsTable: (name) => all || access.tables.includes(name),
    showsRoutine: (name) => all || access.routines.includes(name),
  })
  return { status: 200, headers, body: headersOnly ? undefined : JSON.stringify(document) }
}
