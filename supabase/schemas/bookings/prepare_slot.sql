-- What is refused before anything of a calendar is looked at. Where bookings per day are limited, which is a rule over
-- all staff of a service, its bookings queue at the service from here on.
create or replace function private.prepare_slot(service public.services, starts_at timestamptz) returns void
language plpgsql volatile
security definer -- locks rows that no client may
set search_path = ''
as $$
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
  if service.max_per_day is not null then
    perform from public.services where services.id = service.id for no key update;
  end if;
end;
$$;
comment on function private.prepare_slot(public.services, timestamptz) is
  'Whether a booking of a service can be asked for at this start at all; locks the service where its bookings per day '
  'are limited. Errors: invalid_time, slot_unavailable, store_closed.';
