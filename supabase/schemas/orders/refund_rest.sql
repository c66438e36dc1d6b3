create or replace function private.refund_rest(order_ids uuid[], reason text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on refunds
set search_path = ''
as $$
begin
  perform from public.payments
  where payments.checkout_id in (
    select orders.checkout_id from public.orders where orders.id = any (refund_rest.order_ids)
  )
  order by payments.id
  for no key update;

  with due as (
    select
      orders.id as order_id, orders.store_id, orders.customer_id, orders.currency, payments.id as payment_id,
      orders.total_amount - orders.refunded_amount - orders.refunding_amount as amount
    from public.orders
    join public.payments on payments.checkout_id = orders.checkout_id
      and payments.status = 'succeeded'
      and (payments.order_id is null or payments.order_id = orders.id)
    where orders.id = any (refund_rest.order_ids)
      and orders.payment_status <> 'unpaid'
      and orders.total_amount > orders.refunded_amount + orders.refunding_amount
  ),
  promised as (
    update public.payments
    set refunding_amount = payments.refunding_amount + total.amount
    from (select due.payment_id, sum(due.amount)::bigint as amount from due group by due.payment_id) as total
    where payments.id = total.payment_id
  ),
  owed as (
    update public.orders
    set refunding_amount = orders.refunding_amount + due.amount
    from due
    where orders.id = due.order_id
  )
  insert into public.refunds (
    payment_id, order_id, store_id, customer_id, requested_by, origin, status, currency, amount, reason, decided_at
  )
  select
    due.payment_id, due.order_id, due.store_id, due.customer_id, (select auth.uid()), 'system', 'approved',
    due.currency, due.amount,
    refund_rest.reason, now()
  from due;
  -- Cash is handed back over the counter; there is no provider to wait for.
  perform private.finish_refund(refunds.id, true, null)
  from public.refunds
  join public.payments on payments.id = refunds.payment_id
  where refunds.order_id = any (refund_rest.order_ids) and refunds.status = 'approved' and payments.provider = 'cash'
  order by refunds.id;

  -- Everything goes back, so a request that still waits for a decision has nothing left to ask for.
  update public.refunds
  set status = 'rejected', decision_note = 'The order was cancelled and refunded.', decided_at = now()
  where refunds.order_id = any (refund_rest.order_ids) and refunds.status = 'requested';
end;
$$;
comment on function private.refund_rest(uuid[], text) is
  'Makes an approved refund of everything paid for these locked orders and not yet refunded; of cash, a finished '
  'one.';
