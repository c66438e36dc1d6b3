-- How many pieces there are and how many are promised. One row per variant, made with it. Checkout locks these rows
-- in the order of their key; the constraints prevent overselling even if a function is wrong.
create table public.stock_levels (
  variant_id uuid primary key references public.product_variants (id) on delete restrict,
  store_id uuid not null references public.stores (id) on delete restrict,
  on_hand integer not null default 0,
  reserved integer not null default 0,
  low_stock_threshold integer not null default 0,
  is_low boolean not null default false,
  updated_at timestamptz not null default now(),
  constraint stock_levels_never_negative check (reserved >= 0 and on_hand >= reserved),
  constraint stock_levels_on_hand_check check (on_hand <= 1000000000),
  constraint stock_levels_low_stock_threshold_check check (low_stock_threshold between 0 and 1000000)
) with (fillfactor = 70);
create index stock_levels_store_id_idx on public.stock_levels (store_id);
create index stock_levels_low_idx on public.stock_levels (store_id, variant_id) where is_low;
alter table public.stock_levels enable row level security;
grant select on public.stock_levels to authenticated, service_role;
grant update (low_stock_threshold) on public.stock_levels to authenticated;
-- Quantities are not granted: they move together with the ledger, through adjust_stock, set_stock and orders.
comment on table public.stock_levels is
  'Stock per variant; visible to the members of the store. The public sees `is_in_stock` on products and '
  'variants.';
comment on column public.stock_levels.on_hand is 'Pieces in the store: always the sum of the variant''s stock_moves.';
comment on column public.stock_levels.reserved is
  'Pieces promised to orders that wait for their payment: always the sum of active stock_reservations.';
comment on column public.stock_levels.low_stock_threshold is
  'When this many pieces or fewer are available, the store is alerted, once each time. 0: never.';
comment on column public.stock_levels.is_low is
  'Derived: whether stock is low now. Remembered, so that the alert is sent once.';
