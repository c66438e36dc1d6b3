-- One product in 16, drawn by chance, with the columns that search filters and counts by. Facets of large results are counted here:
-- the sample of a million products is a few megabytes that stay in memory, while their own rows are spread over a gigabyte.
create table private.product_sample (
  id uuid primary key references public.products (id) on delete cascade,
  store_id uuid not null,
  category_id uuid not null,
  currency text not null,
  mrp_amount bigint,
  price_amount bigint,
  is_in_stock boolean not null,
  is_listed boolean not null,
  rating_count integer not null,
  rating_sum bigint not null,
  rating numeric(3, 2) not null,
  sales_count bigint not null,
  published_at timestamptz,
  search tsvector not null
);
create index product_sample_search_idx on private.product_sample using gin (search, ts_filter(search, '{a}')) with (fastupdate = off);
create index product_sample_category_id_idx on private.product_sample (category_id, price_amount);
create index product_sample_store_id_idx on private.product_sample (store_id, price_amount);
create index product_sample_currency_idx on private.product_sample (currency, price_amount);
create index product_sample_published_at_idx on private.product_sample (published_at);
alter table private.product_sample enable row level security;
comment on table private.product_sample is 'Copies of the products marked is_sampled, kept by triggers. Read by search_products.';

create function private.copy_product_sample(product_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.product_sample (
    id, store_id, category_id, currency, mrp_amount, price_amount, is_in_stock, is_listed, rating_count, rating_sum, rating,
    sales_count, published_at, search
  )
  select
    products.id, products.store_id, products.category_id, products.currency, products.mrp_amount, products.price_amount,
    products.is_in_stock, products.is_listed, products.rating_count, products.rating_sum, products.rating,
    products.sales_count, products.published_at, products.search
  from public.products
  where products.id = any (copy_product_sample.product_ids)
  order by products.id
  on conflict on constraint product_sample_pkey do update
  set category_id = excluded.category_id,
    mrp_amount = excluded.mrp_amount,
    price_amount = excluded.price_amount,
    is_in_stock = excluded.is_in_stock,
    is_listed = excluded.is_listed,
    rating_count = excluded.rating_count,
    rating_sum = excluded.rating_sum,
    rating = excluded.rating,
    sales_count = excluded.sales_count,
    published_at = excluded.published_at,
    search = excluded.search;
end;
$$;
comment on function private.copy_product_sample(uuid[]) is 'Brings the sample up to date with these products. Called by triggers.';

create function private.tg_products__sample() returns trigger
language plpgsql volatile
security definer -- the sample is granted to nobody
set search_path = ''
as $$
declare
  v_product_ids uuid[];
begin
  select array_agg(new_rows.id) into v_product_ids
  from new_rows
  where new_rows.is_sampled;
  if v_product_ids is not null then
    perform private.copy_product_sample(v_product_ids);
  end if;
  return null;
end;
$$;
comment on function private.tg_products__sample() is 'After insert or update of products: copies those of the sample.';

create trigger _600_sample_insert
  after insert on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__sample();

create trigger _600_sample_update
  after update on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__sample();
