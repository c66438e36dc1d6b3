create or replace function private.take_stock_again(checkout_id uuid, order_ids uuid[]) returns boolean
language plpgsql volatile
security definer -- nobody holds a write grant on stock
set search_path = ''
as $$
begin
  perform private.lock_stock_of(take_stock_again.order_ids);
  perform from public.coupons
  where coupons.id in (
    select coupon_redemptions.coupon_id from public.coupon_redemptions
    where coupon_redemptions.checkout_id = take_stock_again.checkout_id
  )
  order by coupons.id
  for no key update;
  if exists (
    select from public.order_lines
    join public.stock_levels on stock_levels.variant_id = order_lines.variant_id
    where order_lines.order_id = any (take_stock_again.order_ids)
      and stock_levels.on_hand - stock_levels.reserved < order_lines.quantity
  ) or exists (
    select from public.coupon_redemptions
    join public.coupons on coupons.id = coupon_redemptions.coupon_id
    where coupon_redemptions.checkout_id = take_stock_again.checkout_id
      and private.coupon_limit_problem(coupons, coupon_redemptions.user_id) is not null
  ) then
    return false;
  end if;

  update public.stock_levels
  set on_hand = stock_levels.on_hand - order_lines.quantity
  from public.order_lines
  where order_lines.order_id = any (take_stock_again.order_ids) and stock_levels.variant_id = order_lines.variant_id;
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id)
  select order_lines.variant_id, order_lines.store_id, -order_lines.quantity, 'sale', order_lines.order_id
  from public.order_lines
  where order_lines.order_id = any (take_stock_again.order_ids);

  with taken as (
    update public.coupon_redemptions
    set status = 'active'
    where coupon_redemptions.checkout_id = take_stock_again.checkout_id
    returning coupon_redemptions.coupon_id
  )
  update public.coupons set used_count = coupons.used_count + 1
  from taken
  where coupons.id = taken.coupon_id;
  return true;
end;
$$;
comment on function private.take_stock_again(uuid, uuid[]) is
  'For a payment that came after its hold expired: takes stock and coupon uses a second time, all of them or none; '
  'says whether it could.';
