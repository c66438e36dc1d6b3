create or replace function private.postal_address(address jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'name', postal_address.address ->> 'recipient_name', 'line1', postal_address.address ->> 'line1',
    'line2', postal_address.address ->> 'line2', 'city', postal_address.address ->> 'city',
    'region', postal_address.address ->> 'region', 'postal_code', postal_address.address ->> 'postal_code',
    'country', postal_address.address ->> 'country_code'
  );
end;
$$;
comment on function private.postal_address(jsonb) is
  'A stored address (jsonb) under the names that letters use.';
