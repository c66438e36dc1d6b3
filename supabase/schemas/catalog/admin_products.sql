-- For those who run the marketplace, in Studio or through the API: names instead of ids. The view runs with the
-- rights of the caller and, on top, shows rows to operators only.
create or replace view public.admin_products with (security_invoker = true) as
select
  products.id,
  stores.name as store,
  products.name,
  categories.name as category,
  products.status,
  products.is_listed,
  products.currency,
  products.mrp_amount,
  products.price_amount,
  products.is_in_stock,
  products.sales_count,
  products.rating_average,
  coalesce(rating_totals.rating_count, 0) as rating_count,
  products.created_at,
  products.deleted_at
from public.products
join public.stores on stores.id = products.store_id
join public.categories on categories.id = products.category_id
left join public.rating_totals
  on rating_totals.subject_type = 'product' and rating_totals.subject_id = products.id
where (select private.is_operator());
grant select on public.admin_products to authenticated, service_role;
comment on view public.admin_products is 'Products of all stores in every state. Rows for operators only.';
