-- A visitor's cart becomes the customer's: by claim_cart after signing in, or by checkout, for whoever signs in to
-- order. It happens once, however often and from however many tabs it is asked for.
create or replace function private.take_over_cart(cart_token text, user_id uuid, is_ordered boolean) returns uuid
language plpgsql volatile
security definer -- moves a cart that only its token opens
set search_path = ''
as $$
declare
  v_token_hash bytea := private.cart_token_hash(take_over_cart.cart_token);
  v_guest public.carts;
  v_cart_id uuid;
begin
  -- Two who claim the same cart meet at this lock; the second then sees that the cart has an owner.
  select * into v_guest from public.carts
  where carts.token_hash = v_token_hash
  for no key update;
  if v_guest.id is null
    or v_guest.user_id <> take_over_cart.user_id
    or (v_guest.user_id is null and v_guest.status <> 'active')
  then
    raise sqlstate 'PT404' using
      message = 'There is no such cart.', detail = 'cart_not_found';
  end if;

  -- If a customer claims two carts at the same time, only one of them may become the active one.
  perform private.queue_for_cart(take_over_cart.user_id);
  select carts.id into v_cart_id from public.carts
  where carts.user_id = take_over_cart.user_id and carts.status = 'active'
  for no key update;
  -- This customer has claimed it before: a retry of what succeeded is no error.
  if v_guest.user_id is not null then
    return v_cart_id;
  end if;

  if v_cart_id is null then
    -- Checkout closes the cart in this transaction, and writes then whose it was.
    if take_over_cart.is_ordered then
      return v_guest.id;
    end if;
    update public.carts
    set user_id = take_over_cart.user_id, expires_at = now() + private.cart_lifetime(false), updated_at = now()
    where carts.id = v_guest.id;
    return v_guest.id;
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
  set status = 'claimed', user_id = take_over_cart.user_id, updated_at = now()
  where carts.id = v_guest.id;
  return v_cart_id;
end;
$$;
comment on function private.take_over_cart(text, uuid, boolean) is
  'Makes the cart that the token opens this customer''s, and says which cart is theirs now, locked; null when they '
  'have ordered it since. is_ordered: the caller is about to close that cart. Errors: cart_not_found, cart_full, '
  'invalid_cart_token.';
