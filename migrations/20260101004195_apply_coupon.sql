create function private.apply_coupon(code text, store_id uuid, cart_token text) returns jsonb
language plpgsql volatile
security definer -- customers do not see coupons, and visitors hold no grant on carts
set search_path = ''
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.require_cart(cart_token);
  v_customer_id uuid := auth.uid();
  v_coupon public.coupons;
  v_result jsonb;
  v_problem text;
begin
  -- Of this cart's stores first, in their order, then the platform's; the same word may be a code of several.
  select coupons.* into v_coupon
  from public.coupons
  where private.fold(coupons.code) = private.fold(private.tidy_code(left(apply_coupon.code, 100)))
    and coupons.is_active
    and (apply_coupon.store_id is null or coupons.store_id = apply_coupon.store_id)
    and (
      coupons.store_id is null
      or coupons.store_id in (
        select product_variants.store_id
        from public.cart_items
        join public.product_variants on product_variants.id = cart_items.variant_id
        where cart_items.cart_id = v_cart_id
      )
    )
  order by coupons.store_id nulls last
  limit 1;
  if v_coupon.id is null then
    raise sqlstate 'PT404' using
      message = 'That code is not valid here.', detail = 'coupon_not_found';
  end if;

  delete from public.cart_coupons
  where cart_coupons.cart_id = v_cart_id and cart_coupons.store_id is not distinct from v_coupon.store_id;
  insert into public.cart_coupons (cart_id, coupon_id, store_id)
  values (v_cart_id, v_coupon.id, v_coupon.store_id);

  v_result := private.cart_json(v_cart_id, v_customer_id);
  select coupon.value ->> 'problem' into v_problem
  from jsonb_array_elements(v_result -> 'coupons') as coupon
  where coupon.value ->> 'code' = v_coupon.code
    and (coupon.value ->> 'store_id')::uuid is not distinct from v_coupon.store_id;
  if v_problem is not null then
    perform private.refuse_coupon(v_problem, v_coupon.code);
  end if;
  return v_result;
end;
$$;
comment on function private.apply_coupon(text, uuid, text) is 'See public.apply_coupon.';
grant execute on function private.apply_coupon(text, uuid, text) to anon, authenticated;

create function private.refuse_coupon(problem text, code text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  case problem
    when 'coupon_not_started' then
      raise sqlstate 'PT409' using message = format('The code %s is not valid yet.', code), detail = 'coupon_not_started';
    when 'coupon_expired' then
      raise sqlstate 'PT409' using message = format('The code %s has expired.', code), detail = 'coupon_expired';
    when 'coupon_used_up' then
      raise sqlstate 'PT409' using message = format('The code %s is used up.', code), detail = 'coupon_used_up';
    when 'coupon_limit_reached' then
      raise sqlstate 'PT409' using message = format('You have used the code %s already.', code), detail = 'coupon_limit_reached';
    when 'coupon_first_order_only' then
      raise sqlstate 'PT409' using message = format('The code %s is for a first order.', code), detail = 'coupon_first_order_only';
    when 'coupon_below_minimum' then
      raise sqlstate 'PT409' using message = format('The cart is below the minimum of the code %s.', code), detail = 'coupon_below_minimum';
    when 'coupon_currency_mismatch' then
      raise sqlstate 'PT409' using message = format('The code %s is for another currency.', code), detail = 'coupon_currency_mismatch';
    when 'coupon_without_items' then
      raise sqlstate 'PT409' using message = format('Nothing in the cart is meant by the code %s.', code), detail = 'coupon_without_items';
    else
      raise sqlstate 'PT404' using message = 'That code is not valid here.', detail = 'coupon_not_found';
  end case;
end;
$$;
comment on function private.refuse_coupon(text, text) is
  'Raises what private.coupon_problem found. Errors: coupon_not_started, coupon_expired, coupon_used_up, coupon_limit_reached, coupon_first_order_only, coupon_below_minimum, coupon_currency_mismatch, coupon_without_items, coupon_not_found.';

create function public.apply_coupon(code text, store_id uuid default null, cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.apply_coupon(code, store_id, cart_token);
end;
$$;
comment on function public.apply_coupon(text, uuid, text) is
  'Puts a coupon on the cart and returns the cart; it replaces another of the same store (or of the platform). Case, '
  'spaces and what cannot be seen do not matter. It is checked again at every quote and at checkout. Errors: '
  'cart_not_found, invalid_cart_token, coupon_not_found, coupon_not_started, coupon_expired, coupon_used_up, '
  'coupon_limit_reached, coupon_first_order_only, coupon_below_minimum, coupon_currency_mismatch, '
  'coupon_without_items.';
grant execute on function public.apply_coupon(text, uuid, text) to anon, authenticated;
