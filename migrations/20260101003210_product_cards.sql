-- How a product is shown: briefly in lists, whole on its own page. Set-based, because a list asks for twenty at once. Callers
-- have decided already that their caller may see these products.
create function private.shown_stock(available integer) returns integer
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when available <= 10 then available end;
end;
$$;
comment on function private.shown_stock(integer) is
  'How many pieces are told to people who do not work for the store: up to ten exactly, above that nothing (null). '
  'Enough to hurry, not enough to read a competitor''s books.';

create function private.product_cards(product_ids uuid[]) returns table (product_id uuid, card jsonb)
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
      'rating', products.rating,
      'rating_count', products.rating_count,
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
  'Products as lists show them. `price_amount` is what one piece of the cheapest variant costs now, `list_amount` before discounts.';

create function private.product_details(product_id uuid, is_member boolean) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_product public.products;
  v_variants jsonb;
  v_discounts jsonb;
begin
  select * into strict v_product from public.products where products.id = product_details.product_id;

  with shown as (
    select product_variants.*
    from public.product_variants
    where product_variants.product_id = v_product.id
      and product_variants.deleted_at is null
      and (product_variants.is_active or product_details.is_member)
  ),
  prices as (
    select * from private.variant_prices((select array_agg(shown.id) from shown))
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'id', shown.id,
        'sku', shown.sku,
        'title', shown.title,
        'option_values', to_jsonb(shown.option_values),
        'mrp_amount', shown.mrp_amount,
        'list_amount', shown.price_amount,
        'price_amount', prices.unit_price_amount,
        'discount_ids', to_jsonb(prices.discount_ids),
        'is_active', shown.is_active,
        'is_in_stock', shown.is_in_stock,
        'available', private.shown_stock(stock_levels.on_hand - stock_levels.reserved)
      ) || case
        when product_details.is_member then jsonb_build_object(
          'on_hand', stock_levels.on_hand,
          'reserved', stock_levels.reserved,
          'low_stock_threshold', stock_levels.low_stock_threshold
        )
        else '{}'::jsonb
      end
      order by shown.position, shown.id
    ),
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', discounts.id, 'name', discounts.name, 'kind', discounts.kind, 'percent_bps', discounts.percent_bps,
          'amount', discounts.amount, 'ends_at', discounts.ends_at
        )
        order by discounts.id
      )
      from public.discounts
      where discounts.id in (select unnest(all_prices.discount_ids) from prices as all_prices)
    )
  into v_variants, v_discounts
  from shown
  join prices on prices.variant_id = shown.id
  join public.stock_levels on stock_levels.variant_id = shown.id;

  return (select cards.card from private.product_cards(array[v_product.id]) as cards)
    || jsonb_build_object(
      'description', v_product.description,
      'published_at', v_product.published_at,
      'images', coalesce((
        select jsonb_agg(
          jsonb_build_object('id', product_media.id, 'path', product_media.path, 'alt', product_media.alt)
          order by product_media.position, product_media.id
        )
        from public.product_media
        where product_media.product_id = v_product.id
      ), '[]'::jsonb),
      'options', coalesce((
        select jsonb_agg(
          jsonb_build_object('name', product_options.name, 'values', to_jsonb(product_options.option_values))
          order by product_options.position
        )
        from public.product_options
        where product_options.product_id = v_product.id
      ), '[]'::jsonb),
      'variants', coalesce(v_variants, '[]'::jsonb),
      'discounts', coalesce(v_discounts, '[]'::jsonb)
    );
end;
$$;
comment on function private.product_details(uuid, boolean) is
  'A product as its own page shows it. Members also see inactive variants and the numbers of their stock.';
