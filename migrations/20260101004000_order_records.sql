-- Whatever moves an order, its history, the customer's notification, the mails and the broadcast follow from the change
-- itself. Statement-level triggers with transition tables: one statement each, however many orders a checkout has.

create function private.tg_notifications__broadcast() returns trigger
language plpgsql
security definer -- clients may not send to a private channel; this does, with a payload chosen here
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'id', created.id, 'kind', created.kind, 'title', created.title, 'body', created.body, 'data', created.data,
      'created_at', created.created_at
    ),
    'notification_created',
    'user:' || created.user_id,
    true
  )
  from created;
  return null;
end;
$$;
comment on function private.tg_notifications__broadcast() is 'After insert on notifications: broadcasts each to its owner''s channel user:<id>.';

create trigger _900_broadcast
  after insert on public.notifications
  referencing new table as created
  for each statement execute function private.tg_notifications__broadcast();

create function private.order_title(status text, reference text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case status
    when 'confirmed' then format('Your order %s is confirmed', reference)
    when 'processing' then format('Your order %s is being prepared', reference)
    when 'shipped' then format('Your order %s is on its way', reference)
    when 'delivered' then format('Your order %s was delivered', reference)
    when 'cancelled' then case when reference is null then 'Your order was cancelled' else format('Your order %s was cancelled', reference) end
  end;
end;
$$;
comment on function private.order_title(text, text) is 'What a customer is told when an order reaches a status; null for a status nobody needs to be told about.';

create function private.tg_orders__record_placed() returns trigger
language plpgsql
security definer -- writes history, notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_actor_id uuid := auth.uid();
begin
  insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, to_status)
  select placed.id, placed.store_id, placed.customer_id, v_actor_id, 'status', placed.status
  from placed;

  perform realtime.send(
    jsonb_build_object(
      'order_id', placed.id, 'status', placed.status, 'payment_status', placed.payment_status,
      'number', placed.number, 'reference', placed.reference,
      'currency', placed.currency, 'total_amount', placed.total_amount, 'item_count', placed.item_count,
      'at', placed.created_at
    ),
    'order_created',
    'store:' || placed.store_id || ':orders',
    true
  )
  from placed;

  -- A card order is only announced to people once it is paid.
  if exists (select from placed where placed.status = 'confirmed') then
    insert into public.notifications (user_id, kind, title, data)
    select
      placed.customer_id, 'order_confirmed', private.order_title('confirmed', placed.reference),
      jsonb_build_object('order_id', placed.id, 'store_id', placed.store_id, 'status', placed.status)
    from placed
    where placed.status = 'confirmed';

    insert into private.outbox (template, user_id, store_id, payload)
    select
      mail.template, mail.user_id, mail.store_id, jsonb_build_object('order_id', placed.id)
    from placed
    cross join lateral (
      values
        ('order_confirmed', placed.customer_id, null::uuid),
        ('order_placed_store', null::uuid, placed.store_id)
    ) as mail (template, user_id, store_id)
    where placed.status = 'confirmed'
      and (mail.template <> 'order_confirmed' or placed.customer_email is not null);
  end if;
  return null;
end;
$$;
comment on function private.tg_orders__record_placed() is 'After insert on orders: event, broadcast to the store, and, when confirmed at once, notification and mails.';

create trigger _900_record_placed
  after insert on public.orders
  referencing new table as placed
  for each statement execute function private.tg_orders__record_placed();

create function private.tg_orders__record_changed() returns trigger
language plpgsql
security definer -- writes history, notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_actor_id uuid := auth.uid();
begin
  insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, from_status, to_status, data)
  select
    changed.id, changed.store_id, changed.customer_id, v_actor_id, change.kind, change.from_status, change.to_status, change.data
  from changed
  join previous on previous.id = changed.id
  cross join lateral (
    values
      ('status', previous.status, changed.status,
        case when changed.status = 'cancelled' then jsonb_build_object('reason', changed.cancel_reason) end),
      ('payment', previous.payment_status, changed.payment_status,
        case when changed.refunded_amount > 0 then jsonb_build_object('refunded_amount', changed.refunded_amount) end)
  ) as change (kind, from_status, to_status, data)
  where change.from_status <> change.to_status;
  if not found then
    return null;
  end if;

  perform realtime.send(
    jsonb_build_object(
      'order_id', changed.id, 'status', changed.status, 'payment_status', changed.payment_status,
      'number', changed.number, 'reference', changed.reference,
      'currency', changed.currency, 'total_amount', changed.total_amount, 'item_count', changed.item_count,
      'at', changed.updated_at
    ),
    'order_updated',
    'store:' || changed.store_id || ':orders',
    true
  )
  from changed
  join previous on previous.id = changed.id
  where (changed.status, changed.payment_status) <> (previous.status, previous.payment_status);

  insert into public.notifications (user_id, kind, title, data)
  select
    changed.customer_id, 'order_' || changed.status, private.order_title(changed.status, changed.reference),
    jsonb_build_object('order_id', changed.id, 'store_id', changed.store_id, 'status', changed.status)
  from changed
  join previous on previous.id = changed.id
  where changed.status <> previous.status
    and private.order_title(changed.status, changed.reference) is not null
    and changed.customer_id is not null;

  insert into private.outbox (template, user_id, store_id, payload)
  select mail.template, mail.user_id, mail.store_id, mail.payload
  from changed
  join previous on previous.id = changed.id
  cross join lateral (
    values
      (case changed.status when 'confirmed' then 'order_confirmed' else 'order_status' end, changed.customer_id, null::uuid,
        jsonb_build_object('order_id', changed.id, 'status', changed.status)),
      (case changed.status when 'confirmed' then 'order_placed_store' end, null::uuid, changed.store_id,
        jsonb_build_object('order_id', changed.id))
  ) as mail (template, user_id, store_id, payload)
  where changed.status <> previous.status
    and changed.status in ('confirmed', 'processing', 'shipped', 'delivered', 'cancelled')
    and mail.template is not null
    and (mail.user_id is null or changed.customer_email is not null)
    and (mail.user_id is not null or mail.store_id is not null);
  return null;
end;
$$;
comment on function private.tg_orders__record_changed() is
  'After update on orders: for each that changed its status or payment, the event, the broadcast, the notification and the mails.';

create trigger _900_record_changed
  after update on public.orders
  referencing old table as previous new table as changed
  for each statement execute function private.tg_orders__record_changed();
