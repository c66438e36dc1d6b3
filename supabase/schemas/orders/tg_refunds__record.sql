-- A refund's history and messages follow from the refund itself, as an order's do.
create or replace function private.tg_refunds__record() returns trigger
language plpgsql volatile
security definer -- writes history, notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_data jsonb := jsonb_build_object(
    'refund_id', new.id, 'order_id', new.order_id, 'booking_id', new.booking_id, 'store_id', new.store_id, 'status',
    new.status, 'amount', new.amount,
    'currency', new.currency
  );
begin
  -- What is told of the booking's end has said what goes back.
  if new.booking_id is not null and new.origin = 'system' and new.status <> 'failed' then
    return null;
  end if;
  if new.order_id is not null then
    insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, from_status, to_status, data)
    values (
      new.order_id, new.store_id, new.customer_id, (select auth.uid()), 'refund',
      case when tg_op = 'UPDATE' then old.status end, new.status, v_data
    );
    perform realtime.send(v_data, 'refund_updated', 'store:' || new.store_id || ':orders', true);
    perform private.emit_webhook(
      case tg_op when 'INSERT' then 'refund.created' else 'refund.updated' end, new.store_id, v_data
    );
  end if;
  perform private.tell_refund(new, v_data);
  return null;
end;
$$;
comment on function private.tg_refunds__record() is
  'After a refund is made or changes its status: event, broadcast, webhook, notifications, mail.';

create or replace trigger _900_record_made
  after insert on public.refunds
  for each row execute function private.tg_refunds__record();
create or replace trigger _900_record_changed
  after update of status on public.refunds
  for each row when (old.status <> new.status)
  execute function private.tg_refunds__record();
