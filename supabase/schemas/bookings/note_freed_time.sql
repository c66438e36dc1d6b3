create or replace function private.note_freed_time(booking_id uuid, staff_id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on the waiting list
set search_path = ''
as $$
begin
  update public.waiting_list
  set status = 'lapsed', offer_expires_at = null
  where waiting_list.offered_booking_id = note_freed_time.booking_id and waiting_list.status = 'offered';
  insert into private.freed_services (service_id)
  select distinct service_staff.service_id
  from public.service_staff
  where service_staff.staff_id = note_freed_time.staff_id
    and exists (
      select from public.waiting_list
      where waiting_list.service_id = service_staff.service_id and waiting_list.status = 'waiting'
    )
  order by service_staff.service_id
  on conflict do nothing;
end;
$$;
comment on function private.note_freed_time(uuid, uuid) is
  'A booking has left its time: an offer it was has lapsed, and whoever waits for this staff member''s services is '
  'looked at by the next run of the job.';
