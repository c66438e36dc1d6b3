create or replace function private.read_number(value text, decimal_sign text) returns numeric
language plpgsql immutable
set search_path = ''
as $$
declare
  v_group_sign text := case read_number.decimal_sign when ',' then '.' else ',' end;
begin
  if read_number.value !~ format(
    '^([0-9]{1,12}|[1-9][0-9]{0,2}([%1$s][0-9]{2,3}){0,4}[%1$s][0-9]{3})([%2$s][0-9]{1,6})?$',
    v_group_sign, read_number.decimal_sign
  ) then
    return null;
  end if;
  return replace(replace(read_number.value, v_group_sign, ''), read_number.decimal_sign, '.')::numeric;
end;
$$;
comment on function private.read_number(text, text) is
  'What a bare number means if this is its decimal sign; null if nobody would write it so.';
