create or replace function private.close_booking(booking_id uuid, status text) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user_or_operator();
  v_booking public.bookings;
begin
  if private.booking_actor(
    close_booking.booking_id, v_user_id, array['owner', 'manager', 'staff']
  ) = 'customer' then
    raise sqlstate 'PT403' using
      message = 'The store says how it went.', detail = 'store_role_required',
      hint = 'Needed: owner or manager or staff.';
  end if;
  v_booking := private.lock_booking(close_booking.booking_id);
  if v_booking.status = close_booking.status then
    return v_booking;
  end if;
  if v_booking.status <> 'confirmed' then
    raise sqlstate 'PT409' using
      message = format('A booking that is %s cannot become %s.', v_booking.status, close_booking.status),
      detail = 'illegal_status';
  end if;
  if v_booking.starts_at > private.clock() then
    raise sqlstate 'PT409' using
      message = 'It has not begun.', detail = 'booking_not_started';
  end if;
  update public.bookings
  set status = close_booking.status,
    completed_at = case when close_booking.status = 'completed' then private.clock() end
  where bookings.id = v_booking.id
  returning * into v_booking;
  return v_booking;
end;
$$;
comment on function private.close_booking(uuid, text) is
  'Makes a confirmed booking that has begun completed or no_show, for the store. Errors: booking_not_found, '
  'store_role_required, illegal_status, booking_not_started, and those of require_user.';
