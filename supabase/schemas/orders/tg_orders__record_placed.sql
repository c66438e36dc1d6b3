create or replace function private.tg_orders__record_placed() returns trigger
language plpgsql volatile
security definer -- writes history, which no client may write
set search_path = ''
as $$
begin
  insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, to_status)
  values (new.id, new.store_id, new.customer_id, auth.uid(), 'status', new.status);
  perform private.announce_order(new, 'order_created', new.created_at);
  -- People hear of a card order when it is paid, not before.
  if new.status = 'confirmed' then
    perform private.tell_order_status(new);
  end if;
  return null;
end;
$$;
comment on function private.tg_orders__record_placed() is
  'After insert on orders: event, broadcast to the store, and, when confirmed at once, notification and mails.';

create or replace trigger _900_record_placed
  after insert on public.orders
  for each row execute function private.tg_orders__record_placed();
