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
  reason text,
  constraint audit_log_action_check check (action in ('insert', 'update', 'delete')),
  constraint audit_log_reason_check check (private.is_line(reason, 500))
);
create index audit_log_store_id_idx on public.audit_log (store_id, at desc);
create index audit_log_row_id_idx on public.audit_log (row_id, at desc);
create index audit_log_at_idx on public.audit_log (at desc);
alter table public.audit_log enable row level security;
grant select on public.audit_log to authenticated, service_role;
comment on table public.audit_log is
  'Changes of prices, roles, statuses and stock by people. Visible to platform admins, and to an owner for their '
  'store.';
comment on column public.audit_log.actor_id is
  'The signed-in user; null for jobs, services and Studio. No foreign key: the log outlives users.';
comment on column public.audit_log.actor_role is
  'The database role that acted: authenticated, service_role, postgres (Studio, jobs).';
comment on column public.audit_log.row_id is
  'The id of the changed row; for memberships the member''s user id.';
comment on column public.audit_log.reason is
  'Why, as who acted said it to set_store_status or set_product_status; null where nobody was asked.';
