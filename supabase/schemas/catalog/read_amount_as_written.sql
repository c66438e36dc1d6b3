create or replace function private.read_amount_as_written(
  value text,
  exponent smallint,
  decimal_sign text
) returns numeric
language plpgsql immutable
set search_path = ''
as $$
declare
  v_with_point numeric := private.read_number(read_amount_as_written.value, '.');
  v_with_comma numeric := private.read_number(read_amount_as_written.value, ',');
begin
  if read_amount_as_written.decimal_sign is not null then
    return case read_amount_as_written.decimal_sign when ',' then v_with_comma else v_with_point end;
  end if;
  if v_with_point <> v_with_comma and read_amount_as_written.exponent > 0 then
    raise sqlstate 'PT422' using
      message = format(
        '"%s" can be read in two ways; write it without thousands separators, such as 1299.00.',
        left(read_amount_as_written.value, 30)
      ),
      detail = 'ambiguous_number';
  end if;
  -- In a currency without decimals a sign can only separate thousands.
  return greatest(v_with_point, v_with_comma);
end;
$$;
comment on function private.read_amount_as_written(text, smallint, text) is
  'What a bare number means, by the decimal sign of its list (null: not known) and the decimals of the currency; '
  'null if it is none. One that can be read in two ways is refused. Errors: ambiguous_number.';
