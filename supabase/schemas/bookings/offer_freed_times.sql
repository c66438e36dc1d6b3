-- A run makes several offers in one transaction, each with the locks of another calendar and another customer. There is
-- no order among those, so an offer never waits for one: where somebody is at work, the next run looks again.
create or replace function private.offer_time(waiting_id uuid) returns boolean
language plpgsql volatile
security definer -- nobody holds a write grant on the waiting list
set search_path = ''
set lock_timeout = '20ms' -- far below the second after which Postgres looks for circles
as $$
declare
  v_waiting public.waiting_list;
  v_service public.services;
  v_staff_ids uuid[];
  v_slot record;
  v_booking public.bookings;
begin
  select * into v_waiting from public.waiting_list
    where waiting_list.id = offer_time.waiting_id and waiting_list.status = 'waiting';
  if not found then
    return false;
  end if;
  begin
    if upper(v_waiting.wanted) <= private.clock() then
      update public.waiting_list set status = 'lapsed'
        where waiting_list.id = v_waiting.id and waiting_list.status = 'waiting';
      return false;
    end if;
    v_service := private.find_service(v_waiting.service_id);
    v_staff_ids := private.service_staff_ids(v_waiting.service_id, v_waiting.staff_id);
    select slot.starts_at, slot.staff_id into v_slot
    from private.open_slots(
      v_service, v_staff_ids, greatest(lower(v_waiting.wanted), private.clock()), upper(v_waiting.wanted),
      v_waiting.party_size
    ) as slot
    order by slot.starts_at, array_position(v_staff_ids, slot.staff_id)
    limit 1;
    if v_slot.starts_at is null then
      return false;
    end if;
    perform pg_advisory_xact_lock(hashtextextended(v_waiting.customer_id::text || 'book_slot', 0));
    v_booking := private.place_booking(
      v_waiting.service_id, v_slot.staff_id, v_slot.starts_at, v_waiting.party_size, null, v_waiting.customer_id,
      least(private.clock() + interval '1 hour', v_slot.starts_at)
    );
    update public.waiting_list
    set status = 'offered', offered_booking_id = v_booking.id, offer_expires_at = v_booking.hold_expires_at
    where waiting_list.id = v_waiting.id and waiting_list.status = 'waiting';
    if not found then
      -- They left a moment ago: nothing is kept for them.
      raise sqlstate 'PT409' using
        message = 'Nobody waits any more.', detail = 'no_offer';
    end if;
  exception
    when lock_not_available then
      return null;
    when others then
      -- Somebody was faster, the service is not offered any more, they hold another time: the next one is asked.
      if sqlstate like 'PT4%' then
        return false;
      end if;
      raise;
  end;
  perform private.tell_booking(v_booking, 'offer', null, null);
  return true;
end;
$$;
comment on function private.offer_time(uuid) is
  'Keeps the first free time that somebody on the waiting list wants, for an hour at most, and tells them; false: '
  'there is none; null: somebody is just at work on what it needs.';

create or replace function private.offer_freed_times(max_services integer default 20) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on the waiting list
set search_path = ''
as $$
declare
  v_service_id uuid;
  v_waiting_id uuid;
  v_is_offered boolean;
  v_count integer := 0;
begin
  for v_service_id in
    delete from private.freed_services
    where freed_services.service_id in (
      select chosen.service_id
      from private.freed_services as chosen
      order by chosen.created_at
      limit offer_freed_times.max_services
      for update skip locked
    )
    returning freed_services.service_id
  loop
    for v_waiting_id in
      select waiting_list.id
      from public.waiting_list
      where waiting_list.service_id = v_service_id and waiting_list.status = 'waiting'
      order by waiting_list.id
      limit 200
    loop
      v_is_offered := private.offer_time(v_waiting_id);
      if v_is_offered is null then
        -- Nobody is passed over: this service is looked at again.
        insert into private.freed_services (service_id) values (v_service_id) on conflict do nothing;
        exit;
      end if;
      v_count := v_count + v_is_offered::integer;
    end loop;
  end loop;
  return v_count;
end;
$$;
comment on function private.offer_freed_times(integer) is
  'Offers what has become free to whoever waits for it, first come first served; returns how many offers were made. A '
  'job, every ten seconds.';
