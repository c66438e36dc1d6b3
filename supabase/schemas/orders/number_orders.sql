create or replace function private.number_orders(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
begin
  with numbered as (
    insert into private.order_numbers (store_id, last_number)
    select orders.store_id, 1
    from public.orders
    where orders.id = any (number_orders.order_ids)
    order by orders.store_id
    on conflict (store_id) do update set last_number = order_numbers.last_number + 1
    returning order_numbers.store_id, order_numbers.last_number
  )
  update public.orders
  set status = 'confirmed',
    payment_status = 'paid',
    number = numbered.last_number,
    reference = stores.order_prefix || numbered.last_number,
    confirmed_at = now(),
    cancelled_at = null,
    cancel_reason = null
  from numbered
  join public.stores on stores.id = numbered.store_id
  where orders.id = any (number_orders.order_ids) and orders.store_id = numbered.store_id;
end;
$$;
comment on function private.number_orders(uuid[]) is
  'Confirms paid orders of one checkout and gives each the next number of its store, last of all, because the '
  'counters stay locked until commit.';
