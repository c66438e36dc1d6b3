-- Only a completed appointment may be reviewed and is earned, so the store says it, and not before it has begun.
create or replace function private.complete_booking(booking_id uuid) returns public.bookings
language sql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$ select * from private.close_booking(complete_booking.booking_id, 'completed'); $$;
comment on function private.complete_booking(uuid) is 'See public.complete_booking.';
grant execute on function private.complete_booking(uuid) to anon, authenticated;

create or replace function public.complete_booking(booking_id uuid) returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$ select * from private.complete_booking(complete_booking.booking_id); $$;
comment on function public.complete_booking(uuid) is
  'The store notes that a booking took place, once it has begun; repeating it returns the booking. Errors: '
  'not_signed_in, account_required, session_revoked, booking_not_found, store_role_required, illegal_status, '
  'booking_not_started.';
grant execute on function public.complete_booking(uuid) to anon, authenticated;
