-- Parcels on their way. The row is made by the step to `shipped`, and closed by the step to `delivered`.
create function private.is_web_address(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return char_length(is_web_address.value) <= 500 and is_web_address.value ~ '^https?://[^[:space:]<>"]+$';
end;
$$;
comment on function private.is_web_address(text) is
  'Whether this is a link that can be shown: http or https, at most 500 characters. For checks; null passes.';
grant execute on function private.is_web_address(text) to authenticated, service_role;

create table public.shipments (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null references public.orders (id) on delete restrict,
  store_id uuid not null,
  customer_id uuid,
  carrier text,
  tracking_number text,
  tracking_url text,
  shipped_at timestamptz not null default now(),
  delivered_at timestamptz,
  constraint shipments_carrier_check check (private.is_line(carrier, 80)),
  constraint shipments_tracking_number_check check (private.is_line(tracking_number, 80)),
  constraint shipments_tracking_url_check check (private.is_web_address(tracking_url)),
  constraint shipments_are_delivered_after_they_are_shipped_check check (delivered_at >= shipped_at)
);
create index shipments_order_id_idx on public.shipments (order_id);

alter table public.shipments enable row level security;
grant select on public.shipments to authenticated, service_role;
grant update (carrier, tracking_number, tracking_url) on public.shipments to authenticated;

comment on table public.shipments is
  'Carrier and tracking of an order that was sent. The store may correct them; when it was sent and delivered '
  'follows the order.';
comment on column public.shipments.store_id is 'Copied from the order, so that access needs no join.';
comment on column public.shipments.customer_id is 'Copied from the order, so that access needs no join.';
