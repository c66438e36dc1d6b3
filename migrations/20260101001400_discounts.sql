-- A price reduction that every customer gets: on one product, on a category within the store, or on the whole store.
-- What a customer pays is computed by private.variant_prices and nowhere else.
create table public.discounts (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete cascade,
  product_id uuid,
  category_id uuid references public.categories (id) on delete cascade,
  name text not null,
  kind text not null,
  percent_bps integer,
  amount bigint,
  starts_at timestamptz,
  ends_at timestamptz,
  is_stackable boolean not null default false,
  is_active boolean not null default true,
  funded_by text not null default 'store',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint discounts_product_id_store_id_fkey foreign key (product_id, store_id)
    references public.products (id, store_id) on delete cascade,
  constraint discounts_name_check check (private.is_line(name, 80)),
  constraint discounts_kind_check check (kind in ('percentage', 'amount')),
  constraint discounts_value_fits_kind check (
    (kind = 'percentage' and percent_bps is not null and percent_bps between 1 and 10000 and amount is null)
    or (kind = 'amount' and amount is not null and amount between 1 and 1000000000000 and percent_bps is null)
  ),
  constraint discounts_apply_to_one_thing check (product_id is null or category_id is null),
  constraint discounts_window_check check (
    ends_at > starts_at
    and starts_at between '2000-01-01' and '2200-01-01'
    and ends_at between '2000-01-01' and '2200-01-01'
  ),
  constraint discounts_funded_by_check check (funded_by in ('store', 'platform'))
);
create index discounts_store_id_idx on public.discounts (store_id) where is_active;
create index discounts_store_id_created_at_idx on public.discounts (store_id, created_at);
create index discounts_product_id_store_id_idx on public.discounts (product_id, store_id);
create index discounts_category_id_idx on public.discounts (category_id);
alter table public.discounts enable row level security;
grant select, delete on public.discounts to authenticated;
grant select on public.discounts to anon, service_role;
grant insert (
  store_id, product_id, category_id, name, kind, percent_bps, amount, starts_at, ends_at, is_stackable, is_active
)
  on public.discounts to authenticated;
grant update (name, kind, percent_bps, amount, starts_at, ends_at, is_stackable, is_active)
  on public.discounts to authenticated;
-- `funded_by` is not granted: a store must not spend the platform's money. What a discount applies to is not
-- granted either; make another one.
comment on table public.discounts is
  'Price reductions of stores. Written by owner and managers; everyone sees those in force, on products they can see.';
comment on column public.discounts.product_id is 'Only this product. With category_id null too: the whole store.';
comment on column public.discounts.percent_bps is 'Hundredths of a percent: 1250 is 12.5 %.';
comment on column public.discounts.amount is 'Off each piece, in minor units of the store''s currency.';
comment on column public.discounts.is_stackable is
  'Stackable discounts add up; of the others the best one counts. The customer pays the lower of both results.';
comment on column public.discounts.funded_by is
  'Who pays for it: `store`, or `platform`, which only operators set.';
