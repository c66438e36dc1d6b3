create or replace function private.is_stale(
  payment public.payments, status text, charge_id text, occurred_at timestamptz
) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  -- The provider tells time in whole seconds. Of two events of one second the order follows from what they say: a
  -- charge that has failed is not under way any more, and one that is under way needs nothing more from the customer.
  return is_stale.status not in ('succeeded', 'canceled') and (
    date_trunc('second', is_stale.occurred_at) < date_trunc('second', is_stale.payment.reported_at)
    or (
      date_trunc('second', is_stale.occurred_at) = date_trunc('second', is_stale.payment.reported_at)
      and (
        (
          is_stale.payment.status = 'failed'
          and is_stale.status = 'processing'
          and is_stale.payment.charge_id = is_stale.charge_id
        )
        or (is_stale.payment.status = 'processing' and is_stale.status = 'requires_action')
      )
    )
  );
end;
$$;
comment on function private.is_stale(public.payments, text, text, timestamptz) is
  'Whether this status of a payment is older than the one we know: events come in any order. Final ones are never '
  'stale.';
