-- A customer's cart is found by its owner; a visitor's only by its token, so that token has to be a secret that nobody
-- could guess or choose. It is drawn here and nowhere else: one that a caller sends is never taken over.
create or replace function private.open_cart(out cart_id uuid, out token text)
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
begin
  if v_user_id is null then
    open_cart.token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  end if;
  insert into public.carts (user_id, token_hash, expires_at)
  values (v_user_id, sha256(convert_to(open_cart.token, 'UTF8')), now() + private.cart_lifetime(v_user_id is null))
  returning carts.id into open_cart.cart_id;
end;
$$;
comment on function private.open_cart() is
  'Opens a cart for the caller, who has none (lock_cart says so): the customer''s, or a visitor''s with a secret token '
  'of 64 hexadecimal digits, of which only the hash is kept. token is null for a customer.';
