create or replace function private.announce_order(placed public.orders, event text, at timestamptz) returns void
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
