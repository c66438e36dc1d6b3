-- The schema `storage`: one row per bucket and per object; the bytes are on disk (files.ts).
-- Row-level security is the only gate: the API roles hold every grant, and without a policy nothing is visible.
-- Tables for S3 uploads, analytics and vector buckets are absent, because those protocols are not served.
create schema storage authorization supabase_storage_admin;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to postgres with grant option;

set role supabase_storage_admin;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
  id text primary key,
  name text not null,
  owner uuid,
  owner_id text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  type storage.buckettype not null default 'STANDARD'
);
create unique index bname on storage.buckets (name);
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';
alter table storage.buckets enable row level security;

create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets (id),
  name text,
  owner uuid,
  owner_id text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  user_metadata jsonb
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index idx_objects_bucket_id_name_lower on storage.objects (bucket_id, lower(name) collate "C");
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';
alter table storage.objects enable row level security;

grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;

-- Helpers for policies: `(storage.foldername(name))[1] = (select auth.uid())::text`.

create function storage.foldername(name text) returns text[]
language sql immutable
as $$
  select (string_to_array(name, '/'))[1 : cardinality(string_to_array(name, '/')) - 1];
$$;

create function storage.filename(name text) returns text
language sql immutable
as $$
  select split_part(name, '/', -1);
$$;

create function storage.extension(name text) returns text
language sql immutable
as $$
  select split_part(split_part(name, '/', -1), '.', -1);
$$;

-- What the request being served does, such as `storage.object.upload`; null outside of the Storage API.
create function storage.operation() returns text
language sql stable
as $$
  select current_setting('storage.operation', true);
$$;

-- Whether the request does one of these; names may be given with or without their `storage.` prefix.
create function storage.allow_any_operation(expected_operations text[]) returns boolean
language sql stable
as $$
  select coalesce(
    nullif(regexp_replace(storage.operation(), '^storage\.', ''), '')
      = any (array(
        select regexp_replace(expected.operation, '^storage\.', '')
        from unnest(expected_operations) as expected (operation)
      )),
    false
  );
$$;

create function storage.allow_only_operation(expected_operation text) returns boolean
language sql stable
as $$
  select storage.allow_any_operation(array[expected_operation]);
$$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language sql stable
as $$
  select sum((objects.metadata ->> 'size')::bigint)::bigint, objects.bucket_id
  from storage.objects
  group by objects.bucket_id;
$$;

-- Raises what an insert by the caller would raise, and leaves nothing behind.
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql
as $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata)
  values (can_insert_object.bucketid, can_insert_object.name, can_insert_object.owner, can_insert_object.metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'rollback successful insert';
exception
  when sqlstate 'PT200' then null;
end;
$$;

-- Triggers.

create function storage.update_updated_at_column() returns trigger
language plpgsql
as $$
begin
  new.updated_at = now();
  return new;
end;
$$;
create trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();

create function storage.enforce_bucket_name_length() returns trigger
language plpgsql
as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
  end if;
  return new;
end;
$$;
create trigger enforce_bucket_name_length_trigger before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();

-- A row deleted by plain SQL would leave its bytes behind, so only the API may delete.
create function storage.protect_delete() returns trigger
language plpgsql
as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using errcode = '42501', hint = 'This prevents accidental data loss from orphaned objects.';
  end if;
  return null;
end;
$$;
create trigger protect_buckets_delete before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create trigger protect_objects_delete before delete on storage.objects
  for each statement execute function storage.protect_delete();

-- Listings. Both run with the caller's rights, so that policies filter what is listed.

-- The entries of one folder: `prefix` is the folder with its slash, `levels` the depth of its entries, `search` how
-- their names begin. Folders are made of the names below them and have no id.
create function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
)
returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language sql stable
as $$
  with matching as (
    select *, cardinality(objects.path_tokens) as depth
    from storage.objects
    where objects.bucket_id = bucketname
      and (lower(objects.name) collate "C") ^@ lower(prefix || search)
      and cardinality(objects.path_tokens) >= levels
  ),
  entries as (
    select
      matching.path_tokens[levels] as name,
      matching.id,
      matching.updated_at,
      matching.created_at,
      matching.last_accessed_at,
      matching.metadata
    from matching
    where matching.depth = levels
    union all
    select distinct matching.path_tokens[levels], null::uuid, null::timestamptz, null::timestamptz,
      null::timestamptz, null::jsonb
    from matching
    where matching.depth > levels
  ),
  keyed as (
    select
      *,
      entries.id is not null and sortcolumn <> 'name' as after_folders,
      case
        when entries.id is null then null
        when sortcolumn = 'updated_at' then entries.updated_at
        when sortcolumn = 'created_at' then entries.created_at
        when sortcolumn = 'last_accessed_at' then entries.last_accessed_at
      end as instant
    from entries
  )
  select keyed.name, keyed.id, keyed.updated_at, keyed.created_at, keyed.last_accessed_at, keyed.metadata
  from keyed
  order by
    keyed.after_folders,
    case when sortorder = 'desc' then keyed.instant end desc,
    case when sortorder <> 'desc' then keyed.instant end asc,
    case when sortorder = 'desc' then keyed.name end collate "C" desc,
    case when sortorder <> 'desc' then keyed.name end collate "C" asc
  limit limits
  offset offsets;
$$;

-- One page of a listing by key. `levels` is how many segments make a folder, null for a flat listing; the page begins
-- after the entry named `start_after`, whose sorted instant was `sort_column_after`. A folder is as old as the first
-- object in it.
create function storage.search_v2(
  prefix text,
  bucket_name text,
  limits integer default 100,
  levels integer default 1,
  start_after text default '',
  sort_order text default 'asc',
  sort_column text default 'name',
  sort_column_after text default ''
)
returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language sql stable
as $$
  with matching as (
    select *, levels is not null and cardinality(objects.path_tokens) > levels as in_folder
    from storage.objects
    where objects.bucket_id = bucket_name
      and (objects.name collate "C") ^@ prefix
  ),
  entries as (
    select
      case when levels is null then matching.name else matching.path_tokens[levels] end as key,
      matching.name,
      matching.id,
      matching.updated_at,
      matching.created_at,
      matching.last_accessed_at,
      matching.metadata,
      case sort_column when 'created_at' then matching.created_at when 'updated_at' then matching.updated_at end
        as instant
    from matching
    where not matching.in_folder
    union all
    select
      matching.path_tokens[levels],
      array_to_string(matching.path_tokens[1 : levels], '/') || '/',
      null,
      case when sort_column <> 'name' then min(matching.created_at) end,
      case when sort_column <> 'name' then min(matching.created_at) end,
      null,
      null,
      case when sort_column <> 'name' then min(matching.created_at) end
    from matching
    where matching.in_folder
    group by matching.path_tokens[1 : levels], matching.path_tokens[levels]
  ),
  -- Instants travel in cursors as JavaScript writes them: to the millisecond. Sorting by name, all are alike.
  keyed as (
    select *, coalesce(date_trunc('milliseconds', entries.instant), '-infinity') as position
    from entries
  ),
  reached as (
    select coalesce(nullif(sort_column_after, ''), '-infinity')::timestamptz as position
  )
  select keyed.key, keyed.name, keyed.id, keyed.updated_at, keyed.created_at, keyed.last_accessed_at, keyed.metadata
  from keyed, reached
  where start_after = ''
    or case
      when sort_order = 'desc' then
        (keyed.position, keyed.name collate "C") < (reached.position, start_after collate "C")
      else
        (keyed.position, keyed.name collate "C") > (reached.position, start_after collate "C")
    end
  order by
    case when sort_order = 'desc' then keyed.position end desc,
    case when sort_order <> 'desc' then keyed.position end asc,
    case when sort_order = 'desc' then keyed.name end collate "C" desc,
    case when sort_order <> 'desc' then keyed.name end collate "C" asc
  limit limits;
$$;

-- A page of keys and common prefixes, as S3 lists them.
create function storage.list_objects_with_delimiter(
  _bucket_id text,
  prefix_param text,
  delimiter_param text,
  max_keys integer default 100,
  start_after text default '',
  next_token text default ''
)
returns table (name text, id uuid, metadata jsonb, updated_at timestamptz)
language sql stable
as $$
  with entries as (
    select
      case
        when position(delimiter_param in substr(objects.name, length(prefix_param) + 1)) > 0 then
          prefix_param
            || split_part(substr(objects.name, length(prefix_param) + 1), delimiter_param, 1)
            || delimiter_param
        else objects.name
      end as name,
      objects.id,
      objects.metadata,
      objects.updated_at
    from storage.objects
    where objects.bucket_id = _bucket_id
      and (objects.name collate "C") ^@ prefix_param
  )
  select distinct on (entries.name collate "C")
    entries.name,
    case when right(entries.name, length(delimiter_param)) = delimiter_param then null else entries.id end,
    case when right(entries.name, length(delimiter_param)) = delimiter_param then null else entries.metadata end,
    case when right(entries.name, length(delimiter_param)) = delimiter_param then null else entries.updated_at end
  from entries
  where entries.name collate "C" > greatest(start_after collate "C", next_token collate "C")
  order by entries.name collate "C"
  limit max_keys;
$$;

reset role;
