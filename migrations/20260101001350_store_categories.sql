-- How many products a store lists in each category, counted as they come and go: the catalog is grouped by this,
-- largest first, without counting a million rows.
create table public.store_categories (
  store_id uuid not null references public.stores (id) on delete cascade,
  category_id uuid not null references public.categories (id) on delete cascade,
  product_count integer not null default 0,
  constraint store_categories_pkey primary key (store_id, category_id),
  constraint store_categories_product_count_check check (product_count >= 0)
);
create index store_categories_category_id_idx on public.store_categories (category_id);
create index store_categories_store_id_product_count_idx
  on public.store_categories (store_id, product_count desc, category_id);
alter table public.store_categories enable row level security;
grant select on public.store_categories to anon, authenticated, service_role;
-- No write is granted: triggers on products keep it.
comment on table public.store_categories is
  'Listed products per store and category. Visible with the store; kept by triggers.';
