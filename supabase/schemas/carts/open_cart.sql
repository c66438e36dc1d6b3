create or replace function private.open_cart(token text) returns uuid
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_cart_id uuid;
begin
  insert into public.carts (user_id, token_hash, expires_at)
  values (
    v_user_id,
    case when v_user_id is null then sha256(convert_to(open_cart.token, 'UTF8')) end,
    now() + private.cart_lifetime(v_user_id is null)
  )
  returning id into v_cart_id;
  return v_cart_id;
end;
$$;
comment on function private.open_cart(text) is
  'Opens a cart for the caller, who has asked lock_cart: the customer''s, or a visitor''s that the token will open.';
