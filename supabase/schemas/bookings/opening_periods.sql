-- Openings as instants. A staff member's exception of a date counts before the store's exception, that before the staff
-- member's own week, that before the store's week; the first that has anything for the date is the whole truth of it.
create or replace function private.opening_periods(
  store_id uuid, staff_ids uuid[], from_date date, to_date date, time_zone text
) returns table (staff_id uuid, opens_at timestamptz, closes_at timestamptz)
language sql stable rows 400
set search_path = ''
as $$
  with asked as (
    select
      member.id as staff_id,
      exists (select from public.opening_hours where opening_hours.staff_id = member.id) as has_own_week
    from unnest(opening_periods.staff_ids) as member (id)
  ),
  dated as (
    select asked.staff_id, asked.has_own_week, day::date as day, extract(isodow from day)::smallint as weekday
    from asked
    cross join generate_series(
      opening_periods.from_date::timestamp, opening_periods.to_date::timestamp, interval '1 day'
    ) as day
  ),
  exceptions as (
    select opening_exceptions.staff_id, opening_exceptions.on_date, opening_exceptions.opens, opening_exceptions.closes
    from public.opening_exceptions
    where opening_exceptions.store_id = opening_periods.store_id
      and opening_exceptions.on_date between opening_periods.from_date and opening_periods.to_date
      and (opening_exceptions.staff_id is null or opening_exceptions.staff_id = any (opening_periods.staff_ids))
  ),
  chosen as (
    select
      dated.staff_id, dated.day, dated.weekday, dated.has_own_week,
      case
        when exists (select from exceptions where exceptions.staff_id = dated.staff_id and exceptions.on_date = dated.day) then 'own'
        when exists (select from exceptions where exceptions.staff_id is null and exceptions.on_date = dated.day) then 'store'
      end as exception_of
    from dated
  ),
  openings as (
    select chosen.staff_id, chosen.day, opening_hours.opens, opening_hours.closes
    from chosen
    join public.opening_hours
      on opening_hours.store_id = opening_periods.store_id
      and opening_hours.staff_id is not distinct from case when chosen.has_own_week then chosen.staff_id end
      and opening_hours.weekday = chosen.weekday
    where chosen.exception_of is null
    union all
    select chosen.staff_id, chosen.day, exceptions.opens, exceptions.closes
    from chosen
    join exceptions
      on exceptions.on_date = chosen.day
      and exceptions.staff_id is not distinct from case when chosen.exception_of = 'own' then chosen.staff_id end
    where chosen.exception_of is not null and exceptions.opens is not null
  ),
  instants as (
    select
      openings.staff_id,
      private.local_instant(openings.day + openings.opens, opening_periods.time_zone) as opens_at,
      private.local_instant(
        openings.day + openings.closes + case when openings.closes <= openings.opens then interval '1 day' else interval '0' end,
        opening_periods.time_zone
      ) as closes_at
    from openings
  )
  select instants.staff_id, instants.opens_at, instants.closes_at
  from instants
  where instants.opens_at < instants.closes_at;
$$;
comment on function private.opening_periods(uuid, uuid[], date, date, text) is
  'When each of these staff members is open, from the openings that begin on these local dates.';
