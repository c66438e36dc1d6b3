-- Somebody who was sent the letter may move the appointment without an account at hand, by the customer's rule.
create or replace function private.reschedule_by_token(
  token text, starts_at timestamptz, staff_id uuid, expected_starts_at timestamptz
) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_booking_id constant uuid := private.booking_of_token(reschedule_by_token.token);
begin
  perform private.reschedule_booking_as(
    v_booking_id, reschedule_by_token.starts_at, reschedule_by_token.staff_id, reschedule_by_token.expected_starts_at,
    'customer'
  );
  return private.booking_by_token(reschedule_by_token.token);
end;
$$;
comment on function private.reschedule_by_token(text, timestamptz, uuid, timestamptz) is
  'See public.reschedule_by_token.';
grant execute on function private.reschedule_by_token(text, timestamptz, uuid, timestamptz)
to anon, authenticated, service_role;

create or replace function public.reschedule_by_token(
  token text, starts_at timestamptz, staff_id uuid default null, expected_starts_at timestamptz default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.reschedule_by_token(
    reschedule_by_token.token, reschedule_by_token.starts_at, reschedule_by_token.staff_id,
    reschedule_by_token.expected_starts_at
  );
$$;
comment on function public.reschedule_by_token(text, timestamptz, uuid, timestamptz) is
  'As reschedule_booking by its customer, for whoever has the link in a letter; answers as booking_by_token does. '
  'Errors: booking_not_found, service_not_found, staff_not_found, store_closed, illegal_status, booking_changed, '
  'booking_started, invalid_time, slot_unavailable, slot_taken, slot_full.';
grant execute on function public.reschedule_by_token(text, timestamptz, uuid, timestamptz)
to anon, authenticated, service_role;
