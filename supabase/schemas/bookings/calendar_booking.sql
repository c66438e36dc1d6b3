-- A calendar program has no session. It gets an appointment by a token that opens nothing but its .ics; the customer
-- gets it by signing in.
create or replace function private.calendar_booking(booking_id uuid, token text) returns jsonb
language plpgsql stable
security definer -- reads bookings for whoever holds their link
set search_path = ''
as $$
declare
  v_entry jsonb;
begin
  select private.calendar_entry(bookings, stores) into v_entry
  from public.bookings
  join public.stores on stores.id = bookings.store_id
  where bookings.id = calendar_booking.booking_id
    and case
      when calendar_booking.token is null then bookings.customer_id = (select auth.uid())
      else sha256(convert_to(calendar_booking.token, 'UTF8'))
        = sha256(convert_to(private.booking_token(bookings.id, 'calendar'), 'UTF8'))
    end
    and bookings.status not in ('held', 'expired');
  if v_entry is null then
    raise sqlstate 'PT404' using
      message = 'That booking does not exist.', detail = 'booking_not_found';
  end if;
  return v_entry;
end;
$$;
comment on function private.calendar_booking(uuid, text) is 'See public.calendar_booking.';
grant execute on function private.calendar_booking(uuid, text) to anon, authenticated, service_role;

create or replace function public.calendar_booking(booking_id uuid, token text default null) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.calendar_booking(calendar_booking.booking_id, calendar_booking.token); $$;
comment on function public.calendar_booking(uuid, text) is
  'For the function calendar: an appointment as its .ics tells it, to its customer, or to whoever has calendar_token. '
  'Errors: booking_not_found.';
grant execute on function public.calendar_booking(uuid, text) to anon, authenticated, service_role;
