-- A product as its own page shows it. The verbs that call it have decided that their caller may see the product.
create or replace function private.product_details(product_id uuid, is_member boolean) returns jsonb
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
    || private.rating_facts('product', v_product.id)
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
