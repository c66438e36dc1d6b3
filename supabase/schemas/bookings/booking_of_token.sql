create or replace function private.booking_of_token(token text) returns uuid
language plpgsql stable
security definer -- reads bookings for whoever holds their link
set search_path = ''
as $$
declare
  v_parts text[] := regexp_match(booking_of_token.token, '^([0-9a-f]{32})\.([0-9a-f]{64})$');
  v_booking_id uuid := (v_parts[1])::uuid;
begin
  if v_parts is not null
    -- Hashed before they are compared, so that the time it takes tells nothing.
    and sha256(convert_to(v_parts[2], 'UTF8'))
      = sha256(convert_to(private.booking_token(v_booking_id, 'manage'), 'UTF8'))
    -- A link in an old mail is of use to nobody but a stranger who finds it.
    and exists (
      select from public.bookings
      where bookings.id = v_booking_id and bookings.ends_at > private.clock() - interval '30 days'
    )
  then
    return v_booking_id;
  end if;
  raise sqlstate 'PT404' using
    message = 'That booking does not exist.', detail = 'booking_not_found';
end;
$$;
comment on function private.booking_of_token(text) is
  'The booking that a manage link opens, until 30 days after its end. Errors: booking_not_found.';
