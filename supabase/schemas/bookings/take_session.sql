-- Time for one booking: seats in a session that exists, or a session of its own. This is all that happens while the
-- days of the staff members are locked, so it asks only what bookings can have changed since the time was offered: one
-- look at the sessions that stand there.
create or replace function private.take_session(
  service public.services, staff_ids uuid[], starts_at timestamptz, party_size integer, blocks_until timestamptz,
  customer_id uuid
) returns public.booking_sessions
language plpgsql volatile
security definer -- clients hold no write grant on booking_sessions
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_now constant timestamptz := private.clock();
  v_period constant tstzrange := tstzrange(
    take_session.starts_at, take_session.starts_at + make_interval(mins => service.duration_minutes)
  );
  v_busy constant tstzrange := tstzrange(
    lower(v_period) - make_interval(mins => service.buffer_before_minutes),
    upper(v_period) + make_interval(mins => service.buffer_after_minutes)
  );
  v_today tstzrange;
  v_choice record;
  v_session public.booking_sessions;
begin
  if cardinality(take_session.staff_ids) > 1 then
    select tstzrange(
      private.local_instant(today.day, stores.time_zone),
      private.local_instant(today.day + interval '1 day', stores.time_zone)
    ) into v_today
    from public.stores
    cross join lateral date_trunc('day', take_session.starts_at at time zone stores.time_zone) as today (day)
    where stores.id = service.store_id;
  end if;

  -- A group that has begun is filled up first; else whoever has least to do that day, else whoever comes first.
  select member.id as staff_id, standing.session_id, standing.has_expired into v_choice
  from unnest(take_session.staff_ids) with ordinality as member (id, position)
  cross join lateral (
    select
      bool_or(sessions.hold_expires_at <= v_now) as has_expired,
      coalesce(bool_or(sessions.hold_expires_at is null or sessions.hold_expires_at > v_now), false) as is_taken,
      (array_agg(sessions.id) filter (
        where service.capacity > 1
          and sessions.service_id = service.id
          and lower(sessions.period) = take_session.starts_at
          and (sessions.hold_expires_at is null or sessions.hold_expires_at > v_now)
          and sessions.capacity > 1
          and sessions.capacity - take_session.party_size >= (
            select coalesce(sum(bookings.party_size), 0)
            from public.bookings
            where bookings.session_id = sessions.id and bookings.blocks_until > v_now
          )
      ))[1] as session_id
    from public.booking_sessions as sessions
    where sessions.staff_id = member.id and sessions.busy && v_busy and sessions.status in ('held', 'active')
  ) as standing
  where standing.session_id is not null or not standing.is_taken
  order by standing.session_id is null, case when v_today is not null then (
    select coalesce(sum(upper(today.busy) - lower(today.busy)), '0')
    from (
      select sessions.busy * v_today as busy
      from public.booking_sessions as sessions
      where sessions.staff_id = member.id and sessions.busy && v_today and sessions.status in ('held', 'active')
    ) as today
  ) end, member.position
  limit 1;
  if v_choice.staff_id is null then
    perform private.refuse_slot(take_session.service, take_session.staff_ids, take_session.starts_at);
  end if;

  -- What has expired still stands in the constraint's way, or takes seats.
  if v_choice.has_expired or v_choice.session_id is not null or exists (
    select from public.bookings
    where bookings.customer_id = take_session.customer_id
      and bookings.service_id = service.id and bookings.status = 'held' and bookings.blocks_until <= v_now
  ) then
    perform private.release_expired(array[v_choice.staff_id], v_busy, take_session.customer_id, service.id);
  end if;
  if v_choice.session_id is not null then
    select * into v_session from public.booking_sessions
      where booking_sessions.id = v_choice.session_id for no key update;
    return v_session;
  end if;
  insert into public.booking_sessions (
    store_id, service_id, staff_id, period, busy, capacity, taken, status, hold_expires_at
  )
  values (
    service.store_id, service.id, v_choice.staff_id, v_period, v_busy, service.capacity, take_session.party_size,
    case when take_session.blocks_until = 'infinity' then 'active' else 'held' end,
    nullif(take_session.blocks_until, 'infinity')
  )
  on conflict on constraint booking_sessions_never_overlap do nothing
  returning * into v_session;
  if not found then
    perform private.refuse_slot(take_session.service, take_session.staff_ids, take_session.starts_at);
  end if;
  if v_session.status = 'active' then
    perform private.set_busy(v_session.staff_id, v_busy, true);
  end if;
  return v_session;
end;
$$;
comment on function private.take_session(public.services, uuid[], timestamptz, integer, timestamptz, uuid) is
  'The session in which a party may sit at this start, made for it if there is none, with one of the staff members '
  'that offered_staff named and whose days the caller has locked; seats in one that exists are taken by '
  'refresh_session, once the booking is written. customer_id: an expired hold of theirs is ended, too. Errors: '
  'slot_taken, slot_full.';
