create or replace function private.outbox_booking(template text, payload jsonb) returns jsonb
language plpgsql stable
security definer -- makes the token of the manage link
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_store public.stores;
begin
  select * into v_booking from public.bookings where bookings.id = (outbox_booking.payload ->> 'booking_id')::uuid;
  select * into v_store from public.stores where stores.id = v_booking.store_id;
  if outbox_booking.template = 'booking_reminder' and (
    v_booking.status is distinct from 'confirmed'
    or v_booking.starts_at <> (outbox_booking.payload ->> 'starts_at')::timestamptz
    or v_booking.starts_at <= private.clock()
  ) then
    return null;
  end if;
  if outbox_booking.template = 'booking_offer'
    and (v_booking.status <> 'held' or v_booking.hold_expires_at <= private.clock()) then
    return null;
  end if;
  return jsonb_build_object(
    'store', private.outbox_store(v_booking.store_id),
    'booking', jsonb_build_object(
      'id', v_booking.id,
      'reference', v_booking.reference,
      'service', v_booking.service_name,
      'staff', coalesce(outbox_booking.payload ->> 'staff', v_booking.staff_name),
      'party_size', v_booking.party_size,
      'starts_at', coalesce(outbox_booking.payload -> 'starts_at', to_jsonb(v_booking.starts_at)),
      'ends_at', coalesce(outbox_booking.payload -> 'ends_at', to_jsonb(v_booking.ends_at)),
      'status', coalesce(outbox_booking.payload -> 'status', to_jsonb(v_booking.status)),
      'sequence', coalesce(outbox_booking.payload -> 'sequence', to_jsonb(v_booking.ics_sequence)),
      'stamped_at', coalesce(outbox_booking.payload -> 'stamped_at', to_jsonb(v_booking.updated_at)),
      'currency', v_booking.currency,
      'price', v_booking.price_amount,
      'paid', v_booking.paid_amount,
      'note', v_booking.note,
      -- Nobody is told of a time that has passed.
      'free_until', case when v_booking.cancel_free_until > private.clock() then v_booking.cancel_free_until end,
      'decide_by', coalesce(v_booking.decide_by, v_booking.hold_expires_at)
    ),
    'address', private.postal_address(to_jsonb(v_store) || jsonb_build_object('recipient_name', v_store.name)),
    'customer', jsonb_build_object(
      'name', v_booking.customer_name, 'phone', v_booking.customer_phone, 'email', v_booking.customer_email
    ),
    'previous_starts_at', outbox_booking.payload -> 'previous_starts_at',
    'cancelled_by', outbox_booking.payload -> 'cancelled_by',
    'reason', outbox_booking.payload -> 'reason',
    'waiting_id', (
      select waiting_list.id from public.waiting_list where waiting_list.offered_booking_id = v_booking.id
    ),
    'refund_amount', outbox_booking.payload -> 'refund_amount',
    'token', case when outbox_booking.template not like '%\_store' then private.booking_link_token(v_booking.id) end
  );
end;
$$;
comment on function private.outbox_booking(text, jsonb) is
  'What a letter about an appointment says; null for a reminder of one that has moved, is cancelled or has begun, and '
  'for an offer that is over.';
