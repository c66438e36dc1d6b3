-- The policy is the one of the day on which it was booked.
create or replace function private.cancellation_refund(booking public.bookings, actor text) returns bigint
language sql stable
set search_path = ''
as $$
  select case
    when booking.paid_amount = 0 then 0
    when cancellation_refund.actor <> 'customer'
      or private.clock() <= booking.cancel_free_until then booking.paid_amount
    else booking.paid_amount - round(
      booking.paid_amount::numeric * booking.cancel_fee_bps / (10000 * private.money_step(booking.currency))
    )::bigint * private.money_step(booking.currency)
  end;
$$;
comment on function private.cancellation_refund(public.bookings, text) is
  'What of the amount paid goes back if the actor cancelled now, in minor units: all of it, unless a customer cancels '
  'after cancel_free_until.';
