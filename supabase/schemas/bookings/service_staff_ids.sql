create or replace function private.service_staff_ids(service_id uuid, staff_id uuid) returns uuid[]
language plpgsql stable
security definer -- reads staff in any state
set search_path = ''
as $$
declare
  v_staff_ids constant uuid[] := array(
    select staff.id
    from public.service_staff
    join public.staff on staff.id = service_staff.staff_id
    where service_staff.service_id = service_staff_ids.service_id
      and staff.is_active
      and (service_staff_ids.staff_id is null or staff.id = service_staff_ids.staff_id)
    order by service_staff.position, staff.id
  );
begin
  if service_staff_ids.staff_id is not null and v_staff_ids = '{}' then
    raise sqlstate 'PT404' using
      message = 'Nobody of that name gives this service.', detail = 'staff_not_found';
  end if;
  return v_staff_ids;
end;
$$;
comment on function private.service_staff_ids(uuid, uuid) is
  'Who gives a service now, in order; with staff_id only that one. Errors: staff_not_found.';
