-- The history of an order. It grows without end and is read by order, so it is split by month: old months can be moved
-- away in one step. The partitions live in `private`; the table in `public` is the only way in.
create table public.order_events (
  id uuid not null default private.uuid_v7(),
  created_at timestamptz not null default now(),
  order_id uuid not null references public.orders (id) on delete restrict,
  store_id uuid not null,
  customer_id uuid,
  actor_id uuid,
  kind text not null,
  from_status text,
  to_status text,
  data jsonb,
  constraint order_events_pkey primary key (id, created_at),
  constraint order_events_kind_check check (kind in ('status', 'payment', 'refund'))
) partition by range (created_at);
create index order_events_order_id_idx on public.order_events (order_id, id);
create table private.order_events_default partition of public.order_events default;
alter table private.order_events_default enable row level security;

alter table public.order_events enable row level security;
grant select on public.order_events to authenticated, service_role;

comment on table public.order_events is
  'Every change of an order: its status, its payment, its refunds. Append-only, written by triggers. Seen by the '
  'customer and the store.';
comment on column public.order_events.actor_id is
  'Who did it; null when the marketplace itself did (a payment arrived, a hold expired).';
comment on column public.order_events.store_id is 'Copied from the order, so that access needs no join.';
comment on column public.order_events.customer_id is 'Copied from the order, so that access needs no join.';

select private.create_month_partitions('order_events');
