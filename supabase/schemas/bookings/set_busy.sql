create or replace function private.set_busy(staff_id uuid, period tstzrange, is_busy boolean) returns void
language plpgsql volatile
security definer -- nobody holds a grant on staff_days
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
begin
  insert into private.staff_days (staff_id, utc_day, busy)
  select set_busy.staff_id, span.day, case when set_busy.is_busy then tstzmultirange(span.period) else '{}' end
  from (
    select
      day::date as day,
      set_busy.period * tstzrange(day at time zone 'UTC', (day + interval '1 day') at time zone 'UTC') as period
    from generate_series(
      date_trunc('day', lower(set_busy.period) at time zone 'UTC'),
      (upper(set_busy.period) - interval '1 microsecond') at time zone 'UTC',
      interval '1 day'
    ) as day
  ) as span
  order by span.day
  on conflict on constraint staff_days_pkey do update
  set busy = case
    when set_busy.is_busy then staff_days.busy + excluded.busy
    else staff_days.busy - tstzmultirange(set_busy.period)
  end;
end;
$$;
comment on function private.set_busy(uuid, tstzrange, boolean) is
  'Adds the time of a session to its staff member''s days, or takes it away; sessions never overlap, so that is exact.';
