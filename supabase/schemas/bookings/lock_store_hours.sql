create or replace function private.lock_store_hours(store_id uuid, staff_id uuid) returns void
language plpgsql volatile
security definer -- locks a row that no client may
set search_path = ''
as $$
begin
  perform private.require_store_role(lock_store_hours.store_id, array['owner', 'manager']);
  if lock_store_hours.staff_id is not null and not exists (
    select from public.staff where staff.id = lock_store_hours.staff_id and staff.store_id = lock_store_hours.store_id
  ) then
    raise sqlstate 'PT404' using
      message = 'Nobody like that is of this store''s staff.', detail = 'staff_not_found';
  end if;
  -- Two who set the same hours at once queue here; without, both would delete the old and add their own.
  perform from public.stores where stores.id = lock_store_hours.store_id for no key update;
end;
$$;
comment on function private.lock_store_hours(uuid, uuid) is
  'Lets owner and managers of a store change hours, one after the other. Errors: those of require_store_role, '
  'staff_not_found.';
