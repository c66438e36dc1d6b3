-- A customer who did not come is not the same as one who cancelled: the time is used up and nothing goes back.
create or replace function private.mark_no_show(booking_id uuid) returns public.bookings
language sql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$ select * from private.close_booking(mark_no_show.booking_id, 'no_show'); $$;
comment on function private.mark_no_show(uuid) is 'See public.mark_no_show.';
grant execute on function private.mark_no_show(uuid) to anon, authenticated;

create or replace function public.mark_no_show(booking_id uuid) returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$ select * from private.mark_no_show(mark_no_show.booking_id); $$;
comment on function public.mark_no_show(uuid) is
  'The store notes that nobody came, once it has begun; what was paid is kept. Repeating it returns the booking. '
  'Errors: not_signed_in, account_required, session_revoked, booking_not_found, store_role_required, illegal_status, '
  'booking_not_started.';
grant execute on function public.mark_no_show(uuid) to anon, authenticated;
