create or replace function private.ungrouped(number text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when ungrouped.number ~ '^[0-9]{1,3}(\.[0-9]{3})+$' then replace(ungrouped.number, '.', '') end;
end;
$$;
comment on function private.ungrouped(text) is
  '"1.000" without its dot, which may mean a thousand; null for a number that cannot.';
