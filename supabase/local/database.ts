import postgres from 'postgres'

/** Where the platform's Postgres listens, and the passwords of its login roles. */
export interface Database {
  host: string
  port: number
  name: string
  /** Password of the platform's own login roles (authenticator, supabase_auth_admin, …). */
  password: string
}

/**
 * The roles that log in: each service as its own, the platform itself as the superuser, migrations and seeds as the
 * project's owner (see `connectAsOwner`). No service logs in as a superuser.
 */
export type LoginRole =
  | 'authenticator'
  | 'supabase_auth_admin'
  | 'supabase_storage_admin'
  | 'supabase_realtime_admin'
  | 'supabase_replication_admin'
  | 'supabase_admin'
  | 'postgres'

/** Options of the driver. */
export interface ConnectionOptions
  extends Omit<postgres.Options<Record<string, postgres.PostgresType>>, 'connection'> {
  /** Settings of the session, as text: the driver leaves out whatever is falsy, a `statement_timeout` of 0 for one. */
  connection?: Record<string, string>
}

/**
 * Opens a pool.
 * @param options driver options; `max` is the number of connections
 */
export function connect(
  database: Database,
  role: LoginRole,
  options: ConnectionOptions = {},
): postgres.Sql {
  const { connection, ...rest } = options
  return postgres({
    host: database.host,
    port: database.port,
    database: database.name,
    username: role,
    password: database.password,
    onnotice: () => {},
    // The driver's own pauses grow to 20 s: long after the database is back, a pool would still look dead.
    backoff: (attempt) => Math.min(3 ** attempt / 100, 1),
    ...rest,
    connection: connection as Partial<postgres.ConnectionParameters>,
  })
}
