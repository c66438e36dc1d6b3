-- Which cart a caller means: a signed-in customer's own, else the one that the visitor's secret token opens.

-- What is no token at all is refused, not ignored: a page that sends "null" for a token it has not stored would else open
-- a new cart with every call, and what the visitor put into the former one would be lost.
create function private.cart_token_hash(cart_token text) returns bytea
language plpgsql stable
set search_path = ''
as $$
declare
  v_token text := coalesce(
    nullif(cart_token, ''),
    nullif(nullif(current_setting('request.headers', true), '')::json ->> 'x-cart-token', '')
  );
begin
  if v_token !~ '^[0-9a-f]{64}$' then
    raise sqlstate 'PT422' using
      message = 'That is no cart token.', detail = 'invalid_cart_token',
      hint = 'Send the token that add_to_cart answered, and nothing (no "null") before there is one.';
  end if;
  return sha256(convert_to(v_token, 'UTF8'));
end;
$$;
comment on function private.cart_token_hash(text) is
  'Hash of the visitor''s cart token, from the argument or the header x-cart-token; null when there is none or it is '
  'empty. Errors: invalid_cart_token.';

-- Who opens, claims, changes or gives back a customer's cart queues here before it locks a row: there may be no row yet, and
-- one that was just closed stays locked by whoever looked for an open one.
create function private.queue_for_cart(user_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('cart ' || user_id::text, 0));
end;
$$;
comment on function private.queue_for_cart(uuid) is
  'One transaction at a time works on a customer''s cart. Taken before the row of a cart, never after.';

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
    perform private.queue_for_cart(v_user_id);
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
  insert into public.carts (user_id, token_hash, expires_at)
  values (
    v_user_id,
    case when v_user_id is null then sha256(convert_to(token, 'UTF8')) end,
    now() + private.cart_lifetime(v_user_id is null)
  )
  returning id into v_cart_id;
  return v_cart_id;
end;
$$;
comment on function private.open_cart(text) is
  'Opens a cart for the caller, who has asked lock_cart: the customer''s, or a visitor''s that the token will open.';
