create or replace function private.cancel_orders(order_ids uuid[], reason text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on orders, stock, coupons or refunds
set search_path = ''
as $$
declare
  v_held uuid[];
  v_sold uuid[];
begin
  select
    array_agg(orders.id) filter (where orders.status = 'pending'),
    array_agg(orders.id) filter (where orders.status <> 'pending')
  into v_held, v_sold
  from public.orders
  where orders.id = any (cancel_orders.order_ids);

  -- Nobody has to ask for the money: all that was paid and not refunded yet goes back.
  if exists (select from public.orders where orders.id = any (v_sold) and orders.payment_status <> 'unpaid') then
    perform private.refund_rest(v_sold, cancel_orders.reason);
  end if;
  if v_held is not null then
    perform private.end_reservations(v_held, 'released');
  end if;
  if v_sold is not null then
    perform private.restock_orders(v_sold);
  end if;
  update public.orders
  set status = 'cancelled', cancel_reason = cancel_orders.reason, cancelled_at = now()
  where orders.id = any (cancel_orders.order_ids);
  perform private.release_coupons(
    array(select distinct orders.checkout_id from public.orders where orders.id = any (cancel_orders.order_ids))
  );
end;
$$;
comment on function private.cancel_orders(uuid[], text) is
  'Cancels locked orders: holds released, stock put back, coupon uses given back, a refund made of what was paid '
  'and is left of it.';
