create or replace function private.refuse_coupon(problem text, code text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  case refuse_coupon.problem
    when 'coupon_not_started' then
      raise sqlstate 'PT409' using
        message = format('The code %s is not valid yet.', refuse_coupon.code),
        detail = 'coupon_not_started';
    when 'coupon_expired' then
      raise sqlstate 'PT409' using
        message = format('The code %s has expired.', refuse_coupon.code),
        detail = 'coupon_expired';
    when 'coupon_used_up' then
      raise sqlstate 'PT409' using
        message = format('The code %s is used up.', refuse_coupon.code),
        detail = 'coupon_used_up';
    when 'coupon_limit_reached' then
      raise sqlstate 'PT409' using
        message = format('You have used the code %s already.', refuse_coupon.code),
        detail = 'coupon_limit_reached';
    when 'coupon_first_order_only' then
      raise sqlstate 'PT409' using
        message = format('The code %s is for a first order.', refuse_coupon.code),
        detail = 'coupon_first_order_only';
    when 'coupon_below_minimum' then
      raise sqlstate 'PT409' using
        message = format('The cart is below the minimum of the code %s.', refuse_coupon.code),
        detail = 'coupon_below_minimum';
    when 'coupon_currency_mismatch' then
      raise sqlstate 'PT409' using
        message = format('The code %s is for another currency.', refuse_coupon.code),
        detail = 'coupon_currency_mismatch';
    when 'coupon_without_items' then
      raise sqlstate 'PT409' using
        message = format('Nothing in the cart is meant by the code %s.', refuse_coupon.code),
        detail = 'coupon_without_items';
    else
      raise sqlstate 'PT404' using
        message = 'That code is not valid here.', detail = 'coupon_not_found';
  end case;
end;
$$;
comment on function private.refuse_coupon(text, text) is
  'Raises what private.coupon_problem found. Errors: coupon_not_started, coupon_expired, coupon_used_up, '
  'coupon_limit_reached, coupon_first_order_only, coupon_below_minimum, coupon_currency_mismatch, '
  'coupon_without_items, coupon_not_found.';
