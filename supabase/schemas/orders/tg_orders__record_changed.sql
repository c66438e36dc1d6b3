create or replace function private.tg_orders__record_changed() returns trigger
language plpgsql volatile
security definer -- writes history, which no client may write
set search_path = ''
as $$
begin
  insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, from_status, to_status, data)
  select
    new.id, new.store_id, new.customer_id, auth.uid(), change.kind, change.from_status, change.to_status,
    change.data
  from (
    values
      ('status', old.status, new.status,
        case when new.status = 'cancelled' then jsonb_build_object('reason', new.cancel_reason) end),
      ('payment', old.payment_status, new.payment_status,
        case when new.refunded_amount > 0 then jsonb_build_object('refunded_amount', new.refunded_amount) end)
  ) as change (kind, from_status, to_status, data)
  where change.from_status <> change.to_status;
  perform private.announce_order(new, 'order_updated', new.updated_at);
  if new.status <> old.status then
    perform private.tell_order_status(new);
  end if;
  return null;
end;
$$;
comment on function private.tg_orders__record_changed() is
  'After an order''s status or payment has changed: the events, the broadcast, the notification and the mails.';

create or replace trigger _900_record_changed
  after update on public.orders
  for each row when ((old.status, old.payment_status) is distinct from (new.status, new.payment_status))
  execute function private.tg_orders__record_changed();
