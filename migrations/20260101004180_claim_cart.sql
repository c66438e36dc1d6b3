-- Lines go from one cart into another: quantities added, capped by what is in stock as far as people are told what that is;
-- what is not sold any more stays out.
create function private.merge_lines(cart_id uuid, variant_ids uuid[], quantities integer[]) returns void
language plpgsql volatile
security definer -- clients do not insert cart lines, and do not see stock
set search_path = ''
as $$
begin
  insert into public.cart_items (cart_id, variant_id, quantity)
  select merge_lines.cart_id, wanted.variant_id, least(wanted.quantity, room.capacity)
  from (
    select line.variant_id, least(sum(line.quantity), 100000)::integer as quantity
    from unnest(variant_ids, quantities) as line (variant_id, quantity)
    group by line.variant_id
  ) as wanted
  join public.product_variants on product_variants.id = wanted.variant_id
  join public.products on products.id = product_variants.product_id
  join public.stock_levels on stock_levels.variant_id = wanted.variant_id
  cross join private.settings
  cross join lateral (
    -- A cap above what is shown would tell it.
    select least(
      private.shown_stock(stock_levels.on_hand - stock_levels.reserved), settings.max_line_quantity
    ) as capacity
  ) as room
  where products.is_listed and product_variants.is_active and room.capacity > 0
  order by wanted.variant_id
  on conflict on constraint cart_items_pkey do update
  set quantity = greatest(
    cart_items.quantity,
    least(
      cart_items.quantity::bigint + excluded.quantity,
      (
        select private.shown_stock(stock_levels.on_hand - stock_levels.reserved)
        from public.stock_levels
        where stock_levels.variant_id = excluded.variant_id
      ),
      (select settings.max_line_quantity from private.settings)
    )
  );

  if (select count(*) from public.cart_items where cart_items.cart_id = merge_lines.cart_id)
    > (select settings.max_cart_lines from private.settings)
  then
    raise sqlstate 'PT422' using
      message = 'The cart is full.', detail = 'cart_full', hint = 'Check out, or remove something first.';
  end if;
end;
$$;
comment on function private.merge_lines(uuid, uuid[], integer[]) is
  'Adds lines to a locked cart, several of one variant summed, each capped by stock of up to ten and by the limit per '
  'line. Errors: cart_full.';

create function private.claim_cart(cart_token text) returns jsonb
language plpgsql volatile
security definer -- moves a cart that only its token opens
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_user_id uuid := auth.uid();
  v_token_hash bytea;
  v_guest public.carts;
  v_cart_id uuid;
begin
  if v_user_id is null then
    raise sqlstate 'PT401' using
      message = 'Sign in first.', detail = 'not_signed_in';
  end if;
  v_token_hash := private.cart_token_hash(cart_token);

  -- Everyone who claims this cart queues here; whoever comes second sees that it has an owner.
  select * into v_guest from public.carts
  where carts.token_hash = v_token_hash
  for no key update;
  if v_guest.id is null
    or v_guest.user_id <> v_user_id
    or (v_guest.user_id is null and v_guest.status <> 'active')
  then
    raise sqlstate 'PT404' using
      message = 'There is no such cart.', detail = 'cart_not_found';
  end if;

  if v_guest.user_id is null then
    -- Two guest carts claimed at once by one customer must not both become the active one.
    perform private.queue_for_cart(v_user_id);
    select carts.id into v_cart_id from public.carts
    where carts.user_id = v_user_id and carts.status = 'active'
    for no key update;

    if v_cart_id is null then
      update public.carts
      set user_id = v_user_id, expires_at = now() + private.cart_lifetime(false), updated_at = now()
      where carts.id = v_guest.id;
      return private.cart_json(v_guest.id, v_user_id);
    end if;

    perform private.merge_lines(
      v_cart_id,
      array(select cart_items.variant_id from public.cart_items where cart_items.cart_id = v_guest.id order by cart_items.variant_id),
      array(select cart_items.quantity from public.cart_items where cart_items.cart_id = v_guest.id order by cart_items.variant_id)
    );
    insert into public.cart_coupons (cart_id, coupon_id, store_id)
    select v_cart_id, cart_coupons.coupon_id, cart_coupons.store_id
    from public.cart_coupons
    where cart_coupons.cart_id = v_guest.id
    on conflict do nothing;
    update public.carts
    set status = 'claimed', user_id = v_user_id, updated_at = now()
    where carts.id = v_guest.id;
    return private.cart_json(v_cart_id, v_user_id);
  end if;

  -- Claimed before, by this customer: a retry of a request that already succeeded is not an error.
  return private.get_cart(null, null);
end;
$$;
comment on function private.claim_cart(text) is 'See public.claim_cart.';
grant execute on function private.claim_cart(text) to anon, authenticated;

create function public.claim_cart(cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.claim_cart(cart_token);
end;
$$;
comment on function public.claim_cart(text) is
  'After signing in: makes the visitor''s cart the customer''s, exactly once; into an existing cart quantities are '
  'added, capped by stock of up to ten and by the limit per line. Repeating it returns the cart as it is. Errors: '
  'not_signed_in, cart_not_found, cart_full, invalid_cart_token.';
grant execute on function public.claim_cart(text) to anon, authenticated;
