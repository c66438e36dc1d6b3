-- Links in letters prove themselves: an HMAC of the booking's id, kept nowhere. The one that only shows a calendar
-- event is another than the one that manages the booking, because calendar programs hand addresses around.
create or replace function private.booking_token(booking_id uuid, purpose text) returns text
language sql stable
security definer -- reads private.signing_keys, which is granted to nobody
set search_path = ''
as $$
  select encode(
    extensions.hmac(
      convert_to(booking_token.purpose || ':' || booking_token.booking_id, 'UTF8'), signing_keys.key, 'sha256'
    ),
    'hex'
  )
  from private.signing_keys
  where signing_keys.name = 'bookings';
$$;
comment on function private.booking_token(uuid, text) is
  'The secret that opens one booking without signing in, for a purpose: manage or calendar. Executable by no API role.';
