-- Empties a cart in one call: a frontend that removed line by line could be stopped half-way. Coupons go with the
-- goods they were typed for.
create or replace function private.clear_cart(cart_token text) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.require_cart(clear_cart.cart_token);
begin
  delete from public.cart_items where cart_items.cart_id = v_cart_id;
  delete from public.cart_coupons where cart_coupons.cart_id = v_cart_id;
  return private.cart_json(v_cart_id, auth.uid());
end;
$$;
comment on function private.clear_cart(text) is 'See public.clear_cart.';
grant execute on function private.clear_cart(text) to anon, authenticated;

create or replace function public.clear_cart(cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.clear_cart(clear_cart.cart_token);
end;
$$;
comment on function public.clear_cart(text) is
  'Empties the cart, coupons included, and returns it. Errors: cart_not_found, invalid_cart_token.';
grant execute on function public.clear_cart(text) to anon, authenticated;
