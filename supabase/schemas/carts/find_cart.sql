create or replace function private.find_cart(cart_token text) returns uuid
language plpgsql stable
security definer -- visitors hold no grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_token_hash bytea;
begin
  if v_user_id is not null then
    return (select carts.id from public.carts where carts.user_id = v_user_id and carts.status = 'active');
  end if;
  v_token_hash := private.cart_token_hash(find_cart.cart_token);
  return (
    select case when carts.user_id is null and carts.status = 'active' then carts.id end
    from public.carts
    where carts.token_hash = v_token_hash
  );
end;
$$;
comment on function private.find_cart(text) is
  'The id of the caller''s active cart, to be read only; null when there is none.';
