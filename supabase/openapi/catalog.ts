import type postgres from 'postgres'

/** A column or an argument: what it is called, its type in SQL, and what is written down of it. */
export interface Named {
  name: string
  type: string
  comment: string | null
}

/** A verb as the database knows it. */
export interface Verb {
  name: string
  comment: string | null
  parameters: Named[]
}

/** A table or view that clients may read or write. */
export interface Relation {
  name: string
  comment: string | null
  columns: Named[]
  /** Columns that a signed-in person may write; empty where none. */
  insertable: string[]
  updatable: string[]
  isDeletable: boolean
}

/** What the database offers to applications. */
export interface Catalog {
  verbs: Verb[]
  relations: Relation[]
}

/** Reads what visitors or signed-in people may use of the schema `public`. */
export async function readCatalog(sql: postgres.Sql): Promise<Catalog> {
  const verbs = await sql<Verb[]>`
    select proname as name, obj_description(pg_proc.oid, 'pg_proc') as comment,
      coalesce((
        select json_agg(json_build_object(
          'name', proargnames[n], 'type', format_type(proargtypes[n - 1], null), 'comment', null) order by n)
        from generate_series(1, pronargs) as n
      ), '[]') as parameters
    from pg_proc
    where pronamespace = 'public'::regnamespace and prokind = 'f'
      and (has_function_privilege('anon', pg_proc.oid, 'execute')
        or has_function_privilege('authenticated', pg_proc.oid, 'execute'))
      -- What takes a row is a computed field of it, not a verb.
      and not exists (select from pg_type where pg_type.oid = any (proargtypes) and typtype = 'c')
    order by name`
  const relations = await sql<Relation[]>`
    select relname as name, obj_description(pg_class.oid, 'pg_class') as comment,
      json_agg(json_build_object(
        'name', attname, 'type', format_type(atttypid, null), 'comment', col_description(pg_class.oid, attnum))
        order by attnum) as columns,
      array_remove(array_agg(attname) filter (
        where has_column_privilege('authenticated', pg_class.oid, attnum, 'insert')), null) as insertable,
      array_remove(array_agg(attname) filter (
        where has_column_privilege('authenticated', pg_class.oid, attnum, 'update')), null) as updatable,
      has_table_privilege('authenticated', pg_class.oid, 'delete') as "isDeletable"
    from pg_class
    join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relispartition
      and (has_any_column_privilege('anon', pg_class.oid, 'select')
        or has_any_column_privilege('authenticated', pg_class.oid, 'select, insert, update'))
    group by pg_class.oid
    order by relname`
  return {
    verbs: [...verbs],
    relations: relations.map((relation) => ({
      ...relation,
      insertable: relation.insertable ?? [],
      updatable: relation.updatable ?? [],
    })),
  }
}
