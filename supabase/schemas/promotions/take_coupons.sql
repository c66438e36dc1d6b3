-- A coupon that was priced a moment ago may have been used up by another checkout since. Its row is locked and
-- asked again; only then is the use counted.
create or replace function private.take_coupons(
  coupons private.priced_coupon[], stores private.priced_store[], checkout_id uuid, customer_id uuid
) returns void
language plpgsql volatile
security definer -- counts uses in tables that clients cannot write
set search_path = ''
as $$
declare
  v_coupon public.coupons;
  v_problem text;
  v_amount bigint;
begin
  for v_coupon in
    select coupons.* from public.coupons
    where coupons.id in (select taken.coupon_id from unnest(take_coupons.coupons) as taken)
    order by coupons.id
    for no key update
  loop
    -- Asked again under the lock: another checkout may have taken the last use since this cart was priced.
    v_problem := private.coupon_limit_problem(v_coupon, take_coupons.customer_id);
    if v_problem is not null then
      perform private.refuse_coupon(v_problem, v_coupon.code);
    end if;

    update public.coupons set used_count = coupons.used_count + 1 where coupons.id = v_coupon.id;
    select case v_coupon.kind
      when 'free_shipping' then coalesce((
        select sum(part.shipping_rate_amount) from unnest(take_coupons.stores) as part
        where v_coupon.store_id is null or part.store_id = v_coupon.store_id
      ), 0)
      else taken.amount
    end
    into v_amount
    from unnest(take_coupons.coupons) as taken
    where taken.coupon_id = v_coupon.id;
    insert into public.coupon_redemptions (coupon_id, checkout_id, store_id, user_id, amount)
    values (v_coupon.id, take_coupons.checkout_id, v_coupon.store_id, take_coupons.customer_id, v_amount);
  end loop;
end;
$$;
comment on function private.take_coupons(private.priced_coupon[], private.priced_store[], uuid, uuid) is
  'Counts one use of each coupon for this checkout, under the lock of its row. Errors: coupon_used_up, '
  'coupon_limit_reached, coupon_first_order_only.';
