-- Both sides and the link in a letter end in one place, because what goes back depends on who cancels and on the
-- policy that was frozen when it was booked, never on what the service says today.
create or replace function private.cancel_booking_as(booking_id uuid, reason text, actor text) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_reason constant text := private.tidy_prose(cancel_booking_as.reason);
  v_booking public.bookings;
begin
  if not private.is_prose(v_reason, 1000) then
    raise sqlstate 'PT422' using
      message = 'A reason has at most 1,000 characters.', detail = 'invalid_reason';
  end if;
  v_booking := private.lock_booking(cancel_booking_as.booking_id);
  if v_booking.status = 'cancelled' then
    return v_booking;
  end if;
  if v_booking.status not in ('held', 'requested', 'confirmed') then
    raise sqlstate 'PT409' using
      message = format('A booking that is %s cannot be cancelled.', v_booking.status), detail = 'illegal_status';
  end if;
  if cancel_booking_as.actor = 'customer' and v_booking.starts_at <= private.clock() then
    raise sqlstate 'PT409' using
      message = 'It has begun.', detail = 'booking_started', hint = 'Ask the store.';
  end if;
  return private.end_booking(v_booking, 'cancelled', cancel_booking_as.actor, v_reason);
end;
$$;
comment on function private.cancel_booking_as(uuid, text, text) is
  'Cancels as customer, store, operator or system, which the caller has made sure of. Errors: invalid_reason, '
  'illegal_status, booking_started.';

create or replace function private.cancel_booking(booking_id uuid, reason text) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user_or_operator();
begin
  return private.cancel_booking_as(
    cancel_booking.booking_id, cancel_booking.reason,
    private.booking_actor(cancel_booking.booking_id, v_user_id, array['owner', 'manager', 'staff'])
  );
end;
$$;
comment on function private.cancel_booking(uuid, text) is 'See public.cancel_booking.';
grant execute on function private.cancel_booking(uuid, text) to anon, authenticated;

create or replace function public.cancel_booking(booking_id uuid, reason text default null) returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$ select * from private.cancel_booking(cancel_booking.booking_id, cancel_booking.reason); $$;
comment on function public.cancel_booking(uuid, text) is
  'Cancels a booking, by its customer until it begins, or by its store; repeating it returns the cancelled booking. '
  'refund_amount is what goes back by the policy that was frozen when it was booked; quote_cancellation tells it '
  'before. Errors: not_signed_in, account_required, session_revoked, booking_not_found, illegal_status, '
  'invalid_reason, booking_started.';
grant execute on function public.cancel_booking(uuid, text) to anon, authenticated;
