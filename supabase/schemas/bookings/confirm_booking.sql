-- The payment has arrived: in time, or late. Late is no matter while the time is free.
create or replace function private.confirm_booking(booking_id uuid) returns boolean
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_booking public.bookings := private.lock_booking(confirm_booking.booking_id);
  v_session public.booking_sessions;
  v_needs_approval boolean;
begin
  if v_booking.status in ('requested', 'confirmed', 'completed', 'no_show') then
    return true;
  end if;
  if v_booking.status not in ('held', 'expired') then
    return false;
  end if;
  if v_booking.status = 'expired' then
    select * into v_session from public.booking_sessions where booking_sessions.id = v_booking.session_id;
    if v_booking.starts_at <= private.clock()
      or v_session.taken + v_booking.party_size > v_session.capacity
      or (v_session.status = 'released' and exists (
        select from public.booking_sessions as others
        where others.staff_id = v_session.staff_id
          and others.busy && v_session.busy
          and others.status in ('held', 'active')
      ))
    then
      return false;
    end if;
  end if;
  select services.needs_approval into v_needs_approval
  from public.services
  where services.id = v_booking.service_id;
  update public.bookings
  set status = case when v_needs_approval then 'requested' else 'confirmed' end,
    hold_expires_at = null,
    decide_by = case when v_needs_approval then private.decision_deadline(bookings.starts_at) end,
    confirmed_at = case when not v_needs_approval then private.clock() end,
    paid_amount = bookings.deposit_amount,
    refund_amount = null
  where bookings.id = v_booking.id;
  perform private.refresh_session(v_booking.session_id);
  return true;
end;
$$;
comment on function private.confirm_booking(uuid) is
  'Makes a booking whose deposit was captured confirmed, or requested where the store decides; false: its time is '
  'gone or it was cancelled, the payment has to go back.';
