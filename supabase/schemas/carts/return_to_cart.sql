-- A customer whose card checkout ended unpaid most likely still wants the goods: they come back into the cart,
-- together with the coupons that were typed. See take_out_of_cart for the payment that arrives after all.
create or replace function private.return_to_cart(checkout_id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid := (select checkouts.user_id from public.checkouts where checkouts.id = return_to_cart.checkout_id);
  v_cart_id uuid;
  v_room integer;
  v_variant_ids uuid[];
  v_quantities integer[];
begin
  -- The customer may have deleted the account.
  if v_user_id is null then
    return;
  end if;
  update public.carts
  set expires_at = now() + private.cart_lifetime(false), updated_at = now()
  where carts.user_id = v_user_id and carts.status = 'active'
  returning carts.id into v_cart_id;
  if v_cart_id is null then
    insert into public.carts (user_id, expires_at)
    values (v_user_id, now() + private.cart_lifetime(false))
    returning carts.id into v_cart_id;
  end if;

  -- What does not fit into a full cart is left out: the checkout has to end all the same.
  select settings.max_cart_lines - (select count(*) from public.cart_items where cart_items.cart_id = v_cart_id)
  into v_room
  from private.settings;
  select array_agg(line.variant_id order by line.place), array_agg(line.quantity order by line.place)
  into v_variant_ids, v_quantities
  from (
    select
      order_lines.variant_id, order_lines.quantity, cart_items.cart_id is not null as is_there,
      row_number() over (partition by cart_items.cart_id is not null order by order_lines.position) as place
    from public.orders
    join public.order_lines on order_lines.order_id = orders.id
    left join public.cart_items on cart_items.cart_id = v_cart_id and cart_items.variant_id = order_lines.variant_id
    where orders.checkout_id = return_to_cart.checkout_id
  ) as line
  where line.is_there or line.place <= v_room;
  perform private.merge_lines(v_cart_id, v_variant_ids, v_quantities);

  -- If the customer has typed another code meanwhile, that one stays.
  insert into public.cart_coupons (cart_id, coupon_id, store_id)
  select v_cart_id, coupons.id, coupons.store_id
  from public.coupon_redemptions
  join public.coupons on coupons.id = coupon_redemptions.coupon_id
  where coupon_redemptions.checkout_id = return_to_cart.checkout_id and coupons.is_active
  on conflict do nothing;
end;
$$;
comment on function private.return_to_cart(uuid) is
  'Puts the lines and coupons of a checkout that ended unpaid into its customer''s cart, as merge_cart would; what is '
  'not sold any more, and what does not fit, stays out. The caller holds lock_carts_of.';
