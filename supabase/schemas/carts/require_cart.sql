create or replace function private.require_cart(cart_token text) returns uuid
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
as $$
declare
  v_cart public.carts := private.lock_cart(require_cart.cart_token);
begin
  if v_cart.id is null then
    raise sqlstate 'PT404' using
      message = 'There is no such cart.', detail = 'cart_not_found', hint = 'add_to_cart opens one.';
  end if;
  return v_cart.id;
end;
$$;
comment on function private.require_cart(text) is
  'The caller''s cart, locked. Errors: cart_not_found, invalid_cart_token.';
