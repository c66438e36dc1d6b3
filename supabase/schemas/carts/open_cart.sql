create or replace function private.open_cart(token text) returns uuid
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_cart_id uuid;
begin
  if v_user_id is not null then
    -- One customer opens or claims one cart at a time; see claim_cart.
    perform pg_advisory_xact_lock(hashtextextended('cart ' || v_user_id::text, 0));
  end if;
  insert into public.carts (user_id, token_hash, expires_at)
  values (
    v_user_id,
    case when v_user_id is null then sha256(convert_to(token, 'UTF8')) end,
    now() + private.cart_lifetime(v_user_id is null)
  )
  on conflict (user_id) where status = 'active' and user_id is not null do nothing
  returning id into v_cart_id;
  if v_cart_id is null then
    -- Another request of the same customer opened it a moment ago.
    select carts.id into v_cart_id from public.carts
    where carts.user_id = v_user_id and carts.status = 'active'
    for no key update;
  end if;
  return v_cart_id;
end;
$$;
comment on function private.open_cart(text) is 'Opens a cart for the caller: the customer''s, or a visitor''s that the token will open.';
