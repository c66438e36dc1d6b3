-- Nothing waits for this job: what has expired does not block from its instant on. It tidies up.
create or replace function private.expire_bookings(max_rows integer default 200) returns integer
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_session_ids uuid[];
begin
  -- Those that a payment or a booking is working on are left to it; the next run looks again.
  select array_agg(due.id order by due.id) into v_session_ids
  from (
    select booking_sessions.id
    from public.booking_sessions
    where booking_sessions.id in (
      select bookings.session_id
      from public.bookings
      where bookings.status in ('held', 'requested') and bookings.blocks_until <= private.clock()
      order by bookings.blocks_until
      limit expire_bookings.max_rows
    )
    order by booking_sessions.id
    for no key update skip locked
  ) as due;
  if v_session_ids is null then
    return 0;
  end if;
  return private.expire_sessions(v_session_ids);
end;
$$;
comment on function private.expire_bookings(integer) is
  'Ends bookings that were held or requested for too long, by private.clock(), with their checkouts; returns how '
  'many. A job, every minute.';
