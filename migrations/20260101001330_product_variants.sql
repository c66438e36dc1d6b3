-- What is priced, counted and sold. A variant that leaves the catalog is kept (deleted_at) for the orders that name it.
create table public.product_variants (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  store_id uuid not null,
  sku text,
  title text not null default 'Default',
  option_values text[] not null default '{}',
  mrp_amount bigint not null,
  price_amount bigint not null,
  currency text not null,
  position smallint not null default 0,
  is_active boolean not null default true,
  is_in_stock boolean not null default false,
  is_listed boolean not null default false,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint product_variants_product_id_store_id_fkey foreign key (product_id, store_id)
    references public.products (id, store_id) on delete restrict,
  constraint product_variants_store_id_currency_fkey foreign key (store_id, currency)
    references public.stores (id, currency) on delete restrict,
  constraint product_variants_sku_check check (private.is_line(sku, 64)),
  constraint product_variants_title_check check (private.is_line(title, 160)),
  constraint product_variants_option_values_check check (cardinality(option_values) <= 3),
  -- The upper bound leaves room to multiply by a quantity and by basis points without leaving bigint.
  constraint product_variants_price_check check (
    price_amount > 0 and mrp_amount >= price_amount and mrp_amount <= 1000000000000
  ),
  constraint product_variants_position_check check (position between 0 and 99),
  constraint product_variants_deleted_are_inactive check (deleted_at is null or not is_active),
  constraint product_variants_id_store_id_key unique (id, store_id)
);
create index product_variants_product_id_store_id_idx on public.product_variants (product_id, store_id);
create index product_variants_store_id_currency_idx on public.product_variants (store_id, currency);
create unique index product_variants_store_id_sku_key on public.product_variants (store_id, private.fold(sku))
  where deleted_at is null;
create unique index product_variants_product_id_option_values_key on public.product_variants (product_id, option_values)
  where deleted_at is null;
alter table public.product_variants enable row level security;
grant select on public.product_variants to anon, authenticated, service_role;
-- No write is granted: save_product keeps variants and options in step, and prices are audited.
comment on table public.product_variants is
  'Variants of products with their prices. Visible with the product; written by save_product and import_products.';
comment on column public.product_variants.sku is 'The seller''s own article number, unique within the store.';
comment on column public.product_variants.option_values is
  'One value for each of the product''s options, in their order; empty when it has none.';
comment on column public.product_variants.mrp_amount is
  'Maximum retail price in minor units; never below the sale price.';
comment on column public.product_variants.price_amount is 'Sale price in minor units, before discounts.';
comment on column public.product_variants.is_in_stock is 'Derived: whether at least one can be bought now.';
comment on column public.product_variants.is_listed is
  'Derived: whether its product is listed. Copied, so that access needs no join.';
