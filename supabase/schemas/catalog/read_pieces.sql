create or replace function private.read_pieces(value text, decimal_sign text) returns integer
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := private.bare_number(read_pieces.value);
  v_pieces numeric;
begin
  if v_text is null then
    return null;
  end if;
  -- 1.000 may be a thousand, or one as a program writes it.
  v_pieces := private.read_amount_as_written(
    v_text, case when v_text ~ '[.,]000$' then 1 else 0 end::smallint, read_pieces.decimal_sign
  );
  if v_pieces is null or v_pieces <> trunc(v_pieces) or v_pieces > 9999999 then
    raise sqlstate 'PT422' using
      message = format('"%s" is no number of pieces.', left(read_pieces.value, 30)), detail = 'invalid_quantity';
  end if;
  return v_pieces::integer;
end;
$$;
comment on function private.read_pieces(text, text) is
  'A number of pieces as a spreadsheet shows it (10, 10.0, 1,000). Null if empty. '
  'Errors: invalid_quantity, ambiguous_number.';
