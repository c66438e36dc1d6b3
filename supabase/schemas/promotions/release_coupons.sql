create or replace function private.release_coupons(checkout_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on coupons
set search_path = ''
as $$
begin
  -- Most checkouts used no coupon, and need no locks.
  if not exists (
    select from public.coupon_redemptions
    where coupon_redemptions.checkout_id = any (release_coupons.checkout_ids) and coupon_redemptions.status = 'active'
  ) then
    return;
  end if;
  perform from public.coupons
  where coupons.id in (
    select coupon_redemptions.coupon_id
    from public.coupon_redemptions
    where coupon_redemptions.checkout_id = any (release_coupons.checkout_ids)
  )
  order by coupons.id
  for no key update;

  with released as (
    update public.coupon_redemptions
    set status = 'released'
    where coupon_redemptions.checkout_id = any (release_coupons.checkout_ids)
      and coupon_redemptions.status = 'active'
      and not exists (
        select from public.orders
        where orders.checkout_id = coupon_redemptions.checkout_id
          and (coupon_redemptions.store_id is null or orders.store_id = coupon_redemptions.store_id)
          and orders.status <> 'cancelled'
      )
    returning coupon_redemptions.coupon_id
  )
  update public.coupons
  set used_count = coupons.used_count - total.uses
  from (select released.coupon_id, count(*)::integer as uses from released group by released.coupon_id) as total
  where coupons.id = total.coupon_id;
end;
$$;
comment on function private.release_coupons(uuid[]) is
  'Gives back the coupon uses of these checkouts whose orders are all cancelled.';
