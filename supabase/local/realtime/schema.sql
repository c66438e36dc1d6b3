-- The schema `realtime`, as the hosted service leaves it in a project's database: the same types, tables, functions,
-- grants and recorded versions. Runs once per database, as the superuser supabase_admin.
-- Contract: docs of Supabase Realtime, "Realtime Authorization", "Broadcast from the database", "Postgres Changes".

create schema if not exists realtime;
grant usage on schema realtime to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;
grant all on schema realtime to supabase_realtime_admin;

-- The service is sent every published change of every schema; to look at one it must be able to name the table and the
-- types of its columns. What a subscriber may see is still asked as that subscriber.
grant pg_read_all_data to supabase_realtime_admin with inherit true;

set role supabase_realtime_admin;

-- ---------------------------------------------------------------------------------------------------------------
-- Broadcast: messages, and what sends them
-- ---------------------------------------------------------------------------------------------------------------

/*
 * Every message that was broadcast from the database, kept for three days so that it can be replayed. Its policies
 * are also what authorises private channels: SELECT is the right to receive, INSERT the right to send. The service
 * tries both with probe rows that it always rolls back.
 * One partition per day; the service makes them ahead of time and drops the old ones.
 */
create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp without time zone not null default now(),
  inserted_at timestamp without time zone not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  constraint messages_pkey primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);

alter table realtime.messages enable row level security;

-- What replay reads.
create index messages_inserted_at_topic_index on realtime.messages using btree (inserted_at desc, topic)
  where extension = 'broadcast' and private is true;

comment on table realtime.messages is
  'Broadcast messages of the last three days. Policies on this table decide who may join and send to private channels.';

-- So that a migration or a seed can send before the service has ever run. Afterwards the service makes the days.
do $$
declare
  v_day date;
begin
  for v_day in
    select generate_series(
      (now() at time zone 'utc')::date - 1, (now() at time zone 'utc')::date + 3, interval '1 day'
    )::date
  loop
    execute format(
      'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
      'messages_' || to_char(v_day, 'YYYY_MM_DD'), v_day, v_day + 1
    );
  end loop;
end
$$;

-- Not pinned to a search path, so that the planner can put it into a policy's condition.
create function realtime.topic() returns text
language sql stable
as $$ select nullif(current_setting('realtime.topic', true), '') $$;
comment on function realtime.topic() is 'The topic (without "realtime:") that is being authorised or sent to.';

create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := gen_random_uuid();
  v_payload jsonb := payload;
begin
  if not coalesce(v_payload ? 'id', false) then
    v_payload := jsonb_set(v_payload, '{id}', to_jsonb(v_id));
  end if;
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (v_id, v_payload, send.event, send.topic, send.private, 'broadcast');
exception
  -- A message that cannot be sent must not undo the transaction that wanted to announce something.
  when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send(jsonb, text, text, boolean) is
  'Broadcasts an object to a topic once the transaction commits. Inserts as the caller; failures are only warnings.';

create function realtime.send_binary(payload bytea, event text, topic text, private boolean default true) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, binary_payload, event, topic, private, extension)
  values (gen_random_uuid(), send_binary.payload, send_binary.event, send_binary.topic, send_binary.private, 'broadcast');
exception
  when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send_binary(bytea, text, text, boolean) is
  'Broadcasts bytes to a topic once the transaction commits. Inserts as the caller; failures are only warnings.';

create function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
) returns void
language plpgsql
set search_path = ''
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation is null or operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name,
    topic_name
  );
exception
  when others then
    raise exception 'Failed to process the row: %', sqlerrm;
end
$$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is
  'Broadcasts the whole old and new row of a row-level trigger to a private topic.';

-- ---------------------------------------------------------------------------------------------------------------
-- Postgres changes: who listens to what, and who may see a change
-- ---------------------------------------------------------------------------------------------------------------

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');

create type realtime.equality_op as enum (
  'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is', 'match', 'imatch', 'isdistinct'
);

create type realtime.user_defined_filter as (
  column_name text,
  op realtime.equality_op,
  value text,
  negate boolean
);

create type realtime.wal_column as (
  name text,
  type_name text,
  type_oid oid,
  value jsonb,
  is_pkey boolean,
  is_selectable boolean
);

create type realtime.wal_rls as (
  wal jsonb,
  is_rls_enabled boolean,
  subscription_ids uuid[],
  errors text[]
);

create function realtime.to_regrole(role_name text) returns regrole
language sql immutable
as $$ select role_name::regrole $$;

-- bytea arrives as bare hexadecimal digits and stays so.
create function realtime.cast(val text, type_ regtype) returns jsonb
language plpgsql immutable
as $$
declare
  v_result jsonb;
begin
  if type_ = 'bytea'::regtype then return to_jsonb(val); end if;
  execute format('select to_jsonb(%L::%s)', val, type_::text) into v_result;
  return v_result;
end
$$;

create function realtime.check_equality_op(
  op realtime.equality_op, type_ regtype, val_1 text, val_2 text, negate boolean
) returns boolean
language plpgsql stable
as $$
declare
  v_right text;
  v_result boolean;
begin
  if op = 'is' then
    if val_2 is null or val_2 not in ('null', 'true', 'false', 'unknown') then
      raise exception 'invalid value for is filter: must be null, true, false, or unknown';
    end if;
    v_right := 'is ' || val_2;
  else
    v_right := format(
      '%s (%L::%s)',
      case op
        when 'eq' then '=' when 'neq' then '<>' when 'lt' then '<' when 'lte' then '<=' when 'gt' then '>'
        when 'gte' then '>=' when 'in' then '= any' when 'like' then '~~' when 'ilike' then '~~*'
        when 'match' then '~' when 'imatch' then '~*' when 'isdistinct' then 'is distinct from'
      end,
      val_2,
      type_::text || case when op = 'in' then '[]' else '' end
    );
  end if;
  execute format('select %L::%s %s', val_1, type_::text, v_right) into v_result;
  return v_result <> coalesce(negate, false);
end
$$;

create function realtime.check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text)
returns boolean
language sql stable
as $$ select realtime.check_equality_op(op, type_, val_1, val_2, false) $$;

-- A filter on a column that the record does not carry, or that is neither true nor false (null), does not match.
create function realtime.is_visible_through_filters(
  columns realtime.wal_column[], filters realtime.user_defined_filter[]
) returns boolean
language plpgsql stable
as $$
declare
  v_filter realtime.user_defined_filter;
  v_column realtime.wal_column;
begin
  foreach v_filter in array coalesce(filters, '{}') loop
    select * into v_column from unnest(columns) wal_column where wal_column.name = v_filter.column_name;
    if not found or not coalesce(
      realtime.check_equality_op(
        v_filter.op,
        coalesce(v_column.type_oid::regtype, v_column.type_name::regtype),
        v_column.value #>> '{}',
        v_filter.value,
        v_filter.negate
      ),
      false
    ) then
      return false;
    end if;
  end loop;
  return true;
end
$$;

/*
 * One row per binding of a joined channel. Written by the service only; readable so that the functions below work for
 * whoever calls them, therefore this schema must never be exposed through the REST API.
 */
create table realtime.subscription (
  id bigint generated always as identity,
  subscription_id uuid not null,
  entity regclass not null,
  filters realtime.user_defined_filter[] not null default '{}',
  claims jsonb not null,
  claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
  created_at timestamp without time zone not null default timezone('utc', now()),
  action_filter text default '*',
  selected_columns text[],
  constraint pk_subscription primary key (id),
  constraint subscription_action_filter_check check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE'))
);
create index ix_realtime_subscription_entity on realtime.subscription using btree (entity);
create unique index subscription_subscription_id_entity_filters_action_filter_selec on realtime.subscription
  using btree (subscription_id, entity, filters, action_filter, coalesce(selected_columns, '{}'));
comment on table realtime.subscription is 'Who listens to changes of which table, with which filters and claims.';

create function realtime.subscription_check_filters() returns trigger
language plpgsql
as $$
declare
  v_filter realtime.user_defined_filter;
  v_column text;
  v_type regtype;
  v_operator text;
begin
  foreach v_filter in array new.filters loop
    -- A column the role may not read must be as unknown to it as one that does not exist.
    select a.atttypid::regtype into v_type
    from pg_catalog.pg_attribute a
    where a.attrelid = new.entity and a.attname = v_filter.column_name and a.attnum > 0 and not a.attisdropped
      and pg_catalog.has_column_privilege(new.claims ->> 'role', a.attrelid, a.attnum, 'SELECT');
    if not found then
      raise exception 'invalid column for filter %', v_filter.column_name;
    end if;

    -- Everything that could fail later, while changes are being worked through, is tried now.
    case
      when v_filter.op = 'in' then
        if jsonb_array_length(realtime.cast(v_filter.value, (v_type::text || '[]')::regtype)) > 100 then
          raise exception 'too many values for `in` filter. Maximum 100';
        end if;
      when v_filter.op = 'is' then
        if v_filter.value is null or v_filter.value not in ('null', 'true', 'false', 'unknown') then
          raise exception 'invalid value for is filter: must be null, true, false, or unknown';
        end if;
        if v_filter.value <> 'null' and v_type <> 'boolean'::regtype then
          raise exception 'is % filter requires a boolean column, got %', v_filter.value, v_type::text;
        end if;
      when v_filter.op in ('like', 'ilike', 'match', 'imatch') then
        v_operator := case v_filter.op when 'like' then '~~' when 'ilike' then '~~*' when 'match' then '~' else '~*' end;
        if not exists (
          select from pg_catalog.pg_operator o
          where o.oprname = v_operator and o.oprleft = v_type and (v_filter.op in ('like', 'ilike') or o.oprright = v_type)
        ) then
          raise exception 'operator % requires a text-compatible column type, got %', v_filter.op, v_type::text;
        end if;
        if v_filter.op in ('match', 'imatch') then
          begin
            perform '' ~ v_filter.value;
          exception when others then
            raise exception 'invalid regular expression for % filter: %', v_filter.op, sqlerrm;
          end;
        end if;
      else
        perform realtime.cast(v_filter.value, v_type);
    end case;
  end loop;

  foreach v_column in array coalesce(new.selected_columns, '{}') loop
    if not exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = new.entity and a.attname = v_column and a.attnum > 0 and not a.attisdropped
        and pg_catalog.has_column_privilege(new.claims ->> 'role', a.attrelid, a.attnum, 'SELECT')
    ) then
      raise exception 'invalid column for select %', v_column;
    end if;
  end loop;

  -- The same filters in another order are the same subscription.
  new.filters := coalesce(
    (select array_agg(f order by f.column_name, f.op, f.value, f.negate) from unnest(new.filters) f), '{}'
  );
  if new.selected_columns is not null then
    new.selected_columns := coalesce((select array_agg(c order by c) from unnest(new.selected_columns) c), '{}');
  end if;
  return new;
end
$$;

create trigger tr_check_filters
  before insert or update on realtime.subscription
  for each row execute function realtime.subscription_check_filters();

-- The statement that asks, as a subscriber, whether a row is still there to be seen.
create function realtime.build_prepared_statement_sql(
  prepared_statement_name text, entity regclass, columns realtime.wal_column[]
) returns text
language sql
as $$
  select format(
    'prepare %I as select exists(select 1 from %s where %s)',
    prepared_statement_name,
    entity,
    string_agg(format('%I = %L', key.name, key.value #>> '{}'), ' and ')
  )
  from unnest(columns) key
  where key.is_pkey
$$;

/*
 * Turns one change (in the form of wal2json's format 2) into what each group of subscribers may see of it: one row per
 * role and column selection, with the subscriptions it goes to. A row that RLS protects is looked up by primary key as
 * each subscriber, now, not as of the commit. A deleted row cannot be looked up: everyone gets its primary key.
 */
create function realtime.apply_rls(wal jsonb, max_record_bytes integer default (1024 * 1024))
returns setof realtime.wal_rls
language plpgsql
as $$
declare
  v_entity regclass := format('%I.%I', wal ->> 'schema', wal ->> 'table')::regclass;
  v_action realtime.action := case wal ->> 'action'
    when 'I' then 'INSERT' when 'U' then 'UPDATE' when 'D' then 'DELETE' else 'ERROR' end;
  v_rls_enabled boolean := (select relrowsecurity from pg_catalog.pg_class where oid = v_entity);
  v_too_large boolean := octet_length(wal::text) > max_record_bytes;
  v_columns realtime.wal_column[];
  v_old_columns realtime.wal_column[];
  v_role record;
  v_group record;
  v_subscriber record;
  v_error text;
  v_visible_ids uuid[];
  v_has_access boolean;
  v_record jsonb;
  v_old_record jsonb;
begin
  for v_role in
    select s.claims_role as name
    from realtime.subscription s
    where s.entity = v_entity and s.action_filter in ('*', v_action::text)
    group by s.claims_role
    order by s.claims_role::text
  loop
    -- What changed, as far as this role may know of it.
    select array_agg(
      (
        c.name, c.type, c.typeoid, realtime.cast(c.value, coalesce(c.typeoid::regtype, c.type::regtype)),
        wal -> 'pk' @> jsonb_build_array(jsonb_build_object('name', c.name)),
        pg_catalog.has_column_privilege(v_role.name, v_entity, c.name, 'SELECT')
      )::realtime.wal_column
    ) into v_columns
    from jsonb_to_recordset(wal -> 'columns') as c(name text, type text, typeoid oid, value text);

    select array_agg(
      (
        c.name, c.type, c.typeoid, realtime.cast(c.value, coalesce(c.typeoid::regtype, c.type::regtype)),
        wal -> 'pk' @> jsonb_build_array(jsonb_build_object('name', c.name)),
        pg_catalog.has_column_privilege(v_role.name, v_entity, c.name, 'SELECT')
      )::realtime.wal_column
    ) into v_old_columns
    from jsonb_to_recordset(wal -> 'identity') as c(name text, type text, typeoid oid, value text);

    v_error := null;
    if v_action <> 'DELETE' then
      if not exists (select from unnest(v_columns) c where c.is_pkey) then
        v_error := 'Error 400: Bad Request, no primary key';
      elsif exists (select from unnest(v_columns) c where c.is_pkey and not c.is_selectable) then
        v_error := 'Error 401: Unauthorized';
      end if;
    end if;

    v_visible_ids := '{}';
    if v_error is null then
      if v_rls_enabled and v_action <> 'DELETE' then
        if exists (select from pg_catalog.pg_prepared_statements where name = 'realtime_row_is_visible') then
          deallocate realtime_row_is_visible;
        end if;
        execute realtime.build_prepared_statement_sql('realtime_row_is_visible', v_entity, v_columns);
      end if;

      for v_subscriber in
        select s.subscription_id as id, s.claims
        from realtime.subscription s
        where s.entity = v_entity and s.claims_role = v_role.name and s.action_filter in ('*', v_action::text)
          and (
            realtime.is_visible_through_filters(v_columns, s.filters)
            or (v_action = 'DELETE' and realtime.is_visible_through_filters(v_old_columns, s.filters))
          )
      loop
        v_has_access := true;
        if v_rls_enabled and v_action <> 'DELETE' then
          begin
            perform set_config('role', trim(both '"' from v_role.name::text), true),
              set_config('request.jwt.claims', v_subscriber.claims::text, true);
            execute 'execute realtime_row_is_visible' into v_has_access;
          exception
            -- A policy that fails for one subscriber hides the row from that one only.
            when others then v_has_access := false;
          end;
          -- The next subscriber is looked up with the service's own rights again.
          perform set_config('role', 'none', true);
        end if;
        if v_has_access then v_visible_ids := v_visible_ids || v_subscriber.id; end if;
      end loop;
    end if;

    for v_group in
      select s.selected_columns, array_agg(s.subscription_id) as ids
      from realtime.subscription s
      where s.entity = v_entity and s.claims_role = v_role.name and s.action_filter in ('*', v_action::text)
      group by s.selected_columns
      order by s.selected_columns nulls first
    loop
      if v_error is not null then
        return next (
          jsonb_build_object('schema', wal ->> 'schema', 'table', wal ->> 'table', 'type', v_action),
          v_rls_enabled, v_group.ids, array[v_error]
        )::realtime.wal_rls;
        continue;
      end if;

      -- An unchanged TOASTed value is not in the new row; the old one has it if the replica identity is full.
      select jsonb_object_agg(coalesce(c.name, o.name), case when c.name is null then o.value else c.value end)
      into v_record
      from unnest(v_columns) c
      full outer join unnest(v_old_columns) o on o.name = c.name
      where coalesce(c.is_selectable, o.is_selectable)
        and (
          v_group.selected_columns is null
          or coalesce(c.name, o.name) = any (v_group.selected_columns)
          or coalesce(c.is_pkey, o.is_pkey)
        )
        and (not v_too_large or octet_length(c.value::text) <= 64);

      select jsonb_object_agg(o.name, o.value)
      into v_old_record
      from unnest(v_old_columns) o
      where o.is_selectable
        and (v_group.selected_columns is null or o.name = any (v_group.selected_columns) or o.is_pkey)
        and (not v_too_large or octet_length(o.value::text) <= 64)
        and (v_action <> 'DELETE' or not v_rls_enabled or o.is_pkey);

      return next (
        jsonb_build_object(
          'schema', wal ->> 'schema',
          'table', wal ->> 'table',
          'type', v_action,
          'commit_timestamp', to_char(
            (wal ->> 'timestamp')::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
          ),
          'columns', (
            select jsonb_agg(jsonb_build_object('name', a.attname, 'type', t.typname) order by a.attnum)
            from pg_catalog.pg_attribute a
            join pg_catalog.pg_type t on t.oid = a.atttypid
            where a.attrelid = v_entity and a.attnum > 0 and not a.attisdropped
              and pg_catalog.has_column_privilege(v_role.name, v_entity, a.attnum, 'SELECT')
              and (
                v_group.selected_columns is null
                or a.attname = any (v_group.selected_columns)
                or wal -> 'pk' @> jsonb_build_array(jsonb_build_object('name', a.attname))
              )
          )
        )
        || case when v_action = 'DELETE' then '{}' else jsonb_build_object('record', v_record) end
        || case when v_action = 'INSERT' then '{}' else jsonb_build_object('old_record', v_old_record) end,
        v_rls_enabled,
        array(select unnest(v_group.ids) intersect select unnest(v_visible_ids)),
        case when v_too_large then array['Error 413: Payload Too Large'] else '{}'::text[] end
      )::realtime.wal_rls;
    end loop;
  end loop;
end
$$;

create function realtime.wal2json_escape_identifier(name text) returns text
language sql immutable strict
as $$ select regexp_replace(name, '([\\,.[:space:]])', '\\\1', 'g') $$;

create function realtime.quote_wal2json(entity regclass) returns text
language sql immutable strict
as $$
  select realtime.wal2json_escape_identifier(n.nspname) || '.' || realtime.wal2json_escape_identifier(c.relname)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = entity
$$;

-- For slots of the plugin wal2json, where it is installed. The local service decodes pgoutput instead.
create function realtime.list_changes(
  publication name, slot_name name, max_changes integer, max_record_bytes integer
) returns table (
  wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[], slot_changes_count bigint
)
language sql
as $$
  with published as (
    select
      concat_ws(
        ',',
        case when p.pubinsert then 'insert' end,
        case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end
      ) as actions,
      (
        select string_agg(realtime.quote_wal2json(format('%I.%I', t.schemaname, t.tablename)::regclass), ',')
        from pg_catalog.pg_publication_tables t
        where t.pubname = p.pubname
      ) as tables
    from pg_catalog.pg_publication p
    where p.pubname = publication
  ),
  -- Read exactly once: reading a slot consumes it.
  change as materialized (
    select slot.data::jsonb as wal
    from published
    cross join lateral pg_catalog.pg_logical_slot_get_changes(
      slot_name, null, max_changes,
      'format-version', '2', 'include-pk', 'true', 'include-transaction', 'false', 'include-timestamp', 'true',
      'include-type-oids', 'true', 'actions', published.actions, 'add-tables', coalesce(published.tables, '')
    ) slot
    where published.tables is not null
  ),
  counted as (select count(*) as total from change),
  visible as (
    select applied.*
    from change
    cross join lateral realtime.apply_rls(change.wal, max_record_bytes) applied
    where cardinality(applied.subscription_ids) > 0
  )
  select visible.wal, visible.is_rls_enabled, visible.subscription_ids, visible.errors, counted.total
  from visible cross join counted
  union all
  select null, null, null, null, counted.total from counted where not exists (select from visible)
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Grants. Every function here runs with its caller's rights.
-- ---------------------------------------------------------------------------------------------------------------

grant all on all functions in schema realtime to public, postgres, dashboard_user;
grant execute on all functions in schema realtime to anon, authenticated, service_role;

grant all on table realtime.messages to dashboard_user;
grant all on table realtime.messages to postgres;
grant select, insert on table realtime.messages to postgres with grant option;
grant select, insert, update on table realtime.messages to anon, authenticated, service_role;

grant all on table realtime.subscription to postgres, dashboard_user;
grant select on table realtime.subscription to anon, authenticated, service_role;
grant all on sequence realtime.subscription_id_seq to postgres, dashboard_user;
grant usage on sequence realtime.subscription_id_seq to anon, authenticated, service_role;

reset role;

-- Only inserts into this one table leave the database as broadcasts. Not publish_via_partition_root: subscribers of the
-- publication know the days apart.
create publication supabase_realtime_messages_publication for table realtime.messages;

-- ---------------------------------------------------------------------------------------------------------------
-- The service's own migrations that this file corresponds to
-- ---------------------------------------------------------------------------------------------------------------

create table realtime.schema_migrations (
  version bigint primary key,
  inserted_at timestamp(0) without time zone default now()
);
comment on table realtime.schema_migrations is 'Versions of the hosted service''s schema that this one is equal to.';

insert into realtime.schema_migrations (version) values
  (20211116024918), (20211116045059), (20211116050929), (20211116051442), (20211116212300), (20211116213355),
  (20211116213934), (20211116214523), (20211122062447), (20211124070109), (20211202204204), (20211202204605),
  (20211210212804), (20211228014915), (20220107221237), (20220228202821), (20220312004840), (20220603231003),
  (20220603232444), (20220615214548), (20220712093339), (20220908172859), (20220916233421), (20230119133233),
  (20230128025114), (20230128025212), (20230227211149), (20230228184745), (20230308225145), (20230328144023),
  (20231018144023), (20231204144023), (20231204144024), (20231204144025), (20240108234812), (20240109165339),
  (20240227174441), (20240311171622), (20240321100241), (20240401105812), (20240418121054), (20240523004032),
  (20240618124746), (20240801235015), (20240805133720), (20240827160934), (20240919163303), (20240919163305),
  (20241019105805), (20241030150047), (20241108114728), (20241121104152), (20241130184212), (20241220035512),
  (20241220123912), (20241224161212), (20250107150512), (20250110162412), (20250123174212), (20250128220012),
  (20250506224012), (20250523164012), (20250714121412), (20250905041441), (20251103001201), (20251120212548),
  (20251120215549), (20260218120000), (20260326120000), (20260514120000), (20260527120000), (20260528120000),
  (20260603120000), (20260605120000), (20260606110000), (20260616120000), (20260624120000), (20260626120000),
  (20260706120000), (20260707120000), (20260709120000);
