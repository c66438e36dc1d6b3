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
  'Cancels what was not sent yet of a locked checkout and was paid back outside our verbs: nobody may send it for nothing.';
