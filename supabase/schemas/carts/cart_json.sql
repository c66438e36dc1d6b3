-- The cart as a frontend shows it: lines with live prices and availability, grouped by store, with what each store
-- charges. Every verb of the cart answers with it, so a page never has to ask again after a change.
create or replace function private.cart_json(
  cart_id uuid, customer_id uuid, shipping_methods jsonb default null, store_ids uuid[] default null,
  token text default null
) returns jsonb
language plpgsql stable
security definer -- reads carts that only a token opens
set search_path = ''
as $$
declare
  v_cart private.priced_cart := private.price_cart(
    cart_json.cart_id, cart_json.customer_id, cart_json.store_ids, cart_json.shipping_methods
  );
  -- Amounts of different currencies are not added up.
  v_is_one_currency boolean := (select count(distinct part.currency) < 2 from unnest(v_cart.stores) as part);
begin
  return (
    select
      jsonb_build_object(
        'id', cart_json.cart_id,
        'currency', case when v_is_one_currency then min(part.currency) end,
        'item_count', coalesce(sum(part.item_count), 0),
        'subtotal_amount', case when v_is_one_currency then coalesce(sum(part.subtotal_amount), 0) end,
        'discount_amount', case when v_is_one_currency then coalesce(sum(part.discount_amount), 0) end,
        'shipping_amount', case when v_is_one_currency then coalesce(sum(part.shipping_amount), 0) end,
        'tax_amount', case when v_is_one_currency then coalesce(sum(part.tax_amount), 0) end,
        'included_tax_amount', case when v_is_one_currency then coalesce(sum(part.included_tax_amount), 0) end,
        'total_amount', case when v_is_one_currency then coalesce(sum(part.total_amount), 0) end,
        'is_available', coalesce(
          (select bool_and(line.availability = 'available') from unnest(v_cart.lines) as line), false
        ),
        'items', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'variant_id', line.variant_id, 'product_id', line.product_id, 'store_id', line.store_id,
              'name', line.product_name, 'slug', line.product_slug, 'variant_title', line.variant_title,
              'sku', line.sku,
              'image_path', line.image_path, 'quantity', line.quantity, 'currency', line.currency,
              'mrp_amount', line.mrp_amount, 'list_amount', line.list_amount,
              'unit_price_amount', line.unit_price_amount,
              'subtotal_amount', line.subtotal_amount,
              'discount_amount', line.store_discount_amount + line.platform_discount_amount,
              'tax_amount', line.tax_amount, 'included_tax_amount', line.included_tax_amount,
              'total_amount', line.total_amount,
              'availability', line.availability,
              'available_quantity', case
                when line.available >= line.quantity then line.quantity
                else private.shown_stock(line.available)
              end
            )
            order by line.position
          )
          from unnest(v_cart.lines) as line
        ), '[]'),
        'stores', coalesce(
          jsonb_agg(
            jsonb_build_object(
              'store_id', part.store_id, 'name', stores.name, 'slug', stores.slug, 'is_open', stores.is_open,
              'currency', part.currency, 'item_count', part.item_count,
              'subtotal_amount', part.subtotal_amount, 'discount_amount', part.discount_amount,
              'shipping_amount', part.shipping_amount, 'tax_amount', part.tax_amount,
              'included_tax_amount', part.included_tax_amount, 'total_amount', part.total_amount,
              'shipping_method_id', part.shipping_method_id, 'shipping_method_name', part.shipping_method_name,
              'shipping_methods', coalesce((
                select jsonb_agg(
                  jsonb_build_object(
                    'id', shipping_methods.id, 'name', shipping_methods.name, 'kind', shipping_methods.kind,
                    'rate_amount', shipping_methods.rate_amount, 'free_over_amount', shipping_methods.free_over_amount
                  )
                  order by shipping_methods.position, shipping_methods.id
                )
                from public.shipping_methods
                where shipping_methods.store_id = part.store_id
                  and shipping_methods.is_active
                  and shipping_methods.currency = part.currency
              ), '[]')
            )
            order by part.store_id
          ) filter (where part.store_id is not null),
          '[]'
        ),
        'coupons', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'code', coupon.code, 'store_id', coupon.store_id, 'kind', coupon.kind, 'amount', coupon.amount,
              'problem', coupon.problem
            )
          )
          from unnest(v_cart.coupons) as coupon
        ), '[]')
      )
      || case when cart_json.token is null then '{}' else jsonb_build_object('token', cart_json.token) end
    from unnest(v_cart.stores) as part
    left join public.stores on stores.id = part.store_id
  );
end;
$$;
comment on function private.cart_json(uuid, uuid, jsonb, uuid[], text) is
  'A cart with live prices as JSON. Sums are null when the stores'' currencies differ; token is told only by the '
  'call that made it.';
