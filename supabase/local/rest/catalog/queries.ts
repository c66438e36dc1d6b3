/**
 * The questions put to the system catalogs. Each gives one row with one JSON array.
 * They run with an empty search_path, so that `format_type` and `regclass` spell every name with its schema.
 */

/** What each type is in the end: a domain may be over a domain. */
const BASE_TYPES = `
with recursive base_type (oid, base) as (
  select oid, oid from pg_type where typtype <> 'd'
  union all
  select t.oid, b.base from pg_type t join base_type b on t.typbasetype = b.oid where t.typtype = 'd'
)`

/** Tables and views. Columns only of those in the schemas of `$1` (text[]); the others matter for their keys alone. */
export const TABLES = `
${BASE_TYPES}
select coalesce(json_agg(json_build_object(
  'schema', n.nspname,
  'name', c.relname,
  'description', obj_description(c.oid, 'pg_class'),
  'isView', c.relkind in ('v', 'm'),
  'insertable', c.relkind in ('r', 'p') or c.relkind in ('v', 'f') and writable.events & 8 = 8,
  'updatable', c.relkind in ('r', 'p') or c.relkind in ('v', 'f') and writable.events & 4 = 4,
  'deletable', c.relkind in ('r', 'p') or c.relkind in ('v', 'f') and writable.events & 16 = 16,
  'primaryKey', coalesce((
    select json_agg(a.attname order by key.position)
    from pg_constraint pk
      cross join unnest(pk.conkey) with ordinality as key (number, position)
      join pg_attribute a on a.attrelid = pk.conrelid and a.attnum = key.number
    where pk.conrelid = c.oid and pk.contype = 'p'
  ), '[]'),
  'columns', coalesce((
    select json_agg(json_build_object(
      'name', a.attname,
      'description', col_description(a.attrelid, a.attnum),
      'nullable', not (a.attnotnull or t.typtype = 'd' and t.typnotnull),
      'type', format_type(a.atttypid, a.atttypmod),
      'baseType', case
        when base.typnamespace = 'pg_catalog'::regnamespace then format_type(base.oid, null)
        else format_type(a.atttypid, a.atttypmod)
      end,
      'maxLength', information_schema._pg_char_max_length(
        information_schema._pg_truetypid(a.*, t.*), information_schema._pg_truetypmod(a.*, t.*)),
      'default', case
        when t.typbasetype <> 0 and ad.adbin is null then pg_get_expr(t.typdefaultbin, 0)
        when a.attidentity = 'd' then (
          -- Not pg_get_serial_sequence, which asks for the right to use the schema.
          select format('nextval(%L)', format('%I.%I', sequence_schema.nspname, sequence.relname))
          from pg_depend d
            join pg_class sequence on sequence.oid = d.objid and sequence.relkind = 'S'
            join pg_namespace sequence_schema on sequence_schema.oid = sequence.relnamespace
          where d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype = 'i'
        )
        when a.attgenerated <> '' then null
        else pg_get_expr(ad.adbin, ad.adrelid)
      end,
      'enum', coalesce((
        select json_agg(e.enumlabel order by e.enumsortorder)
        from pg_enum e where e.enumtypid = base.oid
      ), '[]')
    ) order by a.attnum)
    from pg_attribute a
      join pg_type t on t.oid = a.atttypid
      join base_type on base_type.oid = t.oid
      join pg_type base on base.oid = base_type.base
      left join pg_attrdef ad on ad.adrelid = a.attrelid and ad.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and n.nspname = any ($1::text[])
  ), '[]')
)), '[]')
from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (
    select case when c.relkind in ('v', 'f') then pg_relation_is_updatable(c.oid, true) else 0 end as events
  ) writable
where c.relkind in ('r', 'v', 'm', 'f', 'p')
  and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema')`

/** Foreign keys, with whether their columns are also a primary key or a unique constraint. */
export const FOREIGN_KEYS = `
select coalesce(json_agg(json_build_object(
  'constraint', fk.conname,
  'table', json_build_object('schema', own_schema.nspname, 'name', own.relname),
  'foreignTable', json_build_object('schema', other_schema.nspname, 'name', other.relname),
  'columns', pairs.names,
  'unique', exists (
    select from pg_constraint u
    where u.conrelid = fk.conrelid and u.contype in ('p', 'u')
      and u.conkey @> fk.conkey and u.conkey <@ fk.conkey
  )
) order by fk.conrelid, fk.conname), '[]')
from pg_constraint fk
  join pg_class own on own.oid = fk.conrelid
  join pg_namespace own_schema on own_schema.oid = own.relnamespace
  join pg_class other on other.oid = fk.confrelid
  join pg_namespace other_schema on other_schema.oid = other.relnamespace
  cross join lateral (
    select json_agg(json_build_array(a.attname, b.attname) order by key.position) as names
    from unnest(fk.conkey, fk.confkey) with ordinality as key (own, other, position)
      join pg_attribute a on a.attrelid = fk.conrelid and a.attnum = key.own
      join pg_attribute b on b.attrelid = fk.confrelid and b.attnum = key.other
  ) pairs
where fk.contype = 'f' and fk.conparentid = 0`

/** Primary keys and both ends of foreign keys, as column numbers: what a view may inherit. */
export const KEYS = `
select coalesce(json_agg(json_build_object(
  'constraint', k.conname, 'kind', k.kind, 'table', k.relation::oid::bigint, 'columns', k.numbers, 'names', (
    select json_agg(a.attname order by key.position)
    from unnest(k.numbers) with ordinality as key (number, position)
      join pg_attribute a on a.attrelid = k.relation and a.attnum = key.number
  )
)), '[]')
from (
  select conname, 'primary' as kind, conrelid as relation, conkey as numbers
  from pg_constraint where contype = 'p'
  union all
  select conname, 'foreign', conrelid, conkey from pg_constraint where contype = 'f' and conparentid = 0
  union all
  select conname, 'referenced', confrelid, confkey from pg_constraint where contype = 'f' and conparentid = 0
) k`

/** Views of the schemas in `$1` (text[]), with the parsed query Postgres keeps of them. */
export const VIEWS = `
select coalesce(json_agg(json_build_object(
  'oid', c.oid::bigint,
  'schema', n.nspname,
  'name', c.relname,
  'query', r.ev_action::text,
  'columns', (
    select json_object_agg(a.attnum, a.attname)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  )
)), '[]')
from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
where c.relkind in ('v', 'm') and n.nspname = any ($1::text[])`

/** Functions of the schemas in `$1` (text[]) that a request may name. */
export const ROUTINES = `
${BASE_TYPES},
exposed as (
  select p.* from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any ($1::text[]) and p.prokind = 'f'
),
parameters as (
  select
    p.oid as routine,
    json_agg(json_build_object(
      'name', coalesce(a.name, ''),
      'type', a.type::regtype::text,
      'wideType', case a.type
        when 'bit'::regtype then 'bit varying'
        when 'bit[]'::regtype then 'bit varying[]'
        when 'character'::regtype then 'character varying'
        when 'character[]'::regtype then 'character varying[]'
        else a.type::regtype::text
      end,
      'required', a.place <= p.pronargs - p.pronargdefaults,
      'variadic', a.mode = 'v'
    ) order by a.place) as list,
    -- A parameter without a name can only be the one that takes the whole body.
    case count(*) filter (where coalesce(a.name, '') = '')
      when 0 then true
      when 1 then count(*) = 1 and bool_and(
        a.type in ('bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype))
      else false
    end as callable
  from exposed p
    cross join lateral (
      select name, type, coalesce(mode, 'i') as mode, row_number() over (order by position) as place
      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes)
        with ordinality as argument (type, name, mode, position)
      where coalesce(mode, 'i') in ('i', 'b', 'v')
    ) a
  group by p.oid, p.pronargs, p.pronargdefaults
)
select coalesce(json_agg(json_build_object(
  'schema', n.nspname,
  'name', p.proname,
  'description', obj_description(p.oid, 'pg_proc'),
  'parameters', coalesce(parameters.list, '[]'),
  'returns', json_build_object(
    'schema', type_schema.nspname,
    'name', coalesce(relation.relname, t.typname),
    'setOf', p.proretset,
    'composite', t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false)
  ),
  'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
  'isolation', (
    select lower(split_part(setting, '=', 2))
    from unnest(p.proconfig) setting where setting like 'default_transaction_isolation=%'
  ),
  'settings', coalesce((
    select json_agg(json_build_array(
      substr(setting, 1, strpos(setting, '=') - 1), substr(setting, strpos(setting, '=') + 1)))
    from unnest(p.proconfig) setting where setting not like 'default_transaction_isolation=%'
  ), '[]')
) order by n.nspname, p.proname, p.pronargs, p.oid), '[]')
from exposed p
  join pg_namespace n on n.oid = p.pronamespace
  join base_type b on b.oid = p.prorettype
  join pg_type t on t.oid = b.base
  join pg_namespace type_schema on type_schema.oid = t.typnamespace
  left join pg_class relation on relation.oid = t.typrelid
  left join parameters on parameters.routine = p.oid
where t.oid not in ('trigger'::regtype, 'event_trigger'::regtype) and coalesce(parameters.callable, true)`

/** Functions from one row of a relation to rows of a relation. */
export const COMPUTED_RELATIONSHIPS = `
select coalesce(json_agg(json_build_object(
  'function', json_build_object('schema', n.nspname, 'name', p.proname),
  'table', json_build_object('schema', own_schema.nspname, 'name', own.relname),
  'foreignTable', json_build_object('schema', other_schema.nspname, 'name', other.relname),
  'toOne', not p.proretset or p.prorows = 1
)), '[]')
from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_class own on own.reltype = p.proargtypes[0]
  join pg_namespace own_schema on own_schema.oid = own.relnamespace
  join pg_class other on other.reltype = p.prorettype
  join pg_namespace other_schema on other_schema.oid = other.relnamespace
where p.pronargs = 1
  and own.relkind in ('r', 'v', 'm', 'f', 'p')
  and other.relkind in ('r', 'v', 'm', 'f', 'p')`

/** Implicit casts between a domain and JSON or text: how a column of that domain is shown and read. */
export const REPRESENTATIONS = `
select coalesce(json_agg(json_build_array(
  c.castsource::regtype::text || '>' || c.casttarget::regtype::text, c.castfunc::regproc::text)), '[]')
from pg_cast c
  join pg_type source on source.oid = c.castsource
  join pg_type target on target.oid = c.casttarget
where c.castcontext = 'i' and c.castmethod = 'f'
  and has_function_privilege(c.castfunc, 'execute')
  and (
    source.typtype = 'd' and c.casttarget in ('json'::regtype, 'text'::regtype)
    or target.typtype = 'd' and c.castsource in ('json'::regtype, 'text'::regtype)
  )`

/**
 * What makes a body of a media type: aggregates over rows, and functions that return such a body themselves. A media
 * type is a domain named like one. Of the schemas in `$1` (text[]).
 */
export const MEDIA_HANDLERS = `
with media_type as (
  select t.oid, t.typname as name, n.nspname as schema
  from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
  where t.typtype = 'd' and (t.typname ~* '^[A-Za-z0-9.-]+/[A-Za-z0-9.+-]+$' or t.typname = '*/*')
)
select coalesce(json_agg(json_build_object(
  'function', json_build_object('schema', handler.schema, 'name', handler.name),
  'target', case when handler.target is null then null
    else json_build_object('schema', handler.target_schema, 'name', handler.target) end,
  'ofRows', handler.of_rows,
  'mediaType', lower(handler.media_type)
)), '[]')
from (
  select n.nspname as schema, p.proname as name, own_schema.nspname as target_schema, own.relname as target,
    true as of_rows, m.name as media_type
  from media_type m
    join pg_proc p on p.prorettype = m.oid and p.prokind = 'a' and p.pronargs = 1
    join pg_namespace n on n.oid = p.pronamespace
    left join pg_class own on own.reltype = p.proargtypes[0] and own.relkind in ('r', 'v', 'm', 'f', 'p')
    left join pg_namespace own_schema on own_schema.oid = own.relnamespace
  where n.nspname = any ($1::text[]) and (own.oid is not null or p.proargtypes[0] = 'anyelement'::regtype)
  union all
  -- The function's result already is the body: all that is left to do is to call it by its type.
  select m.schema, m.name, n.nspname, p.proname, false, m.name
  from media_type m
    join pg_proc p on p.prorettype = m.oid and p.prokind = 'f' and not p.proretset
    join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any ($1::text[])
) handler`

/**
 * What functions that may change rows are made of, wherever they are: one calls another. A body of parsed SQL has no
 * text, functions that are not volatile cannot write, and the services' own are left out.
 */
export const WRITING_FUNCTIONS = `
select coalesce(json_agg(p.prosrc), '[]')
from pg_proc p
  join pg_language l on l.oid = p.prolang
where l.lanname in ('sql', 'plpgsql') and p.prosqlbody is null and p.provolatile = 'v'
  and p.prosrc ~* '\\m(delete|update|execute)\\M'
  and p.pronamespace <> 'pg_catalog'::regnamespace and pg_get_userbyid(p.proowner) not like 'supabase\\_%'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  )`
