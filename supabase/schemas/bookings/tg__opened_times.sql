-- Somebody waits for a time that is taken, or that was never open: longer hours, a holiday that is called off, one more
-- hairdresser free times as a cancellation does. Row by row, because a store writes a handful of them.
create or replace function private.tg__opened_times() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on the waiting list
set search_path = ''
as $$
begin
  insert into private.freed_services (service_id)
  select distinct waiting_list.service_id
  from public.services
  join public.waiting_list on waiting_list.service_id = services.id and waiting_list.status = 'waiting'
  where services.store_id = coalesce(new.store_id, old.store_id)
  order by waiting_list.service_id
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.tg__opened_times() is
  'After anything that may open times of a store: whoever waits for one of its services is looked at by the next run '
  'of the job.';

create or replace trigger _500_opened_times
  after insert or delete on public.opening_hours
  for each row execute function private.tg__opened_times();
create or replace trigger _500_opened_times
  after insert or delete on public.opening_exceptions
  for each row execute function private.tg__opened_times();
create or replace trigger _500_opened_times
  after update or delete on public.closures
  for each row execute function private.tg__opened_times();
create or replace trigger _500_opened_times
  after update of is_active on public.staff
  for each row when (new.is_active and not old.is_active)
  execute function private.tg__opened_times();
create or replace trigger _500_opened_times
  after update on public.services
  for each row when (new.status = 'active')
  execute function private.tg__opened_times();
