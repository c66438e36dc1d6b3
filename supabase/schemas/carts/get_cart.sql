-- A cart holds no prices, so reading it means pricing it. Reading locks nothing and changes nothing: a cart that is
-- looked at often costs no writes.
create or replace function private.get_cart(cart_token text, shipping_methods jsonb) returns jsonb
language plpgsql stable
security definer -- visitors hold no grant on carts
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.find_cart(get_cart.cart_token);
begin
  return private.cart_json(v_cart_id, auth.uid(), get_cart.shipping_methods);
end;
$$;
comment on function private.get_cart(text, jsonb) is 'See public.get_cart.';
grant execute on function private.get_cart(text, jsonb) to anon, authenticated;

create or replace function public.get_cart(cart_token text default null) returns jsonb
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  return private.get_cart(get_cart.cart_token, null);
end;
$$;
comment on function public.get_cart(text) is
  'The caller''s cart with live prices and availability: the customer''s, or the visitor''s that the token opens '
  '(argument or header x-cart-token). Empty, with id null, when there is none. Errors: invalid_cart_token.';
grant execute on function public.get_cart(text) to anon, authenticated;
