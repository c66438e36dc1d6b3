create or replace function private.first_id_at(instant timestamptz) returns uuid
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return (lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid;
end;
$$;
comment on function private.first_id_at(timestamptz) is 'The smallest id a row made at this instant can have; see private.uuid_v7().';
