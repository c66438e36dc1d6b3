-- One product in 16, drawn by chance, with the columns that search filters and counts by. Facets of large results
-- are counted here: the sample of a million products is a few megabytes that stay in memory, while their own rows
-- are spread over a gigabyte.
create table private.product_sample (
  id uuid primary key references public.products (id) on delete cascade,
  store_id uuid not null,
  category_id uuid not null,
  currency text not null,
  mrp_amount bigint,
  price_amount bigint,
  is_in_stock boolean not null,
  is_listed boolean not null,
  rating_average numeric(3, 2),
  rating_score numeric(5, 4) not null,
  sales_count bigint not null,
  published_at timestamptz,
  search tsvector not null
);
create index product_sample_search_idx on private.product_sample using gin (search, ts_filter(search, '{a}'))
  with (fastupdate = off);
create index product_sample_category_id_idx on private.product_sample (category_id, price_amount);
create index product_sample_store_id_idx on private.product_sample (store_id, price_amount);
create index product_sample_currency_idx on private.product_sample (currency, price_amount);
create index product_sample_published_at_idx on private.product_sample (published_at);
alter table private.product_sample enable row level security;
comment on table private.product_sample is
  'Copies of the products marked is_sampled, kept by triggers. Read by search_products.';
