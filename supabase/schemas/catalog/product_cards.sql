-- A product as lists show it; product_details shows it as its own page does. Made for many at once, because a list
-- asks for twenty. The verbs that call it have decided that their caller may see these products.
create or replace function private.product_cards(product_ids uuid[]) returns table (product_id uuid, card jsonb)
language plpgsql stable rows 20
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans are the same for any products
as $$
declare
  v_variant_ids uuid[];
begin
  select array_agg(cheapest.id) into v_variant_ids
  from unnest(product_cards.product_ids) as wanted (id)
  cross join lateral (
    select product_variants.id
    from public.product_variants
    where product_variants.product_id = wanted.id
      and product_variants.is_active
    order by product_variants.price_amount, product_variants.id
    limit 1
  ) as cheapest;

  return query
  select
    products.id,
    jsonb_build_object(
      'id', products.id,
      'name', products.name,
      'slug', products.slug,
      'status', products.status,
      'currency', products.currency,
      'mrp_amount', products.mrp_amount,
      'list_amount', products.price_amount,
      'price_amount', coalesce(prices.unit_price_amount, products.price_amount),
      'variant_id', prices.variant_id,
      'is_in_stock', products.is_in_stock,
      'rating_average', products.rating_average,
      'rating_count', coalesce((
        select rating_totals.rating_count
        from public.rating_totals
        where rating_totals.subject_type = 'product' and rating_totals.subject_id = products.id
      ), 0),
      'image', (
        select jsonb_build_object('path', product_media.path, 'alt', product_media.alt)
        from public.product_media
        where product_media.product_id = products.id
        order by product_media.position, product_media.id
        limit 1
      ),
      'category', jsonb_build_object('id', categories.id, 'name', categories.name, 'slug', categories.slug),
      -- Looked up for each product: a join would read every store there is.
      'store', (
        select jsonb_build_object('id', stores.id, 'name', stores.name, 'link', stores.slug)
        from public.stores
        where stores.id = products.store_id
      )
    )
  from public.products
  join public.categories on categories.id = products.category_id
  left join private.variant_prices(v_variant_ids) as prices on prices.product_id = products.id
  where products.id = any (product_cards.product_ids);
end;
$$;
comment on function private.product_cards(uuid[]) is
  'Products as lists show them. Amounts in minor units: `price_amount` is what one piece of the cheapest variant '
  'costs now, `list_amount` what it costs before discounts.';
