create or replace function private.calendar_entry(booking public.bookings, store public.stores) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'status', booking.status,
    'booking', jsonb_build_object(
      'id', booking.id, 'reference', booking.reference, 'service', booking.service_name, 'staff', booking.staff_name,
      'party_size', booking.party_size, 'starts_at', booking.starts_at, 'ends_at', booking.ends_at,
      'sequence', booking.ics_sequence, 'stamped_at', booking.updated_at, 'note', booking.note
    ),
    'store', jsonb_build_object('name', store.name, 'link', store.slug, 'contact_email', store.email),
    'address', jsonb_build_object(
      'line1', store.line1, 'line2', store.line2, 'city', store.city, 'region', store.region,
      'postal_code', store.postal_code, 'country', store.country_code
    ),
    'customer', jsonb_build_object(
      'name', booking.customer_name, 'phone', booking.customer_phone, 'email', booking.customer_email
    )
  );
end;
$$;
comment on function private.calendar_entry(public.bookings, public.stores) is
  'What the function calendar writes of a booking.';
