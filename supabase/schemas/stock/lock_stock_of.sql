-- What stock does when an order is paid, given up or sent back. Each takes the orders' stock rows in key order first, then
-- changes counters and ledger together, in one statement for all orders.

create or replace function private.lock_stock_of(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform from public.stock_levels
  where stock_levels.variant_id in (
    select order_lines.variant_id from public.order_lines where order_lines.order_id = any (order_ids)
  )
  order by stock_levels.variant_id
  for no key update;
end;
$$;
comment on function private.lock_stock_of(uuid[]) is 'Locks the stock rows of these orders'' lines, in key order.';
