-- The locks of a booking, in the order that all verbs keep: service (only where bookings per day are limited, which is
-- a rule over all its staff), the staff members' days, what has expired.
create or replace function private.prepare_slot(
  service public.services, staff_ids uuid[], starts_at timestamptz, customer_id uuid,
  old_staff_id uuid default null, old_busy tstzrange default null
) returns void
language plpgsql volatile
security definer -- locks rows that no client may
set search_path = ''
as $$
declare
  v_busy tstzrange;
begin
  if prepare_slot.starts_at is null then
    raise sqlstate 'PT422' using
      message = 'When? Send starts_at, one of available_slots.', detail = 'invalid_time';
  end if;
  if prepare_slot.starts_at not between '2000-01-02' and '2199-12-30' then
    raise sqlstate 'PT409' using
      message = 'That time is not offered.', detail = 'slot_unavailable',
      hint = 'Show what available_slots offers now.';
  end if;
  if not (select stores.is_open from public.stores where stores.id = service.store_id) then
    raise sqlstate 'PT409' using
      message = 'The store takes no bookings at the moment.', detail = 'store_closed';
  end if;
  v_busy := tstzrange(
    prepare_slot.starts_at - make_interval(mins => service.buffer_before_minutes),
    prepare_slot.starts_at + make_interval(mins => service.duration_minutes + service.buffer_after_minutes)
  );
  if service.max_per_day is not null then
    perform from public.services where services.id = service.id for no key update;
  end if;
  perform private.lock_staff_days(
    array(
      select distinct id
      from unnest(prepare_slot.staff_ids || prepare_slot.old_staff_id) as member (id)
      where id is not null
    ),
    tstzmultirange(v_busy) + coalesce(tstzmultirange(prepare_slot.old_busy), '{}')
  );
  perform private.release_expired(prepare_slot.staff_ids, v_busy, prepare_slot.customer_id, service.id);
end;
$$;
comment on function private.prepare_slot(public.services, uuid[], timestamptz, uuid, uuid, tstzrange) is
  'Locks what a booking at this start needs, and what it leaves. Errors: invalid_time, slot_unavailable, store_closed.';
