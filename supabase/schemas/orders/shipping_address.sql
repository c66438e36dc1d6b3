-- The address an order is sent to: one from the customer's address book, or one typed at checkout. Both are copied
-- onto the order by the same rules, so that a later change of the address book does not redirect a parcel.
create or replace function private.shipping_address(customer_id uuid, address_id uuid, address jsonb) returns jsonb
language plpgsql stable
security definer -- reads addresses; only those of the customer named
set search_path = ''
as $$
declare
  v_address jsonb;
  v_country_code text;
  v_has_postal_code boolean;
begin
  if shipping_address.address_id is not null then
    select jsonb_build_object(
      'recipient_name', addresses.recipient_name, 'phone', addresses.phone,
      'line1', addresses.line1, 'line2', addresses.line2, 'city', addresses.city, 'region', addresses.region,
      'postal_code', addresses.postal_code, 'country_code', addresses.country_code
    )
    into v_address
    from public.addresses
    where addresses.id = shipping_address.address_id and addresses.user_id = shipping_address.customer_id;
    if not found then
      raise sqlstate 'PT404' using
        message = 'That address does not exist.', detail = 'address_not_found';
    end if;
    return v_address;
  end if;
  if shipping_address.address is null or jsonb_typeof(shipping_address.address) = 'null' then
    return null;
  end if;

  if jsonb_typeof(shipping_address.address) <> 'object' then
    raise sqlstate 'PT422' using
      message = 'An address is an object.', detail = 'invalid_address';
  end if;
  if shipping_address.address - '{recipient_name, phone, line1, line2, city, region, postal_code, country_code}'::text[]
      <> '{}'
    or jsonb_path_exists(shipping_address.address, '$.* ? (@.type() != "string" && @.type() != "null")')
  then
    raise sqlstate 'PT422' using
      message = 'That address has a part that is unknown or not text.', detail = 'invalid_address',
      hint = 'Parts: recipient_name, phone, line1, line2, city, region, postal_code, country_code.';
  end if;

  v_country_code := upper(private.tidy_code(shipping_address.address ->> 'country_code'));
  v_address := jsonb_build_object(
    'recipient_name', private.tidy_line(shipping_address.address ->> 'recipient_name'),
    'phone', private.tidy_phone(shipping_address.address ->> 'phone', v_country_code),
    'line1', private.tidy_line(shipping_address.address ->> 'line1'),
    'line2', private.tidy_line(shipping_address.address ->> 'line2'),
    'city', private.tidy_line(shipping_address.address ->> 'city'),
    'region', private.tidy_line(shipping_address.address ->> 'region'),
    'postal_code', private.tidy_line(shipping_address.address ->> 'postal_code'),
    'country_code', v_country_code
  );
  if not private.is_phone(v_address ->> 'phone') then
    raise sqlstate 'PT422' using
      message = 'The phone number of that address cannot be read.', detail = 'invalid_address',
      hint = 'phone: + and the country code, then the number, such as +1 202 555 0121; or leave it out.';
  end if;
  select countries.has_postal_code into v_has_postal_code
  from public.countries
  where countries.code = v_country_code;
  if not coalesce(
    private.is_line(v_address ->> 'recipient_name', 120)
    and private.is_line(v_address ->> 'line1', 120)
    and private.is_line(v_address ->> 'city', 80)
    and coalesce(private.is_line(v_address ->> 'line2', 120), true)
    and coalesce(private.is_line(v_address ->> 'region', 80), true)
    and coalesce(v_address ->> 'postal_code' ~ '^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$', not v_has_postal_code)
    and v_has_postal_code is not null,
    false
  ) then
    raise sqlstate 'PT422' using
      message = 'That address is not complete or not correct.', detail = 'invalid_address',
      hint = 'Needed: recipient_name, line1, city, country_code (ISO 3166), and postal_code where the country has '
        'them.';
  end if;
  return v_address;
end;
$$;
comment on function private.shipping_address(uuid, uuid, jsonb) is
  'The address to copy onto an order, or null when none was given. Errors: address_not_found, invalid_address.';
