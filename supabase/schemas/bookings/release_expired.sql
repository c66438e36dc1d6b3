create or replace function private.release_expired(
  staff_ids uuid[], period tstzrange, customer_id uuid default null, service_id uuid default null
) returns void
language plpgsql volatile
security definer -- clients hold no write grant on booking_sessions
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_session_ids uuid[];
begin
  select array_agg(due.id order by due.id) into v_session_ids
  from (
    select booking_sessions.id
    from public.booking_sessions
    where booking_sessions.id in (
      select bookings.session_id
      from public.booking_sessions as sessions
      join public.bookings on bookings.session_id = sessions.id
      where sessions.staff_id = any (release_expired.staff_ids)
        and sessions.busy && release_expired.period
        and sessions.status in ('held', 'active')
        and bookings.status in ('held', 'requested')
        and bookings.blocks_until <= private.clock()
      union all
      select bookings.session_id
      from public.bookings
      where bookings.customer_id = release_expired.customer_id
        and bookings.service_id = release_expired.service_id
        and bookings.status = 'held'
        and bookings.blocks_until <= private.clock()
    )
    order by booking_sessions.id
    for no key update
  ) as due;
  if v_session_ids is not null then
    perform private.expire_sessions(v_session_ids);
  end if;
end;
$$;
comment on function private.release_expired(uuid[], tstzrange, uuid, uuid) is
  'Ends what stands in the way although its time is over: in a period of these staff members, whose days the caller '
  'has locked, and the customer''s own hold of the service.';
