/** What the database says of this service and of the roles it may take on: `ALTER ROLE … SET …`. */
import type { Connection } from '../database/connection.ts'

/** What holds for a role while a request runs as it. */
export interface RoleSettings {
  /** `default_transaction_isolation`, in lower case. */
  readonly isolation: string | undefined
  readonly settings: readonly (readonly [name: string, value: string])[]
}

/** Settings for this database go before settings for all. */
const STORED = `
select distinct on (s.setrole, split_part(entry, '=', 1))
  s.setrole as role, split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value
from pg_catalog.pg_db_role_setting s cross join unnest(s.setconfig) as entry
where s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
order by s.setrole, split_part(entry, '=', 1), s.setdatabase desc`

const OPTIONS = `
select coalesce(json_agg(json_build_array(substr(name, 7), value)), '[]')
from (${STORED}) stored
where role = (select oid from pg_catalog.pg_roles where rolname = current_user) and name like 'pgrst.%'`

/** Only what the connecting role may set for another. */
const ROLES = `
select coalesce(json_agg(json_build_array(r.rolname, stored.name, stored.value)), '[]')
from (${STORED}) stored
  join pg_catalog.pg_roles r on r.oid = stored.role
  join pg_catalog.pg_auth_members m on m.roleid = r.oid
  join pg_catalog.pg_roles connecting on connecting.oid = m.member and connecting.rolname = current_user
  join pg_catalog.pg_settings known on known.name = stored.name
where known.context = 'user' or has_parameter_privilege(connecting.oid, known.name, 'set')`

async function ask<T>(connection: Connection, sql: string): Promise<T> {
  const { rows } = await connection.query(sql)
  return JSON.parse(rows[0]![0]!.toString()) as T
}

/** The options of this service that the connecting role carries, without `pgrst.`. */
export const loadOptions = (connection: Connection): Promise<[name: string, value: string][]> =>
  ask(connection, OPTIONS)

/** The settings of every role that the connecting role may take on. */
export async function loadRoleSettings(connection: Connection): Promise<Map<string, RoleSettings>> {
  const entries = await ask<[role: string, name: string, value: string][]>(connection, ROLES)
  const roles = new Map<string, { isolation: string | undefined; settings: [string, string][] }>()
  for (const [role, name, value] of entries) {
    const settings = roles.get(role) ?? { isolation: undefined, settings: [] }
    roles.set(role, settings)
    if (name === 'default_transaction_isolation') settings.isolation = value.toLowerCase()
    else settings.settings.push([name, value])
  }
  return roles
}
