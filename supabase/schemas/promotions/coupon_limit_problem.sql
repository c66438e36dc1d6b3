-- How often a coupon may be used, and by whom: asked when a cart is priced, again at checkout under the lock of the
-- coupon's row, and once more when a late payment brings an expired order back to life.
create or replace function private.coupon_limit_problem(coupon public.coupons, customer_id uuid) returns text
language plpgsql stable
security definer -- reads uses and orders of the customer, also for callers who are not that customer
set search_path = ''
as $$
begin
  return case
    when coupon_limit_problem.coupon.used_count >= coupon_limit_problem.coupon.usage_limit then 'coupon_used_up'
    when coupon_limit_problem.customer_id is null then null
    when coupon_limit_problem.coupon.per_customer_limit <= (
      select count(*) from public.coupon_redemptions
      where coupon_redemptions.user_id = coupon_limit_problem.customer_id
        and coupon_redemptions.coupon_id = coupon_limit_problem.coupon.id
        and coupon_redemptions.status = 'active'
    ) then 'coupon_limit_reached'
    when coupon_limit_problem.coupon.is_first_order_only and exists (
      select from public.orders
      where orders.customer_id = coupon_limit_problem.customer_id
        and orders.status <> 'cancelled'
        and (coupon_limit_problem.coupon.store_id is null or orders.store_id = coupon_limit_problem.coupon.store_id)
    ) then 'coupon_first_order_only'
  end;
end;
$$;
comment on function private.coupon_limit_problem(public.coupons, uuid) is
  'The machine code of the limit that keeps this customer from one more use of a coupon, or null when there is none. '
  'customer_id null: a visitor, of whom no earlier use is known.';
