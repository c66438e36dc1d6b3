-- Every verb on a booking that exists begins here: moving, cancelling, deciding and paying queue at the booking, so its
-- session and its days do not change between looking them up and locking them.
create or replace function private.lock_booking(booking_id uuid) returns public.bookings
language plpgsql volatile
security definer -- locks rows that no client may
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_session public.booking_sessions;
begin
  perform pg_advisory_xact_lock(hashtextextended(lock_booking.booking_id::text || 'booking', 0));
  select booking_sessions.* into v_session
  from public.bookings
  join public.booking_sessions on booking_sessions.id = bookings.session_id
  where bookings.id = lock_booking.booking_id;
  if v_session.id is not null then
    perform private.lock_staff_days(array[v_session.staff_id], tstzmultirange(v_session.busy));
    perform private.release_expired(array[v_session.staff_id], v_session.busy);
    perform from public.booking_sessions where booking_sessions.id = v_session.id for no key update;
  end if;
  select * into v_booking from public.bookings where bookings.id = lock_booking.booking_id for no key update;
  return v_booking;
end;
$$;
comment on function private.lock_booking(uuid) is
  'The booking, locked with its session and its staff member''s days, after what has expired there was released; all '
  'null when there is none.';
