-- Popularity is counted by a job and not by the sale, so that orders never wait for the row of a popular product.
create or replace function private.count_product_sales(max_rows integer default 10000) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_counted integer;
begin
  -- Locked before the products: writing a count locks this row (tg_products__best_seller), and whoever moves the
  -- line locks products after it.
  perform from private.best_seller_line for share;
  with taken as (
    delete from private.product_sales
    where product_sales.id in (
      select waiting.id
      from private.product_sales as waiting
      order by waiting.id
      limit count_product_sales.max_rows
      for update skip locked
    )
    returning product_sales.variant_id, product_sales.quantity
  ),
  sums as (
    select product_variants.product_id, sum(taken.quantity) as quantity
    from taken
    join public.product_variants on product_variants.id = taken.variant_id
    group by product_variants.product_id
  ),
  locked as (
    select products.id, sums.quantity
    from public.products
    join sums on sums.product_id = products.id
    where sums.quantity <> 0
    order by products.id
    for no key update of products
  )
  update public.products
  set sales_count = greatest(0, products.sales_count + locked.quantity)
  from locked
  where products.id = locked.id;
  get diagnostics v_counted = row_count;
  return v_counted;
end;
$$;
comment on function private.count_product_sales(integer) is
  'Adds up to max_rows waiting sales to products.sales_count; returns how many products changed. A job, every '
  'minute.';
