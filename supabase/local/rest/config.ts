import { z } from 'zod'
import { parseRolePath, type RolePath } from './role-path.ts'

/** The `[api]` table of config.toml, as far as this service reads it. */
export const RestConfig = z.object({
  enabled: z.boolean().default(true),
  /** Schemas that requests may name; the first is the default. */
  schemas: z.array(
    z.string().refine((name) => !isSystemSchema(name), 'may not be pg_catalog or information_schema'),
  ).nonempty().default(['public', 'graphql_public']),
  /** Schemas looked in for functions and types that a statement names without a schema. */
  extra_search_path: z.array(z.string()).default(['public', 'extensions']),
  /** The most rows one read returns, at every level of embedding. */
  max_rows: z.number().int().nonnegative().default(1000),
})

export type RestConfig = z.infer<typeof RestConfig>

/** How transactions end, and whether `Prefer: tx` may say otherwise. */
export type TransactionEnd = 'commit' | 'commit-allow-override' | 'rollback' | 'rollback-allow-override'

/** Everything about the service that may differ, under PostgREST's own names. */
export interface Settings {
  readonly dbSchemas: readonly string[]
  readonly dbExtraSearchPath: readonly string[]
  readonly dbMaxRows: number | undefined
  /** Undefined: requests without a token are refused. */
  readonly dbAnonRole: string | undefined
  readonly dbTxEnd: TransactionEnd
  readonly dbPlanEnabled: boolean
  readonly dbAggregatesEnabled: boolean
  /** A function called at the start of each transaction. */
  readonly dbPreRequest: string | undefined
  /** A function that gives the root's document in place of the generated one. */
  readonly dbRootSpec: string | undefined
  readonly dbPreparedStatements: boolean
  /** Settings of a function that hold from before it is called. */
  readonly dbHoistedTxSettings: readonly string[]
  /** Takes the place of the keys that the service was started with. */
  readonly jwtSecret: string | undefined
  readonly jwtSecretIsBase64: boolean
  readonly jwtAud: string | undefined
  /** Finds the role in the claims; a path such as `$.role` or `$.roles[0]`. */
  readonly jwtRoleClaimKey: RolePath
  readonly openapiMode: 'follow-privileges' | 'ignore-privileges' | 'disabled'
  readonly openapiSecurityActive: boolean
  readonly openapiServerProxyUri: string | undefined
  /** Whose pages may use the service; undefined: everybody's. */
  readonly serverCorsAllowedOrigins: readonly string[] | undefined
  /** A header that is copied from the request to the response. */
  readonly serverTraceHeader: string | undefined
  /** Whether errors tell details and hints, or code and message only. */
  readonly clientErrorVerbosity: 'verbose' | 'minimal'
  /** Whether filters, orders and limits may name an embed that has an alias by its target, as they could before v16. */
  readonly urlUseLegacyTargetNames: boolean
  /** Whether responses carry Server-Timing. */
  readonly serverTimingEnabled: boolean
  /** `app.settings.*`: set in every transaction. */
  readonly appSettings: readonly (readonly [name: string, value: string])[]
  /** Refuse `DELETE` and `UPDATE` without a condition, as Supabase does by loading pg-safeupdate. */
  readonly safeUpdate: boolean
}

/** What PostgREST assumes where nothing is said. */
export const UPSTREAM_DEFAULTS: Settings = {
  dbSchemas: ['public'],
  dbExtraSearchPath: ['public'],
  dbMaxRows: undefined,
  dbAnonRole: undefined,
  dbTxEnd: 'commit',
  dbPlanEnabled: false,
  dbAggregatesEnabled: false,
  dbPreRequest: undefined,
  dbRootSpec: undefined,
  dbPreparedStatements: true,
  dbHoistedTxSettings: [
    'statement_timeout',
    'plan_filter.statement_cost_limit',
    'default_transaction_isolation',
  ],
  jwtSecret: undefined,
  jwtSecretIsBase64: false,
  jwtAud: undefined,
  jwtRoleClaimKey: parseRolePath('$.role')!,
  openapiMode: 'follow-privileges',
  openapiSecurityActive: false,
  openapiServerProxyUri: undefined,
  serverCorsAllowedOrigins: undefined,
  serverTraceHeader: undefined,
  clientErrorVerbosity: 'verbose',
  urlUseLegacyTargetNames: true,
  serverTimingEnabled: false,
  appSettings: [],
  safeUpdate: false,
}

/** The settings of a Supabase project. */
export function platformSettings(config: RestConfig): Settings {
  return {
    ...UPSTREAM_DEFAULTS,
    dbSchemas: config.schemas,
    dbExtraSearchPath: config.extra_search_path,
    dbMaxRows: config.max_rows,
    dbAnonRole: 'anon',
    safeUpdate: true,
  }
}

const list = (value: string): string[] =>
  value.split(',').map((part) => part.trim()).filter((part) => part !== '')
const flag = (value: string): boolean => ['true', 't', '1', 'yes', 'on'].includes(value.toLowerCase())
const optional = (value: string): string | undefined => (value === '' ? undefined : value)

/** What `db-tx-end` may be. */
export const TX_ENDS: readonly string[] = [
  'commit',
  'commit-allow-override',
  'rollback',
  'rollback-allow-override',
]
/** What `client-error-verbosity` may be. */
export const VERBOSITIES: readonly string[] = ['verbose', 'minimal']
/** What `openapi-mode` may be. */
export const OPENAPI_MODES: readonly string[] = ['follow-privileges', 'ignore-privileges', 'disabled']

/** Whether a schema is Postgres' own, and never served. */
export const isSystemSchema = (name: string): boolean =>
  name === 'pg_catalog' || name === 'information_schema'

/** How each option is read from text, by its name in the database (`pgrst.db_schemas`). */
const READERS: Record<string, (value: string) => Partial<Settings>> = {
  db_schemas: (value) => (list(value).some(isSystemSchema) ? {} : { dbSchemas: list(value) }),
  db_extra_search_path: (value) => ({ dbExtraSearchPath: list(value) }),
  db_max_rows: (value) => ({ dbMaxRows: /^\d+$/.test(value) ? Number(value) : undefined }),
  db_anon_role: (value) => ({ dbAnonRole: optional(value) }),
  db_tx_end: (value) => (TX_ENDS.includes(value) ? { dbTxEnd: value as TransactionEnd } : {}),
  db_plan_enabled: (value) => ({ dbPlanEnabled: flag(value) }),
  db_aggregates_enabled: (value) => ({ dbAggregatesEnabled: flag(value) }),
  db_pre_request: (value) => ({ dbPreRequest: optional(value) }),
  db_root_spec: (value) => ({ dbRootSpec: optional(value) }),
  db_prepared_statements: (value) => ({ dbPreparedStatements: flag(value) }),
  db_hoisted_tx_settings: (value) => ({ dbHoistedTxSettings: list(value) }),
  jwt_secret: (value) => ({ jwtSecret: optional(value) }),
  jwt_secret_is_base64: (value) => ({ jwtSecretIsBase64: flag(value) }),
  jwt_aud: (value) => ({ jwtAud: optional(value) }),
  jwt_role_claim_key: (value) => {
    const jwtRoleClaimKey = parseRolePath(value)
    return jwtRoleClaimKey === undefined ? {} : { jwtRoleClaimKey }
  },
  openapi_mode: (value) =>
    OPENAPI_MODES.includes(value) ? { openapiMode: value as Settings['openapiMode'] } : {},
  openapi_security_active: (value) => ({ openapiSecurityActive: flag(value) }),
  openapi_server_proxy_uri: (value) => ({ openapiServerProxyUri: optional(value) }),
  server_cors_allowed_origins: (value) => ({
    serverCorsAllowedOrigins: optional(value) === undefined ? undefined : list(value),
  }),
  client_error_verbosity: (value) =>
    VERBOSITIES.includes(value) ? { clientErrorVerbosity: value as Settings['clientErrorVerbosity'] } : {},
  url_use_legacy_target_names: (value) => ({ urlUseLegacyTargetNames: flag(value) }),
  server_timing_enabled: (value) => ({ serverTimingEnabled: flag(value) }),
  server_trace_header: (value) => ({ serverTraceHeader: optional(value)?.toLowerCase() }),
}

/**
 * Lays options given as text over settings. Unknown names and values are ignored, as upstream does with what it finds
 * in the database.
 * @param options by their names in the database, without `pgrst.`
 */
export function withOptions(settings: Settings, options: Iterable<readonly [string, string]>): Settings {
  let result = settings
  for (const [name, value] of options) {
    const read = READERS[name]
    if (read !== undefined) result = { ...result, ...read(value) }
    else if (name.startsWith('app.settings.')) {
      result = { ...result, appSettings: [...result.appSettings, [name, value]] }
    }
  }
  return result
}
