-- A bank debit takes days. Until it has succeeded or failed its appointment keeps its time, though not past its own
-- start; what fails leaves what is left of the time that there was to pay.
create or replace function private.keep_hold(checkout_id uuid, is_under_way boolean) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on bookings
set search_path = ''
as $$
declare
  v_booking public.bookings;
begin
  update public.bookings
  set hold_expires_at = case when keep_hold.is_under_way then bookings.starts_at else checkouts.expires_at end
  from public.checkouts
  where bookings.checkout_id = keep_hold.checkout_id
    and checkouts.id = bookings.checkout_id
    and bookings.status = 'held'
  returning bookings.* into v_booking;
  if not found then
    return;
  end if;
  perform private.refresh_session(v_booking.session_id);
  if v_booking.blocks_until <= private.clock() then
    perform private.expire_sessions(array[v_booking.session_id]);
  end if;
end;
$$;
comment on function private.keep_hold(uuid, boolean) is
  'The payment of a locked checkout has got under way, or has come to nothing: keeps the time of its appointment, if '
  'it is for one, until its start, or as long as it was held at first.';
