-- Which cart a caller means: a signed-in customer's own, else the one that the visitor's secret token opens.

create function private.cart_token_hash(cart_token text) returns bytea
language plpgsql stable
set search_path = ''
as $$
declare
  v_token text := coalesce(
    cart_token,
    nullif(current_setting('request.headers', true), '')::json ->> 'x-cart-token'
  );
begin
  return sha256(convert_to(v_token, 'UTF8'));
end;
$$;
comment on function private.cart_token_hash(text) is
  'Hash of the visitor''s cart token, from the argument or the header x-cart-token; null when there is none.';

create function private.lock_cart(cart_token text) returns public.carts
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
    select * into v_cart from public.carts
    where carts.user_id = v_user_id and carts.status = 'active'
    for no key update;
  else
    -- By the token alone, which is unique: every further condition would invite a plan that walks all visitors' carts.
    v_token_hash := private.cart_token_hash(cart_token);
    if v_token_hash is not null then
      select * into v_cart from public.carts where carts.token_hash = v_token_hash for no key update;
      if v_cart.user_id is not null or v_cart.status <> 'active' then
        v_cart := null;
      end if;
    end if;
  end if;

  -- Kept alive while it is used, in steps of a day, so that most changes leave this row alone.
  if v_cart.expires_at < now() + private.cart_lifetime(v_user_id is null) - interval '1 day' then
    update public.carts
    set expires_at = now() + private.cart_lifetime(v_user_id is null), updated_at = now()
    where carts.id = v_cart.id;
  end if;
  return v_cart;
end;
$$;

create function private.cart_lifetime(is_guest boolean) returns interval
language plpgsql stable
security definer -- reads private.settings, which is granted to nobody
set search_path = ''
as $$
begin
  return (
    select make_interval(days => case when is_guest then settings.guest_cart_days else settings.user_cart_days end)
    from private.settings
  );
end;
$$;
comment on function private.cart_lifetime(boolean) is 'How long a cart lives after it was last used.';
comment on function private.lock_cart(text) is
  'The caller''s active cart, locked against every other change until the end of the transaction; all null when there is none.';

create function private.find_cart(cart_token text) returns uuid
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
  v_token_hash := private.cart_token_hash(cart_token);
  return (
    select case when carts.user_id is null and carts.status = 'active' then carts.id end
    from public.carts
    where carts.token_hash = v_token_hash
  );
end;
$$;
comment on function private.find_cart(text) is 'The id of the caller''s active cart, to be read only; null when there is none.';

create function private.open_cart(token text) returns uuid
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
