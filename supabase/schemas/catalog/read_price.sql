-- A seller brings a list from a spreadsheet. Each row stands alone: the good ones are imported, each bad one is reported with its
-- number and reason. Prices are written as people write them (19.99); what that means in minor units is a fact of the currency.
create or replace function private.read_price(value text, exponent smallint) returns bigint
language plpgsql immutable
set search_path = ''
as $$
declare
  v_amount numeric;
begin
  if nullif(btrim(read_price.value), '') is null then
    return null;
  end if;
  if btrim(read_price.value) !~ '^[0-9]{1,10}([.][0-9]{1,6})?$' then
    raise sqlstate 'PT422' using
      message = format('"%s" is no price.', left(read_price.value, 30)), detail = 'invalid_price', hint = 'Write 1299.50, without thousands separators or currency signs.';
  end if;
  v_amount := btrim(read_price.value)::numeric * power(10::numeric, read_price.exponent);
  if v_amount <> trunc(v_amount) then
    raise sqlstate 'PT422' using
      message = format('The currency of this store has %s decimals.', read_price.exponent), detail = 'invalid_price';
  end if;
  return v_amount::bigint;
end;
$$;
comment on function private.read_price(text, smallint) is 'A price as people write it, in minor units. Errors: invalid_price.';
