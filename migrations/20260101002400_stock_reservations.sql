-- Stock that waits for a card payment. `stock_levels.reserved` is the sum of the active rows; both move together,
-- in the functions that reserve, sell and release.
create table public.stock_reservations (
  order_id uuid not null references public.orders (id) on delete restrict,
  variant_id uuid not null references public.product_variants (id) on delete restrict,
  store_id uuid not null,
  quantity integer not null,
  status text not null default 'active',
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint stock_reservations_pkey primary key (order_id, variant_id),
  constraint stock_reservations_quantity_check check (quantity > 0),
  constraint stock_reservations_status_check check (status in ('active', 'sold', 'released'))
);
create index stock_reservations_variant_id_idx on public.stock_reservations (variant_id) where status = 'active';

alter table public.stock_reservations enable row level security;
grant select on public.stock_reservations to authenticated, service_role;

comment on table public.stock_reservations is
  'Stock held for orders that await a card payment. Seen by the store''s members.';
comment on column public.stock_reservations.status is
  'active: held. sold: paid, and taken from on_hand. released: given back.';
comment on column public.stock_reservations.expires_at is
  'As on the checkout. A hold counts until the expiry job releases it, never less.';
