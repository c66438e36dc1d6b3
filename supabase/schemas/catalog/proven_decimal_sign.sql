-- 1,299 may be a thousand or one; another number of the same list often tells which.
create or replace function private.proven_decimal_sign(value text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_number text := substring(private.bare_number(proven_decimal_sign.value) from '[0-9][0-9.,]*');
  v_with_point numeric := private.read_number(v_number, '.');
  v_with_comma numeric := private.read_number(v_number, ',');
begin
  return case
    when v_with_point is null and v_with_comma is not null then ','
    when v_with_comma is null and v_with_point is not null then '.'
  end;
end;
$$;
comment on function private.proven_decimal_sign(text) is
  'The decimal sign of a number that can be read in one way only, such as 18,50 or 1.299,00; null for 1299 and 1,299, '
  'which prove nothing.';
