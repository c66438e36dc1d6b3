create or replace function private.copy_product_sample(product_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.product_sample (
    id, store_id, category_id, currency, mrp_amount, price_amount, is_in_stock, is_listed, rating_average,
    rating_score, sales_count, published_at, search
  )
  select
    products.id, products.store_id, products.category_id, products.currency, products.mrp_amount, products.price_amount,
    products.is_in_stock, products.is_listed, products.rating_average, products.rating_score,
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
    rating_average = excluded.rating_average,
    rating_score = excluded.rating_score,
    sales_count = excluded.sales_count,
    published_at = excluded.published_at,
    search = excluded.search;
end;
$$;
comment on function private.copy_product_sample(uuid[]) is
  'Brings the sample up to date with these products. Called by triggers.';
