create or replace function private.coupon_problem(
  coupon public.coupons, customer_id uuid, goods_amount bigint, currencies text[]
) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when not coupon.is_active then 'coupon_not_found'
    when coupon.starts_at > now() then 'coupon_not_started'
    when coupon.ends_at <= now() then 'coupon_expired'
    when coupon.used_count >= coupon.usage_limit then 'coupon_used_up'
    when goods_amount is null then
      case when coupon.currency <> all (currencies) then 'coupon_currency_mismatch' else 'coupon_without_items' end
    when goods_amount < coupon.min_order_amount then 'coupon_below_minimum'
    when customer_id is null then null
    when coupon.per_customer_limit <= (
      select count(*) from public.coupon_redemptions
      where coupon_redemptions.user_id = customer_id
        and coupon_redemptions.coupon_id = coupon.id
        and coupon_redemptions.status = 'active'
    ) then 'coupon_limit_reached'
    when coupon.is_first_order_only and exists (
      select from public.orders
      where orders.customer_id = coupon_problem.customer_id
        and orders.status <> 'cancelled'
        and (coupon.store_id is null or orders.store_id = coupon.store_id)
    ) then 'coupon_first_order_only'
  end;
end;
$$;
comment on function private.coupon_problem(public.coupons, uuid, bigint, text[]) is
  'Why a coupon does not hold for this customer and this much of its goods (null: none in the cart), or null when it does.';
