-- The long part of a booking, asked before the days are locked: what the calendar offers depends on openings, closures
-- and notice, and only who is first depends on other bookings. Fifty who want one time work it out beside each other;
-- take_session then looks at nothing but what may have been taken meanwhile.
create or replace function private.offered_staff(
  service public.services, staff_ids uuid[], starts_at timestamptz, party_size integer,
  except_booking_id uuid default null
) returns uuid[]
language plpgsql volatile -- each question sees what was committed before it
security definer -- reads what of the calendar is busy, which customers may not
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_staff_ids constant uuid[] := array(
    select slot.staff_id
    from private.open_slots(
      offered_staff.service, offered_staff.staff_ids, offered_staff.starts_at,
      offered_staff.starts_at + interval '1 microsecond', offered_staff.party_size, false,
      offered_staff.except_booking_id
    ) as slot
    order by array_position(offered_staff.staff_ids, slot.staff_id)
  );
begin
  if v_staff_ids <> '{}' then
    return v_staff_ids;
  end if;
  if not exists (
    select
      from private.open_slots(
        offered_staff.service, offered_staff.staff_ids, offered_staff.starts_at,
        offered_staff.starts_at + interval '1 microsecond', offered_staff.party_size, true
      )
  ) then
    raise sqlstate 'PT409' using
      message = 'That time is not offered.', detail = 'slot_unavailable',
      hint = 'Show what available_slots offers now.';
  end if;
  perform private.refuse_slot(offered_staff.service, offered_staff.staff_ids, offered_staff.starts_at);
  return null;
end;
$$;
comment on function private.offered_staff(public.services, uuid[], timestamptz, integer, uuid) is
  'Who of these staff members can be booked at this start by a party of this size, in their order. except_booking_id '
  'is about to move. Errors: slot_unavailable, slot_taken, slot_full.';

create or replace function private.refuse_slot(service public.services, staff_ids uuid[], starts_at timestamptz)
returns void
language plpgsql stable
security definer -- reads what of the calendar is busy, which customers may not
set search_path = ''
as $$
begin
  if service.capacity > 1 and exists (
    select from public.booking_sessions as sessions
    where sessions.store_id = service.store_id
      and sessions.service_id = service.id
      and lower(sessions.period) = refuse_slot.starts_at
      and sessions.staff_id = any (refuse_slot.staff_ids)
      and sessions.capacity > 1
      and sessions.status in ('held', 'active')
  ) then
    raise sqlstate 'PT409' using
      message = 'There are not so many seats left.', detail = 'slot_full',
      hint = 'Show what available_slots offers now.';
  end if;
  raise sqlstate 'PT409' using
    message = 'Somebody was first.', detail = 'slot_taken', hint = 'Show what available_slots offers now.';
end;
$$;
comment on function private.refuse_slot(public.services, uuid[], timestamptz) is
  'Says why a time that is offered cannot be had. Errors: slot_taken, slot_full.';
