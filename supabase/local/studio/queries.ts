import type { StudioBFFRequest } from '@prisma/studio-core/data/bff'
import type { ExecuteOptions, Executor, Query } from '@prisma/studio-core/data'
import type { Database } from '../database.ts'
import { connectAsOwner } from '../postgres/index.ts'

/** Runs what the page asks for. */
export interface Queries {
  /**
   * Answers one request of the page in its own words: `[error]` or `[null, result]`.
   * @param signal aborted when nobody waits for the answer any more; the statement is cancelled
   * @returns nothing for a request of a kind that is not known
   */
  answer(request: StudioBFFRequest, signal: AbortSignal): Promise<unknown>
  close(): Promise<void>
}

/** The page reads tables, runs SQL and checks it at the same time. */
const CONNECTIONS = 4
/** Seconds until a connection that nobody uses is given back. */
const IDLE_SECONDS = 30

/** How the page asks which tables and views there are. */
const KINDS = /("cls"\."relkind" in \(\$\d+, \$\d+\))/

/** Opens the way to the database as `postgres`, the owner of the project, as Studio on a hosted project works. */
export async function openQueries(database: Database): Promise<Queries> {
  const [{ createPostgresJSExecutor }, { serializeError }] = await Promise.all([
    import('@prisma/studio-core/data/postgresjs'),
    import('@prisma/studio-core/data/bff'),
  ])
  const sql = connectAsOwner(database, {
    max: CONNECTIONS,
    idle_timeout: IDLE_SECONDS,
    // As text: a Date of JavaScript would lose the microseconds, and save the row without them.
    types: {
      date: { to: 25, from: [1082, 1114, 1184], serialize: String, parse: (value: string) => value },
    },
    connection: { application_name: 'studio' },
  })
  const executor = createPostgresJSExecutor(sql) as Required<Executor>
  return {
    answer: async (request, abortSignal) => {
      const [error, result] = await (run(executor, request, { abortSignal }) ?? [])
      return error === undefined ? undefined : error === null ? [null, result] : [serializeError(error)]
    },
    close: () => sql.end({ timeout: 1 }),
  }
}

function run(executor: Required<Executor>, request: StudioBFFRequest, options: ExecuteOptions) {
  switch (request.procedure) {
    case 'query':
      return executor.execute(withEveryKind(request.query), { ...options, ...searching(request.schema) })
    case 'transaction':
      return executor.executeTransaction(request.queries, options)
    case 'sql-lint':
      return executor.lintSql({ sql: request.sql, ...searching(request.schema) }, options)
    default:
      return undefined
  }
}

/** In `public` the role's own search_path is right: extensions are in it, too. */
const searching = (schema: string | undefined) =>
  schema === undefined || schema === 'public' ? {} : { schema }

/** The page asks for plain tables and views only. Partitioned tables are shown as one, and materialized views, too. */
function withEveryKind(query: Query<unknown>): Query<unknown> {
  if (!KINDS.test(query.sql)) return query
  const sql = query.sql.replace(KINDS, `($1 or "cls"."relkind" in ('p', 'm')) and not "cls"."relispartition"`)
  return { ...query, sql }
}
