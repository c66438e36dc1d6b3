-- What a cart costs right now. Cart page, quote and checkout all ask here, so the three cannot disagree. Everything
-- is rounded once, half up, to what can be charged: a percentage when it is taken, tax for each line.
create or replace function private.price_cart(
  cart_id uuid, customer_id uuid, store_ids uuid[] default null, shipping_methods jsonb default null
) returns private.priced_cart
language plpgsql stable
security definer -- prices carts whose lines the caller may not read directly
set search_path = ''
as $$
declare
  v_lines private.priced_line[];
  v_stores private.priced_store[];
  v_coupons private.priced_coupon[];
  v_has_coupons boolean;
  v_line private.priced_line;
  v_step bigint;
  v_priced private.priced_cart;
  v_free_stores uuid[];
  v_is_free boolean := false;
begin
  -- The one place where a line is put together, in the order of the type's fields. Positions, coupons and taxes are
  -- filled in by name below.
  select
    array_agg(
      row(
        null, item.variant_id, item.product_id, item.store_id, item.currency,
        item.product_name, item.product_slug, item.variant_title, item.sku, item.image_path,
        item.quantity, item.mrp_amount, item.list_amount, item.unit_price_amount, item.subtotal_amount,
        0, 0, item.platform_reduction_amount, item.is_tax_inclusive, item.tax_rate_bps,
        0, 0, 0, item.available, item.availability
      )::private.priced_line
      order by item.created_at, item.variant_id
    ),
    exists (select from public.cart_coupons where cart_coupons.cart_id = price_cart.cart_id)
  into v_lines, v_has_coupons
  from (
    select
      cart_items.variant_id, cart_items.quantity, cart_items.created_at,
      price.product_id, price.store_id, price.currency, price.mrp_amount, price.list_amount, price.unit_price_amount,
      price.unit_price_amount * cart_items.quantity as subtotal_amount,
      price.platform_discount_amount * cart_items.quantity as platform_reduction_amount,
      case when product_variants.option_values <> '{}' then product_variants.title end as variant_title,
      product_variants.sku,
      products.name as product_name, products.slug as product_slug,
      (
        select product_media.path from public.product_media
        where product_media.product_id = products.id
        order by product_media.position, product_media.id
        limit 1
      ) as image_path,
      stores.is_tax_inclusive, stores.tax_rate_bps,
      stock.available,
      case
        when not (products.is_listed and product_variants.is_active) then 'unavailable'
        when not stores.is_open then 'store_closed'
        when stock.available = 0 then 'out_of_stock'
        when stock.available < cart_items.quantity then 'insufficient_stock'
        else 'available'
      end as availability
    from public.cart_items
    join private.variant_prices(
      array(select cart_items.variant_id from public.cart_items where cart_items.cart_id = price_cart.cart_id), now()
    ) as price on price.variant_id = cart_items.variant_id
    join public.product_variants on product_variants.id = cart_items.variant_id
    join public.products on products.id = product_variants.product_id
    join public.stores on stores.id = product_variants.store_id
    left join public.stock_levels on stock_levels.variant_id = cart_items.variant_id
    cross join lateral (select coalesce(stock_levels.on_hand - stock_levels.reserved, 0) as available) as stock
    where cart_items.cart_id = price_cart.cart_id
      and (price_cart.store_ids is null or product_variants.store_id = any (price_cart.store_ids))
  ) as item;

  for v_position in 1 .. coalesce(cardinality(v_lines), 0) loop
    v_lines[v_position].position := v_position;
  end loop;

  if v_has_coupons then
    v_priced := private.price_coupons(
      v_lines, price_cart.cart_id, price_cart.customer_id, price_cart.store_ids is not null
    );
    v_coupons := v_priced.coupons;
    select
      array_agg(coupon.store_id) filter (where coupon.store_id is not null),
      coalesce(bool_or(coupon.store_id is null), false)
    into v_free_stores, v_is_free
    from unnest(v_coupons) as coupon
    where coupon.kind = 'free_shipping' and coupon.problem is null;
    v_lines := v_priced.lines;
  end if;

  -- Tax is on what is left after coupons, line by line, rounded half up: contained in the price, or added to it.
  for v_position in 1 .. coalesce(cardinality(v_lines), 0) loop
    v_line := v_lines[v_position];
    v_line.total_amount := v_line.subtotal_amount - v_line.store_discount_amount - v_line.platform_discount_amount;
    if v_line.is_tax_inclusive then
      v_line.included_tax_amount := div(
        2 * v_line.total_amount::numeric * v_line.tax_rate_bps + 10000 + v_line.tax_rate_bps,
        2 * (10000 + v_line.tax_rate_bps)
      );
    else
      v_step := private.money_step(v_line.currency);
      v_line.tax_amount := v_step * div(
        v_line.total_amount::numeric * v_line.tax_rate_bps + 5000 * v_step, 10000 * v_step
      );
      v_line.total_amount := v_line.total_amount + v_line.tax_amount;
    end if;
    v_lines[v_position] := v_line;
  end loop;

  select array_agg(
    row(
      private.uuid_v7(), part.store_id, part.currency, part.order_prefix, part.item_count,
      part.subtotal_amount, part.discount_amount,
      part.platform_discount_amount + case when part.free_by = 'platform' then part.rate_amount else 0 end,
      part.shipping_method_id, part.shipping_method_name, part.shipping_kind, part.rate_amount,
      case when part.free_by is null then part.rate_amount else 0 end,
      part.tax_amount, part.included_tax_amount,
      part.subtotal_amount - part.discount_amount + part.tax_amount
        + case when part.free_by is null then part.rate_amount else 0 end
    )::private.priced_store
    order by part.store_id
  )
  into v_stores
  from (
    select
      goods.*,
      stores.order_prefix,
      method.id as shipping_method_id, method.name as shipping_method_name, method.kind as shipping_kind,
      case
        when method.kind = 'free_over' and goods.subtotal_amount - goods.discount_amount >= method.free_over_amount
        then 0
        else coalesce(method.rate_amount, 0)
      end as rate_amount,
      case
        when goods.store_id = any (v_free_stores) then 'store'
        when v_is_free then 'platform'
      end as free_by
    from (
      select
        line.store_id,
        min(line.currency) as currency,
        sum(line.quantity)::integer as item_count,
        sum(line.subtotal_amount)::bigint as subtotal_amount,
        sum(line.store_discount_amount + line.platform_discount_amount)::bigint as discount_amount,
        sum(line.platform_discount_amount + line.platform_reduction_amount)::bigint as platform_discount_amount,
        sum(line.tax_amount)::bigint as tax_amount,
        sum(line.included_tax_amount)::bigint as included_tax_amount
      from unnest(v_lines) as line
      group by line.store_id
    ) as goods
    join public.stores on stores.id = goods.store_id
    left join lateral (
      select
        shipping_methods.id, shipping_methods.name, shipping_methods.kind, shipping_methods.rate_amount,
        shipping_methods.free_over_amount
      from public.shipping_methods
      where shipping_methods.store_id = goods.store_id
        and shipping_methods.is_active
        and shipping_methods.currency = goods.currency
        and coalesce(shipping_methods.id::text = price_cart.shipping_methods ->> goods.store_id::text, true)
      order by shipping_methods.position, shipping_methods.id
      limit 1
    ) as method on true
  ) as part;

  return (v_lines, v_stores, v_coupons)::private.priced_cart;
end;
$$;
comment on function private.price_cart(uuid, uuid, uuid[], jsonb) is
  'Prices a cart as it stands: lines with discounts, coupons and tax, the order each store would get, and what its '
  'coupons did. shipping_methods: {"<store_id>": "<shipping_method_id>"}; a store that is not named gets its first '
  'method.';
