-- Takes a code off the cart, or all of them, so that a customer whose code does not hold any more can check out
-- without it.
create or replace function private.remove_coupon(code text, cart_token text) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.require_cart(remove_coupon.cart_token);
begin
  delete from public.cart_coupons
  using public.coupons
  where cart_coupons.cart_id = v_cart_id
    and coupons.id = cart_coupons.coupon_id
    and (
      remove_coupon.code is null
      or private.fold(coupons.code) = private.fold(private.tidy_code(left(remove_coupon.code, 100)))
    );
  return private.cart_json(v_cart_id, auth.uid());
end;
$$;
comment on function private.remove_coupon(text, text) is 'See public.remove_coupon.';
grant execute on function private.remove_coupon(text, text) to anon, authenticated;

create or replace function public.remove_coupon(code text default null, cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.remove_coupon(remove_coupon.code, remove_coupon.cart_token);
end;
$$;
comment on function public.remove_coupon(text, text) is
  'Takes a coupon (or all of them) off the cart and returns the cart. Repeating it changes nothing. Errors: '
  'cart_not_found, invalid_cart_token.';
grant execute on function public.remove_coupon(text, text) to anon, authenticated;
