create or replace function private.booking_facts(booking public.bookings) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'booking_id', booking.id, 'store_id', booking.store_id, 'service_id', booking.service_id,
    'staff_id', booking.staff_id,
    'status', booking.status, 'reference', booking.reference, 'starts_at', booking.starts_at,
    'ends_at', booking.ends_at,
    'party_size', booking.party_size
  );
end;
$$;
comment on function private.booking_facts(public.bookings) is
  'What notifications and broadcasts carry of a booking: ids, status and when.';
