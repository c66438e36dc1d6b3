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

create function private.order_name(reference text, store_name text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when reference is null then 'order at ' || store_name
    else format('order %s of %s', reference, store_name)
  end;
end;
$$;
comment on function private.order_name(text, text) is
  'What people are told an order is: numbers count within a store, so none is said without it. One never confirmed '
  'has no number.';

create function private.order_title(status text, is_pickup boolean, order_name text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return format(
    case status
      when 'confirmed' then 'Your %s is confirmed'
      when 'processing' then 'Your %s is being prepared'
      when 'shipped' then case when is_pickup then 'Your %s is ready to be picked up' else 'Your %s is on its way' end
      when 'delivered' then case when is_pickup then 'Your %s was picked up' else 'Your %s was delivered' end
      when 'cancelled' then 'Your %s was cancelled'
    end,
    order_name
  );
end;
$$;
comment on function private.order_title(text, boolean, text) is
  'What a customer is told when an order reaches a status; null for a status nobody needs to be told about.';

create function private.cancellation(cancelled public.orders, actor_id uuid) returns jsonb
language plpgsql stable
security definer -- reads memberships, payments and refunds of others
set search_path = ''
as $$
declare
  v_by text;
  v_amount bigint;
begin
  v_by := case
    when actor_id = cancelled.customer_id then 'customer'
    when exists (
      select from public.store_members
      where store_members.store_id = cancelled.store_id and store_members.user_id = actor_id
    ) then 'store'
    when actor_id is null and cancelled.cancel_reason = 'payment_expired' then 'expiry'
    else 'marketplace'
  end;
  -- What this cancellation gives back was made in its own transaction.
  select sum(refunds.amount) into v_amount
  from public.refunds
  where refunds.order_id = cancelled.id
    and refunds.created_at = now()
    and refunds.status in ('approved', 'processing', 'succeeded');
  return jsonb_build_object(
    'by', v_by,
    -- Words of a person; ours have an underline, or say who it was.
    'reason', case
      when v_by in ('store', 'marketplace') and cancelled.cancel_reason !~ '^(customer|store|refunded|[a-z]+_[a-z_]+)$'
      then cancelled.cancel_reason
    end,
    'money', case
      when v_amount > 0 then case cancelled.payment_method when 'card' then 'card' else 'cash' end
      when cancelled.payment_status in ('partially_refunded', 'refunded') then 'refunded_before'
      when cancelled.payment_method <> 'card' or cancelled.total_amount = 0 then 'not_due'
      when exists (
        select from public.payments
        where payments.checkout_id = cancelled.checkout_id and payments.status in ('processing', 'requires_action')
      ) then 'under_way'
      else 'not_charged'
    end,
    'amount', v_amount,
    -- Never numbered is never paid: a card checkout that ended gives its lines back.
    'is_back_in_cart', cancelled.number is null
  );
end;
$$;
comment on function private.cancellation(public.orders, uuid) is
  'For those who are told: {by: customer | store | marketplace | expiry, reason in a person''s words, money: card '
  '| cash | refunded_before | under_way | not_charged | not_due, amount that goes back, is_back_in_cart}.';

create function private.cancellation_words(cancellation jsonb, store_name text) returns text
language plpgsql immutable parallel safe strict
set search_path = ''
as $$
begin
  return concat_ws(
    ' ',
    case cancellation ->> 'by'
      when 'customer' then 'You cancelled it.'
      when 'store' then store_name || ' cancelled it.'
      when 'expiry' then 'It was not paid in time.'
      else 'The marketplace cancelled it.'
    end,
    case cancellation ->> 'money'
      when 'card' then 'What you paid goes back to you the way you paid.'
      when 'cash' then 'The store gives what you paid in cash back to you.'
      when 'refunded_before' then 'What you had paid was refunded before.'
      when 'under_way' then 'Should your payment still arrive, all of it goes back to you.'
      when 'not_charged' then 'Nothing was charged.'
      else 'There is nothing to pay.'
    end,
    case when (cancellation ->> 'is_back_in_cart')::boolean then 'What can still be bought is back in your cart.' end
  );
end;
$$;
comment on function private.cancellation_words(jsonb, text) is
  'Why an order was cancelled and what that means for the customer''s money, in the app.';

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
  v_store_name text;
  v_title text;
  v_cancellation jsonb;
begin
  if placed.status not in ('confirmed', 'processing', 'shipped', 'delivered', 'cancelled') then
    return;
  end if;
  -- The customer's account may be gone by now.
  if placed.customer_id is not null then
    select stores.name into v_store_name from public.stores where stores.id = placed.store_id;
    v_title := private.order_title(
      placed.status, placed.shipping_kind is not distinct from 'pickup', private.order_name(placed.reference, v_store_name)
    );
    if placed.status = 'cancelled' then
      v_cancellation := private.cancellation(placed, (select auth.uid()));
    end if;
    insert into public.notifications (user_id, kind, title, body, data)
    values (
      placed.customer_id, 'order_' || placed.status, v_title, private.cancellation_words(v_cancellation, v_store_name),
      jsonb_build_object('order_id', placed.id, 'store_id', placed.store_id, 'status', placed.status)
        || case when placed.status = 'cancelled' then jsonb_build_object('reason', placed.cancel_reason) else '{}' end
    );
    insert into private.outbox (template, user_id, payload)
    values (
      case placed.status when 'confirmed' then 'order_confirmed' else 'order_status' end,
      placed.customer_id,
      jsonb_build_object('order_id', placed.id, 'status', placed.status, 'number', placed.reference)
        || case placed.status
          when 'cancelled' then jsonb_build_object('cancelled', v_cancellation)
          when 'shipped' then jsonb_build_object('tracking', private.parcel_facts(placed.id))
          else '{}'
        end
    );
  end if;
  if placed.status = 'confirmed' then
    insert into private.outbox (template, store_id, payload)
    values ('order_placed_store', placed.store_id, jsonb_build_object('order_id', placed.id));
  end if;
end;
$$;
comment on function private.tell_order_status(public.orders) is
  'Tells the customer, in the app and by mail or text, which status an order has reached; and the store that it is '
  'confirmed.';

create function private.parcel_facts(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'carrier', shipments.carrier, 'number', shipments.tracking_number, 'url', shipments.tracking_url
    )
    from public.shipments
    where shipments.order_id = parcel_facts.order_id
    order by shipments.id desc
    limit 1
  );
end;
$$;
comment on function private.parcel_facts(uuid) is
  'The parcel of an order that has just been sent: {carrier, number, url}.';

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
