-- What makes two bookings of one staff member wait for each other instead of failing: a row per staff member and day.
-- Without it, inserts that overlap in part would wait for each other in circles at the constraint.
create or replace function private.lock_staff_days(staff_ids uuid[], periods tstzmultirange) returns void
language plpgsql volatile
security definer -- nobody holds a grant on staff_days
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_days constant date[] := array(
    select distinct day::date
    from unnest(lock_staff_days.periods) as period
    cross join lateral generate_series(
      date_trunc('day', lower(period) at time zone 'UTC'),
      (upper(period) - interval '1 microsecond') at time zone 'UTC',
      interval '1 day'
    ) as day
  );
begin
  insert into private.staff_days (staff_id, utc_day)
  select member.id, day
  from unnest(lock_staff_days.staff_ids) as member (id)
  cross join unnest(v_days) as day
  where not exists (
    select from private.staff_days where staff_days.staff_id = member.id and staff_days.utc_day = day
  )
  order by member.id, day
  on conflict do nothing;
  perform from private.staff_days
  where staff_days.staff_id = any (lock_staff_days.staff_ids) and staff_days.utc_day = any (v_days)
  order by staff_days.staff_id, staff_days.utc_day
  for no key update;
end;
$$;
comment on function private.lock_staff_days(uuid[], tstzmultirange) is
  'Locks the calendar of these staff members on all UTC days that the periods touch, in one order.';
