-- Openings as instants. A staff member's exception of a date counts before the store's exception, that before the staff
-- member's own week, that before the store's week; the first that has anything for the date is the whole truth of it.
create or replace function private.opening_periods(
  store_id uuid, staff_ids uuid[], from_date date, to_date date, time_zone text
) returns table (staff_id uuid, opens_at timestamptz, closes_at timestamptz)
language plpgsql stable rows 400
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
#variable_conflict use_column
begin
  return query
  with asked as (
    select
      member.id as staff_id,
      exists (select from public.opening_hours where opening_hours.staff_id = member.id) as has_own_week
    from unnest(opening_periods.staff_ids) as member (id)
  ),
  -- Nearly every day lies far from a change of the clocks: what of it is asked twice is the offset, not each opening.
  days as materialized (
    select
      dated.day, extract(isodow from dated.day)::smallint as weekday,
      case when dated.offset_before = dated.offset_after then dated.offset_before end as utc_offset
    from (
      select
        day::date as day,
        (day - interval '2 days') at time zone 'UTC' at time zone opening_periods.time_zone
          - (day - interval '2 days') as offset_before,
        (day + interval '4 days') at time zone 'UTC' at time zone opening_periods.time_zone
          - (day + interval '4 days') as offset_after
      from generate_series(
        opening_periods.from_date::timestamp, opening_periods.to_date::timestamp, interval '1 day'
      ) as day
    ) as dated
  ),
  exceptions as materialized (
    select opening_exceptions.staff_id, opening_exceptions.on_date, opening_exceptions.opens, opening_exceptions.closes
    from public.opening_exceptions
    where opening_exceptions.store_id = opening_periods.store_id
      and opening_exceptions.on_date between opening_periods.from_date and opening_periods.to_date
      and (opening_exceptions.staff_id is null or opening_exceptions.staff_id = any (opening_periods.staff_ids))
  ),
  openings as (
    select asked.staff_id, days.day, days.utc_offset, opening_hours.opens, opening_hours.closes
    from public.opening_hours
    join asked on opening_hours.staff_id is not distinct from case when asked.has_own_week then asked.staff_id end
    join days on days.weekday = opening_hours.weekday
    where opening_hours.store_id = opening_periods.store_id
      and not exists (
        select from exceptions
        where exceptions.on_date = days.day and (exceptions.staff_id is null or exceptions.staff_id = asked.staff_id)
      )
    union all
    select asked.staff_id, days.day, days.utc_offset, exceptions.opens, exceptions.closes
    from exceptions
    join days on days.day = exceptions.on_date
    join asked on exceptions.staff_id = asked.staff_id
      or (exceptions.staff_id is null and not exists (
        select from exceptions as own where own.staff_id = asked.staff_id and own.on_date = days.day
      ))
    where exceptions.opens is not null
  ),
  instants as (
    select
      openings.staff_id,
      case
        when openings.utc_offset is not null then (span.opens - openings.utc_offset) at time zone 'UTC'
        else private.local_instant(span.opens, opening_periods.time_zone)
      end as opens_at,
      case
        when openings.utc_offset is not null then (span.closes - openings.utc_offset) at time zone 'UTC'
        else private.local_instant(span.closes, opening_periods.time_zone)
      end as closes_at
    from openings
    cross join lateral (
      select
        openings.day + openings.opens as opens,
        openings.day + openings.closes + case
          when openings.closes <= openings.opens then interval '1 day' else interval '0' end as closes
    ) as span
  )
  select instants.staff_id, instants.opens_at, instants.closes_at
  from instants
  where instants.opens_at < instants.closes_at;
end;
$$;
comment on function private.opening_periods(uuid, uuid[], date, date, text) is
  'When each of these staff members is open, from the openings that begin on these local dates.';
