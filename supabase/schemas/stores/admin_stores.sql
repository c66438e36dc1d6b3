-- For those who run the marketplace, in Studio or through the API: names instead of ids. The view runs with the
-- rights of the caller and, on top, shows rows to operators only.
create or replace view public.admin_stores with (security_invoker = true) as
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
  rating_totals.rating_average,
  coalesce(rating_totals.rating_count, 0) as rating_count,
  stores.created_at
from public.stores
left join public.profiles as owners on owners.id = stores.owner_id
left join public.rating_totals on rating_totals.subject_type = 'store' and rating_totals.subject_id = stores.id
left join lateral (
  select sum(store_categories.product_count)::bigint as listed_products
  from public.store_categories
  where store_categories.store_id = stores.id
) as counts on true
where (select private.is_operator());
grant select on public.admin_stores to authenticated, service_role;
comment on view public.admin_stores is 'Stores with their owners. Rows for operators only.';
