-- Who changed what: prices, roles, statuses, stock. Before and after hold the watched columns only. Append-only.
create table public.audit_log (
  id uuid primary key default private.uuid_v7(),
  at timestamptz not null default now(),
  actor_id uuid,
  actor_role text not null,
  action text not null,
  table_name text not null,
  row_id uuid not null,
  store_id uuid,
  before jsonb,
  after jsonb,
  constraint audit_log_action_check check (action in ('insert', 'update', 'delete'))
);
create index audit_log_store_id_idx on public.audit_log (store_id, at desc);
create index audit_log_row_id_idx on public.audit_log (row_id, at desc);
create index audit_log_at_idx on public.audit_log (at desc);
alter table public.audit_log enable row level security;
grant select on public.audit_log to authenticated, service_role;
comment on table public.audit_log is 'Changes of prices, roles, statuses and stock by people. Visible to platform admins, and to an owner for their store.';
comment on column public.audit_log.actor_id is 'The signed-in user; null for jobs, services and Studio. No foreign key: the log outlives users.';
comment on column public.audit_log.actor_role is 'The database role that acted: authenticated, service_role, postgres (Studio, jobs).';
comment on column public.audit_log.row_id is 'The row''s id; for memberships the member''s user id.';

create trigger _000_append_only
  before update or delete on public.audit_log
  for each row execute function private.tg__append_only();
create trigger _000_append_only_truncate
  before truncate on public.audit_log
  for each statement execute function private.tg__append_only();

create function private.api_role() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- `role` is what the API switched to, and stays so inside definer functions; without a switch it is the login role.
  return coalesce(nullif(current_setting('role', true), 'none'), session_user::text);
end;
$$;
comment on function private.api_role() is 'The role the request runs as, also when asked inside a definer function.';
grant execute on function private.api_role() to anon, authenticated, service_role;

create function private.tg__audit() returns trigger
language plpgsql volatile
security definer -- audit_log is written by nobody else
set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row jsonb := coalesce(v_new, v_old);
  v_before jsonb;
  v_after jsonb;
begin
  select
    jsonb_object_agg(columns.name, v_old -> columns.name) filter (where v_old is not null),
    jsonb_object_agg(columns.name, v_new -> columns.name) filter (where v_new is not null)
  into v_before, v_after
  from unnest(tg_argv) as columns (name)
  where tg_op <> 'UPDATE' or v_old -> columns.name is distinct from v_new -> columns.name;

  if v_before is null and v_after is null then
    return null;
  end if;
  insert into public.audit_log (actor_id, actor_role, action, table_name, row_id, store_id, before, after)
  values (
    (select auth.uid()),
    private.api_role(),
    lower(tg_op),
    tg_table_name,
    coalesce(v_row ->> 'id', v_row ->> 'variant_id', v_row ->> 'user_id')::uuid,
    case when tg_table_name = 'stores' then (v_row ->> 'id')::uuid else (v_row ->> 'store_id')::uuid end,
    v_before,
    v_after
  );
  return null;
end;
$$;
comment on function private.tg__audit() is 'After insert, update or delete, on any table: logs the columns named in its arguments when one of them changed.';
