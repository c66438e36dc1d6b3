create or replace function private.tg_payments__record_failed() returns trigger
language plpgsql volatile
security definer -- writes history, which no client may write
set search_path = ''
as $$
begin
  insert into public.order_events (order_id, store_id, customer_id, kind, from_status, to_status, data)
  select orders.id, orders.store_id, orders.customer_id, 'payment', orders.payment_status, 'failed',
    jsonb_build_object('payment_id', new.id, 'code', new.failure_code)
  from public.orders
  where orders.checkout_id = new.checkout_id and (new.order_id is null or orders.id = new.order_id)
  order by orders.id;
  return null;
end;
$$;
comment on function private.tg_payments__record_failed() is
  'After an attempt to pay has failed: it stands in the history of the orders it was for, once for each charge.';

create or replace trigger _900_record_failed
  after update of status, charge_id, failure_code on public.payments
  for each row when (
    new.status = 'failed'
    and (old.status, old.charge_id, old.failure_code) is distinct from (new.status, new.charge_id, new.failure_code)
  )
  execute function private.tg_payments__record_failed();
