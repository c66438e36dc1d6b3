-- Where the store decides, the time is blocked while it thinks. Yes confirms, no gives the time and the money back;
-- deciding the same again changes nothing.
create or replace function private.decide_booking(booking_id uuid, approve boolean, reason text) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user_or_operator();
  v_reason constant text := private.tidy_prose(decide_booking.reason);
  v_actor constant text := private.booking_actor(
    decide_booking.booking_id, v_user_id, array['owner', 'manager', 'staff']
  );
  v_booking public.bookings;
begin
  if v_actor = 'customer' then
    raise sqlstate 'PT403' using
      message = 'The store decides.', detail = 'store_role_required', hint = 'Needed: owner or manager or staff.';
  end if;
  if not private.is_prose(v_reason, 1000) then
    raise sqlstate 'PT422' using
      message = 'A reason has at most 1,000 characters.', detail = 'invalid_reason';
  end if;
  v_booking := private.lock_booking(decide_booking.booking_id);
  if decide_booking.approve is null then
    raise sqlstate 'PT422' using
      message = 'Yes or no? Send approve.', detail = 'invalid_status';
  end if;
  if v_booking.status = (case when decide_booking.approve then 'confirmed' else 'declined' end) then
    return v_booking;
  end if;
  if v_booking.status <> 'requested' or v_booking.blocks_until <= private.clock() then
    raise sqlstate 'PT409' using
      message = format('A booking that is %s is not to be decided.', v_booking.status), detail = 'illegal_status';
  end if;
  if not decide_booking.approve then
    return private.end_booking(v_booking, 'declined', v_actor, v_reason);
  end if;
  update public.bookings
  set status = 'confirmed', decide_by = null, confirmed_at = private.clock()
  where bookings.id = v_booking.id
  returning * into v_booking;
  perform private.refresh_session(v_booking.session_id);
  return v_booking;
end;
$$;
comment on function private.decide_booking(uuid, boolean, text) is 'See public.decide_booking.';
grant execute on function private.decide_booking(uuid, boolean, text) to anon, authenticated;

create or replace function public.decide_booking(booking_id uuid, approve boolean, reason text default null)
returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$ select *
  from private.decide_booking(decide_booking.booking_id, decide_booking.approve, decide_booking.reason); $$;
comment on function public.decide_booking(uuid, boolean, text) is
  'The store confirms or declines a request, until decide_by; repeating it returns the booking. What was paid for a '
  'declined one goes back whole. Errors: not_signed_in, account_required, session_revoked, booking_not_found, '
  'store_role_required, illegal_status, invalid_status, invalid_reason.';
grant execute on function public.decide_booking(uuid, boolean, text) to anon, authenticated;
