-- For those who run the marketplace, in Studio or through the API: names instead of ids. The view runs with the
-- rights of the caller and, on top, shows rows to operators only.
create or replace view public.admin_stock with (security_invoker = true) as
select
  stock_levels.variant_id,
  stores.name as store,
  products.name as product,
  product_variants.title as variant,
  product_variants.sku,
  stock_levels.on_hand,
  stock_levels.reserved,
  stock_levels.on_hand - stock_levels.reserved as available,
  stock_levels.low_stock_threshold,
  stock_levels.is_low,
  stock_levels.updated_at
from public.stock_levels
join public.product_variants on product_variants.id = stock_levels.variant_id
join public.products on products.id = product_variants.product_id
join public.stores on stores.id = stock_levels.store_id
where (select private.is_operator());
grant select on public.admin_stock to authenticated, service_role;
comment on view public.admin_stock is 'Stock of all stores. Rows for operators only.';
