-- A booking that moves stays the same booking: its id, its price, its place in calendars. It is one update under the
-- locks of both days, so that it is never in two places or in none.
create or replace function private.reschedule_booking_as(
  booking_id uuid, starts_at timestamptz, staff_id uuid, expected_starts_at timestamptz, actor text
) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_now constant timestamptz := private.clock();
  v_booking public.bookings;
  v_old public.booking_sessions;
  v_service public.services;
  v_staff_ids uuid[];
  v_new public.booking_sessions;
  v_status text;
  v_decide_by timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended(reschedule_booking_as.booking_id::text || 'booking', 0));
  select * into v_booking from public.bookings where bookings.id = reschedule_booking_as.booking_id;
  v_service := private.find_service(v_booking.service_id);
  v_staff_ids := private.service_staff_ids(v_booking.service_id, reschedule_booking_as.staff_id);
  -- Who is served by somebody stays with them, unless told otherwise or they do not give this any more.
  if reschedule_booking_as.staff_id is null and v_booking.staff_id = any (v_staff_ids) then
    v_staff_ids := array[v_booking.staff_id];
  end if;
  select * into v_old from public.booking_sessions where booking_sessions.id = v_booking.session_id;
  perform private.prepare_slot(
    v_service, v_staff_ids, reschedule_booking_as.starts_at, v_booking.customer_id, v_old.staff_id, v_old.busy
  );
  perform from public.booking_sessions where booking_sessions.id = v_old.id for no key update;
  select * into v_booking from public.bookings where bookings.id = reschedule_booking_as.booking_id for no key update;

  if v_booking.status not in ('requested', 'confirmed') or v_booking.blocks_until <= v_now then
    raise sqlstate 'PT409' using
      message = format('A booking that is %s cannot be moved.', v_booking.status), detail = 'illegal_status';
  end if;
  if v_booking.starts_at = reschedule_booking_as.starts_at and v_booking.staff_id = any (v_staff_ids) then
    return v_booking;
  end if;
  if v_booking.starts_at <> reschedule_booking_as.expected_starts_at then
    raise sqlstate 'PT409' using
      message = 'It has been moved since.', detail = 'booking_changed', hint = 'Load the booking again.';
  end if;
  if reschedule_booking_as.actor = 'customer' and v_booking.starts_at <= v_now then
    raise sqlstate 'PT409' using
      message = 'It has begun.', detail = 'booking_started', hint = 'Ask the store.';
  end if;

  -- Out of the old session first: it must not stand in its own way. All of this happens, or nothing.
  perform private.refresh_session(v_old.id, v_booking.id);
  v_status := case when reschedule_booking_as.actor = 'customer'
    and v_service.needs_approval then 'requested' else v_booking.status end;
  if v_status = 'requested' then
    v_decide_by := private.decision_deadline(reschedule_booking_as.starts_at);
  end if;
  v_new := private.take_session(
    v_service, v_staff_ids, reschedule_booking_as.starts_at, v_booking.party_size, coalesce(v_decide_by, 'infinity'),
    v_booking.id
  );
  update public.bookings
  set session_id = v_new.id,
    staff_id = v_new.staff_id,
    staff_name = (select staff.name from public.staff where staff.id = v_new.staff_id),
    starts_at = lower(v_new.period),
    ends_at = upper(v_new.period),
    status = v_status,
    decide_by = v_decide_by,
    cancel_free_until = case
      when reschedule_booking_as.actor = 'customer'
        and v_now > bookings.cancel_free_until then bookings.cancel_free_until
      else lower(v_new.period) - make_interval(mins => bookings.cancel_minutes)
    end,
    ics_sequence = bookings.ics_sequence + 1
  where bookings.id = v_booking.id
  returning * into v_booking;
  perform private.refresh_session(v_new.id);
  return v_booking;
end;
$$;
comment on function private.reschedule_booking_as(uuid, timestamptz, uuid, timestamptz, text) is
  'Moves a booking as customer, store or operator, which the caller has made sure of. Errors: see '
  'public.reschedule_booking.';

create or replace function private.reschedule_booking(
  booking_id uuid, starts_at timestamptz, staff_id uuid, expected_starts_at timestamptz
) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user_or_operator();
begin
  return private.reschedule_booking_as(
    reschedule_booking.booking_id, reschedule_booking.starts_at, reschedule_booking.staff_id,
    reschedule_booking.expected_starts_at,
    private.booking_actor(reschedule_booking.booking_id, v_user_id, array['owner', 'manager', 'staff'])
  );
end;
$$;
comment on function private.reschedule_booking(uuid, timestamptz, uuid, timestamptz) is
  'See public.reschedule_booking.';
grant execute on function private.reschedule_booking(uuid, timestamptz, uuid, timestamptz) to anon, authenticated;

create or replace function public.reschedule_booking(
  booking_id uuid, starts_at timestamptz, staff_id uuid default null, expected_starts_at timestamptz default null
) returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.reschedule_booking(
    reschedule_booking.booking_id, reschedule_booking.starts_at, reschedule_booking.staff_id,
    reschedule_booking.expected_starts_at
  );
$$;
comment on function public.reschedule_booking(uuid, timestamptz, uuid, timestamptz) is
  'Moves a confirmed or requested booking to a start that is offered, by its customer until it begins, or by its '
  'store; its own time does not stand in its way. It keeps id, price and policy, and its staff member unless staff_id '
  'names another. expected_starts_at: refuse if it was moved meanwhile. A customer''s move of a service that needs '
  'approval is a request again; one that comes after cancel_free_until does not win that back. Errors: not_signed_in, '
  'account_required, session_revoked, booking_not_found, service_not_found, staff_not_found, store_closed, '
  'illegal_status, booking_changed, booking_started, invalid_time, slot_unavailable, slot_taken, slot_full.';
grant execute on function public.reschedule_booking(uuid, timestamptz, uuid, timestamptz) to anon, authenticated;
