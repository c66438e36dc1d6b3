-- Ids begin with the time at which they were made, so a range of time is a range of ids, for which there is an
-- index.
create or replace function private.first_id_at(instant timestamptz) returns uuid
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return (
    lpad(to_hex((extract(epoch from first_id_at.instant) * 1000)::bigint), 12, '0') || repeat('0', 20)
  )::uuid;
end;
$$;
comment on function private.first_id_at(timestamptz) is
  'The smallest id that a row made at this instant can have; see private.uuid_v7().';
