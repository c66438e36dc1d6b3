import postgres from 'postgres'
import type { TokenClaims } from '../tokens.ts'
import { isConnectionError } from '../failures.ts'
import { type ChangeParams, describeParams } from './params.ts'

/** The publication whose tables can be listened to. */
export const PUBLICATION = 'supabase_realtime'

/** A subscription that the database refused for a reason that will not pass. The message is upstream's. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused'
}

/** Names that upstream's driver gives to the conditions its messages are likely to mention. */
const CONDITION_NAMES: Record<string, string> = {
  '22003': 'numeric_value_out_of_range',
  '22007': 'invalid_datetime_format',
  '22008': 'datetime_field_overflow',
  '22P02': 'invalid_text_representation',
  '42501': 'insufficient_privilege',
  '42704': 'undefined_object',
  '42883': 'undefined_function',
  '42P01': 'undefined_table',
  'P0001': 'raise_exception',
}

/** Failures that pass: the subscription is tried again. */
const PASSING = /^(40|53|55|57)/

/** The rows of `realtime.subscription`: who listens to what. */
export class Subscriptions {
  constructor(readonly sql: postgres.Sql) {}

  /**
   * Writes all bindings of one channel, or none of them. Repeating it replaces the claims.
   * @throws {SubscriptionRefused} when a table is not published, a filter does not fit …
   */
  async save(bindings: { id: string; params: ChangeParams }[], claims: TokenClaims): Promise<void> {
    await this.sql.begin(async (tx) => {
      for (const { id, params } of bindings) {
        const saved = await this.#insert(tx, id, params, claims).catch((error: unknown) => {
          throw explain(error, params)
        })
        if (saved > 0) continue
        throw new SubscriptionRefused(
          `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [${
            describeParams(params)
          }]`,
        )
      }
    })
  }

  /** Removes subscriptions by their ids. */
  async remove(ids: string[]): Promise<void> {
    await this.sql`delete from realtime.subscription where subscription_id = any(${ids}::uuid[])`
  }

  /** Removes what an earlier process left behind. */
  async clear(): Promise<void> {
    await this.sql`delete from realtime.subscription`
  }

  async #insert(
    tx: postgres.TransactionSql,
    id: string,
    { event, schema, table, filters, select }: ChangeParams,
    claims: TokenClaims,
  ): Promise<number> {
    const inserted = await tx`
      insert into realtime.subscription
        (subscription_id, entity, filters, claims, action_filter, selected_columns)
      select
        ${id}::uuid,
        format('%I.%I', published.schemaname, published.tablename)::regclass,
        coalesce(
          (
            select array_agg(
              row(f."column", f.operator::realtime.equality_op, f.value, f.negated)::realtime.user_defined_filter
            )
            from jsonb_to_recordset(${JSON.stringify(filters)}::text::jsonb)
              as f ("column" text, operator text, value text, negated boolean)
          ),
          '{}'
        ),
        ${JSON.stringify(claims)}::text::jsonb,
        ${event}::text,
        ${select}::text[]
      from pg_catalog.pg_publication_tables published
      where published.pubname = ${PUBLICATION}
        and ${schema}::text in ('*', published.schemaname::text)
        and ${table}::text in ('*', published.tablename::text)
      on conflict (subscription_id, entity, filters, action_filter, coalesce(selected_columns, '{}'))
        do update set claims = excluded.claims, created_at = now()`
    return inserted.count
  }
}

function explain(error: unknown, params: ChangeParams): unknown {
  if (isConnectionError(error) || !(error instanceof postgres.PostgresError)) return error
  if (PASSING.test(error.code)) return error
  const name = CONDITION_NAMES[error.code]
  const exception = `ERROR ${error.code}${name === undefined ? '' : ` (${name})`} ${error.message}`
  return new SubscriptionRefused(
    `Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: [${
      describeParams(params)
    }]. Exception: ${exception}`,
  )
}
