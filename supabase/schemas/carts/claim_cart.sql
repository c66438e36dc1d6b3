-- What somebody collected before signing in must not be lost by signing in. The visitor's cart becomes the
-- customer's; if the customer has one already, its lines are added to that one. It happens once, however often and
-- from however many tabs it is called.
create or replace function private.claim_cart(cart_token text) returns jsonb
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
  v_token_hash := private.cart_token_hash(claim_cart.cart_token);

  -- Two who claim the same cart meet at this lock; the second then sees that the cart has an owner.
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
    -- If a customer claims two carts at the same time, only one of them may become the active one.
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
      array(
        select cart_items.variant_id
        from public.cart_items
        where cart_items.cart_id = v_guest.id
        order by cart_items.variant_id
      ),
      array(
        select cart_items.quantity
        from public.cart_items
        where cart_items.cart_id = v_guest.id
        order by cart_items.variant_id
      )
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

  -- This customer has claimed it before: a retry of what succeeded is no error.
  return private.get_cart(null, null);
end;
$$;
comment on function private.claim_cart(text) is 'See public.claim_cart.';
grant execute on function private.claim_cart(text) to anon, authenticated;

create or replace function public.claim_cart(cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.claim_cart(claim_cart.cart_token);
end;
$$;
comment on function public.claim_cart(text) is
  'After signing in: makes the visitor''s cart the customer''s, exactly once; into an existing cart quantities are '
  'added, capped by stock of up to ten and by the limit per line. Repeating it returns the cart as it is. Errors: '
  'not_signed_in, cart_not_found, cart_full, invalid_cart_token.';
grant execute on function public.claim_cart(text) to anon, authenticated;
