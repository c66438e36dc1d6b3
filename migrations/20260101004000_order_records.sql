-- Whatever moves an order, its history, the customer's notification, the mails and the broadcast follow from the change
-- itself. Row-level triggers: a checkout places an order or two, and a row at hand needs no query to be read.

create function private.tg_notifications__broadcast() returns trigger
language plpgsql
security definer -- clients may not send to a private channel; this does, with a payload chosen here
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'id', new.id, 'kind', new.kind, 'title', new.title, 'body', new.body, 'data', new.data, 'created_at', new.created_at
    ),
    'notification_created',
    'user:' || new.user_id,
    true
  );
  return null;
end;
$$;
comment on function private.tg_notifications__broadcast() is 'After insert on notifications: broadcasts it to its owner''s channel user:<id>.';

create trigger _900_broadcast
  after insert on public.notifications
  for each row execute function private.tg_notifications__broadcast();

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

create function private.order_body(placed public.orders) returns text
language plpgsql stable
security definer -- reads the name of a store in any state
set search_path = ''
as $$
begin
  -- Without a number it was never confirmed: a card order that nobody paid.
  if placed.status <> 'cancelled' or placed.number is not null then
    return null;
  end if;
  return format(
    case placed.cancel_reason
      when 'payment_expired' then 'The payment of your order at %s did not arrive in time.'
      else 'Your order at %s was given up before it was paid.'
    end,
    (select stores.name from public.stores where stores.id = placed.store_id)
  ) || ' What can still be bought is back in your cart.';
end;
$$;
comment on function private.order_body(public.orders) is
  'What more a customer is told: why an unpaid order ended, and where its lines are. Null where the title says it '
  'all.';

create function private.announce_order(placed public.orders, event text, at timestamptz) returns void
language plpgsql
security definer -- sends to a private channel, with a payload chosen here
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'order_id', placed.id, 'status', placed.status, 'payment_status', placed.payment_status,
      'number', placed.number, 'reference', placed.reference,
      'currency', placed.currency, 'total_amount', placed.total_amount, 'item_count', placed.item_count,
      'at', announce_order.at
    ),
    event,
    'store:' || placed.store_id || ':orders',
    true
  );
end;
$$;
comment on function private.announce_order(public.orders, text, timestamptz) is
  'Broadcasts an order, as it is now, to the channel of its store''s people: store:<id>:orders.';

create function private.tell_order_status(placed public.orders) returns void
language plpgsql
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_title text := private.order_title(placed.status, placed.reference);
begin
  if v_title is null then
    return;
  end if;
  -- The customer's account may be gone by now.
  if placed.customer_id is not null then
    insert into public.notifications (user_id, kind, title, body, data)
    values (
      placed.customer_id, 'order_' || placed.status, v_title, private.order_body(placed),
      jsonb_build_object('order_id', placed.id, 'store_id', placed.store_id, 'status', placed.status)
        || case when placed.status = 'cancelled' then jsonb_build_object('reason', placed.cancel_reason) else '{}' end
    );
    if placed.customer_email is not null then
      insert into private.outbox (template, user_id, payload)
      values (
        case placed.status when 'confirmed' then 'order_confirmed' else 'order_status' end,
        placed.customer_id,
        jsonb_build_object('order_id', placed.id, 'status', placed.status)
      );
    end if;
  end if;
  if placed.status = 'confirmed' then
    insert into private.outbox (template, store_id, payload)
    values ('order_placed_store', placed.store_id, jsonb_build_object('order_id', placed.id));
  end if;
end;
$$;
comment on function private.tell_order_status(public.orders) is
  'Tells the customer, in the app and by mail, which status an order has reached; and the store, by mail, that it is confirmed.';

create function private.tg_orders__record_placed() returns trigger
language plpgsql
security definer -- writes history, which no client may write
set search_path = ''
as $$
begin
  insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, to_status)
  values (new.id, new.store_id, new.customer_id, auth.uid(), 'status', new.status);
  perform private.announce_order(new, 'order_created', new.created_at);
  -- A card order is only announced to people once it is paid.
  if new.status = 'confirmed' then
    perform private.tell_order_status(new);
  end if;
  return null;
end;
$$;
comment on function private.tg_orders__record_placed() is 'After insert on orders: event, broadcast to the store, and, when confirmed at once, notification and mails.';

create trigger _900_record_placed
  after insert on public.orders
  for each row execute function private.tg_orders__record_placed();

create function private.tg_orders__record_changed() returns trigger
language plpgsql
security definer -- writes history, which no client may write
set search_path = ''
as $$
begin
  insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, from_status, to_status, data)
  select new.id, new.store_id, new.customer_id, auth.uid(), change.kind, change.from_status, change.to_status, change.data
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

create trigger _900_record_changed
  after update on public.orders
  for each row when ((old.status, old.payment_status) is distinct from (new.status, new.payment_status))
  execute function private.tg_orders__record_changed();

create function private.tg_payments__record_failed() returns trigger
language plpgsql
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

create trigger _900_record_failed
  after update of status, charge_id, failure_code on public.payments
  for each row when (
    new.status = 'failed'
    and (old.status, old.charge_id, old.failure_code) is distinct from (new.status, new.charge_id, new.failure_code)
  )
  execute function private.tg_payments__record_failed();
