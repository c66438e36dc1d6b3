create or replace function private.postal_address(address jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'name', address ->> 'recipient_name', 'line1', address ->> 'line1', 'line2', address ->> 'line2', 'city', address ->> 'city',
    'region', address ->> 'region', 'postal_code', address ->> 'postal_code', 'country', address ->> 'country_code'
  );
end;
$$;
comment on function private.postal_address(jsonb) is 'An address as letters take it.';
