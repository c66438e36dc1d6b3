-- What can be booked, in one rule: available_slots shows it, book_slot and reschedule_booking accept nothing else.
--
-- Openings begin grids: a start is the opening's instant plus any number of steps, in elapsed minutes. Where openings
-- touch, time runs on, and the later one's grid takes over at its start. Closures cut time out. What is left, minus
-- what is busy, leaves gaps; a start fits when it and its buffers lie in one gap (buffers may reach beyond the opening)
-- and the service itself in one open piece. Only then are the starts listed, so the work grows with openings, not with
-- minutes.
create or replace function private.open_slots(
  service public.services,
  staff_ids uuid[],
  from_time timestamptz,
  to_time timestamptz,
  party_size integer,
  as_if_unbooked boolean default false,
  except_booking_id uuid default null
) returns table (starts_at timestamptz, staff_id uuid, remaining integer, session_id uuid)
language plpgsql stable rows 500
security definer -- reads what of the calendar is busy, which visitors may not
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
set jit = off
as $$
#variable_conflict use_column
declare
  v_zone constant text := (select stores.time_zone from public.stores where stores.id = service.store_id);
  v_now constant timestamptz := private.clock();
  v_duration constant interval := make_interval(mins => service.duration_minutes);
  v_before constant interval := make_interval(mins => service.buffer_before_minutes);
  v_after constant interval := make_interval(mins => service.buffer_after_minutes);
  v_step constant integer := 60 * coalesce(
    service.slot_step_minutes, service.duration_minutes + service.buffer_before_minutes + service.buffer_after_minutes
  );
  v_last_date constant date := least(
    (v_now at time zone v_zone)::date + service.max_advance_days, service.bookable_until
  );
  v_from constant timestamptz := greatest(
    open_slots.from_time, v_now + make_interval(mins => service.min_notice_minutes)
  );
  v_to constant timestamptz := least(open_slots.to_time, private.local_instant((v_last_date + 1)::timestamp, v_zone));
  v_full_dates date[];
begin
  if v_from >= v_to or open_slots.party_size > service.party_max then return; end if;

  if service.max_per_day is not null and not open_slots.as_if_unbooked then
    select array_agg(counted.local_date) into v_full_dates
    from (
      select (bookings.starts_at at time zone v_zone)::date as local_date
      from public.bookings
      where bookings.service_id = service.id
        and bookings.starts_at >= v_from - interval '2 days' and bookings.starts_at < v_to + interval '2 days'
        and bookings.blocks_until > v_now
        and bookings.id is distinct from open_slots.except_booking_id
      group by 1
      having count(*) >= service.max_per_day
    ) as counted;
  end if;

  return query
  with openings as materialized (
    select period.staff_id, period.opens_at, period.closes_at
    from private.opening_periods(
      service.store_id, staff_ids,
      (v_from at time zone v_zone)::date - 2, (v_to at time zone v_zone)::date + 1, v_zone
    ) as period
    where period.closes_at > v_from - interval '1 day' and period.opens_at < v_to + interval '1 day'
  ),
  -- Openings that touch or overlap run on into each other; each begins a grid of its own.
  grids as (
    select
      counted.staff_id, counted.opens_at, counted.next_opens_at,
      max(counted.closes_at) over (partition by counted.staff_id, counted.run) as run_closes_at
    from (
      select
        marked.staff_id, marked.opens_at, marked.closes_at,
        lead(marked.opens_at) over following as next_opens_at,
        sum(marked.is_new) over following as run
      from (
        select
          openings.staff_id, openings.opens_at, openings.closes_at,
          (openings.opens_at > coalesce(
            max(openings.closes_at) over (
              partition by openings.staff_id order by openings.opens_at
              rows between unbounded preceding and 1 preceding
            ), '-infinity'
          ))::integer as is_new
        from openings
      ) as marked
      window following as (partition by marked.staff_id order by marked.opens_at)
    ) as counted
  ),
  closed as materialized (
    select
      member.id as staff_id,
      range_agg(tstzrange(shut.from_time, shut.to_time)) as periods
    from unnest(open_slots.staff_ids) as member (id)
    join public.closures
      on closures.store_id = service.store_id
      and (closures.staff_id is null or closures.staff_id = member.id)
      and closures.ends_local > (v_from at time zone v_zone) - interval '2 days'
      and closures.starts_local < (v_to at time zone v_zone) + interval '2 days'
    -- Where clocks skip an hour, a closure within it would end before it begins; it takes no instant.
    cross join lateral (
      select
        private.local_instant(closures.starts_local, v_zone) as from_time,
        greatest(
          private.local_instant(closures.starts_local, v_zone), private.local_instant(closures.ends_local, v_zone)
        ) as to_time
    ) as shut
    group by member.id
  ),
  pieces as (
    select grids.staff_id, grids.opens_at, lower(piece) as starts_at, upper(piece) as ends_at
    from grids
    cross join lateral (
      select
        greatest(grids.opens_at, v_from) as starts_at,
        least(
          grids.run_closes_at, least(grids.next_opens_at, v_to) - interval '1 microsecond' + v_duration
        ) as ends_at
    ) as span
    left join closed on closed.staff_id = grids.staff_id
    cross join lateral unnest(case
      when span.starts_at < span.ends_at
        then tstzmultirange(tstzrange(span.starts_at, span.ends_at)) - coalesce(closed.periods, '{}')
    end) as piece
    where upper(piece) - lower(piece) >= v_duration
  ),
  -- Holds end by themselves, so they are looked up and not counted.
  held as materialized (
    select booking_sessions.staff_id, range_agg(booking_sessions.busy) as busy
    from public.booking_sessions
    where booking_sessions.staff_id = any (open_slots.staff_ids)
      and booking_sessions.status = 'held' and booking_sessions.hold_expires_at > v_now
      and lower(booking_sessions.busy) between v_from - interval '3 days' and v_to + interval '3 days'
      and not open_slots.as_if_unbooked
    group by booking_sessions.staff_id
  ),
  gaps as (
    select
      pieces.staff_id, pieces.opens_at, pieces.starts_at, pieces.ends_at,
      lower(gap) as free_from, upper(gap) as free_to
    from pieces
    left join held on held.staff_id = pieces.staff_id
    left join lateral (
      select range_agg(staff_days.busy) as busy
      from private.staff_days
      where staff_days.staff_id = pieces.staff_id
        and staff_days.utc_day between ((pieces.starts_at - v_before) at time zone 'UTC')::date
          and ((pieces.ends_at + v_after) at time zone 'UTC')::date
        and not open_slots.as_if_unbooked
    ) as days on true
    cross join lateral unnest(
      tstzmultirange(tstzrange(pieces.starts_at - v_before, pieces.ends_at + v_after))
        - coalesce(days.busy, '{}') - coalesce(held.busy, '{}')
    ) as gap
    where upper(gap) - lower(gap) >= v_before + v_duration + v_after
  ),
  -- Which steps fit into a gap; most gaps of a busy day have none, and cost no list.
  rooms as materialized (
    select
      gaps.staff_id, gaps.opens_at,
      ceil(date_part('epoch', greatest(gaps.starts_at, gaps.free_from + v_before) - gaps.opens_at) / v_step)::integer
        as first_number,
      floor(date_part(
        'epoch', least(gaps.ends_at - v_duration, gaps.free_to - v_after - v_duration) - gaps.opens_at
      ) / v_step)::integer as last_number
    from gaps
  ),
  starts as (
    select rooms.staff_id, rooms.opens_at + make_interval(secs => number * v_step) as starts_at
    from rooms
    cross join lateral generate_series(rooms.first_number, rooms.last_number) as number
    where rooms.first_number <= rooms.last_number
  ),
  offered as (
    select starts.starts_at, starts.staff_id, service.capacity as remaining, null::uuid as session_id
    from starts
    union all
    -- Seats that are left in a session of a group, as long as the shop is open then.
    select lower(sessions.period), sessions.staff_id, (sessions.capacity - seats.taken)::integer, sessions.id
    from public.booking_sessions as sessions
    cross join lateral (
      select coalesce(sum(bookings.party_size), 0) as taken
      from public.bookings
      where bookings.session_id = sessions.id and bookings.blocks_until > v_now
    ) as seats
    where service.capacity > 1
      and not open_slots.as_if_unbooked
      and sessions.store_id = service.store_id
      and sessions.service_id = service.id
      and sessions.staff_id = any (open_slots.staff_ids)
      and (sessions.status = 'active' or (sessions.status = 'held' and sessions.hold_expires_at > v_now))
      and lower(sessions.period) >= v_from and lower(sessions.period) < v_to
      and sessions.capacity - seats.taken >= open_slots.party_size
      and exists (
        select from pieces
        where pieces.staff_id = sessions.staff_id
          and pieces.starts_at <= lower(sessions.period) and pieces.ends_at >= upper(sessions.period)
      )
  )
  select offered.starts_at, offered.staff_id, offered.remaining, offered.session_id
  from offered
  where v_full_dates is null or (offered.starts_at at time zone v_zone)::date <> all (v_full_dates);
end;
$$;
comment on function private.open_slots(public.services, uuid[], timestamptz, timestamptz, integer, boolean, uuid) is
  'The starts in [from_time, to_time) at which a party of this size may be booked now, per staff member; session_id '
  'where it joins a group. as_if_unbooked: what the calendar would offer were it empty. except_booking_id is about to '
  'move: it does not count for the day''s limit.';
