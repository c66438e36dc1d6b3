create or replace function private.announce_order(placed public.orders, event text, at timestamptz) returns void
language plpgsql volatile
security definer -- sends to a private channel, with a payload chosen here
set search_path = ''
as $$
declare
  v_data jsonb := jsonb_build_object(
    'order_id', announce_order.placed.id, 'status', announce_order.placed.status,
    'payment_status', announce_order.placed.payment_status,
    'number', announce_order.placed.number, 'reference', announce_order.placed.reference,
    'currency', announce_order.placed.currency, 'total_amount', announce_order.placed.total_amount,
    'item_count', announce_order.placed.item_count,
    'at', announce_order.at
  );
begin
  perform realtime.send(
    v_data, announce_order.event, 'store:' || announce_order.placed.store_id || ':orders', true
  );
  perform private.emit_webhook(replace(announce_order.event, '_', '.'), announce_order.placed.store_id, v_data);
end;
$$;
comment on function private.announce_order(public.orders, text, timestamptz) is
  'Tells a store''s people and programs of an order as it is now: a broadcast on store:<id>:orders, and a webhook.';
