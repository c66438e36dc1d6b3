create or replace function private.announce_order(placed public.orders, event text, at timestamptz) returns void
language plpgsql volatile
security definer -- sends to a private channel, with a payload chosen here
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'order_id', announce_order.placed.id, 'status', announce_order.placed.status,
      'payment_status', announce_order.placed.payment_status,
      'number', announce_order.placed.number, 'reference', announce_order.placed.reference,
      'currency', announce_order.placed.currency, 'total_amount', announce_order.placed.total_amount,
      'item_count', announce_order.placed.item_count,
      'at', announce_order.at
    ),
    announce_order.event,
    'store:' || announce_order.placed.store_id || ':orders',
    true
  );
end;
$$;
comment on function private.announce_order(public.orders, text, timestamptz) is
  'Broadcasts an order, as it is now, to the channel of its store''s people: store:<id>:orders.';
