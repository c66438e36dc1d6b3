-- A wish is a range of time. When a time in it is given back, it is offered to who came first; one wish per customer
-- and service, so that nobody stands in the line twice.
create or replace function private.join_waiting_list(
  service_id uuid, from_time timestamptz, to_time timestamptz, staff_id uuid, party_size integer
) returns public.waiting_list
language plpgsql volatile
security definer -- clients hold no write grant on the waiting list
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_customer_id constant uuid := private.require_user();
  v_service constant public.services := private.find_service(join_waiting_list.service_id);
  v_waiting public.waiting_list;
begin
  if join_waiting_list.from_time is null or join_waiting_list.to_time is null
    or join_waiting_list.from_time < '2000-01-01' or join_waiting_list.to_time > '2200-01-01'
      or join_waiting_list.from_time >= join_waiting_list.to_time
    or join_waiting_list.to_time - join_waiting_list.from_time > interval '62 days'
      or join_waiting_list.to_time <= private.clock()
  then
    raise sqlstate 'PT422' using
      message = 'Wait for a time from one instant to a later one, at most 62 days.', detail = 'invalid_range';
  end if;
  perform private.require_party_size(v_service, join_waiting_list.party_size);
  perform private.service_staff_ids(v_service.id, join_waiting_list.staff_id);

  update public.waiting_list
  set status = 'lapsed'
  where waiting_list.customer_id = v_customer_id
    and waiting_list.service_id = v_service.id
    and waiting_list.status = 'waiting'
    and upper(waiting_list.wanted) <= private.clock();
  insert into public.waiting_list (service_id, store_id, customer_id, staff_id, wanted, party_size)
  values (
    v_service.id, v_service.store_id, v_customer_id, join_waiting_list.staff_id,
    tstzrange(join_waiting_list.from_time, join_waiting_list.to_time), join_waiting_list.party_size
  )
  on conflict (customer_id, service_id) where status in ('waiting', 'offered') do nothing
  returning * into v_waiting;
  if v_waiting.id is null then
    select * into v_waiting from public.waiting_list
    where waiting_list.customer_id = v_customer_id
      and waiting_list.service_id = v_service.id
      and waiting_list.status in ('waiting', 'offered');
    if (v_waiting.wanted, v_waiting.party_size, v_waiting.staff_id)
      is distinct
        from (
          tstzrange(join_waiting_list.from_time, join_waiting_list.to_time), join_waiting_list.party_size,
          join_waiting_list.staff_id
        )
    then
      raise sqlstate 'PT409' using
        message = 'You wait for another time of this service.', detail = 'already_waiting',
        hint = 'Leave the list first.';
    end if;
    return v_waiting;
  end if;
  -- Something may be free already.
  insert into private.freed_services (service_id) values (v_service.id) on conflict do nothing;
  return v_waiting;
end;
$$;
comment on function private.join_waiting_list(uuid, timestamptz, timestamptz, uuid, integer) is
  'See public.join_waiting_list.';
grant execute on function private.join_waiting_list(uuid, timestamptz, timestamptz, uuid, integer)
to anon, authenticated;

create or replace function public.join_waiting_list(
  service_id uuid, from_time timestamptz, to_time timestamptz, staff_id uuid default null, party_size integer default 1
) returns public.waiting_list
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.join_waiting_list(
    join_waiting_list.service_id, join_waiting_list.from_time, join_waiting_list.to_time, join_waiting_list.staff_id,
    join_waiting_list.party_size
  );
$$;
comment on function public.join_waiting_list(uuid, timestamptz, timestamptz, uuid, integer) is
  'Waits for a start within [from_time, to_time), with one staff member or anybody; one wish per service, first come '
  'first served. What becomes free is kept for an hour at most and told (notification booking_offer); accept_offer '
  'takes it. Repeating it returns the same wish. Errors: not_signed_in, account_required, session_revoked, '
  'service_not_found, staff_not_found, invalid_range, invalid_party_size, already_waiting.';
grant execute on function public.join_waiting_list(uuid, timestamptz, timestamptz, uuid, integer)
to anon, authenticated;
