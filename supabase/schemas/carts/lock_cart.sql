create or replace function private.lock_cart(cart_token text) returns public.carts
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_token_hash bytea;
  v_cart public.carts;
begin
  if v_user_id is not null then
    perform private.queue_for_cart(v_user_id);
    select * into v_cart from public.carts
    where carts.user_id = v_user_id and carts.status = 'active'
    for no key update;
  else
    -- Looked up by the token alone, which is unique. Any further condition could make Postgres walk all visitors'
    -- carts.
    v_token_hash := private.cart_token_hash(lock_cart.cart_token);
    if v_token_hash is not null then
      select * into v_cart from public.carts where carts.token_hash = v_token_hash for no key update;
      if v_cart.user_id is not null or v_cart.status <> 'active' then
        v_cart := null;
      end if;
    end if;
  end if;

  if v_cart.id is null then
    return null;
  end if;
  -- A cart that is used lives on. Its end is moved once a day at most, so that most changes do not write this row.
  if v_cart.expires_at < now() + private.cart_lifetime(v_user_id is null) - interval '1 day' then
    update public.carts
    set expires_at = now() + private.cart_lifetime(v_user_id is null), updated_at = now()
    where carts.id = v_cart.id;
  end if;
  return v_cart;
end;
$$;
comment on function private.lock_cart(text) is
  'The caller''s active cart, locked against every other change until the end of the transaction; all null when '
  'there is none.';
