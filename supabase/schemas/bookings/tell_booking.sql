create or replace function private.tell_booking(
  booking public.bookings, event text, previous_starts_at timestamptz, refund_amount bigint
) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_title text := case tell_booking.event
    when 'confirmed' then 'Your appointment for %s is confirmed'
    when 'requested' then 'Your appointment for %s waits for an answer'
    when 'moved' then 'Your appointment for %s has moved'
    when 'cancelled' then 'Your appointment for %s was cancelled'
    when 'declined' then 'Your appointment for %s was declined'
    when 'refunded_late' then 'Your payment for %s came too late and goes back to you'
    when 'offer' then 'A time for %s has become free, and is kept for you'
    when 'lapsed' then 'Your appointment for %s was not answered in time'
  end;
  -- What may change before the letter goes out is said as it is now.
  v_payload jsonb := jsonb_build_object(
    'booking_id', booking.id, 'event', tell_booking.event, 'starts_at', booking.starts_at, 'ends_at', booking.ends_at,
    'staff', booking.staff_name, 'status', booking.status, 'sequence', booking.ics_sequence, 'stamped_at', now(),
    'previous_starts_at', tell_booking.previous_starts_at,
    'cancelled_by', booking.cancelled_by, 'reason', booking.cancel_reason, 'refund_amount', tell_booking.refund_amount
  );
begin
  if booking.customer_id is not null then
    insert into public.notifications (user_id, kind, title, data)
    values (
      booking.customer_id, 'booking_' || tell_booking.event, left(format(v_title, booking.service_name), 200),
      private.booking_facts(tell_booking.booking) || jsonb_build_object('refund_amount', tell_booking.refund_amount)
    );
    insert into private.outbox (template, user_id, payload)
    values ('booking_' || tell_booking.event, booking.customer_id, v_payload);
  end if;
  -- The store need not be told what it did itself.
  if tell_booking.event in ('confirmed', 'requested') or (
    tell_booking.event in ('moved', 'cancelled')
    and booking.cancelled_by is distinct from 'store'
    and not exists (
      select from public.store_members
      where store_members.store_id = booking.store_id and store_members.user_id = (select auth.uid())
    )
  ) then
    insert into private.outbox (template, store_id, payload)
    values ('booking_' || tell_booking.event || '_store', booking.store_id, v_payload);
  end if;
end;
$$;
comment on function private.tell_booking(public.bookings, text, timestamptz, bigint) is
  'Tells the customer, in the app and by mail, what became of a booking (confirmed, requested, moved, cancelled, '
  'declined, lapsed, refunded_late), and the store what it did not do itself.';
