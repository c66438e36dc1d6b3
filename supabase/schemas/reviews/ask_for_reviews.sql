-- Queued when the parcel arrives, for some days later. Whether there is still something to ask is read when the letter
-- is sent; see private.review_request().
create or replace function private.ask_for_reviews(placed public.orders) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, run_at)
  select
    'review_request', placed.customer_id, jsonb_build_object('order_id', placed.id, 'number', placed.reference),
    'review_request:' || placed.id, now() + make_interval(days => settings.review_request_days)
  from private.settings
  where settings.review_request_days > 0
  on conflict do nothing;
end;
$$;
comment on function private.ask_for_reviews(public.orders) is
  'Queues the mail that asks a customer for reviews, settings.review_request_days after delivery; once per order.';
