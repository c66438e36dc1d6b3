create or replace function private.coupon_problem(
  coupon public.coupons, customer_id uuid, goods_amount bigint, currencies text[]
) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_limit_problem text := private.coupon_limit_problem(coupon_problem.coupon, coupon_problem.customer_id);
begin
  return case
    when not coupon_problem.coupon.is_active then 'coupon_not_found'
    when coupon_problem.coupon.starts_at > now() then 'coupon_not_started'
    when coupon_problem.coupon.ends_at <= now() then 'coupon_expired'
    -- First what is wrong with the coupon, then with the cart, then with this customer.
    when v_limit_problem = 'coupon_used_up' then v_limit_problem
    when coupon_problem.goods_amount is null then case
      when coupon_problem.coupon.currency <> all (coupon_problem.currencies) then 'coupon_currency_mismatch'
      else 'coupon_without_items'
    end
    when coupon_problem.goods_amount < coupon_problem.coupon.min_order_amount then 'coupon_below_minimum'
    else v_limit_problem
  end;
end;
$$;
comment on function private.coupon_problem(public.coupons, uuid, bigint, text[]) is
  'Why a coupon does not hold for this customer and this much of its goods (null: none in the cart), or null when '
  'it does.';
