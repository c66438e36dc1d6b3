-- Time for one booking: seats in a session that exists, or a session of its own. The caller has locked the days of all
-- these staff members and released what has expired, so what open_slots says is still true when it is written.
create or replace function private.take_session(
  service public.services, staff_ids uuid[], starts_at timestamptz, party_size integer, blocks_until timestamptz,
  except_booking_id uuid default null
) returns public.booking_sessions
language plpgsql volatile
security definer -- clients hold no write grant on booking_sessions
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_zone constant text := (select stores.time_zone from public.stores where stores.id = service.store_id);
  v_period constant tstzrange := tstzrange(
    take_session.starts_at, take_session.starts_at + make_interval(mins => service.duration_minutes)
  );
  v_busy constant tstzrange := tstzrange(
    lower(v_period) - make_interval(mins => service.buffer_before_minutes),
    upper(v_period) + make_interval(mins => service.buffer_after_minutes)
  );
  v_day constant date := (take_session.starts_at at time zone v_zone)::date;
  v_today constant tstzrange := tstzrange(
    private.local_instant(v_day::timestamp, v_zone), private.local_instant((v_day + 1)::timestamp, v_zone)
  );
  v_slot record;
  v_session public.booking_sessions;
begin
  -- A group that has begun is filled up first; else whoever has least to do that day, else whoever comes first.
  select slot.staff_id, slot.session_id into v_slot
  from private.open_slots(
    take_session.service, take_session.staff_ids, take_session.starts_at,
    take_session.starts_at + interval '1 microsecond', take_session.party_size, false, take_session.except_booking_id
  ) as slot
  order by slot.session_id is null, (
    select coalesce(sum(upper(today.busy) - lower(today.busy)), '0')
    from (
      select sessions.busy * v_today as busy
      from public.booking_sessions as sessions
      where sessions.staff_id = slot.staff_id
        and sessions.busy && v_today
        and sessions.status in ('held', 'active')
    ) as today
  ), array_position(take_session.staff_ids, slot.staff_id)
  limit 1;

  if v_slot.session_id is not null then
    select * into v_session from public.booking_sessions
      where booking_sessions.id = v_slot.session_id for no key update;
    return v_session;
  end if;
  if v_slot.staff_id is not null then
    insert into public.booking_sessions (
      store_id, service_id, staff_id, period, busy, capacity, taken, status, hold_expires_at
    )
    values (
      service.store_id, service.id, v_slot.staff_id, v_period, v_busy, service.capacity, take_session.party_size,
      case when take_session.blocks_until = 'infinity' then 'active' else 'held' end,
      nullif(take_session.blocks_until, 'infinity')
    )
    on conflict on constraint booking_sessions_never_overlap do nothing
    returning * into v_session;
    if found then
      if v_session.status = 'active' then
        perform private.set_busy(v_session.staff_id, v_busy, true);
      end if;
      return v_session;
    end if;
  end if;

  if not exists (
    select
      from private.open_slots(
        take_session.service, take_session.staff_ids, take_session.starts_at,
        take_session.starts_at + interval '1 microsecond', take_session.party_size, true
      )
  ) then
    raise sqlstate 'PT409' using
      message = 'That time is not offered.', detail = 'slot_unavailable',
      hint = 'Show what available_slots offers now.';
  end if;
  if exists (
    select from public.booking_sessions as sessions
    where sessions.store_id = service.store_id
      and sessions.service_id = service.id
      and lower(sessions.period) = take_session.starts_at
      and sessions.staff_id = any (take_session.staff_ids)
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
comment on function private.take_session(public.services, uuid[], timestamptz, integer, timestamptz, uuid) is
  'The session in which a party may sit at this start, made for it if there is none; seats in one that exists are '
  'taken by refresh_session, once the booking is written. Errors: slot_unavailable, slot_taken, slot_full.';
