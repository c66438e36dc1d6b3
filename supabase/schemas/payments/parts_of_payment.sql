-- What is left of a payment, by order. When somebody gives money back at the provider, or the customer's bank takes
-- it back, nobody says for which order; only when all of it went is it certain. See shares_of_payment for the rule.
create or replace function private.parts_of_payment(payment public.payments)
returns table (order_id uuid, store_id uuid, customer_id uuid, left_amount bigint, unsent_amount bigint)
language plpgsql stable
security definer -- nobody holds a write grant on what this is asked for
set search_path = ''
as $$
begin
  return query
  select
    orders.id, orders.store_id, orders.customer_id,
    orders.total_amount - orders.refunded_amount - orders.refunding_amount,
    (
      select coalesce(sum(refunds.amount), 0)::bigint from public.refunds
      where refunds.order_id = orders.id
        and refunds.payment_id = parts_of_payment.payment.id
        and refunds.status = 'approved'
    )
  from public.orders
  where orders.checkout_id = parts_of_payment.payment.checkout_id
    and orders.payment_status <> 'unpaid'
    and orders.total_amount > 0
  order by orders.id;
  if found then
    return;
  end if;
  -- The payment came too late, when its orders had ended: all of it is left, and belongs to no order.
  return query
  select
    null::uuid, null::uuid, parts_of_payment.payment.user_id,
    parts_of_payment.payment.captured_amount - parts_of_payment.payment.refunded_amount
      - parts_of_payment.payment.refunding_amount,
    (
      select coalesce(sum(refunds.amount), 0)::bigint from public.refunds
      where refunds.payment_id = parts_of_payment.payment.id and refunds.status = 'approved'
    );
end;
$$;
comment on function private.parts_of_payment(public.payments) is
  'The orders that a payment stands for, in the order of their ids: what is left of each, and what of its refunds '
  'was approved but not sent. One row without an order for a payment that came too late. Amounts in minor units.';
