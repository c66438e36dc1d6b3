-- A month's calendar needs to know which days have anything, not every start of them. It asks the same rule as
-- available_slots and counts, so that a day is never shown that has nothing to book.
create or replace function private.available_days(
  service_id uuid, from_date date, to_date date, staff_id uuid, party_size integer
) returns setof public.available_day
language plpgsql stable rows 31
security definer -- reads the time zone of the store
set search_path = ''
as $$
declare
  v_service constant public.services := private.find_service(available_days.service_id);
  v_store public.stores;
  v_staff_ids uuid[];
begin
  if available_days.from_date is null or available_days.to_date is null
    or available_days.from_date < '2000-01-02' or available_days.to_date > '2199-12-30'
      or available_days.from_date > available_days.to_date or available_days.to_date - available_days.from_date > 61
  then
    raise sqlstate 'PT422' using
      message = 'Ask for the days from one date to a later one, at most 62.', detail = 'invalid_range';
  end if;
  perform private.require_party_size(v_service, available_days.party_size);
  v_staff_ids := private.service_staff_ids(available_days.service_id, available_days.staff_id);
  select * into v_store from public.stores where stores.id = v_service.store_id;
  if not v_store.is_open then return; end if;

  return query
  select (slot.starts_at at time zone v_store.time_zone)::date as local_date, count(distinct slot.starts_at)::integer
  from private.open_slots(
    v_service, v_staff_ids,
    private.local_instant(available_days.from_date::timestamp, v_store.time_zone),
    private.local_instant((available_days.to_date + 1)::timestamp, v_store.time_zone),
    available_days.party_size
  ) as slot
  group by 1
  order by 1;
end;
$$;
comment on function private.available_days(uuid, date, date, uuid, integer) is 'See public.available_days.';
grant execute on function private.available_days(uuid, date, date, uuid, integer) to anon, authenticated, service_role;

create or replace function public.available_days(
  service_id uuid,
  from_date date,
  to_date date,
  staff_id uuid default null,
  party_size integer default 1
) returns setof public.available_day
language sql stable rows 31 security invoker
set search_path = ''
as $$
  select * from private.available_days(
    available_days.service_id, available_days.from_date, available_days.to_date, available_days.staff_id,
    available_days.party_size
  );
$$;
comment on function public.available_days(uuid, date, date, uuid, integer) is
  'The days of the store''s calendar, from_date to to_date (both included, at most 62), that have something to book: '
  '{local_date, slots}; days without are left out. Visitors may ask. Errors: service_not_found, staff_not_found, '
  'invalid_range, invalid_party_size.';
grant execute on function public.available_days(uuid, date, date, uuid, integer) to anon, authenticated, service_role;
