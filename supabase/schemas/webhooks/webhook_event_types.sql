-- Which events there are. A new one is a line here, and one call of private.emit_webhook where it happens.
create or replace function private.webhook_event_types() returns text[]
language sql immutable
set search_path = ''
as $$
  select array[
    'order.created',
    'order.updated',
    'refund.created',
    'refund.updated',
    'stock.updated',
    'booking.created',
    'booking.updated',
    'payout.created',
    'payout.updated',
    'review.created',
    'review.updated',
    'message.created'
  ];
$$;
comment on function private.webhook_event_types() is 'The types of events that endpoints may ask for.';
