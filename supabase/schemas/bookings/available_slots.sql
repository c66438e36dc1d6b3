-- What is listed is what book_slot would accept now: both ask private.open_slots and nothing else. The range is
-- limited, because anybody may ask.
create or replace function private.available_slots(
  service_id uuid, from_time timestamptz, to_time timestamptz, staff_id uuid, party_size integer
) returns setof public.available_slot
language plpgsql stable rows 500
security definer -- reads what of the calendar is busy, which visitors may not
set search_path = ''
as $$
declare
  v_service constant public.services := private.find_service(available_slots.service_id);
  v_store public.stores;
  v_staff_ids uuid[];
begin
  -- The bounds first: a difference with infinity is an error of its own.
  if available_slots.from_time is null or available_slots.to_time is null
    or available_slots.from_time < '2000-01-01' or available_slots.to_time > '2200-01-01'
      or available_slots.from_time >= available_slots.to_time
    or available_slots.to_time - available_slots.from_time > interval '62 days'
  then
    raise sqlstate 'PT422' using
      message = 'Ask for a time from one instant to a later one, at most 62 days.', detail = 'invalid_range';
  end if;
  perform private.require_party_size(v_service, available_slots.party_size);
  v_staff_ids := private.service_staff_ids(available_slots.service_id, available_slots.staff_id);
  select * into v_store from public.stores where stores.id = v_service.store_id;
  if not v_store.is_open then return; end if;

  return query
  select
    slot.starts_at,
    slot.starts_at + make_interval(mins => v_service.duration_minutes),
    slot.staff_id,
    staff.name,
    slot.remaining,
    (slot.starts_at at time zone v_store.time_zone)::date
  from private.open_slots(
    v_service, v_staff_ids, available_slots.from_time, available_slots.to_time, available_slots.party_size
  ) as slot
  join public.staff on staff.id = slot.staff_id
  order by slot.starts_at, array_position(v_staff_ids, slot.staff_id)
  limit 10000;
end;
$$;
comment on function private.available_slots(uuid, timestamptz, timestamptz, uuid, integer) is
  'See public.available_slots.';
grant execute on function private.available_slots(uuid, timestamptz, timestamptz, uuid, integer)
to anon, authenticated, service_role;

create or replace function public.available_slots(
  service_id uuid,
  from_time timestamptz,
  to_time timestamptz,
  staff_id uuid default null,
  party_size integer default 1
) returns setof public.available_slot
language sql stable rows 500 security invoker
set search_path = ''
as $$
  select * from private.available_slots(
    available_slots.service_id, available_slots.from_time, available_slots.to_time, available_slots.staff_id,
    available_slots.party_size
  );
$$;
comment on function public.available_slots(uuid, timestamptz, timestamptz, uuid, integer) is
  'The starts from from_time up to to_time (at most 62 days, 10,000 rows) that book_slot would accept now, earliest '
  'first, one row per staff member: {starts_at, ends_at, staff_id, staff_name, remaining, local_date}. Visitors may '
  'ask. staff_id: of this one only. party_size: seats wanted. Errors: service_not_found, staff_not_found, '
  'invalid_range, invalid_party_size.';
grant execute on function public.available_slots(uuid, timestamptz, timestamptz, uuid, integer)
to anon, authenticated, service_role;
