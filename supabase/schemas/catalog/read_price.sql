create or replace function private.read_price(
  value text,
  currency text,
  exponent smallint,
  decimal_sign text
) returns bigint
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := private.bare_number(read_price.value);
  v_parts text[];
  v_amount numeric;
begin
  if v_text is null then
    return null;
  end if;
  -- A sign before or behind the number, or a code; between them a space or none.
  v_parts := regexp_match(
    v_text,
    '^([^0-9 .,+()%-]+(?:[.][^0-9 .,]+)*[.]?)? ?([0-9][0-9 .,''’-]*?) ?([^0-9 .,+()%-]+(?:[.][^0-9 .,]+)*[.]?)?$'
  );
  if lower(rtrim(coalesce(v_parts[1], v_parts[3]), '.')) <> all (
    select lower(sign.name) from unnest(private.currency_signs(read_price.currency)) as sign (name)
  ) then
    raise sqlstate 'PT422' using
      message = format(
        '"%s" is not in the currency of the store, %s.', left(read_price.value, 30), read_price.currency
      ),
      detail = 'invalid_price';
  end if;
  v_amount := private.read_amount_as_written(
      private.bare_number(v_parts[2]), read_price.exponent, read_price.decimal_sign
    )
    * power(10::numeric, read_price.exponent);
  if v_amount is null or v_amount > 1000000000000000 then
    raise sqlstate 'PT422' using
      message = format('"%s" is no price.', left(read_price.value, 30)),
      detail = 'invalid_price',
      hint = 'Write 1299.50.';
  end if;
  if v_amount <> trunc(v_amount) then
    raise sqlstate 'PT422' using
      message = format('The currency of this store has %s decimals.', read_price.exponent), detail = 'invalid_price';
  end if;
  return v_amount::bigint;
end;
$$;
comment on function private.read_price(text, text, smallint, text) is
  'A price as people write it, in minor units. Null if empty. Errors: invalid_price, ambiguous_number.';
