-- What a person who runs the marketplace looks at, in Studio or through the API: names instead of ids. The views run with the
-- caller's rights and, on top, show rows to operators only.
create view public.admin_stores with (security_invoker = true) as
select
  stores.id,
  stores.name,
  stores.slug as link,
  stores.status,
  stores.is_open,
  owners.full_name as owner_name,
  owners.phone as owner_phone,
  owners.email as owner_email,
  stores.city,
  stores.country_code,
  stores.currency,
  coalesce(counts.listed_products, 0) as listed_products,
  stores.rating,
  stores.rating_count,
  stores.created_at
from public.stores
left join public.profiles as owners on owners.id = stores.owner_id
left join lateral (
  select sum(store_categories.product_count)::bigint as listed_products
  from public.store_categories
  where store_categories.store_id = stores.id
) as counts on true
where (select private.is_operator());
grant select on public.admin_stores to authenticated, service_role;
comment on view public.admin_stores is 'Stores with their owners. Rows for operators only.';

create view public.admin_products with (security_invoker = true) as
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
  products.rating,
  products.rating_count,
  products.created_at,
  products.deleted_at
from public.products
join public.stores on stores.id = products.store_id
join public.categories on categories.id = products.category_id
where (select private.is_operator());
grant select on public.admin_products to authenticated, service_role;
comment on view public.admin_products is 'Products of all stores in every state. Rows for operators only.';

create view public.admin_stock with (security_invoker = true) as
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

create view public.admin_audit with (security_invoker = true) as
select
  audit_log.id,
  audit_log.at,
  coalesce(profiles.full_name, profiles.email, profiles.phone, audit_log.actor_role) as actor,
  audit_log.action,
  audit_log.table_name,
  audit_log.row_id,
  stores.name as store,
  audit_log.before,
  audit_log.after
from public.audit_log
left join public.profiles on profiles.id = audit_log.actor_id
left join public.stores on stores.id = audit_log.store_id
where (select private.is_operator());
grant select on public.admin_audit to authenticated, service_role;
comment on view public.admin_audit is 'Who changed what, newest with order=at.desc. Rows for operators only.';
