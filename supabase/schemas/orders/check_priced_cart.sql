create or replace function private.check_priced_cart(cart private.priced_cart, shipping_methods jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_max_quantity integer := (select settings.max_line_quantity from private.settings);
  v_line private.priced_line;
  v_part private.priced_store;
  v_coupon private.priced_coupon;
begin
  foreach v_line in array check_priced_cart.cart.lines loop
    -- The limit may have been lowered since the line was put into the cart.
    if v_line.quantity > v_max_quantity then
      perform private.check_line_limit(v_line.quantity);
    end if;
    if v_line.availability = 'available' then
      continue;
    end if;
    if v_line.availability = 'unavailable' then
      raise sqlstate 'PT409' using
        message = format('%s is not for sale any more.', v_line.product_name), detail = 'item_unavailable',
        hint = 'Remove it from the cart.';
    end if;
    if v_line.availability = 'store_closed' then
      raise sqlstate 'PT409' using
        message = 'This store takes no orders at the moment.', detail = 'store_closed';
    end if;
    raise sqlstate 'PT409' using
      message = case
        when v_line.available = 0 then format('%s is sold out.', v_line.product_name)
        when private.shown_stock(v_line.available) is null
          then format('So many of %s are not left.', v_line.product_name)
        else format('Only %s of %s are left.', v_line.available, v_line.product_name)
      end,
      detail = 'out_of_stock',
      hint = format(
        'variant_id: %s, available: %s',
        v_line.variant_id, coalesce(private.shown_stock(v_line.available)::text, 'more than 10')
      );
  end loop;

  foreach v_part in array check_priced_cart.cart.stores loop
    if v_part.currency <> check_priced_cart.cart.stores[1].currency then
      raise sqlstate 'PT422' using
        message = 'Stores of different currencies are paid one by one.', detail = 'mixed_currencies',
        hint = 'Send store_ids, and check out once for each currency.';
    end if;
    if check_priced_cart.shipping_methods ? v_part.store_id::text
      and v_part.shipping_method_id::text is distinct from check_priced_cart.shipping_methods ->> v_part.store_id::text
    then
      raise sqlstate 'PT422' using
        message = 'That store does not offer this shipping method.', detail = 'invalid_shipping_method';
    end if;
  end loop;

  if check_priced_cart.cart.coupons is not null then
    foreach v_coupon in array check_priced_cart.cart.coupons loop
      if v_coupon.problem is not null then
        perform private.refuse_coupon(v_coupon.problem, v_coupon.code);
      end if;
    end loop;
  end if;
end;
$$;
comment on function private.check_priced_cart(private.priced_cart, jsonb) is
  'Refuses a cart that cannot be ordered as it stands; nothing is dropped silently. Errors: invalid_quantity, '
  'item_unavailable, store_closed, out_of_stock, mixed_currencies, invalid_shipping_method, those of refuse_coupon.';
