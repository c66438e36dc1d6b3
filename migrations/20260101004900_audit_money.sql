-- Who changed what a customer pays: coupons and shipping rates. Orders need no audit, their history is order_events.
-- Counting a use is no such change, and happens in every checkout: the trigger names the columns it is about.
create trigger _900_audit
  after insert or delete or update of
    code, percent_bps, amount, min_order_amount, max_discount_amount, starts_at, ends_at, usage_limit, per_customer_limit,
    is_first_order_only, is_active
  on public.coupons
  for each row execute function private.tg__audit(
    'code', 'kind', 'percent_bps', 'amount', 'currency', 'min_order_amount', 'max_discount_amount', 'starts_at', 'ends_at',
    'usage_limit', 'per_customer_limit', 'is_first_order_only', 'is_active'
  );

create trigger _900_audit
  after insert or update or delete on public.shipping_methods
  for each row execute function private.tg__audit('kind', 'rate_amount', 'free_over_amount', 'is_active');
