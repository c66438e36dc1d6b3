create or replace function private.require_party_size(service public.services, party_size integer) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if require_party_size.party_size is null or require_party_size.party_size < 1
    or require_party_size.party_size > service.party_max
  then
    raise sqlstate 'PT422' using
      message = format('A booking of this service has 1 to %s seats.', service.party_max),
      detail = 'invalid_party_size';
  end if;
end;
$$;
comment on function private.require_party_size(public.services, integer) is
  'Refuses a number of seats that one booking of the service cannot have. Errors: invalid_party_size.';
