-- What moves the stock of orders (end_reservations, restock_orders, take_stock_again) locks all their stock rows
-- here first, in the order of their key, so that two of them never wait in a circle. Counters and ledger then
-- change together, in one statement for all orders.
create or replace function private.lock_stock_of(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform from public.stock_levels
  where stock_levels.variant_id in (
    select order_lines.variant_id from public.order_lines where order_lines.order_id = any (lock_stock_of.order_ids)
  )
  order by stock_levels.variant_id
  for no key update;
end;
$$;
comment on function private.lock_stock_of(uuid[]) is 'Locks the stock rows of these orders'' lines, in key order.';
