-- When all of an order's money went back outside of our verbs (at the provider, or by the bank), nobody must send
-- its goods any more.
create or replace function private.cancel_refunded_orders(checkout_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_order_ids uuid[] := array(
    select orders.id from public.orders
    where orders.checkout_id = cancel_refunded_orders.checkout_id
      and orders.status in ('confirmed', 'processing')
      and orders.total_amount > 0
      and orders.refunded_amount = orders.total_amount
    order by orders.id
  );
begin
  if v_order_ids <> '{}' then
    perform private.cancel_orders(v_order_ids, 'refunded');
  end if;
end;
$$;
comment on function private.cancel_refunded_orders(uuid) is
  'Cancels those unsent orders of a locked checkout whose money all went back outside of our verbs.';
