-- Who asks for something that is not offered learns no more than who asks for something that never was.
create or replace function private.find_service(service_id uuid) returns public.services
language plpgsql stable
security definer -- reads services and stores in any state
set search_path = ''
as $$
declare
  v_service public.services;
begin
  select services.* into v_service
  from public.services
  join public.stores on stores.id = services.store_id
  where services.id = find_service.service_id and services.status = 'active' and stores.status = 'active';
  if not found then
    raise sqlstate 'PT404' using
      message = 'That service is not offered.', detail = 'service_not_found';
  end if;
  return v_service;
end;
$$;
comment on function private.find_service(uuid) is
  'A service that is active, of a store that is. Errors: service_not_found.';
