create or replace function private.check_booking_money() returns table (rule text, subject text, detail text)
language plpgsql stable
security definer -- looks at everything
set search_path = ''
as $$
begin
  return query
  select 'paid_booking_is_kept_or_refunded', bookings.id::text,
  format('%s, captured %s', bookings.status, payments.captured_amount)
  from public.bookings
  join public.payments on payments.checkout_id = bookings.checkout_id and payments.status = 'succeeded'
  where bookings.paid_amount <> payments.captured_amount
    or not (
      bookings.status in ('requested', 'confirmed', 'completed', 'no_show')
      or bookings.refunding_amount + bookings.refunded_amount = bookings.paid_amount
      -- What a late cancellation costs.
      or (bookings.status = 'cancelled' and bookings.cancelled_by = 'customer'
        and (bookings.refunding_amount + bookings.refunded_amount > 0 or bookings.cancel_fee_bps = 10000))
      -- The bank refused to take it back; people look into it.
      or exists (select from public.refunds where refunds.booking_id = bookings.id and refunds.status = 'failed')
    );

  return query
  select 'booking_equals_refunds', bookings.id::text,
    format(
      'refunding %s of %s, refunded %s of %s',
      bookings.refunding_amount, part.refunding, bookings.refunded_amount, part.refunded
    )
  from public.bookings
  cross join lateral (
    select
      coalesce(sum(refunds.amount) filter (where refunds.status in ('approved', 'processing')), 0) as refunding,
      coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as refunded
    from public.refunds
    where refunds.booking_id = bookings.id
  ) as part
  where bookings.refunding_amount <> part.refunding or bookings.refunded_amount <> part.refunded;
end;
$$;
comment on function private.check_booking_money() is
  'The money rules of private.check_invariants() for appointments: every paid one is kept, completed or refunded by '
  'its policy.';
