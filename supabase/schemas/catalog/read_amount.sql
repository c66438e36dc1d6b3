create or replace function private.read_amount(value jsonb, field text) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  if read_amount.value is null or jsonb_typeof(read_amount.value) = 'null' then
    return null;
  end if;
  -- Up to 10^12, and only digits: no fraction, sign, exponent or NaN can hide in them.
  if read_amount.value #>> '{}' !~ '^[0-9]{1,13}$' then
    raise sqlstate 'PT422' using
      message = format('%s is a whole number of minor units.', read_amount.field), detail = 'invalid_amount',
      hint = 'Send 1999 for 19.99.';
  end if;
  return (read_amount.value #>> '{}')::bigint;
end;
$$;
comment on function private.read_amount(jsonb, text) is
  'A number of minor units or of pieces out of a JSON argument. Errors: invalid_amount.';
