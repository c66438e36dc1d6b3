-- Quiet hours are read on a clock on the wall, and that clock is changed twice a year. Each day's hours become two
-- instants (private.local_instant: a time that clocks skip is read with the offset before, one that they show twice is
-- the first), and only instants are compared: 22:00 to 07:00 is eight, nine or ten hours.
create or replace function private.next_allowed(moment timestamptz, time_zone text, starts time, ends time)
returns timestamptz
language plpgsql stable
set search_path = ''
as $$
declare
  v_at timestamptz := next_allowed.moment;
  v_end timestamptz;
begin
  -- Where a change of the clocks makes two nights touch, the end of one lies in the next.
  for v_round in 1 .. 3 loop
    select max(night.ends_at) into v_end
    from (
      select
        private.local_instant(day.local_date + next_allowed.starts, next_allowed.time_zone) as starts_at,
        private.local_instant(
          day.local_date + case when next_allowed.ends <= next_allowed.starts then 1 else 0 end + next_allowed.ends,
          next_allowed.time_zone
        ) as ends_at
      from (
        select (v_at at time zone next_allowed.time_zone)::date + difference as local_date
        from generate_series(-2, 1) as difference
      ) as day
    ) as night
    where night.starts_at <= v_at and v_at < night.ends_at;
    exit when v_end is null;
    v_at := v_end;
  end loop;
  return v_at;
end;
$$;
comment on function private.next_allowed(timestamptz, text, time, time) is
  'The instant itself, or the end of the quiet hours that it falls into.';
