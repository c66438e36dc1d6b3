create or replace function private.place_booking(
  service_id uuid, staff_id uuid, starts_at timestamptz, party_size integer, note text, customer_id uuid,
  offer_until timestamptz default null
) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_now constant timestamptz := private.clock();
  v_service constant public.services := private.find_service(place_booking.service_id);
  v_staff_ids uuid[] := private.service_staff_ids(place_booking.service_id, place_booking.staff_id);
  v_customer public.profiles;
  v_session public.booking_sessions;
  v_due_amount bigint;
  v_status text;
  v_expires_at timestamptz;
  v_decide_by timestamptz;
  v_checkout_id uuid;
  v_booking public.bookings;
begin
  perform private.require_party_size(v_service, place_booking.party_size);
  perform private.prepare_slot(v_service, place_booking.starts_at);
  v_due_amount := v_service.deposit_amount * place_booking.party_size;
  if (v_due_amount > 0 or place_booking.offer_until is not null) and exists (
    select from public.bookings
    where bookings.customer_id = place_booking.customer_id
      and bookings.service_id = v_service.id and bookings.status = 'held' and bookings.blocks_until > v_now
  ) then
    raise sqlstate 'PT409' using
      message = 'You hold another time of this service.', detail = 'hold_exists',
      hint = 'Pay for it, cancel it, or wait until it expires.';
  end if;
  if place_booking.offer_until is not null then
    v_status := 'held';
    v_expires_at := place_booking.offer_until;
  elsif v_due_amount > 0 then
    v_status := 'held';
    v_expires_at := v_now + make_interval(mins => v_service.hold_minutes);
  elsif v_service.needs_approval then
    v_status := 'requested';
    v_decide_by := private.decision_deadline(place_booking.starts_at);
  else
    v_status := 'confirmed';
  end if;
  v_staff_ids := private.offered_staff(
    v_service, v_staff_ids, place_booking.starts_at, place_booking.party_size
  );
  perform private.lock_staff_days(v_staff_ids, tstzmultirange(tstzrange(
    place_booking.starts_at - make_interval(mins => v_service.buffer_before_minutes),
    place_booking.starts_at + make_interval(mins => v_service.duration_minutes + v_service.buffer_after_minutes)
  )));
  v_session := private.take_session(
    v_service, v_staff_ids, place_booking.starts_at, place_booking.party_size,
    coalesce(v_expires_at, v_decide_by, 'infinity'), place_booking.customer_id
  );
  if v_status = 'held' and place_booking.offer_until is null then
    insert into public.checkouts (user_id, payment_method, status, currency, total_amount, expires_at)
    values (place_booking.customer_id, 'card', 'pending', v_service.currency, v_due_amount, v_expires_at)
    returning checkouts.id into v_checkout_id;
  end if;
  select * into v_customer from public.profiles where profiles.id = place_booking.customer_id;
  insert into public.bookings (
    session_id, store_id, service_id, staff_id, customer_id, checkout_id, reference, status, party_size, starts_at,
    ends_at,
    time_zone, service_name, staff_name, currency, price_amount, deposit_amount, cancel_minutes, cancel_fee_bps,
    cancel_free_until, hold_expires_at, decide_by, customer_name, customer_phone, customer_email, note, confirmed_at
  )
  select
    v_session.id, v_service.store_id, v_service.id, v_session.staff_id, place_booking.customer_id, v_checkout_id,
    upper(private.random_word(10)), v_status, place_booking.party_size, lower(v_session.period),
    upper(v_session.period),
    stores.time_zone, v_service.name, staff.name, v_service.currency, v_service.price_amount * place_booking.party_size,
    v_due_amount, v_service.cancel_minutes, v_service.cancel_fee_bps,
    lower(v_session.period) - make_interval(mins => v_service.cancel_minutes), v_expires_at,
    v_decide_by,
    v_customer.full_name, v_customer.phone, v_customer.email, place_booking.note,
    case when v_status = 'confirmed' then v_now end
  from public.stores
  join public.staff on staff.id = v_session.staff_id
  where stores.id = v_service.store_id
  returning * into strict v_booking;
  -- A session that was made for this booking is written as it is; a group's has more seats now.
  if v_service.capacity > 1 then
    perform private.refresh_session(v_session.id);
  end if;
  return v_booking;
end;
$$;
comment on function private.place_booking(uuid, uuid, timestamptz, integer, text, uuid, timestamptz) is
  'Books for a customer, whose bookings the caller has made wait for each other; with offer_until only keeps the time '
  'for them until then. Errors: see public.book_slot.';
