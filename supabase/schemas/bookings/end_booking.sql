create or replace function private.end_booking(booking public.bookings, status text, actor text, reason text)
  returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_booking public.bookings;
begin
  update public.bookings
  set status = end_booking.status,
    hold_expires_at = null,
    decide_by = null,
    refund_amount = private.cancellation_refund(end_booking.booking, end_booking.actor),
    cancelled_by = end_booking.actor,
    cancel_reason = end_booking.reason,
    cancelled_at = private.clock(),
    ics_sequence = bookings.ics_sequence + 1
  where bookings.id = booking.id
  returning * into v_booking;
  perform private.refresh_session(v_booking.session_id);
  perform private.end_checkouts(array[v_booking.checkout_id], 'cancelled');
  perform private.post_refunds(array[v_booking.checkout_id]);
  return v_booking;
end;
$$;
comment on function private.end_booking(public.bookings, text, text, text) is
  'Makes a booking, which the caller has locked, cancelled or declined, frees its time, and says what goes back.';
