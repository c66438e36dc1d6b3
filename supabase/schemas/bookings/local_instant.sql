-- RFC 5545, 3.3.5: a local time that clocks skip is read with the offset before the gap; one that they show twice is
-- the first. Postgres alone would take the second. The offsets of the days around are asked, because a zone changes its
-- clocks at most once within them.
create or replace function private.local_instant(local_time timestamp, time_zone text) returns timestamptz
language plpgsql immutable -- an SQL function would be planned by every statement that calls it
set search_path = ''
as $$
begin
  return (select case
    when earlier.instant at time zone local_instant.time_zone = local_instant.local_time then earlier.instant
    when later.instant at time zone local_instant.time_zone = local_instant.local_time then later.instant
    else earlier.instant
  end
  from (
    select (local_instant.local_time - (
      around at time zone local_instant.time_zone - around at time zone 'UTC'
    )) at time zone 'UTC'
    from (
      values ((local_instant.local_time - interval '1 day') at time zone local_instant.time_zone)
    ) as day_before (around)
  ) as earlier (instant),
  (
    select (local_instant.local_time - (
      around at time zone local_instant.time_zone - around at time zone 'UTC'
    )) at time zone 'UTC'
    from (
      values ((local_instant.local_time + interval '1 day') at time zone local_instant.time_zone)
    ) as day_after (around)
  ) as later (instant));
end;
$$;
comment on function private.local_instant(timestamp, text) is 'The instant (UTC) of a wall-clock time in a time zone.';
