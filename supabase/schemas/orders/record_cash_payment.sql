-- With cash on delivery the money is paid at the door, where no system sees it. The store says that it has it; from
-- then on the order can be delivered, and refunded.
create or replace function private.record_cash_payment(order_id uuid) returns public.orders
language plpgsql volatile
security definer -- clients hold no write grant on orders and payments
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  perform private.require_user_or_operator();
  select * into v_order from public.orders where orders.id = record_cash_payment.order_id for no key update;
  perform private.order_actor(v_order.id, v_order.customer_id, v_order.store_id, array['owner', 'manager', 'staff']);
  if v_order.payment_method <> 'cash_on_delivery' then
    raise sqlstate 'PT409' using
      message = 'This order is not paid in cash.', detail = 'payment_not_by_cash';
  end if;
  if v_order.payment_status <> 'unpaid' then
    return v_order;
  end if;
  if v_order.status not in ('confirmed', 'processing', 'shipped') then
    raise sqlstate 'PT409' using
      message = format('No cash is due for an order that is %s.', v_order.status), detail = 'illegal_status';
  end if;

  insert into public.payments (checkout_id, order_id, user_id, provider, status, currency, amount, captured_amount)
  values (
    v_order.checkout_id, v_order.id, v_order.customer_id, 'cash', 'succeeded', v_order.currency, v_order.total_amount,
    v_order.total_amount
  );
  update public.orders set payment_status = 'paid' where orders.id = v_order.id returning * into v_order;
  perform private.post_sales(array[v_order.id]);
  return v_order;
end;
$$;
comment on function private.record_cash_payment(uuid) is 'See public.record_cash_payment.';
grant execute on function private.record_cash_payment(uuid) to anon, authenticated;

create or replace function public.record_cash_payment(order_id uuid) returns public.orders
language sql volatile security invoker
set search_path = ''
as $$ select * from private.record_cash_payment(record_cash_payment.order_id); $$;
comment on function public.record_cash_payment(uuid) is
  'A store''s member (or a platform admin) has collected the cash for an order; repeating it changes nothing. '
  'Errors: not_signed_in, account_required, session_revoked, order_not_found, store_role_required, '
  'payment_not_by_cash, illegal_status.';
grant execute on function public.record_cash_payment(uuid) to anon, authenticated;
