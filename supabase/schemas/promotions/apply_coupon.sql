-- Puts a code on the cart without using it up: others may take its last use before this customer checks out, so it
-- is checked again with every quote and at checkout. A code that does not hold now is refused, and does not stay on
-- the cart.
create or replace function private.apply_coupon(code text, store_id uuid, cart_token text) returns jsonb
language plpgsql volatile
security definer -- customers do not see coupons, and visitors hold no grant on carts
set search_path = ''
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.require_cart(apply_coupon.cart_token);
  v_customer_id uuid := auth.uid();
  v_coupon public.coupons;
  v_result jsonb;
  v_problem text;
begin
  -- Several stores may have a coupon with the same code: those of the cart's stores come before the platform's.
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

create or replace function public.apply_coupon(
  code text, store_id uuid default null, cart_token text default null
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.apply_coupon(apply_coupon.code, apply_coupon.store_id, apply_coupon.cart_token);
end;
$$;
comment on function public.apply_coupon(text, uuid, text) is
  'Puts a coupon on the cart and returns the cart; it replaces another of the same store (or of the platform). Case, '
  'spaces and what cannot be seen do not matter. It is checked again at every quote and at checkout. Errors: '
  'cart_not_found, invalid_cart_token, coupon_not_found, coupon_not_started, coupon_expired, coupon_used_up, '
  'coupon_limit_reached, coupon_first_order_only, coupon_below_minimum, coupon_currency_mismatch, '
  'coupon_without_items.';
grant execute on function public.apply_coupon(text, uuid, text) to anon, authenticated;
