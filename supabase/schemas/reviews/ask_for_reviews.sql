-- Queued when the parcel arrives or the appointment has taken place, for some days later. Whether there is still
-- something to ask is read when the letter is sent; see private.review_request().
create or replace function private.ask_for_reviews(customer_id uuid, received jsonb) returns void
language plpgsql volatile
security definer -- writes the outbox, which no client may write
set search_path = ''
as $$
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, run_at)
  select
    'review_request', ask_for_reviews.customer_id, ask_for_reviews.received,
    'review_request:' || coalesce(ask_for_reviews.received ->> 'order_id', ask_for_reviews.received ->> 'booking_id'),
    now() + make_interval(days => settings.review_request_days)
  from private.settings
  where settings.review_request_days > 0
  on conflict do nothing;
end;
$$;
comment on function private.ask_for_reviews(uuid, jsonb) is
  'Queues the mail that asks a customer for reviews of what they received ({order_id, number} or {booking_id}), '
  'settings.review_request_days from now; once for each.';
